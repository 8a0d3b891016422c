"""
Search by CP-SAT: clause learning with linear relaxations, exact in whole numbers.

The only file that knows the CP-SAT interface. What CP-SAT proves is proven without
floating point: bounds and optimality of the compact model, and that no plan exists.
"""

import math
import threading
from collections.abc import Callable

import numpy as np
from ortools.sat.python import cp_model

from tsam_planner.errors import SolverError
from tsam_planner.solver.formulation import Formulation
from tsam_planner.solver.integers import NO_LIMIT
from tsam_planner.solver.limits import Clock, Limits
from tsam_planner.solver.linear_model import Row
from tsam_planner.solver.record import Record

# While it searches, CP-SAT tells its bound as a float: exact up to here.
_EXACT_FLOATS = 2.0**52


class CpSatSearch:
    """
    One search for the first or the second level of cost.

    Parameters
    ----------
    form
        The compact model to search.
    record
        Where plans and bounds are offered.
    clock, limits
        Time, work, gap and seed.
    num_workers
        Threads of this search, >= 1.
    is_second
        Minimize the second cost among plans whose first cost is at most that of the
        record's plan.
    """

    def __init__(
        self,
        form: Formulation,
        record: Record,
        clock: Clock,
        limits: Limits,
        *,
        num_workers: int,
        is_second: bool = False,
    ) -> None:
        self._form, self._record, self._clock = form, record, clock
        self._is_second = is_second
        self._stopped = threading.Event()
        self._costs = form.model.second_cost if is_second else form.model.cost
        self._divisor = math.gcd(*self._costs) or 1
        self._solver = cp_model.CpSolver()
        self._set_parameters(limits, num_workers)
        self._work_limit = limits.work_limit
        self.work_done = 0.0
        self.is_out_of_work = False

    def run(self) -> None:
        """Build the model, search it, and offer whatever is found and proven."""
        model, variables = cp_model.CpModel(), list[cp_model.IntVar]()
        if not self._build(model, variables) or self._clock.is_over:
            return
        given = self._clock.remaining
        if not math.isinf(given):
            self._solver.parameters.max_time_in_seconds = given
        callback = _OnSolution(self._offer)
        self._solver.best_bound_callback = self._offer_float_bound
        status = self._solver.solve(model, callback)
        self.work_done = self._solver.deterministic_time
        # Neither stopped nor out of time: without a proof, only work can have ended it.
        self.is_out_of_work = self._work_limit is not None and not (
            self._stopped.is_set() or self._solver.wall_time >= given
        )
        if callback.error is not None:
            raise callback.error
        self._conclude(status, model)

    def stop(self) -> None:
        """End the search soon."""
        self._stopped.set()
        self._solver.stop_search()

    def _set_parameters(self, limits: Limits, num_workers: int) -> None:
        parameters = self._solver.parameters
        parameters.num_workers = num_workers
        parameters.random_seed = limits.seed
        parameters.relative_gap_limit = limits.relative_gap
        parameters.absolute_gap_limit = 0.0
        parameters.linearization_level = 2
        # Python's own handler must see Ctrl-C: the caller waits in another thread.
        parameters.catch_sigint_signal = False
        if limits.work_limit is not None:
            parameters.max_deterministic_time = limits.work_limit

    def _build(self, model: cp_model.CpModel, variables: list[cp_model.IntVar]) -> bool:
        """Fill the model; False when stopped before it is complete."""
        linear = self._form.model
        variables += [
            model.new_bool_var("") if upper == 1 else model.new_int_var(0, upper, "")
            for upper in linear.upper
        ]
        for row in self._rows():
            if self._stopped.is_set() or self._clock.is_over:
                return False
            _add_row(model, variables, row)
        scaled = [cost // self._divisor for cost in self._costs]
        model.minimize(cp_model.LinearExpr.weighted_sum(variables, scaled))
        choice = self._record.choice
        if choice is not None:
            values = self._form.values_of(choice)
            for variable, value in zip(variables, values, strict=True):
                model.add_hint(variable, value)
        return True

    def _rows(self) -> list[Row]:
        rows = self._form.model.rows
        if not self._is_second or self._record.costs is None:
            return rows
        # The second level compares plans of the best first cost only.
        return [*rows, self._form.at_most(self._record.costs.total)]

    def _offer(self, values: list[int]) -> None:
        choice = self._form.choice_of(np.array(values, dtype=np.bool_))
        if not self._record.offer(choice):
            message = "CP-SAT returned a plan that breaks a limit; please report this"
            raise SolverError(message)

    def _offer_float_bound(self, bound: float) -> None:
        if abs(bound) < _EXACT_FLOATS:
            self._offer_bound(math.ceil(bound - 1e-3))

    def _offer_bound(self, bound: int) -> None:
        if self._is_second:
            self._record.offer_second_bound(bound * self._divisor)
        else:
            self._record.offer_bound(bound * self._divisor)

    def _conclude(self, status: cp_model.CpSolverStatus, model: cp_model.CpModel) -> None:
        """Read the status first: without a plan, CP-SAT still tells numbers."""
        if status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            self._offer_bound(self._solver.response_proto.inner_objective_lower_bound)
        elif status == cp_model.INFEASIBLE and not self._is_second:
            self._record.refuse()
        elif status != cp_model.UNKNOWN:
            message = f"CP-SAT ended as {status.name}: {model.validate()}"
            raise SolverError(message)


class _OnSolution(cp_model.CpSolverSolutionCallback):  # type: ignore[misc]
    """Hand each plan over; keep an error, as it cannot cross the engine's threads."""

    def __init__(self, offer: Callable[[list[int]], None]) -> None:
        super().__init__()
        self._offer = offer
        self.error: Exception | None = None

    def on_solution_callback(self) -> None:
        """Offer the plan that was just found."""
        try:
            self._offer(list(self.response_proto.solution))
        except Exception as error:
            self.error = error
            self.stop_search()


def _add_row(model: cp_model.CpModel, variables: list[cp_model.IntVar], row: Row) -> None:
    """Add a row, as a clique where it is one: CP-SAT reasons about cliques best."""
    terms = [variables[variable] for variable in row.variables]
    if all(coefficient == 1 for coefficient in row.coefficients) and row.upper == 1:
        if row.lower == 1:
            model.add_exactly_one(terms)
        else:
            model.add_at_most_one(terms)
        return
    total = cp_model.LinearExpr.weighted_sum(terms, list(row.coefficients))
    lower = row.lower if row.lower > -NO_LIMIT else cp_model.INT_MIN
    upper = row.upper if row.upper < NO_LIMIT else cp_model.INT_MAX
    model.add_linear_constraint(total, lower, upper)

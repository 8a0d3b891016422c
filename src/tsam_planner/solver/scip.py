"""
Search by SCIP: branch and bound on the linear relaxation, which CP-SAT is weak at.

Where capacities bind, SCIP's bound is the far better one. It is computed in floating
point, so the record lowers it by more than the tolerances at which SCIP works. It proves
a plan only where the costs lie on a grid that is coarse against them.
"""

import math
import threading

import numpy as np
from ortools.linear_solver import pywraplp

from tsam_planner.errors import SolverError
from tsam_planner.solver.formulation import Formulation
from tsam_planner.solver.integers import NO_LIMIT
from tsam_planner.solver.limits import Clock, Limits
from tsam_planner.solver.linear_model import LinearModel, Row
from tsam_planner.solver.record import Record
from tsam_planner.units import MICRO

_SAFETY = 1e-6
# SCIP's "infinite".
_LARGEST = 1e20


class ScipSearch:
    """
    One search in a single thread, for the first level of cost or for the second.

    The second is searched among plans whose first cost is at most that of the record's plan.
    """

    def __init__(
        self,
        form: Formulation,
        record: Record,
        clock: Clock,
        limits: Limits,
        *,
        is_second: bool = False,
    ) -> None:
        self._form, self._record, self._clock = form, record, clock
        self._is_second = is_second
        self._scale = MICRO if is_second else form.problem.scale
        self._stopped = threading.Event()
        self._solver = _scip(limits)

    def run(self) -> None:
        """Build the model, search it, and offer the plan and bound it ends with."""
        variables = self._build()
        if variables is None or self._clock.is_over:
            return
        if not math.isinf(self._clock.remaining):
            self._solver.SetTimeLimit(max(1, int(self._clock.remaining * 1000)))
        status = self._solver.Solve()
        if status in (self._solver.OPTIMAL, self._solver.FEASIBLE):
            values = [variable.solution_value() for variable in variables]
            # A plan that is only allowed within tolerances is refused by the record.
            self._record.offer(self._form.choice_of(np.array(values) > 0.5))
            self._offer_bound(self._solver.Objective().BestBound())

    def stop(self) -> None:
        """End the search soon."""
        self._stopped.set()
        self._solver.InterruptSolve()

    def _build(self) -> list[pywraplp.Variable] | None:
        """Fill the model and return its variables; None when stopped before."""
        model, solver = self._form.model, self._solver
        variables = [
            solver.BoolVar("") if upper == 1 and unit == 1 else _amount(solver, upper / unit)
            for upper, unit in zip(model.upper, model.unit, strict=True)
        ]
        for row in self._rows():
            if self._stopped.is_set() or self._clock.is_over:
                return None
            _add_row(solver, variables, model, row)
        objective = solver.Objective()
        objective.SetMinimization()
        costs = model.second_cost if self._is_second else model.cost
        for variable, cost, unit in zip(variables, costs, model.unit, strict=True):
            objective.SetCoefficient(variable, cost * unit / self._scale)
        choice = self._record.choice
        if choice is not None:
            hint = zip(self._form.values_of(choice), model.unit, strict=True)
            solver.SetHint(variables, [value / unit for value, unit in hint])
        return variables

    def _rows(self) -> list[Row]:
        if not self._is_second or self._record.costs is None:
            return self._form.model.rows
        return [*self._form.model.rows, self._form.at_most(self._record.costs.total)]

    def _offer_bound(self, bound: float) -> None:
        if abs(bound) >= _LARGEST:
            return
        if self._is_second:
            self._record.offer_float_second_bound(bound * self._scale)
        else:
            self._record.offer_float_bound(bound * self._scale)


def _scip(limits: Limits) -> pywraplp.Solver:
    # Lowering the bound opens the gap a little: aim below by as much. SCIP would take
    # Ctrl-C away from Python, whose own handler must see it.
    parameters = (
        f"limits/gap = {max(0.0, limits.relative_gap - 2 * _SAFETY)}\n"
        f"randomization/randomseedshift = {limits.seed}\n"
        "numerics/feastol = 1e-9\n"
        "misc/catchctrlc = FALSE\n"
    )
    solver = pywraplp.Solver.CreateSolver("SCIP")
    if solver is None or not solver.SetSolverSpecificParametersAsString(parameters):
        message = "this build of ortools has no SCIP that knows our parameters"
        raise SolverError(message)
    return solver


def _amount(solver: pywraplp.Solver, upper: float) -> pywraplp.Variable:
    return solver.NumVar(0.0, upper, "")


def _add_row(
    solver: pywraplp.Solver,
    variables: list[pywraplp.Variable],
    model: LinearModel,
    row: Row,
) -> None:
    """Add a row in the unit in which its largest coefficient is 1."""
    terms = list(zip(row.variables, row.coefficients, strict=True))
    size = max((abs(c) * model.unit[v] for v, c in terms), default=1.0)
    lower = row.lower / size if row.lower > -NO_LIMIT else -solver.infinity()
    upper = row.upper / size if row.upper < NO_LIMIT else solver.infinity()
    constraint = solver.Constraint(lower, upper)
    for variable, coefficient in terms:
        scaled = coefficient * model.unit[variable] / size
        constraint.SetCoefficient(variables[variable], scaled)

"""The exact proof of a choice among columns, by CP-SAT: whole numbers from end to end."""

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

from ortools.sat.python import cp_model

from tsam_planner.solver.columns.generation import Generator
from tsam_planner.solver.columns.pool import Column
from tsam_planner.solver.integers import IntegerProblem

# Seconds between two looks at whether the proof is still wanted.
_HEARTBEAT = 0.05


class Refutation:
    """
    The attempt to show that no choice of columns is cheaper than ``cost``.

    ``cost`` is the cost of a choice, so that only cheaper ones need be refuted.
    """

    def __init__(self, generator: Generator, numbers: Iterable[int], cost: int) -> None:
        self._problem, self._cost = generator.problem, cost
        self._model = cp_model.CpModel()
        self._terms: list[cp_model.IntVar] = []
        self._weights: list[int] = []
        columns = [generator.pool.columns[number] for number in dict.fromkeys(numbers)]
        chosen = [self._priced(1, column.cost) for column in columns]
        self._choose_once(self._problem, columns, chosen)
        self._limit(self._problem, columns, chosen)
        objective = cp_model.LinearExpr.weighted_sum(self._terms, self._weights)
        self._model.add(objective <= cost - 1)
        self._model.minimize(objective)

    def _priced(self, upper: int, price: int) -> cp_model.IntVar:
        """Return a variable from 0 to ``upper`` that costs ``price`` per unit."""
        variable = self._model.new_int_var(0, upper, "")
        self._terms.append(variable)
        self._weights.append(price)
        return variable

    def _choose_once(
        self, problem: IntegerProblem, columns: list[Column], chosen: list[cp_model.IntVar]
    ) -> None:
        """Serve each task once, or pay for leaving it where that is allowed."""
        of_task: list[list[cp_model.IntVar]] = [[] for _ in range(problem.num_tasks)]
        for variable, column in zip(chosen, columns, strict=True):
            for task in column.tasks:
                of_task[task].append(variable)
        for task, variables in enumerate(of_task):
            if not problem.must_serve[task]:
                variables.append(self._priced(1, int(problem.unassigned_cost[task])))
            self._model.add_exactly_one(variables)

    def _limit(
        self, problem: IntegerProblem, columns: list[Column], chosen: list[cp_model.IntVar]
    ) -> None:
        """Keep to copies and budgets, and pay for further agents of a group."""
        of_agent: list[list[cp_model.IntVar]] = [[] for _ in problem.copies]
        of_group: list[list[cp_model.IntVar]] = [[] for _ in problem.groups]
        for variable, column in zip(chosen, columns, strict=True):
            of_agent[column.agent].append(variable)
            for group in column.groups:
                of_group[group].append(variable)
        for variables, copies in zip(of_agent, problem.copies.tolist(), strict=True):
            self._model.add(sum(variables) <= copies)
        for variables, (_, price) in zip(of_group, problem.groups, strict=True):
            most = min(len(variables), int(problem.copies.sum()))
            further = self._priced(max(most, 1), price)
            self._model.add(further >= sum(variables) - 1)
        for budget, (_, limit) in enumerate(problem.budgets):
            amounts = [column.amounts[budget] for column in columns]
            self._model.add(cp_model.LinearExpr.weighted_sum(chosen, amounts) <= limit)

    def run(
        self, seconds: float, work: float, is_over: Callable[[], bool]
    ) -> tuple[int | None, float]:
        """
        Return a cost that no choice undercuts, and the work it took.

        The cost is None if there was no time to find any.
        """
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        # Without the linear relaxation the refutation takes twenty times as long or more.
        solver.parameters.linearization_level = 2
        # Python's own handler must see Ctrl-C: the caller waits in another thread.
        solver.parameters.catch_sigint_signal = False
        solver.parameters.max_time_in_seconds = max(seconds, 0.01)
        solver.parameters.max_deterministic_time = work
        with _watched(solver, is_over):
            status = solver.solve(self._model)
        done = float(solver.deterministic_time)
        if status == cp_model.INFEASIBLE:
            return self._cost, done
        if status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return int(solver.response_proto.inner_objective_lower_bound), done
        return None, done


@contextmanager
def _watched(solver: cp_model.CpSolver, is_over: Callable[[], bool]) -> Iterator[None]:
    """Stop the solver once ``is_over`` says so."""
    done = threading.Event()

    def watch() -> None:
        while not done.wait(_HEARTBEAT):
            if is_over():
                # A stop before the search has begun is lost, so it is repeated.
                solver.stop_search()

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield
    finally:
        done.set()
        watcher.join()

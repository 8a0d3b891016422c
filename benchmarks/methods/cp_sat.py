"""
Plain CP-SAT: the model that a user writes after reading the OR-Tools documentation.

One Boolean per option and one per unassigned task, exactly one of them true; linear capacity
rows; an integer variable per overload; Booleans for who serves a group; at most one task of an
exclusive set. Today's assignment, as far as it fits, is a hint.
"""

import time
from collections import defaultdict

import numpy as np
from ortools.sat.python import cp_model

from benchmarks.harness.problems import Case
from benchmarks.methods import Answer, Moment, Solve
from benchmarks.methods.spreadsheet import keep_today
from benchmarks.methods.whole import WholeProblem, whole
from tsam_planner.solver.integers import NO_LIMIT


def prepare(case: Case, *, seed: int, workers: int) -> Solve:
    """Return the search."""

    def solve(limit: float) -> Answer:
        return _solve(case, limit, seed, workers)

    return solve


class _Model:
    """The model of a problem, row by row; ``is_complete`` is off when time ran out."""

    def __init__(self, problem: WholeProblem, deadline: float) -> None:
        self.problem, self._deadline = problem, deadline
        self.model = cp_model.CpModel()
        self.x = [self.model.new_bool_var("") for _ in problem.option_task]
        self.y = [self.model.new_bool_var("") for _ in problem.unassigned_cost]
        self.terms, self.costs = [*self.x, *self.y], [*problem.option_cost.tolist()]
        self.costs += problem.unassigned_cost.tolist()
        self._add_tasks()
        self.is_complete = self._add_loads()
        self._add_sets()
        self.model.minimize(cp_model.LinearExpr.weighted_sum(self.terms, self.costs))

    def _add_tasks(self) -> None:
        served: dict[int, list[cp_model.IntVar]] = defaultdict(list)
        for option, task in enumerate(self.problem.option_task.tolist()):
            served[task].append(self.x[option])
        for task, unassigned in enumerate(self.y):
            self.model.add_exactly_one([*served[task], unassigned])
            if self.problem.must_serve[task]:
                self.model.add(unassigned == 0)

    def _add_loads(self) -> bool:
        problem = self.problem
        agents = problem.option_agent
        for resource in range(problem.loads.shape[1]):
            part = slice(*problem.loads.indptr[resource : resource + 2])
            options, amounts = problem.loads.indices[part], problem.loads.data[part]
            order = np.argsort(agents[options], kind="stable")
            names, first = np.unique(agents[options][order], return_index=True)
            for agent, rows in zip(names.tolist(), np.split(order, first[1:]), strict=True):
                self._add_load(agent, resource, options[rows], amounts[rows])
            if time.monotonic() > self._deadline:
                return False
        return True

    def _add_load(
        self, agent: int, resource: int, options: np.ndarray, amounts: np.ndarray
    ) -> None:
        load = cp_model.LinearExpr.weighted_sum(
            [self.x[option] for option in options.tolist()], amounts.tolist()
        )
        capacity = int(self.problem.capacity[agent, resource])
        soft = int(self.problem.soft_capacity[agent, resource])
        price = int(self.problem.overload_cost[agent, resource])
        if capacity < NO_LIMIT:
            self.model.add(load <= capacity)
        most = min(int(amounts.sum()), capacity)
        if price and most > soft:
            overload = self.model.new_int_var(0, most - soft, "")
            self.model.add(load - overload <= soft)
            self.terms.append(overload)
            self.costs.append(price)

    def _add_sets(self) -> None:
        for tasks, cost in self.problem.groups:
            flags = []
            for variables in self._by_agent(tasks).values():
                flag = self.model.new_bool_var("")
                for variable in variables:
                    self.model.add_implication(variable, flag)
                flags.append(flag)
            if len(flags) > 1:
                extra = self.model.new_int_var(0, len(flags) - 1, "")
                self.model.add(extra >= sum(flags) - 1)
                self.terms.append(extra)
                self.costs.append(cost)
        for tasks in self.problem.exclusive:
            for variables in self._by_agent(tasks).values():
                self.model.add_at_most_one(variables)

    def _by_agent(self, tasks: list[int]) -> dict[int, list[cp_model.IntVar]]:
        by_agent: dict[int, list[cp_model.IntVar]] = defaultdict(list)
        for option in np.flatnonzero(np.isin(self.problem.option_task, tasks)).tolist():
            by_agent[int(self.problem.option_agent[option])].append(self.x[option])
        return by_agent

    def hint(self, chosen: np.ndarray) -> None:
        """Hint a plan."""
        is_chosen = set(chosen.tolist())
        for option, variable in enumerate(self.x):
            self.model.add_hint(variable, option in is_chosen)
        for task, variable in enumerate(self.y):
            self.model.add_hint(variable, bool(chosen[task] < 0))


class _History(cp_model.CpSolverSolutionCallback):
    """Note each plan and the bound at that moment."""

    def __init__(self, began: float, points: float) -> None:
        super().__init__()
        self._began, self._points = began, points
        self.moments: list[Moment] = []

    def on_solution_callback(self) -> None:
        """Note the plan that was just found."""
        costs = self.objective_value / self._points, self.best_objective_bound / self._points
        self.moments.append(Moment(time.monotonic() - self._began, *costs))


def _solve(case: Case, limit: float, seed: int, workers: int) -> Answer:
    began = time.monotonic()
    form = _Model(whole(case.problem), began + limit)
    form.hint(keep_today(case))
    left = limit - (time.monotonic() - began)
    if not form.is_complete or left <= 0:
        return Answer(option_of_task=None, stop="time limit", note="model not complete")
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = left
    solver.parameters.num_workers = workers
    solver.parameters.random_seed = seed
    points = form.problem.points
    history = _History(began, points)
    status = solver.solve(form.model, history)
    has_plan = status in (cp_model.OPTIMAL, cp_model.FEASIBLE)
    chosen = np.full(case.problem.num_tasks, -1, dtype=np.int64)
    for option, variable in enumerate(form.x if has_plan else ()):
        if solver.value(variable):
            chosen[form.problem.option_task[option]] = option
    # Without a plan, the solver's bound may be 0 just because it knows none.
    return Answer(
        option_of_task=chosen if has_plan else None,
        bound=solver.best_objective_bound / points if has_plan else None,
        history=history.moments,
        stop=status.name,
    )

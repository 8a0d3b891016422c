"""
The linear program that combines columns, for a part of the tasks and agents.

Rows: each task once, each agent at most its copies, each group, each budget. Beside the
columns stand what a task costs unassigned, what a group costs per further agent, and the
*box*: slack priced at the edges of an interval around the duals believed best. It keeps the
duals from swinging while the columns are few.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from tsam_planner.solver.columns.pool import Column, Pool
from tsam_planner.solver.highs import INFINITY, Entries, Program, as_entries
from tsam_planner.solver.integers import IntegerProblem
from tsam_planner.solver.problem import FloatArray, IntArray


@dataclass(frozen=True, eq=False, slots=True)
class Scope:
    """
    The part of a problem that is open; the rest of the plan stands.

    ``tasks`` and ``agents`` are sorted; ``free_group`` is 1 where no agent outside serves the
    group, so that the first one inside is free; ``budget`` is what is left of each.
    ``copies`` belongs to ``agents``.
    """

    tasks: IntArray
    agents: IntArray
    copies: IntArray
    free_group: IntArray
    budget: FloatArray


def whole_scope(problem: IntegerProblem) -> Scope:
    """Return the scope in which everything is open."""
    return Scope(
        np.arange(problem.num_tasks),
        np.arange(len(problem.copies)),
        problem.copies,
        np.ones(len(problem.groups), dtype=np.int64),
        np.array([limit for _, limit in problem.budgets], dtype=np.float64),
    )


class Master:
    """
    The program over a scope; costs are in points, duals in points.

    ``whole`` makes it an integer program, without box.
    """

    def __init__(
        self,
        problem: IntegerProblem,
        pool: Pool,
        scope: Scope,
        *,
        unserved_cost: FloatArray,
        whole: bool = False,
        seed: int = 0,
        is_over: Callable[[], bool],
        seconds: float = np.inf,
    ) -> None:
        self._problem, self._pool, self.scope, self._whole = problem, pool, scope, whole
        tasks, agents = len(scope.tasks), len(scope.agents)
        groups, budgets = len(problem.groups), len(problem.budgets)
        self._row_of_task = np.full(problem.num_tasks, -1, dtype=np.int64)
        self._row_of_task[scope.tasks] = np.arange(tasks)
        self._row_of_agent = np.full(len(problem.copies), -1, dtype=np.int64)
        self._row_of_agent[scope.agents] = tasks + np.arange(agents)
        self._first_group = tasks + agents
        self._first_budget = self._first_group + groups
        # Amounts of budgets are large whole numbers; as shares of the limit they scale well.
        self._budget_unit = np.maximum(scope.budget, 1.0)
        lower = np.concatenate([np.ones(tasks), np.full(agents + groups + budgets, -INFINITY)])
        upper = np.concatenate(
            [
                np.ones(tasks),
                scope.copies.astype(float),
                scope.free_group.astype(float),
                scope.budget / self._budget_unit,
            ]
        )
        self.program = Program(lower, upper, seed=seed, is_over=is_over, seconds=seconds)
        self._unserved = self._edge = unserved_cost[scope.tasks]
        self._add_slacks(tasks, groups)
        self.numbers: list[int] = []
        self._place: dict[int, int] = {}

    def _add_slacks(self, tasks: int, groups: int) -> None:
        each = np.arange(tasks)
        self.program.add(
            self._unserved,
            Entries(np.arange(tasks + 1), each, np.ones(tasks)),
            whole=self._whole,
        )
        prices = np.array([cost / self._problem.scale for _, cost in self._problem.groups])
        self.program.add(
            prices,
            Entries(
                np.arange(groups + 1),
                self._first_group + np.arange(groups),
                -np.ones(groups),
            ),
        )
        self.num_slacks = tasks + groups
        if not self._whole:
            self.program.add(
                np.zeros(tasks), Entries(np.arange(tasks + 1), each, -np.ones(tasks)), upper=0.0
            )
            self.num_slacks += tasks

    def add(self, numbers: Iterable[int]) -> int:
        """Add columns of the pool by number, each once; return how many were new."""
        fresh = [number for number in dict.fromkeys(numbers) if number not in self._place]
        for number in fresh:
            self._place[number] = len(self.numbers)
            self.numbers.append(number)
        columns = [self._pool.columns[number] for number in fresh]
        cost = np.array([column.cost / self._problem.scale for column in columns])
        entries = as_entries([self._entries(column) for column in columns])
        self.program.add(cost, entries, whole=self._whole)
        return len(fresh)

    def _entries(self, column: Column) -> tuple[list[int], list[float]]:
        """Return the rows of a column, and its values there."""
        rows = self._row_of_task[list(column.tasks)].tolist()
        rows.append(int(self._row_of_agent[column.agent]))
        rows += [self._first_group + group for group in column.groups]
        values = [1.0] * len(rows)
        for budget, amount in enumerate(column.amounts):
            if amount:
                rows.append(self._first_budget + budget)
                values.append(amount / self._budget_unit[budget])
        return rows, values

    def values_of(self, chosen: Sequence[int]) -> FloatArray:
        """Return the values of all columns in the plan that takes these columns of the pool."""
        values = np.zeros(self.num_slacks + len(self.numbers))
        served = np.zeros(len(self.scope.tasks))
        serving = np.zeros(len(self._problem.groups))
        for number in chosen:
            column = self._pool.columns[number]
            values[self.num_slacks + self._place[number]] += 1.0
            served[self._row_of_task[list(column.tasks)]] = 1.0
            serving[list(column.groups)] += 1.0
        tasks, groups = len(served), len(serving)
        values[:tasks] = 1.0 - served
        values[tasks : tasks + groups] = np.maximum(serving - self.scope.free_group, 0.0)
        return values

    def set_box(self, center: FloatArray, radius: float) -> None:
        """Keep the duals of tasks (points, by task of the scope) near ``center``."""
        tasks, groups = len(self.scope.tasks), len(self._problem.groups)
        self._edge = np.minimum(self._unserved, center + radius)
        self.program.set_costs(np.arange(tasks), self._edge)
        lower = np.arange(tasks + groups, 2 * tasks + groups)
        self.program.set_costs(lower, radius - center)
        self.program.bound_columns(lower, INFINITY)

    def duals(self) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
        """Return the duals of tasks, agents, groups and budgets (per unit of amount)."""
        duals = self.program.duals()
        tasks, agents = len(self.scope.tasks), len(self.scope.agents)
        group = duals[self._first_group : self._first_budget]
        budget = duals[self._first_budget :] / self._budget_unit
        return duals[:tasks], duals[tasks : tasks + agents], group, budget

    def shares(self) -> FloatArray:
        """Return how much of each column the solution takes."""
        return self.program.values()[self.num_slacks :]

    def chosen(self, values: FloatArray | None = None) -> list[int]:
        """Return the columns that an integer program chose, by its last values or these."""
        shares = self.shares() if values is None else values[self.num_slacks :]
        return [n for n, share in zip(self.numbers, shares, strict=True) if share > 0.5]

    def uses_box(self) -> bool:
        """Say whether the box, rather than columns and true costs, serves tasks."""
        tasks, groups = len(self.scope.tasks), len(self._problem.groups)
        values = self.program.values()
        below = values[tasks + groups : 2 * tasks + groups]
        above = values[:tasks][self._edge < self._unserved - 1e-9]
        return bool((below > 1e-5).any() or (above > 1e-5).any())

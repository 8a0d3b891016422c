"""A whole plan as columns: which sets of options stand, and what a part of it leaves open."""

from collections.abc import Iterable, Sequence

import numpy as np

from tsam_planner.solver.columns.master import Scope
from tsam_planner.solver.columns.pool import Pool
from tsam_planner.solver.costing import Choice
from tsam_planner.solver.integers import IntegerProblem
from tsam_planner.solver.problem import FloatArray, IntArray


class Plan:
    """
    The columns that stand, by agent; never changed, only replaced.

    Unlike what the record accepts, a plan may leave tasks that must be served; their price
    is ``unserved_cost`` (points, by task).
    """

    def __init__(
        self,
        problem: IntegerProblem,
        pool: Pool,
        numbers: Iterable[int],
        unserved_cost: FloatArray,
    ) -> None:
        self._problem, self._pool, self._unserved_cost = problem, pool, unserved_cost
        self.numbers = tuple(sorted(numbers))
        self.agent_of_task = np.full(problem.num_tasks, -1, dtype=np.int64)
        self.serving = np.zeros(len(problem.groups), dtype=np.int64)
        self._spent = np.zeros(len(problem.budgets), dtype=np.int64)
        for number in self.numbers:
            column = pool.columns[number]
            self.agent_of_task[list(column.tasks)] = column.agent
            self.serving[list(column.groups)] += 1
            self._spent += np.array(column.amounts, dtype=np.int64)
        self.cost = self._cost(self.numbers, self.unserved, self.serving - 1)

    def _cost(
        self, numbers: Iterable[int], unserved: IntArray, further_agents: IntArray
    ) -> int:
        """Return the cost of columns, unserved tasks, and further agents by group."""
        problem = self._problem
        cost = sum(self._pool.columns[number].cost for number in numbers)
        prices = np.array([price for _, price in problem.groups], dtype=np.int64)
        cost += int(prices @ np.maximum(further_agents, 0))
        return cost + int(np.rint(self._unserved_cost[unserved] * problem.scale).sum())

    @property
    def unserved(self) -> IntArray:
        """Tasks that nobody serves."""
        return np.flatnonzero(self.agent_of_task < 0)

    @property
    def choice(self) -> Choice:
        """The plan as the record takes it."""
        return Choice(*self._pool.options_of(self.numbers))

    def inside(self, agents: IntArray) -> list[int]:
        """Return the columns of these agents."""
        chosen = set(agents.tolist())
        return [n for n in self.numbers if self._pool.columns[n].agent in chosen]

    def cost_inside(self, scope: Scope) -> int:
        """Return what the scope's part costs, as its master counts."""
        inside = self.inside(scope.agents)
        serving = np.zeros(len(self._problem.groups), dtype=np.int64)
        for number in inside:
            serving[list(self._pool.columns[number].groups)] += 1
        unserved = scope.tasks[self.agent_of_task[scope.tasks] < 0]
        return self._cost(inside, unserved, serving - scope.free_group)

    def open_up(self, agents: IntArray, more_tasks: IntArray) -> Scope:
        """Return the scope of these agents' tasks and ``more_tasks``; the rest stands."""
        problem = self._problem
        is_inside = np.isin(self.agent_of_task, agents)
        is_inside[more_tasks] = True
        serving, spent = self.serving.copy(), self._spent.copy()
        for number in self.inside(agents):
            column = self._pool.columns[number]
            serving[list(column.groups)] -= 1
            spent -= np.array(column.amounts, dtype=np.int64)
        limits = np.array([limit for _, limit in problem.budgets], dtype=np.int64)
        return Scope(
            np.flatnonzero(is_inside),
            agents,
            problem.copies[agents],
            (serving == 0).astype(np.int64),
            (limits - spent).astype(float),
        )

    def remainder(self) -> Scope:
        """Return the scope of the tasks and copies that the plan leaves; all of it stands."""
        problem = self._problem
        used = np.zeros(len(problem.copies), dtype=np.int64)
        for number in self.numbers:
            used[self._pool.columns[number].agent] += 1
        agents = np.flatnonzero(used < problem.copies)
        limits = np.array([limit for _, limit in problem.budgets], dtype=np.int64)
        return Scope(
            self.unserved,
            agents,
            (problem.copies - used)[agents],
            (self.serving == 0).astype(np.int64),
            np.maximum(limits - self._spent, 0).astype(float),
        )

    def is_allowed(self) -> bool:
        """Say whether the budgets hold, the only limits that columns do not keep."""
        limits = [limit for _, limit in self._problem.budgets]
        return bool((self._spent <= np.array(limits, dtype=np.int64)).all())

    def replace(self, scope: Scope, numbers: Sequence[int]) -> "Plan":
        """Return the plan with these columns instead of those of the scope's agents."""
        gone = set(self.inside(scope.agents))
        kept = [number for number in self.numbers if number not in gone]
        return self.of([*kept, *numbers])

    def of(self, numbers: Iterable[int]) -> "Plan":
        """Return the plan of these columns of the same pool."""
        return Plan(self._problem, self._pool, numbers, self._unserved_cost)

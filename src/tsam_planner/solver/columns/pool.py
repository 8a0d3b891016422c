"""The sets of options found so far, each with its agent and cost: columns of the master."""

import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from tsam_planner.solver.columns.agents import Agent
from tsam_planner.solver.integers import IntegerProblem
from tsam_planner.solver.problem import IntArray


@dataclass(frozen=True, slots=True)
class Column:
    """A set of options of one agent; ``cost`` is in units of the integer problem.

    ``groups`` are those it serves, ``amounts`` what it takes of each budget.
    """

    agent: int
    options: tuple[int, ...]
    tasks: tuple[int, ...]
    cost: int
    groups: tuple[int, ...]
    amounts: tuple[int, ...]


class Pool:
    """All columns, each once; the numbers of columns never change."""

    def __init__(self, problem: IntegerProblem, agents: Sequence[Agent]) -> None:
        self._problem = problem
        self._agents = agents
        self._groups_of_task: list[list[int]] = [[] for _ in range(problem.num_tasks)]
        for number, (tasks, _) in enumerate(problem.groups):
            for task in tasks.tolist():
                self._groups_of_task[task].append(number)
        self._lock = threading.Lock()
        self._numbers: dict[tuple[int, ...], int] = {}
        self.columns: list[Column] = []

    def add(self, agent: int, local_options: Sequence[int] | IntArray) -> int:
        """Add a set of options, given by their place within the agent; return its number."""
        data = self._agents[agent]
        local = np.sort(np.asarray(local_options, dtype=np.int64))
        options = tuple(data.options[local].tolist())
        number = self._numbers.get(options)
        if number is None:
            tasks = tuple(data.tasks[local].tolist())
            groups = {group for task in tasks for group in self._groups_of_task[task]}
            column = Column(
                agent,
                options,
                tasks,
                self._cost(data, local),
                tuple(sorted(groups)),
                tuple(
                    int(amounts[list(options)].sum()) for amounts, _ in self._problem.budgets
                ),
            )
            with self._lock:
                # Another thread may have added it meanwhile.
                number = self._numbers.setdefault(options, len(self.columns))
                if number == len(self.columns):
                    self.columns.append(column)
        return number

    def add_plan(self, option_of_task: IntArray, copy_of_task: IntArray) -> list[int]:
        """Add the columns of a plan; return their numbers."""
        served = np.flatnonzero(option_of_task >= 0)
        options = option_of_task[served]
        by_slot: dict[tuple[int, int], list[int]] = {}
        for task, option, agent in zip(
            served.tolist(),
            options.tolist(),
            self._problem.option_agent[options].tolist(),
            strict=True,
        ):
            by_slot.setdefault((agent, int(copy_of_task[task])), []).append(option)
        return [
            self.add(agent, np.searchsorted(self._agents[agent].options, sorted(chosen)))
            for (agent, _), chosen in by_slot.items()
        ]

    @staticmethod
    def _cost(data: Agent, local: IntArray) -> int:
        rows = data.rows
        overload = np.maximum(rows.load[local].sum(axis=0) - rows.soft, 0.0) * rows.price
        return int(data.cost[local].sum() + overload.sum()) + data.fixed_cost

    def options_of(self, numbers: Iterable[int]) -> tuple[IntArray, IntArray]:
        """Return the option and the copy of each task when these columns are chosen."""
        option_of_task = np.full(self._problem.num_tasks, -1, dtype=np.int64)
        copy_of_task = option_of_task.copy()
        used: dict[int, int] = {}
        for number in numbers:
            column = self.columns[number]
            option_of_task[list(column.tasks)] = column.options
            copy_of_task[list(column.tasks)] = used.get(column.agent, 0)
            used[column.agent] = used.get(column.agent, 0) + 1
        return option_of_task, copy_of_task

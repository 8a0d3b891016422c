"""
A careful planner with a spreadsheet, in plain Python.

Largest contracts first, each stays with its manager of today if it fits. Then the others,
largest first, to the manager who may serve it, has room in every week, and has the most room.
No limit is ever broken; what fits nowhere stays unassigned. Size and room are shares of what
managers have, averaged over their limits.
"""

import itertools
import math

import numpy as np

from benchmarks.harness.problems import Case
from benchmarks.methods import Answer, Solve


class _Book:
    """Who carries what so far."""

    def __init__(self, case: Case) -> None:
        problem = case.problem
        self.capacity: list[list[float]] = problem.capacity.tolist()
        self.room = [list(row) for row in self.capacity]
        start = problem.load_start.tolist()
        resource, amount = problem.load_resource.tolist(), problem.load_amount.tolist()
        self.loads = [
            list(zip(resource[a:b], amount[a:b], strict=True))
            for a, b in itertools.pairwise(start)
        ]
        self.agent: list[int] = problem.option_agent.tolist()
        self.task: list[int] = problem.option_task.tolist()
        self.chosen = [-1] * problem.num_tasks
        self._apart: list[list[int]] = [[] for _ in self.chosen]
        for tasks in problem.exclusive:
            for task in tasks:
                self._apart[int(task)] += [int(other) for other in tasks if other != task]

    def fits(self, option: int) -> bool:
        room = self.room[self.agent[option]]
        # As exact as the planner's own arithmetic: rounding must not refuse what just fits.
        if any(amount > room[resource] + 1e-9 for resource, amount in self.loads[option]):
            return False
        others = (self.chosen[task] for task in self._apart[self.task[option]])
        return all(o < 0 or self.agent[o] != self.agent[option] for o in others)

    def take(self, option: int) -> None:
        room = self.room[self.agent[option]]
        for resource, amount in self.loads[option]:
            room[resource] -= amount
        self.chosen[self.task[option]] = option

    def share_left(self, agent: int) -> float:
        shares = [
            room / most
            for room, most in zip(self.room[agent], self.capacity[agent], strict=True)
            if 0 < most < math.inf
        ]
        return sum(shares) / len(shares) if shares else 1.0

    def size(self, option: int) -> float:
        capacity = self.capacity[self.agent[option]]
        return sum(
            amount / capacity[resource]
            for resource, amount in self.loads[option]
            if 0 < capacity[resource] < math.inf
        )


def prepare(case: Case, *, seed: int = 0, workers: int = 1) -> Solve:
    """Return the planner; nothing is random and nothing runs in parallel."""

    def solve(limit: float) -> Answer:
        return Answer(option_of_task=plan_by_hand(case), stop="done")

    return solve


def plan_by_hand(case: Case) -> np.ndarray:
    """Return the option of each task in the planner's plan, -1 = unassigned."""
    return _plan(case, is_whole=True)


def keep_today(case: Case) -> np.ndarray:
    """Return the option of each task that can stay with its agent of today, else -1."""
    return _plan(case, is_whole=False)


def _plan(case: Case, *, is_whole: bool) -> np.ndarray:
    book = _Book(case)
    options: list[list[int]] = [[] for _ in book.chosen]
    for option, task in enumerate(book.task):
        options[task].append(option)
    sizes = [max(map(book.size, of_task), default=0.0) for of_task in options]
    order = sorted(range(len(options)), key=lambda task: -sizes[task])
    today = case.start.tolist()
    for task in order:
        for option in options[task]:
            is_today = book.agent[option] == today[task]
            if is_today and book.chosen[task] < 0 and book.fits(option):
                book.take(option)
    for task in order if is_whole else ():
        fitting = [option for option in options[task] if book.fits(option)]
        if book.chosen[task] < 0 and fitting:
            book.take(max(fitting, key=lambda option: book.share_left(book.agent[option])))
    return np.array(book.chosen, dtype=np.int64)

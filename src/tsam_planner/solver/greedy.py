"""
A first plan at once: take task after task, each to where it costs least now.

The given start comes first; then the tasks that must be served and the largest ones. Of
places that cost the same, the one with the most room left is taken. A task stays
unassigned where that costs less, or where nothing fits.
"""

from collections.abc import Callable, Sequence

import numpy as np

from tsam_planner.solver.costing import Choice
from tsam_planner.solver.integers import NO_LIMIT, IntegerProblem
from tsam_planner.solver.problem import IntArray


def construct(
    problem: IntegerProblem,
    start: IntArray | None = None,
    is_over: Callable[[], bool] = lambda: False,
) -> Choice:
    """
    Build a plan within all limits, except that a task may stay unserved.

    Parameters
    ----------
    problem
        What to plan.
    start
        Agent of each task, -1 = none, shape (tasks,): kept wherever it fits.
    is_over
        Asked before each task; once true, the remaining tasks stay unassigned.
    """
    state = _State(problem)
    order = _order(problem)
    if start is not None:
        for task in order[start[order] >= 0].tolist():
            state.serve(task, only_agent=int(start[task]))
    for task in order.tolist():
        if is_over():
            break
        if state.option_of_task[task] < 0:
            state.serve(task)
    return Choice(state.option_of_task, state.copy_of_task)


def _order(problem: IntegerProblem) -> IntArray:
    """Return the tasks: those that must be served first, then by share of room."""
    options = problem.load_option()
    room = problem.capacity[problem.option_agent[options], problem.load_resource]
    share = np.zeros(len(problem.option_task))
    np.maximum.at(share, options, problem.load_amount / np.maximum(room, 1))
    size = np.zeros(problem.num_tasks)
    np.maximum.at(size, problem.option_task, np.where(problem.usable, share, 0.0))
    order: IntArray = np.lexsort((-size, ~problem.must_serve))
    return order


class _State:
    """The plan so far: what each slot carries and which limits have how much room."""

    def __init__(self, problem: IntegerProblem) -> None:
        self.problem = problem
        self.option_of_task = np.full(problem.num_tasks, -1, dtype=np.int64)
        self.copy_of_task = self.option_of_task.copy()
        agents = problem.slot_agent
        self.load = np.zeros((len(agents), problem.num_resources), dtype=np.int64)
        self.is_used = np.zeros(len(agents), dtype=np.bool_)
        self.spent = [0] * len(problem.budgets)
        self.options_by_task = _options_by_task(problem)
        self.groups_by_task = _sets_by_task([tasks for tasks, _ in problem.groups])
        self.sets_by_task = _sets_by_task(problem.exclusive)
        self.group_slots: list[set[int]] = [set() for _ in problem.groups]
        self.set_slots: list[set[int]] = [set() for _ in problem.exclusive]
        self.first_slot = problem.first_slot

    def serve(self, task: int, only_agent: int | None = None) -> None:
        """Choose the cheapest fitting option of a task, if it is worth its cost."""
        problem = self.problem
        served = problem.must_serve[task] or only_agent is not None
        best = (NO_LIMIT if served else int(problem.unassigned_cost[task]), 0.0)
        place: tuple[int, int] | None = None
        for option in self.options_by_task.get(task, ()):
            agent = int(problem.option_agent[option])
            if only_agent not in (None, agent):
                continue
            for slot in self._slots(agent):
                key = self._key(task, option, slot)
                if key is not None and key < best:
                    best, place = key, (option, slot)
        if place is not None:
            self._place(task, *place)

    def _slots(self, agent: int) -> list[int]:
        """Return the used copies of an agent and one unused: the others are alike."""
        first = int(self.first_slot[agent])
        slots = range(first, first + int(self.problem.copies[agent]))
        used = [slot for slot in slots if self.is_used[slot]]
        return used + [slot for slot in slots if not self.is_used[slot]][:1]

    def _key(self, task: int, option: int, slot: int) -> tuple[int, float] | None:
        """Return added cost and share of room used; None where it does not fit."""
        problem, agent = self.problem, self.problem.option_agent[option]
        resources, amounts = problem.loads_of(option)
        before = self.load[slot, resources]
        after, capacity = before + amounts, problem.capacity[agent, resources]
        if (after > capacity).any() or not self._is_allowed(task, option, slot):
            return None
        soft = problem.soft_capacity[agent, resources]
        excess = np.maximum(after - soft, 0) - np.maximum(before - soft, 0)
        cost = int(problem.option_cost[option])
        cost += int((excess * problem.overload_cost[agent, resources]).sum())
        cost += 0 if self.is_used[slot] else int(problem.agent_cost[agent])
        for group in self.groups_by_task.get(task, ()):
            slots = self.group_slots[group]
            cost += problem.groups[group][1] if slots and slot not in slots else 0
        return cost, float(np.max(after / np.maximum(capacity, 1), initial=0.0))

    def _is_allowed(self, task: int, option: int, slot: int) -> bool:
        budgets = zip(self.problem.budgets, self.spent, strict=True)
        return all(
            spent + amounts[option] <= limit for (amounts, limit), spent in budgets
        ) and not any(
            slot in self.set_slots[number] for number in self.sets_by_task.get(task, ())
        )

    def _place(self, task: int, option: int, slot: int) -> None:
        agent = self.problem.option_agent[option]
        resources, amounts = self.problem.loads_of(option)
        self.option_of_task[task] = option
        self.copy_of_task[task] = slot - self.first_slot[agent]
        self.load[slot, resources] += amounts
        self.is_used[slot] = True
        for number, (spending, _) in enumerate(self.problem.budgets):
            self.spent[number] += int(spending[option])
        for group in self.groups_by_task.get(task, ()):
            self.group_slots[group].add(slot)
        for number in self.sets_by_task.get(task, ()):
            self.set_slots[number].add(slot)


def _options_by_task(problem: IntegerProblem) -> dict[int, list[int]]:
    by_task: dict[int, list[int]] = {}
    for option in np.flatnonzero(problem.usable).tolist():
        by_task.setdefault(int(problem.option_task[option]), []).append(option)
    return by_task


def _sets_by_task(sets: Sequence[IntArray]) -> dict[int, list[int]]:
    by_task: dict[int, list[int]] = {}
    for number, tasks in enumerate(sets):
        for task in tasks.tolist():
            by_task.setdefault(task, []).append(number)
    return by_task

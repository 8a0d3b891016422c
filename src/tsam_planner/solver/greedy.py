"""
A first plan at once: take task after task, each to where it costs least now.

The given start comes first; then the tasks that must be served and the largest ones. Of
places that cost the same, the one with the most room left is taken. A task stays
unassigned where that costs less, or where nothing fits.
"""

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from tsam_planner.solver.costing import Choice
from tsam_planner.solver.integers import IntegerProblem
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
        options, slots = self._places(task, only_agent)
        if not len(options):
            return
        loads = problem.dense_loads(options)
        agents = problem.option_agent[options]
        before, capacity = self.load[slots], problem.capacity[agents]
        after = before + loads
        allowed = (after <= capacity).all(axis=1) & self._is_allowed(task, options, slots)
        if not allowed.any():
            return
        cost = self._added_cost(task, options, slots, before, after)
        share = np.where(loads > 0, after / np.maximum(capacity, 1), 0.0).max(axis=1, initial=0)
        best = int(np.lexsort((share, cost, ~allowed))[0])
        is_wanted = problem.must_serve[task] or only_agent is not None
        if is_wanted or cost[best] < problem.unassigned_cost[task]:
            self._place(task, int(options[best]), int(slots[best]))

    def _places(self, task: int, only_agent: int | None) -> tuple[IntArray, IntArray]:
        """Return each option with each used copy of its agent, and with one unused."""
        options = self.options_by_task[task]
        agents = self.problem.option_agent[options]
        if only_agent is not None:
            options, agents = options[agents == only_agent], agents[agents == only_agent]
        first, copies = self.first_slot[agents], self.problem.copies[agents]
        if (copies == 1).all():
            return options, first
        slots = [self._open_slots(int(f), int(c)) for f, c in zip(first, copies, strict=True)]
        return (
            np.repeat(options, [len(open_slots) for open_slots in slots]),
            np.array([slot for open_slots in slots for slot in open_slots], dtype=np.int64),
        )

    def _open_slots(self, first: int, count: int) -> list[int]:
        slots = range(first, first + count)
        used = [slot for slot in slots if self.is_used[slot]]
        return used + [slot for slot in slots if not self.is_used[slot]][:1]

    def _added_cost(
        self, task: int, options: IntArray, slots: IntArray, before: IntArray, after: IntArray
    ) -> IntArray:
        problem, agents = self.problem, self.problem.option_agent[options]
        soft = problem.soft_capacity[agents]
        excess = np.maximum(after - soft, 0) - np.maximum(before - soft, 0)
        cost: IntArray = problem.option_cost[options] + (
            excess * problem.overload_cost[agents]
        ).sum(axis=1)
        cost += np.where(self.is_used[slots], 0, problem.agent_cost[agents])
        for group in self.groups_by_task.get(task, ()):
            serving = self.group_slots[group]
            if serving:
                is_further = ~np.isin(slots, list(serving))
                cost += np.where(is_further, problem.groups[group][1], 0)
        return cost

    def _is_allowed(
        self, task: int, options: IntArray, slots: IntArray
    ) -> npt.NDArray[np.bool_]:
        """Say which places budgets and exclusive sets allow."""
        allowed = np.ones(len(options), dtype=np.bool_)
        for (amounts, limit), spent in zip(self.problem.budgets, self.spent, strict=True):
            allowed &= spent + amounts[options] <= limit
        for number in self.sets_by_task.get(task, ()):
            allowed &= ~np.isin(slots, list(self.set_slots[number]))
        return allowed

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


def _options_by_task(problem: IntegerProblem) -> list[IntArray]:
    usable = np.flatnonzero(problem.usable)
    order = usable[np.argsort(problem.option_task[usable], kind="stable")]
    ends = np.searchsorted(problem.option_task[order], np.arange(1, problem.num_tasks))
    return np.split(order, ends)


def _sets_by_task(sets: Sequence[IntArray]) -> dict[int, list[int]]:
    by_task: dict[int, list[int]] = {}
    for number, tasks in enumerate(sets):
        for task in tasks.tolist():
            by_task.setdefault(task, []).append(number)
    return by_task

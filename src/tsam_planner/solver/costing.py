"""What a plan costs and whether it is allowed, recomputed from its choices alone."""

from dataclasses import dataclass

import numpy as np

from tsam_planner.solver.integers import IntegerProblem
from tsam_planner.solver.problem import IntArray


@dataclass(frozen=True, eq=False)
class Choice:
    """
    What a plan decides: the option of each task (-1: none) and the copy of its agent.

    Which of several identical copies does what is arbitrary; `numbered` settles it.
    """

    option_of_task: IntArray
    copy_of_task: IntArray

    def numbered(self, problem: IntegerProblem) -> "Choice":
        """Return the same plan with each agent's used copies numbered by first task."""
        served = np.flatnonzero(self.option_of_task >= 0)
        copies = np.full(len(self.option_of_task), -1, dtype=np.int64)
        numbers: dict[tuple[int, int], int] = {}
        used: dict[int, int] = {}
        agents = problem.option_agent[self.option_of_task[served]]
        for task, agent in zip(served.tolist(), agents.tolist(), strict=True):
            key = (agent, int(self.copy_of_task[task]))
            if key not in numbers:
                numbers[key] = used.get(agent, 0)
                used[agent] = numbers[key] + 1
            copies[task] = numbers[key]
        return Choice(self.option_of_task.copy(), copies)


@dataclass(frozen=True, kw_only=True)
class Costs:
    """The cost of a plan by origin, in units of the integer problem."""

    options: int
    unassigned: int
    overload: int
    groups: int
    agents: int
    second: int

    @property
    def total(self) -> int:
        """Cost of the first level."""
        return self.options + self.unassigned + self.overload + self.groups + self.agents


def price(problem: IntegerProblem, choice: Choice) -> Costs | None:
    """Return what a plan costs; None when it breaks a limit."""
    options = choice.option_of_task
    tasks = np.flatnonzero(options >= 0)
    chosen = options[tasks]
    open_tasks = np.flatnonzero(options < 0)
    if problem.must_serve[open_tasks].any():
        return None
    agents = problem.option_agent[chosen]
    slots = np.full(problem.num_tasks, -1, dtype=np.int64)
    slots[tasks] = problem.first_slot[agents] + choice.copy_of_task[tasks]
    load = _slot_loads(problem, chosen, slots[tasks])
    if not _is_allowed(problem, chosen, slots, load):
        return None
    slot_agent = problem.slot_agent
    excess = np.maximum(load - problem.soft_capacity[slot_agent], 0)
    return Costs(
        options=int(problem.option_cost[chosen].sum()),
        unassigned=int(problem.unassigned_cost[open_tasks].sum()),
        overload=int((excess * problem.overload_cost[slot_agent]).sum()),
        groups=sum(cost * _extra_slots(slots[group]) for group, cost in problem.groups),
        agents=int(problem.agent_cost[slot_agent[np.unique(slots[tasks])]].sum()),
        second=int(problem.second_option_cost[chosen].sum())
        + int(problem.second_unassigned_cost[open_tasks].sum()),
    )


def _slot_loads(problem: IntegerProblem, chosen: IntArray, slots: IntArray) -> IntArray:
    """Add up the loads of the chosen options, shape (slots, resources)."""
    load = np.zeros((len(problem.slot_agent), problem.num_resources), dtype=np.int64)
    for option, slot in zip(chosen.tolist(), slots.tolist(), strict=True):
        resources, amounts = problem.loads_of(option)
        load[slot, resources] += amounts
    return load


def _is_allowed(
    problem: IntegerProblem, chosen: IntArray, slots: IntArray, load: IntArray
) -> bool:
    fits = bool((load <= problem.capacity[problem.slot_agent]).all())
    apart = all(_is_apart(slots[tasks]) for tasks in problem.exclusive)
    paid = all(amounts[chosen].sum() <= limit for amounts, limit in problem.budgets)
    return fits and apart and paid


def _is_apart(slots: IntArray) -> bool:
    served = slots[slots >= 0]
    return len(np.unique(served)) == len(served)


def _extra_slots(slots: IntArray) -> int:
    return max(len(np.unique(slots[slots >= 0])) - 1, 0)

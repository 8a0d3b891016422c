"""Each agent's part of a problem, as the compiled search reads it."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, pairwise

import numpy as np

from tsam_planner.solver.columns.completion import row_unit
from tsam_planner.solver.columns.offers import Memberships
from tsam_planner.solver.columns.surrogate import Multipliers, Rows
from tsam_planner.solver.integers import NO_LIMIT, IntegerProblem
from tsam_planner.solver.problem import FloatArray, IntArray


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Agent:
    """
    The options of one agent and its limits; amounts are whole numbers held as floats.

    ``rows`` keeps only what an option uses and what limits or costs something. Of each set
    in ``apart`` (numbered from 0 for this agent) one option may be taken; ``groups`` are
    numbered as in the problem. No set has more than ``longest`` options. ``multipliers``
    are kept from search to search. ``unit`` is that of the only row, where a table of it can
    tell the rest of a set exactly, else 0.
    """

    options: IntArray
    tasks: IntArray
    cost: FloatArray
    fixed_cost: int
    copies: int
    rows: Rows
    apart: Memberships
    groups: Memberships
    longest: int
    multipliers: Multipliers
    unit: float


def split_by_agent(problem: IntegerProblem) -> list[Agent]:
    """Return the part of each agent; options that fit nowhere are left out."""
    order = np.argsort(problem.option_agent, kind="stable")
    order = order[problem.usable[order]]
    ends = np.searchsorted(problem.option_agent[order], np.arange(len(problem.copies) + 1))
    groups_by_task = _sets_by_task([tasks for tasks, _ in problem.groups], problem.num_tasks)
    apart_by_task = _sets_by_task(problem.exclusive, problem.num_tasks)
    return [
        _agent(problem, agent, order[first:last], groups_by_task, apart_by_task)
        for agent, (first, last) in enumerate(pairwise(ends.tolist()))
    ]


def _sets_by_task(sets: Sequence[IntArray], num_tasks: int) -> list[list[int]]:
    by_task: list[list[int]] = [[] for _ in range(num_tasks)]
    for number, tasks in enumerate(sets):
        for task in tasks.tolist():
            by_task[task].append(number)
    return by_task


def _agent(
    problem: IntegerProblem,
    agent: int,
    options: IntArray,
    groups_by_task: list[list[int]],
    apart_by_task: list[list[int]],
) -> Agent:
    tasks = problem.option_task[options]
    load = problem.dense_loads(options).astype(float)
    capacity = problem.capacity[agent].astype(float)
    capacity[(problem.capacity[agent] >= NO_LIMIT) | (load.sum(axis=0) <= capacity)] = np.inf
    soft = problem.soft_capacity[agent].astype(float)
    price = problem.overload_cost[agent].astype(float)
    price[(problem.soft_capacity[agent] >= NO_LIMIT) | (load.sum(axis=0) <= soft)] = 0.0
    kept = np.isfinite(capacity) | (price > 0)
    rows = Rows(
        load=np.ascontiguousarray(load[:, kept]),
        capacity=capacity[kept],
        soft=np.where(price > 0, soft, 0.0)[kept],
        price=price[kept],
    )
    groups = _memberships([groups_by_task[task] for task in tasks.tolist()])
    return Agent(
        options=options,
        tasks=tasks,
        cost=problem.option_cost[options].astype(float),
        fixed_cost=int(problem.agent_cost[agent]),
        copies=int(problem.copies[agent]),
        rows=rows,
        apart=_conflicts(tasks, apart_by_task),
        groups=groups,
        longest=_longest(tasks, rows),
        unit=0.0 if len(groups.of) else row_unit(rows.load, rows.capacity, rows.price),
        multipliers=Multipliers(lam=np.ones(len(rows.price)), mu=0.1 * rows.price),
    )


def _longest(tasks: IntArray, rows: Rows) -> int:
    """Bound the size of a set: its tasks differ, and the smallest loads must fit."""
    longest = len(np.unique(tasks))
    smallest = np.cumsum(np.sort(rows.load, axis=0), axis=0)
    for row in np.flatnonzero(np.isfinite(rows.capacity)).tolist():
        longest = min(longest, int((smallest[:, row] <= rows.capacity[row]).sum()))
    return longest


def _conflicts(tasks: IntArray, apart_by_task: list[list[int]]) -> Memberships:
    """Number the sets of which one option may be taken: a task's own, and exclusive ones."""
    numbers: dict[tuple[str, int], int] = {}
    repeated = set(np.flatnonzero(np.bincount(tasks) > 1).tolist()) if len(tasks) else set()
    by_option = []
    for task in tasks.tolist():
        keys = [("apart", number) for number in apart_by_task[task]]
        keys += [("task", task)] if task in repeated else []
        by_option.append([numbers.setdefault(key, len(numbers)) for key in keys])
    return _memberships(by_option)


def _memberships(sets_by_option: list[list[int]]) -> Memberships:
    lengths = np.array([len(sets) for sets in sets_by_option], dtype=np.int64)
    start = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    return Memberships(start, np.array(list(chain(*sets_by_option)), dtype=np.int64))

"""
Simulated annealing: a good plan soon, where hardly anything but costs decides.

One task after the other is given to somebody else, or two tasks change places; what costs
more is accepted less and less often (Kirkpatrick, Gelatt and Vecchi, "Optimization by
simulated annealing", Science 220, 1983). A state always keeps every limit.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numba
import numpy as np

from tsam_planner.solver.costing import Choice
from tsam_planner.solver.integers import NO_LIMIT, IntegerProblem
from tsam_planner.solver.problem import FloatArray, IntArray

# Moves per option, at most so many in all, and in one go between two looks at the clock.
_MOVES_PER_OPTION, _MOST_MOVES, _CHUNK = 1_000, 30_000_000, 200_000
# First and last temperature as shares of what a task costs in the first plan.
_HOT, _COLD = 0.3, 0.003


def can_anneal(problem: IntegerProblem) -> bool:
    """Say whether the problem has only features that annealing knows, and no hard limits."""
    options = problem.load_option()
    usable = problem.usable[options]
    agents = problem.option_agent[options]
    limit = problem.capacity[agents, problem.load_resource]
    is_soft = not bool(((limit < NO_LIMIT) & usable).any())
    is_single = bool((problem.copies <= 1).all() and (problem.agent_cost == 0).all())
    return is_soft and is_single and not problem.budgets and not problem.has_second_level


def anneal(
    problem: IntegerProblem, start: Choice, *, seed: int, is_over: Callable[[], bool]
) -> Choice:
    """
    Return the best plan met on a walk from a given one.

    The walk depends on ``seed`` alone, unless ``is_over`` ends it early.
    """
    tables = _tables(problem)
    state = _State(
        option=start.option_of_task.copy(),
        load=np.zeros((len(problem.copies), problem.num_resources)),
        group_tasks=np.zeros((len(problem.groups), len(problem.copies)), dtype=np.int64),
        group_agents=np.zeros(len(problem.groups), dtype=np.int64),
        set_tasks=np.zeros((len(problem.exclusive), len(problem.copies)), dtype=np.int64),
    )
    cost = _enter(tables, state)
    best, best_cost = state.option.copy(), np.array([cost])
    moves = min(_MOST_MOVES, _MOVES_PER_OPTION * len(problem.option_task))
    chunks = max(1, moves // _CHUNK)
    scale = max(cost, 1.0) / max(problem.num_tasks, 1)
    random = np.random.default_rng(seed)
    for heat in np.geomspace(_HOT * scale, _COLD * scale, chunks).tolist():
        if is_over():
            break
        cost = _walk(tables, state, cost, heat, moves // chunks, random, best, best_cost)
    return Choice(best, np.where(best < 0, -1, 0))


class _Tables(NamedTuple):
    """The problem as flat arrays; ``option_at`` (tasks, agents) is -1 where there is none."""

    agent: IntArray
    cost: FloatArray
    unassigned: FloatArray
    must_serve: IntArray
    start: IntArray
    resource: IntArray
    amount: FloatArray
    soft: FloatArray
    price: FloatArray
    first_option: IntArray
    options: IntArray
    option_at: IntArray
    first_group: IntArray
    groups: IntArray
    group_cost: FloatArray
    first_set: IntArray
    sets: IntArray


class _State(NamedTuple):
    option: IntArray
    load: FloatArray
    group_tasks: IntArray
    group_agents: IntArray
    set_tasks: IntArray


def _tables(problem: IntegerProblem) -> _Tables:
    usable = np.flatnonzero(problem.usable)
    task = problem.option_task[usable]
    order = usable[np.argsort(task, kind="stable")]
    counts = np.bincount(task, minlength=problem.num_tasks)
    option_at = np.full((problem.num_tasks, len(problem.copies)), -1, dtype=np.int64)
    option_at[problem.option_task[order], problem.option_agent[order]] = order
    first_group, groups = _by_task([tasks for tasks, _ in problem.groups], problem.num_tasks)
    first_set, sets = _by_task(problem.exclusive, problem.num_tasks)
    return _Tables(
        agent=problem.option_agent,
        cost=problem.option_cost.astype(float),
        unassigned=problem.unassigned_cost.astype(float),
        must_serve=problem.must_serve.astype(np.int64),
        start=problem.load_start,
        resource=problem.load_resource,
        amount=problem.load_amount.astype(float),
        soft=problem.soft_capacity.astype(float),
        price=problem.overload_cost.astype(float),
        first_option=np.concatenate([[0], np.cumsum(counts)]),
        options=order,
        option_at=option_at,
        first_group=first_group,
        groups=groups,
        group_cost=np.array([cost for _, cost in problem.groups], dtype=float),
        first_set=first_set,
        sets=sets,
    )


def _by_task(members: Sequence[IntArray], tasks: int) -> tuple[IntArray, IntArray]:
    """Return the sets of each task in one array, and where those of a task begin."""
    lists: list[list[int]] = [[] for _ in range(tasks)]
    for number, own in enumerate(members):
        for task in own.tolist():
            lists[task].append(number)
    first = np.concatenate([[0], np.cumsum([len(own) for own in lists])]).astype(np.int64)
    return first, np.array([number for own in lists for number in own], dtype=np.int64)


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _enter(tables: _Tables, state: _State) -> float:
    """Put the tasks of a plan into an empty state; return what the plan costs."""
    total = 0.0
    for task in range(len(state.option)):
        option = state.option[task]
        state.option[task] = -1
        total += tables.unassigned[task]
        if option >= 0:
            total += _put(tables, state, task, option)
    return total


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _put(tables: _Tables, state: _State, task: int, option: int) -> float:
    """Serve an open task; return by how much the cost rises."""
    agent = tables.agent[option]
    rise: float = tables.cost[option] - tables.unassigned[task]
    for at in range(tables.start[option], tables.start[option + 1]):
        row = tables.resource[at]
        before = max(0.0, state.load[agent, row] - tables.soft[agent, row])
        state.load[agent, row] += tables.amount[at]
        after = max(0.0, state.load[agent, row] - tables.soft[agent, row])
        rise += tables.price[agent, row] * (after - before)
    for at in range(tables.first_group[task], tables.first_group[task + 1]):
        group = tables.groups[at]
        if state.group_tasks[group, agent] == 0:
            rise += tables.group_cost[group] * (state.group_agents[group] > 0)
            state.group_agents[group] += 1
        state.group_tasks[group, agent] += 1
    for at in range(tables.first_set[task], tables.first_set[task + 1]):
        state.set_tasks[tables.sets[at], agent] += 1
    state.option[task] = option
    return rise


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _take(tables: _Tables, state: _State, task: int) -> float:
    """Leave a served task open; return by how much the cost rises."""
    option = state.option[task]
    agent = tables.agent[option]
    rise: float = tables.unassigned[task] - tables.cost[option]
    for at in range(tables.start[option], tables.start[option + 1]):
        row = tables.resource[at]
        before = max(0.0, state.load[agent, row] - tables.soft[agent, row])
        state.load[agent, row] -= tables.amount[at]
        after = max(0.0, state.load[agent, row] - tables.soft[agent, row])
        rise += tables.price[agent, row] * (after - before)
    for at in range(tables.first_group[task], tables.first_group[task + 1]):
        group = tables.groups[at]
        state.group_tasks[group, agent] -= 1
        if state.group_tasks[group, agent] == 0:
            state.group_agents[group] -= 1
            rise -= tables.group_cost[group] * (state.group_agents[group] > 0)
    for at in range(tables.first_set[task], tables.first_set[task + 1]):
        state.set_tasks[tables.sets[at], agent] -= 1
    state.option[task] = -1
    return rise


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _is_apart(tables: _Tables, state: _State, task: int, option: int) -> bool:
    """Say whether an agent has no other task of an exclusive set."""
    agent = tables.agent[option]
    for at in range(tables.first_set[task], tables.first_set[task + 1]):
        if state.set_tasks[tables.sets[at], agent] > 0:
            return False
    return True


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _exchange(
    tables: _Tables, state: _State, task: int, option: int, other: int, other_option: int
) -> tuple[float, bool]:
    """Give a task, and perhaps another one (-1: none), to others, if sets allow it."""
    rise = 0.0
    if state.option[task] >= 0:
        rise += _take(tables, state, task)
    if other >= 0 and state.option[other] >= 0:
        rise += _take(tables, state, other)
    is_allowed = True
    if option >= 0:
        is_allowed = _is_apart(tables, state, task, option)
        rise += _put(tables, state, task, option)
    if other >= 0 and other_option >= 0:
        is_allowed = is_allowed and _is_apart(tables, state, other, other_option)
        rise += _put(tables, state, other, other_option)
    return rise, is_allowed


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _walk(
    tables: _Tables,
    state: _State,
    cost: float,
    heat: float,
    moves: int,
    random: np.random.Generator,
    best: IntArray,
    best_cost: FloatArray,
) -> float:
    """Try so many moves at one temperature; keep the best plan met in ``best``."""
    tasks = len(state.option)
    for _ in range(moves):
        task = int(random.random() * tasks)
        before, other, other_before, other_option = state.option[task], -1, -1, -1
        if random.random() < 0.5:
            count = tables.first_option[task + 1] - tables.first_option[task]
            pick = int(random.random() * (count + 1))
            option = -1
            if pick < count:
                option = tables.options[tables.first_option[task] + pick]
            elif tables.must_serve[task]:
                continue
        else:
            other = int(random.random() * tasks)
            other_before = state.option[other]
            if before < 0 or other_before < 0 or other == task:
                continue
            option = tables.option_at[task, tables.agent[other_before]]
            other_option = tables.option_at[other, tables.agent[before]]
            if option < 0 or other_option < 0:
                continue
        if option == before:
            continue
        rise, is_allowed = _exchange(tables, state, task, option, other, other_option)
        if not is_allowed or (rise > 0.0 and random.random() >= np.exp(-rise / heat)):
            _exchange(tables, state, task, before, other, other_before)
            continue
        cost += rise
        if cost < best_cost[0] - 0.5:
            best_cost[0] = cost
            best[:] = state.option
    return cost

"""Find the sets of options that are worth most at given duals, agent by agent."""

from dataclasses import dataclass

import numpy as np

from tsam_planner.solver.columns.agents import Agent
from tsam_planner.solver.columns.offers import Offer, Shelf, Want
from tsam_planner.solver.columns.search import SLACK, search_sets
from tsam_planner.solver.columns.surrogate import adapt_multipliers
from tsam_planner.solver.integers import IntegerProblem
from tsam_planner.solver.problem import FloatArray, IntArray

# What a task that must not be taken is worth.
FORBIDDEN = -1e15
_ROUNDS = 8


@dataclass(frozen=True, eq=False, slots=True)
class Duals:
    """
    Prices in whole cost units: of tasks (tasks,), groups (groups,) and budgets (budgets,).

    Group prices are from 0 to the group's cost, budget prices >= 0 per unit of amount.
    """

    task: FloatArray
    group: FloatArray
    budget: FloatArray


@dataclass(frozen=True, eq=False, slots=True)
class Found:
    """
    What pricing an agent gave: sets worth taking, and a bound on the value of any set.

    ``value`` is the value of the best set, 0 of the empty one; no set is worth more than
    ``ceiling``.
    """

    agent: int
    value: float
    ceiling: float
    sets: list[IntArray]
    values: list[float]
    gave_up: bool
    nodes: int


def profits(agent: Agent, duals: Duals, problem: IntegerProblem) -> FloatArray:
    """Return what each option of an agent is worth at the duals, before its limits."""
    profit = duals.task[agent.tasks] - agent.cost
    for (amounts, _), price in zip(problem.budgets, duals.budget.tolist(), strict=True):
        profit = profit - price * amounts[agent.options]
    return profit


def search_agent(
    agent: Agent,
    number: int,
    profit: FloatArray,
    group_price: FloatArray,
    *,
    floor: float,
    max_nodes: int,
    slack: float = SLACK,
    max_sets: int = 6,
    collect_all: bool = False,
) -> Found:
    """Search the sets of one agent that are worth more than ``floor``, its fixed cost paid."""
    if not agent.longest:
        return Found(number, max(floor, 0.0), max(floor, 0.0), [], [], False, 0)
    least = FORBIDDEN / 2 if collect_all else 0.0
    active = np.flatnonzero(profit > least)
    group_share = _group_shares(agent, active, group_price)
    shared = profit - _per_option(agent, group_share)
    if not (collect_all or agent.unit):
        adapt_multipliers(active, shared, agent.rows, agent.multipliers, _ROUNDS)
    shelf = Shelf(
        np.empty((max_sets, agent.longest), dtype=np.int64),
        np.zeros(max_sets, dtype=np.int64),
        np.zeros(max_sets),
    )
    best, ceiling, count, nodes, gave_up = search_sets(
        Offer(
            active,
            profit,
            shared,
            agent.rows,
            agent.apart,
            agent.groups,
            group_price,
            group_share,
            agent.unit,
        ),
        agent.multipliers,
        Want(floor + agent.fixed_cost, max(slack, SLACK), collect_all, max_nodes),
        shelf,
    )
    found = range(min(count, max_sets))
    return Found(
        number,
        best - agent.fixed_cost,
        ceiling - agent.fixed_cost,
        [shelf.options[row, : shelf.size[row]].copy() for row in found],
        (shelf.value[: len(found)] - agent.fixed_cost).tolist(),
        gave_up,
        nodes,
    )


def _group_shares(agent: Agent, active: IntArray, group_price: FloatArray) -> FloatArray:
    """Return the price of each group by the number of its active options."""
    starts, ends = agent.groups.start[active], agent.groups.start[active + 1]
    is_active = np.zeros(len(agent.groups.of), dtype=np.bool_)
    for start, end in zip(starts[ends > starts], ends[ends > starts], strict=True):
        is_active[start:end] = True
    count = np.bincount(agent.groups.of[is_active], minlength=len(group_price))
    share: FloatArray = group_price / np.maximum(count, 1)
    return share


def _per_option(agent: Agent, group_share: FloatArray) -> FloatArray:
    """Return the sum over the groups of each option."""
    total = np.concatenate([[0.0], np.cumsum(group_share[agent.groups.of])])
    per_option: FloatArray = total[agent.groups.start[1:]] - total[agent.groups.start[:-1]]
    return per_option

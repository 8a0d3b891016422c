"""
First duals, from a linear relaxation small enough to solve at once.

Each agent's rows are merged: its tightest capacity stays, and the overload rows of equal
price are added up, as is their soft capacity. Both only relax the problem, and the duals of
the tasks come close to those of the columns where the weeks of a task are alike.
"""

from collections.abc import Callable, Sequence

import numpy as np

from tsam_planner.solver.columns.agents import Agent
from tsam_planner.solver.columns.master import Scope
from tsam_planner.solver.highs import INFINITY, Entries, Program
from tsam_planner.solver.integers import IntegerProblem
from tsam_planner.solver.problem import FloatArray


def estimate_duals(
    problem: IntegerProblem,
    agents: Sequence[Agent],
    scope: Scope,
    unserved_cost: FloatArray,
    *,
    is_over: Callable[[], bool],
) -> FloatArray:
    """Return duals of the tasks of a scope in points; zeros if stopped."""
    if not len(scope.agents):
        return np.zeros(len(scope.tasks))
    row_of_task = np.full(problem.num_tasks, -1, dtype=np.int64)
    row_of_task[scope.tasks] = np.arange(len(scope.tasks))
    limits = [np.ones(len(scope.tasks))]
    options, option_rows, option_values = [], [], []
    prices, price_rows = [], []
    first = len(scope.tasks)
    for number, copies in zip(scope.agents.tolist(), scope.copies.tolist(), strict=True):
        agent = agents[number]
        load, limit, price = _merge(agent, problem.scale)
        inside = np.flatnonzero(row_of_task[agent.tasks] >= 0)
        rows = first + np.arange(len(limit))
        options.append(agent.cost[inside])
        option_rows.append(
            np.column_stack([row_of_task[agent.tasks[inside]], np.tile(rows, (len(inside), 1))])
        )
        option_values.append(np.column_stack([np.ones(len(inside)), load[inside]]))
        limits.append(limit * copies)
        prices.append(price[np.isfinite(price)])
        price_rows.append(rows[np.isfinite(price)])
        first += len(limit)
    upper = np.concatenate(limits)
    lower = np.where(np.arange(len(upper)) < len(scope.tasks), 1.0, -INFINITY)
    program = Program(lower, upper, is_over=is_over)
    program.set_option("solver", "ipm")
    program.set_option("run_crossover", "off")
    tasks = np.arange(len(scope.tasks))
    program.add(
        unserved_cost[scope.tasks],
        Entries(np.arange(len(tasks) + 1), tasks, np.ones(len(tasks))),
    )
    rows = np.concatenate(price_rows)
    program.add(
        np.concatenate(prices), Entries(np.arange(len(rows) + 1), rows, -np.ones(len(rows)))
    )
    for cost, at, value in zip(options, option_rows, option_values, strict=True):
        width = at.shape[1]
        start = np.arange(0, width * (len(cost) + 1), width)
        program.add(cost / problem.scale, Entries(start, at.ravel(), value.ravel()))
    if program.solve():
        return program.duals()[: len(tasks)]
    return np.zeros(len(tasks))


def _merge(agent: Agent, scale: int) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return loads (options, rows), limits, and prices (infinite: a capacity), rows near 1."""
    loads, limits, prices = [], [], []
    fill = agent.rows.load.sum(axis=0) / np.maximum(agent.rows.capacity, 1.0)
    if np.isfinite(agent.rows.capacity).any():
        tightest = int(np.argmax(fill))
        loads.append(agent.rows.load[:, tightest])
        limits.append(agent.rows.capacity[tightest])
        prices.append(np.inf)
    for price in np.unique(agent.rows.price[agent.rows.price > 0]).tolist():
        rows = agent.rows.price == price
        loads.append(agent.rows.load[:, rows].sum(axis=1))
        limits.append(float(agent.rows.soft[rows].sum()))
        prices.append(price)
    unit = np.maximum(np.array(limits), 1.0)
    return (
        np.array(loads).reshape(len(limits), len(agent.options)).T / unit,
        np.array(limits) / unit,
        np.array(prices) * unit / scale,
    )

"""
A plan from the relaxation: keep the columns it is surest of, relax what is left, repeat.

A diving heuristic in the sense of Sadykov et al., "Primal heuristics for branch and price:
the assets of diving methods", INFORMS Journal on Computing 31, 2019.
"""

from collections.abc import Callable

import numpy as np

from tsam_planner.solver.columns.generation import Generator, Relaxed
from tsam_planner.solver.columns.master import Scope
from tsam_planner.solver.columns.neighborhood import Effort, choose_columns
from tsam_planner.solver.columns.plan import Plan

# Columns taken for more than this are sure.
_SURE = 0.6
# Of the agents left, each step settles at least and at most these parts.
_LEAST_PART, _MOST_PART = 0.1, 0.2
# So few agents are settled together, by a choice among all their columns.
_LAST_AGENTS = 12
_ROUNDS = 12
_NOTHING = 1e-6


def dive(
    generator: Generator,
    scope: Scope,
    relaxed: Relaxed,
    effort: Effort,
    is_over: Callable[[], bool],
) -> Plan:
    """Return the plan that a dive from a relaxation of the whole problem ends in."""
    kept = Plan(generator.problem, generator.pool, [], generator.unserved)
    center = np.zeros(generator.problem.num_tasks)
    while relaxed.relaxation is not None and not is_over():
        if len(scope.agents) <= _LAST_AGENTS:
            chosen = choose_columns(generator, scope, relaxed.numbers, [], effort, is_over)
            return kept.of([*kept.numbers, *(chosen or [])])
        surest = _surest(generator, scope, relaxed)
        if not surest:
            break
        center[scope.tasks] = relaxed.relaxation.duals.task[scope.tasks]
        kept = kept.of([*kept.numbers, *surest])
        scope = kept.remainder()
        relaxed = generator.relax(
            scope,
            _fitting(generator, scope, relaxed.numbers),
            center[scope.tasks] / generator.problem.scale,
            is_over=is_over,
            max_nodes=effort.price_nodes,
            max_rounds=_ROUNDS,
        )
    return kept


def _surest(generator: Generator, scope: Scope, relaxed: Relaxed) -> list[int]:
    """Return the columns taken most, without those that clash with them."""
    copies = dict(zip(scope.agents.tolist(), scope.copies.tolist(), strict=True))
    least, most = (max(1, int(p * len(scope.agents))) for p in (_LEAST_PART, _MOST_PART))
    budget, served, surest = scope.budget.copy(), set[int](), list[int]()
    for place in np.argsort(-relaxed.share, kind="stable").tolist():
        share = relaxed.share[place]
        enough = most if share > _SURE else least
        if share <= _NOTHING or len(surest) >= enough:
            break
        column = generator.pool.columns[relaxed.numbers[place]]
        amounts = np.array(column.amounts, dtype=float)
        is_free = copies[column.agent] and served.isdisjoint(column.tasks)
        if is_free and (amounts <= budget).all():
            copies[column.agent] -= 1
            served.update(column.tasks)
            budget -= amounts
            surest.append(relaxed.numbers[place])
    return surest


def _fitting(generator: Generator, scope: Scope, numbers: list[int]) -> list[int]:
    """Return the columns of which everything is still open."""
    agents, tasks = set(scope.agents.tolist()), set(scope.tasks.tolist())
    columns = generator.pool.columns
    return [
        number
        for number in numbers
        if columns[number].agent in agents and tasks.issuperset(columns[number].tasks)
    ]

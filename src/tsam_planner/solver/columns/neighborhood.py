"""
The best plan of a few agents while the rest stands: a small column generation, then a choice.

Columns whose reduced cost exceeds the gap between the part's plan and its bound are in no
better plan. Those below are enumerated as far as the effort allows; if none was cut off, the
part's plan is best possible.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from tsam_planner.solver.columns.generation import Generator, Relaxation
from tsam_planner.solver.columns.master import Master, Scope
from tsam_planner.solver.columns.plan import Plan
from tsam_planner.solver.columns.pricing import profits, search_agent
from tsam_planner.solver.problem import FloatArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """How hard to work on one part: all counts, so that a search can be repeated."""

    price_nodes: int = 5_000
    list_nodes: int = 30_000
    most_sets: int = 400
    branch_nodes: int = 300
    seconds: float = 5.0


def improve(
    generator: Generator,
    plan: Plan,
    scope: Scope,
    center: FloatArray,
    effort: Effort,
    is_over: Callable[[], bool],
) -> Plan | None:
    """Return a better plan of the scope, None if none was found."""
    inside = plan.inside(scope.agents)
    relaxation = generator.run(
        scope,
        inside,
        center=center[scope.tasks],
        radius=0.1 * float(np.abs(center[scope.tasks]).mean()) + 0.01,
        is_over=is_over,
        time_limit=effort.seconds,
        max_nodes=effort.price_nodes,
        max_rounds=40,
    )
    if relaxation is None or is_over():
        return None
    spent = _cost_inside(generator, plan, scope)
    gap = spent - relaxation.bound
    if gap < 1.0:
        return None
    listed, _ = list_columns(generator, scope, relaxation, gap, effort)
    numbers = list(dict.fromkeys([*inside, *relaxation.numbers, *listed]))
    chosen = choose(generator, scope, numbers, inside, effort)
    if chosen is None:
        return None
    better = plan.replace(scope, chosen)
    return better if better.cost < plan.cost and better.is_allowed() else None


def _cost_inside(generator: Generator, plan: Plan, scope: Scope) -> float:
    """Return what the scope's part of a plan costs, as its master counts."""
    pool, problem = generator.pool, generator.problem
    inside = [pool.columns[number] for number in plan.inside(scope.agents)]
    cost = float(sum(column.cost for column in inside))
    serving = np.zeros(len(problem.groups), dtype=np.int64)
    for column in inside:
        serving[list(column.groups)] += 1
    for (_, price), count, free in zip(
        problem.groups, serving.tolist(), scope.free_group.tolist(), strict=True
    ):
        cost += price * max(count - free, 0)
    open_tasks = scope.tasks[plan.agent_of_task[scope.tasks] < 0]
    return cost + float(np.rint(generator.unserved[open_tasks] * problem.scale).sum())


def list_columns(
    generator: Generator, scope: Scope, relaxation: Relaxation, gap: float, effort: Effort
) -> tuple[list[int], bool]:
    """
    Return the columns of reduced cost below a gap, and whether these are all.

    The reduced cost of a set is what it is worth less than the best set of its agent, at the
    duals of the relaxation.
    """
    numbers: list[int] = []
    is_complete = True
    for position, number in enumerate(scope.agents.tolist()):
        agent = generator.agents[number]
        profit = profits(agent, relaxation.duals, generator.problem)
        allowed = gap
        for _ in range(4):
            found = search_agent(
                agent,
                number,
                profit,
                relaxation.duals.group,
                floor=float(relaxation.best[position]) - allowed,
                max_nodes=effort.list_nodes,
                max_sets=effort.most_sets,
                collect_all=True,
            )
            if not found.gave_up:
                break
            is_complete = False
            allowed /= 3.0
        numbers += [generator.pool.add(number, chosen) for chosen in found.sets]
    return numbers, is_complete


def choose(
    generator: Generator,
    scope: Scope,
    numbers: Sequence[int],
    start: Sequence[int],
    effort: Effort,
) -> list[int] | None:
    """Return the cheapest choice among columns that the effort allows to find."""
    master = Master(
        generator.problem,
        scope,
        unserved_cost=generator.unserved,
        whole=True,
        seed=0,
        time_limit=effort.seconds,
    )
    columns = [generator.pool.columns[number] for number in numbers]
    master.add(numbers, columns)
    program = master.program
    program.set_option("mip_max_nodes", effort.branch_nodes)
    program.set_option("mip_rel_gap", 1e-9)
    program.start_from(master.values_of(start))
    program.solve()
    if not program.has_plan:
        return None
    values = master.column_values()
    return [number for number, value in zip(master.numbers, values, strict=True) if value > 0.5]

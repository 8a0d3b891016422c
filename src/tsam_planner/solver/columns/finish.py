"""
Close the gap: list every column that a better plan could hold, then choose among them.

With all columns of reduced cost below ``g`` listed, a plan holds only listed columns or costs
at least the relaxation's bound plus ``g``. So the lesser of that and the best choice among the
listed ones bounds every plan; where ``g`` reaches the gap, the choice is best possible.
"""

from collections.abc import Callable, Sequence

import numpy as np

from tsam_planner.solver.columns.choice import prove_choice
from tsam_planner.solver.columns.generation import Generator, Relaxation
from tsam_planner.solver.columns.master import Master, Scope
from tsam_planner.solver.columns.plan import Plan
from tsam_planner.solver.columns.pricing import profits, search_agent
from tsam_planner.solver.limits import Clock
from tsam_planner.solver.record import Record

_MOST_COLUMNS = 40_000
_LIST_NODES = 2_000_000
# What a float bound of the integer program may be off, relative.
_SAFETY = 1e-7


def finish(
    generator: Generator,
    scope: Scope,
    relaxation: Relaxation,
    plan: Plan,
    record: Record,
    clock: Clock,
    is_over: Callable[[], bool],
) -> Plan:
    """Offer a better bound, and return a better plan if one is found."""
    gap = plan.cost - relaxation.bound
    width = gap
    numbers: list[int] | None = None
    while numbers is None and width > gap / 100 and not is_over():
        numbers = _list(generator, scope, relaxation, width, is_over)
        width = width if numbers is not None else width / 2.0
    if numbers is None:
        return plan
    numbers = list(dict.fromkeys([*plan.numbers, *numbers]))
    seconds = min(20.0, clock.remaining)
    master = Master(
        generator.problem,
        scope,
        unserved_cost=generator.unserved,
        whole=True,
        seed=0,
        time_limit=seconds,
    )
    master.add(numbers, [generator.pool.columns[number] for number in numbers])
    master.program.set_option("mip_rel_gap", 1e-9)
    master.program.start_from(master.values_of(plan.numbers))
    is_solved = master.program.solve()
    better = plan
    if master.program.has_plan:
        values = master.column_values()
        chosen = [n for n, value in zip(master.numbers, values, strict=True) if value > 0.5]
        other = plan.replace(scope, chosen)
        better = other if other.cost < plan.cost and other.is_allowed() else plan
    scale = generator.problem.scale
    floor = master.program.bound
    if np.isfinite(floor):
        floor = floor * scale - abs(floor * scale) * _SAFETY - 1.0
        record.offer_bound(int(np.floor(min(floor, relaxation.bound + width, better.cost))))
    if is_solved and width >= better.cost - relaxation.bound and not is_over():
        record.offer(better.choice)
        proven = prove_choice(generator, numbers, better.cost, min(20.0, clock.remaining))
        record.offer_bound(min(proven, better.cost))
    return better


def _list(
    generator: Generator,
    scope: Scope,
    relaxation: Relaxation,
    width: float,
    is_over: Callable[[], bool],
) -> list[int] | None:
    """Return all columns of reduced cost below a width, None if they are too many."""
    sets: list[tuple[int, Sequence[np.ndarray]]] = []
    count = 0
    for position, number in enumerate(scope.agents.tolist()):
        agent = generator.agents[number]
        found = search_agent(
            agent,
            number,
            profits(agent, relaxation.duals, generator.problem),
            relaxation.duals.group,
            floor=float(relaxation.best[position]) - width,
            max_nodes=_LIST_NODES,
            max_sets=_MOST_COLUMNS // 8,
            collect_all=True,
        )
        count += len(found.sets)
        if found.gave_up or count > _MOST_COLUMNS or is_over():
            return None
        sets.append((number, found.sets))
    return [generator.pool.add(number, chosen) for number, found in sets for chosen in found]

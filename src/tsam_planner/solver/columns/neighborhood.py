"""
The best plan of a few agents while the rest stands: a small column generation, then a choice.

Columns whose reduced cost exceeds the gap between the part's plan and its bound are in no
better plan. Those below are listed as far as the effort allows, and the integer program
chooses among them.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tsam_planner.solver.columns.generation import Generator, Relaxation
from tsam_planner.solver.columns.master import Scope
from tsam_planner.solver.columns.plan import Plan
from tsam_planner.solver.columns.pricing import Found, profits, search_agent
from tsam_planner.solver.limits import at_most
from tsam_planner.solver.problem import FloatArray, IntArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """How hard to work on one part: counts, so that a search can be repeated, and seconds."""

    price_nodes: int = 5_000
    rounds: int = 40
    list_nodes: int = 30_000
    most_sets: int = 400
    branch_nodes: int = 300
    seconds: float = float("inf")


def improve(
    generator: Generator,
    plan: Plan,
    scope: Scope,
    center: FloatArray,
    effort: Effort,
    is_over: Callable[[], bool],
) -> Plan | None:
    """Return a better plan of the scope, None if none was found."""
    is_over = at_most(effort.seconds, is_over)
    inside = plan.inside(scope.agents)
    relaxed = generator.relax(
        scope,
        inside,
        center[scope.tasks],
        is_over=is_over,
        max_nodes=effort.price_nodes,
        max_rounds=effort.rounds,
    )
    relaxation = relaxed.relaxation
    if relaxation is None or is_over():
        return None
    gap = plan.cost_inside(scope) - relaxation.bound
    if gap < 1.0:
        return None
    listed = _list_columns(generator, scope, relaxation, gap, effort)
    numbers = [*relaxed.numbers, *listed]
    chosen = choose_columns(generator, scope, numbers, inside, effort, is_over)
    if chosen is None:
        return None
    better = plan.replace(scope, chosen)
    return better if better.cost < plan.cost and better.is_allowed() else None


def list_sets(
    generator: Generator,
    scope: Scope,
    relaxation: Relaxation,
    width: float,
    position: int,
    *,
    max_nodes: int,
    max_sets: int,
) -> Found:
    """
    Return the sets of one agent whose reduced cost is below a width.

    The reduced cost of a set is what it is worth less than the best set of its agent, at the
    duals of the relaxation.
    """
    number = int(scope.agents[position])
    agent = generator.agents[number]
    return search_agent(
        agent,
        number,
        profits(agent, relaxation.duals, generator.problem),
        relaxation.duals.group,
        floor=float(relaxation.ceiling[position]) - width,
        max_nodes=max_nodes,
        max_sets=max_sets,
        collect_all=True,
    )


def _list_columns(
    generator: Generator, scope: Scope, relaxation: Relaxation, gap: float, effort: Effort
) -> list[int]:
    """Return the columns of reduced cost below a gap, of an agent with too many the best."""
    numbers: list[int] = []
    for position in range(len(scope.agents)):
        for width in (gap, gap / 3.0, gap / 9.0, gap / 27.0):
            found = list_sets(
                generator,
                scope,
                relaxation,
                width,
                position,
                max_nodes=effort.list_nodes,
                max_sets=effort.most_sets,
            )
            if not found.gave_up:
                break
        numbers += _add(generator, found.agent, found.sets)
    return numbers


def _add(generator: Generator, agent: int, sets: Sequence[IntArray]) -> list[int]:
    return [generator.pool.add(agent, chosen) for chosen in sets]


def choose_columns(
    generator: Generator,
    scope: Scope,
    numbers: Sequence[int],
    start: Sequence[int],
    effort: Effort,
    is_over: Callable[[], bool],
) -> list[int] | None:
    """Return the cheapest choice among columns that the effort allows to find."""
    master = generator.master(scope, is_over, whole=True)
    master.add([*start, *numbers])
    program = master.program
    program.set_option("mip_max_nodes", effort.branch_nodes)
    program.set_option("mip_rel_gap", 1e-9)
    program.start_from(master.values_of(start))
    program.solve()
    return master.chosen() if program.has_plan else None

"""What changes of hands are worth: points against how many of them are allowed."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from tsam_planner.errors import ArgumentError
from tsam_planner.plan.decision_tables import decisions_from
from tsam_planner.plan.decisions import Decision
from tsam_planner.plan.plan import Plan
from tsam_planner.planning.primaries import Primaries, find_primaries
from tsam_planner.planning.searches import Searcher, SolveOptions
from tsam_planner.studies.standing import Standing, refuse_risk, standing_of
from tsam_planner.units import MICRO
from tsam_planner.verify.primaries import changed_contracts

FRONTIER_COLUMNS = (
    "max_handovers", "handovers", "contracts_served", "points", "points_without_handovers",
    "bound", "stop_reason",
)  # fmt: skip


def handover_frontier(
    plan: Plan, limits: Sequence[int] | None = None, *, options: SolveOptions | None = None
) -> pd.DataFrame:
    """
    Return the best points for each limit of handovers, so that leadership can choose.

    One row per limit: ``max_handovers``, ``handovers`` (contracts that get another manager
    than today's in some week), ``contracts_served`` in all weeks, ``points`` of the plan,
    ``points_without_handovers`` (what the changes of hands buy), ``bound`` and
    ``stop_reason``. Each search starts from the best plan of the limits below, or from the
    plan itself where it keeps the limit: points never rise with the limit.

    Parameters
    ----------
    plan
        A plan that knows its portfolio.
    limits
        0, 5, 10, … up to the plan's own number of handovers and one step more by default.
    options
        How long to search for each limit; 20 s by default.

    Raises
    ------
    ArgumentError
        When a limit is negative, the plan does not know its portfolio, or its policy accepts
        a risk: this study looks at planning figures only.
    """
    refuse_risk(plan, "handover_frontier")
    if limits is None:
        own = int(plan.assignments["handover"].sum())
        limits = range(0, own + 10, 5)
    if any(limit < 0 for limit in limits):
        message = f"expected limits >= 0, got {list(limits)}"
        raise ArgumentError(message)
    options = options or SolveOptions(time_limit=20.0)
    known = [decisions_from(plan.assignments, plan.facts)]
    reached: list[_Reached] = []
    for limit in sorted(set(limits)):
        reached.append(_reach(plan, limit, options, known))
        known.append(reached[-1].standing.decisions)
    bounds = _bounds(reached)
    rows = [_row(found, bound) for found, bound in zip(reached, bounds, strict=True)]
    return pd.DataFrame(rows, columns=list(FRONTIER_COLUMNS))


@dataclass(frozen=True)
class _Reached:
    """The best plan known within a limit, and the search for it."""

    limit: int
    standing: Standing
    search: Primaries


def _reach(
    plan: Plan, limit: int, options: SolveOptions, known: Sequence[Sequence[Decision]]
) -> _Reached:
    """Search within a limit, from the best of known plans that keeps it."""
    policy = plan.policy.model_copy(update={"max_handovers": limit})
    facts = plan.facts.with_policy(policy)
    kept = [standing_of(facts, decisions) for decisions in known]
    kept = [standing for standing in kept if not standing.violations]
    start = min(kept, key=_points, default=None)
    searcher = Searcher.of_study(options, () if start is None else start.decisions)
    search = find_primaries(facts, searcher)
    best = min((standing_of(facts, search.decisions), *kept), key=_points)
    return _Reached(limit, best, search)


def _points(standing: Standing) -> int:
    return standing.points.total


def _bounds(reached: Sequence[_Reached]) -> list[float]:
    """
    Return the bound of each limit: what no plan within a looser limit undercuts holds, too.

    Only of searches in which the same contracts could change hands.
    """
    return [
        max(
            other.search.proven
            for other in reached[place:]
            if other.search.model.terms.also == found.search.model.terms.also
        )
        for place, found in enumerate(reached)
    ]


def _row(found: _Reached, bound: float) -> tuple[object, ...]:
    standing, facts = found.standing, found.standing.facts
    moved = changed_contracts(standing.decisions, facts.incumbents)
    left = {row.contract_id for row in standing.decisions if row.status == "unassigned"}
    points = standing.points.total / MICRO
    return (
        found.limit,
        len(moved),
        int(facts.planned.sum()) - len(left),
        points,
        points - standing.points.handover / MICRO,
        max(0.0, min(points, bound)),
        str(found.search.result.stop_reason),
    )

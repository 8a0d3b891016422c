"""What changes of hands are worth: points against how many of them are allowed."""

from collections.abc import Sequence

import pandas as pd

from tsam_planner.errors import ArgumentError
from tsam_planner.plan.plan import Plan
from tsam_planner.planning.primaries import find_primaries
from tsam_planner.planning.searches import Deadline, Searcher, SolveOptions
from tsam_planner.studies.standing import standing_of
from tsam_planner.units import MICRO

FRONTIER_COLUMNS = (
    "max_handovers", "handovers", "contracts_served", "points", "points_without_handovers",
    "bound", "stop_reason",
)  # fmt: skip


def handover_frontier(
    plan: Plan, limits: Sequence[int] | None = None, *, options: SolveOptions | None = None
) -> pd.DataFrame:
    """
    Return the best points for each limit of handovers, so that leadership can choose.

    One row per limit: ``max_handovers``, ``handovers`` (contracts that end with another
    manager than today's), ``contracts_served`` in all weeks, ``points`` of the plan,
    ``points_without_handovers`` (what the changes of hands buy), ``bound`` and
    ``stop_reason``. Points never rise with the limit, as far as they are proven.

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
        When a limit is negative, or the plan does not know its portfolio.
    """
    if limits is None:
        own = int(plan.assignments["handover"].sum())
        limits = range(0, own + 10, 5)
    if any(limit < 0 for limit in limits):
        message = f"expected limits >= 0, got {list(limits)}"
        raise ArgumentError(message)
    options = options or SolveOptions(time_limit=20.0)
    rows = [_row(plan, limit, options) for limit in sorted(set(limits))]
    return pd.DataFrame(rows, columns=list(FRONTIER_COLUMNS))


def _row(plan: Plan, limit: int, options: SolveOptions) -> tuple[object, ...]:
    policy = plan.policy.model_copy(update={"max_handovers": limit, "risk": None})
    facts = plan.facts.with_policy(policy)
    found = find_primaries(facts, Searcher(options, Deadline(options.time_limit)))
    standing = standing_of(facts, found.decisions)
    moved = sum(
        standing.rows[name][-1].manager_id not in (None, today)
        for name, today in facts.incumbents.items()
        if name in standing.rows
    )
    left = {row.contract_id for row in found.decisions if row.status == "unassigned"}
    points = standing.points.total / MICRO
    return (
        limit,
        moved,
        int(facts.planned.sum()) - len(left),
        points,
        points - standing.points.handover / MICRO,
        min(points, found.proven),
        str(found.result.stop_reason),
    )

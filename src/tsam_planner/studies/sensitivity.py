"""
Which assumption matters most: each changed by a step, the managers searched for again.

Substitutes and calls are left out, so that many changes are tried in little time. Every
search starts from the plan as it stands and may take its share of the seconds left; none is
worse than that plan, where it is allowed. A difference of points is proven only where the
intervals between bound and points do not overlap.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from tsam_planner.errors import ArgumentError
from tsam_planner.facts import Facts
from tsam_planner.plan.decision_tables import decisions_from
from tsam_planner.plan.decisions import Decision
from tsam_planner.plan.plan import Plan
from tsam_planner.plan.sales import no_sales
from tsam_planner.planning.primaries import find_primaries
from tsam_planner.planning.searches import Deadline, Searcher, SolveOptions
from tsam_planner.portfolio.portfolio import Portfolio
from tsam_planner.service.policy import Policy
from tsam_planner.studies.hire_trial import weeks_with_manager
from tsam_planner.studies.scenario import Scenario, changed_policy
from tsam_planner.studies.standing import refuse_risk, standing_of
from tsam_planner.studies.team import Team, smallest_team
from tsam_planner.units import MICRO

SENSITIVITY_COLUMNS = (
    "assumption", "before", "after", "hires", "hires_change", "hires_proven",
    "unserved_hours", "unserved_hours_change", "points", "bound", "points_change",
    "points_proven",
)  # fmt: skip
# A finding of less than this is what floating point makes of nothing.
_NOTHING = 1e-6


@dataclass(frozen=True)
class _Change:
    """One assumption with another value: a factor of need, or keys of the policy."""

    assumption: str
    before: object
    after: object
    policy: dict[str, Any]
    need_factor: float = 1.0


@dataclass(frozen=True)
class _Reached:
    """What a team reaches under some assumptions, and by which decisions."""

    decisions: Sequence[Decision]
    points: float
    bound: float
    unserved_hours: float
    team: Team | None


def sensitivity(plan: Plan, *, options: SolveOptions | None = None) -> pd.DataFrame:
    """
    Rank assumptions by what a step of each does to hires, hours nobody serves, and points.

    Parameters
    ----------
    plan
        A plan that knows its portfolio. Assumptions are those of its policy; managers and
        companies that state a value of their own keep it.
    options
        How long to search, for all changes together; 120 s by default.

    Returns
    -------
    DataFrame
        One row per change, the largest effect first: on hires, then on hours, then on
        points. ``assumption, before, after``; ``hires`` is the count of `smallest_team`
        (missing without profiles), ``unserved_hours`` are planned hours without a manager in
        the plan that was found (its points are proven, as far as they are, not its hours),
        ``points`` those of managers, with their ``bound``; each with its change against the
        assumptions as they are. ``points_proven`` says that the two intervals from bound to
        points do not overlap; ``hires_proven`` likewise, where both teams serve the same
        contracts. Points under other weights or shares are measured with another ruler.

    Raises
    ------
    ArgumentError
        When the plan does not know its portfolio, or its policy accepts a risk: this study
        looks at planning figures only.
    """
    if plan.portfolio is None:
        message = "the plan does not know its portfolio; read it with portfolio=..."
        raise ArgumentError(message)
    refuse_risk(plan, "sensitivity")
    options = options or SolveOptions(time_limit=120.0)
    changes = list(_changes(plan.policy))
    shares = _shares(options, len(changes) + 1, plan.portfolio)
    base = _reach(plan, plan.portfolio, plan.policy, next(shares))
    rows = [
        _row(change, base, _after(plan, change, searched, base))
        for change, searched in zip(changes, shares, strict=True)
    ]
    rows.sort(key=_effect, reverse=True)
    return pd.DataFrame(rows, columns=list(SENSITIVITY_COLUMNS))


def _shares(options: SolveOptions, trials: int, portfolio: Portfolio) -> Iterator[SolveOptions]:
    """Yield how long each trial may search: what others leave unused is passed on."""
    deadline = Deadline(options.time_limit)
    for left in range(trials, 0, -1):
        searches = left * (2 if portfolio.profiles else 1)
        yield replace(options, time_limit=deadline.remaining / searches)


def _changes(policy: Policy) -> Iterator[_Change]:
    """Yield every step that leads to another possible value."""
    for factor in (0.9, 1.1):
        yield _Change("need_factor", 1.0, factor, {}, factor)
    for step in (-0.05, 0.05):
        share = round(min(max(policy.internal_share + step, 0.0), 0.99), 6)
        yield from _step(policy, "internal_share", share)
    for cases in (-2, 2):
        yield from _step(policy, "max_open_cases", max(policy.max_open_cases + cases, 0))
    for hours in (-1.0, 1.0):
        least = max(policy.min_daily_overlap_hours + hours, 0.0)
        # What is wanted cannot be less than what is required.
        wanted = max(policy.target_daily_overlap_hours, least)
        also = {"target_daily_overlap_hours": wanted}
        yield from _step(policy, "min_daily_overlap_hours", least, also)
    yield from _step(policy, "averaging_weeks", 1)
    for step in (-0.05, 0.05):
        yield from _step(policy, "strain_shares", _shifted(policy.strain_shares, step))
    yield from _step(policy, "goals.handover", 2 * policy.goals.handover)
    if policy.same_manager == "prefer":
        yield from _step(policy, "same_manager", "allow")


def _step(
    policy: Policy, key: str, after: object, also: dict[str, Any] | None = None
) -> Iterator[_Change]:
    before: Any = policy
    for name in key.split("."):
        before = getattr(before, name)
    if before != after:
        yield _Change(key, before, after, {key: after, **(also or {})})


def _shifted(shares: tuple[float, ...], step: float) -> tuple[float, ...]:
    """Move all shares by a step, or by less where one would leave (0, 1]."""
    if not shares:
        return shares
    most, least = 1.0 - max(shares), 0.01 - min(shares)
    moved = min(max(step, least), most)
    return tuple(round(share + moved, 6) for share in shares)


def _after(plan: Plan, change: _Change, options: SolveOptions, base: _Reached) -> _Reached:
    portfolio = plan.facts.portfolio.model_copy(update={"policy": plan.policy})
    if change.need_factor != 1.0:
        scenario = Scenario(change.assumption, need_factor=change.need_factor)
        portfolio = scenario.apply(portfolio)
    policy = changed_policy(plan.policy, change.policy)
    return _reach(plan, portfolio, policy, options, base.decisions)


def _reach(
    plan: Plan,
    portfolio: Portfolio,
    policy: Policy,
    options: SolveOptions,
    decisions: Sequence[Decision] | None = None,
) -> _Reached:
    """Search under some assumptions; ``decisions`` (the plan's own) may be the best there."""
    known = portfolio.model_copy(update={"policy": policy})
    changed = replace(plan, portfolio=known, policy=policy, sales=no_sales())
    facts = changed.facts
    start = decisions or decisions_from(plan.assignments, facts)
    searcher = Searcher.of_study(options, start)
    found = find_primaries(facts, searcher)
    best = standing_of(facts, found.decisions)
    given = standing_of(facts, start)
    if not given.violations and given.points.total < best.points.total:
        best = given
    points = best.points.total / MICRO
    return _Reached(
        decisions=best.decisions,
        points=points,
        bound=max(0.0, min(found.proven, points)),
        unserved_hours=_unserved(facts, weeks_with_manager(facts, best.decisions)),
        team=smallest_team(changed, options=options) if portfolio.profiles else None,
    )


def _unserved(facts: Facts, served: npt.NDArray[np.bool_]) -> float:
    left = facts.planned[:, None] & ~served
    return float(np.where(left, facts.contract_weeks.planned, 0).sum() / MICRO)


def _row(change: _Change, base: _Reached, found: _Reached) -> dict[str, Any]:
    hires, usual = _count(found.team), _count(base.team)
    return {
        "assumption": change.assumption,
        "before": change.before,
        "after": change.after,
        "hires": hires,
        "hires_change": hires - usual,
        "hires_proven": _hires_differ(base.team, found.team),
        "unserved_hours": found.unserved_hours,
        "unserved_hours_change": _some(found.unserved_hours - base.unserved_hours),
        "points": found.points,
        "bound": found.bound,
        "points_change": _some(found.points - base.points),
        "points_proven": found.points < base.bound - _NOTHING
        or base.points < found.bound - _NOTHING,
    }


def _count(team: Team | None) -> float:
    return float("nan") if team is None else float(team.count)


def _hires_differ(one: Team | None, other: Team | None) -> bool:
    """Say whether two teams that serve the same contracts certainly differ in number."""
    if one is None or other is None or one.unserved != other.unserved:
        return False
    return one.count < other.least or other.count < one.least


def _some(change: float) -> float:
    return change if abs(change) > _NOTHING else 0.0


def _effect(row: dict[str, Any]) -> tuple[float, float, float]:
    hires = 0.0 if np.isnan(row["hires_change"]) else abs(row["hires_change"])
    return hires, abs(row["unserved_hours_change"]), abs(row["points_change"])

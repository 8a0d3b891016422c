"""Whom to hire by when, so that everything is served, and what each hire serves."""

import datetime as dt
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd

from tsam_planner.errors import ArgumentError
from tsam_planner.facts import Facts
from tsam_planner.plan.decision_tables import decisions_from
from tsam_planner.plan.decisions import Decision
from tsam_planner.plan.plan import Plan
from tsam_planner.plan.served_weeks import managers_by_week
from tsam_planner.plan.tables import typed
from tsam_planner.planning.primaries import find_primaries
from tsam_planner.planning.searches import Searcher, SolveOptions
from tsam_planner.portfolio.records import Profile
from tsam_planner.service.policy import Policy
from tsam_planner.studies.hires import hired, joined
from tsam_planner.studies.team import Team, smallest_team
from tsam_planner.words import counted

STAFFING_COLUMNS = (
    "profile_id", "hires", "needed_by", "hire_by", "contracts_served", "reason",
)  # fmt: skip


# So much dearer are hours without a manager when it is told what hires serve.
_SERVING = 1000.0


@dataclass(frozen=True)
class Staffing:
    """
    Whom to hire by when, and what each hire serves.

    Attributes
    ----------
    table
        One row per profile with hires: ``profile_id, hires, needed_by`` (first week in which
        today's team leaves hours without a manager that the larger team serves: until then
        today's plan holds, from then on the one with hires), ``hire_by`` (that week less
        lead and ramp), ``contracts_served`` (number), ``reason``.
    team
        The smallest team behind it.
    unserved_now
        Contracts that today's team does not serve in all weeks.
    leavers
        Managers who leave within the plan's weeks, with their last day.
    """

    table: pd.DataFrame = field(repr=False)
    team: Team
    unserved_now: tuple[str, ...]
    leavers: Mapping[str, dt.date]

    def __str__(self) -> str:
        return "\n".join(self.summary)

    @property
    def summary(self) -> tuple[str, ...]:
        """Return whom to hire by when, in sentences."""
        return tuple(self._sentences())

    def _sentences(self) -> Iterator[str]:
        count = len(self.unserved_now)
        verb = "is" if count == 1 else "are"
        yield f"With today's team {counted(count, 'contract')} {verb} not served in all weeks."
        if self.leavers:
            listed = ", ".join(f"{name} ({day})" for name, day in self.leavers.items())
            yield f"Who leaves: {listed}."
        yield f"To serve them: {self.team}."
        for row in self.table.to_dict("records"):
            served = counted(row["contracts_served"], "contract")
            yield (
                f"{row['hires']} x {row['profile_id']}: needed by {row['needed_by']:%Y-%m-%d}, "
                f"to be hired by {row['hire_by']:%Y-%m-%d}; {served} "
                f"({row['reason']})."
            )


def staffing(plan: Plan, *, options: SolveOptions | None = None) -> Staffing:
    """
    Return whom to hire by when, so that everything is served.

    The smallest team says how many of each profile; planning with them says who serves what,
    with as few changes of hands as the plan's goals want.

    Parameters
    ----------
    plan
        A plan that knows its portfolio.
    options
        How long to search, for the team and for the plan each; 30 s by default.

    Raises
    ------
    ArgumentError
        When the plan does not know its portfolio, or that has no profiles.
    """
    facts = plan.facts
    if not facts.portfolio.profiles:
        message = "the portfolio has no profiles of candidates; add the table profiles"
        raise ArgumentError(message)
    options = options or SolveOptions(time_limit=30.0)
    team = smallest_team(plan, options=options)
    today = decisions_from(plan.assignments, facts)
    unserved = {row.contract_id for row in today if row.status == "unassigned"}
    return Staffing(
        table=_table(facts, team, today, options),
        team=team,
        unserved_now=tuple(sorted(unserved)),
        leavers=_leavers(facts),
    )


def _table(
    facts: Facts, team: Team, today: Sequence[Decision], options: SolveOptions
) -> pd.DataFrame:
    """Plan with the hires, and tell what each of them serves from when on."""
    profiles = {row.profile_id: row for row in facts.portfolio.profiles}
    names = [name for name, count in team.hires.items() for _ in range(count)]
    hires = hired([profiles[name] for name in names], facts.managers)
    people = {hire.manager_id: name for hire, name in zip(hires, names, strict=True)}
    portfolio = joined(facts.portfolio, hires)
    staffed = facts.with_team(portfolio).with_policy(_serving_first(facts.policy))
    found = find_primaries(staffed, Searcher.of_study(options))
    served: dict[str, set[str]] = {name: set() for name in team.hires}
    for row in found.decisions:
        if row.manager_id in people:
            served[people[row.manager_id]].add(row.contract_id)
    gained = _gained_weeks(facts, today, staffed, found.decisions)
    rows = [
        _row(profiles[name], team.hires[name], served[name], gained, facts)
        for name in sorted(served)
    ]
    return typed(pd.DataFrame(rows, columns=list(STAFFING_COLUMNS)))


def _serving_first(policy: Policy) -> Policy:
    """Let no other goal keep a hire from serving whom it was counted for."""
    weight = policy.goals.unassigned * _SERVING
    goals = policy.goals.model_copy(update={"unassigned": weight})
    return policy.model_copy(update={"goals": goals, "risk": None})


def _gained_weeks(
    facts: Facts, today: Sequence[Decision], staffed: Facts, found: Sequence[Decision]
) -> dict[str, dt.date]:
    """Return the first week of each contract that only the larger team serves in it."""
    is_gained = (managers_by_week(facts, today) < 0) & (managers_by_week(staffed, found) >= 0)
    return {
        facts.contracts[row].contract_id: facts.horizon.mondays[int(weeks.argmax())]
        for row, weeks in enumerate(is_gained)
        if weeks.any()
    }


def _row(
    profile: Profile,
    hires: int,
    served: Collection[str],
    gained: Mapping[str, dt.date],
    facts: Facts,
) -> tuple[object, ...]:
    # Where hires only take over what others served, these serve somebody else instead.
    own = [gained[name] for name in served if name in gained] or list(gained.values())
    needed = min(own, default=facts.horizon.start)
    weeks = profile.lead_weeks + profile.ramp_weeks
    names = sorted(served)
    return (
        profile.profile_id,
        hires,
        needed,
        needed - dt.timedelta(weeks=weeks),
        len(names),
        f"serves {', '.join(names)}; {counted(profile.lead_weeks, 'week')} to hire, "
        f"{profile.ramp_weeks} to be productive",
    )


def _leavers(facts: Facts) -> dict[str, dt.date]:
    return {
        row.manager_id: row.end_date
        for row in facts.managers
        if row.end_date is not None
        and facts.horizon.start <= row.end_date <= facts.horizon.last_day
    }

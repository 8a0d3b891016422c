"""Whom to hire by when, so that everything is served, and what each hire serves."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd

from tsam_planner.errors import ArgumentError
from tsam_planner.facts import Facts
from tsam_planner.plan.plan import Plan
from tsam_planner.plan.tables import typed
from tsam_planner.planning.primaries import find_primaries
from tsam_planner.planning.searches import Deadline, Searcher, SolveOptions
from tsam_planner.portfolio.records import Manager, Profile
from tsam_planner.studies.hire_trial import hired
from tsam_planner.studies.team import Team, smallest_team
from tsam_planner.words import counted

STAFFING_COLUMNS = (
    "profile_id", "hires", "needed_by", "hire_by", "contracts_served", "reason",
)  # fmt: skip


@dataclass(frozen=True)
class Staffing:
    """
    Whom to hire by when, and what each hire serves.

    Attributes
    ----------
    table
        One row per profile with hires: ``profile_id, hires, needed_by`` (first week in which
        a hire is needed), ``hire_by`` (that week less lead and ramp), ``contracts_served``
        (number), ``reason``.
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
    rows = plan.assignments
    unserved = rows.loc[rows["status"] == "unassigned", "contract_id"]
    return Staffing(
        table=_table(facts, team, options),
        team=team,
        unserved_now=tuple(sorted(set(unserved))),
        leavers=_leavers(facts),
    )


def _table(facts: Facts, team: Team, options: SolveOptions) -> pd.DataFrame:
    """Plan with the hires, and tell what each of them serves from when on."""
    profiles = {row.profile_id: row for row in facts.portfolio.profiles}
    people: dict[str, str] = {}
    hires: list[Manager] = []
    for name, count in team.hires.items():
        for number in range(count):
            hire = hired(profiles[name])
            hires.append(
                hire.model_copy(update={"manager_id": f"{hire.manager_id} {number + 1}"})
            )
            people[hires[-1].manager_id] = name
    portfolio = facts.portfolio.model_copy(
        update={
            "managers": tuple(
                sorted((*facts.portfolio.managers, *hires), key=lambda row: row.manager_id)
            )
        }
    )
    found = find_primaries(
        facts.with_team(portfolio), Searcher(options, Deadline(options.time_limit))
    )
    served: dict[str, list[tuple[str, dt.date]]] = {name: [] for name in team.hires}
    for row in found.decisions:
        if row.manager_id in people and row.from_week is not None:
            served[people[row.manager_id]].append((row.contract_id, row.from_week))
    rows = [
        _row(profiles[name], team.hires[name], served[name], facts) for name in sorted(served)
    ]
    return typed(pd.DataFrame(rows, columns=list(STAFFING_COLUMNS)))


def _row(
    profile: Profile, hires: int, served: Sequence[tuple[str, dt.date]], facts: Facts
) -> tuple[object, ...]:
    needed = min((week for _, week in served), default=facts.horizon.start)
    weeks = profile.lead_weeks + profile.ramp_weeks
    names = sorted({name for name, _ in served})
    return (
        profile.profile_id,
        hires,
        needed,
        needed - dt.timedelta(weeks=weeks),
        len(names),
        f"serves {', '.join(names)}; {profile.lead_weeks} weeks to hire, "
        f"{profile.ramp_weeks} to be productive",
    )


def _leavers(facts: Facts) -> dict[str, dt.date]:
    return {
        row.manager_id: row.end_date
        for row in facts.managers
        if row.end_date is not None
        and facts.horizon.start <= row.end_date <= facts.horizon.last_day
    }

"""What single absences mean for a plan, in sentences: all of them, then the worst."""

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from tsam_planner.facts import Facts
from tsam_planner.studies.cover import Situation
from tsam_planner.studies.effects import Effect
from tsam_planner.units import MICRO

SHOWN = 10
"""Sentences about single absences."""
NAMED = 4
"""Contracts, and reasons, that a sentence names before it counts the other contracts."""


@dataclass(frozen=True, slots=True)
class Finding:
    """
    A manager away in a week, and the effect on every contract that this concerns.

    Ids and figures beside the plan's facts: a situation holds the hours of the whole team, and
    there are as many situations as manager-weeks.

    Attributes
    ----------
    kind
        Whether the absence is in the data (``planned``) or not (``unplanned``).
    over_limit
        Substitutes who break their limit of cases because of the absence.
    over_hours
        Substitutes who have less room left than they are asked for.
    cases_over
        Cases above limits that the absence adds.
    """

    facts: Facts
    manager_id: str
    monday: dt.date
    kind: Literal["planned", "unplanned"]
    effects: tuple[Effect, ...]
    over_limit: tuple[str, ...]
    over_hours: tuple[str, ...]
    cases_over: int

    @classmethod
    def of(cls, facts: Facts, situation: Situation, effects: tuple[Effect, ...]) -> "Finding":
        """Return what is told of a situation; ``facts`` are the plan's own."""
        people = {person: facts.managers[person].manager_id for person in situation.substitutes}
        over = {person: situation.more_cases_over(person) for person in people}
        return cls(
            facts=facts,
            manager_id=facts.managers[situation.manager].manager_id,
            monday=facts.horizon.mondays[situation.week],
            kind="planned" if situation.is_planned else "unplanned",
            effects=effects,
            over_limit=tuple(name for person, name in people.items() if over[person] > 0),
            over_hours=tuple(
                name
                for person, name in people.items()
                if situation.more_without_room(person) > 0
            ),
            cases_over=sum(more for more in over.values() if more > 0),
        )

    @property
    def hours(self) -> int:
        """Hours due from substitutes, in millionths."""
        return sum(effect.hours for effect in self.effects)

    @property
    def uncovered(self) -> int:
        """Hours that nobody carries, in millionths."""
        return sum(effect.uncovered for effect in self.effects)

    @property
    def calls_lost(self) -> int:
        """Weekly calls that nobody could hold."""
        return sum(effect.caller == "lost" for effect in self.effects)

    @property
    def without_anyone(self) -> list[Effect]:
        """Effects on customers who have nobody."""
        return [effect for effect in self.effects if effect.is_without_anyone]

    @property
    def severity(self) -> tuple[int, ...]:
        """Customers without anyone, then hours, cases and calls: the more, the worse."""
        return len(self.without_anyone), self.uncovered, self.cases_over, self.calls_lost

    def contract_id(self, effect: Effect) -> str:
        """Return the id of the contract that an effect is about."""
        return self.facts.contracts[effect.service.contract].contract_id


def summarize_absences(findings: Sequence[Finding]) -> Iterator[str]:
    """Yield a sentence about all findings, then one each about the worst, worst first."""
    yield (
        f"Of {len(findings)} manager-weeks, "
        f"{sum(item.uncovered > 0 for item in findings)} would leave hours uncovered, "
        f"{sum(item.cases_over > 0 for item in findings)} would break a limit of cases, "
        f"{sum(bool(item.without_anyone) for item in findings)} would leave a customer "
        "without anyone."
    )
    same = Counter(_theme(item) for item in findings)
    # The sort is stable: of equally bad weeks of a manager the first is told.
    worst = sorted(findings, key=lambda item: item.severity, reverse=True)
    told: dict[tuple[str, str], Finding] = {}
    for finding in worst:
        if any(finding.severity):
            told.setdefault((finding.manager_id, finding.kind), finding)
    for finding in list(told.values())[:SHOWN]:
        yield _sentence(finding, same[_theme(finding)] - 1)


def _theme(finding: Finding) -> tuple[str, str, tuple[str, ...]]:
    """Return what the sentences about one manager's weeks may have in common."""
    return (
        finding.manager_id,
        finding.kind,
        tuple(finding.contract_id(effect) for effect in finding.without_anyone),
    )


def _sentence(finding: Finding, others: int) -> str:
    week = f"in the week of {finding.monday}"
    if finding.kind == "planned":
        opening = f"While {finding.manager_id} is away {week},"
    else:
        opening = f"If {finding.manager_id} falls sick {week},"
    if not finding.without_anyone:
        return f"{opening} {_joined_by_and(_losses(finding))}."
    weeks = "week" if others == 1 else "weeks"
    more = f" (the same in {others} other {weeks})" if others else ""
    return f"{opening} {_nobody(finding)}{more}."


def _nobody(finding: Finding) -> str:
    """Say which customers have nobody, and why."""
    reasons: dict[str, list[str]] = {}
    for effect in finding.without_anyone:
        reason = effect.troubles[0].removeprefix("no substitute: ").removeprefix("its manager ")
        reasons.setdefault(reason, []).append(finding.contract_id(effect))
    if len(reasons) == 1:
        ((reason, ids),) = reasons.items()
        return f"{_named(ids)} {'has' if len(ids) == 1 else 'have'} nobody: {reason}"
    # Beside other reasons there is no room for the numbers in parentheses.
    parts = [f"{_named(ids)} ({why.split(' (')[0]})" for why, ids in reasons.items()]
    if len(parts) > NAMED + 1:
        others = sum(len(ids) for ids in list(reasons.values())[NAMED:])
        parts[NAMED:] = [f"{others} others"]
    return f"{_joined_by_and(parts)} have nobody"


def _losses(finding: Finding) -> list[str]:
    """Say what is lost although every customer has somebody."""
    parts = []
    if finding.uncovered:
        ids = [finding.contract_id(effect) for effect in finding.effects if effect.uncovered]
        hours = f"{finding.uncovered / MICRO:.1f} of {finding.hours / MICRO:.1f} h"
        parts.append(f"{hours} stay uncovered at {_named(ids)}")
    if finding.over_limit:
        names = _joined_by_and(finding.over_limit)
        cases = "case" if finding.cases_over == 1 else "cases"
        parts.append(f"{names} would hold {finding.cases_over} {cases} above the limit")
    if finding.calls_lost:
        calls = "call is" if finding.calls_lost == 1 else "calls are"
        parts.append(f"{finding.calls_lost} {calls} lost")
    return parts


def _named(ids: Sequence[str]) -> str:
    if len(ids) <= NAMED + 1:
        return _joined_by_and(ids)
    return f"{', '.join(ids[:NAMED])} and {len(ids) - NAMED} others"


def _joined_by_and(parts: Sequence[str]) -> str:
    *most, last = parts
    return f"{', '.join(most)} and {last}" if most else last

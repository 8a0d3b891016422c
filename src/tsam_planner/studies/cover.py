"""
The plan with one manager more, or one absence less, in a week: both sides of every absence.

The hours are those of the ledger, kept twice: for the days as the data have them, and once
per manager for days that are turned over. Where the data have an absence of the manager,
the turned days are without it; where they have none, the manager is away from Monday to
Friday. Weeks do not touch each other in a ledger, so one turned ledger per manager answers
for all its weeks, and it needs only the people who stand in for that manager.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import numpy.typing as npt

from tsam_planner.calendars.holiday_lists import HolidayLists
from tsam_planner.calendars.horizon import WEEKDAYS
from tsam_planner.capacity import manager_days
from tsam_planner.facts import Facts
from tsam_planner.plan.backup_goals import needs_backup
from tsam_planner.plan.decisions import Decision, by_contract
from tsam_planner.plan.ledger import Ledger, keep_ledger
from tsam_planner.plan.served_weeks import served_weeks
from tsam_planner.units import micro

Flags = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Relation = Literal["own", "backed", "displaced"]


@dataclass(frozen=True, slots=True)
class Service:
    """A contract in one week, its manager and its substitute (positions), and the stretch."""

    contract: int
    manager: int
    backup: int | None
    week: int
    stretch: Decision


@dataclass(frozen=True, slots=True)
class Situation:
    """
    One manager away in one week.

    Attributes
    ----------
    manager, week
        Positions.
    is_planned
        Whether the data have an absence in that week.
    facts
        Facts with the absence.
    before, after
        Ledgers without and with the absence; to be read in that week and for ``services``
        and their substitutes only.
    services
        Contracts of the manager in that week, those it stands in for, and those of others
        that share a substitute with it.
    """

    manager: int
    week: int
    is_planned: bool
    facts: Facts
    before: Ledger
    after: Ledger
    services: tuple[Service, ...]

    def working_days(self, service: Service) -> Flags:
        """Return the contract's working days of the week; shape ``(5,)``."""
        weight = self.facts.contract_weeks.weight[service.contract]
        return np.asarray(weight.reshape(-1, WEEKDAYS)[self.week] > 0, dtype=bool)

    def presence(self, person: int | None) -> Floats:
        """Return the presence of a person on the days of the week, with the absence."""
        if person is None:
            return np.zeros(WEEKDAYS)
        days = self.facts.manager_days.presence[person].reshape(-1, WEEKDAYS)
        return np.asarray(days[self.week], dtype=float)

    def days_due(self, service: Service) -> Flags:
        """Return the working days on which the contract's manager is away, if in part."""
        return self.working_days(service) & (self.presence(service.manager) < 1)

    def more_uncovered(self, service: Service) -> int:
        """Return the uncovered hours (millionths) that the absence adds to a contract."""
        place = service.contract, self.week
        return int(self.after.uncovered[place] - self.before.uncovered[place])

    def cases_over(self, person: int, ledger: Ledger) -> int:
        """Return the cases above a person's limit that come with cover."""
        place = person, self.week
        room = max(0, int(self.facts.manager_weeks.max_cases[person] - ledger.cases[place]))
        return max(0, int(ledger.cover_cases[place]) - room)

    def more_cases_over(self, person: int) -> int:
        """Return the cases above a person's limit that the absence adds."""
        return self.cases_over(person, self.after) - self.cases_over(person, self.before)

    def more_without_room(self, person: int) -> int:
        """Return the hours (millionths) that the absence asks of a person without room."""
        place = person, self.week
        return int(
            (self.after.asked - self.after.cover)[place]
            - (self.before.asked - self.before.cover)[place]
        )

    @property
    def substitutes(self) -> list[int]:
        """Everybody who stands in for the manager in that week, in order of position."""
        return sorted(
            {
                service.backup
                for service in self.services
                if service.backup is not None and service.manager == self.manager
            }
            - {self.manager}
        )

    def concerned(self) -> Iterator[tuple[Service, Relation]]:
        """
        Yield the contracts that the absence concerns, in order of position.

        Those are the manager's ``own`` that have a working day on which it is away; those
        it should stand in for (``backed``) while their managers are away, too; and those
        of others that lose cover as their substitutes are needed elsewhere (``displaced``).
        """
        for service in self.services:
            due = self.days_due(service)
            if service.manager == self.manager:
                if due.any():
                    yield service, "own"
            elif service.backup == self.manager:
                away = (due & (self.presence(self.manager) < 1)).any()
                if away or self.more_uncovered(service) > 0:
                    yield service, "backed"
            elif self.more_uncovered(service) > 0:
                yield service, "displaced"


def situations(facts: Facts, decisions: Sequence[Decision]) -> Iterator[Situation]:
    """Yield every manager and week in which it serves or backs up an active contract."""
    ledger = keep_ledger(facts, decisions)
    undisturbed = _without_absences(facts)
    planned = (undisturbed > facts.manager_days.presence).reshape(
        -1, facts.horizon.weeks, WEEKDAYS
    )
    by_manager, by_backup = _services(facts, decisions)
    rows_with = _rows_with(decisions)
    weeks_of: dict[int, set[int]] = defaultdict(set)
    for person, week in (*by_manager, *by_backup):
        weeks_of[person].add(week)
    for manager in sorted(weeks_of):
        is_planned = planned[manager].any(axis=1)
        turned = _turned(facts, manager, undisturbed[manager], is_planned)
        other = keep_ledger(turned, _near(facts, decisions, rows_with, manager))
        for week in sorted(weeks_of[manager]):
            known = bool(is_planned[week])
            yield Situation(
                manager=manager,
                week=week,
                is_planned=known,
                facts=facts if known else turned,
                before=other if known else ledger,
                after=ledger if known else other,
                services=_around(manager, week, by_manager, by_backup),
            )


Directory = dict[tuple[int, int], list[Service]]
"""Services by person and week."""


def _services(facts: Facts, decisions: Sequence[Decision]) -> tuple[Directory, Directory]:
    """Return the services that need a substitute, by their manager and by their substitute."""
    by_manager: Directory = defaultdict(list)
    by_backup: Directory = defaultdict(list)
    active = facts.contract_weeks.active
    for contract_id, stretches in by_contract(decisions).items():
        contract = facts.contract_index[contract_id]
        for week, row in served_weeks(stretches, facts.horizon).items():
            if not active[contract, week] or not needs_backup(facts, row):
                continue
            backup = None if row.backup_id is None else facts.manager_index[row.backup_id]
            manager = facts.manager_index[str(row.manager_id)]
            service = Service(contract, manager, backup, week, row)
            by_manager[manager, week].append(service)
            if backup is not None:
                by_backup[backup, week].append(service)
    return by_manager, by_backup


def _around(
    manager: int, week: int, by_manager: Directory, by_backup: Directory
) -> tuple[Service, ...]:
    """Return a manager's services and all whose substitutes it has or is."""
    own = by_manager.get((manager, week), [])
    people = {manager, *(service.backup for service in own if service.backup is not None)}
    around = {service.contract: service for service in own}
    for person in people:
        around.update(
            (service.contract, service) for service in by_backup.get((person, week), [])
        )
    return tuple(around[contract] for contract in sorted(around))


def _rows_with(decisions: Sequence[Decision]) -> dict[str, list[int]]:
    """Return the decisions (positions) that each person has a part in."""
    rows: dict[str, list[int]] = defaultdict(list)
    for position, row in enumerate(decisions):
        for person in {row.manager_id, row.backup_id} - {None}:
            rows[str(person)].append(position)
    return rows


def _near(
    facts: Facts,
    decisions: Sequence[Decision],
    rows_with: Mapping[str, list[int]],
    manager: int,
) -> list[Decision]:
    """Return the decisions that the cover of, and by, a manager depends on."""
    own = facts.managers[manager].manager_id
    part = [decisions[position] for position in rows_with[own]]
    people = {own} | {row.backup_id for row in part if row.manager_id == own}
    near = {place for person in people - {None} for place in rows_with.get(str(person), ())}
    return [decisions[position] for position in sorted(near)]


def _without_absences(facts: Facts) -> Floats:
    """Return the presence that holidays alone leave; shape ``(managers, weekdays)``."""
    holidays = HolidayLists(facts.portfolio.holidays)
    return manager_days(facts.managers, (), holidays, facts.horizon).presence


def _turned(facts: Facts, manager: int, undisturbed: Floats, is_planned: Flags) -> Facts:
    """Return facts with a manager there where it is away by plan, and away elsewhere."""
    presence = facts.manager_days.presence.copy()
    presence[manager] = undisturbed * np.repeat(is_planned, WEEKDAYS)
    daily = facts.managers[manager].weekly_hours / WEEKDAYS
    available = facts.manager_weeks.available.copy()
    available[manager] = micro((presence[manager].reshape(-1, WEEKDAYS) * daily).sum(axis=1))
    return facts.with_presence(
        replace(facts.manager_days, presence=presence),
        replace(facts.manager_weeks, available=available),
    )

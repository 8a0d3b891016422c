"""Today's plan: who looks after whom, grown over years rather than optimized."""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from random import Random
from zoneinfo import ZoneInfo

from sample.contracts import SAME_MANAGER, SEED, TODAY, Contract
from sample.team import TEAM, Manager, Row

_MANAGER = {manager.manager_id: manager for manager in TEAM}
# Weeks before, between and after the two continents' clock changes; Mondays and Fridays,
# since across the date line they meet a weekend.
_PROBES = tuple(
    dt.date(2027, month, day)
    for month, day in ((1, 11), (1, 15), (3, 15), (3, 19), (3, 29), (4, 2))
)
_MIN_OVERLAP_HOURS = 2.0
_WANTED_OVERLAP_HOURS = 7.0
_DEPLOYABLE_SHARE = 0.8
_INCLUDED_HOURS = 10.0
_MAX_CASES = 30

# How much a company's treatment draws its contracts into one book.
_BOND = {"forbid": -5.0, "allow": 0.0, "prefer": 0.2, "require": 5.0}

# Some books grew over the years, and nobody took contracts away; M-15 was spared.
_STRETCH = {"M-02": 1.3, "M-13": 1.2, "M-22": 1.35, "M-15": 0.8}


@dataclass(frozen=True, slots=True)
class Booking:
    """A contract with today's manager, the substitute and the day of the last change."""

    contract: Contract
    manager_id: str
    backup_id: str
    since: dt.date


@cache
def overlap_hours(manager: Manager, zone: str, start: str, end: str) -> float:
    """Return the shortest daily overlap of a manager's day with a call window."""
    return min(_overlap_on(day, manager, zone, start, end) for day in _PROBES)


def _overlap_on(day: dt.date, manager: Manager, zone: str, start: str, end: str) -> float:
    opens, closes = (_moment(day, time, zone) for time in (start, end))
    total = dt.timedelta()
    for shift in (-1, 0, 1):
        near = day + dt.timedelta(days=shift)
        if near.weekday() > 4:
            continue
        begins = _moment(near, manager.work_start or "09:00", manager.place.time_zone)
        ends = _moment(near, manager.work_end or "17:00", manager.place.time_zone)
        total += max(dt.timedelta(), min(closes, ends) - max(opens, begins))
    return total / dt.timedelta(hours=1)


def _moment(day: dt.date, time: str, zone: str) -> dt.datetime:
    local = dt.datetime.combine(day, dt.time.fromisoformat(time), ZoneInfo(zone))
    return local.astimezone(dt.UTC)


def _overlap(manager: Manager, contract: Contract) -> float:
    start = contract.terms.get("window_start", "09:00")
    end = contract.terms.get("window_end", "17:00")
    return overlap_hours(manager, contract.zone, start, end)


def _can_serve(manager: Manager, contract: Contract) -> bool:
    return (
        contract.offering in manager.offerings
        and set(contract.products) <= set(manager.products)
        and contract.language in manager.languages
        and (not manager.first_day or dt.date.fromisoformat(manager.first_day) <= TODAY)
        and _overlap(manager, contract) >= _MIN_OVERLAP_HOURS
    )


class _Books:
    """Books as they fill up: hours, cases and companies of every manager."""

    def __init__(self) -> None:
        self._hours: defaultdict[str, float] = defaultdict(float)
        self._cases: defaultdict[str, int] = defaultdict(int)
        self._companies: defaultdict[str, set[str]] = defaultdict(set)

    def add(self, manager: Manager, contract: Contract) -> None:
        """Put a contract into a manager's book."""
        self._hours[manager.manager_id] += min(contract.need_hours, _INCLUDED_HOURS)
        self._cases[manager.manager_id] += contract.cases
        self._companies[manager.manager_id].add(contract.company)

    def reluctance(self, manager: Manager, contract: Contract) -> float:
        """Return how unlikely a manager took a contract: full book, far away, strangers."""
        name = manager.manager_id
        stretch = _STRETCH.get(name, 1.0)
        hours = self._hours[name] + min(contract.need_hours, _INCLUDED_HOURS)
        share = hours / (manager.weekly_hours * _DEPLOYABLE_SHARE * stretch)
        overflow = max(0.0, share - 1.0)
        too_many = self._cases[name] + contract.cases > _MAX_CASES * max(1.0, stretch)
        distance = max(0.0, _WANTED_OVERLAP_HOURS - _overlap(manager, contract))
        known = contract.company in self._companies[name]
        bond = _BOND[SAME_MANAGER.get(contract.company, "prefer")] if known else 0.0
        return share + 2.0 * overflow + 3.0 * too_many + 0.08 * distance - bond


def book_contracts(contracts: Sequence[Contract]) -> list[Booking]:
    """Return a booking for every planned contract that is not new."""
    served = [c for c in contracts if c.is_planned and c.usage != "new"]
    able = {c.contract_id: [m for m in TEAM if _can_serve(m, c)] for c in served}
    books = _Books()
    owner: dict[str, str] = {}
    # Those with the fewest choices first, so that nobody is left without a manager.
    for contract in sorted(served, key=lambda c: (len(able[c.contract_id]), -c.need_hours)):
        choices = [
            (books.reluctance(m, contract), m.manager_id) for m in able[contract.contract_id]
        ]
        owner[contract.contract_id] = min(choices)[1]
        books.add(_MANAGER[owner[contract.contract_id]], contract)
    return _with_backups(served, owner)


def _with_backups(served: Sequence[Contract], owner: dict[str, str]) -> list[Booking]:
    covered: defaultdict[str, int] = defaultdict(int)
    bookings = []
    for contract in served:
        rng = Random(f"{SEED} booking {contract.contract_id}")
        manager_id = owner[contract.contract_id]
        backup_id = _backup(contract, manager_id, covered)
        covered[backup_id] += 1
        bookings.append(Booking(contract, manager_id, backup_id, _since(contract, rng)))
    return bookings


def _backup(contract: Contract, manager_id: str, covered: dict[str, int]) -> str:
    """Return who stands in; empty where nobody else could."""
    others = [
        manager
        for manager in TEAM
        if manager.manager_id != manager_id
        and not manager.last_day
        and _can_serve(manager, contract)
    ]
    near = [m for m in others if m.place.region == _MANAGER[manager_id].place.region] or others
    return min(
        (manager.manager_id for manager in near),
        key=lambda other: (covered[other], other),
        default="",
    )


def _since(contract: Contract, rng: Random) -> dt.date:
    """Return the first day of the service, or of a later year when it changed hands."""
    years = max(0, TODAY.year - 1 - contract.first_day.year)
    changed = int((years + 1) * rng.random()) if years else 0
    since = contract.first_day.replace(year=contract.first_day.year + changed)
    if rng.random() < 0.05 and since < dt.date(2026, 1, 1):
        since = dt.date(2026, 10, 5)
    return since


def assignment_rows(bookings: Sequence[Booking]) -> list[Row]:
    """Return the rows of ``assignments.csv``."""
    return [
        {
            "contract_id": booking.contract.contract_id,
            "manager_id": booking.manager_id,
            "backup_id": booking.backup_id,
            "since": booking.since,
        }
        for booking in bookings
    ]

"""The two logs of the past half year: hours by day and cases, as a ticket system has them."""

import datetime as dt
import math
from collections.abc import Iterator, Sequence
from random import Random
from zoneinfo import ZoneInfo

from sample.bookings import Booking
from sample.contracts import SEED, TODAY, Contract
from sample.team import Row

FIRST_WEEK = dt.date(2026, 7, 6)
WEEKS = 25
_WEEK = dt.timedelta(weeks=1)
_SPIKE_WEEK, _OUTAGE_WEEK = 19, 17

# Share of a usual week, by region and Monday: summer, national holidays, Christmas.
_QUIET_WEEKS = {
    "Americas": {"2026-11-23": 0.7, "2026-12-21": 0.5},
    "Europe": {"2026-08-03": 0.8, "2026-08-10": 0.6, "2026-08-17": 0.7, "2026-12-21": 0.5},
    "Asia-Pacific": {"2026-08-10": 0.8, "2026-10-05": 0.8, "2026-12-21": 0.8},
}
_CHRISTMAS = {dt.date(2026, 12, 24), dt.date(2026, 12, 25)}
_ACTIVITIES = (
    "case coordination",
    "case coordination",
    "case coordination",
    "case coordination",
    "case coordination",
    "status report",
    "service review",
    "upgrade planning",
    "customer training",
    "roadmap and supportability",
    "internal escalation",
)

# Share of cases, and days until the middle case is closed, by severity.
_SEVERITIES = ((0, 0.004, 1.0), (1, 0.126, 4.0), (2, 0.47, 11.0), (3, 0.4, 21.0))
_MEAN_DAYS_OPEN = 16.6
_FIRST_CASE = dt.datetime(2026, 4, 6, tzinfo=dt.UTC)
_SHARE_OF_CASES_IN_NEED = 0.45


def timesheet_rows(bookings: Sequence[Booking]) -> list[Row]:
    """Return the rows of ``timesheets.csv``, by date."""
    rows = [row for booking in bookings for row in _entries(booking)]
    return sorted(rows, key=lambda row: (str(row["date"]), str(row["contract_id"])))


def _entries(booking: Booking) -> Iterator[Row]:
    contract = booking.contract
    rng = Random(f"{SEED} timesheets {contract.contract_id}")
    call_day = int(5 * rng.random())
    for number in range(WEEKS):
        monday = FIRST_WEEK + number * _WEEK
        hours = _hours(rng, contract, number, monday)
        # Drawn before the term is looked at, so that another term leaves the rest as it is.
        entries = list(_days(rng, contract, hours, call_day, monday))
        if monday < contract.first_day:
            continue
        for date, quarters, activity in entries:
            yield {
                "contract_id": contract.contract_id,
                "date": date,
                "hours": f"{quarters / 4:g}",
                "manager_id": _worker(booking, monday),
                "activity": activity,
                "exceptional": "true" if _is_exceptional(contract, number) else "",
            }


def _is_exceptional(contract: Contract, number: int) -> bool:
    return contract.usage == "outage" and number == _OUTAGE_WEEK


def _hours(rng: Random, contract: Contract, number: int, monday: dt.date) -> float:
    """Return the hours of a week: the need, the season, and how the customer behaves."""
    need, draw = contract.need_hours, rng.random()
    quiet = _QUIET_WEEKS[contract.place.region].get(monday.isoformat(), 1.0)
    usual = need * quiet * (0.82 + 0.36 * draw)
    match contract.usage:
        case "over":
            return need * (0.94 + 0.18 * draw) * (quiet if quiet < 0.6 else 1.0)
        case "alternating":
            return (13.75 + draw if number % 2 else 8.0 + draw) * (
                quiet if quiet < 0.6 else 1.0
            )
        case "rising":
            return usual * (0.7 + 0.45 * number / WEEKS)
        case "spike" if number == _SPIKE_WEEK:
            return 4.5 * need
        case "outage" if number == _OUTAGE_WEEK:
            return usual + 16.0
    return usual


def _days(
    rng: Random, contract: Contract, hours: float, call_day: int, monday: dt.date
) -> Iterator[tuple[dt.date, int, str]]:
    """Yield days, quarters of hours and activities: the weekly call, then the rest."""
    total = max(2, round(4 * hours))
    call = min(total, 2 + int(contract.terms.get("call_minutes", "30")) // 30)
    weekdays = [monday + dt.timedelta(days=day) for day in range(5)]
    open_days = [day for day in weekdays if day not in _CHRISTMAS]
    yield open_days[min(call_day, len(open_days) - 1)], call, "weekly call"
    rest = total - call
    parts = min(rest, max(1 + (rng.random() < 0.5), math.ceil(rest / 30)))
    if not parts:
        return
    # math.fsum, since sum() of floats rounds differently from Python 3.12 on.
    weights = [2 + rng.random() for _ in range(parts)]
    offset = int(len(open_days) * rng.random())
    for part in range(parts):
        done = round(rest * math.fsum(weights[:part]) / math.fsum(weights))
        until = round(rest * math.fsum(weights[: part + 1]) / math.fsum(weights))
        activity = _ACTIVITIES[int(len(_ACTIVITIES) * rng.random())]
        if until > done:
            yield open_days[(offset + 2 * part) % len(open_days)], until - done, activity


def _worker(booking: Booking, day: dt.date) -> str:
    """Return who worked: the manager, or the backup in summer leave and before the change."""
    rng = Random(f"{SEED} summer {booking.manager_id}")
    leave = FIRST_WEEK + int(8 * rng.random()) * _WEEK
    away = leave <= day < leave + 2 * _WEEK or day < booking.since
    return (booking.backup_id or booking.manager_id) if away else booking.manager_id


def case_rows(contracts: Sequence[Contract], bookings: Sequence[Booking]) -> list[Row]:
    """Return the rows of ``cases.csv``, numbered in the order in which they were opened."""
    booking_of = {booking.contract.contract_id: booking for booking in bookings}
    rows = [
        row
        for contract in contracts
        for row in _cases(contract, booking_of.get(contract.contract_id))
    ]
    rows.sort(key=lambda row: (str(row["opened_at"]), str(row["contract_id"])))
    return [{"case_id": f"S-{number}", **row} for number, row in enumerate(rows, 410001)]


def _cases(contract: Contract, booking: Booking | None) -> Iterator[Row]:
    """Yield cases as they come: arrivals such that the planning figure is open on average."""
    rng = Random(f"{SEED} cases {contract.contract_id}")
    days_between = _MEAN_DAYS_OPEN / (contract.cases - 0.4)
    hours_each = _SHARE_OF_CASES_IN_NEED * contract.need_hours * days_between / 7
    moment = _FIRST_CASE
    if contract.usage == "outage":
        monday = FIRST_WEEK + _OUTAGE_WEEK * _WEEK
        start = dt.datetime.combine(monday, dt.time(9), dt.UTC)
        yield _case(rng, contract, booking, start, 0, 1.2, 10.0)
    while True:
        moment += dt.timedelta(days=-days_between * math.log(1 - rng.random()))
        severity, _, median_days = _severity(rng)
        days_open = median_days * math.exp(0.6 * rng.gauss(0.0, 1.0))
        hours = hours_each * (0.4 + 1.2 * rng.random()) * (3 if severity == 0 else 1)
        row = _case(rng, contract, booking, moment, severity, days_open, hours)
        if moment.date() >= TODAY:
            return
        opened, closed = str(row["opened_at"]), str(row["closed_at"])
        is_seen = not closed or closed >= FIRST_WEEK.isoformat()
        is_known = moment.date() >= contract.first_day and opened < TODAY.isoformat()
        if is_seen and is_known:
            yield row


def _severity(rng: Random) -> tuple[int, float, float]:
    draw = rng.random()
    for choice in _SEVERITIES:
        draw -= choice[1]
        if draw < 0:
            return choice
    return _SEVERITIES[-1]


def _case(
    rng: Random,
    contract: Contract,
    booking: Booking | None,
    moment: dt.datetime,
    severity: int,
    days_open: float,
    hours: float,
) -> Row:
    opened = _at_work(rng, contract, moment)
    closed = max(
        _at_work(rng, contract, moment + dt.timedelta(days=days_open)),
        opened + dt.timedelta(hours=2),
    )
    is_open = closed.date() >= TODAY
    return {
        "contract_id": contract.contract_id,
        "opened_at": f"{opened:%Y-%m-%dT%H:%MZ}",
        "closed_at": "" if is_open else f"{closed:%Y-%m-%dT%H:%MZ}",
        "severity": severity,
        "hours": f"{max(1, round(4 * hours)) / 4:g}",
        "manager_id": _worker(booking, opened.date()) if booking else "",
    }


def _at_work(rng: Random, contract: Contract, moment: dt.datetime) -> dt.datetime:
    """Return a working minute of the contract's place near a moment, in UTC."""
    day = moment.date()
    if day.weekday() > 4:
        day += dt.timedelta(days=7 - day.weekday())
    minutes = int(8 * 60 + 9.5 * 60 * rng.random())
    zone = ZoneInfo(contract.place.time_zone)
    local = dt.datetime.combine(day, dt.time(minutes // 60, minutes % 60), zone)
    return local.astimezone(dt.UTC)

"""
Whole months, calendar or fiscal, and which part of a week's hours falls into each.

A week's hours belong to the months of its contract days; a week without any (all holidays)
is split by its weekdays of the term.
"""

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tsam_planner.calendars.holiday_lists import HolidayLists
from tsam_planner.calendars.horizon import WEEKDAYS, Horizon
from tsam_planner.capacity import within
from tsam_planner.demand.working_days import contract_days
from tsam_planner.errors import ArgumentError
from tsam_planner.portfolio.records import Contract

Floats = npt.NDArray[np.float64]

CALENDAR_YEAR = "01-01"
_MOST_MONTHS = 60


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """A whole month: its first and last day, and its name (``2027-01``, ``FY2027-04``)."""

    first: dt.date
    last: dt.date
    name: str


def name_months(
    first: str, last: str, fiscal_year_start: str = CALENDAR_YEAR
) -> tuple[Month, ...]:
    """
    Return all months from one to another.

    Parameters
    ----------
    first, last
        Such as ``2027-01``; or ``FY2027-04``, the fourth month of the fiscal year that ends
        in 2027. ``2027-01`` is the fiscal month that begins in January.
    fiscal_year_start
        Month and day on which a fiscal year begins, such as ``10-01``; the day at most 28.

    Raises
    ------
    ArgumentError
        When a name makes no sense, or ``last`` lies before ``first``.

    Examples
    --------
    >>> [month.name for month in name_months("2027-01", "2027-03")]
    ['2027-01', '2027-02', '2027-03']
    >>> month, = name_months("FY2027-04", "FY2027-04", "10-01")
    >>> str(month.first), str(month.last)
    ('2027-01-01', '2027-01-31')
    """
    start = _year_start(fiscal_year_start)
    begin, end = _begin(first, start), _begin(last, start)
    if end < begin:
        message = f"expected the first month before the last, got {first} and {last}"
        raise ArgumentError(message)
    months: list[Month] = []
    while begin <= end:
        after = _next(begin)
        months.append(Month(begin, after - dt.timedelta(days=1), _name(begin, start)))
        begin = after
        if len(months) > _MOST_MONTHS:
            message = f"expected at most {_MOST_MONTHS} months, got {first} to {last}"
            raise ArgumentError(message)
    return tuple(months)


def months_of(horizon: Horizon, fiscal_year_start: str = CALENDAR_YEAR) -> tuple[Month, ...]:
    """
    Return the months that belong to a plan: most of their weekdays lie in its weeks.

    At least the month with most of the plan's weekdays is returned.

    Examples
    --------
    >>> [month.name for month in months_of(Horizon.of_quarter("2027Q1"))]
    ['2027-01', '2027-02', '2027-03']
    """
    start = _year_start(fiscal_year_start)
    begin = dt.date(horizon.start.year, horizon.start.month, start[1])
    begin = begin if begin <= horizon.start else _previous(begin)
    planned = set(horizon.weekdays)
    shares: list[tuple[float, Month]] = []
    while begin <= horizon.last_day:
        after = _next(begin)
        days = [begin + dt.timedelta(days=day) for day in range((after - begin).days)]
        weekdays = [day for day in days if day.weekday() < WEEKDAYS]
        share = len(planned.intersection(weekdays)) / len(weekdays)
        shares.append((share, Month(begin, days[-1], _name(begin, start))))
        begin = after
    most = max(share for share, _ in shares)
    return tuple(month for share, month in shares if share > 0.5 or share == most)


def _year_start(text: str) -> tuple[int, int]:
    match = re.fullmatch(r"(\d{1,2})-(\d{1,2})", text)
    month, day = (int(match[1]), int(match[2])) if match else (0, 0)
    if not (1 <= month <= 12 and 1 <= day <= 28):
        message = f"expected fiscal_year_start as month and day such as 10-01, got {text!r}"
        raise ArgumentError(message)
    return month, day


def _begin(name: str, start: tuple[int, int]) -> dt.date:
    """Return the first day of a month that is named."""
    match = re.fullmatch(r"(FY)?(\d{4})-(\d{1,2})", name)
    if match is None or not 1 <= int(match[3]) <= 12 or not 1900 <= int(match[2]) <= 2200:
        message = f"expected a month such as 2027-01 or FY2027-04, got {name!r}"
        raise ArgumentError(message)
    year, number = int(match[2]), int(match[3])
    if not match[1]:
        return dt.date(year, number, start[1])
    # A fiscal year has the name of the calendar year in which it ends.
    begin_year = year if start == (1, 1) else year - 1
    months = begin_year * 12 + start[0] - 1 + number - 1
    return dt.date(months // 12, months % 12 + 1, start[1])


def _name(begin: dt.date, start: tuple[int, int]) -> str:
    if start == (1, 1):
        return f"{begin:%Y-%m}"
    passed = (begin.month - start[0]) % 12
    begin_year = begin.year - (begin.month < start[0])
    return f"FY{begin_year + 1}-{passed + 1:02}"


def _next(begin: dt.date) -> dt.date:
    return dt.date(begin.year + begin.month // 12, begin.month % 12 + 1, begin.day)


def _previous(begin: dt.date) -> dt.date:
    return dt.date(begin.year - (begin.month == 1), (begin.month - 2) % 12 + 1, begin.day)


@dataclass(frozen=True)
class MonthGrid:
    """
    Weeks of contracts split over months.

    ``term`` and ``days`` have shape ``(contracts, weekdays)`` as in `contract_days`;
    ``month_of`` is the position of each weekday's month, -1 outside all of them.
    """

    months: tuple[Month, ...]
    horizon: Horizon
    term: npt.NDArray[np.bool_]
    days: Floats
    month_of: npt.NDArray[np.int64]

    @classmethod
    def over(
        cls,
        months: tuple[Month, ...],
        since: dt.date,
        contracts: Sequence[Contract],
        holidays: HolidayLists,
    ) -> "MonthGrid":
        """Cover months, and the weeks before them from a Monday on."""
        first = min(since, _monday(months[0].first))
        last = max(since, _monday(months[-1].last))
        horizon = Horizon(first, (last - first).days // 7 + 1)
        term, days = contract_days(contracts, holidays, horizon)
        month_of = np.full(len(horizon.weekdays), -1, dtype=np.int64)
        for position, day in enumerate(horizon.weekdays):
            for number, month in enumerate(months):
                if month.first <= day <= month.last:
                    month_of[position] = number
        return cls(months, horizon, term, days, month_of)

    def split(
        self, contract: int, first: dt.date | None = None, last: dt.date | None = None
    ) -> Floats:
        """
        Return which part of an hour a week falls into each month; shape ``(weeks, months)``.

        A week counts with the share of its weekdays that lie in the term and from ``first``
        to ``last`` (inclusive), as purchased hours do.
        """
        dates = np.array(self.horizon.weekdays, dtype="datetime64[D]")
        inside = self.term[contract] & within(dates, first, last)
        by_week = inside.reshape(-1, WEEKDAYS)
        weight = (self.days[contract] * inside).reshape(-1, WEEKDAYS)
        # A week of holidays only has no contract day to go by.
        weight = np.where(weight.sum(axis=1, keepdims=True) > 0, weight, by_week)
        total = np.maximum(weight.sum(axis=1, keepdims=True), 1e-12)
        parts = weight / total * (by_week.sum(axis=1, keepdims=True) / WEEKDAYS)
        month_of = self.month_of.reshape(-1, WEEKDAYS)
        columns = [
            np.where(month_of == month, parts, 0.0).sum(axis=1)
            for month in range(len(self.months))
        ]
        return np.stack(columns, axis=1)


def _monday(day: dt.date) -> dt.date:
    return day - dt.timedelta(days=day.weekday())

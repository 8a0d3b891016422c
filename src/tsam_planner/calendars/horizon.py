"""The weeks that are planned: consecutive ISO weeks, each named by its Monday."""

import datetime as dt
import re
from dataclasses import dataclass
from functools import cached_property

from tsam_planner.errors import ArgumentError
from tsam_planner.words import counted

WEEKDAYS = 5
MAX_WEEKS = 260
FIRST_YEAR, LAST_YEAR = 1900, 2200


@dataclass(frozen=True)
class Horizon:
    """
    Consecutive ISO weeks; only Monday to Friday carry normal work (R27).

    Parameters
    ----------
    start
        Monday of the first week.
    weeks
        Number of weeks, 1 to 260.
    quarter
        Label such as ``2027Q1`` when the weeks are exactly that quarter.

    Raises
    ------
    ArgumentError
        When ``start`` is no Monday, or ``start`` or ``weeks`` is out of range.

    Examples
    --------
    >>> horizon = Horizon.of_quarter("2027Q1")
    >>> str(horizon.start), horizon.weeks, str(horizon.last_day)
    ('2027-01-04', 13, '2027-04-04')
    """

    start: dt.date
    weeks: int
    quarter: str | None = None

    def __post_init__(self) -> None:
        if not FIRST_YEAR <= self.start.year <= LAST_YEAR:
            message = f"expected a first day from {FIRST_YEAR} to {LAST_YEAR}, got {self.start}"
            raise ArgumentError(message)
        if self.start.weekday() != 0:
            monday = self.start - dt.timedelta(days=self.start.weekday())
            message = (
                f"expected a Monday as the first day of the plan, got {self.start} "
                f"({self.start:%A}); that week starts on {monday}"
            )
            raise ArgumentError(message)
        if not 1 <= self.weeks <= MAX_WEEKS:
            message = f"expected 1 to {MAX_WEEKS} weeks, got {self.weeks!r}"
            raise ArgumentError(message)

    @classmethod
    def of_quarter(cls, quarter: str) -> "Horizon":
        """
        Return a quarter of the ISO year: weeks 1-13, 14-26, 27-39, 40-52 (or 53).

        Raises
        ------
        ArgumentError
            When the text is not a year and a quarter.
        """
        match = re.fullmatch(r"(\d{4})[ -]?[Qq]([1-4])", quarter.strip())
        if match is None or not FIRST_YEAR <= int(match[1]) <= LAST_YEAR:
            message = f"expected a quarter such as 2027Q1, got {quarter!r}"
            raise ArgumentError(message)
        year, number = int(match[1]), int(match[2])
        first = 13 * (number - 1) + 1
        # 28 December always lies in the last ISO week of its year.
        last = 13 * number if number < 4 else dt.date(year, 12, 28).isocalendar().week
        start = dt.date.fromisocalendar(year, first, 1)
        return cls(start, last - first + 1, f"{year}Q{number}")

    @classmethod
    def of(
        cls,
        *,
        quarter: str | None = None,
        start: dt.date | str | None = None,
        weeks: int | None = None,
    ) -> "Horizon":
        """
        Return the horizon that a call names, by quarter or by start and weeks.

        Raises
        ------
        ArgumentError
            When neither or both are given, or one of them makes no sense.
        """
        if quarter is not None and start is None and weeks is None:
            return cls.of_quarter(quarter)
        if quarter is None and start is not None and weeks is not None:
            return cls(_as_date(start), weeks)
        message = (
            "name the weeks either by quarter (such as 2027Q1), or by start (a Monday such as "
            "2027-01-04) and weeks (such as 13)"
        )
        raise ArgumentError(message)

    @cached_property
    def mondays(self) -> tuple[dt.date, ...]:
        """Monday of each week."""
        return tuple(self.start + dt.timedelta(weeks=week) for week in range(self.weeks))

    @cached_property
    def weekdays(self) -> tuple[dt.date, ...]:
        """Monday to Friday of each week, in order; shape ``(5 * weeks,)``."""
        return tuple(
            monday + dt.timedelta(days=day)
            for monday in self.mondays
            for day in range(WEEKDAYS)
        )

    @property
    def last_day(self) -> dt.date:
        """Sunday of the last week."""
        return self.start + dt.timedelta(days=7 * self.weeks - 1)

    def week_of(self, date: dt.date) -> int | None:
        """Return the index of the week a date falls in, None outside the horizon."""
        week = (date - self.start).days // 7
        return week if 0 <= week < self.weeks else None

    def __str__(self) -> str:
        name = f"{self.quarter}, " if self.quarter else ""
        return f"{name}{self.start} to {self.last_day} ({counted(self.weeks, 'week')})"


def _as_date(value: dt.date | str) -> dt.date:
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, dt.date):
        return value
    try:
        return dt.date.fromisoformat(value)
    except ValueError:
        message = f"expected a date such as 2027-01-04, got {value!r}"
        raise ArgumentError(message) from None

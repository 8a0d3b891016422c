"""What a cell of a workbook holds: numbers, texts as they are shown, days as serial numbers."""

import datetime as dt
import textwrap
from decimal import Decimal
from functools import lru_cache

import pandas as pd

from tsam_planner.io.workbook_cells import shown

OLDEST_DAY = dt.date(1900, 3, 1)
"""From this day on, all spreadsheets count days alike."""
_DAY_ZERO = dt.datetime(1899, 12, 30)
_DAY = dt.timedelta(days=1)
# Columns repeat a few texts and days thousands of times.
_MANY = 100_000


def cell_value(value: object) -> float | str | None:
    """
    Return what a cell holds for a value: a number, a text as it is shown, or nothing.

    Days and moments without a zone are days since the end of 1899, as spreadsheets count
    them; those before March 1900 are texts.

    Examples
    --------
    >>> cell_value(3), cell_value(dt.date(2027, 1, 4)), cell_value("")
    (3.0, 46391.0, None)
    >>> cell_value(True), cell_value(False), cell_value(dt.date(1899, 1, 1))
    ('yes', '', '1899-01-01')
    """
    if isinstance(value, str):
        return as_shown(value) if value else None
    if value is None or value is pd.NaT or value != value:
        return None
    if isinstance(value, bool):
        return "yes" if value else ""
    if isinstance(value, int | float | Decimal):
        return float(value)
    if isinstance(value, dt.date):
        return _serial(value)
    return as_shown(str(value))


@lru_cache(maxsize=_MANY)
def _serial(day: dt.date) -> float | str:
    moment = dt.datetime.combine(day, dt.time()) if type(day) is dt.date else day
    if not isinstance(moment, dt.datetime) or moment.date() < OLDEST_DAY:
        return day.isoformat()
    return (moment - _DAY_ZERO) / _DAY


@lru_cache(maxsize=_MANY)
def as_shown(text: str) -> str:
    """Return a text as a cell shows it."""
    return shown(text)


@lru_cache(maxsize=_MANY)
def lines_of(text: str, width: float) -> int:
    """Return how many lines a text takes in a cell that is so many characters wide."""
    fitting = max(int(1.1 * width), 1)
    return sum(max(len(textwrap.wrap(line, fitting)), 1) for line in text.split("\n"))

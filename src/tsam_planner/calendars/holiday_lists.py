"""
Which share of a date is a holiday, by calendar (R32).

A calendar that the company keeps itself replaces the package's list of that very calendar
(Q17: the vendor's list wins); every other one comes from the ``holidays`` package. Added days
join whichever list holds.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from functools import lru_cache

import holidays
import numpy as np
import numpy.typing as npt

from tsam_planner.portfolio.records import Holiday

HALF_DAY_FRACTION = 0.5


class HolidayLists:
    """
    Holiday fractions by calendar and date.

    Parameters
    ----------
    own
        The company's own rows; each calendar named there is taken from them alone, unless
        they are added ones.

    Examples
    --------
    >>> lists = HolidayLists([])
    >>> lists.fraction("IT", dt.date(2027, 1, 6)), lists.fraction(None, dt.date(2027, 1, 6))
    (1.0, 0.0)
    """

    def __init__(self, own: Iterable[Holiday]) -> None:
        self._own: dict[str, dict[dt.date, float]] = {}
        self._added: dict[str, dict[dt.date, float]] = {}
        for holiday in own:
            lists = self._added if holiday.is_added else self._own
            lists.setdefault(holiday.calendar, {})[holiday.date] = holiday.fraction

    def fraction(self, calendar: str | None, date: dt.date) -> float:
        """Return the share of a date that is a holiday, 0 (none) to 1 (whole day)."""
        if calendar is None:
            return 0.0
        if calendar in self._own:
            listed = self._own[calendar].get(date, 0.0)
        else:
            listed = _public_fractions(calendar, date.year).get(date, 0.0)
        if calendar in self._added:
            # A day that is off as a whole does not become half a day.
            return max(listed, self._added[calendar].get(date, 0.0))
        return listed

    def fractions(
        self, calendar: str | None, dates: Iterable[dt.date]
    ) -> npt.NDArray[np.float64]:
        """Return the holiday share of each date; shape ``(dates,)``, in [0, 1]."""
        return np.array([self.fraction(calendar, date) for date in dates])


@lru_cache(maxsize=4096)
def _public_fractions(calendar: str, year: int) -> Mapping[dt.date, float]:
    """Read one year of a calendar: public days as 1, the package's half days as 0.5."""
    country, _, subdivision = calendar.partition("-")
    subdiv = subdivision or None
    public = holidays.country_holidays(country, subdiv=subdiv, years=year)
    fractions: dict[dt.date, float] = {}
    if "half_day" in public.supported_categories:
        half = holidays.country_holidays(
            country, subdiv=subdiv, years=year, categories="half_day"
        )
        fractions.update(dict.fromkeys(half, HALF_DAY_FRACTION))
    fractions.update(dict.fromkeys(public, 1.0))
    return fractions

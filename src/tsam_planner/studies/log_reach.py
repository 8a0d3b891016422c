"""Which weeks of a plan a log tells of, and why it does not tell of the others."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from tsam_planner.demand.log_periods import extent

_WEEK = dt.timedelta(weeks=1)
_WEDNESDAY, _FRIDAY = 2, 4


@dataclass(frozen=True, slots=True)
class Reach:
    """
    From which day to which a log has records, beside the weeks of a plan.

    ``first`` and ``last`` are None for a log without any record.
    """

    mondays: Sequence[dt.date]
    first: dt.date | None
    last: dt.date | None

    @classmethod
    def of(cls, moments: pd.Series, mondays: Sequence[dt.date]) -> "Reach":
        """Return the reach of a log with records of these days or moments."""
        moments = moments.dropna()
        if moments.empty:
            return cls(mondays, None, None)
        first, last = (moment.date() for moment in extent(moments))
        return cls(mondays, first, last)

    @property
    def told(self) -> npt.NDArray[np.bool_]:
        """Weeks of the plan that the log tells of as a whole; shape ``(weeks,)``."""
        begun, done = self._begun, self._done
        return np.array([begun <= monday < done for monday in self.mondays], dtype=bool)

    @property
    def _begun(self) -> dt.date:
        # A log whose first record is of a Tuesday begins with that week, too.
        if self.first is None:
            return dt.date.max
        monday = self.first - dt.timedelta(days=self.first.weekday())
        return monday if self.first.weekday() <= _WEDNESDAY else monday + _WEEK

    @property
    def _done(self) -> dt.date:
        # A log whose last record is of a Friday has nothing to add for that week.
        if self.last is None:
            return dt.date.min
        monday = self.last - dt.timedelta(days=self.last.weekday())
        return monday + _WEEK if self.last.weekday() >= _FRIDAY else monday

    def left_out(self, what: str, log_has: str) -> Iterator[str]:
        """Say which weeks are left out of what, and why; nothing of a log without records."""
        if self.first is None or self.last is None:
            return
        early = [monday for monday in self.mondays if monday < self._begun]
        late = [monday for monday in self.mondays if monday >= max(self._done, self._begun)]
        if early:
            day = f"{self.first} ({self.first:%A})"
            yield f"{_weeks(early)} left out of {what}: {log_has} nothing before {day}."
        if late:
            day = f"{self.last} ({self.last:%A})"
            yield f"{_weeks(late)} left out of {what}: {log_has} nothing after {day}."


def _weeks(mondays: Sequence[dt.date]) -> str:
    if len(mondays) == 1:
        return f"The week of {mondays[0]} is"
    return f"The weeks of {mondays[0]} to {mondays[-1]} are"

"""
Working windows and their overlap, computed at each date so that clock changes are seen.

A window is local: 9 to 17 in Rome is another stretch of the world's time in March than in
January. Overlaps are therefore never derived from fixed offsets (Q15).
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_ONE_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Window:
    """Daily working hours, local to an IANA time zone; ``start`` is before ``end``."""

    zone: str
    start: dt.time
    end: dt.time

    def seconds(self, date: dt.date) -> tuple[int, int]:
        """Return the window of a date as seconds of the world's time (since 1970)."""
        zone = ZoneInfo(self.zone)
        return (
            _seconds(dt.datetime.combine(date, self.start, zone)),
            _seconds(dt.datetime.combine(date, self.end, zone)),
        )


def _seconds(moment: dt.datetime) -> int:
    return int((moment.astimezone(dt.UTC) - _EPOCH).total_seconds())


def daily_overlap(contract: Window, manager: Window, date: dt.date) -> float:
    """
    Return the hours a manager works inside a contract's window of one date.

    The manager's windows of the date and of both its neighbors count, as far as those are
    weekdays: in Sydney it is already Tuesday while it is still Monday in San Francisco.

    Examples
    --------
    A manager in Rome and a contract in New York share 2 hours, but 3 while only one side
    has changed its clocks:

    >>> rome = Window("Europe/Rome", dt.time(9), dt.time(17))
    >>> new_york = Window("America/New_York", dt.time(9), dt.time(17))
    >>> daily_overlap(new_york, rome, dt.date(2026, 1, 14))
    2.0
    >>> daily_overlap(new_york, rome, dt.date(2026, 3, 11))
    3.0
    """
    start, end = contract.seconds(date)
    shared = 0
    for neighbor in (date - _ONE_DAY, date, date + _ONE_DAY):
        if neighbor.weekday() < 5:
            opens, closes = manager.seconds(neighbor)
            shared += max(0, min(end, closes) - max(start, opens))
    return shared / 3600


def overlap_table(
    contracts: Sequence[Window], managers: Sequence[Window], dates: Sequence[dt.date]
) -> npt.NDArray[np.float64]:
    """
    Return every daily overlap at once, in hours (see `daily_overlap`).

    Parameters
    ----------
    contracts, managers
        Distinct windows; a portfolio has few of them, whatever its size.
    dates
        Weekdays.

    Returns
    -------
    ndarray
        Shape ``(contracts, managers, dates)``, hours >= 0.
    """
    start, end = _bounds(contracts, dates)
    shared = np.zeros((len(contracts), len(managers), len(dates)))
    for shift in (-_ONE_DAY, 0 * _ONE_DAY, _ONE_DAY):
        neighbors = [date + shift for date in dates]
        works = np.array([neighbor.weekday() < 5 for neighbor in neighbors], dtype=bool)
        opens, closes = _bounds(managers, neighbors)
        latest_start = np.maximum(start[:, None, :], opens[None, :, :])
        first_end = np.minimum(end[:, None, :], closes[None, :, :])
        shared += np.maximum(0, first_end - latest_start) * works
    return shared / 3600


def _bounds(
    windows: Sequence[Window], dates: Sequence[dt.date]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    bounds = np.array(
        [[window.seconds(date) for date in dates] for window in windows], dtype=np.int64
    ).reshape(len(windows), len(dates), 2)
    return bounds[..., 0], bounds[..., 1]

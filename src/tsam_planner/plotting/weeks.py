"""Weeks on a horizontal axis, for figures that draw steps; and the colors they share."""

import datetime as dt
from collections.abc import Sequence

import matplotlib.dates as mdates
import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes

Floats = npt.NDArray[np.float64]

BLUE, RED = "#4477aa", "#cc6677"
_WEEK = dt.timedelta(weeks=1)
# What the label of a week takes on the axis, with room around it.
_INCHES_A_LABEL = 0.75


def week_edges(mondays: Sequence[dt.date]) -> Floats:
    """Return where weeks in a row begin on the axis, and where the last one ends."""
    dates = np.array([*mondays, mondays[-1] + _WEEK], dtype="datetime64[D]")
    edges: Floats = mdates.date2num(dates)  # type: ignore[no-untyped-call]
    return edges


def label_weeks(ax: Axes, mondays: Sequence[dt.date], *, anchor: dt.date | None = None) -> None:
    """Name as many Mondays as there is room for, ``anchor`` among them; years once."""
    anchor = anchor or mondays[0]
    every = [
        mondays[0] + number * _WEEK
        for number in range((mondays[-1] - mondays[0]).days // 7 + 1)
    ]
    width = ax.figure.bbox.width / ax.figure.dpi * ax.get_position().width
    step = -(-len(every) // max(2, int(width / _INCHES_A_LABEL)))
    named = every[(anchor - every[0]).days // 7 % step :: step]
    years = [None, *(monday.year for monday in named)]
    labels = [
        f"{monday:%d %b}" if monday.year == before else f"{monday:%d %b}\n{monday:%Y}"
        for before, monday in zip(years, named, strict=False)
    ]
    ax.set_xticks(week_edges(named)[:-1], labels)
    ax.set_xlabel("week (Monday)")
    first, *_, last = week_edges(every)
    room = 0.01 * (last - first)
    ax.set_xlim(first - room, last + room)

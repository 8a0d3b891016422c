"""
Between which Mondays a log is complete.

A log ends with its last full week. It begins and ends where its records do, but for a few
that stand far from the rest.
"""

import datetime as dt

import numpy as np
import pandas as pd

from tsam_planner.demand.open_cases import NEVER, Spans

Period = tuple[dt.date, dt.date]
"""Monday of the first week, and of the week after the last."""

_WEEK = dt.timedelta(weeks=1)
# A log whose last record is of a Friday has nothing to add for that week.
_SLACK = dt.timedelta(days=3)
# A log in which nothing closes for longer does not begin where its first case does.
_LONGEST_START = 4 * _WEEK
# Records that are few, and how far from the rest they are no begin or end of a log.
_FEW, _FAR = 0.02, 8 * _WEEK

FAR_WEEKS = _FAR.days // 7
"""Weeks without a record, beyond which a few records are far from the rest of a log."""


def period_of_cases(spans: Spans, before: dt.date) -> Period | None:
    """
    Return the Mondays between which a log of cases is complete.

    An export of what has been open since some day begins with the few that stayed open for
    long before that day: weeks in which nothing closes, although it does later on.
    """
    ended = spans.closed[spans.closed != NEVER]
    moments = pd.Series(np.concatenate([spans.opened, ended]).astype("datetime64[ns]"))
    period = period_of(moments, before)
    if period is None or not len(ended):
        return period
    first = extent(pd.Series(ended.astype("datetime64[ns]")))[0].date()
    if first - period[0] < _LONGEST_START:
        return period
    start = first + dt.timedelta(days=-first.weekday() % 7)
    return (start, period[1]) if start < period[1] else None


def period_of(times: pd.Series, before: dt.date) -> Period | None:
    """Return the Mondays between which a log is complete, None where it is not for a week."""
    if times.empty:
        return None
    first, last = (moment.date() for moment in extent(times))
    start = first + dt.timedelta(days=-first.weekday() % 7)
    latest = last + _SLACK
    end = min(before, latest - dt.timedelta(days=latest.weekday()))
    return (start, end) if start < end else None


def extent(times: pd.Series) -> tuple[pd.Timestamp, pd.Timestamp]:
    """
    Return the first and the last moment of a log, but for a few records far from the rest.

    One row of some old year would make years without any record look like quiet ones.
    """
    ordered = times.sort_values(ignore_index=True)
    few = max(1, int(_FEW * len(ordered)))
    jumps = np.flatnonzero(ordered.diff() > pd.Timedelta(_FAR))
    first = jumps[jumps <= few]
    last = jumps[jumps >= len(ordered) - few]
    begin = int(first[-1]) if len(first) else 0
    end = int(last[0]) - 1 if len(last) and last[0] > begin else len(ordered) - 1
    return ordered.iloc[begin], ordered.iloc[end]

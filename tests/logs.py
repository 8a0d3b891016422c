"""Logs of time sheets and cases, as `read_portfolio` returns them."""

import datetime as dt
from itertools import pairwise

import numpy as np
import pandas as pd

from examples import HORIZON


def time_sheets(*rows):
    """Return a log of (contract, date, hours) or (contract, date, hours, exceptional)."""
    full = [(*row, False)[:4] for row in rows]
    table = pd.DataFrame(full, columns=["contract_id", "date", "hours", "exceptional"])
    return table.astype({"date": "datetime64[ns]", "hours": float, "exceptional": bool})


def case_log(*rows):
    """Return a log of (contract, opened, closed or None), times in UTC as ISO texts."""
    table = pd.DataFrame(rows, columns=["contract_id", "opened_at", "closed_at"])
    for column in ("opened_at", "closed_at"):
        table[column] = pd.to_datetime(table[column], utc=True, format="ISO8601")
    return table.assign(case_id=[f"S-{row}" for row in range(len(table))])


def weekly(contract_id, hours, *, before=HORIZON.start, exceptional=()):
    """Return rows of time sheets, one on the Friday of each of the weeks before a Monday."""
    fridays = [before - dt.timedelta(days=7 * ago - 4) for ago in range(len(hours), 0, -1)]
    return [
        (contract_id, friday, amount, week in exceptional)
        for week, (friday, amount) in enumerate(zip(fridays, hours, strict=True))
    ]


def always_open(contract_id, count, weeks, *, before=HORIZON.start):
    """Return rows of cases, changing on Fridays: ``count`` are open all through the weeks."""
    monday = before - dt.timedelta(weeks=weeks)
    fridays = [monday + dt.timedelta(days=7 * week + 4) for week in range(weeks)]
    moments = [str(day) for day in (monday, *fridays, before)]
    return [(contract_id, *pair) for pair in pairwise(moments) for _ in range(count)]


def random_cases(contract_id, per_week, weeks, rng, *, mean_weeks=1.0, before=HORIZON.start):
    """
    Return rows of cases that arrive at any moment and stay open for exponential times.

    Closings after the given Monday are left in: whoever plans from then on must not see them.
    """
    begin = np.datetime64(before, "s") - np.timedelta64(7 * weeks, "D")
    total = rng.poisson(per_week * weeks)
    opened = np.sort(rng.random(total)) * weeks * 604_800
    closed = opened + rng.exponential(mean_weeks, total) * 604_800
    times = [begin + moments.astype("timedelta64[s]") for moments in (opened, closed)]
    return [(contract_id, *map(str, pair)) for pair in zip(*times, strict=True)]

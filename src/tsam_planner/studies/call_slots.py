"""At which local day and time customers are called, by the calls of a plan."""

import datetime as dt
from collections.abc import Mapping, Sequence

import pandas as pd

from tsam_planner.portfolio.records import CallDay

Slot = tuple[CallDay, dt.time]
_DAYS: Sequence[CallDay] = ("monday", "tuesday", "wednesday", "thursday", "friday")


def usual_slots(calls: pd.DataFrame) -> Mapping[str, Slot]:
    """Return the local day and time at which each contract is called most often."""
    if calls.empty:
        return {}
    local = pd.to_datetime(calls["contract_local_start"].astype(str).str.slice(0, 19))
    table = pd.DataFrame(
        {
            "contract_id": calls["contract_id"],
            "slot": list(zip(local.dt.day_of_week, local.dt.time, strict=True)),
        }
    )
    slots: dict[str, Slot] = {}
    for name, group in table.groupby("contract_id"):
        day, time_of_day = group["slot"].mode().iloc[0]
        if day < len(_DAYS):
            slots[str(name)] = _DAYS[day], time_of_day
    return slots


def in_words(slot: Slot | None) -> str:
    """
    Return a day and a time as people say them.

    Examples
    --------
    >>> in_words(("monday", dt.time(9, 45))), in_words(None)
    ('Monday 09:45', '')
    """
    return "" if slot is None else f"{slot[0].title()} {slot[1]:%H:%M}"

"""Cells of a plan's tables as somebody may have edited them: texts, ids and weeks."""

import datetime as dt
from collections.abc import Collection

import pandas as pd

from tsam_planner.facts import Facts
from tsam_planner.words import closest

INSTANT = "%Y-%m-%dT%H:%M:%SZ"


def text_of(value: object) -> str:
    """Return a cell as text: dates as ISO, instants in UTC, nothing where it is empty."""
    if value is None or value is pd.NaT or value != value:
        return ""
    if isinstance(value, pd.Timestamp) and value.tzinfo:
        return value.tz_convert("UTC").strftime(INSTANT)
    if isinstance(value, dt.datetime):
        return value.date().isoformat()
    return str(value).strip()


def remedy_for_id(name: str, known: Collection[str]) -> str:
    """Return what to do about an id that nobody has."""
    close = closest(name, known)
    return f"did you mean '{close}'?" if close else "use an id of the portfolio"


def is_week(text: str, facts: Facts) -> bool:
    """Say whether a text is a Monday of the plan."""
    try:
        return dt.date.fromisoformat(text) in facts.horizon.mondays
    except ValueError:
        return False


def remedy_for_week(facts: Facts) -> str:
    """Return what to do about a text that is no Monday of the plan."""
    return f"use a Monday of the plan, such as {facts.horizon.start}"

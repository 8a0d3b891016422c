"""
How many hours of the day a customer and its people share, week by week.

Overlaps move when one side changes its clocks and the other does not (yet). They are
computed at every date (R29, Q15), so that calls can be moved before they fail.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from functools import lru_cache
from math import nan

import numpy as np
import numpy.typing as npt
import pandas as pd

from tsam_planner.calendars.horizon import WEEKDAYS
from tsam_planner.calendars.windows import Window, daily_overlap
from tsam_planner.facts import Facts, working_hours
from tsam_planner.plan.decisions import Decision, by_contract
from tsam_planner.plan.served_weeks import served_weeks
from tsam_planner.plan.tables import typed

_COLUMNS = (
    "contract_id", "week", "manager_id", "backup_id", "overlap_hours",
    "backup_overlap_hours", "largest_overlap_hours", "changed",
)  # fmt: skip
Daily = dict[int, float]
"""Hours of overlap by weekday of the term, 0 (Monday) to 4."""


def overlaps_table(facts: Facts, decisions: Sequence[Decision]) -> pd.DataFrame:
    """
    Return one row per contract and served week with at least one weekday of its term.

    It is about hours of the day only: holidays and absences do not matter (R26 to R30,
    R38, Q16).

    Parameters
    ----------
    facts
        Call windows of contracts, working hours of managers, terms.
    decisions
        Who serves which contract in which weeks.

    Returns
    -------
    DataFrame
        ``contract_id, week`` (Monday), ``manager_id, backup_id, overlap_hours`` (smallest
        daily overlap with the manager over the weekdays of the term),
        ``backup_overlap_hours`` (likewise with the substitute, NaN without one),
        ``largest_overlap_hours`` (with the manager) and ``changed``: a weekday has another
        overlap than the same weekday a week before with the same manager, or substitute.
        Then one side has changed its clocks, as weekdays are compared one by one: a week
        cut by the end of a term is no change. False in the first week of a person. In
        order of contract and week.
    """
    rows = [
        row
        for contract_id, stretches in sorted(by_contract(decisions).items())
        for row in _contract_rows(facts, contract_id, stretches)
    ]
    return typed(pd.DataFrame(rows, columns=list(_COLUMNS)))


def _contract_rows(
    facts: Facts, contract_id: str, stretches: Sequence[Decision]
) -> Iterator[tuple[object, ...]]:
    row = facts.contract_index[contract_id]
    term = facts.contract_weeks.term[row].reshape(-1, WEEKDAYS)
    window = facts.window(facts.contracts[row])
    before: dict[tuple[int, str | None], Daily] = {}
    for week, stretch in served_weeks(stretches, facts.horizon).items():
        if not term[week].any():
            continue
        monday = facts.horizon.mondays[week]
        primary = _daily(facts, window, stretch.manager_id, monday, term[week])
        backup = _daily(facts, window, stretch.backup_id, monday, term[week])
        yield (
            contract_id,
            monday,
            stretch.manager_id,
            stretch.backup_id,
            min(primary.values()),
            min(backup.values(), default=nan),
            max(primary.values()),
            _differs(before.get((week - 1, stretch.manager_id)), primary)
            or _differs(before.get((week - 1, stretch.backup_id)), backup),
        )
        before[week, stretch.manager_id] = primary
        before[week, stretch.backup_id] = backup


def _daily(
    facts: Facts,
    window: Window,
    manager_id: str | None,
    monday: dt.date,
    term: npt.NDArray[np.bool_],
) -> Daily:
    """Return the overlap of each weekday of the term in a week; empty without a person."""
    if manager_id is None:
        return {}
    overlaps = _week_of_overlaps(window, working_hours(facts.manager(manager_id)), monday)
    return {day: overlaps[day] for day in range(WEEKDAYS) if term[day]}


# A portfolio has few distinct windows, so few weeks of pairs are ever worked out.
@lru_cache(maxsize=65536)
def _week_of_overlaps(contract: Window, manager: Window, monday: dt.date) -> tuple[float, ...]:
    return tuple(
        daily_overlap(contract, manager, monday + dt.timedelta(days=day))
        for day in range(WEEKDAYS)
    )


def _differs(last_week: Daily | None, this_week: Daily) -> bool:
    """Return whether a weekday of both weeks has another overlap than before."""
    if last_week is None:
        return False
    return any(last_week[day] != hours for day, hours in this_week.items() if day in last_week)

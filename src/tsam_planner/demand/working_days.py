"""The days on which a contract can be worked for: inside its term, less its holidays."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from tsam_planner.calendars.holiday_lists import HolidayLists
from tsam_planner.calendars.horizon import WEEKDAYS, Horizon
from tsam_planner.capacity import within
from tsam_planner.portfolio.records import Contract

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


def contract_days(
    contracts: Sequence[Contract], holidays: HolidayLists, horizon: Horizon
) -> tuple[Flags, Floats]:
    """
    Return which weekdays lie in each term, and which share of each can be worked.

    Both have shape ``(contracts, weekdays)``; the share is 1 less the holiday's fraction of
    the contract's calendar inside the term, and 0 outside (R32).
    """
    dates = np.array(horizon.weekdays, dtype="datetime64[D]")
    shape = len(contracts), len(dates)
    rows = [within(dates, contract.start_date, contract.end_date) for contract in contracts]
    term = np.array(rows, dtype=bool).reshape(shape)
    calendars = {contract.calendar for contract in contracts}
    working = {
        calendar: 1.0 - holidays.fractions(calendar, horizon.weekdays) for calendar in calendars
    }
    share = np.array([working[contract.calendar] for contract in contracts]).reshape(shape)
    return term, term * share


def week_sums(daily: Flags | Floats) -> Floats:
    """Sum daily shares over each week; shape ``(rows, weeks)``."""
    by_week = daily.reshape(len(daily), daily.shape[1] // WEEKDAYS, WEEKDAYS)
    summed: Floats = by_week.sum(axis=2, dtype=float)
    return summed

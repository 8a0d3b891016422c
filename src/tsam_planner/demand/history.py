"""
What the logs say about the full weeks before a plan: hours, open cases, contract days.

Nothing that was logged later than the plan's first Monday is seen, so that a plan made for
the past is made as it would have been. A log ends with its last full week: the records of
the week that is still running would make it look like a quiet one.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd

from tsam_planner.calendars.holiday_lists import HolidayLists
from tsam_planner.calendars.horizon import WEEKDAYS, Horizon
from tsam_planner.demand.log_periods import Period, period_of, period_of_cases
from tsam_planner.demand.open_cases import DAY, Spans, spans_of, weekly_open_cases
from tsam_planner.demand.working_days import contract_days, week_sums
from tsam_planner.portfolio.portfolio import Portfolio
from tsam_planner.portfolio.records import Contract

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

MOST_WEEKS = 104
"""Weeks of history that are looked at; older ones say little about the next quarter."""
LEVEL_WEEKS = 26
"""Full weeks whose mean is a contract's level (Q4)."""
LOW_HISTORY = 8
"""Weeks of its own below which a contract's history says little."""
_WEEK = dt.timedelta(weeks=1)


@dataclass(frozen=True)
class History:
    """
    Weekly figures of each contract before a plan, oldest week first.

    ``mondays`` has shape ``(weeks,)``; the others ``(contracts, weeks)``: ``weight`` is
    contract days over five (holidays count as in a plan), ``hours`` those of time sheets,
    ``open_mean`` and ``open_peak`` the open cases. Missing where nothing is known: outside
    the term, before or after a log, in weeks marked exceptional, or where a contract
    appears in no row of a log at all. Records before a term are those of the contract that it
    renews. ``spans`` are the cases behind it, ``case_log`` the weeks (positions) in which the
    log of cases is complete.
    """

    mondays: tuple[dt.date, ...]
    weight: Floats
    hours: Floats
    open_mean: Floats
    open_peak: Floats
    spans: Spans
    case_log: range

    @property
    def weeks(self) -> int:
        """Number of weeks."""
        return len(self.mondays)

    def of(self, rows: Sequence[int]) -> "History":
        """Return the history of some of the contracts (positions), in their order."""
        if list(rows) == list(range(len(self.weight))):
            return self
        at = np.asarray(rows, dtype=np.int64)
        place = np.full(len(self.weight), -1, dtype=np.int64)
        place[at] = np.arange(len(at))
        group = place[self.spans.group]
        own = group >= 0
        return replace(
            self,
            weight=self.weight[at],
            hours=self.hours[at],
            open_mean=self.open_mean[at],
            open_peak=self.open_peak[at],
            spans=Spans(group[own], self.spans.opened[own], self.spans.closed[own]),
        )

    @cached_property
    def hours_level(self) -> Floats:
        """Hours of a full week, over the latest 26 usable weeks; missing without any."""
        return _level(self.hours, self.weight)

    @cached_property
    def cases_level(self) -> Floats:
        """Time-average of open cases over the latest 26 weeks (Q4); missing without any."""
        usable = ~np.isnan(self.open_mean)
        return _level(self.open_mean, usable.astype(float))

    @cached_property
    def hours_weeks(self) -> npt.NDArray[np.int64]:
        """Usable weeks with hours of each contract."""
        return np.asarray((~np.isnan(self.hours)).sum(axis=1), dtype=np.int64)

    @cached_property
    def case_weeks(self) -> npt.NDArray[np.int64]:
        """Usable weeks with cases of each contract."""
        return np.asarray((~np.isnan(self.open_mean)).sum(axis=1), dtype=np.int64)

    @cached_property
    def hours_per_open_case(self) -> float | None:
        """Hours a week for one open case, over all contract-weeks that have both, if any."""
        both = ~np.isnan(self.hours) & ~np.isnan(self.open_mean)
        cases = float(self.open_mean[both].sum())
        return float(self.hours[both].sum()) / cases if cases > 0 else None


def _level(values: Floats, weight: Floats) -> Floats:
    """Return the sum of values over the sum of weights, latest usable weeks only."""
    usable = ~np.isnan(values) & (weight > 0)
    # The latest weeks first, as far as a contract has them.
    latest = np.cumsum(usable[:, ::-1], axis=1)[:, ::-1] <= LEVEL_WEEKS
    taken = usable & latest
    total = np.where(taken, weight, 0.0).sum(axis=1)
    amount = np.where(taken, values, 0.0).sum(axis=1)
    level: Floats = np.divide(amount, total, out=np.full(len(values), np.nan), where=total > 0)
    return level


def read_history(
    portfolio: Portfolio,
    contracts: Sequence[Contract],
    holidays: HolidayLists,
    before: dt.date,
) -> History:
    """
    Return the history of contracts before a Monday.

    Parameters
    ----------
    portfolio
        Its logs; rows without a known contract or a time stand apart and are findings.
    contracts
        Rows of the result.
    before
        Monday of the first planned week; what is logged from then on is not looked at.
    """
    everybody = (*portfolio.contracts, *portfolio.prospects)
    place = {id(contract): row for row, contract in enumerate(everybody)}
    if not all(id(contract) in place for contract in contracts):
        return _read(portfolio, contracts, holidays, before)
    # Needs, futures and overage look at the same past: it is read once per portfolio.
    known = portfolio.worked_out
    if ("history", before) not in known:
        known["history", before] = _read(portfolio, everybody, holidays, before)
    whole: History = known["history", before]
    return whole.of([place[id(contract)] for contract in contracts])


def _read(
    portfolio: Portfolio,
    contracts: Sequence[Contract],
    holidays: HolidayLists,
    before: dt.date,
) -> History:
    row_of = {contract.contract_id: row for row, contract in enumerate(contracts)}
    sheets = _time_sheets(portfolio.timesheets, row_of, before)
    spans = _spans(portfolio.cases, row_of).known_at(nanoseconds(before))
    periods = [period_of(sheets["date"], before), period_of_cases(spans, before)]
    known = [period for period in periods if period is not None]
    if not known:
        return _nothing(len(contracts))
    end = max(period[1] for period in known)
    start = max(min(period[0] for period in known), end - MOST_WEEKS * _WEEK)
    mondays = tuple(start + week * _WEEK for week in range((end - start).days // 7))
    earlier = _from_first_record(contracts, sheets, spans)
    term, days = contract_days(earlier, holidays, Horizon(start, len(mondays)))
    weight = week_sums(days) / WEEKDAYS
    hours = _weekly_hours(sheets, mondays, len(contracts), periods[0])
    bounds = np.array([nanoseconds(monday) for monday in (*mondays, end)], dtype=np.int64)
    mean, peak = weekly_open_cases(spans, bounds, len(contracts))
    seen = np.isin(np.arange(len(contracts)), spans.group)[:, None]
    told = seen & _covered(mondays, periods[1])
    inside = weight > 0
    # The first and the last week of a term are no usual ones.
    hours[week_sums(term) < WEEKDAYS] = np.nan
    return History(
        mondays=mondays,
        weight=weight,
        hours=np.where(inside, hours, np.nan),
        open_mean=np.where(inside & told, mean, np.nan),
        open_peak=np.where(inside & told, peak, np.nan),
        spans=spans,
        case_log=_positions(mondays, periods[1]),
    )


def _positions(mondays: Sequence[dt.date], period: Period | None) -> range:
    """Return the weeks that lie in a period."""
    if period is None:
        return range(0)
    first, end = ((date - mondays[0]).days // 7 for date in period)
    return range(max(0, first), min(len(mondays), end))


def _from_first_record(
    contracts: Sequence[Contract], sheets: pd.DataFrame, spans: Spans
) -> list[Contract]:
    """
    Return contracts that start no later than their first record.

    What was logged before a term belongs to the contract that it renews.
    """
    first = pd.concat(
        [
            pd.Series(sheets["date"].to_numpy(), index=sheets["contract"]),
            pd.Series(spans.opened.astype("datetime64[ns]"), index=spans.group),
        ]
    )
    known = {row: time.date() for row, time in first.groupby(level=0).min().items()}
    return [
        contract.model_copy(
            update={"start_date": min(contract.start_date, known.get(row, contract.start_date))}
        )
        for row, contract in enumerate(contracts)
    ]


def nanoseconds(date: dt.date) -> int:
    """Return the nanoseconds since 1970 at which a day begins (UTC)."""
    return (date - dt.date(1970, 1, 1)).days * DAY


def _nothing(contracts: int) -> History:
    empty = np.zeros((contracts, 0))
    none = np.zeros(0, dtype=np.int64)
    return History((), empty, empty, empty, empty, Spans(none, none, none), range(0))


def _time_sheets(log: pd.DataFrame, row_of: dict[str, int], before: dt.date) -> pd.DataFrame:
    """Return contract (a position), date, hours and exceptional of usable rows."""
    if log.empty:
        return pd.DataFrame(
            {
                "contract": pd.Series(dtype="int64"),
                "date": pd.Series(dtype="datetime64[ns]"),
                "hours": pd.Series(dtype=float),
                "exceptional": pd.Series(dtype=bool),
            }
        )
    rows = pd.DataFrame(
        {
            "contract": log["contract_id"].map(row_of),
            "date": log["date"],
            "hours": log["hours"],
            "exceptional": log["exceptional"].fillna(value=False).astype(bool),
        }
    )
    rows = rows.dropna(subset=["contract", "date", "hours"])
    rows = rows[(rows["date"] < pd.Timestamp(before)) & (rows["hours"] >= 0)]
    return rows.astype({"contract": "int64"})


def _spans(log: pd.DataFrame, row_of: dict[str, int]) -> Spans:
    """Return the cases of known contracts; the reader has told of all others."""
    if log.empty:
        none = np.zeros(0, dtype=np.int64)
        return Spans(none, none, none)
    contract = log["contract_id"].map(row_of)
    sane = contract.notna() & log["opened_at"].notna() & ~(log["closed_at"] < log["opened_at"])
    log, contract = log[sane], contract[sane]
    return spans_of(
        contract.to_numpy().astype(np.int64), log["opened_at"], log["closed_at"], log["case_id"]
    )


def _covered(mondays: Sequence[dt.date], period: Period | None) -> Flags:
    if period is None:
        return np.zeros(len(mondays), dtype=bool)
    return np.array([period[0] <= monday < period[1] for monday in mondays], dtype=bool)


def _weekly_hours(
    sheets: pd.DataFrame,
    mondays: Sequence[dt.date],
    contracts: int,
    period: Period | None,
) -> Floats:
    """Return hours per contract-week, missing outside the log and in exceptional weeks."""
    hours = np.zeros((contracts, len(mondays)))
    told = np.zeros(contracts, dtype=bool)
    week = (sheets["date"] - pd.Timestamp(mondays[0])).dt.days.to_numpy() // 7
    inside = (week >= 0) & (week < len(mondays))
    rows, week = sheets[inside], week[inside]
    place = rows["contract"].to_numpy(), week
    np.add.at(hours, place, rows["hours"].to_numpy())
    told[place[0]] = True
    aside = rows["exceptional"].to_numpy()
    hours[place[0][aside], week[aside]] = np.nan
    return np.where(told[:, None] & _covered(mondays, period), hours, np.nan)

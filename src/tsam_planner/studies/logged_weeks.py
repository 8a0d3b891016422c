"""
The weeks of a plan that are over, as planned and as logs tell: hours, open cases, calls.

A week that a log does not reach is missing, not quiet. So is a contract that appears in no
row of a log of cases: it may be kept elsewhere. Whom the plan serves should be in time sheets:
where no row names it, nobody looked after it, which must be seen (or it is booked elsewhere).
"""

import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from tsam_planner.demand.history import nanoseconds
from tsam_planner.demand.open_cases import spans_of, weekly_open_cases
from tsam_planner.errors import ArgumentError
from tsam_planner.plan.plan import Plan
from tsam_planner.plan.stretch_weeks import weeks_in
from tsam_planner.studies.log_reach import Reach

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

_WEEK = dt.timedelta(weeks=1)


class Reaches(NamedTuple):
    """Which weeks time sheets tell of, and which a log of cases."""

    sheets: Reach
    cases: Reach


def reaches(sheets: pd.DataFrame, log: pd.DataFrame, mondays: Sequence[dt.date]) -> Reaches:
    """Return which of some weeks two logs tell of."""
    days = pd.Series(dtype="datetime64[ns]")
    if not sheets.empty:
        days = pd.to_datetime(sheets["date"])
    moments = pd.Series(dtype="datetime64[ns]")
    if not log.empty:
        ends = [pd.to_datetime(log[name], utc=True) for name in ("opened_at", "closed_at")]
        moments = pd.concat(ends).dropna().dt.tz_localize(None)
    return Reaches(Reach.of(days, mondays), Reach.of(moments, mondays))


def weekly_hours(
    log: pd.DataFrame,
    key: str,
    names: Sequence[str],
    reach: Reach,
    expected: Flags | None = None,
) -> Floats:
    """
    Return the hours of time sheets by key and week; shape ``(names, weeks)``.

    All hours count, also those of exceptional weeks: they were worked. Names that no row has
    are missing, but for those that are ``expected``.
    """
    known = _named(names, log[key])
    if expected is not None:
        known = known | expected
    counted = _by_week(log, key, names, reach.mondays, log["hours"].astype(float))
    return _told(counted, known, reach)


def weekly_calls(
    log: pd.DataFrame, activity: str, names: Sequence[str], reach: Reach, expected: Flags
) -> Floats:
    """
    Return the days of each contract-week on which a call was booked; missing as above.

    Time sheets without any call may name calls otherwise: then all are missing.
    """
    calls = log[log["activity"] == activity] if "activity" in log else log[:0]
    if calls.empty:
        return np.full((len(names), len(reach.mondays)), np.nan)
    known = _named(names, log["contract_id"]) | expected
    days = calls.drop_duplicates(["contract_id", "date"])
    once = pd.Series(1.0, days.index)
    counted = _by_week(days, "contract_id", names, reach.mondays, once)
    return _told(counted, known, reach)


def weekly_cases(log: pd.DataFrame, names: Sequence[str], reach: Reach) -> Floats:
    """Return the mean of open cases of each contract-week; missing as above."""
    mondays = reach.mondays
    opened = pd.to_datetime(log["opened_at"], utc=True)
    closed = pd.to_datetime(log["closed_at"], utc=True)
    contract = log["contract_id"].map({name: row for row, name in enumerate(names)})
    sane = contract.notna() & opened.notna() & ~(closed < opened)
    spans = spans_of(
        contract[sane].to_numpy().astype(np.int64),
        opened[sane],
        closed[sane],
        log["case_id"][sane] if "case_id" in log else None,
    )
    end = mondays[-1] + _WEEK
    bounds = np.array([nanoseconds(day) for day in (*mondays, end)], dtype=np.int64)
    means, _ = weekly_open_cases(spans.known_at(nanoseconds(end)), bounds, len(names))
    return _told(means, _named(names, log["contract_id"]), reach)


def planned_and_logged(
    plan: Plan,
    found: Reaches,
    sheets: pd.DataFrame,
    log: pd.DataFrame,
    call_activity: str,
) -> pd.DataFrame:
    """Return weeks of planned contracts, as planned and as logged (see `Tracking`)."""
    mondays = found.sheets.mondays
    rows = plan.assignments[plan.assignments["status"] != "not_planned"]
    names = sorted(set(rows["contract_id"]))
    grid = plan.contract_weeks
    grid = grid[
        grid["contract_id"].isin(names) & (grid["week"] <= pd.Timestamp(mondays[-1]))
    ].sort_values(["contract_id", "week"], ignore_index=True)
    served = _served(rows, grid)
    table = grid[["contract_id", "week"]].assign(
        planned_hours=grid["planned_hours"].where(served, 0.0),
        foreseen_hours=(grid["planned_hours"] + grid["unfunded_hours"]).where(served, 0.0),
    )
    table["planned_cases"] = grid["cases"].astype(float)
    table["planned_calls"] = _planned_calls(plan, table)
    hours = open_cases = calls = np.full((len(names), len(mondays)), np.nan)
    if not sheets.empty:
        by_contract = served.to_numpy(dtype=bool).reshape(hours.shape)
        expected = np.asarray(by_contract.any(axis=1), dtype=bool)
        hours = weekly_hours(sheets, "contract_id", names, found.sheets, expected)
        calls = weekly_calls(sheets, call_activity, names, found.sheets, expected)
    if not log.empty:
        open_cases = weekly_cases(log, names, found.cases)
    return table.assign(
        actual_hours=hours.reshape(-1),
        open_cases=open_cases.reshape(-1),
        calls=calls.reshape(-1),
    )


def _served(rows: pd.DataFrame, grid: pd.DataFrame) -> pd.Series:
    """Say in which contract-weeks somebody serves a contract."""
    places = grid[["contract_id", "week"]].reset_index(names="place")
    served = weeks_in(rows[rows["status"] == "assigned"], places)["place"]
    return pd.Series(grid.index.isin(served), index=grid.index)


def _planned_calls(plan: Plan, table: pd.DataFrame) -> pd.Series:
    calls = plan.calls.groupby(["contract_id", "week"]).size()
    keys = pd.MultiIndex.from_frame(table[["contract_id", "week"]])
    return pd.Series(calls.reindex(keys).fillna(0.0).to_numpy(dtype=float), table.index)


def check_columns(log: pd.DataFrame, needed: Sequence[str], what: str) -> None:
    """
    Refuse a log without the columns that are needed; an empty one needs none.

    Raises
    ------
    ArgumentError
        When a column is missing.
    """
    absent = [name for name in needed if name not in log]
    if absent and not log.empty:
        message = f"expected the columns {', '.join(absent)} in the {what}"
        raise ArgumentError(message)


def _by_week(
    log: pd.DataFrame,
    key: str,
    names: Sequence[str],
    mondays: Sequence[dt.date],
    amounts: pd.Series,
) -> Floats:
    rows = log[key].map({name: row for row, name in enumerate(names)})
    weeks = (pd.to_datetime(log["date"]) - pd.Timestamp(mondays[0])).dt.days // 7
    inside = rows.notna() & (weeks >= 0) & (weeks < len(mondays)) & amounts.notna()
    total = np.zeros((len(names), len(mondays)))
    place = rows[inside].astype(int).to_numpy(), weeks[inside].astype(int).to_numpy()
    np.add.at(total, place, amounts[inside].to_numpy(dtype=float))
    return total


def _told(values: Floats, known: Flags, reach: Reach) -> Floats:
    """Return values where the log knows of a name and reaches the week, else missing."""
    return np.where(known[:, None] & reach.told, values, np.nan)


def _named(names: Sequence[str], keys: pd.Series) -> Flags:
    return np.isin(np.array(names, dtype=object), list(set(keys.dropna())))

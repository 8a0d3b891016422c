"""
The weeks of a plan that are over, as planned and as logs tell: hours, open cases, calls.

A week that a log does not reach is missing, not quiet; so is a contract that appears in no
row of it.
"""

import datetime as dt
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from tsam_planner.demand.history import nanoseconds
from tsam_planner.demand.log_periods import extent, period_of
from tsam_planner.demand.open_cases import spans_of, weekly_open_cases
from tsam_planner.errors import ArgumentError
from tsam_planner.plan.plan import Plan
from tsam_planner.plan.stretch_weeks import weeks_in

Floats = npt.NDArray[np.float64]

_WEEK = dt.timedelta(weeks=1)
_WEDNESDAY = 2


def weekly_hours(
    log: pd.DataFrame, key: str, names: Sequence[str], mondays: Sequence[dt.date]
) -> Floats:
    """
    Return the hours of time sheets by key and week; shape ``(names, weeks)``.

    All hours count, also those of exceptional weeks: they were worked.
    """
    counted = _by_week(log, key, names, mondays, log["hours"].astype(float))
    return _told(counted, log[key], pd.to_datetime(log["date"]), names, mondays)


def weekly_calls(
    log: pd.DataFrame, activity: str, names: Sequence[str], mondays: Sequence[dt.date]
) -> Floats:
    """Return the days of each contract-week on which a call was booked; missing as above."""
    if "activity" not in log:
        return np.full((len(names), len(mondays)), np.nan)
    calls = log[log["activity"] == activity].drop_duplicates(["contract_id", "date"])
    counted = _by_week(calls, "contract_id", names, mondays, pd.Series(1.0, calls.index))
    return _told(counted, calls["contract_id"], pd.to_datetime(log["date"]), names, mondays)


def weekly_cases(log: pd.DataFrame, names: Sequence[str], mondays: Sequence[dt.date]) -> Floats:
    """Return the mean of open cases of each contract-week; missing as above."""
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
    moments = pd.concat([opened, closed]).dropna().dt.tz_localize(None)
    return _told(means, log["contract_id"], moments, names, mondays)


def planned_and_logged(
    plan: Plan,
    mondays: Sequence[dt.date],
    sheets: pd.DataFrame,
    log: pd.DataFrame,
    call_activity: str,
) -> pd.DataFrame:
    """Return weeks of planned contracts, as planned and as logged (see `Tracking`)."""
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
    nothing = np.full((len(names), len(mondays)), np.nan)
    told = nothing if sheets.empty else weekly_hours(sheets, "contract_id", names, mondays)
    table["actual_hours"] = told.reshape(-1)
    table["planned_cases"] = grid["cases"].astype(float)
    told = nothing if log.empty else weekly_cases(log, names, mondays)
    table["open_cases"] = told.reshape(-1)
    table["planned_calls"] = _planned_calls(plan, table)
    told = nothing if sheets.empty else weekly_calls(sheets, call_activity, names, mondays)
    table["calls"] = told.reshape(-1)
    return table


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


def _told(
    values: Floats,
    keys: pd.Series,
    moments: pd.Series,
    names: Sequence[str],
    mondays: Sequence[dt.date],
) -> Floats:
    """Return values where the log knows of a name and reaches the week, else missing."""
    known = np.isin(np.array(names, dtype=object), list(set(keys.dropna())))
    reached = np.zeros(len(mondays), dtype=bool)
    moments = moments.dropna()
    period = period_of(moments, mondays[-1] + _WEEK)
    if period is not None:
        first = extent(moments)[0].date()
        # A log whose first record is of a Tuesday begins with that week, too.
        begun = first - dt.timedelta(days=first.weekday())
        start = begun if first.weekday() <= _WEDNESDAY else period[0]
        reached[:] = [start <= monday < period[1] for monday in mondays]
    return np.where(known[:, None] & reached, values, np.nan)

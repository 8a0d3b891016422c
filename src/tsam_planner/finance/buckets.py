"""
Every hour of the time sheets in exactly one bucket, to the last millionth.

A week's hours fill what the contract includes first, then what it has purchased; the rest is
unfunded (R45, R46, Q6). Within a week they come in the order of their days, then of the rows.
Hours outside the term, those of Standard contracts, which have no allowance (Q21), and those
of weeks marked exceptional (Q7) stand apart. Every contract has its own allowance here
(``contract`` of Q5), whatever reading of "a single customer" is in force.
"""

import datetime as dt
from collections.abc import Mapping

import pandas as pd

from tsam_planner.calendars.holiday_lists import HolidayLists
from tsam_planner.calendars.horizon import WEEKDAYS, Horizon
from tsam_planner.demand.contract_weeks import allowance_hours
from tsam_planner.demand.working_days import contract_days, week_sums
from tsam_planner.errors import ArgumentError
from tsam_planner.portfolio.portfolio import Portfolio
from tsam_planner.portfolio.records import Contract
from tsam_planner.service.offerings import has_allowance
from tsam_planner.service.policy import Policy
from tsam_planner.units import MICRO, micro

BUCKETS = (
    "within_allowance", "purchased", "unfunded", "exceptional", "outside_term", "no_allowance",
)  # fmt: skip
BUCKET_COLUMNS = ("contract_id", "month", *BUCKETS, "hours")


def sort_hours(
    portfolio: Portfolio, first: dt.date, last: dt.date, *, policy: Policy | None = None
) -> pd.DataFrame:
    """
    Return the hours of time sheets by contract, month and bucket.

    One row per contract and calendar month (its first day) with any hours: ``contract_id,
    month``, one column per bucket (``within_allowance, purchased, unfunded, exceptional,
    outside_term, no_allowance``), and ``hours``, their sum: that of the time sheets.

    Parameters
    ----------
    first, last
        Days to look at, both included. Weeks are filled from their Mondays on, so that days
        before ``first`` use up an allowance, too.
    policy
        Numbers of the rules; the portfolio's by default.

    Raises
    ------
    ArgumentError
        When ``last`` lies before ``first``.
    """
    if last < first:
        message = f"expected the first day before the last, got {first} and {last}"
        raise ArgumentError(message)
    policy = policy or portfolio.policy
    contracts = {row.contract_id: row for row in portfolio.contracts}
    sheets = _usable(portfolio.timesheets, contracts, first, last)
    totals: dict[tuple[str, dt.date], dict[str, int]] = {}
    if len(sheets):
        rooms = _rooms(portfolio, policy, sheets["date"].min().date(), last)
        for row in sheets.to_dict("records"):
            day, contract = row["date"].date(), contracts[row["contract_id"]]
            parts = _split(contract, day, int(row["micro"]), bool(row["exceptional"]), rooms)
            if first <= day:
                key = contract.contract_id, day.replace(day=1)
                months = totals.setdefault(key, dict.fromkeys(BUCKETS, 0))
                for bucket, amount in parts.items():
                    months[bucket] += amount
    rows = [
        (name, pd.Timestamp(month), *(found[bucket] / MICRO for bucket in BUCKETS),
         sum(found.values()) / MICRO)
        for (name, month), found in sorted(totals.items())
    ]  # fmt: skip
    table = pd.DataFrame(rows, columns=list(BUCKET_COLUMNS))
    # Months without a single entry have a table, too.
    hours = dict.fromkeys((*BUCKETS, "hours"), float)
    return table.astype({"month": "datetime64[us]", **hours})


def unusable_hours(portfolio: Portfolio, first: dt.date, last: dt.date) -> tuple[int, float]:
    """
    Return how many entries of the time sheets fall into no bucket, and their hours.

    Those of contracts that nobody knows, without a day or with hours below 0; from the first
    to the last day, or without one. With the buckets they make up the whole file.
    """
    log = portfolio.timesheets
    if log.empty:
        return 0, 0.0
    known = log["contract_id"].isin([row.contract_id for row in portfolio.contracts])
    is_usable = known & log["date"].notna() & (log["hours"] >= 0)
    inside = log["date"].between(pd.Timestamp(first), pd.Timestamp(last)) | log["date"].isna()
    left = log[~is_usable & inside]
    return len(left), float(left["hours"].sum())


def _usable(
    log: pd.DataFrame, contracts: Mapping[str, Contract], first: dt.date, last: dt.date
) -> pd.DataFrame:
    """Return rows of known contracts from the first day's week on, in order of time."""
    if log.empty:
        return log
    rows = log.dropna(subset=["contract_id", "date", "hours"])
    rows = rows[rows["contract_id"].isin(contracts) & (rows["hours"] >= 0)]
    rows = rows[rows["date"] >= pd.Timestamp(_monday(first))]
    rows = rows.assign(
        micro=micro(rows["hours"].to_numpy(dtype=float)),
        exceptional=_in_marked_week(rows),
    )
    rows = rows[rows["date"] <= pd.Timestamp(last)]
    return rows.sort_values(["contract_id", "date"], kind="stable")


def _in_marked_week(rows: pd.DataFrame) -> pd.Series:
    """Say of each row whether any row of its contract's week is marked exceptional."""
    marked = rows["exceptional"].fillna(value=False).astype(bool)
    days = pd.to_timedelta(rows["date"].dt.day_of_week, unit="D")
    monday = rows["date"].dt.normalize() - days
    found: pd.Series = marked.groupby([rows["contract_id"], monday]).transform("any")
    return found.astype(bool)


def _monday(day: dt.date) -> dt.date:
    return day - dt.timedelta(days=day.weekday())


_Rooms = dict[tuple[str, dt.date], list[int]]


def _rooms(portfolio: Portfolio, policy: Policy, first: dt.date, last: dt.date) -> _Rooms:
    """Return what is left of included and purchased hours by contract and Monday."""
    monday = _monday(first)
    horizon = Horizon(monday, (last - monday).days // 7 + 1)
    contracts = portfolio.contracts
    term, _ = contract_days(contracts, HolidayLists(portfolio.holidays), horizon)
    whole = micro(allowance_hours(contracts, term, portfolio, horizon, policy))
    included = micro(policy.included_hours_per_week * week_sums(term) / WEEKDAYS)
    return {
        (contract.contract_id, day): [
            int(included[row, week]),
            int(whole[row, week] - included[row, week]),
        ]
        for row, contract in enumerate(contracts)
        for week, day in enumerate(horizon.mondays)
    }


def _split(
    contract: Contract, day: dt.date, amount: int, is_exceptional: bool, rooms: _Rooms
) -> dict[str, int]:
    """Return how an entry falls into buckets; what it uses up is taken off the rooms."""
    if not contract.start_date <= day <= contract.end_date:
        return {"outside_term": amount}
    if is_exceptional:
        return {"exceptional": amount}
    if not has_allowance(contract.offering):
        return {"no_allowance": amount}
    room = rooms[contract.contract_id, _monday(day)]
    parts: dict[str, int] = {}
    for place, bucket in enumerate(("within_allowance", "purchased")):
        parts[bucket] = min(amount, room[place])
        room[place] -= parts[bucket]
        amount -= parts[bucket]
    return {**parts, "unfunded": amount}

"""Portfolios of which only logs are known: what a forecast or a draw is measured on."""

import argparse
import datetime as dt
import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from benchmarks.harness.options import plain_parser
from tsam_planner import Portfolio
from tsam_planner.demand.history import nanoseconds
from tsam_planner.demand.open_cases import DAY, Spans, spans_of

Floats = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]

_WEEK = dt.timedelta(weeks=1)
_FOR_GOOD = dt.date(2100, 1, 1)


@dataclass(frozen=True, slots=True)
class Weeks:
    """Full weeks of a log, by the first Monday and the one after the last week."""

    first: dt.date
    end: dt.date

    @property
    def count(self) -> int:
        """Number of weeks."""
        return (self.end - self.first).days // 7

    @property
    def bounds(self) -> Whole:
        """Nanoseconds since 1970 at which weeks begin, and the last one ends."""
        begin = nanoseconds(self.first)
        return begin + 7 * DAY * np.arange(self.count + 1, dtype=np.int64)

    def monday(self, week: int) -> dt.date:
        """Return the Monday of a week, counted from 0."""
        return self.first + week * _WEEK


def only_logs(portfolio: Portfolio, before: dt.date | None = None) -> Portfolio:
    """
    Return a portfolio whose logs alone say what customers need.

    Need and cases of contracts, weekly demand and prospects are dropped. Terms begin with
    the first record of a contract and do not end: what is to be forecast is the need, not
    who stays. Contracts whose first record is not ``before`` a day are left out.
    """
    first = _first_records(portfolio)
    contracts = []
    for contract in portfolio.contracts:
        start = first.get(contract.contract_id, contract.start_date)
        if before is not None and start >= before:
            continue
        update = {
            "need_hours": None,
            "cases": None,
            "start_date": start,
            "end_date": _FOR_GOOD,
        }
        contracts.append(contract.model_copy(update=update))
    return portfolio.model_copy(
        update={"contracts": tuple(contracts), "demand": (), "prospects": ()}
    )


def _first_records(portfolio: Portfolio) -> dict[str, dt.date]:
    parts = [portfolio.cases.rename(columns={"opened_at": "date"}), portfolio.timesheets]
    days = [_days(part) for part in parts if len(part)]
    first = pd.concat(days).groupby("contract_id")["date"].min()
    return {str(name): time.date() for name, time in first.items()}


def _days(log: pd.DataFrame) -> pd.DataFrame:
    dates = log["date"]
    naive = dates if dates.dt.tz is None else dates.dt.tz_convert(None)
    return pd.DataFrame({"contract_id": log["contract_id"], "date": naive})


def case_spans(portfolio: Portfolio) -> Spans:
    """Return when the cases of known contracts were open, by position of the contract."""
    row_of = {contract.contract_id: row for row, contract in enumerate(portfolio.contracts)}
    log = portfolio.cases[portfolio.cases["contract_id"].isin(row_of)]
    group = log["contract_id"].map(row_of).to_numpy().astype(np.int64)
    return spans_of(group, log["opened_at"], log["closed_at"], log["case_id"])


def cases_as_hours(portfolio: Portfolio) -> Portfolio:
    """Return a portfolio whose time sheets say one hour for each case that was opened."""
    log = portfolio.cases
    sheets = pd.DataFrame(
        {
            "contract_id": log["contract_id"],
            "date": log["opened_at"].dt.tz_localize(None).dt.normalize(),
            "hours": 1.0,
            "exceptional": False,
        }
    )
    return portfolio.model_copy(update={"timesheets": sheets})


def parser_of(name: str, description: str) -> argparse.ArgumentParser:
    """Return the parser of a benchmark that looks at a help desk, if there is one."""
    parser = plain_parser(name, description)
    folder = os.environ.get("TSAM_HELPDESK")
    parser.add_argument(
        "--helpdesk",
        type=Path,
        default=Path(folder) if folder else None,
        help="folder of a portfolio (default: the environment variable TSAM_HELPDESK)",
    )
    parser.set_defaults(figures=None)
    return parser

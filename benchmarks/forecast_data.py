"""The data sets that forecasts are measured on."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from benchmarks.harness.cells import ROOT
from benchmarks.logged_portfolio import Weeks, case_spans, cases_as_hours, only_logs
from tsam_planner import Portfolio, read_portfolio
from tsam_planner.demand.open_cases import weekly_open_cases

Floats = npt.NDArray[np.float64]

_HELPDESK_WEEKS = Weeks(dt.date(2010, 1, 18), dt.date(2012, 12, 31))
_SAMPLE_WEEKS = Weeks(dt.date(2026, 7, 6), dt.date(2026, 12, 28))
# A year before the first origin, then every six weeks; the sample has half a year in all.
_HELPDESK_ORIGINS, _SAMPLE_ORIGINS = range(53, 142, 6), range(8, 13)
_HELPDESK_KNOWN, _SAMPLE_KNOWN = 27, 8


@dataclass(frozen=True, slots=True)
class DataSet:
    """
    Weekly figures of contracts; ``figures`` has shape ``(contracts, weeks)``.

    They are missing before a contract's first record and in weeks marked exceptional.
    ``known`` is the number of weeks a contract must have before an origin to be forecast.
    """

    name: str
    portfolio: Portfolio
    weeks: Weeks
    figures: Floats
    origins: range
    known: int
    hours: bool


def data_sets(helpdesk: Path | None) -> Iterator[DataSet]:
    """Yield the data sets that are there."""
    if helpdesk is not None and helpdesk.is_dir():
        known = only_logs(read_portfolio(helpdesk))
        where = _HELPDESK_WEEKS, _HELPDESK_ORIGINS, _HELPDESK_KNOWN
        yield _open_cases("help desk, open cases", known, *where)
        yield _hours("help desk, arrivals", cases_as_hours(known), *where)
    sample = only_logs(read_portfolio(ROOT / "data" / "sample"))
    here = _SAMPLE_WEEKS, _SAMPLE_ORIGINS, _SAMPLE_KNOWN
    yield _hours("sample, hours", sample, *here)
    yield _open_cases("sample, open cases", sample, *here)


def _open_cases(
    name: str, portfolio: Portfolio, weeks: Weeks, origins: range, known: int
) -> DataSet:
    spans = case_spans(portfolio)
    values, _ = weekly_open_cases(spans, weeks.bounds, len(portfolio.contracts))
    values = _from_start(values, portfolio, weeks)
    return DataSet(name, portfolio, weeks, values, origins, known, hours=False)


def _hours(
    name: str, portfolio: Portfolio, weeks: Weeks, origins: range, known: int
) -> DataSet:
    row_of = {contract.contract_id: row for row, contract in enumerate(portfolio.contracts)}
    log = portfolio.timesheets
    log = log[log["contract_id"].isin(row_of)]
    row = log["contract_id"].map(row_of).to_numpy().astype(np.int64)
    week = (log["date"] - pd.Timestamp(weeks.first)).dt.days.to_numpy() // 7
    inside = (week >= 0) & (week < weeks.count)
    values = np.zeros((len(row_of), weeks.count))
    np.add.at(values, (row[inside], week[inside]), log["hours"].to_numpy(dtype=float)[inside])
    aside = inside & log["exceptional"].to_numpy(dtype=bool)
    values[row[aside], week[aside]] = np.nan
    values = _from_start(values, portfolio, weeks)
    return DataSet(name, portfolio, weeks, values, origins, known, hours=True)


def _from_start(values: Floats, portfolio: Portfolio, weeks: Weeks) -> Floats:
    start = np.array(
        [(contract.start_date - weeks.first).days // 7 for contract in portfolio.contracts]
    )
    return np.where(np.arange(values.shape[1]) >= start[:, None], values, np.nan)

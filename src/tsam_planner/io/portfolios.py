"""Portfolios read from files or DataFrames, with every problem at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd

from tsam_planner.errors import PortfolioError, Problem
from tsam_planner.io.logs import read_log
from tsam_planner.io.record_checks import record_problems
from tsam_planner.io.rows import (
    all_tables,
    duplicate_keys,
    read_rows,
    unknown_references,
)
from tsam_planner.io.sources import (
    RawPortfolio,
    Source,
    header_problems,
    open_source,
    problem,
)
from tsam_planner.portfolio.checks import find_problems
from tsam_planner.portfolio.ordering import sorted_records
from tsam_planner.portfolio.portfolio import Portfolio
from tsam_planner.portfolio.records import (
    Absence,
    Assignment,
    Company,
    Contact,
    Contract,
    DemandWeek,
    ExchangeRate,
    Holiday,
    Invoice,
    Manager,
    OfferStep,
    Pin,
    Profile,
    Prospect,
    PurchasedHours,
    WeekendSession,
)
from tsam_planner.portfolio.rows import Row
from tsam_planner.service.basis import Record
from tsam_planner.service.policy import Policy
from tsam_planner.service.policy_files import read_policy
from tsam_planner.service.rates import Rate
from tsam_planner.tables.dictionary import LOGS, tables

RECORDS: Mapping[str, type[Record]] = {
    "companies": Company,
    "contracts": Contract,
    "contacts": Contact,
    "managers": Manager,
    "absences": Absence,
    "holidays": Holiday,
    "assignments": Assignment,
    "pins": Pin,
    "demand": DemandWeek,
    "purchased_hours": PurchasedHours,
    "weekend_sessions": WeekendSession,
    "prospects": Prospect,
    "profiles": Profile,
    "rates": Rate,
    "offers": OfferStep,
    "invoices": Invoice,
    "exchange_rates": ExchangeRate,
}


@dataclass(slots=True)
class _Reading:
    """What was read so far, and everything that is wrong with it."""

    policy: Policy
    rows: dict[str, list[Row]] = field(default_factory=dict)
    logs: dict[str, pd.DataFrame] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def read_portfolio(source: Source, *, policy: Policy | None = None) -> Portfolio:
    """
    Read a portfolio that can be planned.

    Parameters
    ----------
    source
        A folder of CSV files, an ``.xlsx`` workbook, or a dict of DataFrames by table.
    policy
        Numbers and readings of the rules; by default ``policy.toml`` beside the tables,
        else the default policy.

    Returns
    -------
    Portfolio
        Records sorted by their ids; warnings are kept in ``findings``.

    Raises
    ------
    PortfolioError
        When anything is wrong; it lists every problem of the whole portfolio.
    """
    raw = open_source(source)
    reading = _read(raw, policy)
    errors = [item for item in reading.problems if item.severity == "error"]
    if errors:
        raise PortfolioError(errors, raw.name)
    records = {
        name: sorted_records(name, _records(RECORDS[name], rows))
        for name, rows in reading.rows.items()
    }
    return Portfolio(
        **records,
        **reading.logs,
        policy=reading.policy,
        findings=tuple(reading.problems),
    )


def check_portfolio(
    source: Source | Portfolio, *, policy: Policy | None = None
) -> tuple[Problem, ...]:
    """
    Return every problem of a portfolio, warnings included; none means it can be planned.

    Parameters
    ----------
    source
        As for `read_portfolio`, or a portfolio made or changed in code.
    policy
        As for `read_portfolio`.
    """
    if isinstance(source, Portfolio):
        return record_problems(source, policy or source.policy)
    return tuple(_read(open_source(source), policy).problems)


def _read(raw: RawPortfolio, policy: Policy | None) -> _Reading:
    reading = _Reading(policy or Policy(), problems=list(raw.problems))
    if policy is None and raw.policy is not None:
        try:
            reading.policy = read_policy(raw.policy)
        except PortfolioError as error:
            reading.problems += error.problems
    for name, table in raw.tables.items():
        wrong = list(header_problems(table, name))
        reading.problems += wrong
        if name in LOGS:
            continue
        rows, problems = read_rows(table, tables()[name])
        # Without its columns a table would repeat one problem in every row.
        missing = {item.column for item in wrong}
        reading.problems += [item for item in problems if item.column not in missing]
        reading.rows[name] = rows
        if tables()[name].is_required and not table.rows:
            reading.problems.append(problem(table.file, "no rows", f"fill in {name}"))
    # A table that nobody filled in is not asked, as if it were not there.
    given = {name: rows for name, rows in reading.rows.items() if rows}
    for name, rows in given.items():
        table_ = all_tables()[name]
        reading.problems += duplicate_keys(rows, table_)
        reading.problems += unknown_references(rows, table_, given)
    reading.problems += find_problems(reading.rows, reading.policy)
    _read_logs(raw, reading)
    return reading


def _read_logs(raw: RawPortfolio, reading: _Reading) -> None:
    ids = {
        name: frozenset(str(row.get(key)) for row in reading.rows[name])
        for name, key in (("contracts", "contract_id"), ("managers", "manager_id"))
        if name in reading.rows
    }
    for name in LOGS:
        if name in raw.tables and not list(header_problems(raw.tables[name], name)):
            log, findings = read_log(raw.tables[name], tables()[name], ids)
            reading.logs[name] = log
            reading.problems += findings


def _records(kind: type[Record], rows: Sequence[Row]) -> list[Record]:
    return [kind.model_validate(dict(row.values)) for row in rows]

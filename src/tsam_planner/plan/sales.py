"""
Blocks of additional hours that a plan keeps room for, and what each of them brings.

A block brings its hours at its price, and costs the hours that are worked for it at the
hourly cost of who works them. Amounts are worked out sale by sale and week by week, in
decimals; they are told in one currency, by given rates of exchange.
"""

from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd

from tsam_planner.calendars.horizon import WEEKDAYS
from tsam_planner.capacity import within
from tsam_planner.errors import PlanFileError, Problem
from tsam_planner.facts import Facts
from tsam_planner.plan.decisions import Decision
from tsam_planner.plan.edited_cells import text_of
from tsam_planner.plan.tables import typed
from tsam_planner.portfolio.exchange import Exchange
from tsam_planner.portfolio.records import PurchasedHours
from tsam_planner.tables.cell_errors import CellError
from tsam_planner.tables.cells import read_cell
from tsam_planner.tables.dictionary import tables
from tsam_planner.units import MICRO, micro
from tsam_planner.words import counted

SALES_FILE = "sales.csv"
SALES_COLUMNS = (
    "contract_id", "decision", "reason", "hours_per_week", "start_date", "end_date", "rate",
    "currency", "income", "cost", "margin", "margin_currency",
)  # fmt: skip
_BLOCK = ("contract_id", "start_date", "end_date", "hours_per_week", "rate", "currency")
_READ = (*_BLOCK, "decision", "margin_currency")
SOLD, LEFT = "sold", "left"
_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Sale:
    """What one block brings over the plan, in the currency of the exchange."""

    contract_id: str
    income: Decimal
    cost: Decimal

    @property
    def margin(self) -> Decimal:
        """Income less cost."""
        return self.income - self.cost


def count_sales(
    facts: Facts, decisions: Sequence[Decision], exchange: Exchange
) -> tuple[Sale, ...]:
    """
    Return what each block of ``facts.sold`` brings, in the order of its contracts.

    Income is hours a week times price, for the weekdays inside block and term, as purchased
    hours are counted; cost is the need that the block pays for, at the hourly cost of the
    week's manager, 0 where none is given.
    """
    return tuple(
        _count(facts, decisions, block, exchange)
        for block in sorted(facts.sold, key=lambda block: block.contract_id)
    )


def _count(
    facts: Facts, decisions: Sequence[Decision], block: PurchasedHours, exchange: Exchange
) -> Sale:
    row = facts.contract_index[block.contract_id]
    weeks = facts.contract_weeks
    managers = _managers(facts, decisions, block.contract_id)
    income = cost = Decimal(0)
    price = (block.rate or Decimal(0)) * exchange.rate_of(block.currency or exchange.into)
    for week, hours in enumerate(bought_hours(facts, block)):
        income += Decimal(hours) / MICRO * price
        need, allowance = int(weeks.need[row, week]), int(weeks.allowance[row, week])
        worked = min(need, allowance) - min(need, allowance - hours)
        manager = facts.managers[managers[week]] if week in managers else None
        if manager is not None and manager.hourly_cost is not None:
            rate = manager.hourly_cost * exchange.rate_of(manager.currency or exchange.into)
            cost += Decimal(worked) / MICRO * rate
    return Sale(block.contract_id, income.quantize(_CENT), cost.quantize(_CENT))


def bought_hours(facts: Facts, block: PurchasedHours) -> list[int]:
    """Return the hours (millionths) that a block adds to the allowance of each week."""
    dates = np.array(facts.horizon.weekdays, dtype="datetime64[D]")
    term = facts.contract_weeks.term[facts.contract_index[block.contract_id]]
    inside = term & within(dates, block.start_date, block.end_date)
    days = inside.reshape(-1, WEEKDAYS).sum(axis=1)
    hours: list[int] = micro(block.hours_per_week * days / WEEKDAYS).tolist()
    return hours


def _managers(
    facts: Facts, decisions: Sequence[Decision], contract_id: str
) -> Mapping[int, int]:
    """Return the manager (a position) of each week in which a contract is served."""
    found: dict[int, int] = {}
    for row in decisions:
        if row.contract_id == contract_id and row.manager_id is not None:
            for week, monday in enumerate(facts.horizon.mondays):
                if row.from_week is None or row.to_week is None:
                    continue
                if row.from_week <= monday <= row.to_week:
                    found[week] = facts.manager_index[row.manager_id]
    return found


def no_sales() -> pd.DataFrame:
    """Return the table of a plan that keeps no room for sales."""
    return typed(pd.DataFrame(columns=list(SALES_COLUMNS)))


def sold_blocks(table: pd.DataFrame, known: Collection[str]) -> list[PurchasedHours]:
    """
    Return the blocks that a plan's table says are sold.

    Raises
    ------
    PlanFileError
        When the table names an unknown contract, or a cell cannot be understood; with every
        problem at once.
    """
    missing = [name for name in _READ if name not in table.columns]
    problems = [_problem(1, name, "the column is missing", "add it") for name in missing]
    into = "" if missing else margin_currency(table)
    blocks = []
    for number, row in enumerate([] if missing else table.to_dict("records"), start=2):
        if text_of(row["decision"]) == SOLD:
            values, wrong = _block(number, row, known, into)
            problems += wrong
            if not wrong:
                blocks.append(PurchasedHours.model_validate(values))
    if problems:
        message = f"the sales cannot be understood ({counted(len(problems), 'problem')}):"
        raise PlanFileError(message, problems)
    return blocks


def margin_currency(table: pd.DataFrame) -> str:
    """Return the currency that the margins of what is sold are told in, if anything is."""
    sold = table.loc[table["decision"].map(text_of) == SOLD, "margin_currency"]
    return next((text_of(cell) for cell in sold), "")


def _block(
    number: int, row: Mapping[Hashable, Any], known: Collection[str], into: str
) -> tuple[Mapping[str, object], list[Problem]]:
    """Return the values of a sold block as the dictionary reads them, and what is wrong."""
    values: dict[str, object] = {}
    problems = []
    for name in _BLOCK:
        column = tables()["purchased_hours"].columns[name]
        try:
            values[name] = read_cell(column, text_of(row[name]))
        except CellError as error:
            problems.append(_problem(number, name, error.found, error.remedy))
    contract_id = values.get("contract_id")
    if contract_id is not None and contract_id not in known:
        found = f"the portfolio has no contract '{contract_id}'"
        problems.append(_problem(number, "contract_id", found, "take its row out"))
    found = text_of(row["margin_currency"])
    if not found or found != into:
        found = f"expected one currency in all rows, got '{found}'"
        remedy = "write the plan's currency, such as EUR"
        problems.append(_problem(number, "margin_currency", found, remedy))
    return values, problems


def _problem(row: int, column: str, found: str, remedy: str) -> Problem:
    return Problem(
        file=SALES_FILE, row=row, column=column, rule="R46", found=found, remedy=remedy
    )

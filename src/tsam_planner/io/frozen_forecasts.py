"""Earlier estimates of revenue read back: what was said then, to be held against what came."""

import re
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from pathlib import Path

import pandas as pd

from tsam_planner.errors import PlanFileError, Problem
from tsam_planner.finance.revenue_rows import KINDS, TOTAL
from tsam_planner.io.revenue_files import REVENUE_FILE
from tsam_planner.io.text_tables import read_text_table
from tsam_planner.words import counted

_AMOUNTS = ("hours", "expected", "p10", "p50", "p90")
_COLUMNS = ("contract_id", "month", "currency", *_AMOUNTS, "rate", "kind")
_LARGEST = 10**12
_MONTH = re.compile(r"(FY)?\d{4}-(0[1-9]|1[0-2])")
_CURRENCY = re.compile(r"[A-Z]{3}")


def read_revenue(path: Path | str) -> pd.DataFrame:
    """
    Read the rows of an estimate back, amounts and hours as decimals.

    Parameters
    ----------
    path
        A ``revenue.csv``, or the folder that holds one.

    Returns
    -------
    DataFrame
        The columns of ``RevenueEstimate.rows``; empty cells are None.

    Raises
    ------
    PlanFileError
        When the file is missing or anything in it is wrong; every problem is listed.
    """
    place = Path(path)
    place = place / REVENUE_FILE if place.is_dir() else place
    table = _read_text(place)
    problems = list(_problems(place.name, table))
    if problems:
        message = f"{place} is no estimate of revenue ({counted(len(problems), 'problem')}):"
        raise PlanFileError(message, problems)
    for name in (*_AMOUNTS, "rate"):
        numbers = [Decimal(text) if text else None for text in table[name]]
        table[name] = pd.Series(numbers, index=table.index, dtype=object)
    table = table[list(_COLUMNS)].astype(object)
    return table.where(table.notna() & (table != ""), None)


def _read_text(place: Path) -> pd.DataFrame:
    if not place.is_file():
        message = f"{place} does not exist; tsam-planner revenue writes it"
        raise PlanFileError(message)
    return read_text_table(place).map(str.strip)


def _problems(file: str, table: pd.DataFrame) -> Iterator[Problem]:
    missing = [name for name in _COLUMNS if name not in table.columns]
    for name in missing:
        yield _problem(file, 1, name, "the column is missing")
    if missing:
        return
    for number, row in enumerate(table.to_dict("records"), start=2):
        for name, found in _wrong_cells({str(key): str(cell) for key, cell in row.items()}):
            yield _problem(file, number, name, found)
    key = ["contract_id", "month", "currency", "kind"]
    for position in table.index[table.duplicated(key)]:
        found = "contract, month, currency and kind appear twice"
        yield _problem(file, int(position) + 2, "", found)


def _wrong_cells(row: dict[str, str]) -> Iterator[tuple[str, str]]:
    is_total = row["kind"] == TOTAL
    if row["kind"] not in (*KINDS, TOTAL):
        yield "kind", f"expected {', '.join(KINDS)} or {TOTAL}, got {row['kind']!r}"
    if not is_total and not row["contract_id"]:
        yield "contract_id", "it is empty"
    if not _MONTH.fullmatch(row["month"]) and not (is_total and not row["month"]):
        yield "month", f"expected a month such as 2027-01 or FY2027-04, got {row['month']!r}"
    if not _CURRENCY.fullmatch(row["currency"]):
        yield "currency", f"expected a currency such as EUR, got {row['currency']!r}"
    for name in (*_AMOUNTS, "rate"):
        # Several prices leave no rate; a total has none.
        if not _is_amount(row[name]) and (name != "rate" or row[name]):
            yield name, f"expected a number from 0 to {_LARGEST}, got {row[name]!r}"


def _is_amount(text: str) -> bool:
    try:
        amount = Decimal(text)
    except InvalidOperation:
        return False
    return amount.is_finite() and 0 <= amount <= _LARGEST


def _problem(file: str, row: int, column: str, found: str) -> Problem:
    remedy = "take the file as tsam-planner revenue wrote it"
    return Problem(file=file, row=row, column=column, rule="", found=found, remedy=remedy)

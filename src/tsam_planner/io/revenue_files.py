"""Estimates of revenue on disk: beside the plan they belong to, or in a folder of their own."""

import json
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from pathlib import Path

import pandas as pd

from tsam_planner.errors import PlanFileError, Problem
from tsam_planner.finance.reconciliation import Reconciliation
from tsam_planner.finance.revenue import RevenueEstimate
from tsam_planner.io.folders import write_folder
from tsam_planner.io.plans import PLAN_FILE, add_to_plan, as_csv

REVENUE_FILE = "revenue.csv"
READINGS_FILE = "revenue_readings.csv"
BASIS_FILE = "revenue.json"
BRIDGE_FILE = "reconciliation.csv"
_DECIMALS = ("hours", "rate", "expected", "p10", "p50", "p90")
_COLUMNS = ("contract_id", "month", "currency", *_DECIMALS, "kind")


def revenue_files(
    revenue: RevenueEstimate, readings: pd.DataFrame | None = None
) -> Mapping[str, bytes]:
    """
    Return the files of an estimate by name.

    ``revenue.csv`` has its rows, ``revenue.json`` what they stand on, and
    ``revenue_readings.csv`` the readings side by side, where they were compared.
    """
    basis = {
        "months": [month.name for month in revenue.months],
        "scope": revenue.scope,
        "draws": revenue.draws,
        "seed": revenue.seed,
        "unpriced_hours": {name: str(hours) for name, hours in revenue.unpriced.items()},
        "assumptions": list(revenue.assumptions),
    }
    text = json.dumps(basis, ensure_ascii=False, indent=1) + "\n"
    files = {REVENUE_FILE: as_csv(revenue.rows), BASIS_FILE: text.encode("utf-8")}
    if readings is not None:
        files[READINGS_FILE] = as_csv(readings)
    return files


def write_revenue(revenue: RevenueEstimate, readings: pd.DataFrame, folder: Path | str) -> Path:
    """
    Write an estimate into a plan's folder, or one of its own, whole or not at all.

    Whatever else a plan's folder holds stays as it is.

    Raises
    ------
    PlanFileError
        When the folder holds neither a plan nor an estimate, or cannot be written.
    """
    target, files = Path(folder), revenue_files(revenue, readings)
    if (target / PLAN_FILE).is_file():
        add_to_plan(target, files)
        return target

    def fill(place: Path) -> None:
        for name, content in files.items():
            (place / name).write_bytes(content)

    write_folder(target, REVENUE_FILE, fill)
    return target


def write_reconciliation(result: Reconciliation, folder: Path | str) -> Path:
    """
    Write a reconciliation into a folder of its own, whole or not at all.

    Raises
    ------
    PlanFileError
        When the folder holds something else, or cannot be written.
    """
    target = Path(folder)
    buckets = result.buckets.assign(month=result.buckets["month"].dt.strftime("%Y-%m"))
    tables = {
        BRIDGE_FILE: result.bridge,
        "months.csv": result.months,
        "ranges.csv": result.ranges,
        "buckets.csv": buckets,
        "unbilled.csv": result.unbilled,
    }

    def fill(place: Path) -> None:
        for name, table in tables.items():
            (place / name).write_bytes(as_csv(table))

    write_folder(target, BRIDGE_FILE, fill)
    return target


def read_revenue(path: Path | str) -> pd.DataFrame:
    """
    Read the rows of an estimate back, amounts and hours as decimals.

    Parameters
    ----------
    path
        A ``revenue.csv``, or the folder that holds one.

    Raises
    ------
    PlanFileError
        When the file is missing or damaged; every problem is listed.
    """
    place = Path(path)
    place = place / REVENUE_FILE if place.is_dir() else place
    try:
        table = pd.read_csv(place, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    except FileNotFoundError:
        message = f"{place} does not exist; tsam-planner revenue writes it"
        raise PlanFileError(message) from None
    except (OSError, ValueError) as error:
        message = f"{place} cannot be read as CSV in UTF-8: {error}"
        raise PlanFileError(message) from error
    missing = [name for name in _COLUMNS if name not in table.columns]
    problems = [_problem(place, 1, name, "the column is missing") for name in missing]
    if not missing:
        for name in _DECIMALS:
            for number, text in enumerate(table[name], start=2):
                if text and not _is_decimal(text):
                    problems.append(_problem(place, number, name, f"'{text}' is no amount"))
    if problems:
        message = f"{place} is no estimate of revenue ({len(problems)} problems):"
        raise PlanFileError(message, problems)
    for name in _DECIMALS:
        table[name] = pd.Series(
            [Decimal(text) if text else None for text in table[name]], dtype=object
        )
    for name in ("contract_id", "month"):
        table[name] = table[name].where(table[name] != "", None)
    return table


def _is_decimal(text: str) -> bool:
    try:
        return Decimal(text).is_finite()
    except InvalidOperation:
        return False


def _problem(place: Path, row: int, column: str, found: str) -> Problem:
    remedy = "write the file again with tsam-planner revenue"
    return Problem(file=place.name, row=row, column=column, rule="", found=found, remedy=remedy)

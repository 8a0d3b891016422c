"""Estimates of revenue on disk: beside the plan they belong to, or in a folder of their own."""

import json
from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from tsam_planner.finance.reconciliation import Reconciliation
from tsam_planner.finance.revenue import RevenueEstimate
from tsam_planner.io.folders import write_folder
from tsam_planner.io.plan_folders import PLAN_FILE
from tsam_planner.io.plans import add_to_plan, as_csv

REVENUE_FILE = "revenue.csv"
READINGS_FILE = "revenue_readings.csv"
BASIS_FILE = "revenue.json"
BRIDGE_FILE = "reconciliation.csv"


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
    is_within = result.bridge["is_within"].map({True: "true", False: "false"})
    tables = {
        BRIDGE_FILE: result.bridge.assign(is_within=is_within),
        "buckets.csv": buckets,
        "unbilled.csv": result.unbilled,
        "findings.csv": result.findings,
    }

    def fill(place: Path) -> None:
        for name, table in tables.items():
            (place / name).write_bytes(as_csv(table))

    write_folder(target, BRIDGE_FILE, fill)
    return target

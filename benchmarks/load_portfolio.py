"""
A portfolio with its logs, as a folder: ``python -m benchmarks.load_portfolio OUT 60x300-90 0``.

It is the one that `benchmarks.instances` draws, with two years of cases, 200 for each contract,
and half a year of time sheets, in which one customer of twenty needs half as much again as its
allowance. Drawing has a process of its own, so that its memory does not count for the plan.
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.harness.cells import instance_of
from benchmarks.instances import ALLOWANCE, START, draw_tables

CASES, _CASE_WEEKS = 200, 104
_SHEET_WEEKS, _ASKED = 26, 20
_MINUTES = 7 * 24 * 60


def cases_of(contracts: pd.DataFrame, seed: int) -> pd.DataFrame:
    """Return the log of cases: as many open at a time as the contract states, on average."""
    random = np.random.default_rng(seed)
    count = CASES * len(contracts)
    stated = np.repeat(contracts["cases"].to_numpy(dtype=float), CASES)
    opened = random.integers(0, _CASE_WEEKS * _MINUTES, count)
    lasted = random.exponential(stated * _CASE_WEEKS / CASES * _MINUTES).astype(np.int64)
    start = pd.Timestamp(START) - pd.Timedelta(weeks=_CASE_WEEKS)
    closed = opened + np.maximum(lasted, 1)
    is_closed = closed < _CASE_WEEKS * _MINUTES
    moments = start + pd.to_timedelta(np.where(is_closed, closed, 0), unit="min")
    return pd.DataFrame(
        {
            "case_id": [f"S-{number:07d}" for number in range(count)],
            "contract_id": np.repeat(contracts["contract_id"].to_numpy(), CASES),
            "opened_at": start + pd.to_timedelta(opened, unit="min"),
            "closed_at": moments.where(is_closed),
            "hours": np.round(random.exponential(2.0, count), 2),
        }
    )


def time_sheets_of(contracts: pd.DataFrame) -> pd.DataFrame:
    """Return half a year of time sheets, a row a week for each contract."""
    ids = contracts["contract_id"].to_numpy()
    hours = np.where(np.arange(len(ids)) % _ASKED == 0, 1.5 * ALLOWANCE, ALLOWANCE / 2)
    days = [
        pd.Timestamp(START) - pd.Timedelta(weeks=ago, days=-2)
        for ago in range(_SHEET_WEEKS, 0, -1)
    ]
    return pd.DataFrame(
        {
            "contract_id": np.repeat(ids, _SHEET_WEEKS),
            "date": np.tile(np.array(days, dtype="datetime64[D]"), len(ids)),
            "hours": np.repeat(hours, _SHEET_WEEKS),
        }
    )


def main() -> None:
    """Write the CSV files of the instance that the command line names."""
    out, name, seed = sys.argv[1:]
    folder = Path(out)
    folder.mkdir(parents=True, exist_ok=True)
    tables = draw_tables(instance_of(name, int(seed)))
    tables["cases"] = cases_of(tables["contracts"], int(seed))
    tables["timesheets"] = time_sheets_of(tables["contracts"])
    for table, rows in tables.items():
        rows.to_csv(folder / f"{table}.csv", index=False, lineterminator="\n")


if __name__ == "__main__":
    main()

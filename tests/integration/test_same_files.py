"""The same input, seed and one worker give the same files, wherever and whenever."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

SAMPLE = Path(__file__).parents[2] / "data" / "sample"
# Two of their customers are to be asked for additional hours; one has holidays of its own.
MANAGERS = {"M-09", "M-12", "M-13", "M-20", "M-21"}
PLACES = [
    {"TZ": "UTC", "PYTHONHASHSEED": "0"},
    {"TZ": "Pacific/Auckland", "PYTHONHASHSEED": "7", "LC_ALL": "C.UTF-8"},
]


def part_of_sample(folder, *, shuffled):
    """Write the books of a few managers of the sample, with rows in another order."""
    folder.mkdir()
    tables = {
        path.stem: pd.read_csv(path, dtype=str, keep_default_na=False)
        for path in SAMPLE.glob("*.csv")
    }
    today = tables["assignments"]
    contracts = today.loc[today["manager_id"].isin(MANAGERS), "contract_id"]
    for name, rows in tables.items():
        kept = rows
        for column, wanted in (("contract_id", set(contracts)), ("manager_id", MANAGERS)):
            if column in rows:
                kept = kept[kept[column].isin(wanted | {""})]
        if name == "assignments":
            known = kept["backup_id"].isin(MANAGERS)
            kept = kept.assign(backup_id=kept["backup_id"].where(known, ""))
        if shuffled:
            kept = kept.sample(frac=1, random_state=1)
        kept.to_csv(folder / f"{name}.csv", index=False)
    return folder


def files_of(folder):
    """Return all files of a folder by relative path."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.fixture(scope="module")
def plans(tmp_path_factory):
    """Return the files of a plan that was made twice, in two processes and places."""
    made = []
    for number, place in enumerate(PLACES):
        folder = tmp_path_factory.mktemp("place")
        records = part_of_sample(folder / "portfolio", shuffled=number > 0)
        command = [
            sys.executable, "-m", "tsam_planner", "plan", str(records), "--quarter", "2027Q1",
            "--out", str(folder / "plan"), "--workers", "1", "--time-limit", "300", "--quiet",
        ]  # fmt: skip
        subprocess.run(command, check=True, cwd=folder, env=os.environ | place)
        made.append(files_of(folder / "plan"))
    return made


def test_all_kinds_of_files_are_compared(plans):
    """There are pages, a workbook, calendars, figures and evidence, and no limit of time."""
    kinds = {Path(name).suffix for name in plans[0]}
    assert kinds == {".csv", ".html", ".ics", ".json", ".png", ".xlsx"}
    assert {name.partition("/")[0] for name in plans[0] if "/" in name} == {
        "calendars", "evidence", "figures",
    }  # fmt: skip
    document = json.loads(plans[0]["plan.json"])
    assert document["stop_reason"] in ("proven optimal", "gap reached")
    assert document["backup_points"]["stop_reason"] in ("proven optimal", "gap reached")


def test_only_the_record_of_the_run_differs(plans):
    """Time zone, order of sets, order of rows and the clock leave every other file alone."""
    one, other = plans
    assert sorted(one) == sorted(other)
    assert {name for name in one if one[name] != other[name]} == {"run.json"}

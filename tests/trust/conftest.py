"""Helpers of these tests are modules beside them."""

import shutil
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from marked import EXACT, EXPORT_OF_ABSENCES, MAPPING, QUARTER, call, write_portfolio


@pytest.fixture(scope="session")
def good(tmp_path_factory):
    """Return the folders of a portfolio with every table, and of its plan with every file."""
    from small_sample import good_files

    return good_files(tmp_path_factory.mktemp("good"))


@pytest.fixture(scope="session")
def place(tmp_path_factory):
    """Return a folder with the exports of an HR system, imported into a marked portfolio."""
    folder = tmp_path_factory.mktemp("privacy")
    write_portfolio(folder / "portfolio")
    (folder / "hr.csv").write_text(EXPORT_OF_ABSENCES, encoding="utf-8")
    (folder / "map.toml").write_text(MAPPING, encoding="utf-8")
    code, said = call(
        "import", folder / "hr.csv", "--map", folder / "map.toml", "--out", folder / "imported"
    )
    assert code == 0
    (folder / "import.said").write_text(said, encoding="utf-8")
    shutil.copy(folder / "imported/absences.csv", folder / "portfolio")
    return folder


@pytest.fixture(scope="session")
def everything(place):
    """Run every command that reads absences; return all that they wrote and said."""
    records, written = place / "portfolio", place / "written"
    plan = written / "plan"
    commands = [
        ("check", records),
        ("plan", records, *QUARTER, *EXACT, "--out", plan),
        ("report", records, plan, "--out", written / "leadership.html"),
        ("report", records, plan, "--view", "works-council", "--out", written / "council.html"),
        ("report", records, plan, "--pseudonymous", "--out", written / "ids.html"),
        ("replan", records, plan, "--from", "2027-02-15", "--out", written / "replan"),
        ("forecast", records, *QUARTER, "--out", written / "forecast"),
        ("revenue", records, plan, "--out", written / "revenue"),
        ("verify", records, plan),
        ("verify", records, plan / "plan.xlsx"),
        ("explain", records, plan, "zqc05"),
        ("explain", records, plan, "zqc01", "--json"),
    ]
    for number, command in enumerate(commands):
        code, said = call(*command)
        assert code == 0, (command, said)
        written.mkdir(exist_ok=True)
        (written / f"{number}.said").write_text(said, encoding="utf-8")
    return written

"""Spoiled workbooks: no part of the packed XML makes a reader fail, hang or fill the memory."""

import json
import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest
from bombs import bombs
from hypothesis import given, settings
from hypothesis import strategies as st
from small_sample import as_workbook, small_sample
from spoiling import folder_with, spoiled_archives, spoiled_bytes, spoiled_documents

from tsam_planner.errors import IntakeError, PlanFileError, PortfolioError
from tsam_planner.intake.recipe import import_exports
from tsam_planner.io.portfolios import check_portfolio, read_portfolio
from tsam_planner.io.workbook_record import record_from
from tsam_planner.io.workbook_sheets import OpenedWorkbook
from tsam_planner.studies.edits import check_workbook

ROOT = Path(__file__).parents[2]
TABLES = as_workbook({name: table for name, table in small_sample().items() if name != "cases"})
MAPPING = """
[[table]]
target = "companies"
file = "*.xlsx"
sheet = "companies"
columns = {company_id = "company_id", name = "name"}
"""
READ_IN_LITTLE_MEMORY = """
import json, resource, sys
resource.setrlimit(resource.RLIMIT_AS, (1_500_000_000,) * 2)
from tsam_planner.io.portfolios import check_portfolio
print(json.dumps([" ".join(map(str, check_portfolio(path))) for path in sys.argv[1:]]))
"""
# Of cells that hold no such date openpyxl tells in a warning, and goes on.
pytestmark = pytest.mark.filterwarnings("ignore::UserWarning:openpyxl")
thrifty = settings(deadline=None)


def spoiled(content):
    """Draw a workbook of which parts, or bytes of the packed file, are wrong."""
    return st.one_of(spoiled_archives(content), spoiled_bytes(content))


@thrifty
@given(content=spoiled(TABLES))
def test_a_spoiled_portfolio_is_read_or_its_problems_are_listed(content):
    """What is read of a workbook is a portfolio; anything else is a list of problems."""
    with folder_with("portfolio.xlsx", content) as folder, suppress(PortfolioError):
        assert check_portfolio(folder / "portfolio.xlsx") is not None
        assert read_portfolio(folder / "portfolio.xlsx").content_hash


@thrifty
@given(content=spoiled(TABLES))
def test_a_spoiled_export_is_imported_or_refused(content):
    """An import that is refused writes nothing."""
    with folder_with("tables.xlsx", content) as folder:
        (folder / "map.toml").write_text(MAPPING)
        is_done = False
        with suppress(IntakeError):
            import_exports([folder / "tables.xlsx"], folder / "map.toml", folder / "out")
            is_done = True
        assert (folder / "out").exists() == is_done


@thrifty
@given(data=st.data())
def test_a_spoiled_workbook_of_a_plan_is_checked_or_refused(good, data):
    """Edits of a plan's workbook are told, or the workbook cannot be understood."""
    content = data.draw(spoiled(good.read("plan.xlsx")))
    with folder_with("plan.xlsx", content) as folder, suppress(PlanFileError):
        assert str(check_workbook(good.portfolio, folder / "plan.xlsx"))


@thrifty
@given(data=st.data())
def test_a_spoiled_record_of_a_workbook_is_read_or_refused(good, data):
    """The hidden sheet says which plan it is in values of the right kinds, or is damaged."""
    with OpenedWorkbook(good.plan_folder / "plan.xlsx") as book:
        lines = [str(row[0]) for row in list(book.rows("_plan"))[1:] if row]
    document = data.draw(spoiled_documents(json.loads("".join(lines))))
    with suppress(ValueError):
        record = record_from([json.dumps(document)])
        assert record.horizon.mondays
        assert set(record.assignments["contract_id"]) <= record.contracts.keys()


def test_bombs_are_refused_before_they_go_off(tmp_path):
    """In 1.5 GB of memory, files of a megabyte that would fill more are told in sentences."""
    made = bombs()
    for name, (content, _) in made.items():
        assert len(content) < 1_500_000
        (tmp_path / f"{name}.xlsx").write_bytes(content)
    places = [str(tmp_path / f"{name}.xlsx") for name in made]
    answer = subprocess.run(
        [sys.executable, "-c", READ_IN_LITTLE_MEMORY, *places],
        env={**os.environ, "PYTHONPATH": str(ROOT / "src"), "OPENBLAS_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 0, answer.stderr
    told = dict(zip(made, json.loads(answer.stdout), strict=True))
    assert {
        name: message for name, (_, message) in made.items() if message not in told[name]
    } == {}

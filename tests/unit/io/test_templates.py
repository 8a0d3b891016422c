"""The template of a portfolio as a workbook: filled in, it is read like the CSV files."""

import csv
import datetime as dt
import io
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from tsam_planner.errors import PlanFileError
from tsam_planner.io.portfolios import check_portfolio, read_portfolio
from tsam_planner.io.template_workbook import template_workbook
from tsam_planner.io.templates import write_template
from tsam_planner.tables.dictionary import tables

SAMPLE = Path(__file__).parents[3] / "data" / "sample"


@pytest.fixture
def template(tmp_path):
    """A fresh template, opened."""
    return openpyxl.load_workbook(write_template(tmp_path / "new.xlsx"))


def typed(column, text):
    """Return a cell of CSV as people type it into a workbook."""
    if not text:
        return None
    if column.type in ("date", "week"):
        return dt.datetime.fromisoformat(text)
    if column.type in ("number", "share", "money", "integer"):
        return float(text)
    return {"true": True, "false": False}.get(text, text)


def fill(book, folder, names):
    """Type tables of a folder into the sheets of a template."""
    for name in names:
        columns = tables()[name].columns
        with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            for number, row in enumerate(csv.DictReader(file), start=2):
                for position, column in enumerate(columns.values(), start=1):
                    value = typed(column, row.get(column.name, ""))
                    book[name].cell(number, position).value = value


def test_filled_in_it_is_read_like_the_csv_files(template, tmp_path):
    """All tables of the sample, dates, numbers and booleans typed as such."""
    names = [name for name in tables() if (SAMPLE / f"{name}.csv").is_file()]
    fill(template, SAMPLE, names)
    template.save(tmp_path / "filled.xlsx")
    ours, theirs = read_portfolio(tmp_path / "filled.xlsx"), read_portfolio(SAMPLE)
    for name in type(ours).model_fields:
        one, other = getattr(ours, name), getattr(theirs, name)
        if isinstance(one, pd.DataFrame):
            pd.testing.assert_frame_equal(one, other)
        elif name != "findings":
            assert one == other, name
    # Rows are told like those of the files.
    assert [item.row for item in ours.findings] == [item.row for item in theirs.findings]


def test_two_sheets_are_enough(template, tmp_path):
    """Sheets that nobody fills in are not asked about companies."""
    fill(template, SAMPLE, ("contracts", "managers"))
    template.save(tmp_path / "filled.xlsx")
    problems = check_portfolio(tmp_path / "filled.xlsx")
    assert [str(one) for one in problems if one.severity == "error"] == []


def test_empty_it_lacks_only_rows(template, tmp_path):
    """Neither the guide nor headers, notes and lists are a problem."""
    found = [item.found for item in check_portfolio(tmp_path / "new.xlsx")]
    assert found == ["no rows", "no rows"]


def test_choices_are_lists_and_required_columns_are_marked(template):
    """Choices and booleans as they are, ids from their sheets; notes from the dictionary."""
    sheet = template["contracts"]
    lists = {
        str(rule.sqref).split(":")[0]: rule for rule in sheet.data_validations.dataValidation
    }
    assert lists["C2"].formula1 == '"tsam,saas_standard,saas_premium"'
    assert lists["B2"].formula1 == "'companies'!$A$2:$A$5000"
    assert lists["B2"].errorStyle == "warning"
    names = [cell.value for cell in sheet[1]]
    letter = sheet.cell(1, names.index("time_zone_authorized") + 1).column_letter
    assert lists[f"{letter}2"].formula1 == '"true,false"'
    assert "Required." in sheet["A1"].comment.text
    assert sheet["A1"].fill.fgColor.rgb != sheet.cell(1, len(names)).fill.fgColor.rgb
    assert sheet.freeze_panes == "B2"
    assert sheet.column_dimensions["E"].number_format == "yyyy-mm-dd"
    assert sheet.column_dimensions["A"].number_format == "@"


def test_every_column_of_the_dictionary_has_a_note(template):
    """Header and note of each table, in the dictionary's order."""
    for name, table in tables().items():
        cells = template[name][1]
        assert [cell.value for cell in cells] == list(table.columns)
        for cell, column in zip(cells, table.columns.values(), strict=True):
            assert cell.comment.text.startswith(column.description)


def test_it_is_always_the_same_file():
    """No date and no name of a machine in it."""
    assert template_workbook(tuple(tables().values())) == template_workbook(
        tuple(tables().values())
    )
    book = openpyxl.load_workbook(io.BytesIO(template_workbook(tuple(tables().values()))))
    assert book.properties.created == dt.datetime(2020, 1, 1)


def test_nothing_is_overwritten(tmp_path):
    """A workbook that stands there already is somebody's."""
    (tmp_path / "new.xlsx").write_text("mine")
    with pytest.raises(PlanFileError, match="exists already"):
        write_template(tmp_path / "new.xlsx")

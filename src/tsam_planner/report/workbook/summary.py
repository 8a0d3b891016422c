"""The first sheet: what was decided, how sure that is, and how to work in the workbook."""

from collections.abc import Sequence
from typing import Any

from tsam_planner.io.workbook_record import ASSIGNMENTS_SHEET, CONTRACT, OWNER
from tsam_planner.plan.plan import Plan
from tsam_planner.plan.stretch_weeks import planned_hours
from tsam_planner.plan.summary import summarize
from tsam_planner.report.workbook.assignments import EDITED, HOURS, STATUS
from tsam_planner.report.workbook.book import FONT, HEADER, LINE, Area, Book, Style
from tsam_planner.report.workbook.cells import lines_of
from tsam_planner.report.workbook.tables import GOALS_SHEET
from tsam_planner.report.workbook.team import MANAGERS_SHEET

SUMMARY_SHEET = "Summary"
_TITLE: Style = {"bold": True, "font_size": 16, "font_color": "#2F4A6B"}
_LABEL: Style = {"bold": True}
_WIDTH = 110
_HOW = (
    "Change owners and substitutes on the sheet Assignments, in the two yellow columns: choose "
    "from the list of a cell, or empty it for nobody. What differs from the plan turns blue.",
    "Everything else is for reading. Sort and filter as you like; leave rows, headers and "
    "names of sheets as they are.",
    "The figures below, and the last columns of the sheet Managers, follow your edits at once. "
    "They know hours only.",
    "Save, then run:  tsam-planner verify PORTFOLIO plan.xlsx  It lists your edits, the rules "
    "that they break, and the points before and after.",
)
SHEETS = {
    ASSIGNMENTS_SHEET: "who serves which contract, who stands in, and why; the sheet to edit",
    MANAGERS_SHEET: "hours, utilization and cases of each manager, added up from their weeks",
    "Manager weeks": "hours and cases by manager and week",
    "Contract weeks": "need, allowance, planned and unfunded hours by contract and week",
    "Calls": "the weekly call of each contract, in three clocks",
    "Missing calls": "weeks of served contracts without a call, and why",
    "Additional hours": "need beyond allowances, and which customers to ask to buy hours",
    "Changes of hands": "contracts that change hands, and why",
    "Unassigned": "contracts that nobody serves, and why",
    GOALS_SHEET: "what the plan costs in points, by goal; fewer are better",
    "Rules and readings": "each clause of the service description, and how it is read",
    "Assumptions": "numbers that were changed, and those where the description is silent",
}


def add_summary(
    book: Book, plan: Plan, assignments: Area, managers: Area, goals: tuple[Area, int]
) -> None:
    """Fill the first sheet."""
    sheet = book.sheet(SUMMARY_SHEET)
    sheet.set_column(0, 0, 30)
    sheet.set_column(1, 1, _WIDTH)
    sheet.hide_gridlines(2)
    book.write(sheet, 0, 0, f"Plan of {plan.horizon}", _TITLE)
    row = _section(book, sheet, 2, "What was decided", [])
    for label, text in summarize(plan):
        book.write(sheet, row, 0, label, _LABEL)
        _write_text(book, sheet, row, f"{text[:1].upper()}{text[1:]}")
        row += 1
    row = _section(book, sheet, row + 1, "How to use this workbook", _HOW)
    row = _section(book, sheet, row + 1, "As it stands with your edits", [])
    row = _figures(book, sheet, row, plan, assignments, managers, goals)
    row = _section(book, sheet, row + 1, "Sheets", [])
    link = book.format(FONT, {"font_color": "#1F5FA8", "underline": 1})
    for name, text in SHEETS.items():
        sheet.write_url(row, 0, f"internal:'{name}'!A1", link, name)
        _write_text(book, sheet, row, text)
        row += 1
    row = _section(book, sheet, row + 1, "Good to know", plan.warnings)
    told = f"input {plan.input_hash[:12]}, seed {plan.seed}; made by tsam-planner"
    book.write(sheet, row + 1, 1, told, {"font_color": "#6B6B6B"})
    sheet.activate()


def _section(
    book: Book,
    sheet: Any,  # noqa: ANN401 - xlsxwriter has no types
    row: int,
    title: str,
    sentences: Sequence[str],
) -> int:
    """Write a heading with numbered sentences; return the next row."""
    book.write(sheet, row, 0, title, HEADER)
    book.write(sheet, row, 1, None, HEADER)
    for number, text in enumerate(sentences, start=1):
        book.write(sheet, row + number, 0, str(number), {"align": "right"})
        _write_text(book, sheet, row + number, text)
    return row + len(sentences) + 1


def _write_text(book: Book, sheet: Any, row: int, text: str) -> None:  # noqa: ANN401
    book.write(sheet, row, 1, text, {"text_wrap": True})
    sheet.set_row(row, LINE * lines_of(text, _WIDTH))


def _figures(
    book: Book,
    sheet: Any,  # noqa: ANN401 - xlsxwriter has no types
    row: int,
    plan: Plan,
    assignments: Area,
    managers: Area,
    goals: tuple[Area, int],
) -> int:
    rows = plan.assignments
    # A table without rows still has an empty one, which is no contract.
    nobody = (
        f'({assignments.of(CONTRACT)}<>"")*({assignments.of(OWNER)}="")'
        f'*({assignments.of(STATUS)}<>"not planned")'
    )
    alone = rows[rows["status"] == "unassigned"]
    weeks = plan.manager_weeks
    deployable = float(weeks["deployable_hours"].sum())
    load = float(weeks["load_hours"].sum())
    total = managers.cell("Utilization", managers.rows + 2)
    # Without managers there is no row of totals.
    utilization = f"'{MANAGERS_SHEET}'!{total}" if managers.rows else '""'
    area, at = goals
    for label, formula, value, number_format in (
        (
            "Rows without an owner",
            f"=SUMPRODUCT({nobody})",
            len(alone),
            "0",
        ),
        (
            "Hours without an owner",
            f"=SUMPRODUCT({nobody}*{assignments.of(HOURS)})",
            planned_hours(alone, plan.contract_weeks),
            "#,##0.0",
        ),
        ("Rows that you edited", f'=COUNTIF({assignments.of(EDITED)},"edited")', 0, "0"),
        (
            "Utilization, as written",
            f"={utilization}",
            load / deployable if deployable else None,
            "0.0%",
        ),
        (
            "Points, as written",
            f"='{GOALS_SHEET}'!{area.cell('Points', at)}",
            plan.objective,
            "#,##0.00",
        ),
    ):
        book.write(sheet, row, 0, label, _LABEL)
        style = {"num_format": number_format, "align": "left"}
        book.write_formula(sheet, row, 1, formula, value, style)
        row += 1
    return row

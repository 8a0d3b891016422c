"""The sheet to work in: an owner and a substitute for each stretch, from lists of who may."""

from collections.abc import Mapping, Sequence
from typing import Any

from xlsxwriter.utility import xl_col_to_name

from tsam_planner.io.workbook_record import (
    ASSIGNMENTS_SHEET,
    CONTRACT,
    FROM,
    OWNER,
    RECORD_SHEET,
    SUBSTITUTE,
    TO,
    as_lines,
    record_of,
)
from tsam_planner.plan.stretch_weeks import loads_of
from tsam_planner.report.workbook.book import (
    BLUE,
    EDITABLE,
    FONT,
    HEADER,
    ORANGE,
    RED,
    Area,
    Book,
    Column,
    Style,
)
from tsam_planner.report.workbook.names import Names

LISTS_SHEET = "_lists"
STATUS, EDITED, HOURS = "Status", "Edited", "Hours"
AS_PLANNED = "Owner as planned", "Substitute as planned"
_LIST_NUMBERS = ("Owner's list", "Substitute's list")
_QUIET: Style = {"font_color": "#6B6B6B"}
_TO_EDIT: Style = {**HEADER, "bg_color": "#8A6D00"}
_MOST_LISTS = 16_000
_HOW_TO_EDIT = (
    "Choose from the list: everybody who may by offering, products, language, overlap of "
    "hours, employment and pins. Room for hours and cases is not looked at here; "
    "tsam-planner verify says what an edit breaks and costs. Empty: nobody."
)

Lists = Mapping[tuple[str, ...], int]


def add_assignments(book: Book, names: Names) -> Area:
    """Fill the sheet of assignments, and the hidden ones of its lists and of the plan."""
    may_own, may_stand_in = names.who_may()
    lists: Lists = {
        people: number
        for number, people in enumerate(dict.fromkeys((*may_own, *may_stand_in)), start=1)
    }
    _add_lists(book, lists)
    columns = [*_shown_columns(names), *_hidden_columns(names, lists, may_own, may_stand_in)]
    sheet, area = book.fill(ASSIGNMENTS_SHEET, columns, frozen=2)
    last_printed = columns.index(next(one for one in columns if one.header == "Why"))
    sheet.print_area(0, 0, max(area.rows, 1), last_printed)
    _offer_lists(sheet, area, len(lists))
    _color(book, sheet, area)
    _add_record(book, names)
    return area


def _shown_columns(names: Names) -> list[Column]:
    rows = names.plan.assignments
    ids = rows["contract_id"].tolist()
    texts = record_of(names.plan, names.people).contracts
    loads = loads_of(rows, names.plan.contract_weeks)
    return [
        Column(CONTRACT, [texts[name] for name in ids]),
        Column("Customer", names.customers(ids)),
        *(
            Column(
                header,
                names.persons(rows[column]),
                style=EDITABLE,
                header_style=_TO_EDIT,
                note=_HOW_TO_EDIT,
            )
            for header, column in ((OWNER, "manager_id"), (SUBSTITUTE, "backup_id"))
        ),
        Column(FROM, rows["from_week"].tolist(), "date"),
        Column(TO, rows["to_week"].tolist(), "date"),
        Column(STATUS, [str(text).replace("_", " ") for text in rows["status"]]),
        Column(
            EDITED,
            [""] * len(rows),
            formula=lambda row: f'=IF(AND(C{row}=P{row},D{row}=Q{row}),"","edited")',
            note="What you have changed.",
        ),
        Column(HOURS, loads["hours"].tolist(), "hours", note="Planned hours in these weeks."),
        Column("Hours a week", loads["hours_a_week"].tolist(), "hours"),
        Column(
            "Most cases",
            loads["cases"].tolist(),
            "whole",
            note="Most planning cases in one of these weeks.",
        ),
        Column("Changes hands", rows["handover"].tolist()),
        Column("Why", rows["reason"].tolist(), "long", wide=48),
        Column("Today", names.persons(rows["incumbent_id"]), note="Who has it today."),
        Column("Offering", [names.contracts[name].offering.replace("_", " ") for name in ids]),
    ]


def _hidden_columns(
    names: Names,
    lists: Lists,
    may_own: Sequence[tuple[str, ...]],
    may_stand_in: Sequence[tuple[str, ...]],
) -> list[Column]:
    rows = names.plan.assignments
    people = (names.persons(rows["manager_id"]), names.persons(rows["backup_id"]))
    return [
        *(
            Column(header, values, style=_QUIET)
            for header, values in zip(AS_PLANNED, people, strict=True)
        ),
        *(
            Column(header, [lists[one] for one in who], "whole", is_hidden=True)
            for header, who in zip(_LIST_NUMBERS, (may_own, may_stand_in), strict=True)
        ),
    ]


def _add_lists(book: Book, lists: Lists) -> None:
    """Put each list into a column of its own, its length on top."""
    sheet = book.sheet(LISTS_SHEET)
    for people, number in lists.items():
        if number <= _MOST_LISTS:
            sheet.write_number(0, number - 1, len(people))
            for row, name in enumerate(people, start=1):
                book.write(sheet, row, number - 1, name, FONT)
    sheet.hide()


def _offer_lists(sheet: Any, area: Area, lists: int) -> None:  # noqa: ANN401 - no types
    # The list is found by its number in the row, which goes along when rows are sorted.
    last = xl_col_to_name(min(max(lists, 1), _MOST_LISTS) - 1)
    for header, number in zip((OWNER, SUBSTITUTE), _LIST_NUMBERS, strict=True):
        cell = area.cell(number, 2)
        count = f"MAX(1,INDEX('{LISTS_SHEET}'!$A$1:${last}$1,1,{cell}))"
        letter = area.letters[header]
        sheet.data_validation(
            f"{letter}2:{letter}{max(area.rows, 1) + 1}",
            {
                "validate": "list",
                "source": f"=OFFSET('{LISTS_SHEET}'!$A$2,0,{cell}-1,{count},1)",
                "error_type": "warning",
                "error_title": "Not in the list",
                "error_message": (
                    "A rule keeps this person from this contract, or nobody is called so. "
                    "Keep it anyway? tsam-planner verify names the rule."
                ),
            },
        )


def _color(book: Book, sheet: Any, area: Area) -> None:  # noqa: ANN401 - no types
    for header, before in zip((OWNER, SUBSTITUTE), AS_PLANNED, strict=True):
        edited = f"={area.cell(header, 2)}<>{area.cell(before, 2)}"
        book.color(sheet, area, [header], edited, BLUE)
    same = f'=AND({area.cell(OWNER, 2)}<>"",{area.cell(OWNER, 2)}={area.cell(SUBSTITUTE, 2)})'
    book.color(sheet, area, [SUBSTITUTE], same, RED)
    nobody = f'=AND({area.cell(OWNER, 2)}="",{area.cell(STATUS, 2)}<>"not planned")'
    book.color(sheet, area, [CONTRACT, OWNER], nobody, RED)
    alone = (
        f'=AND({area.cell(OWNER, 2)}<>"",{area.cell(SUBSTITUTE, 2)}="",'
        f'{area.cell(STATUS, 2)}<>"not planned")'
    )
    book.color(sheet, area, [SUBSTITUTE], alone, ORANGE)
    moved = f'={area.cell("Changes hands", 2)}="yes"'
    book.color(sheet, area, ["Changes hands"], moved, ORANGE)


def _add_record(book: Book, names: Names) -> None:
    sheet = book.sheet(RECORD_SHEET)
    told = "The plan as it was written; tsam-planner verify reads it. Please leave it alone."
    sheet.write_string(0, 0, told)
    for row, line in enumerate(as_lines(record_of(names.plan, names.people)), start=1):
        sheet.write_string(row, 0, line)
    sheet.very_hidden()

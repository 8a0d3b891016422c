"""A plan's workbook read back after people worked in it: owners and substitutes."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from tsam_planner.errors import PlanFileError, Problem
from tsam_planner.io.sources import did_you_mean, problem
from tsam_planner.io.workbook_record import (
    ASSIGNMENTS_SHEET,
    RECORD_SHEET,
    WorkbookRecord,
    record_from,
)
from tsam_planner.io.workbook_rows import Cell, Edit, SheetReading
from tsam_planner.io.workbook_sheets import DamagedWorkbook, OpenedWorkbook
from tsam_planner.portfolio.portfolio import Portfolio
from tsam_planner.words import counted


@dataclass(frozen=True, kw_only=True)
class EditedPlan:
    """
    A plan's workbook as people left it.

    Attributes
    ----------
    record
        The plan as it was written: weeks, policy, assignments.
    assignments
        Assignments as they are now, in the order of the plan, cells as text; a row without
        an owner has no substitute either.
    edits
        The cells that differ.
    """

    record: WorkbookRecord
    assignments: pd.DataFrame = field(repr=False)
    edits: tuple[Edit, ...]


def read_workbook(path: Path | str, portfolio: Portfolio) -> EditedPlan:
    """
    Read the workbook of a plan, also after somebody edited it.

    Parameters
    ----------
    path
        ``plan.xlsx``, whichever program saved it last.
    portfolio
        What the plan is for; its managers can be named.

    Returns
    -------
    EditedPlan
        Owners and substitutes as they are now; everything else in the workbook is for
        people and is not read.

    Raises
    ------
    PlanFileError
        When the workbook cannot be understood, with every problem at once: sheet, row,
        column and remedy.
    """
    file = Path(path)
    if not file.is_file():
        message = f"{file} does not exist; name the plan.xlsx of a plan's folder"
        raise PlanFileError(message)
    try:
        with OpenedWorkbook(file, values=False) as book:
            record, sheet = _read_record(book), _read_sheet(book)
    except DamagedWorkbook as error:
        raise _refused(file, [error.problem]) from error
    problems = [item for item in (record, sheet) if isinstance(item, Problem)]
    if isinstance(record, Problem) or isinstance(sheet, Problem):
        raise _refused(file, problems)
    reading = SheetReading(f"{file.name}:{ASSIGNMENTS_SHEET}", record, portfolio)
    reading.read(sheet)
    if reading.problems:
        raise _refused(file, reading.problems)
    return EditedPlan(
        record=record, assignments=reading.assignments(), edits=tuple(reading.edits)
    )


def _refused(file: Path, problems: Sequence[Problem]) -> PlanFileError:
    count = counted(len(problems), "problem")
    return PlanFileError(f"{file} cannot be understood ({count}):", problems)


def _read_record(book: OpenedWorkbook) -> WorkbookRecord | Problem:
    place, remedy = f"{book.file}:{RECORD_SHEET}", "make your changes in a fresh plan.xlsx"
    if RECORD_SHEET not in book.names:
        found = "the hidden sheet that says which plan this is, is missing"
        return problem(place, found, remedy)
    try:
        _, *rows = book.rows(RECORD_SHEET)
        return record_from([str(row[0]) for row in rows if row and row[0] is not None])
    except DamagedWorkbook as error:
        return error.problem
    except ValueError as error:
        return problem(place, f"what it says of the plan is damaged: {error}", remedy)


def _read_sheet(book: OpenedWorkbook) -> list[list[Cell]] | Problem:
    names = [name for name in book.names if name != RECORD_SHEET]
    if ASSIGNMENTS_SHEET not in names:
        near = did_you_mean(ASSIGNMENTS_SHEET, names, "")
        found = f"there is no sheet of this name among {', '.join(names)}"
        remedy = f"rename it back{f' ({near})' if near else ''}, or use a fresh plan.xlsx"
        return problem(f"{book.file}:{ASSIGNMENTS_SHEET}", found, remedy)
    try:
        rows = book.rows(ASSIGNMENTS_SHEET, values_only=False)
        return [[Cell(cell.value, cell.data_type == "f") for cell in row] for row in rows]
    except DamagedWorkbook as error:
        return error.problem


def is_workbook(path: Path) -> bool:
    """Say whether a path names a workbook rather than a folder."""
    return path.suffix.lower() in (".xlsx", ".xlsm") and not path.is_dir()

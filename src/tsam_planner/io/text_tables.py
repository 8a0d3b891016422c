"""CSV files as they stand there: rows of texts with their numbers, or one problem."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from tsam_planner.errors import PlanFileError, Problem

COLUMNS = 2_000
"""Of a table: more names than this are no header."""

Line = tuple[int, list[str]]


def read_lines(path: Path) -> list[Line] | Problem:
    """
    Read the rows of a CSV file in UTF-8, blank ones included, each with its number.

    A cell may span lines: a row is named by the line after the one before it.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = error.object[: error.start].count(b"\n") + 1
        found = f"byte {error.start} is not UTF-8 (0x{error.object[error.start]:02x})"
        return _problem(path, found, "save the file as UTF-8", row)
    except OSError as error:
        found = f"the file cannot be read: {error.strerror}"
        return _problem(path, found, "check the file")
    first = text.partition("\n")[0]
    for name, mark in (("semicolons", ";"), ("tabs", "\t")):
        if mark in first and "," not in first:
            found = f"the columns are separated by {name}"
            return _problem(path, found, "save the file with commas", 1)
    try:
        reader = csv.reader(io.StringIO(text, newline=""), strict=True)
        numbered = [(reader.line_num, row) for row in reader]
    except csv.Error as error:
        found = f"the file is no CSV: {error}"
        return _problem(path, found, "check quotes and separators", reader.line_num)
    starts = [1, *(end + 1 for end, _ in numbered)]
    return [(start, row) for start, (_, row) in zip(starts, numbered, strict=False)]


def read_text_table(path: Path) -> pd.DataFrame:
    """
    Read a CSV file with every cell as text, empty where it is missing.

    Raises
    ------
    PlanFileError
        When it is no CSV in UTF-8, a column has no name of its own, or a row has cells
        beyond the header; every such row is listed.
    """
    lines = read_lines(path)
    if isinstance(lines, Problem):
        message = f"{path} cannot be read as CSV in UTF-8: {lines.found}; {lines.remedy}"
        raise PlanFileError(message, [lines])
    filled = [(number, row) for number, row in lines if any(cell.strip() for cell in row)]
    problems = list(_problems(path, filled))
    if problems:
        message = f"{path} cannot be read as a table ({len(problems)} problems):"
        raise PlanFileError(message, problems)
    header, width = filled[0][1], len(filled[0][1])
    cells = [[*row[:width], *[""] * (width - len(row))] for _, row in filled[1:]]
    return pd.DataFrame(cells, columns=header, dtype=object)


def _problems(path: Path, lines: list[Line]) -> Iterator[Problem]:
    if not lines:
        yield _problem(path, "the table is empty", "give it a header", 1)
        return
    (first, header), *rows = lines
    if len(header) > COLUMNS:
        yield too_wide(path.name, len(header), first)
        return
    for name in dict.fromkeys(header):
        if header.count(name) > 1:
            found = f"{header.count(name)} columns are called {name!r}"
            yield _problem(path, found, "give each a name of its own", first)
    for number, row in rows:
        if any(cell.strip() for cell in row[len(header) :]):
            found = f"{len(row)} cells, the header has {len(header)}"
            yield _problem(path, found, "quote cells that hold a comma", number)


def too_wide(file: str, width: int, row: int = 1) -> Problem:
    """Return the problem of a header with more names than a table has columns."""
    found = f"{width:,} columns, of which a table has at most {COLUMNS:,}"
    remedy = "delete what lies beside the table"
    return Problem(file=file, row=row, column="", rule="", found=found, remedy=remedy)


def _problem(path: Path, found: str, remedy: str, row: int = 0) -> Problem:
    return Problem(file=path.name, row=row, column="", rule="", found=found, remedy=remedy)

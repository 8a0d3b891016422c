"""
Raw tables from a folder of CSV files, a workbook, or a dict of DataFrames.

Nothing is interpreted here; a table that cannot be opened at all is one problem, not one
per column.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from tsam_planner.errors import Problem
from tsam_planner.io.text_tables import COLUMNS, read_lines, too_wide
from tsam_planner.io.workbook_sheets import DamagedWorkbook, OpenedWorkbook
from tsam_planner.tables.cells import is_missing
from tsam_planner.tables.dictionary import tables
from tsam_planner.words import closest

Source = Path | str | Mapping[str, pd.DataFrame]


@dataclass(frozen=True, slots=True)
class RawTable:
    """
    A table as it was found: header and rows of cells.

    ``file`` is what problems call it. The header is row 1; ``numbers`` holds the row
    number of each row, since blank lines are skipped.
    """

    file: str
    header: tuple[str, ...]
    rows: Sequence[Sequence[object]]
    numbers: Sequence[int]


@dataclass(slots=True)
class RawPortfolio:
    """Everything found at a source, and what could not be opened."""

    name: str
    tables: dict[str, RawTable] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    policy: Path | None = None


def open_source(source: Source) -> RawPortfolio:
    """Open a folder, a workbook or a dict of DataFrames."""
    if isinstance(source, Mapping):
        return _open_frames(source)
    path = Path(source)
    if path.is_dir():
        return _open_folder(path)
    if path.is_file() and path.suffix.lower() in (".xlsx", ".xlsm"):
        return _open_workbook(path)
    if path.exists():
        found = "this is neither a folder of CSV files nor an .xlsx workbook"
    else:
        found = "it does not exist"
    found_nothing = RawPortfolio(str(path))
    found_nothing.problems.append(
        problem(path.name, found, "name a folder with contracts.csv and managers.csv")
    )
    return found_nothing


def problem(
    file: str,
    found: str,
    remedy: str,
    *,
    row: int = 0,
    column: str = "",
    rule: str = "",
) -> Problem:
    """Return an error about a place of the input."""
    return Problem(file=file, row=row, column=column, rule=rule, found=found, remedy=remedy)


def did_you_mean(name: str, known: Iterable[str], otherwise: str) -> str:
    """Return a remedy: the name that was probably meant, else another one."""
    lowered = {item.lower(): item for item in known}
    close = closest(name.lower(), lowered)
    return f"did you mean '{lowered[close]}'?" if close else otherwise


def _open_folder(folder: Path) -> RawPortfolio:
    raw = RawPortfolio(str(folder))
    if (folder / "policy.toml").is_file():
        raw.policy = folder / "policy.toml"
    for path in sorted(folder.glob("*.csv")):
        if _is_known(path.stem, path.name, raw):
            _add(raw, path.stem, _read_csv(path))
    _report_missing(raw, "{}.csv")
    return raw


def _open_workbook(path: Path) -> RawPortfolio:
    raw = RawPortfolio(str(path))
    if (path.parent / "policy.toml").is_file():
        raw.policy = path.parent / "policy.toml"
    try:
        with OpenedWorkbook(path) as book:
            for name in book.names:
                place = f"{path.name}:{name}"
                if not name.startswith("_") and _is_known(name, place, raw):
                    _add(raw, name, _sheet_table(book, name, place))
    except DamagedWorkbook as error:
        raw.problems.append(error.problem)
        return raw
    _report_missing(raw, f"{path.name}:{{}}")
    return raw


def _sheet_table(book: OpenedWorkbook, name: str, place: str) -> RawTable | Problem:
    try:
        return _table(place, list(book.rows(name)))
    except DamagedWorkbook as error:
        return error.problem


def _open_frames(frames: Mapping[str, pd.DataFrame]) -> RawPortfolio:
    raw = RawPortfolio("the tables")
    for name, frame in frames.items():
        if _is_known(name, name, raw):
            header = [str(column) for column in frame.columns]
            body = frame.astype(object).to_numpy().tolist()
            _add(raw, name, _table(name, [header, *body]))
    _report_missing(raw, "{}")
    return raw


def _is_known(name: str, place: str, raw: RawPortfolio) -> bool:
    if name in tables():
        return True
    remedy = did_you_mean(name, tables(), "rename or remove it")
    raw.problems.append(problem(place, f"no table is called '{name}'", remedy))
    return False


def _add(raw: RawPortfolio, name: str, table: RawTable | Problem) -> None:
    if isinstance(table, Problem):
        raw.problems.append(table)
    else:
        raw.tables[name] = table


def _report_missing(raw: RawPortfolio, pattern: str) -> None:
    blamed = {item.file for item in raw.problems}
    for table in tables().values():
        place = pattern.format(table.name)
        if table.is_required and table.name not in raw.tables and place not in blamed:
            raw.problems.append(
                problem(place, "the table is missing", f"add {table.name} (required)")
            )


def _read_csv(path: Path) -> RawTable | Problem:
    lines = read_lines(path)
    if isinstance(lines, Problem):
        return lines
    return _table(path.name, [row for _, row in lines], [number for number, _ in lines])


def _table(
    place: str, rows: Sequence[Sequence[object]], numbers: Sequence[int] | None = None
) -> RawTable | Problem:
    if not rows or all(is_missing(cell) for cell in rows[0]):
        return problem(place, "the table is empty", "give it a header", row=1)
    header = _trimmed(rows[0])
    if len(header) > COLUMNS:
        return too_wide(place, len(header))
    names = tuple("" if is_missing(cell) else str(cell).strip() for cell in header)
    lines = numbers or range(1, len(rows) + 1)
    kept = [
        (number, row)
        for number, row in zip(lines[1:], rows[1:], strict=True)
        if not all(is_missing(cell) for cell in row)
    ]
    return RawTable(place, names, [row for _, row in kept], [number for number, _ in kept])


def _trimmed(header: Sequence[object]) -> Sequence[object]:
    """Drop empty cells behind the last name: spreadsheets leave them."""
    end = len(header)
    while end and is_missing(header[end - 1]):
        end -= 1
    return header[:end]


def header_problems(raw: RawTable, name: str) -> Iterator[Problem]:
    """Yield unknown, doubled and missing columns of a table."""
    known = tables()[name].columns
    absent = [column for column in known if column not in raw.header]
    for position, column in enumerate(raw.header):
        if column in raw.header[:position]:
            yield problem(
                raw.file, "the column appears twice", "remove one", row=1, column=column
            )
        elif column not in known:
            remedy = did_you_mean(column, absent, "rename or remove it")
            yield problem(raw.file, "unknown column", remedy, row=1, column=column)
    for column in absent:
        if known[column].is_required:
            yield problem(raw.file, "the column is missing", "add it", row=1, column=column)

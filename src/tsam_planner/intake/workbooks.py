"""Exports as ``.xlsx`` workbooks; a formula counts with the value that it showed last."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from tsam_planner.errors import IntakeError, Problem
from tsam_planner.intake.exports import Export, Numbered, build_export
from tsam_planner.intake.mapping import TableMapping
from tsam_planner.io.sources import open_workbook


def sheet_names(path: Path) -> tuple[str, ...]:
    """
    Return the names of the visible sheets in their order.

    Raises
    ------
    IntakeError
        When the workbook cannot be opened.
    """
    book = _open(path, shown=True)
    names = tuple(sheet.title for sheet in book.worksheets if sheet.sheet_state == "visible")
    book.close()
    return names


def open_sheet(path: Path, sheet: str, entry: TableMapping) -> Export:
    """
    Open a sheet as an entry of the mapping describes it.

    Raises
    ------
    IntakeError
        When the workbook cannot be opened, or the sheet has no header.
    """
    return build_export(path.name, sheet, _lines(path, sheet), entry)


def _open(path: Path, *, shown: bool) -> Any:  # noqa: ANN401 - openpyxl has no types
    book = open_workbook(path, values=shown)
    if isinstance(book, Problem):
        raise IntakeError([book])
    return book


def _lines(path: Path, sheet: str) -> Iterator[Numbered]:
    book = _open(path, shown=True)
    shown = enumerate(_rows(book[sheet]), start=1)
    if not _has_formulas(path):
        yield from shown
        book.close()
        return
    # A program that writes formulas without computing them leaves no value: then the
    # formula's text stands in the cell, rather than nothing.
    typed_book = _open(path, shown=False)
    typed = _rows(typed_book[sheet])
    for (number, values), texts in zip(shown, typed, strict=True):
        yield (
            number,
            [
                text if value is None else value
                for value, text in zip(values, texts, strict=True)
            ],
        )
    book.close()
    typed_book.close()


def _rows(sheet: Any) -> Iterator[tuple[object, ...]]:  # noqa: ANN401 - openpyxl has no types
    # Some programs write a size that is too small, and everything beyond it would be lost.
    sheet.reset_dimensions()
    rows: Iterator[tuple[object, ...]] = sheet.iter_rows(values_only=True)
    return rows


def _has_formulas(path: Path) -> bool:
    with ZipFile(path) as archive:
        for name in archive.namelist():
            if re.fullmatch(r"xl/worksheets/[^/]+\.xml", name):
                with archive.open(name) as part:
                    if any(b"<f>" in line or b"<f " in line for line in _chunks(part)):
                        return True
    return False


def _chunks(part: Any) -> Iterator[bytes]:  # noqa: ANN401 - a file inside a zip
    tail = b""
    while chunk := part.read(1 << 20):
        yield tail + chunk
        tail = chunk[-2:]

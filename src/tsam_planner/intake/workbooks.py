"""Exports as ``.xlsx`` workbooks; a formula counts with the value that it showed last."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from tsam_planner.errors import IntakeError
from tsam_planner.intake.exports import Export, Numbered, build_export
from tsam_planner.intake.mapping import TableMapping
from tsam_planner.io.workbook_sheets import DamagedWorkbook, OpenedWorkbook


def sheet_names(path: Path) -> tuple[str, ...]:
    """
    Return the names of the visible sheets in their order.

    Raises
    ------
    IntakeError
        When the workbook cannot be opened.
    """
    try:
        with OpenedWorkbook(path) as book:
            return book.visible_names
    except DamagedWorkbook as error:
        raise IntakeError([error.problem]) from error


def open_sheet(path: Path, sheet: str, entry: TableMapping) -> Export:
    """
    Open a sheet as an entry of the mapping describes it.

    Raises
    ------
    IntakeError
        When the workbook cannot be opened, or the sheet has no header.
    """
    try:
        return build_export(path.name, sheet, _lines(path, sheet), entry)
    except DamagedWorkbook as error:
        raise IntakeError([error.problem]) from error


def _lines(path: Path, sheet: str) -> Iterator[Numbered]:
    with OpenedWorkbook(path) as book:
        if not _has_formulas(path):
            yield from enumerate(book.rows(sheet), start=1)
            return
        # A program that writes formulas without computing them leaves no value: then the
        # formula's text stands in the cell, rather than nothing.
        with OpenedWorkbook(path, values=False) as written:
            both = zip(book.rows(sheet), written.rows(sheet), strict=True)
            for number, (values, texts) in enumerate(both, start=1):
                cells = zip(values, texts, strict=True)
                yield number, [text if value is None else value for value, text in cells]


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

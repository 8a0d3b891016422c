"""
Exports as text: CSV with commas, semicolons, tabs or bars, in the encodings of office life.

What the mapping states holds. What it leaves open is detected only where one answer is
possible; otherwise the mapping's author is asked.
"""

import codecs
import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

from tsam_planner.errors import IntakeError
from tsam_planner.intake.exports import Export, Numbered, build_export
from tsam_planner.intake.mapping import TableMapping
from tsam_planner.io.sources import problem

_SEPARATORS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}


def open_text(path: Path, entry: TableMapping) -> Export:
    """
    Open a text file as an entry of the mapping describes it.

    Raises
    ------
    IntakeError
        When it cannot be read, or encoding or separator must be stated.
    """
    try:
        raw = path.read_bytes()
    except OSError as error:
        found = f"the file cannot be read: {error.strerror}"
        raise IntakeError([problem(path.name, found, "check the file")]) from error
    text, notes = _decode(raw, path.name, entry)
    # Spreadsheets state the separator in a first line of their own and do not count it.
    hint = re.match(r"sep=(.)\r?\n", text)
    if hint:
        text = text[hint.end() :]
    separator = entry.separator or (hint[1] if hint else _separator(text, path.name, entry))
    lines = _lines(text, separator, path.name)
    return build_export(path.name, "", lines, entry, notes)


def _decode(raw: bytes, file: str, entry: TableMapping) -> tuple[str, list[str]]:
    encoding = entry.encoding
    notes: list[str] = []
    if encoding is None and raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encoding = "utf-16"
    if encoding is None and b"\0" in raw[:4096]:
        _ask(file, "the file holds zero bytes", 'state the encoding, such as "utf-16"')
    if encoding is None:
        try:
            return raw.decode("utf-8-sig"), notes
        except UnicodeDecodeError as error:
            # Of the encodings that a mapping may name, one is left.
            encoding = "cp1252"
            byte = error.object[error.start]
            notes = [f"{file} is not UTF-8 (byte 0x{byte:02x}) and was read as cp1252"]
    try:
        name = "utf-8-sig" if encoding == "utf-8" else encoding
        return raw.decode(name), notes
    except UnicodeError as error:
        _ask(file, f"the file is not {encoding}: {error}", "save the export as UTF-8")


def _ask(file: str, found: str, remedy: str) -> NoReturn:
    raise IntakeError([problem(file, found, remedy)])


def _separator(text: str, file: str, entry: TableMapping) -> str:
    """Return the only separator under which the header makes sense."""
    headers = {
        separator: _header(text, separator, entry.header_row) for separator in _SEPARATORS
    }
    possible = [separator for separator, names in headers.items() if len(names) > 1]
    if not possible:
        return ","
    if len(possible) > 1:
        wanted = {name for names in entry.columns.values() for name in names}
        hits = {separator: len(wanted & set(headers[separator])) for separator in possible}
        most = max(hits.values())
        possible = [separator for separator in possible if hits[separator] == most]
    if len(possible) > 1:
        names = " or ".join(_SEPARATORS[separator] for separator in possible)
        remedy = f"state the separator in the mapping, such as separator = {possible[0]!r}"
        _ask(file, f"the columns may be divided by {names}", remedy)
    return possible[0]


def _header(text: str, separator: str, row: int) -> list[str]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        for number, cells in enumerate(reader, start=1):
            if number == row:
                return [cell.strip() for cell in cells]
    except csv.Error:
        return []
    return []


def _lines(text: str, separator: str, file: str) -> Iterator[Numbered]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        yield from enumerate(reader, start=1)
    except csv.Error as error:
        _ask(
            file,
            f"the file is no CSV at line {reader.line_num}: {error}",
            "check quotes and separator",
        )

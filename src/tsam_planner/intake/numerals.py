"""Numbers as people write them: which mark divides the decimals, and what the number is."""

import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Literal

from tsam_planner.intake.mapping import Unit
from tsam_planner.tables.cell_errors import CellError
from tsam_planner.tables.cells import is_missing

Mark = Literal[".", ","]

_SPACES = re.compile(r"[\s'\u2019]")
_GROUPED = re.compile(r"[+-]?[1-9]\d{0,2}[.,]\d{3}")
_PATTERNS: dict[Mark, re.Pattern[str]] = {
    ".": re.compile(r"[+-]?([1-9]\d{0,2}(,\d{3})+|\d+)?(\.\d*)?([eE][+-]?\d+)?"),
    ",": re.compile(r"[+-]?([1-9]\d{0,2}(\.\d{3})+|\d+)?(,\d*)?([eE][+-]?\d+)?"),
}
_NAMES: dict[Mark, str] = {".": "point", ",": "comma"}
_PER_HOUR = {"hours": 1, "minutes": 60, "seconds": 3600}
_MICRO = Decimal("0.000001")


def detect_mark(cells: Iterable[object]) -> Mark | None:
    """
    Return the decimal mark of numbers, None where it cannot be told.

    Examples
    --------
    >>> detect_mark(["7,5", "12"]), detect_mark(["1.234,5"]), detect_mark(["1,234"])
    (',', ',', None)
    """
    seen: set[Mark | None] = set()
    for cell in cells:
        if isinstance(cell, str) and not is_missing(cell):
            text = _SPACES.sub("", cell)
            has_mark = "." in text or "," in text
            if has_mark and any(_is_number(text, mark) for mark in _PATTERNS):
                seen.add(_mark(text))
    certain = seen - {None}
    if len(certain) == 1:
        return certain.pop()
    return None if seen else "."


def _mark(text: str) -> Mark | None:
    """Return the only mark under which a text is a number."""
    if _GROUPED.fullmatch(text):
        return None
    possible = [mark for mark in _PATTERNS if _is_number(text, mark)]
    return possible[0] if len(possible) == 1 else None


def _is_number(text: str, mark: Mark) -> bool:
    return bool(_PATTERNS[mark].fullmatch(text)) and any(sign.isdigit() for sign in text)


def read_numeral(raw: object, mark: Mark, unit: Unit = "hours") -> object:
    """
    Return a number's text with a decimal point, in hours where the source has another unit.

    Raises
    ------
    CellError
        When a text is no number under this decimal mark.
    """
    if isinstance(raw, str):
        text = _SPACES.sub("", raw)
        if not _is_number(text, mark):
            found = f"expected a number with a decimal {_NAMES[mark]}, got '{raw}'"
            raise CellError(found, "correct the cell, or state decimal in the mapping")
        text = text.replace("," if mark == "." else ".", "").replace(",", ".")
        raw = text
    if unit == "hours" or isinstance(raw, bool) or not isinstance(raw, str | int | float):
        return raw
    hours = Decimal(str(raw)) / _PER_HOUR[unit]
    return str(hours.quantize(_MICRO))

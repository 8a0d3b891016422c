"""
Columns of the target table, each with the source cells it is read from and how.

A reader turns what stands in a source cell into the text that the portfolio's CSV holds,
checked with the dictionary.
"""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from tsam_planner.intake.mapping import Turn, Unit
from tsam_planner.intake.moments import read_date, read_moment
from tsam_planner.intake.numerals import Mark, read_numeral
from tsam_planner.tables.cell_errors import CellError, Remedies
from tsam_planner.tables.cells import is_missing, read_cell
from tsam_planner.tables.dictionary import Column

LISTS = frozenset({"list", "languages", "choices"})
NUMBERS = frozenset({"number", "share", "integer", "money"})
DATES = frozenset({"date", "week", "month"})
# What a spreadsheet shows where a formula failed.
_FAILURES = frozenset(
    {"#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#SPILL!", "#CALC!"}
)


@dataclass(frozen=True, slots=True)
class ColumnFormats:
    """How the cells of one column are written and translated."""

    mark: Mark = "."
    unit: Unit = "hours"
    date_format: tuple[str, ...] = ()
    time_zone: str | None = None
    repeated_hour: Turn | None = None
    list_separator: str = ";"
    words: Mapping[str, str] | None = None
    default: str | None = None
    countries: Mapping[str, str] | None = None


class ColumnReader:
    """
    Reads the cells of one target column.

    Equal cells are read once: exports repeat the same words, dates and names.
    """

    def __init__(
        self,
        column: Column,
        formats: ColumnFormats,
        positions: Sequence[int],
        source: str,
        constant: str = "",
    ) -> None:
        self.column = column
        self.positions = tuple(positions)
        self.source = source
        self._formats = formats
        self._constant = constant
        self._known: dict[tuple[type, object], str | CellError] = {}
        self._remedies = Remedies()

    def cell(self, cells: Sequence[object]) -> object:
        """Return the source cell; several of a list column as one."""
        if len(self.positions) == 1:
            position = self.positions[0]
            return cells[position] if position < len(cells) else None
        given = [cells[position] for position in self.positions if position < len(cells)]
        texts = [str(cell) for cell in given if not is_missing(cell)]
        return self._formats.list_separator.join(texts) or None

    def read(self, cells: Sequence[object]) -> str:
        """
        Return the column's text, empty where nothing is given.

        Raises
        ------
        CellError
            When the cell holds something else than the column.
        """
        if not self.positions:
            return self._constant
        raw = self.cell(cells)
        key = (type(raw), raw)
        answer = self._known.get(key)
        if answer is None:
            try:
                answer = self._read(raw)
            except CellError as error:
                answer = CellError(error.found, self._remedies.about(self.column.name, error))
            self._known[key] = answer
        if isinstance(answer, CellError):
            # A fresh one: a raised exception collects the frames that it went through.
            raise CellError(answer.found, answer.remedy)
        return answer

    def amount(self, cells: Sequence[object]) -> Decimal:
        """Return the number in a cell, in hours, allowed or not; zero where there is none."""
        try:
            numeral = read_numeral(self.cell(cells), self._formats.mark, self._formats.unit)
            amount = Decimal(str(numeral))
        except (CellError, InvalidOperation):
            return Decimal()
        return amount if amount.is_finite() else Decimal()

    def _read(self, raw: object) -> str:
        column, formats = self.column, self._formats
        if isinstance(raw, str):
            raw = raw.strip()
            if raw in _FAILURES:
                found = f"the formula failed: {raw}"
                raise CellError(found, "correct the spreadsheet")
        if column.type in LISTS and not is_missing(raw):
            items = [item.strip() for item in str(raw).split(formats.list_separator)]
            raw = ";".join(self._translate(item) for item in items if item)
        elif formats.words is not None:
            raw = self._translate(read_word(raw))
        if is_missing(raw):
            return ""
        return self._checked(raw)

    def _translate(self, word: str) -> str:
        formats = self._formats
        if formats.words is None:
            return word
        if word in formats.words:
            return formats.words[word]
        if not word:
            return ""
        if formats.default is not None:
            return formats.default
        found = f"'{word}' has no translation"
        remedy = f"add it to values.{self.column.name}, or give a default"
        raise CellError(found, remedy)

    def _checked(self, raw: object) -> str:
        column, formats = self.column, self._formats
        if column.type == "timestamp":
            return read_moment(
                raw, formats.date_format, formats.time_zone, formats.repeated_hour
            )
        if column.type in DATES:
            raw = read_date(raw, formats.date_format)
        elif column.type in NUMBERS:
            raw = read_numeral(raw, formats.mark, formats.unit)
        elif column.type == "country" and formats.countries:
            raw = formats.countries.get(str(raw), raw)
        return write_value(read_cell(column, raw))


def read_word(raw: object) -> str:
    """Return a cell as the mapping's words name it; 1.0 of a workbook is the word 1."""
    if is_missing(raw):
        return ""
    if isinstance(raw, float) and raw.is_integer():
        raw = int(raw)
    return str(raw).strip()


def read_constant(column: Column, value: object) -> str:
    """
    Return the text of a constant of the mapping.

    Raises
    ------
    CellError
        When it is not what the column holds.
    """
    if column.type == "timestamp":
        return read_moment(value, (), None)
    return write_value(read_cell(column, value))


def write_value(value: object) -> str:
    """
    Return a value as the portfolio's CSV holds it.

    Examples
    --------
    >>> write_value(7.0), write_value(("en", "it")), write_value(dt.time(9))
    ('7', 'en;it', '09:00')
    """
    return _WRITERS.get(type(value), str)(value)


def _write_number(value: float) -> str:
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)


def _write_time(value: dt.time) -> str:
    return value.strftime("%H:%M:%S" if value.second else "%H:%M")


_WRITERS: dict[type, Callable[..., str]] = {
    type(None): lambda _value: "",
    bool: lambda value: "true" if value else "false",
    float: _write_number,
    Decimal: lambda value: format(value, "f"),
    dt.date: dt.date.isoformat,
    dt.time: _write_time,
    tuple: ";".join,
}

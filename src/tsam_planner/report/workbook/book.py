"""
A workbook in the making: tables with headers, formats and print setup, always the same bytes.

Texts are written as texts, whatever they begin with; formulas carry the value that they
show, so that programs that do not compute see it, too.
"""

import datetime as dt
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from tsam_planner.io.workbook_cells import looks_like_formula
from tsam_planner.report.workbook.cells import (
    OLDEST_DAY,
    as_shown,
    cell_value,
    lines_of,
)

Style = Mapping[str, object]
Formula = Callable[[int], str]

FONT: Style = {"font_name": "Calibri", "font_size": 10, "valign": "top"}
_LEFT: Style = {"align": "left", "indent": 1}
KINDS: Mapping[str, Style] = {
    "text": _LEFT,
    "long": {**_LEFT, "text_wrap": True},
    "hours": {"num_format": "#,##0.0"},
    "whole": {"num_format": "#,##0"},
    "share": {"num_format": "0%"},
    "points": {"num_format": "#,##0.00"},
    "date": {**_LEFT, "num_format": "yyyy-mm-dd"},
    "moment": {**_LEFT, "num_format": "yyyy-mm-dd hh:mm"},
}
NUMBERS = ("hours", "whole", "share", "points")
HEADER: Style = {
    **FONT, "bold": True, "font_color": "#FFFFFF", "bg_color": "#2F4A6B", "text_wrap": True,
    "valign": "vcenter",
}  # fmt: skip
TOTAL: Style = {"bold": True, "top": 1}
EDITABLE: Style = {"bg_color": "#FFF8DC", "border": 1, "border_color": "#C9B458"}
ORANGE: Style = {"bg_color": "#FBD9A5"}
RED: Style = {"bg_color": "#F4B6B0", "font_color": "#7A1209"}
BLUE: Style = {"bg_color": "#CFE2F7"}
_NARROW, _SHORT, _WIDE, _MOST_LINES = 8, 34, 60, 20
LINE = 13.5
"""Height of a line in points."""


@dataclass(frozen=True, slots=True)
class Column:
    """
    A column of a table.

    ``cells`` are what cells hold, or what their formulas show: ``formula`` gives the one of
    a row, as a spreadsheet counts rows. ``total`` is the formula under the column, with
    ``total_value``. A ``note`` explains the header; ``wide`` is the width of long texts.
    """

    header: str
    cells: Sequence[object]
    kind: str = "text"
    formula: Formula | None = None
    total: str = ""
    total_value: object = None
    note: str = ""
    style: Style = field(default_factory=dict)
    header_style: Style = field(default_factory=dict)
    is_hidden: bool = False

    wide: float = _WIDE

    @property
    def width(self) -> float:
        """Width in characters that most of its cells need."""
        if self.kind == "long":
            return self.wide
        if self.kind in ("date", "moment"):
            return 12 if self.kind == "date" else 17
        if self.kind == "text":
            texts = (value for value in self.cells if value is not None)
            longest = sorted(len(as_shown(str(value))) for value in texts)
            most = longest[int(0.95 * (len(longest) - 1))] if longest else 0
        else:
            most = 6
        word = max((len(part) for part in self.header.split()), default=0)
        # The arrow of the filter hides the end of a header.
        return min(max(most + 3, word + 4, _NARROW), _SHORT)


@dataclass(frozen=True, slots=True)
class Area:
    """Where the cells of a table's columns are, as formulas name them."""

    sheet: str
    rows: int
    letters: Mapping[str, str]

    def of(self, header: str, *, on_sheet: bool = False) -> str:
        """Return the cells under a header, such as ``'Manager weeks'!$F$2:$F$781``."""
        letter = self.letters[header]
        cells = f"${letter}$2:${letter}${max(self.rows, 1) + 1}"
        return cells if on_sheet else f"'{self.sheet}'!{cells}"

    def cell(self, header: str, row: int) -> str:
        """Return one cell of the table's own sheet, such as ``$F17``."""
        return f"${self.letters[header]}{row}"


class Book:
    """
    A workbook in memory.

    Parameters
    ----------
    title
        What its properties say that it is.
    day
        The day that it is dated to; never today's, so that the same plan gives the same file.
    sheets
        Names of its sheets in their order.
    """

    def __init__(self, title: str, day: dt.date, sheets: Sequence[str]) -> None:
        self._bytes = io.BytesIO()
        options = {
            "in_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
            "strings_to_numbers": False,
        }  # fmt: skip
        self._book = xlsxwriter.Workbook(self._bytes, options)
        created = dt.datetime.combine(max(day, OLDEST_DAY), dt.time())
        self._book.set_properties(
            {"title": title, "author": "tsam-planner", "created": created}
        )
        self._formats: dict[tuple[tuple[str, object], ...], Any] = {}
        self._sheets = {name: self._add_sheet(name) for name in sheets}

    def close(self) -> bytes:
        """Return the finished file."""
        self._book.close()
        return self._bytes.getvalue()

    def format(self, *styles: Style) -> Any:  # noqa: ANN401 - xlsxwriter has no types
        """Return the format of some styles, later ones on top."""
        merged: dict[str, object] = {}
        for style in styles:
            merged.update(style)
        key = tuple(sorted(merged.items()))
        if key not in self._formats:
            self._formats[key] = self._book.add_format(merged)
        return self._formats[key]

    def sheet(self, name: str) -> Any:  # noqa: ANN401 - xlsxwriter has no types
        """Return a sheet by its name."""
        return self._sheets[name]

    def _add_sheet(self, name: str) -> Any:  # noqa: ANN401 - xlsxwriter has no types
        """Add an empty sheet, ready to be printed: landscape, as wide as the page."""
        sheet = self._book.add_worksheet(name)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        sheet.set_footer("&L&A&RPage &P of &N")
        return sheet

    def write(self, sheet: Any, row: int, column: int, value: object, style: Style) -> None:  # noqa: ANN401
        """Write a value: a text as a text, never as a formula."""
        self._put(sheet, row, column, value, _Pen(self, {**FONT, **style}))

    def _put(self, sheet: Any, row: int, column: int, value: object, pen: "_Pen") -> None:  # noqa: ANN401
        value = cell_value(value)
        if value is None:
            sheet.write_blank(row, column, None, pen.plain)
        elif isinstance(value, float):
            sheet.write_number(row, column, value, pen.plain)
        else:
            form = pen.quoted if looks_like_formula(value) else pen.plain
            sheet.write_string(row, column, value, form)

    def fill(
        self,
        name: str,
        columns: Sequence[Column],
        *,
        frozen: int = 1,
        is_filtered: bool = True,
        total: str = "",
    ) -> tuple[Any, Area]:
        """
        Fill a sheet with a table: header in row 1, a row each, and a row of totals.

        ``frozen`` is the number of columns that stay in sight; ``total`` names the last row,
        which a table without rows has not: its sums would be of themselves.
        """
        sheet = self._sheets[name]
        rows = len(columns[0].cells)
        letters = {column.header: xl_col_to_name(at) for at, column in enumerate(columns)}
        for at, column in enumerate(columns):
            self._write_column(sheet, at, column)
            if total and rows:
                self._write_total(sheet, rows + 1, at, column, total)
        # The arrow of the filter takes room from the header.
        lines = max(lines_of(one.header, one.width - 3) for one in columns)
        sheet.set_row(0, LINE * (lines + 0.5))
        heights = [1] * rows
        for column in columns:
            if column.kind == "long":
                needed = (lines_of(str(value or ""), column.width) for value in column.cells)
                heights = list(map(max, heights, needed))
        for row, lines in enumerate(heights, start=1):
            if lines > 1:
                sheet.set_row(row, LINE * min(lines, _MOST_LINES))
        sheet.freeze_panes(1, frozen)
        sheet.repeat_rows(0)
        if is_filtered:
            sheet.autofilter(0, 0, max(rows, 1), len(columns) - 1)
        return sheet, Area(name, rows, letters)

    def _write_column(self, sheet: Any, at: int, column: Column) -> None:  # noqa: ANN401
        options = {"hidden": True} if column.is_hidden else {}
        sheet.set_column(at, at, column.width, None, options)
        aligned: Style = {"align": "right"} if column.kind in NUMBERS else _LEFT
        header = self.format(HEADER, column.header_style, aligned)
        sheet.write_string(0, at, column.header, header)
        if column.note:
            size = {"x_scale": 2.0, "y_scale": 0.35 + len(column.note) / 110}
            sheet.write_comment(0, at, column.note, {"author": "tsam-planner", **size})
        style = {**KINDS[column.kind], **column.style}
        # Formats are found once for all cells of a column: there are a hundred thousand.
        pen = _Pen(self, {**FONT, **style})
        for row, value in enumerate(column.cells, start=1):
            if column.formula is None:
                self._put(sheet, row, at, value, pen)
            else:
                self.write_formula(sheet, row, at, column.formula(row + 1), value, style)

    def _write_total(self, sheet: Any, row: int, at: int, column: Column, name: str) -> None:  # noqa: ANN401
        style = {**KINDS[column.kind], **TOTAL}
        if column.total:
            self.write_formula(sheet, row, at, column.total, column.total_value, style)
        else:
            self.write(sheet, row, at, name if at == 0 else None, style)

    def write_formula(
        self,
        sheet: Any,  # noqa: ANN401 - xlsxwriter has no types
        row: int,
        column: int,
        formula: str,
        value: object,
        style: Style,
    ) -> None:
        """Write a formula with the value that it shows."""
        result = "" if cell_value(value) is None else value
        sheet.write_formula(row, column, formula, self.format(FONT, style), result)

    def color(
        self,
        sheet: Any,  # noqa: ANN401 - xlsxwriter has no types
        area: Area,
        headers: Sequence[str],
        condition: str,
        style: Style,
    ) -> None:
        """Color cells under neighboring headers where a condition about row 2 holds."""
        first, last = area.letters[headers[0]], area.letters[headers[-1]]
        cells = f"{first}2:{last}{max(area.rows, 1) + 1}"
        rule = {"type": "formula", "criteria": condition, "format": self.format(style)}
        sheet.conditional_format(cells, rule)


class _Pen:
    """The formats of a style: for most cells, and for texts that look like formulas."""

    def __init__(self, book: Book, style: Style) -> None:
        self._book, self._style = book, style

    @cached_property
    def plain(self) -> Any:  # noqa: ANN401 - xlsxwriter has no types
        return self._book.format(self._style)

    @cached_property
    def quoted(self) -> Any:  # noqa: ANN401 - xlsxwriter has no types
        return self._book.format(self._style, {"quote_prefix": True})

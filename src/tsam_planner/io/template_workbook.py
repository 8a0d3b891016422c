"""An empty portfolio as a workbook: lists to choose from, notes, formats, marks."""

import datetime as dt
import io
from collections.abc import Sequence
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from tsam_planner.tables.dictionary import Column, Table

_ROWS = 5000
_CREATED = dt.datetime(2020, 1, 1)
_HOW_TO = (
    "A portfolio to fill in",
    "",
    "1. Fill in the sheets contracts and managers; every other sheet is optional.",
    "2. Dark headers are required in each row, light ones may stay empty. Point at a header to "
    "read what it means, its unit and its default.",
    "3. Dates are real dates; lists are joined by ; such as  en;it. Sheets and headers keep "
    "their names; sheets that begin with _ are not read.",
    "4. Then run:  tsam-planner check THIS_FILE   and   tsam-planner plan THIS_FILE "
    "--quarter 2027Q1 --out plan",
)
_REQUIRED = {"bold": True, "font_color": "#FFFFFF", "bg_color": "#2F4A6B", "text_wrap": False}
_OPTIONAL = {"font_color": "#2F4A6B", "bg_color": "#DDE6F0"}
_FORMATS = {
    "date": "yyyy-mm-dd",
    "week": "yyyy-mm-dd",
    "month": "yyyy-mm",
    "timestamp": "yyyy-mm-dd hh:mm",
    "time": "hh:mm",
    "number": "General",
    "integer": "0",
    "share": "0.00",
    "money": "#,##0.00",
    "boolean": "General",
}
# A spreadsheet must not take an id such as 007 or 3-4 for a number or a date.
_TEXT = "@"


def template_workbook(tables: Sequence[Table]) -> bytes:
    """Return an empty workbook with a sheet per table, required ones first."""
    content = io.BytesIO()
    book = xlsxwriter.Workbook(content, {"in_memory": True})
    book.set_properties({"title": "A portfolio to fill in", "created": _CREATED})
    guide = book.add_worksheet("_how to")
    guide.set_column(0, 0, 120, book.add_format({"text_wrap": True}))
    for row, text in enumerate(_HOW_TO):
        guide.write_string(row, 0, text, book.add_format({"bold": row == 0, "text_wrap": True}))
    ordered = sorted(tables, key=lambda table: not table.is_required)
    known = {table.name: table for table in ordered}
    for table in ordered:
        sheet = book.add_worksheet(table.name)
        sheet.set_tab_color("#2F4A6B" if table.is_required else "#DDE6F0")
        sheet.freeze_panes(1, len(table.key[:1]))
        sheet.repeat_rows(0)
        for position, column in enumerate(table.columns.values()):
            _add_column(book, sheet, position, column)
            rule = _rule(column, known)
            if rule:
                sheet.data_validation(1, position, _ROWS, position, rule)
    for sheet in book.worksheets():
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
    book.worksheets()[1].activate()
    book.close()
    return content.getvalue()


def _add_column(book: Any, sheet: Any, position: int, column: Column) -> None:  # noqa: ANN401
    cells = book.add_format({"num_format": _FORMATS.get(column.type, _TEXT)})
    sheet.set_column(position, position, max(12, len(column.name) + 3), cells)
    header = book.add_format(_REQUIRED if column.is_required else _OPTIONAL)
    sheet.write_string(0, position, column.name, header)
    text = explain(column)
    size = {"x_scale": 2.5, "y_scale": 0.4 + 0.22 * (text.count("\n") + len(text) / 55)}
    sheet.write_comment(0, position, text, {"author": "tsam-planner", **size})


def _rule(column: Column, known: dict[str, Table]) -> dict[str, object] | None:
    """Return what a spreadsheet can check while somebody types, None for nothing."""
    kind = column.type
    title = {"error_title": column.name, "error_message": explain(column)[:250]}
    if kind == "boolean":
        return {"validate": "list", "source": ["true", "false"], **title}
    if column.choices and kind != "choices":
        return {"validate": "list", "source": list(column.choices), **title}
    if column.references is not None:
        table, name = column.references
        letter = xl_col_to_name(list(known[table].columns).index(name))
        cells = f"='{table}'!${letter}$2:${letter}${_ROWS}"
        # A table that nobody fills in is not asked: a warning, not a refusal.
        return {"validate": "list", "source": cells, "error_type": "warning", **title}
    if kind in ("number", "integer", "share", "money"):
        return {
            "validate": "integer" if kind == "integer" else "decimal",
            **_range(column),
            **title,
        }
    if kind in ("date", "week", "month"):
        first = dt.date(1900, 1, 1)
        rule = {"validate": "date", "criteria": ">=", "value": first, **title}
        return {**rule, "error_type": "warning"}
    return None


def _range(column: Column) -> dict[str, object]:
    low, high = column.minimum, column.maximum
    if low is not None and high is not None:
        return {"criteria": "between", "minimum": low, "maximum": high}
    if high is not None:
        return {"criteria": "<=", "value": high}
    return {"criteria": ">=", "value": -1e12 if low is None else low}


def explain(column: Column) -> str:
    """Return what the data dictionary says of a column, a line each."""
    parts = [column.description]
    if column.is_required:
        parts.append("Required.")
    if column.unit:
        parts.append(f"Unit: {column.unit}.")
    if column.minimum is not None or column.maximum is not None:
        low, high = column.minimum, column.maximum
        bounds = (
            f"at least {low:g}" if low is not None else "",
            f"at most {high:g}" if high is not None else "",
        )
        parts.append(f"{', '.join(filter(None, bounds)).capitalize()}.")
    if column.default:
        parts.append(f"Default: {column.default}.")
    if column.choices:
        joined = " joined by ;" if column.type == "choices" else ""
        parts.append(f"{'Any' if joined else 'One'} of: {', '.join(column.choices)}{joined}.")
    if column.references is not None:
        places = filter(None, (column.references, column.or_references))
        parts.append(f"As in {' or '.join('.'.join(place) for place in places)}.")
    if column.rule:
        parts.append(f"Rule: {column.rule}.")
    return "\n".join(parts)

"""An empty, commented portfolio to fill in, as a folder or a workbook."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tsam_planner.errors import PlanFileError
from tsam_planner.service.policy_files import policy_template
from tsam_planner.tables.dictionary import Column, Table, describe_tables, tables

_INTRODUCTION = """# A portfolio to fill in

Fill in `contracts.csv` and `managers.csv`; every other table is optional. Then

    tsam-planner check THIS_FOLDER
    tsam-planner plan THIS_FOLDER --quarter 2027Q1 --out plan

`policy.toml` lists every number and reading of the rules; remove a `#` to change one.

"""


def write_template(path: Path | str) -> Path:
    """
    Write an empty portfolio: a folder, or a workbook when the name ends in ``.xlsx``.

    Returns
    -------
    Path
        What was written.

    Raises
    ------
    PlanFileError
        When something stands there already, or it cannot be written.
    """
    target = Path(path)
    occupied = target.exists() and not (target.is_dir() and not any(target.iterdir()))
    if occupied:
        message = f"{target} exists already and is not empty; choose another name"
        raise PlanFileError(message)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        if target.suffix.lower() == ".xlsx":
            _write_workbook(target)
        else:
            _write_folder(target)
    except OSError as error:
        message = f"{target} cannot be written: {error.strerror or error}"
        raise PlanFileError(message) from error
    return target


def _write_folder(folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    for table in tables().values():
        header = ",".join(table.columns) + "\n"
        (folder / f"{table.name}.csv").write_text(header, encoding="utf-8")
    (folder / "README.md").write_text(_INTRODUCTION + describe_tables(), encoding="utf-8")
    (folder / "policy.toml").write_text(policy_template(), encoding="utf-8")


def _write_workbook(path: Path) -> None:
    # Imported here: only those who use workbooks pay for it.
    import openpyxl

    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for table in _required_first(tables()):
        _fill_sheet(book.create_sheet(table.name), table)
    book.save(path)


def _required_first(known: Mapping[str, Table]) -> list[Table]:
    return sorted(known.values(), key=lambda table: not table.is_required)


def _fill_sheet(sheet: Any, table: Table) -> None:  # noqa: ANN401 - openpyxl has no types
    from openpyxl.comments import Comment
    from openpyxl.styles import Font, PatternFill
    from openpyxl.worksheet.datavalidation import DataValidation

    sheet.freeze_panes = "A2"
    for position, column in enumerate(table.columns.values(), start=1):
        cell = sheet.cell(1, position, column.name)
        cell.font = Font(bold=column.is_required)
        cell.fill = PatternFill("solid", fgColor="DDE6F0")
        cell.comment = Comment(_explain(column), "tsam-planner", width=320, height=120)
        letter = cell.column_letter
        sheet.column_dimensions[letter].width = max(12, len(column.name) + 3)
        choices = column.choices or (("true", "false") if column.type == "boolean" else ())
        if choices and column.type != "choices":
            rule = DataValidation("list", formula1=f'"{",".join(choices)}"')
            sheet.add_data_validation(rule)
            rule.add(f"{letter}2:{letter}5000")


def _explain(column: Column) -> str:
    parts = [column.description]
    if column.is_required:
        parts.append("Required.")
    if column.unit:
        parts.append(f"Unit: {column.unit}.")
    if column.default:
        parts.append(f"Default: {column.default}.")
    if column.choices:
        parts.append(f"One of: {', '.join(column.choices)}.")
    if column.rule:
        parts.append(f"Rule: {column.rule}.")
    return "\n".join(parts)

"""Plans on disk: a folder of CSV files for people and tools, ``plan.json`` for reading back."""

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from tsam_planner.errors import PlanFileError
from tsam_planner.io.folders import write_folder
from tsam_planner.io.plan_documents import FORMAT, plan_document, plan_from
from tsam_planner.io.plan_folders import (
    ASSIGNMENTS_FILE,
    PLAN_FILE,
    RUN_FILE,
    as_json,
    carry_others,
    check_plan_folder,
    listed_in,
    make_room,
    read_json,
    read_run,
)
from tsam_planner.io.text_tables import read_text_table
from tsam_planner.plan.call_tables import CALLS_FILE, MISSING_FILE
from tsam_planner.plan.edited_cells import text_of
from tsam_planner.plan.plan import TABLES, Plan
from tsam_planner.plan.sales import SALES_FILE
from tsam_planner.plan.tables import DATE_COLUMNS, INSTANT_COLUMNS
from tsam_planner.portfolio.portfolio import Portfolio


def write_plan(
    plan: Plan, folder: Path | str, *, files: Mapping[str, bytes] | None = None
) -> Path:
    """
    Write a plan's folder, whole or not at all.

    Parameters
    ----------
    plan
        A plan; only verified ones exist.
    folder
        Where to write. An existing folder is replaced only if it is empty or holds a plan;
        what is not of that plan, such as somebody's notes and `decisions.csv`, stays.
    files
        More files of the folder, by relative path, such as figures and calendars.

    Returns
    -------
    Path
        The folder.

    Raises
    ------
    PlanFileError
        When the folder must not be replaced or cannot be written; it is unchanged then.
    """
    target = Path(folder)

    contents = {f"{name}.csv": as_csv(getattr(plan, name)) for name in TABLES}
    contents |= {PLAN_FILE: as_json(plan_document(plan)), **(files or {})}
    check_plan_folder(target)
    contents[RUN_FILE] = as_json({**plan.run, "files": sorted(contents)})

    def fill(place: Path) -> None:
        for name, content in contents.items():
            make_room(place / name).write_bytes(content)
        carry_others(target, place)

    write_folder(target, PLAN_FILE, fill)
    return target


def add_to_plan(
    folder: Path | str, files: Mapping[str, bytes], *, outlive: bool = False
) -> None:
    """
    Add files to a plan's folder, or replace them, whole or not at all; the rest stays.

    Parameters
    ----------
    outlive
        Whether the files stay when another plan is written into the folder.

    Raises
    ------
    PlanFileError
        When the folder holds no plan, or cannot be written; it is unchanged then.
    """
    target = Path(folder)
    if not (target / PLAN_FILE).is_file():
        message = f"{target / PLAN_FILE} does not exist; is {folder} the folder of a plan?"
        raise PlanFileError(message)

    def fill(place: Path) -> None:
        shutil.copytree(target, place, symlinks=True, dirs_exist_ok=True)
        for name, content in files.items():
            make_room(place / name).write_bytes(content)
        ours = listed_in(target)
        if not outlive and ours is not None:
            run = {**read_run(target), "files": sorted({*ours, *files})}
            (place / RUN_FILE).write_bytes(as_json(run))

    write_folder(target, PLAN_FILE, fill)


def read_plan(folder: Path | str, *, portfolio: Portfolio | None = None) -> Plan:
    """
    Read back a plan that was written.

    Parameters
    ----------
    folder
        A plan's folder.
    portfolio
        The input it was made from, for studies that need it.

    Raises
    ------
    PlanFileError
        When there is no plan, its file is damaged or of another format, or the folder's
        ``assignments.csv`` was edited: a plan with such edits is for `verify_plan`.
    """
    plan = _plan_in(Path(folder), portfolio)
    _refuse_edits(plan, Path(folder))
    return plan


def _plan_in(folder: Path, portfolio: Portfolio | None = None) -> Plan:
    path = folder / PLAN_FILE
    if not path.is_file():
        message = f"{path} does not exist; is {folder} the folder of a plan?"
        raise PlanFileError(message)
    document = read_json(path)
    if document.get("format") != FORMAT:
        message = f"{path} is no plan of this library's format {FORMAT}"
        raise PlanFileError(message)
    try:
        return plan_from(document, portfolio, read_run(folder))
    except (ValueError, ArithmeticError) as error:
        message = f"{path} is damaged: {error}; put the file back, or plan again"
        raise PlanFileError(message) from error


def _refuse_edits(plan: Plan, folder: Path) -> None:
    """Refuse a folder whose assignments say something else than its plan."""
    if not (folder / ASSIGNMENTS_FILE).is_file():
        return
    written = {_who(row) for row in plan.assignments.to_dict("records")}
    found = {_who(row) for row in read_assignments(folder).to_dict("records")}
    edited = sorted({contract_id for contract_id, *_ in written ^ found})
    if edited:
        shown = ", ".join(edited[:8]) + (", …" if len(edited) > 8 else "")
        message = (
            f"{folder / ASSIGNMENTS_FILE} says other managers, substitutes or weeks than "
            f"{PLAN_FILE} ({shown}): somebody edited it. `verify` holds the edits against "
            f"every rule; for all else put the file back, or plan again with pins"
        )
        raise PlanFileError(message)


def _who(row: Mapping[Any, object]) -> tuple[str, ...]:
    columns = ("contract_id", "manager_id", "backup_id", "from_week", "to_week")
    return tuple(text_of(row.get(name)) for name in columns)


def as_csv(table: pd.DataFrame) -> bytes:
    """Return a table as CSV in UTF-8: six decimals, ISO dates, true and false."""
    shown = table.copy()
    for name in shown.columns:
        if name in DATE_COLUMNS:
            shown[name] = shown[name].dt.strftime("%Y-%m-%d")
        elif name in INSTANT_COLUMNS:
            shown[name] = shown[name].map(text_of)
        elif shown[name].dtype == bool:
            shown[name] = shown[name].map({True: "true", False: "false"})
    text = shown.to_csv(index=False, float_format="%.6f", lineterminator="\n")
    return text.encode("utf-8")


def read_assignments(folder: Path | str) -> pd.DataFrame:
    """
    Read the assignments of a plan's folder, also after somebody edited them.

    Parameters
    ----------
    folder
        A folder with ``assignments.csv``, or that file itself.

    Returns
    -------
    DataFrame
        Every cell as text, empty ones as missing.

    Raises
    ------
    PlanFileError
        When there is no such file or it is not CSV in UTF-8.
    """
    path = Path(folder)
    return _read_text(path / "assignments.csv" if path.is_dir() else path)


def read_calls(folder: Path | str) -> tuple[pd.DataFrame, pd.DataFrame | None] | None:
    """
    Read the calls of a plan's folder, and those that it declares missing.

    Returns
    -------
    tuple or None
        Tables with every cell as text; None where the folder has no ``calls.csv``, and no
        second table where it has no ``missing_calls.csv``.

    Raises
    ------
    PlanFileError
        When a file is not CSV in UTF-8.
    """
    path = Path(folder)
    if not (path / CALLS_FILE).is_file():
        return None
    missing = path / MISSING_FILE
    return _read_text(path / CALLS_FILE), _read_text(missing) if missing.is_file() else None


def read_sales(folder: Path | str) -> pd.DataFrame | None:
    """
    Read the blocks that a plan's folder says are sold; None where it has no such file.

    Raises
    ------
    PlanFileError
        When the file is not CSV in UTF-8.
    """
    path = Path(folder) / SALES_FILE
    return _read_text(path) if path.is_file() else None


def _read_text(path: Path) -> pd.DataFrame:
    if not path.is_file():
        message = f"{path} does not exist; a plan's folder holds {path.name}"
        raise PlanFileError(message)
    return read_text_table(path)


def read_recorded_plan(folder: Path | str) -> Plan | None:
    """Return the plan that a folder records, None where it holds only assignments."""
    path = Path(folder)
    return _plan_in(path) if (path / PLAN_FILE).is_file() else None

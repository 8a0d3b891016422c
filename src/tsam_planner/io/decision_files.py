"""The decision record on disk: ``decisions.csv`` in the folder of a plan."""

import csv
import datetime as dt
import io
import math
from collections.abc import Hashable, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

from tsam_planner.errors import PlanFileError
from tsam_planner.io.plan_folders import DECISIONS_FILE
from tsam_planner.io.plans import add_to_plan
from tsam_planner.io.text_tables import read_text_table
from tsam_planner.plan.decision_record import DecisionRecord, Entry, in_utc

DECISION_COLUMNS = (
    "contract_id", "who", "when", "what", "why", "manager_id", "first_week", "input_hash",
    "objective", "plan_hash",
)  # fmt: skip
_EMPTY = frozenset({"contract_id", "manager_id"})


def write_decisions(record: DecisionRecord, folder: Path | str) -> Path:
    """
    Write ``decisions.csv`` into the folder of a plan; its other files stay.

    The file outlives the plan: another plan written into the folder keeps it.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    PlanFileError
        When the folder holds no plan, or cannot be written.
    """
    add_to_plan(folder, {DECISIONS_FILE: decisions_csv(record)}, outlive=True)
    return Path(folder) / DECISIONS_FILE


def decisions_csv(record: DecisionRecord) -> bytes:
    """Return the record as CSV in UTF-8: one row per entry, times in UTC."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(DECISION_COLUMNS)
    for entry in record.entries:
        writer.writerow([_cell(getattr(entry, name)) for name in DECISION_COLUMNS])
    return text.getvalue().encode("utf-8")


def read_decisions(folder: Path | str) -> DecisionRecord:
    """
    Read the decision record of a plan's folder; an empty one where it has none.

    A moment without a zone is UTC, as in `record_decision`.

    Raises
    ------
    PlanFileError
        When the file is damaged, or its entries cannot follow one another, such as
        ``published`` before ``approved``.
    """
    path = Path(folder) / DECISIONS_FILE
    if not path.is_file():
        return DecisionRecord()
    try:
        rows = read_text_table(path).to_dict("records")
        return DecisionRecord(tuple(_entry(row) for row in rows))
    except PlanFileError:
        raise
    except (KeyError, ValueError, ArithmeticError) as error:
        message = f"{path} cannot be read: {error}"
        raise PlanFileError(message) from error


def _cell(value: object) -> str:
    if isinstance(value, dt.datetime):
        return f"{value:%Y-%m-%dT%H:%M:%SZ}"
    return "" if value is None else str(value)


def _entry(row: Mapping[Hashable, Any]) -> Entry:
    values: dict[str, Any] = {item.name: row[item.name] for item in fields(Entry)}
    values.update({name: values[name] or None for name in _EMPTY})
    values["when"] = in_utc(dt.datetime.fromisoformat(row["when"]))
    values["first_week"] = dt.date.fromisoformat(row["first_week"])
    values["objective"] = float(row["objective"])
    if not math.isfinite(values["objective"]):
        message = f"expected an objective in points, got {row['objective']!r}"
        raise ValueError(message)
    return Entry(**values)

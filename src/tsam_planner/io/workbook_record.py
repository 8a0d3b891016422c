"""What a plan's workbook remembers of the plan, on a sheet that nobody sees."""

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd
from pydantic import BaseModel, ConfigDict, ValidationError

from tsam_planner.calendars.horizon import Horizon
from tsam_planner.io.json_text import parse_json
from tsam_planner.io.plan_format import places_of
from tsam_planner.io.workbook_cells import unique_texts
from tsam_planner.plan.edited_cells import text_of
from tsam_planner.plan.plan import Plan
from tsam_planner.plan.sales import SALES_COLUMNS
from tsam_planner.service.policy import Policy

FORMAT = 1
ASSIGNMENTS_SHEET, RECORD_SHEET = "Assignments", "_plan"
CONTRACT, FROM, TO, OWNER, SUBSTITUTE = (
    "Contract", "From week", "To week", "Owner", "Substitute",
)  # fmt: skip
"""Headers of the assignments sheet that are read back."""

_KEY = ("contract_id", "from_week", "to_week")
_COLUMNS = (*_KEY, "manager_id", "backup_id")
_CHUNK = 30_000


class _Document(BaseModel):
    """What the sheet has to hold, in values of these very kinds."""

    model_config = ConfigDict(strict=True, hide_input_in_errors=True)

    start: str
    weeks: int
    quarter: str | None
    seed: int
    input_hash: str
    policy: dict[str, Any]
    people: dict[str, str]
    contracts: dict[str, str]
    assignments: list[list[str]]
    sales: list[list[str]]


@dataclass(frozen=True, kw_only=True)
class WorkbookRecord:
    """
    A plan as it was when its workbook was written.

    ``assignments`` and ``sales`` hold texts, empty where there is nothing; ``people`` and
    ``contracts`` are the texts that stand for ids in cells.
    """

    horizon: Horizon
    policy: Policy
    seed: int
    input_hash: str
    people: Mapping[str, str] = field(repr=False)
    contracts: Mapping[str, str] = field(repr=False)
    assignments: pd.DataFrame = field(repr=False)
    sales: pd.DataFrame = field(repr=False)


def record_of(plan: Plan, people: Mapping[str, str]) -> WorkbookRecord:
    """Return what the workbook of a plan remembers, people shown by the texts given."""
    ids = [str(name) for name in dict.fromkeys(plan.assignments["contract_id"])]
    return WorkbookRecord(
        horizon=plan.horizon,
        policy=plan.policy,
        seed=plan.seed,
        input_hash=plan.input_hash,
        people=people,
        contracts=unique_texts({name: name for name in ids}),
        assignments=_texts(plan.assignments[list(_COLUMNS)]),
        sales=_texts(plan.sales),
    )


def as_lines(record: WorkbookRecord) -> Sequence[str]:
    """Return a record as texts that each fit into a cell."""
    document = {
        "format": FORMAT,
        "start": record.horizon.start.isoformat(),
        "weeks": record.horizon.weeks,
        "quarter": record.horizon.quarter,
        "seed": record.seed,
        "input_hash": record.input_hash,
        "policy": record.policy.model_dump(mode="json"),
        "people": dict(record.people),
        "contracts": dict(record.contracts),
        "assignments": record.assignments.to_numpy().tolist(),
        "sales": record.sales.to_numpy().tolist(),
    }
    # Spreadsheets read _x0041_ as a character; in JSON the same can be said otherwise.
    text = json.dumps(document).replace("_x", "\\u005fx")
    return [text[start : start + _CHUNK] for start in range(0, len(text), _CHUNK)]


def record_from(lines: Sequence[str]) -> WorkbookRecord:
    """
    Return the record that a workbook holds.

    Raises
    ------
    ValueError
        When it is damaged or of another format.
    """
    document = parse_json("".join(lines))
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        message = f"it is of another format than {FORMAT}"
        raise ValueError(message)
    try:
        return _record(_Document.model_validate(document))
    except ValidationError as error:
        raise ValueError("; ".join(places_of(error))) from error


def _record(found: _Document) -> WorkbookRecord:
    if not {row[0] for row in found.assignments} <= found.contracts.keys():
        message = "it has assignments of contracts that it does not name"
        raise ValueError(message)
    return WorkbookRecord(
        horizon=Horizon(dt.date.fromisoformat(found.start), found.weeks, found.quarter),
        policy=Policy.model_validate(found.policy),
        seed=found.seed,
        input_hash=found.input_hash,
        people=found.people,
        contracts=found.contracts,
        assignments=_table(found.assignments, _COLUMNS),
        sales=_table(found.sales, SALES_COLUMNS),
    )


def _table(rows: Sequence[Sequence[str]], columns: Sequence[str]) -> pd.DataFrame:
    if any(len(row) != len(columns) for row in rows):
        message = f"it has a row without {len(columns)} cells"
        raise ValueError(message)
    return pd.DataFrame(rows, columns=list(columns), dtype=str)


def _texts(table: pd.DataFrame) -> pd.DataFrame:
    return table.astype(object).map(text_of).astype(str)

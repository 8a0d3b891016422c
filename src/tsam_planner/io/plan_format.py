"""What ``plan.json`` has to hold, so that a plan which is read back can be worked with."""

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, FiniteFloat, ValidationError

from tsam_planner.plan.plan import TABLES
from tsam_planner.plan.sales import SALES_COLUMNS
from tsam_planner.plan.tables import ADDITIONAL_HOURS_COLUMNS, kinds_of

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "assignments": (
        "contract_id", "manager_id", "backup_id", "status", "incumbent_id", "handover",
        "reason", "from_week", "to_week",
    ),
    "contract_weeks": (
        "contract_id", "week", "need_hours", "allowance_hours", "planned_hours",
        "unfunded_hours", "cases", "cover_hours", "uncovered_hours",
    ),
    "manager_weeks": (
        "manager_id", "week", "office_hours", "available_hours", "deployable_hours",
        "load_hours", "cover_hours", "utilization", "cases", "max_cases", "unfunded_hours",
        "utilization_with_unfunded",
    ),
    "calls": (
        "contract_id", "week", "start", "minutes", "manager_id", "contract_local_start",
        "manager_local_start", "reason",
    ),
    "missing_calls": ("contract_id", "week", "reason"),
    "deliverables": (
        "contract_id", "deliverable", "method", "frequency", "due_week", "hours",
        "manager_id", "is_assumed",
    ),
    "overlaps": (
        "contract_id", "week", "manager_id", "backup_id", "overlap_hours",
        "backup_overlap_hours", "largest_overlap_hours", "changed",
    ),
    "response_gaps": (
        "contract_id", "first_day", "last_day", "working_days", "goal_days", "manager_id",
        "backup_id",
    ),
    "weekend_sessions": ("contract_id", "date", "hours", "status", "manager_id"),
    "additional_hours": ADDITIONAL_HOURS_COLUMNS,
    "sources": ("contract_id", "need_source", "cases_source"),
    "risk_price": ("measure", "average_plan", "this_plan"),
    "sales": SALES_COLUMNS,
}  # fmt: skip
_SHOWN = 5


class _Part(BaseModel):
    model_config = ConfigDict(strict=True)


class _Points(_Part):
    goals: dict[str, FiniteFloat]
    objective: FiniteFloat


class _Proven(_Part):
    objective: FiniteFloat
    bound: FiniteFloat | None
    stop_reason: str


class _Goals(_Proven):
    goals: dict[str, FiniteFloat]


class _Weeks(_Part):
    start: str
    weeks: int
    quarter: str | None


class _Document(_Goals):
    backup_points: _Goals
    call_points: _Points
    sales_margin: _Proven | None
    horizon: _Weeks
    seed: int
    input_hash: str
    policy: dict[str, Any]
    warnings: list[str]


def check_document(document: Mapping[str, Any]) -> None:
    """
    Hold that a document says everything that a plan says, in values of the same kinds.

    Raises
    ------
    ValueError
        When it does not; the message names the first places.
    """
    found = [*_wrong_values(document), *_wrong_tables(document)]
    if found:
        more = f"; and {len(found) - _SHOWN} more places" if len(found) > _SHOWN else ""
        raise ValueError("; ".join(found[:_SHOWN]) + more)


def _wrong_values(document: Mapping[str, Any]) -> Iterator[str]:
    try:
        _Document.model_validate(dict(document))
    except ValidationError as error:
        yield from places_of(error)


def _wrong_tables(document: Mapping[str, Any]) -> Iterator[str]:
    for name in TABLES:
        table = document.get(name)
        if not isinstance(table, dict) or not all(
            isinstance(cells, list) for cells in table.values()
        ):
            yield f"{name}: no table by columns"
            continue
        missing = [column for column in COLUMNS[name] if column not in table]
        yield from (f"{name}: the column {column!r} is missing" for column in missing)
        if len({len(cells) for cells in table.values()}) > 1:
            yield f"{name}: columns of different length"
        for column, cells in table.items():
            if not all(isinstance(cell, kinds_of(column)) for cell in cells):
                yield f"{name}: a cell of {column!r} is of another kind"


def places_of(error: ValidationError) -> Iterator[str]:
    """Yield what is wrong with each place, in a line."""
    for item in error.errors(include_url=False, include_input=False, include_context=False):
        place = ".".join(str(part) for part in item["loc"])
        yield f"{place}: {item['msg'][0].lower()}{item['msg'][1:]}"

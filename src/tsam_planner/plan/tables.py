"""A plan's tables: the ledger and the decisions as DataFrames, in hours."""

from collections.abc import Sequence
from decimal import Decimal

import numpy as np
import numpy.typing as npt
import pandas as pd

from tsam_planner.facts import Facts
from tsam_planner.plan.decisions import Decision
from tsam_planner.plan.handover_hours import changes_of_hands
from tsam_planner.plan.ledger import Ledger
from tsam_planner.units import MICRO

Hours = npt.NDArray[np.int64]

ADDITIONAL_HOURS_COLUMNS = (
    "contract_id", "grade", "weeks_tested", "weeks_over", "longest_run", "mean_hours",
    "median_hours", "block_hours_per_week", "start_week", "status", "evidence",
    "planned_hours", "unfunded_hours", "offer_id", "ask_by", "end_date", "rate", "currency",
)  # fmt: skip


def assignments_table(facts: Facts, decisions: Sequence[Decision]) -> pd.DataFrame:
    """
    Return one row per stretch: who serves which contract, and why.

    Columns ``contract_id, manager_id, backup_id, status, incumbent_id, handover, reason,
    from_week, to_week``; missing ids are None, missing weeks NaT.
    """
    moved = {
        (row.contract_id, row.from_week) for _, _, row in changes_of_hands(facts, decisions)
    }
    rows = [
        (
            decision.contract_id,
            decision.manager_id,
            decision.backup_id,
            decision.status,
            facts.incumbents.get(decision.contract_id),
            (decision.contract_id, decision.from_week) in moved,
            decision.reason,
            decision.from_week,
            decision.to_week,
        )
        for decision in decisions
    ]
    columns = [
        "contract_id", "manager_id", "backup_id", "status", "incumbent_id", "handover",
        "reason", "from_week", "to_week",
    ]  # fmt: skip
    return typed(pd.DataFrame(rows, columns=columns))


def contract_weeks_table(facts: Facts, ledger: Ledger) -> pd.DataFrame:
    """
    Return one row per contract and week, hours (>= 0) and planning cases.

    ``unfunded_hours`` is need beyond the allowance; ``allowance_hours`` is missing for
    Standard, which has none; ``cover_hours`` fall on days of absence of the primary, and
    ``uncovered_hours`` are those of them that no backup carries.
    """
    weeks = facts.contract_weeks
    allowance = np.where(weeks.has_allowance[:, None], weeks.allowance / MICRO, np.nan)
    ids = [contract.contract_id for contract in facts.contracts]
    return _grid(
        facts,
        "contract_id",
        ids,
        {
            "need_hours": weeks.need / MICRO,
            "allowance_hours": allowance,
            "planned_hours": weeks.planned / MICRO,
            "unfunded_hours": weeks.unfunded / MICRO,
            "cases": weeks.cases,
            "cover_hours": ledger.due / MICRO,
            "uncovered_hours": ledger.uncovered / MICRO,
        },
    )


def manager_weeks_table(facts: Facts, ledger: Ledger) -> pd.DataFrame:
    """
    Return one row per manager and week.

    ``utilization`` is ``load_hours / deployable_hours`` of the own book, missing where
    nothing is deployable; ``utilization_with_unfunded`` adds the need above the
    allowance. ``cover_hours`` are carried for others and stand apart. ``handover_hours``
    are part of the load; the column is there where the policy counts them.
    """
    weeks = facts.manager_weeks
    limits = np.repeat(weeks.max_cases[:, None], facts.horizon.weeks, axis=1)
    ids = [manager.manager_id for manager in facts.managers]
    columns: dict[str, Hours | npt.NDArray[np.float64]] = {
        "office_hours": weeks.office / MICRO,
        "available_hours": weeks.available / MICRO,
        "deployable_hours": weeks.deployable / MICRO,
        "load_hours": ledger.load / MICRO,
        "cover_hours": ledger.cover / MICRO,
        "utilization": _ratio(ledger.load, weeks.deployable),
        "cases": ledger.cases,
        "max_cases": limits,
        "unfunded_hours": ledger.unfunded / MICRO,
        "utilization_with_unfunded": _ratio(ledger.load + ledger.unfunded, weeks.deployable),
    }
    if facts.policy.plan_handover_hours:
        columns["handover_hours"] = ledger.handover / MICRO
    return _grid(facts, "manager_id", ids, columns)


def additional_hours_table(facts: Facts) -> pd.DataFrame:
    """
    Return planned and unfunded hours of each contract over the horizon.

    The other columns belong to the test of continuous overage and are empty here.
    """
    weeks = facts.contract_weeks
    table = pd.DataFrame(
        {
            "contract_id": [contract.contract_id for contract in facts.contracts],
            "planned_hours": weeks.planned.sum(axis=1) / MICRO,
            "unfunded_hours": weeks.unfunded.sum(axis=1) / MICRO,
        }
    )
    return typed(table.reindex(columns=list(ADDITIONAL_HOURS_COLUMNS)))


def sources_table(facts: Facts) -> pd.DataFrame:
    """Return where the need and the planning cases of each contract come from."""
    return typed(
        pd.DataFrame(
            {
                "contract_id": [contract.contract_id for contract in facts.contracts],
                "need_source": facts.contract_weeks.need_sources,
                "cases_source": facts.contract_weeks.cases_sources,
            }
        )
    )


DATE_COLUMNS = frozenset(
    {
        "ask_by",
        "date",
        "due_week",
        "end_date",
        "first_day",
        "from_week",
        "hire_by",
        "last_day",
        "needed_by",
        "start_date",
        "start_week",
        "to_week",
        "week",
    }
)
_NUMBERS = frozenset(
    {
        "allowance_hours", "available_hours", "average_plan", "block_hours_per_week",
        "cover_hours",
        "deployable_hours", "handover_hours", "hours_per_week", "load_hours",
        "longest_run", "mean_hours",
        "median_hours", "this_plan",
        "backup_overlap_hours", "hours", "largest_overlap_hours", "need_hours", "office_hours",
        "overlap_hours", "planned_hours", "uncovered_hours",
        "unfunded_hours", "utilization", "utilization_with_unfunded", "weeks_over",
        "weeks_tested",
    }
)  # fmt: skip
INSTANT_COLUMNS = frozenset({"start"})
_WHOLE = frozenset(
    {"cases", "contracts_served", "hires", "goal_days", "max_cases", "minutes", "working_days"}
)
_MONEY = frozenset({"cost", "income", "margin", "rate"})
_FLAGS = frozenset({"changed", "handover", "is_assumed"})


def kinds_of(name: str) -> type | tuple[type, ...]:
    """Return the kinds of plain values in a column; flags and counts are never missing."""
    if name in _FLAGS:
        return bool
    if name in _WHOLE:
        return int
    return (int, float, type(None)) if name in _NUMBERS else (str, type(None))


def typed(table: pd.DataFrame) -> pd.DataFrame:
    """Give every column its one type, so that a table read back equals the original."""
    result = pd.DataFrame(index=pd.RangeIndex(len(table)))
    for name in table.columns:
        column = table[name].reset_index(drop=True)
        if name in DATE_COLUMNS:
            result[name] = pd.to_datetime(column, format="ISO8601").astype("datetime64[s]")
        elif name in INSTANT_COLUMNS:
            result[name] = pd.to_datetime(column, utc=True, format="ISO8601").astype(
                "datetime64[s, UTC]"
            )
        elif name in _NUMBERS:
            result[name] = column.astype(float)
        elif name in _WHOLE:
            result[name] = column.astype("int64")
        elif name in _MONEY:
            result[name] = pd.Series([_amount(value) for value in column], dtype=object)
        elif name in _FLAGS:
            result[name] = column.astype(bool)
        else:
            result[name] = column.astype(object).where(column.notna(), None)
    return result


def _amount(value: object) -> Decimal | None:
    return None if pd.isna(value) else Decimal(str(value))  # type: ignore[call-overload]


def _grid(
    facts: Facts,
    key: str,
    ids: Sequence[str],
    columns: dict[str, npt.NDArray[np.int64] | npt.NDArray[np.float64]],
) -> pd.DataFrame:
    """Return the long form of arrays of shape ``(ids, weeks)``."""
    weeks = facts.horizon.mondays
    frame: dict[str, object] = {
        key: np.repeat(np.array(ids, dtype=object), len(weeks)),
        "week": np.tile(np.array(weeks, dtype="datetime64[s]"), len(ids)),
    }
    frame.update({name: values.reshape(-1) for name, values in columns.items()})
    return typed(pd.DataFrame(frame))


def _ratio(part: Hours, whole: Hours) -> npt.NDArray[np.float64]:
    result = np.full(part.shape, np.nan)
    np.divide(part, whole, out=result, where=whole > 0)
    return result

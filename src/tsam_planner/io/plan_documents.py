"""A plan as one document of plain values, and back: what ``plan.json`` holds."""

import datetime as dt
import math
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pandas as pd

from tsam_planner.calendars.horizon import Horizon
from tsam_planner.io.plan_format import check_document
from tsam_planner.plan.edited_cells import text_of
from tsam_planner.plan.plan import TABLES, Plan
from tsam_planner.plan.tables import typed
from tsam_planner.portfolio.portfolio import Portfolio
from tsam_planner.proof import Proof, StopReason
from tsam_planner.service.policy import Policy
from tsam_planner.service.rules import readings_in_force, rules_in_force

FORMAT = 4


def plan_document(plan: Plan) -> dict[str, Any]:
    """Return everything a plan says, as plain values for JSON."""
    return {
        "format": FORMAT,
        **_proven(plan.goals, plan.proof),
        "backup_points": _proven(plan.backup_goals, plan.backup_proof),
        "call_points": {
            "objective": float(plan.call_goals.sum()),
            "goals": {str(goal): float(points) for goal, points in plan.call_goals.items()},
        },
        "sales_margin": None if plan.sales_proof is None else _told(plan.sales_proof),
        "horizon": {
            "start": plan.horizon.start.isoformat(),
            "weeks": plan.horizon.weeks,
            "quarter": plan.horizon.quarter,
        },
        "seed": plan.seed,
        "input_hash": plan.input_hash,
        "policy": plan.policy.model_dump(mode="json"),
        "rules": [rule.model_dump(mode="json") for rule in rules_in_force(plan.policy)],
        "readings": [
            reading.model_dump(mode="json") for reading in readings_in_force(plan.policy)
        ],
        "assumptions": [str(item) for item in plan.policy.assumptions()],
        "warnings": list(plan.warnings),
        **{name: _records(getattr(plan, name)) for name in TABLES},
    }


def plan_from(
    document: Mapping[str, Any], portfolio: Portfolio | None, run: Mapping[str, Any]
) -> Plan:
    """
    Return the plan that a document tells of.

    Raises
    ------
    ValueError, ArithmeticError
        When the document is damaged.
    """
    check_document(document)
    horizon = document["horizon"]
    tables: dict[str, Any] = {name: _table(document[name]) for name in TABLES}
    return Plan(
        **tables,
        goals=_points(document),
        backup_goals=_points(document["backup_points"]),
        call_goals=_points(document["call_points"]),
        proof=_proof(document),
        backup_proof=_proof(document["backup_points"]),
        horizon=Horizon(
            dt.date.fromisoformat(horizon["start"]),
            horizon["weeks"],
            horizon["quarter"],
        ),
        policy=Policy.model_validate(document["policy"]),
        seed=document["seed"],
        input_hash=document["input_hash"],
        warnings=tuple(document["warnings"]),
        sales_proof=_proof(document["sales_margin"]) if document["sales_margin"] else None,
        portfolio=portfolio,
        run=run,
    )


def _points(document: Mapping[str, Any]) -> pd.Series:
    return pd.Series(document["goals"], name="points", dtype=float)


def _proof(document: Mapping[str, Any]) -> Proof:
    return Proof(
        objective=float(document["objective"]),
        bound=document["bound"],
        stop_reason=StopReason(document["stop_reason"]),
    )


def _proven(goals: pd.Series, proof: Proof) -> dict[str, Any]:
    """Return points by goal with what is proven about their sum."""
    by_goal = {str(goal): float(points) for goal, points in goals.items()}
    return {**_told(proof), "goals": by_goal}


def _told(proof: Proof) -> dict[str, Any]:
    return {
        "objective": proof.objective,
        "bound": proof.bound,
        "gap": proof.gap,
        "stop_reason": str(proof.stop_reason),
    }


def _records(table: pd.DataFrame) -> dict[str, list[Any]]:
    """Return a table by column: half the size of a list of rows, and keeps the order."""
    return {name: [_plain(value) for value in table[name]] for name in table.columns}


def _table(columns: Mapping[str, list[Any]]) -> pd.DataFrame:
    return typed(pd.DataFrame(dict(columns)))


def _plain(value: Any) -> Any:  # noqa: ANN401 - a cell can hold anything
    if value is None or value is pd.NaT:
        return None
    if isinstance(value, pd.Timestamp):
        return text_of(value)
    if isinstance(value, Decimal):
        return str(value)
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, float) and math.isnan(value):
        return None
    return value

"""The headline figures of a plan, from its own tables."""

import datetime as dt
from collections.abc import Collection
from dataclasses import replace

import pandas as pd

from tsam_planner.plan.plan import Plan
from tsam_planner.plan.stretch_weeks import is_forced, planned_hours


def figures_of(plan: Plan) -> dict[str, float]:
    """Return the headline figures of a plan, from its tables."""
    rows = plan.assignments
    planned = rows[rows["status"] != "not_planned"]
    left = planned[planned["status"] == "unassigned"]
    moved = rows[rows["handover"]]
    weeks = plan.manager_weeks
    deployable = float(weeks["deployable_hours"].sum())
    return {
        "contracts planned": float(planned["contract_id"].nunique()),
        "contracts served in all weeks": float(
            planned["contract_id"].nunique() - left["contract_id"].nunique()
        ),
        "unassigned hours": planned_hours(left, plan.contract_weeks),
        "unfunded hours": float(plan.contract_weeks["unfunded_hours"].sum()),
        "handovers": float(len(moved)),
        "forced handovers": float(moved["reason"].map(is_forced).sum()),
        "managers with contracts": float(planned["manager_id"].nunique()),
        "utilization": float(weeks["load_hours"].sum()) / deployable if deployable else 0.0,
        "uncovered hours": float(plan.contract_weeks["uncovered_hours"].sum()),
        "points": plan.objective,
    }


def figures_within(plan: Plan, weeks: Collection[dt.date]) -> dict[str, float]:
    """Return the headline figures that some weeks of a plan have."""
    if not weeks:
        return {}
    rows, first, last = plan.assignments, *map(pd.Timestamp, (min(weeks), max(weeks)))
    inside = replace(
        plan,
        assignments=rows[(rows["from_week"] <= last) & (first <= rows["to_week"])],
        contract_weeks=plan.contract_weeks[plan.contract_weeks["week"].between(first, last)],
        manager_weeks=plan.manager_weeks[plan.manager_weeks["week"].between(first, last)],
    )
    return figures_of(inside)

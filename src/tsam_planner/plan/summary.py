"""A plan in a few lines: what leadership asks first, in words and numbers."""

from collections.abc import Iterator
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from tsam_planner.plan.plan import Plan

Lines = list[tuple[str, str]]


def summarize(plan: "Plan") -> Lines:
    """Return the plan's headline figures as pairs of label and sentence."""
    return [
        ("Weeks", str(plan.horizon)),
        ("Served", served(plan)),
        ("Changes", changes(plan)),
        ("Load", load(plan)),
        ("Cover", cover(plan)),
        ("Calls", calls(plan)),
        ("To sell", unfunded(plan)),
        ("Points", points(plan)),
        ("Proof", str(plan.proof)),
    ]


def served(plan: "Plan") -> str:
    """Say how many contracts have a manager, and how many hours have none."""
    rows = plan.assignments
    planned = rows[rows["status"] != "not_planned"]
    assigned = planned[planned["status"] == "assigned"]
    people = assigned["manager_id"].nunique()
    text = (
        f"{assigned['contract_id'].nunique()} of {planned['contract_id'].nunique()} "
        f"contracts by {people} of {plan.manager_weeks['manager_id'].nunique()} managers"
    )
    left_out = planned[planned["status"] == "unassigned"]
    if len(left_out):
        hours = _planned_hours(plan, left_out)
        partly = left_out["contract_id"].isin(assigned["contract_id"]).sum()
        weeks = f", {partly} of them in some weeks only" if partly else ""
        number = left_out["contract_id"].nunique()
        text += f"; {number} unassigned ({hours:,.0f} h{weeks})"
    idle = rows["contract_id"].nunique() - planned["contract_id"].nunique()
    return text + (f"; {idle} need no manager" if idle else "")


def _planned_hours(plan: "Plan", stretches: "pd.DataFrame") -> float:
    """Return the planned hours of the weeks of some stretches."""
    weeks = plan.contract_weeks.merge(stretches[["contract_id", "from_week", "to_week"]])
    inside = (weeks["from_week"] <= weeks["week"]) & (weeks["week"] <= weeks["to_week"])
    return float(weeks.loc[inside, "planned_hours"].sum())


def changes(plan: "Plan") -> str:
    """Say how many contracts change hands, and how many of them had to."""
    rows = plan.assignments
    moved = rows[rows["handover"]]
    forced = int(moved["reason"].str.startswith("forced").sum())
    if moved.empty:
        alone = rows["incumbent_id"].notna() & (rows["status"] == "unassigned")
        if not rows["incumbent_id"].notna().any():
            return "no contract has a manager today"
        return (
            "no contract changes hands"
            if alone.any()
            else "every contract keeps its manager of today"
        )
    contracts = moved["contract_id"].nunique()
    text = f"{contracts} {'contract changes' if contracts == 1 else 'contracts change'} hands"
    twice = f", {len(moved)} times" if len(moved) > contracts else ""
    return f"{text}{twice} ({forced} forced, {len(moved) - forced} chosen)"


def load(plan: "Plan") -> str:
    """Say how full the team is, and how many people are strained in some week."""
    weeks = plan.manager_weeks
    total = weeks["load_hours"].sum() / max(weeks["deployable_hours"].sum(), 1e-9)
    strained = weeks.loc[weeks["utilization"] > 0.95, "manager_id"].nunique()
    noun = "manager" if strained == 1 else "managers"
    return f"{total:.0%} of deployable hours; {strained} {noun} above 95 % in at least one week"


def cover(plan: "Plan") -> str:
    """Say how many contracts have a substitute, and what absences leave uncovered."""
    rows = plan.assignments[plan.assignments["status"] == "assigned"]
    with_one = rows.loc[rows["backup_id"].notna(), "contract_id"].nunique()
    weeks = plan.contract_weeks
    due, open_hours = weeks["cover_hours"].sum(), weeks["uncovered_hours"].sum()
    text = f"substitutes for {with_one} of {rows['contract_id'].nunique()} contracts"
    if not due:
        return f"{text}; nobody is away"
    return f"{text}; {due - open_hours:,.0f} of {due:,.0f} h of absences find room with them"


def calls(plan: "Plan") -> str:
    """Say how many calls there are, how many are not as usual, and how many are missing."""
    moved = int((plan.calls["reason"].fillna("") != "").sum())
    text = (
        f"{len(plan.calls):,} weekly calls, {moved:,} not at the usual time or by substitutes"
    )
    missing = len(plan.missing_calls)
    return text + (f"; {missing} weeks of served contracts without one" if missing else "")


def unfunded(plan: "Plan") -> str:
    """Say how much is needed beyond the hours that customers have bought."""
    hours = plan.additional_hours["unfunded_hours"]
    text = f"{hours.sum():,.0f} h needed beyond allowances by {(hours > 0).sum()} contracts"
    asked = int((plan.additional_hours["status"] == "proposed").sum())
    noun = "customer" if asked == 1 else "customers"
    return text + (f"; {asked} {noun} to be asked to buy hours (R46)" if asked else "")


def points(plan: "Plan") -> str:
    """Say what the plan costs, by goal."""
    return points_by_goal(plan.goals)


def points_by_goal(goals: "pd.Series") -> str:
    """Return a sum of points and, in brackets, the goals it is made of."""
    parts = [
        f"{str(goal).replace('_', ' ')} {value:,.0f}" for goal, value in goals.items() if value
    ]
    return f"{goals.sum():,.2f}" + (f" ({', '.join(parts)})" if parts else "")


def reasons(plan: "Plan") -> Iterator[tuple[str, str]]:
    """Yield every unassigned contract with the reason."""
    left_out: pd.DataFrame = plan.assignments[plan.assignments["status"] == "unassigned"]
    yield from zip(left_out["contract_id"], left_out["reason"], strict=True)


def as_html(plan: "Plan") -> str:
    """Return the summary as a small table for notebooks."""
    lines = [
        *summarize(plan),
        *((f"{name} unassigned", why) for name, why in reasons(plan)),
    ]
    cells = "".join(
        f"<tr><th style='text-align:left'>{escape(label)}</th>"
        f"<td style='text-align:left'>{escape(text)}</td></tr>"
        for label, text in lines
    )
    return f"<table>{cells}</table>"

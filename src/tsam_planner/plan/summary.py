"""A plan in a few lines: what leadership asks first, in words and numbers."""

from collections.abc import Iterator
from html import escape
from typing import TYPE_CHECKING

from tsam_planner.plan.stretch_weeks import is_forced, planned_hours
from tsam_planner.proof import StopReason
from tsam_planner.words import counted

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
        *(("Sold", text) for text in sold(plan)),
        ("Points", points(plan)),
        *zip(("Risk", "", ""), risk(plan), strict=False),
        ("Proof", proof(plan)),
    ]


def served(plan: "Plan") -> str:
    """Say how many contracts have a manager in all their weeks, in some, and in none."""
    rows = plan.assignments
    planned = rows[rows["status"] != "not_planned"]
    assigned = planned[planned["status"] == "assigned"]
    people = assigned["manager_id"].nunique()
    left_out = planned[planned["status"] == "unassigned"]
    some, alone = set(assigned["contract_id"]), set(left_out["contract_id"])
    text = (
        f"{len(some - alone)} of {planned['contract_id'].nunique()} "
        f"contracts by {people} of {plan.manager_weeks['manager_id'].nunique()} managers"
    )
    if alone:
        hours = planned_hours(left_out, plan.contract_weeks)
        partly = f"{len(some & alone)} in some weeks only, " if some & alone else ""
        text += f"; {partly}{len(alone - some)} unassigned ({hours:,.0f} h without a manager)"
    idle = rows["contract_id"].nunique() - planned["contract_id"].nunique()
    return text + (f"; {idle} need no manager" if idle else "")


def changes(plan: "Plan") -> str:
    """Say how many contracts change hands, and how many of them had to."""
    rows = plan.assignments
    moved = rows[rows["handover"]]
    forced = int(moved["reason"].map(is_forced).sum())
    if moved.empty:
        alone = rows["incumbent_id"].notna() & (rows["status"] == "unassigned")
        if not rows["incumbent_id"].notna().any():
            return "no contract has a manager today"
        return (
            "no contract changes hands"
            if alone.any()
            else "every contract keeps its manager of today"
        )
    return f"{hand_changes(moved)} ({forced} forced, {len(moved) - forced} chosen)"


def hand_changes(moved: "pd.DataFrame") -> str:
    """Say how many contracts change hands; where some do so more than once, how often."""
    contracts = moved["contract_id"].nunique()
    text = f"{counted(contracts, 'contract changes', 'contracts change')} hands"
    return text + (f", {len(moved)} times" if len(moved) > contracts else "")


def load(plan: "Plan") -> str:
    """Say how full the team is, and how many people are strained in some week."""
    weeks = plan.manager_weeks
    total = weeks["load_hours"].sum() / max(weeks["deployable_hours"].sum(), 1e-9)
    strained = weeks.loc[weeks["utilization"] > 0.95, "manager_id"].nunique()
    people = counted(strained, "manager")
    return f"{total:.0%} of deployable hours; {people} above 95 % in at least one week"


def cover(plan: "Plan") -> str:
    """Say how many contracts have a substitute, and what absences leave uncovered."""
    rows = plan.assignments[plan.assignments["status"] == "assigned"]
    with_one = rows.loc[rows["backup_id"].notna(), "contract_id"].nunique()
    weeks = plan.contract_weeks
    due, open_hours = weeks["cover_hours"].sum(), weeks["uncovered_hours"].sum()
    text = f"substitutes for {with_one} of {counted(rows['contract_id'].nunique(), 'contract')}"
    if not due:
        return f"{text}; nobody is away"
    return f"{text}; {due - open_hours:,.0f} of {due:,.0f} h of absences find room with them"


def calls(plan: "Plan") -> str:
    """Say how many calls there are, how many are not as usual, and how many are missing."""
    moved = int((plan.calls["reason"].fillna("") != "").sum())
    text = (
        f"{len(plan.calls):,} weekly calls, {moved:,} not at the usual time or by substitutes"
    )
    if plan.missing_calls.empty:
        return text
    missing = counted(len(plan.missing_calls), "week")
    return f"{text}; {missing} of served contracts without one"


def unfunded(plan: "Plan") -> str:
    """Say how much is needed beyond the hours that customers have bought."""
    hours = plan.additional_hours["unfunded_hours"]
    needing = counted(int((hours > 0).sum()), "contract")
    text = f"{hours.sum():,.0f} h needed beyond allowances by {needing}"
    asked = to_ask(plan)
    return text + (f"; {asked} (R46)" if asked else "")


def to_ask(plan: "Plan") -> str:
    """Say how many customers are to be asked to buy hours, and for how many contracts."""
    contracts, customers = contracts_to_ask(plan), customers_to_ask(plan)
    if not contracts:
        return ""
    many = counted(len(contracts), "contract")
    if customers is None:
        return f"customers of {many} to be asked to buy hours"
    text = f"{counted(len(customers), 'customer')} to be asked to buy hours"
    return text + (f" for {many}" if len(contracts) > len(customers) else "")


def contracts_to_ask(plan: "Plan") -> list[str]:
    """Return the contracts whose customers are to be asked to buy hours."""
    rows = plan.additional_hours
    return [str(name) for name in rows.loc[rows["status"] == "proposed", "contract_id"]]


def customers_to_ask(plan: "Plan") -> frozenset[str] | None:
    """Return the companies to be asked; None where the plan does not know its portfolio."""
    if plan.portfolio is None:
        return None
    contracts = frozenset(contracts_to_ask(plan))
    signed = plan.portfolio.contracts
    return frozenset(row.company_id for row in signed if row.contract_id in contracts)


def sold(plan: "Plan") -> Iterator[str]:
    """Say which blocks the plan keeps room for, and what they bring."""
    proof_ = plan.sales_proof
    if proof_ is None:
        return
    rows = plan.sales
    taken = rows[rows["decision"] == "sold"]
    if rows.empty:
        yield "no customer can be asked for hours that have a price"
        return
    currency = rows["margin_currency"].iloc[0]
    best = "the best" if proof_.stop_reason is StopReason.PROVEN_OPTIMAL else "at most"
    bound = "" if best == "the best" else f" {proof_.bound:,.2f}"
    yield (
        f"room for {len(taken)} of {len(rows)} offered blocks, margin {currency} "
        f"{proof_.objective:,.2f} ({best}{bound} beside the fewest points); nothing is sold "
        f"before a customer agrees (Q8)"
    )


def points(plan: "Plan") -> str:
    """Say what the plan costs, by goal."""
    return points_by_goal(plan.goals)


def risk(plan: "Plan") -> Iterator[str]:
    """Say which risk is accepted, whether the plan holds with it, and what that costs."""
    table, accepted = plan.risk_price, plan.policy.risk
    if table.empty or accepted is None:
        return
    average = dict(zip(table["measure"], table["average_plan"], strict=True))
    this = dict(zip(table["measure"], table["this_plan"], strict=True))
    cases, hours = (
        f"highest chance of too many {what} in a week" for what in ("cases", "hours")
    )
    yield (
        f"at most a {100 * accepted:g} % chance of too much in a week is accepted (risk, Q4)"
    )
    yield (
        f"on unseen futures at most {this[cases]:.1%} for cases and {this[hours]:.1%} for "
        f"hours; the average plan: {average[cases]:.1%} and {average[hours]:.1%}"
    )
    served_then, served_now = (one["contracts served in all weeks"] for one in (average, this))
    yield (
        f"costs {this['points'] - average['points']:,.0f} points: {served_now:.0f} contracts "
        f"served in all weeks, {served_then:.0f} in the average plan (risk_price)"
    )


def proof(plan: "Plan") -> str:
    """Say why the search stopped, and how far the plan can be from the best."""
    text = str(plan.proof)
    if plan.risk_price.empty or plan.stop_reason is StopReason.PROVEN_OPTIMAL:
        return text
    # Such a plan is searched in rounds; what they reach is no limit that somebody set.
    text = text.replace(str(StopReason.WORK_LIMIT), "search finished without proof")
    return f"{text}, by the bound of the average plan"


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

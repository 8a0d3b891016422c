"""What was decided, and how sure we are."""

import math
from typing import TypeGuard

from tsam_planner.plan.plan import Plan
from tsam_planner.plan.stretch_weeks import is_forced
from tsam_planner.plan.summary import (
    changes,
    contracts_to_ask,
    cover,
    customers_to_ask,
    load,
    served,
    unfunded,
)
from tsam_planner.proof import StopReason
from tsam_planner.report.page.material import Material
from tsam_planner.report.page.parts import (
    Section,
    Table,
    Tile,
    day,
    number,
    table,
    word,
)
from tsam_planner.studies.plan_figures import figures_of
from tsam_planner.words import counted

# Largest distance from the best possible plan that is worth a headline.
_TELLING = 0.2


def headline(material: Material) -> str:
    """Say what matters most in one line."""
    some = set(material.assigned["contract_id"])
    alone = set(material.unassigned["contract_id"])
    whole, all_ = len(some - alone), len(some | alone)
    if not alone:
        if not all_:
            return "No contract needs a manager in these weeks"
        who = f"All {all_} contracts have" if all_ > 1 else "The only contract has"
        return f"{who} a manager in all weeks"
    partly = len(alone & some)
    text = f"{whole} of {counted(all_, 'contract')} have a manager"
    nobody = len(alone - some)
    parts = [f"{nobody} {'has' if nobody == 1 else 'have'} none"] if nobody else []
    parts += [f"{partly} in some weeks only"] if partly else []
    return f"{text}; {', '.join(parts)}"


def tiles(material: Material) -> tuple[Tile, ...]:
    """Return the headline figures."""
    plan = material.plan
    some = set(material.assigned["contract_id"])
    alone = set(material.unassigned["contract_id"])
    figures = figures_of(plan)
    with_substitute = material.assigned.dropna(subset="backup_id")["contract_id"].nunique()
    return (
        Tile(f"{len(some - alone)} of {len(some | alone)}", "contracts served in all weeks"),
        Tile(f"{figures['utilization']:.0%}", "of deployable hours planned"),
        _moves(plan),
        Tile(f"{with_substitute} of {len(some)}", "contracts with a substitute"),
        Tile(
            f"{figures['unfunded hours']:,.0f} h",
            "needed beyond allowances",
            _asked(plan),
        ),
        Tile(_gap(material), "distance from the best possible plan"),
    )


def _moves(plan: Plan) -> Tile:
    moved = plan.assignments[plan.assignments["handover"]]
    contracts, forced = (
        moved["contract_id"].nunique(),
        int(moved["reason"].map(is_forced).sum()),
    )
    # Some change hands more than once: the kinds count changes, the figure contracts.
    times = f"{len(moved)} times: " if len(moved) > contracts else ""
    return Tile(
        f"{contracts:,}",
        "contract changes hands" if contracts == 1 else "contracts change hands",
        f"{times}{forced} forced, {len(moved) - forced} chosen",
    )


def _asked(plan: Plan) -> str:
    contracts, customers = len(contracts_to_ask(plan)), len(customers_to_ask(plan) or ())
    text = f"{counted(customers, 'customer')} to ask"
    return text + (f" for {counted(contracts, 'contract')}" if contracts > customers else "")


def _gap(material: Material) -> str:
    proof = material.plan.proof
    if proof.stop_reason is StopReason.PROVEN_OPTIMAL:
        return "0 %"
    return f"≤ {_percent(proof.gap)}" if _tells(proof.gap) else "not proven"


def _tells(gap: float | None) -> TypeGuard[float]:
    """Say whether a gap tells anything: a bound of nearly nothing says only that it is one."""
    return gap is not None and gap <= _TELLING


def sureness(material: Material) -> str:
    """Say in words how good the plan is proven to be."""
    plan = material.plan
    costs = f"The plan costs {plan.objective:,.2f} points"
    if plan.stop_reason is StopReason.PROVEN_OPTIMAL:
        return f"{costs}, and it is proven that none costs less."
    if plan.gap is None:
        return f"{costs}; how far it is from the best is not known ({plan.stop_reason})."
    return f"{costs}: {plan.proof}."


def _best(material: Material) -> str:
    plan = material.plan
    if plan.stop_reason is StopReason.PROVEN_OPTIMAL:
        return "No better plan exists"
    if not _tells(plan.gap):
        return f"How far the plan is from the best is not proven: {plan.stop_reason}"
    return f"No plan can be more than {_percent(plan.gap)} better"


def _percent(gap: float) -> str:
    # Rounded up: a gap must not look smaller than it is.
    return f"{math.ceil(gap * 10_000) / 10_000:.2%}"


def decided(material: Material) -> Section:
    """Return the first section: served, unserved with reasons, and how good that is."""
    plan = material.plan
    tables = [_unassigned(material)] if len(material.unassigned) else []
    return Section(
        anchor="decided",
        name="Decision",
        title=_best(material),
        sentences=(
            *(
                f"{text[0].upper()}{text[1:]}."
                for text in (
                    served(plan),
                    changes(plan),
                    load(plan),
                    cover(plan),
                    unfunded(plan),
                )
            ),
            sureness(material),
        ),
        tables=(*tables, _goals(material)),
    )


def _unassigned(material: Material) -> Table:
    return table(
        "Contracts without a manager, and why",
        ("Contract", "Customer", "@From", "@To", "#Hours a week", "#Cases", "Why"),
        (
            (
                word(row["contract_id"]),
                word(material.customer(row["contract_id"])),
                day(row["from_week"]),
                day(row["to_week"]),
                number(row["hours_a_week"], "{:.1f}"),
                number(row["cases"]),
                word(row["reason"]),
            )
            for row in material.with_loads(material.unassigned).to_dict("records")
        ),
    )


def _goals(material: Material) -> Table:
    plan = material.plan
    of = (
        ("managers", plan.goals),
        ("substitutes", plan.backup_goals),
        ("calls", plan.call_goals),
    )
    return table(
        "What the plan costs, by goal: points, fewer are better",
        ("Decision", "Goal", "#Points"),
        (
            (word(name), word(str(goal).replace("_", " ")), number(points, "{:,.2f}"))
            for name, goals in of
            for goal, points in goals.items()
            if points
        ),
        is_folded=True,
    )

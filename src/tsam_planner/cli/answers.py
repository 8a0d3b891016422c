"""What ``explain``, ``compare`` and ``staff`` show, in words and as JSON."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tsam_planner.cli import terminal

if TYPE_CHECKING:
    import pandas as pd

    from tsam_planner.plan.plan import Plan
    from tsam_planner.studies.difference import PlanDifference
    from tsam_planner.studies.explanation import Explanation
    from tsam_planner.studies.hiring import Staffing


def show_explanation(found: "Explanation", *, is_same_input: bool, json: bool) -> None:
    """Show why a contract is with its manager, and what would make it fit."""
    if json:
        terminal.say_json(_explanation(found) | {"is_same_input": is_same_input})
        return
    terminal.say(str(found))
    if not is_same_input:
        terminal.say("the portfolio is not the one that the plan was made from")


def _explanation(found: "Explanation") -> dict[str, object]:
    table = found.alternatives.astype(object)
    return {
        "contract_id": found.contract_id,
        "managers": list(found.managers),
        "reason": found.reason,
        "alternatives": _rows(table.where(table.notna(), None)),
        "cheapest_plan": found.others_wait,
        "cheapest_plan_points": found.others_points,
        "repairs": [
            {"text": row.text, "points": row.points, "manager_id": row.manager_id}
            for row in found.repairs
        ],
        "repairs_cut": list(found.repairs_cut),
        "fits_as_it_is": found.fits_as_it_is,
        "conflicting_pins": list(found.pins),
        "conflicting_pins_proven": found.pins_are_proven,
    }


@dataclass(frozen=True, slots=True)
class Comparison:
    """
    A first plan beside others, by name.

    Attributes
    ----------
    first
        Name of the first plan.
    table
        A row per plan that has a contract in common with the first, which is one of them.
    differences
        What is different from the first, per plan of the table but the first.
    strangers
        Plans that have no contract in common with the first: nothing is compared.
    """

    first: str
    table: "pd.DataFrame"
    differences: "Mapping[str, PlanDifference]"
    strangers: tuple[str, ...]


def compare(plans: "Mapping[str, Plan]") -> Comparison:
    """Compare plans with the first of them."""
    from tsam_planner.studies.difference import compare_plans, diff_plans

    first, *others = plans
    strangers = tuple(
        name for name in others if not _have_a_contract_in_common(plans[first], plans[name])
    )
    related = {name: plan for name, plan in plans.items() if name not in strangers}
    differences = {
        name: diff_plans(plans[first], plan) for name, plan in related.items() if name != first
    }
    return Comparison(first, compare_plans(related), differences, strangers)


def _have_a_contract_in_common(plan: "Plan", other: "Plan") -> bool:
    """Say whether two plans are about the same customers: else all is new and all is gone."""
    own, its = (set(item.assignments["contract_id"]) for item in (plan, other))
    return not own.isdisjoint(its)


def show_comparison(found: Comparison, *, json: bool) -> None:
    """Show what is different between the first plan and each of the others."""
    if json:
        moves = {name: _rows(item.moves) for name, item in found.differences.items()}
        terminal.say_json(
            {
                "plans": _rows(found.table),
                "moves": moves,
                "nothing_in_common": list(found.strangers),
            }
        )
        return
    for name, item in found.differences.items():
        _show_difference(f"{found.first} -> {name}", item)
    for name in found.strangers:
        nothing = "The plans have no contract in common: nothing is compared."
        terminal.say_section(f"{found.first} -> {name}", [nothing])


def _show_difference(title: str, item: "PlanDifference") -> None:
    terminal.say_section(title, item.summary)
    if not item.weeks:
        return
    terminal.say_section("Customers to tell", [", ".join(item.customers_to_tell) or "none"])
    terminal.say_section("Changes of hands", list(_changes_of_hands(item)))
    terminal.say_section("Figures", list(_changed_figures(item)))


def _changes_of_hands(item: "PlanDifference") -> Iterator[str]:
    for row in _rows(item.moves[item.moves["kind"] == "changes hands"]):
        yield (
            f"{row['contract_id']}: {row['from_managers']} -> {row['to_managers']} "
            f"({row['reason']})"
        )


def _changed_figures(item: "PlanDifference") -> Iterator[str]:
    for row in _rows(item.figures):
        if abs(row["change"]) > 1e-9:
            yield f"{row['figure']}: {row['before']:,.2f} -> {row['after']:,.2f}"


def show_staffing(found: "Staffing", written: Path | None, *, json: bool) -> None:
    """Show whom to hire by when."""
    if json:
        terminal.say_json(_staffing(found))
        return
    for sentence in found.summary:
        terminal.say(sentence)
    if written is not None:
        terminal.say(f"Written to {written}")


def _staffing(found: "Staffing") -> dict[str, object]:
    days = {
        name: found.table[name].dt.strftime("%Y-%m-%d") for name in ("needed_by", "hire_by")
    }
    return {
        "staffing": _rows(found.table.assign(**days)),
        "hires": dict(found.team.hires),
        "at_least": found.team.least,
        "unserved_now": list(found.unserved_now),
        "unserved_then": list(found.team.unserved),
        "leavers": {name: str(day) for name, day in found.leavers.items()},
    }


def _rows(table: "pd.DataFrame") -> list[dict[str, Any]]:
    return [
        {str(name): value for name, value in row.items()}
        for row in table.astype(object).to_dict("records")
    ]

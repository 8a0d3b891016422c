"""How the terminal shows a plan, and what the checker says of one."""

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from tsam_planner.cli.terminal import say, say_json, say_pairs, say_section
from tsam_planner.words import counted

if TYPE_CHECKING:
    from tsam_planner.plan.plan import Plan
    from tsam_planner.studies.edits import EditEffect
    from tsam_planner.verify.cases import Violation
    from tsam_planner.verify.verification import Verification

# Sentences about absences, and things good to know, that are shown; the page has them all.
_SENTENCES, _NOTES = 4, 10


def show_plan(
    plan: "Plan", absences: Sequence[str], risk: Sequence[str], folder: Path, *, json: bool
) -> None:
    """Show what was decided, how good it is, and what absences and bad luck do to it."""
    from tsam_planner.plan.summary import reasons, summarize

    if json:
        say_json(
            {
                "objective": plan.objective,
                "goals": plan.goals.to_dict(),
                "backup_goals": plan.backup_goals.to_dict(),
                "call_goals": plan.call_goals.to_dict(),
                "bound": plan.bound,
                "gap": plan.gap,
                "stop_reason": str(plan.stop_reason),
                "unassigned": dict(reasons(plan)),
                "warnings": list(plan.warnings),
                "absences": list(absences),
                "risk": list(risk),
                "risk_price": plan.risk_price.to_dict("records"),
                "written": str(folder),
            }
        )
        return
    say_pairs(summarize(plan))
    left_out = [f"{contract_id}: {reason}" for contract_id, reason in reasons(plan)]
    for title, sentences in (
        ("Unassigned", left_out),
        ("If somebody falls ill", absences[:_SENTENCES]),
        ("If it comes otherwise than planned", risk),
        ("Good to know", _first(plan.warnings)),
    ):
        say_section(title, sentences)
    say(f"\nChecked without the solver: every rule holds. Written to {folder} (report.html)")


def _first(notes: Sequence[str]) -> Sequence[str]:
    more = len(notes) - _NOTES
    return notes if more < 1 else (*notes[:_NOTES], f"and {more} more in report.html")


def show_verification(
    verification: "Verification",
    recorded: "Plan | None",
    undecided: Collection[str],
    *,
    json: bool,
) -> None:
    """Show which rules a plan breaks and what it costs."""
    if json:
        say_json(
            {
                "ok": verification.ok,
                "violations": [_told(item) for item in verification.violations],
                "objective": verification.objective,
                "goals": verification.goals.to_dict(),
                **{
                    f"{name}_goals": goals.to_dict()
                    for name, goals in verification.further_goals.items()
                },
                "sales_margin": str(verification.margin) if verification.sales else None,
                "calls_to_plan_anew": sorted(undecided),
            }
        )
        return
    from tsam_planner.plan.summary import points_by_goal

    for violation in verification.violations:
        say(f"broken: {violation}", style="red")
    say(str(verification).splitlines()[0].rstrip(":"))
    for name, goals in verification.further_goals.items():
        if goals.any():
            say(f"points of {name}: {points_by_goal(goals)}")
    if undecided:
        say(f"changed people, calls to be planned anew: {', '.join(sorted(undecided))}")
    if verification.sales:
        sold = counted(len(verification.sales), "block")
        say(f"{sold} sold, margin {verification.margin:,} (sales)")
    if recorded is not None:
        if recorded.input_hash != verification.facts.portfolio.content_hash:
            say("the portfolio is not the one that the plan was made from")
        if abs(recorded.objective - verification.objective) > 1e-6:
            say(f"the plan as it was written had {recorded.objective:,.2f} points")
        told = recorded.sales_proof
        if told is not None and abs(told.objective - float(verification.margin)) > 0.005:
            say(f"the plan as it was written had a margin of {told.objective:,.2f}")


def show_edits(effect: "EditEffect", *, json: bool) -> None:
    """Show what somebody changed in a plan's workbook, what it breaks and what it costs."""
    check = effect.after
    if json:
        say_json(
            {
                "ok": effect.ok,
                "edits": [
                    {
                        "cell": edit.cell,
                        "contract_id": edit.contract_id,
                        "column": edit.column,
                        "before": edit.before,
                        "after": edit.after,
                    }
                    for edit in effect.edits
                ],
                "violations": [_told(item) for item in check.violations],
                "broken_by_edits": [_told(item) for item in effect.broken],
                "objective": check.objective,
                "objective_before": effect.before.objective,
                "substitute_points": effect.substitute_points[1],
                "substitute_points_before": effect.substitute_points[0],
                "goals": effect.goals.to_dict("records"),
                "calls_to_plan_anew": list(effect.contracts_to_call_anew),
                "is_same_input": effect.is_same_input,
            }
        )
        return
    for line in str(effect).splitlines():
        say(line, style="red" if line.startswith("breaks: ") else None)
    say(str(check).splitlines()[0].rstrip(":"))
    if effect.contracts_to_call_anew:
        names = ", ".join(effect.contracts_to_call_anew)
        say(f"changed people, calls to be planned anew: {names}")
    if not effect.is_same_input:
        say("the portfolio is not the one that the plan was made from")


def _told(violation: "Violation") -> dict[str, object]:
    return {
        "rule": str(violation.rule),
        "basis": violation.rule.basis,
        "contract_id": violation.contract_id,
        "manager_id": violation.manager_id,
        "message": violation.message,
    }

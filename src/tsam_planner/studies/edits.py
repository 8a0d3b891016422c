"""What edits of a plan's workbook break and cost, against the plan as it was written."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from tsam_planner.io.workbook_rows import Edit
from tsam_planner.io.workbooks import EditedPlan, read_workbook
from tsam_planner.portfolio.portfolio import Portfolio
from tsam_planner.service.policy import Policy
from tsam_planner.verify.cases import Violation
from tsam_planner.verify.rule_changes import RuleChanges, compare_rules
from tsam_planner.verify.verification import Verification, verify_plan


@dataclass(frozen=True, kw_only=True)
class EditEffect:
    """
    What edits mean: the plan as written and as edited, held against the same portfolio.

    Attributes
    ----------
    edits
        The cells that somebody changed.
    before, after
        What the checker says of the plan as written, and as edited. Calls follow people and
        are not in the workbook to be edited; they are not checked.
    is_same_input
        Whether the portfolio is the one that the plan was made from.
    """

    edits: tuple[Edit, ...]
    before: Verification = field(repr=False)
    after: Verification = field(repr=False)
    is_same_input: bool = True

    @property
    def ok(self) -> bool:
        """Whether the plan as edited keeps every hard rule."""
        return self.after.ok

    @property
    def rules(self) -> RuleChanges:
        """What becomes of broken rules."""
        return compare_rules(self.before.violations, self.after.violations)

    @property
    def broken(self) -> tuple[Violation, ...]:
        """What the edits break, or break further than it was."""
        return self.rules.broken

    @property
    def eased(self) -> tuple[Violation, ...]:
        """What is still broken, but by less than before."""
        return self.rules.eased

    @property
    def mended(self) -> tuple[Violation, ...]:
        """What was broken and is not any more."""
        return self.rules.mended

    @property
    def goals(self) -> pd.DataFrame:
        """Points by goal (of substitutes by their own names) before, after, and the change."""
        table = pd.DataFrame(
            {"before": _points(self.before), "after": _points(self.after)}
        ).rename_axis("goal")
        return table.assign(change=table["after"] - table["before"]).reset_index()

    @property
    def substitute_points(self) -> tuple[float, float]:
        """Points of substitutes before and after; they stand beside the plan's own."""
        before, after = (
            float(check.further_goals["substitutes"].sum())
            for check in (self.before, self.after)
        )
        return before, after

    @property
    def contracts_to_call_anew(self) -> tuple[str, ...]:
        """Contracts whose people have changed; their weekly calls are to be planned anew."""
        return tuple(sorted({edit.contract_id for edit in self.edits}))

    def __str__(self) -> str:
        return "\n".join(self._lines())

    def _lines(self) -> Iterator[str]:
        yield from (f"edited: {edit}" for edit in self.edits)
        if not self.edits:
            yield "no owner and no substitute was changed"
        yield from self.rules.told()
        yield f"points: {_change(self.before.objective, self.after.objective)}"
        yield f"points of substitutes: {_change(*self.substitute_points)}"
        for row in self.goals.to_dict("records"):
            if abs(row["change"]) > 1e-9:
                yield f"  {row['goal']} {_change(row['before'], row['after'])}"


def check_workbook(
    portfolio: Portfolio, workbook: Path | str, *, policy: Policy | None = None
) -> EditEffect:
    """
    Read back a plan's workbook and say what the edits in it break and cost.

    Parameters
    ----------
    portfolio
        What the plan is for.
    workbook
        ``plan.xlsx`` of a plan's folder, after people worked in it.
    policy
        Numbers and readings of the rules; those that the plan was made with by default.

    Raises
    ------
    PlanFileError
        When the workbook cannot be understood, with every problem at once.
    """
    edited = read_workbook(workbook, portfolio)
    record = edited.record
    before = _verify(portfolio, edited, _of_known(record.assignments, portfolio), policy)
    after = _verify(portfolio, edited, edited.assignments, policy) if edited.edits else before
    return EditEffect(
        edits=edited.edits,
        before=before,
        after=after,
        is_same_input=record.input_hash == portfolio.content_hash,
    )


def _verify(
    portfolio: Portfolio,
    edited: EditedPlan,
    assignments: pd.DataFrame,
    policy: Policy | None,
) -> Verification:
    record = edited.record
    return verify_plan(
        portfolio,
        assignments,
        sales=record.sales if len(record.sales) else None,
        start=record.horizon.start,
        weeks=record.horizon.weeks,
        policy=policy or record.policy,
    )


def _of_known(assignments: pd.DataFrame, portfolio: Portfolio) -> pd.DataFrame:
    """Return a plan as written, with nobody in place of people who have left since."""
    known = [manager.manager_id for manager in portfolio.managers]
    people = assignments[["manager_id", "backup_id"]]
    return assignments.assign(**people.where(people.isin(known), ""))


def _change(before: float, after: float) -> str:
    return f"{before:,.2f} → {after:,.2f} ({after - before:+,.2f})"


def _points(check: Verification) -> dict[str, float]:
    named = {str(goal).replace("_", " "): points for goal, points in check.goals.items()}
    substitutes = check.further_goals["substitutes"]
    return named | {
        f"substitutes: {str(goal).replace('_', ' ')}": points
        for goal, points in substitutes.items()
    }

"""
What if, by hand: one contract moved, its effect on every rule and goal, and whom to ask.

Nothing is searched anew: every other contract stays where it is, so that an answer takes
milliseconds. Calls and substitutes follow the managers and are not placed here.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import pandas as pd

from tsam_planner.errors import ArgumentError
from tsam_planner.plan.goals import GOALS, Points
from tsam_planner.plan.plan import Plan
from tsam_planner.studies.standing import Owners, Standing, books_differ, stand
from tsam_planner.units import MICRO
from tsam_planner.verify.cases import Violation
from tsam_planner.verify.rule_changes import RuleChanges, compare_rules

RECOMMENDATION = (
    "manager_id", "fits", "points", "change", *(f"change_{goal}" for goal in GOALS), "reason",
)  # fmt: skip


@dataclass(frozen=True)
class MoveEffect:
    """
    What moving contracts means.

    Attributes
    ----------
    owners
        Who gets what (None: nobody).
    rules
        What becomes of broken rules; of a plan that keeps all of them, what the move breaks.
    goals
        Points by goal: ``goal, before, after, change``; fewer are better.
    books
        Weeks of the managers concerned: ``manager_id, week, load_before, load_after,
        deployable_hours, cases_before, cases_after, max_cases``.
    counter_swap
        The exchange with a contract of the new manager that breaks nothing and costs the
        fewest points, if one is better than the move alone.
    """

    owners: Owners
    rules: RuleChanges
    goals: pd.DataFrame = field(repr=False)
    books: pd.DataFrame = field(repr=False)
    counter_swap: "MoveEffect | None" = None

    @property
    def broken(self) -> tuple[Violation, ...]:
        """Rules that hold before and not after, or that are broken more than before."""
        return self.rules.broken

    @property
    def eased(self) -> tuple[Violation, ...]:
        """Rules that are broken after as before, but by less."""
        return self.rules.eased

    @property
    def mended(self) -> tuple[Violation, ...]:
        """Rules that are broken before and hold after."""
        return self.rules.mended

    @property
    def is_allowed(self) -> bool:
        """Whether it breaks no rule, nor one that is broken already any further."""
        return not self.broken

    @property
    def change(self) -> float:
        """Points more (or less, where negative)."""
        return float(self.goals["change"].sum())

    def __str__(self) -> str:
        return "\n".join(self._lines())

    def _lines(self) -> Iterator[str]:
        moves = ", ".join(f"{name} to {who or 'nobody'}" for name, who in self.owners.items())
        by_goal = ", ".join(
            f"{row['goal']} {row['change']:+,.2f}"
            for row in self.goals.to_dict("records")
            if row["change"]
        )
        yield f"{moves}: {self.change:+,.2f} points" + (f" ({by_goal})" if by_goal else "")
        yield from self.rules.told()
        if self.counter_swap is not None:
            yield f"better as a swap: {self.counter_swap}"


def try_move(plan: Plan, contract_id: str, manager_id: str | None) -> MoveEffect:
    """
    Return what moving a contract to a manager would mean, all others staying as they are.

    Parameters
    ----------
    plan
        A plan that knows its portfolio.
    contract_id
        A planned contract.
    manager_id
        Who is to serve it for its whole term; None for nobody.

    Raises
    ------
    ArgumentError
        When an id is unknown, the contract is not planned, or the plan does not know its
        portfolio.
    """
    before = stand(plan)
    check_names(before, contract_id, manager_id)
    effect = effect_of(before, {contract_id: manager_id})
    swap = _best_swap(before, contract_id, manager_id, effect)
    return replace(effect, counter_swap=swap)


def check_names(standing: Standing, contract_id: str, manager_id: str | None = None) -> None:
    """Refuse contracts and managers that a plan does not have."""
    facts = standing.facts
    if contract_id not in facts.contract_index:
        message = f"the plan has no contract {contract_id!r}"
        raise ArgumentError(message)
    reason = facts.not_planned_reason(facts.contract_index[contract_id])
    if reason is not None:
        message = f"{contract_id} is not planned: {reason}"
        raise ArgumentError(message)
    if contract_id in standing.added:
        message = (
            f"the plan was made before contract {contract_id!r} was in the portfolio; "
            f"plan again (replan)"
        )
        raise ArgumentError(message)
    if manager_id is not None and manager_id not in facts.manager_index:
        message = f"the plan has no manager {manager_id!r}"
        raise ArgumentError(message)


def effect_of(before: Standing, owners: Owners) -> MoveEffect:
    """Return what other owners of some contracts mean."""
    after = before.moved(owners)
    return MoveEffect(
        owners=dict(owners),
        rules=compare_rules(before.violations, after.violations),
        goals=_goals(before.points, after.points),
        books=_books(before, after),
    )


def _goals(before: Points, after: Points) -> pd.DataFrame:
    one, other = before.by_goal(), after.by_goal()
    rows = [
        (goal, one[goal] / MICRO, other[goal] / MICRO, (other[goal] - one[goal]) / MICRO)
        for goal in GOALS
    ]
    return pd.DataFrame(rows, columns=["goal", "before", "after", "change"])


def _books(before: Standing, after: Standing) -> pd.DataFrame:
    facts = before.facts
    weeks = facts.manager_weeks
    rows = [
        (
            facts.managers[manager].manager_id,
            pd.Timestamp(monday),
            before.ledger.load[manager, week] / MICRO,
            after.ledger.load[manager, week] / MICRO,
            weeks.deployable[manager, week] / MICRO,
            int(before.ledger.cases[manager, week]),
            int(after.ledger.cases[manager, week]),
            int(weeks.max_cases[manager]),
        )
        for manager in books_differ(before, after)
        for week, monday in enumerate(facts.horizon.mondays)
    ]
    columns = [
        "manager_id", "week", "load_before", "load_after", "deployable_hours", "cases_before",
        "cases_after", "max_cases",
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def _best_swap(
    before: Standing, contract_id: str, manager_id: str | None, alone: MoveEffect
) -> MoveEffect | None:
    """Exchange the contract with each one of the new manager's book; return the best."""
    giver = before.owner(contract_id)
    if manager_id is None or giver in (None, manager_id):
        return None
    best: MoveEffect | None = None
    for other in before.contracts_of.get(manager_id, ()):
        swap = effect_of(before, {contract_id: manager_id, other: giver})
        if swap.is_allowed and (best is None or swap.change < best.change):
            best = swap
    if best is None or (alone.is_allowed and alone.change <= best.change):
        return None
    return best


def recommend(plan: Plan, contract_id: str) -> pd.DataFrame:
    """
    Rank all managers for a contract, everything else staying as it is.

    Looked at is the contract's whole term within the plan: whoever is not there for all of it
    does not fit, also where it serves the contract for some weeks of this plan (``reason``
    then says for which).

    One row per manager, the best first: ``manager_id``, ``fits`` (the move breaks no rule),
    ``points`` of the plan then, ``change`` against the plan and by goal
    (``change_<goal>``), and ``reason``: the first rule in the way with its numbers, or what
    speaks for and against. Whoever may not serve it at all comes last, and has no points.

    Raises
    ------
    ArgumentError
        As for `try_move`.
    """
    before = stand(plan)
    check_names(before, contract_id)
    today = before.facts.incumbents.get(contract_id)
    rows = [
        _rank(before, contract_id, manager.manager_id, today)
        for manager in before.facts.managers
    ]
    table = pd.DataFrame(rows, columns=list(RECOMMENDATION))
    order = ["fits", "change", "manager_id"]
    return table.sort_values(order, ascending=[False, True, True], ignore_index=True)


def _rank(
    before: Standing, contract_id: str, manager_id: str, today: str | None
) -> tuple[object, ...]:
    barred = before.barred(contract_id, manager_id)
    if barred is not None:
        nothing = [None] * (2 + len(GOALS))
        reason = _served_weeks(before, contract_id, manager_id) + str(barred)
        return (manager_id, False, *nothing, reason)
    after = before.moved({contract_id: manager_id})
    broken = compare_rules(before.violations, after.violations).broken
    old, new = before.points.by_goal(), after.points.by_goal()
    by_goal = {goal: (new[goal] - old[goal]) / MICRO for goal in GOALS}
    reason = (
        str(broken[0])
        if broken
        else _words(by_goal, is_owner=manager_id == before.owner(contract_id))
    )
    if manager_id == today:
        reason = f"has it today; {reason}"
    change = math.fsum(by_goal.values())
    return (
        manager_id,
        not broken,
        after.points.total / MICRO,
        change,
        *by_goal.values(),
        reason,
    )


def _served_weeks(before: Standing, contract_id: str, manager_id: str) -> str:
    """Say in which weeks of the plan somebody serves who could not serve the whole term."""
    weeks = [
        f"from {row.from_week} to the week of {row.to_week}"
        for row in before.rows[contract_id]
        if row.manager_id == manager_id
    ]
    if not weeks:
        return ""
    return f"serves it {' and '.join(weeks)}; the whole term is what is looked at: "


def _words(by_goal: dict[str, float], *, is_owner: bool) -> str:
    if is_owner:
        return "has it in this plan"
    parts = [
        f"{name.replace('_', ' ')} {change:+,.1f}" for name, change in by_goal.items() if change
    ]
    return ", ".join(parts) if parts else "changes no points"

"""
A plan as it stands, and what it becomes when few contracts change hands.

Only the rows that change are worked out anew; hours, cases and points are whole millionths,
so that the result is that of a full check to the last digit.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from weakref import WeakKeyDictionary

import numpy as np

from tsam_planner.errors import ArgumentError
from tsam_planner.facts import Facts
from tsam_planner.plan.decision_tables import decisions_from
from tsam_planner.plan.decisions import Decision, by_contract
from tsam_planner.plan.goals import (
    Points,
    call_overlap_points,
    company_split_points,
    handover_points,
    strain_points,
    unassigned_points,
)
from tsam_planner.plan.ledger import Ledger, keep_ledger
from tsam_planner.plan.plan import Plan
from tsam_planner.service.hard_rules import HardRule
from tsam_planner.verify.books import BOOK_RULES
from tsam_planner.verify.cases import Case, Violation
from tsam_planner.verify.primaries import (
    COMPANY_RULES,
    PAIR_RULES,
    PRIMARY_RULES,
    handovers_stay_within_limit,
)

Owners = Mapping[str, str | None]
"""The manager that each of some contracts is to have for its whole term, None for nobody."""

# What a book's hours and counts depend on; cover follows from all books together.
_ADDED = ("load", "handover", "cases", "unfunded", "contracts")


@dataclass(frozen=True)
class Standing:
    """
    Decisions with their books, points and broken rules.

    ``ledger`` holds own books only as far as decisions were changed: cover is left out.
    ``added`` are contracts of the portfolio that the plan has no row of; they have nobody here.
    """

    facts: Facts
    rows: Mapping[str, Sequence[Decision]]
    ledger: Ledger
    points: Points
    violations: frozenset[Violation]
    added: frozenset[str] = frozenset()

    @property
    def decisions(self) -> list[Decision]:
        """Return the decisions, by contract and time."""
        return [row for stretches in self.rows.values() for row in stretches]

    def owner(self, contract_id: str) -> str | None:
        """Return who serves a contract, the last one where several do in turn."""
        people = [row.manager_id for row in self.rows[contract_id] if row.manager_id]
        return people[-1] if people else None

    @cached_property
    def contracts_of(self) -> Mapping[str, tuple[str, ...]]:
        """Return the contracts that each manager serves in some week."""
        books: dict[str, list[str]] = {}
        for name, stretches in self.rows.items():
            for manager in {row.manager_id for row in stretches if row.manager_id}:
                books.setdefault(manager, []).append(name)
        return {name: tuple(sorted(book)) for name, book in books.items()}

    def moved(self, owners: Owners) -> "Standing":
        """
        Return the plan in which some contracts have other managers for their whole term.

        A substitute who becomes the manager is nobody's substitute any more.
        """
        changed = {name: [self._given(name, who)] for name, who in owners.items()}
        before = [row for name in changed for row in self.rows[name]]
        after = [row for stretches in changed.values() for row in stretches]
        ledger = _exchanged(self.facts, self.ledger, before, after)
        rows = {**self.rows, **changed}
        circle = self._circle(owners)
        old = [row for name in circle for row in self.rows[name]]
        new = [row for name in circle for row in rows[name]]
        points = Points(
            strain=strain_points(self.facts, ledger),
            **{
                goal: getattr(self.points, goal)
                + _added_points(self.facts, new)[goal]
                - _added_points(self.facts, old)[goal]
                for goal in ("unassigned", "handover", "company_split", "call_overlap")
            },
        )
        gone = _of_rows(self.facts, old, self.ledger) | self._of_books | self._of_weeks(owners)
        come = _of_rows(self.facts, new, ledger) | _of_books(self.facts, ledger)
        violations = (self.violations - gone) | come
        moved = replace(self, rows=rows, ledger=ledger, points=points, violations=violations)
        return moved.with_count_of_handovers()

    @cached_property
    def _of_books(self) -> frozenset[Violation]:
        return _of_books(self.facts, self.ledger)

    def _of_weeks(self, names: Iterable[str]) -> frozenset[Violation]:
        """Return what is wrong with weeks of contracts: one row for the whole term mends it."""
        known = set(names)
        return frozenset(
            item
            for item in self.violations
            if item.rule is HardRule.ONE_MANAGER_AT_A_TIME and item.contract_id in known
        )

    def with_count_of_handovers(self) -> "Standing":
        """Hold all rows together against the policy's limit of handovers."""
        if self.facts.policy.max_handovers is None:
            return self
        others = {
            item
            for item in self.violations
            if item.rule is not HardRule.HANDOVERS_STAY_WITHIN_LIMIT
        }
        found = handovers_stay_within_limit(Case(self.facts, self.decisions, self.ledger))
        return replace(self, violations=frozenset({*others, *found}))

    def barred(self, contract_id: str, manager_id: str) -> Violation | None:
        """Return the first rule about the pair alone that keeps it apart, if there is one."""
        row = self._given(contract_id, manager_id)
        case = Case(self.facts, [row], self.ledger)
        for rule in PAIR_RULES:
            for item in rule(case):
                if item.contract_id == contract_id:
                    return item
        return None

    def _given(self, name: str, manager_id: str | None) -> Decision:
        first, last = self.rows[name][0], self.rows[name][-1]
        backup = None if first.backup_id == manager_id else first.backup_id
        return Decision(
            contract_id=name,
            status="unassigned" if manager_id is None else "assigned",
            manager_id=manager_id,
            backup_id=None if manager_id is None else backup,
            from_week=first.from_week,
            to_week=last.to_week,
        )

    def _circle(self, names: Iterable[str]) -> list[str]:
        """Return contracts with all others of their companies: rules of companies need them."""
        facts = self.facts
        companies = {facts.contract(name).company_id for name in names}
        return [
            contract.contract_id
            for contract in facts.contracts
            if contract.company_id in companies
        ]


_KNOWN: "WeakKeyDictionary[Plan, Standing]" = WeakKeyDictionary()


def stand(plan: Plan) -> Standing:
    """
    Return a plan as it stands; worked out once per plan.

    Contracts that came into the portfolio after the plan was made have nobody.

    Raises
    ------
    ArgumentError
        When the plan does not know its portfolio, or has rows of contracts or managers that
        the portfolio does not have.
    """
    if plan not in _KNOWN:
        facts = plan.facts
        _refuse_unknown(plan, facts)
        decided = decisions_from(plan.assignments, facts)
        added = _not_decided(facts, decided)
        standing = standing_of(facts, [*decided, *added])
        _KNOWN[plan] = replace(standing, added=frozenset(row.contract_id for row in added))
    return _KNOWN[plan]


def refuse_risk(plan: Plan, study: str) -> None:
    """
    Refuse a plan whose books hold an accepted risk, for a study of planning figures.

    Raises
    ------
    ArgumentError
        When the plan's policy accepts a risk.
    """
    if plan.policy.risk is not None:
        message = (
            f"{study} looks at planning figures, and this plan's policy accepts a risk of "
            f"{plan.policy.risk:.1%}; make a plan without `risk` and ask that one"
        )
        raise ArgumentError(message)


def _refuse_unknown(plan: Plan, facts: Facts) -> None:
    rows = plan.assignments
    people = {*rows["manager_id"].dropna(), *rows["backup_id"].dropna()}
    unknown = {*rows["contract_id"]} - facts.contract_index.keys()
    unknown |= people - facts.manager_index.keys()
    if unknown:
        message = (
            f"the plan is of another portfolio, with {', '.join(sorted(unknown))}; "
            f"plan again with this one (replan)"
        )
        raise ArgumentError(message)


def _not_decided(facts: Facts, decided: Sequence[Decision]) -> list[Decision]:
    """Return rows without a manager for the planned contracts that decisions do not name."""
    named = {row.contract_id for row in decided}
    rows = []
    for position, contract in enumerate(facts.contracts):
        if contract.contract_id not in named and facts.planned[position]:
            first, last = facts.first_and_last_week(position)
            rows.append(
                Decision(
                    contract_id=contract.contract_id,
                    status="unassigned",
                    from_week=facts.horizon.mondays[first],
                    to_week=facts.horizon.mondays[last],
                )
            )
    return rows


def standing_of(facts: Facts, decisions: Sequence[Decision]) -> Standing:
    """Work out decisions from nothing."""
    ledger = keep_ledger(facts, decisions)
    points = Points(
        **_added_points(facts, decisions),
        strain=strain_points(facts, ledger),
    )
    case = Case(facts, decisions, ledger)
    violations = frozenset(item for rule in PRIMARY_RULES for item in rule(case))
    return Standing(facts, by_contract(decisions), ledger, points, violations)


def changed_owners(before: Standing, decisions: Sequence[Decision]) -> dict[str, str | None]:
    """Return the contracts that other people serve in some decisions, with the last one."""
    return {
        name: stretches[-1].manager_id
        for name, stretches in by_contract(decisions).items()
        if _people(stretches) != _people(before.rows[name])
    }


def _people(stretches: Sequence[Decision]) -> list[str | None]:
    return [row.manager_id for row in stretches]


def _added_points(facts: Facts, rows: Sequence[Decision]) -> dict[str, int]:
    """Return the points that add over companies (all goals but strain)."""
    return {
        "unassigned": sum(unassigned_points(facts, row) for row in rows),
        "handover": handover_points(facts, rows),
        "company_split": company_split_points(facts, rows),
        "call_overlap": sum(call_overlap_points(facts, row) for row in rows),
    }


def _exchanged(
    facts: Facts, ledger: Ledger, before: Sequence[Decision], after: Sequence[Decision]
) -> Ledger:
    """Return the books with some rows in place of others."""
    gone, come = keep_ledger(facts, before), keep_ledger(facts, after)
    return replace(
        ledger,
        **{
            name: getattr(ledger, name) - getattr(gone, name) + getattr(come, name)
            for name in _ADDED
        },
    )


def _of_rows(facts: Facts, rows: Sequence[Decision], ledger: Ledger) -> frozenset[Violation]:
    """Return what rows break by themselves and among their companies."""
    case = Case(facts, rows, ledger)
    return frozenset(item for rule in (*PAIR_RULES, *COMPANY_RULES) for item in rule(case))


def _of_books(facts: Facts, ledger: Ledger) -> frozenset[Violation]:
    """Return what books break, all rows together."""
    if not _is_any_book_over(facts, ledger):
        return frozenset()
    case = Case(facts, (), ledger)
    return frozenset(item for rule in BOOK_RULES for item in rule(case))


def _is_any_book_over(facts: Facts, ledger: Ledger) -> bool:
    """Say at once whether a limit of hours, cases or contracts is broken anywhere."""
    weeks = facts.manager_weeks
    span = min(facts.policy.averaging_weeks, facts.horizon.weeks)
    spare = np.lib.stride_tricks.sliding_window_view(weeks.bookable - ledger.load, span, axis=1)
    held, limit = ledger.contracts.max(axis=1), weeks.max_contracts
    return bool(
        (ledger.load > weeks.available).any()
        or (spare.sum(axis=2) < 0).any()
        or (ledger.cases > weeks.max_cases[:, None]).any()
        or ((limit >= 0) & (held > limit)).any()
    )


def books_differ(one: Standing, other: Standing) -> list[int]:
    """Return the managers (positions) whose books differ between two standings."""
    differs = (one.ledger.load != other.ledger.load).any(axis=1)
    differs |= (one.ledger.cases != other.ledger.cases).any(axis=1)
    rows: list[int] = np.flatnonzero(differs).tolist()
    return rows

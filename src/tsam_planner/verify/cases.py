"""What is examined, and how a broken rule is told."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tsam_planner.facts import Facts
from tsam_planner.plan.decisions import Decision
from tsam_planner.plan.ledger import Ledger
from tsam_planner.portfolio.records import Contract, Manager
from tsam_planner.service.hard_rules import HardRule

Place = tuple[HardRule, str | None, str | None, dt.date | None, str]
"""Rule, contract, manager, week and what it is about (see `Violation`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    """
    A place where a plan breaks a hard rule, with the numbers in ``message``.

    Attributes
    ----------
    rule, contract_id, manager_id, week, about
        The place. ``week`` is given where a rule counts weeks one by one, and is the first
        of those that it counts together; ``about`` tells places apart that have all else in
        common: a company, or what there is too much of.
    message
        What is wrong there, with its numbers.
    excess
        How far beyond the rule, in whole units of the rule's own (millionths of an hour,
        cases, contracts, days); None where a rule is kept or broken and nothing between.
    """

    rule: HardRule
    message: str
    contract_id: str | None = None
    manager_id: str | None = None
    week: dt.date | None = None
    about: str = ""
    excess: int | None = None

    @property
    def place(self) -> Place:
        """Where it is: two plans that break a rule at one place break the same thing."""
        return self.rule, self.contract_id, self.manager_id, self.week, self.about

    def __str__(self) -> str:
        return f"{self.message} ({self.rule}: {self.rule.basis})"


@dataclass(frozen=True, slots=True)
class Case:
    """Decisions under examination, with the facts and the ledger they are held against."""

    facts: Facts
    decisions: Sequence[Decision]
    ledger: Ledger

    def served(self) -> Iterator[tuple[Decision, Contract, Manager]]:
        """Yield each stretch that has a manager, with its records."""
        for decision in self.decisions:
            if decision.manager_id is not None:
                yield (
                    decision,
                    self.facts.contracts[self.facts.contract_index[decision.contract_id]],
                    self.facts.managers[self.facts.manager_index[decision.manager_id]],
                )


def pair_violation(
    rule: HardRule, contract: Contract, manager: Manager, what: str, excess: int | None = None
) -> Violation:
    """Return what a rule says about a contract and a manager."""
    return Violation(
        rule=rule,
        message=f"{contract.contract_id} with {manager.label}: {what}",
        contract_id=contract.contract_id,
        manager_id=manager.manager_id,
        excess=excess,
    )


def told_once(items: Sequence[Violation]) -> Iterator[str]:
    """Tell each rule once for each pair of a contract and a manager: weeks are many."""
    groups: dict[tuple[str | None, ...], list[Violation]] = {}
    for item in items:
        pair = item.rule, item.contract_id, item.manager_id, item.about
        groups.setdefault(pair, []).append(item)
    for group in groups.values():
        more = f" (and {len(group) - 1} more of this)" if len(group) > 1 else ""
        yield f"{group[0]}{more}"

"""What is examined, and how a broken rule is told."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tsam_planner.facts import Facts
from tsam_planner.plan.decisions import Decision
from tsam_planner.plan.ledger import Ledger
from tsam_planner.portfolio.records import Contract, Manager
from tsam_planner.service.hard_rules import HardRule


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    """A place where a plan breaks a hard rule, with the numbers in ``message``."""

    rule: HardRule
    message: str
    contract_id: str | None = None
    manager_id: str | None = None

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
    rule: HardRule, contract: Contract, manager: Manager, what: str
) -> Violation:
    """Return what a rule says about a contract and a manager."""
    return Violation(
        rule=rule,
        message=f"{contract.contract_id} with {manager.label}: {what}",
        contract_id=contract.contract_id,
        manager_id=manager.manager_id,
    )


def told_once(items: Sequence[Violation]) -> Iterator[str]:
    """Tell each rule once for each pair of a contract and a manager: weeks are many."""
    groups: dict[tuple[str, str | None, str | None], list[Violation]] = {}
    for item in items:
        groups.setdefault((item.rule, item.contract_id, item.manager_id), []).append(item)
    for group in groups.values():
        more = f" (and {len(group) - 1} more of this)" if len(group) > 1 else ""
        yield f"{group[0]}{more}"

"""The hard rules of substitutes, one function each."""

from collections.abc import Iterator
from dataclasses import replace

from tsam_planner.service.hard_rules import HardRule
from tsam_planner.verify.cases import Case, Violation, pair_violation
from tsam_planner.verify.primaries import (
    employed_throughout,
    language_is_spoken,
    offering_is_served,
    present_in_the_long_run,
    products_are_known,
    window_overlaps,
)

PAIR_RULES = (
    offering_is_served,
    products_are_known,
    language_is_spoken,
    employed_throughout,
    present_in_the_long_run,
    window_overlaps,
)


def backup_is_somebody_else(case: Case) -> Iterator[Violation]:
    """A backup is never the primary itself (R41)."""
    for decision, contract, manager in case.served():
        if decision.backup_id == decision.manager_id:
            yield pair_violation(
                HardRule.BACKUP_IS_SOMEBODY_ELSE,
                contract,
                manager,
                "cannot be its own backup",
            )


def backup_is_eligible(case: Case) -> Iterator[Violation]:
    """A backup obeys the rules of a pair like a manager, and no pin forbids it (R41)."""
    swapped = [
        replace(decision, manager_id=decision.backup_id)
        for decision in case.decisions
        if decision.manager_id is not None and decision.backup_id is not None
    ]
    as_managers = Case(case.facts, swapped, case.ledger)
    for rule in PAIR_RULES:
        for violation in rule(as_managers):
            yield replace(
                violation,
                rule=HardRule.BACKUP_IS_ELIGIBLE,
                message=f"substitute of {violation.message}",
                about=violation.rule,
            )
    forbidden = {
        (pin.contract_id, pin.manager_id)
        for pin in case.facts.portfolio.pins
        if pin.rule == "forbid"
    }
    for decision, contract, manager in as_managers.served():
        if (decision.contract_id, decision.manager_id) in forbidden:
            yield pair_violation(
                HardRule.BACKUP_IS_ELIGIBLE,
                contract,
                manager,
                "is forbidden as a substitute",
            )

"""What a reader must know before trusting a plan, in sentences."""

from collections.abc import Sequence

from tsam_planner.facts import Facts
from tsam_planner.plan.decisions import Decision
from tsam_planner.plan.ledger import Ledger
from tsam_planner.units import MICRO


def warnings_of(facts: Facts, decisions: Sequence[Decision], ledger: Ledger) -> tuple[str, ...]:
    """Return the notices of a plan, findings of the input first."""
    notices = [str(finding) for finding in facts.portfolio.findings]
    notices += _nobody_said_whom_first(facts, decisions)
    notices += _assumed_need(facts)
    notices += _uncovered_absences(ledger)
    return tuple(notices)


def _nobody_said_whom_first(facts: Facts, decisions: Sequence[Decision]) -> list[str]:
    left_out = [row for row in decisions if row.status == "unassigned"]
    if left_out and all(contract.priority == 1 for contract in facts.contracts):
        return [
            f"{_count(len(left_out), 'contract')} unassigned and every priority is 1: "
            "the plan cannot know whom to serve first; set priorities in contracts"
        ]
    return []


def _assumed_need(facts: Facts) -> list[str]:
    sources = facts.contract_weeks.need_sources
    assumed = [
        contract.contract_id
        for row, contract in enumerate(facts.contracts)
        if facts.planned[row] and "cadence" in sources[row]
    ]
    if not assumed:
        return []
    return [
        f"the need of {_count(len(assumed), 'contract')} rests on the cadence of the "
        f"offering and assumed hours per deliverable: {', '.join(assumed)}"
    ]


def _uncovered_absences(ledger: Ledger) -> list[str]:
    uncovered = int(ledger.uncovered.sum()) / MICRO
    if not uncovered:
        return []
    contracts = int((ledger.uncovered.sum(axis=1) > 0).sum())
    return [
        f"{uncovered:,.1f} h of {_count(contracts, 'contract')} fall on absences of the "
        "manager and have no backup: substitutes are not planned in this version (R41)"
    ]


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"

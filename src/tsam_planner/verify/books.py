"""The hard rules of what a manager has in all: hours, cases and contracts of the own book."""

from collections.abc import Iterator

import numpy as np

from tsam_planner.facts import Facts
from tsam_planner.service.hard_rules import HardRule
from tsam_planner.units import MICRO
from tsam_planner.verify.cases import Case, Violation
from tsam_planner.words import counted


def available_hours_suffice(case: Case) -> Iterator[Violation]:
    """In every week the own book fits into the hours a manager is there."""
    limit = case.facts.manager_weeks.available
    for row, week in np.argwhere(case.ledger.load > limit):
        yield _violation(
            case.facts,
            HardRule.AVAILABLE_HOURS_SUFFICE,
            int(row),
            f"in the week of {case.facts.horizon.mondays[week]}: load "
            f"{case.ledger.load[row, week] / MICRO:.2f} h, "
            f"available {limit[row, week] / MICRO:.2f} h",
            week=int(week),
            excess=int(case.ledger.load[row, week] - limit[row, week]),
        )


def deployable_hours_suffice(case: Case) -> Iterator[Violation]:
    """Over every few consecutive weeks the own book fits into deployable hours."""
    facts = case.facts
    span = min(facts.policy.averaging_weeks, facts.horizon.weeks)
    for row in range(len(facts.managers)):
        for first in range(facts.horizon.weeks - span + 1):
            weeks = slice(first, first + span)
            load = int(case.ledger.load[row, weeks].sum())
            deployable = int(facts.manager_weeks.bookable[row, weeks].sum())
            if load > deployable:
                yield _violation(
                    facts,
                    HardRule.DEPLOYABLE_HOURS_SUFFICE,
                    row,
                    f"over {span} weeks from {facts.horizon.mondays[first]}: load "
                    f"{load / MICRO:.2f} h, deployable {deployable / MICRO:.2f} h",
                    week=first,
                    excess=load - deployable,
                )


def cases_stay_within_limit(case: Case) -> Iterator[Violation]:
    """In every week the planning cases of the own book stay within the limit (R43)."""
    limit = case.facts.manager_weeks.max_cases
    for row, week in np.argwhere(case.ledger.cases > limit[:, None]):
        yield _violation(
            case.facts,
            HardRule.CASES_STAY_WITHIN_LIMIT,
            int(row),
            f"in the week of {case.facts.horizon.mondays[week]}: "
            f"{case.ledger.cases[row, week]} cases, at most {limit[row]}",
            week=int(week),
            excess=int(case.ledger.cases[row, week] - limit[row]),
        )


def contracts_stay_within_limit(case: Case) -> Iterator[Violation]:
    """A manager has no more contracts than its own limit, where it has one."""
    limit = case.facts.manager_weeks.max_contracts
    held = case.ledger.contracts.max(axis=1)
    for row in np.flatnonzero((limit >= 0) & (held > limit)):
        yield _violation(
            case.facts,
            HardRule.CONTRACTS_STAY_WITHIN_LIMIT,
            int(row),
            f"has {counted(int(held[row]), 'contract')}, at most {limit[row]}",
            excess=int(held[row] - limit[row]),
        )


def _violation(
    facts: Facts, rule: HardRule, row: int, what: str, *, excess: int, week: int | None = None
) -> Violation:
    manager = facts.managers[row]
    return Violation(
        rule=rule,
        message=f"{manager.label} {what}",
        manager_id=manager.manager_id,
        week=None if week is None else facts.horizon.mondays[week],
        excess=excess,
    )


BOOK_RULES = (
    available_hours_suffice,
    deployable_hours_suffice,
    cases_stay_within_limit,
    contracts_stay_within_limit,
)
"""Rules about what a manager has in all."""

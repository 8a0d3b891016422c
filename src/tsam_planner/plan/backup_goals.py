"""
The goals of substitutes in points, each worked out from the decisions alone.

They are weighed after a plan's own goals and stand apart from them.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from tsam_planner.facts import Facts
from tsam_planner.plan.decisions import Decision, by_contract
from tsam_planner.plan.goals import share_of_term, strain_threshold
from tsam_planner.plan.ledger import Ledger
from tsam_planner.plan.response_gaps import absent_together_days
from tsam_planner.service.offerings import has_allowance
from tsam_planner.units import MICRO, micro

BACKUP_GOALS = {
    "no_backup": "contracts without a substitute",
    "uncovered": "hours of absences that nobody carries",
    "cases": "cases above the limit in weeks of cover",
    "away_together": "working days without anybody beyond the response goal",
    "further_backup": "managers with several substitutes",
    "backup_change": "contracts whose substitute changes",
    "company_backups": "companies with several substitutes",
    "standby": "hours stood in for beyond own deployable hours",
    "strain": "hours of cover above the strained shares of deployable hours",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupPoints:
    """Points of the substitutes by goal, in whole millionths; fewer are better."""

    no_backup: int
    uncovered: int
    cases: int
    away_together: int
    further_backup: int
    backup_change: int
    company_backups: int
    standby: int
    strain: int

    @property
    def total(self) -> int:
        """Sum over all goals, in whole millionths."""
        return sum(self.by_goal().values())

    def by_goal(self) -> dict[str, int]:
        """Return the millionths of points of each goal."""
        return {goal: getattr(self, goal) for goal in BACKUP_GOALS}


def needing_backup(facts: Facts, decisions: Sequence[Decision]) -> list[Decision]:
    """Return the stretches that a substitute is named for, and calls are due for (R39, R41)."""
    return [row for row in decisions if needs_backup(facts, row)]


def needs_backup(facts: Facts, row: Decision) -> bool:
    """Return whether a substitute is named for a stretch: it is served, and not Standard."""
    offering = facts.contract(row.contract_id).offering
    return row.manager_id is not None and has_allowance(offering)


def count_backup_points(
    facts: Facts, decisions: Sequence[Decision], ledger: Ledger
) -> BackupPoints:
    """Return the points of the substitutes by goal; ``ledger`` belongs to the decisions."""
    rows = needing_backup(facts, decisions)
    weights = facts.policy.backup_goals
    return BackupPoints(
        no_backup=_no_backup(facts, rows),
        uncovered=micro(weights.uncovered * _uncovered(facts, rows, ledger) / MICRO),
        cases=micro(weights.cases * _cases_above(facts, ledger)),
        away_together=micro(weights.away_together * _days_together(facts, rows)),
        further_backup=micro(weights.further_backup) * _further_backups(rows),
        backup_change=sum(_changes(facts, rows)),
        company_backups=micro(weights.company_backups) * _company_backups(facts, rows),
        standby=micro(weights.standby * _standby(facts, rows) / MICRO),
        strain=_strain(facts, ledger),
    )


def _no_backup(facts: Facts, rows: Sequence[Decision]) -> int:
    if not facts.policy.backup_required:
        return 0
    price = facts.policy.backup_goals.no_backup
    return sum(
        micro(price * facts.contract(row.contract_id).priority * share_of_term(facts, row))
        for row in rows
        if row.backup_id is None
    )


def _uncovered(facts: Facts, rows: Sequence[Decision], ledger: Ledger) -> int:
    contracts = {facts.contract_index[row.contract_id] for row in rows}
    return int(ledger.uncovered[sorted(contracts)].sum())


def _cases_above(facts: Facts, ledger: Ledger) -> int:
    """Return the cases above the limit that come with cover, over all manager-weeks."""
    limit = facts.manager_weeks.max_cases[:, None]
    room = np.maximum(0, limit - ledger.cases)
    return int(np.maximum(0, ledger.cover_cases - room).sum())


def _days_together(facts: Facts, rows: Sequence[Decision]) -> int:
    return sum(
        absent_together_days(
            facts,
            facts.contract_index[row.contract_id],
            facts.manager_index[str(row.manager_id)],
            None if row.backup_id is None else facts.manager_index[row.backup_id],
            row.weeks(facts.horizon),
        )
        for row in rows
    )


def _further_backups(rows: Sequence[Decision]) -> int:
    """Return the substitutes beyond the first of each manager's book."""
    several: dict[str, set[str]] = {}
    for row in rows:
        if row.backup_id is not None:
            several.setdefault(str(row.manager_id), set()).add(row.backup_id)
    return sum(len(names) - 1 for names in several.values())


def _changes(facts: Facts, rows: Sequence[Decision]) -> Iterator[int]:
    """Yield the price of every substitute who replaces today's, or an earlier one."""
    today = {row.contract_id: row.backup_id for row in facts.portfolio.assignments}
    weight = facts.policy.backup_goals.backup_change
    for contract_id, stretches in by_contract(rows).items():
        price = micro(weight * facts.contract(contract_id).handover_weight)
        first, before = stretches[0], today.get(contract_id)
        is_kept = first.backup_id in (None, before) or before in (None, first.manager_id)
        if not is_kept and _begins_its_contract(facts, first):
            yield price
        for one, other in pairwise(stretches):
            if (
                None not in (one.backup_id, other.backup_id)
                and one.backup_id != other.backup_id
            ):
                yield price


def _begins_its_contract(facts: Facts, row: Decision) -> bool:
    first, _ = facts.first_and_last_week(facts.contract_index[row.contract_id])
    return row.weeks(facts.horizon).start <= first


def _company_backups(facts: Facts, rows: Sequence[Decision]) -> int:
    """Return the substitutes beyond the first of each company that is not kept apart."""
    several: dict[str, set[str]] = {}
    for row in rows:
        company = facts.contract(row.contract_id).company_id
        if row.backup_id is not None and facts.same_manager[company] != "forbid":
            several.setdefault(company, set()).add(row.backup_id)
    return sum(len(names) - 1 for names in several.values())


def _standby(facts: Facts, rows: Sequence[Decision]) -> int:
    """Return by how many hours the books that people stand in for exceed what they work."""
    held = Counter[int]()
    for row in rows:
        if row.backup_id is not None:
            planned = facts.contract_weeks.planned[facts.contract_index[row.contract_id]]
            backup = facts.manager_index[row.backup_id]
            held[backup] += sum(int(planned[week]) for week in row.weeks(facts.horizon))
    return sum(
        max(0, hours - int(facts.manager_weeks.deployable[manager].sum()))
        for manager, hours in held.items()
    )


def _strain(facts: Facts, ledger: Ledger) -> int:
    """Return the points of hours asked as cover above the policy's strain shares."""
    total = 0.0
    for share, price in zip(facts.policy.strain_shares, facts.policy.goals.strain, strict=True):
        room = np.maximum(0, strain_threshold(facts, share) - ledger.load)
        total += price * int(np.maximum(0, ledger.asked - room).sum()) / MICRO
    return micro(total)

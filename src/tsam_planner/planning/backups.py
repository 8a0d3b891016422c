"""Substitutes for decided managers: asked of the model, and written into the decisions."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from tsam_planner.errors import VerificationError
from tsam_planner.facts import Facts
from tsam_planner.model.backups import Book, Served, model_backups
from tsam_planner.model.stretches import Stretch
from tsam_planner.plan.backup_goals import needs_backup
from tsam_planner.plan.decisions import Decision
from tsam_planner.plan.ledger import keep_ledger
from tsam_planner.planning.searches import Searcher
from tsam_planner.solver import AssignmentResult
from tsam_planner.units import MICRO, micro
from tsam_planner.verify.verification import Verification


@dataclass(frozen=True, slots=True)
class Backups:
    """Decisions with substitutes, and what the search for them proves."""

    result: AssignmentResult
    decisions: list[Decision]


def find_backups(facts: Facts, decisions: Sequence[Decision], searcher: Searcher) -> Backups:
    """Search for the best substitutes of all stretches that need one."""
    ledger = keep_ledger(facts, decisions)
    needing = [row for row, item in enumerate(decisions) if needs_backup(facts, item)]
    served = [_served(facts, decisions[row]) for row in needing]
    problem = model_backups(facts, served, Book(ledger.load, ledger.cases))
    result = searcher.backups(problem)
    named = list(decisions)
    for row, agent in zip(needing, result.agent_of_task.tolist(), strict=True):
        if agent >= 0:
            named[row] = replace(named[row], backup_id=facts.managers[agent].manager_id)
    return Backups(result, named)


def _served(facts: Facts, row: Decision) -> Served:
    contract = facts.contract_index[row.contract_id]
    weeks = row.weeks(facts.horizon)
    is_first = weeks.start <= facts.first_and_last_week(contract)[0]
    stretch = Stretch(contract, weeks.start, weeks.stop - 1, is_first)
    return Served(stretch, facts.manager_index[str(row.manager_id)])


def compare_backups(backups: Backups, verification: Verification) -> None:
    """
    Refuse substitutes whose points differ between the search and the checker.

    Raises
    ------
    VerificationError
        When they differ by more than rounding: a defect of this library.
    """
    total = verification.backup_points.total
    # Hours and points are rounded once per stretch in the search, in sums here.
    if abs(micro(backups.result.objective) - total) > 10 + 10 * len(
        backups.result.agent_of_task
    ):
        searched, checked = backups.result.objective, total / MICRO
        message = f"points of substitutes: search {searched:.6f}, check {checked:.6f}"
        raise VerificationError([message])

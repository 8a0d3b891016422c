"""Every plan of a tiny portfolio, and what it costs by the checker: an oracle for searches."""

from dataclasses import replace
from itertools import product
from math import prod

from hypothesis import assume

from tsam_planner.plan.backup_goals import count_backup_points, needs_backup
from tsam_planner.plan.decision_tables import decisions_from
from tsam_planner.plan.decisions import Decision
from tsam_planner.plan.ledger import keep_ledger
from tsam_planner.service.hard_rules import HardRule
from tsam_planner.verify.verification import verify_decisions

# Rules that a whole plan keeps or breaks; the others, once broken by a row, stay broken.
OF_WHOLE_PLANS = {
    HardRule.ONE_MANAGER_AT_A_TIME,
    HardRule.COMPANY_IS_KEPT_TOGETHER,
    HardRule.HANDOVERS_STAY_WITHIN_LIMIT,
}
# Who gives a contract away, and when, hangs on the rows before.
WITH_HANDOVER_HOURS = {HardRule.AVAILABLE_HOURS_SUFFICE, HardRule.DEPLOYABLE_HOURS_SUFFICE}


def decisions_of(plan, facts):
    """Return the decisions of a plan."""
    return decisions_from(plan.assignments, facts)


def fewest_points(model, *, at_most):
    """
    Return the fewest points over every manager or nobody for every stretch of a model.

    Nothing but the cuts is the model's: who may serve what, what it costs and which plans
    hold is all said by the checker. Examples with more than ``at_most`` plans are passed
    over.
    """
    facts = model.facts
    choices = [_rows(facts, part) for part in model.pairs.stretches]
    assume(prod(map(len, choices)) <= at_most)
    idle = not_planned(facts)
    points = []
    for chosen in product(*choices):
        check = verify_decisions(facts, [*chosen, *idle])
        if check.ok:
            points.append(check.points.total / 1e6)
    return min(points)


def not_planned(facts):
    """Return the rows of contracts that need no manager."""
    return [
        Decision(contract_id=contract.contract_id, status="not_planned")
        for row, contract in enumerate(facts.contracts)
        if not facts.planned[row]
    ]


def _rows(facts, part):
    """Return the rows that a stretch can have: nobody, or who breaks no rule by it alone."""
    nobody = Decision(
        contract_id=facts.contracts[part.contract].contract_id,
        status="unassigned",
        from_week=facts.horizon.mondays[part.first],
        to_week=facts.horizon.mondays[part.last],
    )
    rows = [
        replace(nobody, status="assigned", manager_id=manager.manager_id)
        for manager in facts.managers
    ]
    passing = OF_WHOLE_PLANS
    if facts.policy.plan_handover_hours:
        passing = passing | WITH_HANDOVER_HOURS
    return [nobody, *(row for row in rows if not _broken(facts, [row]) - passing)]


def _broken(facts, rows):
    return {violation.rule for violation in verify_decisions(facts, rows).violations}


def least_backup_points(facts, decisions, *, at_most):
    """Return the fewest points over every choice of substitutes for decided managers."""
    choices = [_with_backups(facts, row) for row in decisions]
    assume(prod(map(len, choices)) <= at_most)
    return min(
        count_backup_points(facts, chosen, keep_ledger(facts, chosen)).total / 1e6
        for chosen in product(*choices)
    )


def _with_backups(facts, row):
    """Return a decision with every substitute that the checker accepts, and with none."""
    bare = replace(row, backup_id=None)
    if not needs_backup(facts, row):
        return [bare]
    names = [manager.manager_id for manager in facts.managers]
    rows = [replace(row, backup_id=name) for name in names]
    wrong = {HardRule.BACKUP_IS_ELIGIBLE, HardRule.BACKUP_IS_SOMEBODY_ELSE}
    return [bare, *(row for row in rows if not _broken(facts, [row]) & wrong)]


def is_whole_plan(facts, owners):
    """Return whether contracts can have these managers for their whole term, or nobody."""
    rows = []
    for row, contract in enumerate(facts.contracts):
        first, last = facts.first_and_last_week(row)
        who = owners[contract.contract_id]
        rows.append(
            Decision(
                contract_id=contract.contract_id,
                status="unassigned" if who is None else "assigned",
                manager_id=who,
                from_week=facts.horizon.mondays[first],
                to_week=facts.horizon.mondays[last],
            )
        )
    return verify_decisions(facts, rows).ok

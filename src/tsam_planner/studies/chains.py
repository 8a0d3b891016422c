"""
Chains of moves: what else has to move so that a contract fits with a manager.

A chain is looked for among plans in which at most two other contracts move; each is held
against every rule (see `standing`). It is not proven to be the cheapest.
"""

from collections.abc import Iterator
from dataclasses import replace

from tsam_planner.plan.goals import unassigned_points
from tsam_planner.studies.standing import Owners, Standing
from tsam_planner.verify.rule_changes import compare_rules

# Plans that are looked at for one manager.
_MOST = 200


def find_chain(before: Standing, contract_id: str, manager_id: str) -> Owners | None:
    """
    Return owners that give a contract to a manager without breaking a rule; None if unknown.

    Of one move, else two, else three, those with the fewest points.
    """
    alone: dict[str, str | None] = {contract_id: manager_id}
    if _is_allowed(before, before.moved(alone)):
        return alone
    left = [_MOST]
    first = [
        {**alone, other: who} for other, who in _exits(before, alone, manager_id, contract_id)
    ]
    best = _cheapest(before, first, left)
    if best is not None:
        return best
    second = [
        {**owners, other: who}
        for owners in first
        for next_manager in (list(owners.values())[-1],)
        if next_manager is not None
        for other, who in _exits(before, owners, next_manager, contract_id)
    ]
    return _cheapest(before, second, left)


def find_who_waits(before: Standing, contract_id: str) -> Owners | None:
    """Return owners with whom a contract is served and one other waits, of fewest points."""
    facts = before.facts
    others = {
        (points, name, manager.manager_id)
        for manager in facts.managers
        if before.barred(contract_id, manager.manager_id) is None
        for name in before.contracts_of.get(manager.manager_id, ())
        if name != contract_id
        for points in (_waiting(before, name),)
    }
    # Those whose waiting costs least come first: not all are looked at.
    candidates: list[dict[str, str | None]] = [
        {contract_id: manager, name: None} for _, name, manager in sorted(others)
    ]
    return _cheapest(before, candidates, [_MOST])


def _waiting(before: Standing, contract_id: str) -> int:
    """Return the points of leaving a contract without a manager."""
    rows = before.rows[contract_id]
    return sum(
        unassigned_points(before.facts, replace(row, status="unassigned")) for row in rows
    )


def _exits(
    before: Standing, owners: Owners, manager_id: str, contract_id: str
) -> Iterator[tuple[str, str]]:
    """Yield contracts of a crowded manager and others who may serve them."""
    for other in before.contracts_of.get(manager_id, ()):
        if other == contract_id or other in owners:
            continue
        for manager in before.facts.managers:
            name = manager.manager_id
            if name != manager_id and before.barred(other, name) is None:
                yield other, name


def _cheapest(
    before: Standing, candidates: list[dict[str, str | None]], left: list[int]
) -> Owners | None:
    best: tuple[int, Owners] | None = None
    for owners in candidates:
        if left[0] <= 0:
            break
        left[0] -= 1
        after = before.moved(owners)
        if _is_allowed(before, after) and (best is None or after.points.total < best[0]):
            best = after.points.total, owners
    return None if best is None else best[1]


def _is_allowed(before: Standing, after: Standing) -> bool:
    return not compare_rules(before.violations, after.violations).broken

"""
What would make an unserved contract fit: single changes of the data, each tried by planning.

A repair is offered only if planning again with it serves the contract. Its cost is what the
plan's points then are, against those of the plan as it is.
"""

import time
from dataclasses import dataclass, field

from tsam_planner.facts import Facts
from tsam_planner.plan.decisions import by_contract
from tsam_planner.planning.people import find_managers
from tsam_planner.planning.searches import Deadline, Searcher, SolveOptions
from tsam_planner.studies.repair_candidates import Candidate, Change, repair_candidates
from tsam_planner.studies.standing import Standing, standing_of
from tsam_planner.units import MICRO
from tsam_planner.verify.rule_changes import compare_rules


@dataclass(frozen=True)
class Repair:
    """
    A change after which a contract is served.

    Attributes
    ----------
    text
        What would have to be so, as the end of "it fits if ...".
    points
        Points of the plan then, less those of the plan as it is; negative where the change
        helps more than it costs.
    manager_id
        Who serves the contract then.
    apply
        The change itself: a function from portfolio to portfolio.
    """

    text: str
    points: float
    manager_id: str
    apply: Change = field(repr=False, compare=False)

    def __str__(self) -> str:
        return f"fits if {self.text} ({self.manager_id}; {self.points:+,.0f} points)"


def find_repairs(
    before: Standing, contract_id: str, *, seconds: float = 25.0, most: int = 6
) -> tuple[Repair, ...]:
    """
    Return changes after which a contract is served, the cheapest first.

    Parameters
    ----------
    before
        The plan in which nobody serves it.
    seconds
        How long to plan again, all tries together.
    most
        How many repairs to look for.
    """
    began = time.monotonic()
    found: list[Repair] = []
    families: set[str] = set()
    for candidate in repair_candidates(before, contract_id):
        left = seconds - (time.monotonic() - began)
        if left <= 0 or len(found) == most:
            break
        if candidate.family and candidate.family in families:
            continue
        changed = candidate.facts(before.facts)
        if _fits_at_once(before, changed, contract_id):
            # No try may take the time of all others.
            repair = _planned_again(before, contract_id, candidate, changed, left / 3)
            if repair is not None:
                found.append(repair)
                families.add(candidate.family)
    return tuple(sorted(found, key=lambda repair: (repair.points, repair.text)))


def _fits_at_once(before: Standing, changed: Facts, contract_id: str) -> bool:
    """Say whether somebody could take a contract after a change, all others staying."""
    standing = standing_of(changed, before.decisions)
    return any(
        standing.barred(contract_id, manager.manager_id) is None
        and not compare_rules(
            before.violations, standing.moved({contract_id: manager.manager_id}).violations
        ).broken
        for manager in changed.managers
    )


def _planned_again(
    before: Standing, contract_id: str, candidate: Candidate, changed: Facts, seconds: float
) -> Repair | None:
    """Plan again with a change; return it as a repair if the contract is served then."""
    options = SolveOptions(time_limit=max(0.5, seconds), relative_gap=1e-4)
    searcher = Searcher(options, Deadline(options.time_limit), known=before.decisions)
    found = find_managers(changed, searcher)
    rows = by_contract(found.decisions).get(contract_id, [])
    people = [row.manager_id for row in rows]
    if not people or None in people:
        return None
    points = standing_of(changed, found.decisions).points.total - before.points.total
    return Repair(candidate.text, points / MICRO, str(people[-1]), candidate.apply)

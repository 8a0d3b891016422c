"""
What would make an unserved contract fit: single changes of the data, each tried by planning.

A repair is offered only if planning again with it serves the contract, and would not without
it. Its cost is what the plan's points then are, against those of the plan as it is.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from tsam_planner.facts import Facts
from tsam_planner.plan.decisions import Decision, by_contract
from tsam_planner.planning.people import find_managers
from tsam_planner.planning.searches import Deadline, Searcher, SolveOptions
from tsam_planner.studies.repair_candidates import Candidate, Change, repair_candidates
from tsam_planner.studies.standing import Owners, Standing, changed_owners, standing_of
from tsam_planner.units import MICRO
from tsam_planner.verify.rule_changes import compare_rules

Cut = Literal["count", "time"]
# No try may take the time of all others: every kind of change has its turn.
_PART = 1 / 6


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


@dataclass(frozen=True)
class Repairs:
    """
    What was found to make a contract fit.

    Attributes
    ----------
    found
        The repairs, the cheapest first.
    cut
        Why there may be others: more were found than asked for (``count``), or not every
        change was tried when the ``time`` was over.
    as_it_is
        Owners with whom a better plan of the facts as they are serves it, and its points
        less those of the plan, where one turned up: no change is needed, and none offered.
    """

    found: tuple[Repair, ...] = ()
    cut: tuple[Cut, ...] = ()
    as_it_is: tuple[Owners, float] | None = None

    def __iter__(self) -> Iterator[Repair]:
        return iter(self.found)

    def __len__(self) -> int:
        return len(self.found)


def is_better_for_all(owners: Owners | None, points: float | None) -> bool:
    """Say whether other owners cost fewer points, and leave nobody without a manager."""
    if owners is None or points is None:
        return False
    return points < 0 and None not in owners.values()


def find_repairs(
    before: Standing, contract_id: str, *, seconds: float = 25.0, most: int = 6
) -> Repairs:
    """
    Return changes after which a contract is served, the cheapest of those that were tried.

    Parameters
    ----------
    before
        The plan in which nobody serves it.
    seconds
        How long to plan again, all tries together.
    most
        How many repairs to return.
    """
    deadline = Deadline(seconds)
    as_it_is = _moved_alone(before, contract_id)
    if as_it_is is not None:
        return Repairs(as_it_is=as_it_is)
    found: list[Repair] = []
    families: set[str] = set()
    cut: list[Cut] = []
    for candidate in repair_candidates(before, contract_id):
        if candidate.family and candidate.family in families:
            continue
        if deadline.is_over:
            cut.append("time")
            break
        answer = _try(before, contract_id, candidate, _PART * deadline.remaining)
        if isinstance(answer, Repair):
            found.append(answer)
            families.add(candidate.family)
        elif answer is not None:
            return Repairs(as_it_is=answer)
    if len(found) > most:
        cut.append("count")
    found.sort(key=lambda repair: (repair.points, repair.text))
    return Repairs(tuple(found[:most]), tuple(cut))


def _try(
    before: Standing, contract_id: str, candidate: Candidate, seconds: float
) -> Repair | tuple[Owners, float] | None:
    """Return a change as a repair, or the owners who make it needless, or None."""
    changed = candidate.facts(before.facts)
    if not _fits_at_once(before, changed, contract_id):
        return None
    decisions = _planned_again(before, changed, seconds)
    people = [row.manager_id for row in by_contract(decisions).get(contract_id, [])]
    if not people or None in people:
        return None
    as_it_is = _without_change(before, decisions)
    if as_it_is is not None:
        # A better plan in which somebody else waits does not need the change either.
        return as_it_is if is_better_for_all(*as_it_is) else None
    total = standing_of(changed, decisions).points.total
    points = (total - before.points.total) / MICRO
    return Repair(candidate.text, points, str(people[-1]), candidate.apply)


def _moved_alone(before: Standing, contract_id: str) -> tuple[Owners, float] | None:
    """Return who could take a contract at once and for fewer points, all others staying."""
    best: tuple[Owners, float] | None = None
    if before.facts.policy.risk is not None:
        # Whether books would still hold it no rule says.
        return None
    for manager in before.facts.managers:
        owners = {contract_id: manager.manager_id}
        points = _points(before, before.moved(owners))
        if points is not None and points < (0 if best is None else best[1]):
            best = owners, points
    return best


def _points(before: Standing, after: Standing) -> float | None:
    """Return what a plan costs more than another one, None where it breaks more."""
    if compare_rules(before.violations, after.violations).broken:
        return None
    return (after.points.total - before.points.total) / MICRO


def _fits_at_once(before: Standing, changed: Facts, contract_id: str) -> bool:
    """Say whether somebody could take a contract after a change, all others staying."""
    standing = standing_of(changed, before.decisions)
    return any(
        standing.barred(contract_id, manager.manager_id) is None
        and _points(before, standing.moved({contract_id: manager.manager_id})) is not None
        for manager in changed.managers
    )


def _planned_again(before: Standing, changed: Facts, seconds: float) -> list[Decision]:
    """Plan again after a change, starting from the plan as it is."""
    options = SolveOptions(time_limit=max(0.5, seconds), relative_gap=1e-4)
    searcher = Searcher.of_study(options, before.decisions)
    return find_managers(changed, searcher).decisions


def _without_change(
    before: Standing, decisions: Sequence[Decision]
) -> tuple[Owners, float] | None:
    """
    Return what decisions would be without the change that they were made with.

    None where they need it: they break a rule without it, or cost as much as the plan does;
    and where the policy accepts a risk, for no rule says whether books hold it.
    """
    facts = before.facts
    if facts.policy.risk is not None:
        return None
    people = {row.manager_id for row in decisions if row.manager_id is not None}
    if not people <= facts.manager_index.keys():
        return None
    points = _points(before, standing_of(facts, decisions))
    if points is None or points >= 0:
        return None
    return changed_owners(before, decisions), points

"""
Where a contract may change hands inside the horizon.

Most contracts are served in one stretch. A contract is cut where its manager of today (or
the one it is pinned to) joins, leaves, or begins or ends a long absence, and where somebody
who suits it joins the team; whether it then changes hands is for the search to decide.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise

import numpy as np
import numpy.typing as npt

from tsam_planner.calendars.horizon import WEEKDAYS
from tsam_planner.facts import Facts

Flags = npt.NDArray[np.bool_]

# Contracts that are all cut for joiners; of more, only those that are named.
_FEW_CONTRACTS = 30


@dataclass(frozen=True, slots=True, order=True)
class Stretch:
    """Consecutive weeks of a contract (a position) that are served by one manager or none."""

    contract: int
    first: int
    last: int
    is_first: bool = True


def cut_contracts(
    facts: Facts, suits: Flags, also: Collection[int] = ()
) -> tuple[tuple[Stretch, ...], frozenset[int]]:
    """
    Return the stretches of all planned contracts, by contract and time, and what is not cut.

    Where many contracts could be cut for those who join, only those that are named are: each
    cut makes the search harder, and few are used.

    Parameters
    ----------
    suits
        Which manager could serve which contract but for the time it is there; shape
        ``(contracts, managers)``.
    also
        Contracts (positions) to be cut where somebody who suits them joins, too.

    Returns
    -------
    tuple
        The stretches, and the contracts that somebody who joins could take over, had they
        been cut.
    """
    rows = [int(row) for row in np.flatnonzero(facts.planned)]
    by_joiners = {row: _joining_weeks(facts, row, suits[row]) for row in rows}
    cuts = {row: _own_weeks(facts, row, suits[row]) for row in rows}
    are_few = sum(map(bool, by_joiners.values())) <= _FEW_CONTRACTS
    for row in rows if are_few else also:
        cuts[row] |= by_joiners[row]
    for company, members in facts.siblings.items():
        if facts.same_manager[company] == "require":
            common = _common_cuts(facts, members, cuts)
            cuts.update(dict.fromkeys(members, common))
    stretches = tuple(part for row in rows for part in _stretches(facts, row, cuts[row]))
    return stretches, frozenset(row for row in rows if by_joiners[row] - cuts[row])


def _own_weeks(facts: Facts, contract: int, suits: Flags) -> set[int]:
    """Return the weeks in which a manager of the contract comes or goes."""
    weeks: set[int] = set()
    first, _ = facts.first_and_last_week(contract)
    for manager in _own_managers(facts, contract):
        if suits[manager]:
            able = _able(facts, contract, manager)
            weeks.update((first + 1 + np.flatnonzero(able[1:] != able[:-1])).tolist())
    return weeks


def _joining_weeks(facts: Facts, contract: int, suits: Flags) -> set[int]:
    """Return the weeks in which somebody suitable joins, or is back for the first time."""
    weeks: set[int] = set()
    first, _ = facts.first_and_last_week(contract)
    for manager in np.flatnonzero(suits & _comes_or_goes(facts)).tolist():
        able = _able(facts, contract, manager)
        if not able[0] and able.any():
            weeks.add(first + int(np.argmax(able)))
    return weeks


def _able(facts: Facts, contract: int, manager: int) -> Flags:
    """Return in which weeks of its term a manager could serve a contract."""
    first, last = facts.first_and_last_week(contract)
    return is_there(facts, contract, manager)[first : last + 1]


def _own_managers(facts: Facts, contract: int) -> set[int]:
    contract_id = facts.contracts[contract].contract_id
    ids = {pin.manager_id for pin in facts.portfolio.pins if pin.contract_id == contract_id}
    ids |= {facts.incumbents.get(contract_id, "")} - {""}
    return {facts.manager_index[name] for name in ids}


def _comes_or_goes(facts: Facts) -> Flags:
    weeks = facts.manager_weeks.long_absent
    is_constant = facts.manager_days.employed.all(axis=1) & ~weeks.any(axis=1)
    return np.asarray(~is_constant, dtype=bool)


def is_there(facts: Facts, contract: int, manager: int) -> Flags:
    """
    Return the weeks in which a manager could serve a contract; shape ``(weeks,)``.

    That is: employed on every weekday of the term, and not in the midst of a long absence.
    """
    term = facts.contract_weeks.term[contract].reshape(-1, WEEKDAYS)
    employed = facts.manager_days.employed[manager].reshape(-1, WEEKDAYS)
    missing: Flags = (~employed & term).any(axis=1)
    able: Flags = np.logical_not(missing | facts.manager_weeks.long_absent[manager])
    return able


def _common_cuts(facts: Facts, members: Sequence[int], cuts: dict[int, set[int]]) -> set[int]:
    """
    Return the weeks at which all contracts of a ``require`` company are cut.

    Contracts whose terms never meet must still end and begin with the same manager, which
    no cut could promise.
    """
    spans = [facts.first_and_last_week(row) for row in members]
    if any(max(a[0], b[0]) > min(a[1], b[1]) for a, b in combinations(spans, 2)):
        return set()
    return set().union(*(cuts[row] for row in members))


def _stretches(facts: Facts, contract: int, cuts: Iterable[int]) -> tuple[Stretch, ...]:
    first, last = facts.first_and_last_week(contract)
    begins = [first, *sorted(week for week in cuts if first < week <= last), last + 1]
    return tuple(
        Stretch(contract, begin, end - 1, begin == first) for begin, end in pairwise(begins)
    )


def share_of_term(facts: Facts, stretch: Stretch) -> float:
    """Return the share of the weekdays of a contract's term that lie in a stretch."""
    by_week = facts.contract_weeks.term[stretch.contract].reshape(-1, WEEKDAYS).sum(axis=1)
    inside = int(by_week[stretch.first : stretch.last + 1].sum())
    return inside / int(by_week.sum())

"""
Contracts put back into books that hold: beside what is there, or in exchange for it.

For each task that nobody has, the most points first: whoever has room takes it; or gives
another task to somebody with room for that; or gives up one that costs fewer points. It is
tried until a whole round changes nothing, or time is over.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from tsam_planner.demand.draws import DemandDraws
from tsam_planner.facts import Facts
from tsam_planner.model.handover_limit import changed_contracts
from tsam_planner.model.primaries import PrimaryModel, model_primaries
from tsam_planner.model.rows import Reserve
from tsam_planner.plan.decisions import Decision
from tsam_planner.plan.goals import count_points
from tsam_planner.plan.ledger import keep_ledger
from tsam_planner.planning.holding_books import HoldingBooks
from tsam_planner.planning.primaries import Primaries, decide, rows_of
from tsam_planner.planning.searches import Deadline

Whole = npt.NDArray[np.int64]
Owners = list[int | None]


def fill_books(
    facts: Facts, found: Primaries, futures: DemandDraws, chance: float, deadline: Deadline
) -> Primaries:
    """
    Give contracts that nobody serves to somebody whose book still holds with them.

    A book must hold with the chance and keep every rule, and every change must leave the
    plan with fewer points, and with no more handovers than the policy allows.
    """
    # Books keep no reserve here: they are held against the futures themselves.
    model = model_primaries(facts, replace(found.model.terms, reserve=Reserve.nothing(facts)))
    agents = _agents(model, found.decisions)
    books = HoldingBooks(model, futures, chance, agents)
    points = _points(model, books.agents)
    is_better = True
    while is_better and not deadline.is_over:
        is_better = False
        for task in _left_out(model, books.agents):
            if deadline.is_over:
                break
            for change in _changes(books, task):
                before = books.agents.copy()
                change()
                fewer = _points(model, books.agents)
                if fewer < points and _keeps_limit(model, books.agents):
                    points, is_better = fewer, True
                    break
                _restore(books, before)
    # Also where nothing was filled: reasons of what was taken off the books are told anew.
    decisions = decide(model, _owners(model, books.agents))
    return replace(found, decisions=decisions, is_mended=True)


def _changes(books: HoldingBooks, task: int) -> Iterator[Callable[[], None]]:
    """Yield changes that give a task to somebody, the gentlest first; each is made once."""
    people = books.people_for(task)
    for manager in people:
        if books.would_hold(manager, [task]):
            yield lambda manager=manager: books.give(task, manager)  # type: ignore[misc]
    for manager in people:
        for other in books.tasks_of(manager):
            if not books.would_hold(manager, [task], [other]):
                continue
            for taker in books.people_for(other):
                if taker != manager and books.would_hold(taker, [other]):
                    yield lambda pair=(other, taker, manager): _pass_on(books, task, *pair)  # type: ignore[misc]
                    break
            else:
                if _weight(books, other) < _weight(books, task):
                    yield lambda pair=(other, manager): _put_instead(books, task, *pair)  # type: ignore[misc]


def _weight(books: HoldingBooks, task: int) -> float:
    return float(books.model.problem.unassigned_cost[task])


def _pass_on(books: HoldingBooks, task: int, other: int, taker: int, manager: int) -> None:
    books.take(other)
    books.give(other, taker)
    books.give(task, manager)


def _put_instead(books: HoldingBooks, task: int, other: int, manager: int) -> None:
    books.take(other)
    books.give(task, manager)


def _restore(books: HoldingBooks, agents: Whole) -> None:
    changed = np.flatnonzero(books.agents != agents).tolist()
    for task in changed:
        if books.agents[task] >= 0:
            books.take(task)
    for task in changed:
        if agents[task] >= 0:
            books.give(task, int(agents[task]))


def _left_out(model: PrimaryModel, agents: Whole) -> list[int]:
    """Return the tasks that nobody has, the most points first."""
    tasks = np.flatnonzero(agents < 0).tolist()
    return sorted(tasks, key=lambda task: (-float(model.problem.unassigned_cost[task]), task))


def _agents(model: PrimaryModel, decisions: list[Decision]) -> Whole:
    """Return who has each task by some decisions, -1 where nobody does."""
    facts = model.facts
    served = {
        (row.contract_id, week): row.manager_id
        for row in decisions
        for week in row.weeks(facts.horizon)
    }
    agents = np.full(len(model.tasks.items), -1, dtype=np.int64)
    for task, item in enumerate(model.tasks.items):
        part = model.pairs.stretches[item.stretches[0]]
        name = served[facts.contracts[part.contract].contract_id, part.first]
        if name is not None:
            agents[task] = facts.manager_index[name]
    return agents


def _owners(model: PrimaryModel, agents: Whole) -> Owners:
    """Return who has each stretch."""
    owners: Owners = [None] * len(model.pairs.stretches)
    for task, item in enumerate(model.tasks.items):
        for stretch in item.stretches:
            owners[stretch] = int(agents[task]) if agents[task] >= 0 else None
    return owners


def _keeps_limit(model: PrimaryModel, agents: Whole) -> bool:
    """Say whether no more contracts change hands than may (books do not know others)."""
    limit, owners = model.facts.policy.max_handovers, _owners(model, agents)
    moved = changed_contracts(model.facts, model.pairs.stretches, owners)
    return limit is None or len(moved) <= limit


def _points(model: PrimaryModel, agents: Whole) -> int:
    rows = rows_of(model, _owners(model, agents))
    return count_points(model.facts, rows, keep_ledger(model.facts, rows)).total

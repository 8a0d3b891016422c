"""Contracts put back into books that have room for them, also in bad futures."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from tsam_planner.demand.draws import DemandDraws
from tsam_planner.facts import Facts
from tsam_planner.model.primaries import PrimaryModel
from tsam_planner.plan.decisions import Decision
from tsam_planner.plan.futures import book_futures, too_risky
from tsam_planner.plan.goals import count_points
from tsam_planner.plan.ledger import keep_ledger
from tsam_planner.planning.primaries import Primaries, decide, rows_of
from tsam_planner.planning.rooms import Situation, room_for
from tsam_planner.planning.searches import Deadline

Owners = list[int | None]


def fill_books(
    facts: Facts, found: Primaries, futures: DemandDraws, chance: float, deadline: Deadline
) -> Primaries:
    """
    Give contracts that nobody serves to whoever has room for them, the most points first.

    A book must hold with the chance and keep every rule, and the plan must have fewer
    points with the contract than without.
    """
    model = found.model
    owners = _owners(model, found.decisions)
    points = _points(model, owners)
    for stretches in _left_out(model, owners):
        if deadline.is_over:
            break
        for trial in _trials(model, owners, stretches, futures, chance):
            fewer = _points(model, trial)
            if fewer < points:
                owners, points = trial, fewer
                break
    # Also where nothing was filled: reasons of what was taken off the books are told anew.
    return replace(found, decisions=decide(model, owners), is_mended=True)


def _trials(
    model: PrimaryModel,
    owners: Owners,
    stretches: Sequence[int],
    futures: DemandDraws,
    chance: float,
) -> Iterator[Owners]:
    """Yield who has what if somebody with room takes a task, the least loaded first."""
    facts = model.facts
    situation = Situation(model, keep_ledger(facts, rows_of(model, owners)), owners)
    for manager in _by_load(situation, stretches):
        if room_for(situation, stretches, manager) is not None:
            continue
        trial = [manager if row in stretches else who for row, who in enumerate(owners)]
        name = facts.managers[manager].manager_id
        own = [row for row in rows_of(model, trial) if row.manager_id == name]
        if not too_risky(facts, book_futures(facts, own, futures), chance)[manager]:
            yield trial


def _owners(model: PrimaryModel, decisions: Sequence[Decision]) -> Owners:
    """Return who has each stretch of the model by some decisions."""
    facts = model.facts
    served = {
        (row.contract_id, week): row.manager_id
        for row in decisions
        for week in row.weeks(facts.horizon)
    }
    names = [
        served[facts.contracts[part.contract].contract_id, part.first]
        for part in model.pairs.stretches
    ]
    return [None if name is None else facts.manager_index[name] for name in names]


def _left_out(model: PrimaryModel, owners: Owners) -> list[tuple[int, ...]]:
    """Return the stretches of tasks that nobody serves, the most points first."""
    costs = model.problem.unassigned_cost
    tasks = [
        (-float(costs[position]), task.stretches)
        for position, task in enumerate(model.tasks.items)
        if owners[task.stretches[0]] is None
    ]
    return [stretches for _, stretches in sorted(tasks)]


def _by_load(situation: Situation, stretches: Sequence[int]) -> list[int]:
    """Return who may serve a task, the least loaded first."""
    task = situation.model.tasks.of_stretch[stretches[0]]
    options = situation.model.options
    people = options.manager[options.task == task].tolist()
    load = situation.ledger.load.sum(axis=1)
    return sorted(people, key=lambda manager: (int(load[manager]), manager))


def _points(model: PrimaryModel, owners: Owners) -> int:
    rows = rows_of(model, owners)
    return count_points(model.facts, rows, keep_ledger(model.facts, rows)).total

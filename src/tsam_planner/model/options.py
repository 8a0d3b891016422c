"""The options of the primary assignment: who may serve which task, its load and its price."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, fields
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from tsam_planner.facts import Facts
from tsam_planner.model.pairs import Pairs, pair_loads
from tsam_planner.model.stretches import Stretch, share_of_term
from tsam_planner.model.successions import handover_price
from tsam_planner.model.tasks import Tasks
from tsam_planner.units import micro

TOO_EARLY = 1
"""Of two plans with the same points, the one that lets a manager keep a contract longer."""
Hours = npt.NDArray[np.int64]
Points = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Options:
    """
    Ways to serve a task, one per eligible pair.

    ``task``, ``manager`` and ``cost`` (millionths of a point) have shape ``(options,)``;
    ``load`` (millionths of an hour) and ``cases`` have shape ``(options, weeks)``;
    ``receiving`` is the part of the load that a handover from today's manager takes, where
    the policy counts it. ``is_sale`` says where a block of additional hours is sold, and
    ``margin`` what that brings, in money (see `sales`).
    """

    task: npt.NDArray[np.int64]
    manager: npt.NDArray[np.int64]
    cost: Points
    load: Hours
    receiving: Hours
    cases: npt.NDArray[np.int64]
    is_sale: npt.NDArray[np.bool_]
    margin: npt.NDArray[np.float64]

    def and_then(self, other: "Options") -> "Options":
        """Put other options behind these."""
        parts = [(getattr(self, item.name), getattr(other, item.name)) for item in fields(self)]
        return Options(*(np.concatenate(pair) for pair in parts))


def open_options(facts: Facts, pairs: Pairs, tasks: Tasks) -> Options:
    """Open an option wherever a manager may serve every stretch of a task."""
    eligible = pairs.eligible
    open_to = np.array(
        [eligible[list(task.stretches)].all(axis=0) for task in tasks.items], dtype=bool
    ).reshape(len(tasks.items), len(facts.managers))
    task_of, manager_of = np.nonzero(open_to)
    option, stretch = _expand(tasks, task_of)
    manager = manager_of[option]
    parts = [pairs.stretches[position] for position in stretch]
    contract = np.array([part.contract for part in parts], dtype=np.int64)
    inside = weeks_inside(facts, parts)
    moves = _moves(facts, parts, contract, manager)
    price = np.array(
        [handover_price(facts, row) for row in range(len(facts.contracts))], dtype=np.int64
    )
    # Changes of hands of contracts that are cut are priced by groups (see `successions`).
    costs = np.where(moves & ~_is_cut(pairs.stretches)[stretch], price[contract], 0)
    costs += _overlap_costs(facts, pairs, parts, contract, manager)
    costs += np.where(moves & could_wait(facts, pairs)[stretch], TOO_EARLY, 0)
    receiving = _receiving(facts, parts, manager, moves)
    load = pair_loads(facts, contract, manager) * inside + receiving
    return Options(
        task=task_of,
        manager=manager_of,
        cost=_sum_by(option, costs, len(task_of)),
        load=_sum_by(option, load, len(task_of)),
        receiving=_sum_by(option, receiving, len(task_of)),
        cases=_sum_by(option, facts.contract_weeks.cases[contract] * inside, len(task_of)),
        is_sale=np.zeros(len(task_of), dtype=bool),
        margin=np.zeros(len(task_of)),
    )


def _is_cut(stretches: Sequence[Stretch]) -> npt.NDArray[np.bool_]:
    parts = Counter(part.contract for part in stretches)
    return np.array([parts[part.contract] > 1 for part in stretches], dtype=bool)


def could_wait(facts: Facts, pairs: Pairs) -> npt.NDArray[np.bool_]:
    """Return the first of several stretches that today's manager could still serve."""
    waits = np.zeros(len(pairs.stretches), dtype=bool)
    for row, (part, after) in enumerate(pairwise(pairs.stretches)):
        today = facts.manager_today(part.contract)
        if part.is_first and after.contract == part.contract and today is not None:
            waits[row] = pairs.eligible[row, today]
    return waits


def _expand(
    tasks: Tasks, task_of: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return one row per option and stretch; options of single contracts have exactly one."""
    sizes = np.array([len(task.stretches) for task in tasks.items], dtype=np.int64)
    option = np.repeat(np.arange(len(task_of)), sizes[task_of])
    stretch = np.array(
        [part for task in task_of for part in tasks.items[task].stretches], dtype=np.int64
    )
    return option, stretch


def weeks_inside(facts: Facts, stretches: Sequence[Stretch]) -> npt.NDArray[np.bool_]:
    """Return which weeks lie in each stretch; shape ``(stretches, weeks)``."""
    week = np.arange(facts.horizon.weeks)
    first = np.array([part.first for part in stretches], dtype=np.int64).reshape(-1, 1)
    last = np.array([part.last for part in stretches], dtype=np.int64).reshape(-1, 1)
    inside: npt.NDArray[np.bool_] = (first <= week) & (week <= last)
    return inside


def _sum_by(
    owner: npt.NDArray[np.int64], values: npt.NDArray[np.int64], owners: int
) -> npt.NDArray[np.int64]:
    total = np.zeros((owners, *values.shape[1:]), dtype=np.int64)
    np.add.at(total, owner, values)
    return total


def _moves(
    facts: Facts,
    stretches: Sequence[Stretch],
    contracts: npt.NDArray[np.int64],
    managers: npt.NDArray[np.int64],
) -> npt.NDArray[np.bool_]:
    """Return the first stretches whose manager is not the one of today (R13, R16, Q27)."""
    today = np.full(len(facts.contracts), -1, dtype=np.int64)
    for contract_id, manager_id in facts.incumbents.items():
        today[facts.contract_index[contract_id]] = facts.manager_index[manager_id]
    is_first = np.array([part.is_first for part in stretches], dtype=bool)
    moves = is_first & (today[contracts] >= 0) & (today[contracts] != managers)
    return np.asarray(moves, dtype=bool)


def _receiving(
    facts: Facts,
    stretches: Sequence[Stretch],
    managers: npt.NDArray[np.int64],
    moves: npt.NDArray[np.bool_],
) -> Hours:
    """Return the hours that the first weeks of a move take; shape ``(stretches, weeks)``."""
    hours = np.zeros((len(stretches), facts.horizon.weeks), dtype=np.int64)
    rule = facts.policy.handover_hours
    if facts.policy.plan_handover_hours:
        for row in np.flatnonzero(moves).tolist():
            part = stretches[row]
            weeks = np.flatnonzero(facts.manager_weeks.available[managers[row]] > 0)
            # As if the stretches that follow had the same manager: never too much.
            _, end = facts.first_and_last_week(part.contract)
            spread = weeks[(part.first <= weeks) & (weeks <= end)][: rule.weeks]
            inside = spread[spread <= part.last]
            hours[row, inside] = micro(rule.receiving / max(1, len(spread)))
    return hours


def _overlap_costs(
    facts: Facts,
    pairs: Pairs,
    stretches: Sequence[Stretch],
    contracts: npt.NDArray[np.int64],
    managers: npt.NDArray[np.int64],
) -> Points:
    """Price every hour that the daily overlap falls short of its target (Q16)."""
    missing = facts.policy.target_daily_overlap_hours - pairs.overlap[contracts, managers]
    share = np.array([share_of_term(facts, part) for part in stretches])
    points: Points = micro(facts.policy.goals.call_overlap * np.maximum(0.0, missing) * share)
    return points

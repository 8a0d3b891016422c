"""
Who stands in for whom: substitutes as an assignment problem of their own (R41, Q18).

Primary managers are decided before; a task is a stretch of weeks in which one of them has
a contract. A substitute takes the hours of the days on which the manager is away and on
which it is there itself, beside its own book. Nothing but eligibility is hard: what a
substitute has no room for stays uncovered, at a price.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from tsam_planner.calendars.horizon import WEEKDAYS
from tsam_planner.facts import Facts
from tsam_planner.model.pairs import allowed_pairs
from tsam_planner.model.rows import Rows, join_rows, strain_kinks
from tsam_planner.model.stretches import Stretch, share_of_term
from tsam_planner.solver import AssignmentProblem
from tsam_planner.units import MICRO, micro

Whole = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Book:
    """
    What managers already hold when substitutes are chosen; shape ``(managers, weeks)``.

    ``load`` is in whole millionths of an hour.
    """

    load: Whole
    cases: Whole


@dataclass(frozen=True, slots=True)
class Served:
    """Weeks in which a manager (a position) has a contract that needs a substitute."""

    stretch: Stretch
    manager: int


def model_backups(facts: Facts, served: Sequence[Served], book: Book) -> AssignmentProblem:
    """
    Turn the decided primaries and their books into the problem of their substitutes.

    Task ``i`` is ``served[i]``, agents are managers.
    """
    task, manager = np.nonzero(_eligible(facts, served))
    due = np.array([_due(facts, item) for item in served], dtype=np.int64)
    due = due.reshape(len(served), facts.horizon.weeks)
    asked = _asked(facts, served, task, manager)
    weights = facts.policy.backup_goals
    unasked = (due[task] - asked).sum(axis=1) / MICRO
    alone = _days_without_anyone(facts, served).astype(float) * weights.away_together
    cost = micro(weights.uncovered * unasked) + micro(alone[task, manager])
    cost += _change_costs(facts, served, task, manager)
    rows = _rows(facts, served, task, asked, book)
    return AssignmentProblem(
        option_task=task,
        option_agent=manager,
        option_cost=cost / MICRO,
        option_load=rows.load,
        capacity=rows.capacity,
        unassigned_cost=(_unassigned_costs(facts, served, due) + micro(alone[:, -1])) / MICRO,
        groups=_groups(facts, served),
        soft_capacity=rows.soft_capacity,
        overload_cost=rows.overload_cost,
    )


def _eligible(facts: Facts, served: Sequence[Served]) -> npt.NDArray[np.bool_]:
    """Return who may stand in, by the rules of a primary manager and never for itself."""
    allowed = allowed_pairs(facts, [item.stretch for item in served], "forbid")
    for task, item in enumerate(served):
        allowed[task, item.manager] = False
    return allowed


def _shares(facts: Facts, stretch: Stretch) -> Floats:
    """Return how the planned hours of each week fall on its days; shape ``(weeks, 5)``."""
    weight = facts.contract_weeks.weight[stretch.contract].reshape(-1, WEEKDAYS)
    total = weight.sum(axis=1, keepdims=True)
    share: Floats = np.divide(weight, total, out=np.zeros_like(weight), where=total > 0)
    share[: stretch.first] = 0.0
    share[stretch.last + 1 :] = 0.0
    return share


def _presence(facts: Facts) -> Floats:
    return facts.manager_days.presence.reshape(-1, facts.horizon.weeks, WEEKDAYS)


def _due(facts: Facts, item: Served) -> Whole:
    """Return the hours of each week that fall on the manager's absence, in millionths."""
    absence = 1 - _presence(facts)[item.manager]
    share = (_shares(facts, item.stretch) * absence).sum(axis=1)
    due: Whole = micro(facts.contract_weeks.planned[item.stretch.contract] / MICRO * share)
    return due


def _asked(facts: Facts, served: Sequence[Served], task: Whole, manager: Whole) -> Whole:
    """Return the part of the due hours on days on which each substitute is there."""
    presence = _presence(facts)
    shape = (len(served), facts.horizon.weeks, WEEKDAYS)
    shares = np.array([_shares(facts, item.stretch) for item in served]).reshape(shape)
    absence = np.array([1 - presence[item.manager] for item in served]).reshape(shape)
    contract = np.array([item.stretch.contract for item in served], dtype=np.int64)
    asked = np.zeros((len(task), facts.horizon.weeks))
    for day in range(WEEKDAYS):
        stands_in = np.minimum(absence[task, :, day], presence[manager, :, day])
        asked += shares[task, :, day] * stands_in
    return micro(facts.contract_weeks.planned[contract[task]] / MICRO * asked)


def _days_without_anyone(facts: Facts, served: Sequence[Served]) -> Whole:
    """
    Return the working days beyond the response goal on which neither of a pair is there.

    Shape ``(tasks, managers + 1)``, last for nobody as a substitute; days of a contract's
    holidays neither count nor interrupt.
    """
    nobody = np.ones((1, facts.manager_days.presence.shape[1]), dtype=bool)
    gone = np.vstack([facts.manager_days.presence == 0, nobody])
    week = np.arange(gone.shape[1]) // WEEKDAYS
    result = np.zeros((len(served), len(gone)), dtype=np.int64)
    for task, item in enumerate(served):
        part = item.stretch
        offering = facts.contracts[part.contract].offering
        goal = getattr(facts.policy.response_days, offering)
        working = facts.contract_weeks.weight[part.contract] > 0
        days = np.flatnonzero(working & (part.first <= week) & (week <= part.last))
        run = np.zeros(len(gone), dtype=np.int64)
        for day in days:
            run = np.where(gone[:, day] & gone[item.manager, day], run + 1, 0)
            result[task] += run > goal
    return result


def _change_costs(facts: Facts, served: Sequence[Served], task: Whole, manager: Whole) -> Whole:
    """Price every substitute who is not the one of today."""
    today = {
        row.contract_id: facts.manager_index[row.backup_id]
        for row in facts.portfolio.assignments
        if row.backup_id is not None
    }
    keeps = np.full(len(served), -1, dtype=np.int64)
    price = np.zeros(len(served), dtype=np.int64)
    for position, item in enumerate(served):
        contract = facts.contracts[item.stretch.contract]
        substitute = today.get(contract.contract_id, -1)
        if item.stretch.is_first and substitute not in (-1, item.manager):
            keeps[position] = substitute
            price[position] = _change_price(facts, item.stretch.contract)
    return np.where(keeps[task] == manager, 0, price[task]).astype(np.int64)


def _change_price(facts: Facts, contract: int) -> int:
    weights = facts.policy.backup_goals
    return micro(weights.backup_change * facts.contracts[contract].handover_weight)


def _unassigned_costs(facts: Facts, served: Sequence[Served], due: Whole) -> Whole:
    weights = facts.policy.backup_goals
    price = weights.no_backup if facts.policy.backup_required else 0.0
    priorities = [
        facts.contracts[item.stretch.contract].priority * share_of_term(facts, item.stretch)
        for item in served
    ]
    hours = weights.uncovered * due.sum(axis=1) / MICRO
    costs: Whole = micro(price * np.array(priorities)) + micro(hours)
    return costs


def _groups(facts: Facts, served: Sequence[Served]) -> list[tuple[tuple[int, ...], float]]:
    """Return who should share a substitute: a manager's book, a company, a contract."""
    weights = facts.policy.backup_goals
    books: dict[int, list[int]] = {}
    companies: dict[str, list[int]] = {}
    contracts: dict[int, list[int]] = {}
    for task, item in enumerate(served):
        company = facts.contracts[item.stretch.contract].company_id
        books.setdefault(item.manager, []).append(task)
        contracts.setdefault(item.stretch.contract, []).append(task)
        if facts.same_manager[company] != "forbid":
            companies.setdefault(company, []).append(task)
    groups = [(tuple(tasks), weights.further_backup) for tasks in books.values()]
    groups += [(tuple(tasks), weights.company_backups) for tasks in companies.values()]
    for contract, tasks in contracts.items():
        price = _change_price(facts, contract) / MICRO
        groups += [(pair, price) for pair in pairwise(tasks)]
    return [(tasks, price) for tasks, price in groups if len(tasks) > 1]


def _rows(
    facts: Facts, served: Sequence[Served], task: Whole, asked: Whole, book: Book
) -> Rows:
    """Return what substitutes have left beside their own books; every row is soft."""
    weights = facts.policy.backup_goals
    left = np.maximum(0, facts.manager_weeks.available - book.load) / MICRO
    hours = asked / MICRO
    parts = [Rows.soft(hours, left, weights.uncovered)]
    for threshold, price in strain_kinks(facts):
        parts.append(Rows.soft(hours, np.maximum(0.0, threshold - book.load / MICRO), price))
    contract = np.array([item.stretch.contract for item in served], dtype=np.int64)
    away = np.array([_weeks_with_cover(facts, item) for item in served], dtype=bool)
    away = away.reshape(len(served), facts.horizon.weeks)
    cases = facts.contract_weeks.cases[contract[task]] * away[task]
    room = np.maximum(0, facts.manager_weeks.max_cases[:, None] - book.cases).astype(float)
    parts.append(Rows.soft(cases.astype(float), room, weights.cases))
    held = np.array([_hours_held(facts, item) for item in served], dtype=np.int64)
    own = facts.manager_weeks.deployable.sum(axis=1, keepdims=True)
    parts.append(Rows.soft(held[task][:, None] / MICRO, own / MICRO, weights.standby))
    return join_rows(*parts)


def _hours_held(facts: Facts, item: Served) -> int:
    """Return the hours of a stretch's weeks, in millionths: what falling ill would leave."""
    part = item.stretch
    return int(facts.contract_weeks.planned[part.contract, part.first : part.last + 1].sum())


def _weeks_with_cover(facts: Facts, item: Served) -> npt.NDArray[np.bool_]:
    """Return the weeks with a working day on which the manager is away, if only in part."""
    absent = _presence(facts)[item.manager] < 1
    return np.asarray((absent & (_shares(facts, item.stretch) > 0)).any(axis=1), dtype=bool)

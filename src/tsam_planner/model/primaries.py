"""The options, rows and prices of the primary assignment (see the page in `model`)."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from tsam_planner.facts import Facts
from tsam_planner.model.call_rows import call_rows
from tsam_planner.model.pairs import Pairs, match_pairs, pair_loads
from tsam_planner.model.rows import (
    Reserve,
    Rows,
    case_rows,
    contract_rows,
    hour_rows,
    join_rows,
)
from tsam_planner.model.sales import Sales
from tsam_planner.model.stretches import Stretch, share_of_term
from tsam_planner.model.successions import Succession, find_successions, handover_price
from tsam_planner.model.tasks import Tasks, form_tasks
from tsam_planner.model.terms import Terms
from tsam_planner.solver import AssignmentProblem, AssignmentResult
from tsam_planner.units import MICRO, micro

# Of two plans with the same points, the one that lets a manager keep a contract longer.
_TOO_EARLY = 1
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


@dataclass(frozen=True, slots=True)
class PrimaryModel:
    """The assignment problem of a plan, and what is needed to read its answer."""

    facts: Facts
    pairs: Pairs
    tasks: Tasks
    successions: tuple[Succession, ...]
    options: Options
    call_room: Rows
    problem: AssignmentProblem
    terms: Terms

    def managers_of_stretches(self, result: AssignmentResult) -> list[int | None]:
        """Return the manager's position for each stretch of `pairs.stretches`."""
        managers: list[int | None] = [None] * len(self.pairs.stretches)
        for task, agent in zip(self.tasks.items, result.agent_of_task.tolist(), strict=False):
            for stretch in task.stretches:
                managers[stretch] = None if agent < 0 else agent
        return managers

    def chosen_options(self, result: AssignmentResult) -> npt.NDArray[np.int64]:
        """Return the positions in ``options`` of what was chosen."""
        chosen = result.chosen_option[: len(self.tasks.items)]
        return chosen[chosen >= 0]

    def missed(self, result: AssignmentResult) -> frozenset[tuple[int, ...]]:
        """Return the successions (their tasks) with changes of hands the search missed."""
        agents = result.agent_of_task
        return frozenset(
            row.tasks for row in self.successions if row.charged(agents) < row.due(agents)
        )

    def sold_contracts(self, result: AssignmentResult) -> frozenset[int]:
        """Return the contracts (positions) whose chosen option sells a block."""
        chosen = self.chosen_options(result)
        tasks = self.options.task[chosen[self.options.is_sale[chosen]]].tolist()
        return frozenset(
            self.pairs.stretches[part].contract
            for task in tasks
            for part in self.tasks.items[task].stretches
        )

    def without_sale(self, option: int) -> int:
        """Return the position that a chosen option has where nothing is sold; -1 stays."""
        sales = int(self.options.is_sale.sum())
        plain = len(self.options.task) - sales
        if option < plain:
            return option
        if option >= plain + sales:
            return option - sales
        same = self.options.task[:plain] == self.options.task[option]
        same &= self.options.manager[:plain] == self.options.manager[option]
        return int(np.flatnonzero(same)[0])

    def surcharge(self, result: AssignmentResult) -> int:
        """Return what the search charged beyond a plan's points, in millionths, or less."""
        could_wait = _could_wait(self.facts, self.pairs)
        agents = result.agent_of_task
        total = sum(row.charged(agents) - row.due(agents) for row in self.successions)
        for stretch, manager in enumerate(self.managers_of_stretches(result)):
            today = self.facts.manager_today(self.pairs.stretches[stretch].contract)
            if manager is not None and could_wait[stretch] and manager != today:
                total += _TOO_EARLY
        return total

    def start(self) -> npt.NDArray[np.int64]:
        """Return today's manager of each task, -1 where it may not serve it."""
        managers = np.full(self.problem.num_tasks, -1, dtype=np.int64)
        open_pairs = set(
            zip(self.options.task.tolist(), self.options.manager.tolist(), strict=True)
        )
        for position, task in enumerate(self.tasks.items):
            for stretch in task.stretches:
                today = self.facts.manager_today(self.pairs.stretches[stretch].contract)
                if today is not None and (position, today) in open_pairs:
                    managers[position] = today
                    break
        for row in self.successions:
            row.start(managers)
        return managers


def model_primaries(
    facts: Facts, terms: Terms | None = None, sales: Sales | None = None
) -> PrimaryModel:
    """
    Turn facts into the assignment problem of primary managers.

    Parameters
    ----------
    terms
        What books must leave free, and which changes of hands are modeled; nothing special
        by default.
    sales
        Blocks of additional hours that may be sold with a contract; none by default.
    """
    terms = terms or Terms(Reserve.nothing(facts))
    pairs = match_pairs(facts, terms.also)
    tasks = form_tasks(facts, pairs.stretches)
    options = _options(facts, pairs, tasks)
    if sales is not None:
        options = options.and_then(_sale_options(sales, pairs, tasks, options))
    owners = [tasks.items[task].stretches for task in options.task]
    call_room = call_rows(facts, options.manager, options.load, pairs.stretches, owners)
    rows = join_rows(
        *hour_rows(facts, options.load, terms.reserve),
        case_rows(facts, options.cases),
        *_straying_rows(facts, pairs, tasks, options, terms.reserve),
        contract_rows(facts, pairs.stretches, owners),
        call_room,
    )
    successions = find_successions(facts, tasks, (options.task, options.manager), terms.held)
    extra = np.array([pair for row in successions for pair in row.options], dtype=np.int64)
    extra = extra.reshape(-1, 2)
    undone = [row.undone for row in successions for _ in row.extra]
    changes = [(group, price / MICRO) for row in successions for group, price in row.groups]
    split = facts.policy.goals.company_split
    problem = AssignmentProblem(
        option_task=np.append(options.task, extra[:, 0]),
        option_agent=np.append(options.manager, extra[:, 1]),
        option_cost=np.append(options.cost / MICRO, np.zeros(len(extra))),
        option_load=np.pad(rows.load, ((0, len(extra)), (0, 0))),
        capacity=rows.capacity,
        unassigned_cost=np.append(_unassigned_costs(facts, pairs, tasks), undone) / MICRO,
        groups=[*((group, split) for group in tasks.together), *changes],
        exclusive=list(tasks.apart),
        soft_capacity=rows.soft_capacity,
        overload_cost=rows.overload_cost,
        budgets=_handover_budgets(facts, pairs, tasks, options, len(extra)),
        second_option_cost=None
        if sales is None
        else np.append(-options.margin, np.zeros(len(extra))),
    )
    return PrimaryModel(facts, pairs, tasks, successions, options, call_room, problem, terms)


def _sale_options(sales: Sales, pairs: Pairs, tasks: Tasks, plain: Options) -> Options:
    """Return the same options with what may be sold: more load, and a margin."""
    margin = np.zeros(len(plain.task))
    is_sale = np.zeros(len(plain.task), dtype=bool)
    for task in sorted(sales.tasks(pairs.stretches, tasks)):
        own = plain.task == task
        is_sale |= own
        contracts = [pairs.stretches[part].contract for part in tasks.items[task].stretches]
        margin[own] = sales.margin[contracts].sum(axis=0)[plain.manager[own]]
    sold = replace(
        _options(sales.facts, pairs, tasks), cost=plain.cost, margin=margin, is_sale=is_sale
    )
    kept = np.flatnonzero(is_sale)
    return Options(*(getattr(sold, item.name)[kept] for item in fields(sold)))


def _handover_budgets(
    facts: Facts, pairs: Pairs, tasks: Tasks, options: Options, extra: int
) -> list[tuple[npt.NDArray[np.float64], float]]:
    """Limit the contracts that end with another manager than today's (policy)."""
    limit = facts.policy.max_handovers
    if limit is None:
        return []
    last = {part.contract: position for position, part in enumerate(pairs.stretches)}
    amounts = np.zeros(len(options.task) + extra)
    for option, (task, manager) in enumerate(
        zip(options.task.tolist(), options.manager.tolist(), strict=True)
    ):
        for position in tasks.items[task].stretches:
            contract = pairs.stretches[position].contract
            today = facts.manager_today(contract)
            amounts[option] += last[contract] == position and today not in (None, manager)
    return [(amounts, float(limit))]


def _options(facts: Facts, pairs: Pairs, tasks: Tasks) -> Options:
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
    inside = _weeks_inside(facts, parts)
    moves = _moves(facts, parts, contract, manager)
    price = np.array(
        [handover_price(facts, row) for row in range(len(facts.contracts))], dtype=np.int64
    )
    # Changes of hands of contracts that are cut are priced by groups (see `successions`).
    costs = np.where(moves & ~_is_cut(pairs.stretches)[stretch], price[contract], 0)
    costs += _overlap_costs(facts, pairs, parts, contract, manager)
    costs += np.where(moves & _could_wait(facts, pairs)[stretch], _TOO_EARLY, 0)
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


def _could_wait(facts: Facts, pairs: Pairs) -> npt.NDArray[np.bool_]:
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


def _weeks_inside(facts: Facts, stretches: Sequence[Stretch]) -> npt.NDArray[np.bool_]:
    week = np.arange(facts.horizon.weeks)
    first = np.array([part.first for part in stretches], dtype=np.int64).reshape(-1, 1)
    last = np.array([part.last for part in stretches], dtype=np.int64).reshape(-1, 1)
    inside: npt.NDArray[np.bool_] = (first <= week) & (week <= last)
    return inside


def _straying_rows(
    facts: Facts, pairs: Pairs, tasks: Tasks, options: Options, reserve: Reserve
) -> list[Rows]:
    """Return the second limit of cases, if there is one."""
    if reserve.straying is None:
        return []
    inside = _weeks_inside(facts, pairs.stretches)
    owners = [part.contract for part in pairs.stretches]
    by_stretch = reserve.straying.cases[owners] * inside
    by_task = np.array(
        [by_stretch[list(task.stretches)].sum(axis=0) for task in tasks.items]
    ).reshape(len(tasks.items), facts.horizon.weeks)
    return [Rows.hard(by_task[options.task], reserve.straying.room)]


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


def _unassigned_costs(facts: Facts, pairs: Pairs, tasks: Tasks) -> Points:
    costs = [
        sum(unassigned_cost(facts, pairs.stretches[part]) for part in task.stretches)
        for task in tasks.items
    ]
    return np.array(costs, dtype=np.int64)


def unassigned_cost(facts: Facts, stretch: Stretch) -> int:
    """Return the points of a stretch without a manager, in millionths."""
    weights = facts.policy.goals
    record = facts.contracts[stretch.contract]
    hours = int(facts.contract_weeks.planned[stretch.contract].sum()) / MICRO
    points = weights.unassigned * max(weights.unassigned_minimum_hours, hours)
    if record.contract_id in facts.incumbents:
        points += weights.unassigned_incumbent
    return micro(record.priority * points * share_of_term(facts, stretch))

"""The options, rows and prices of the primary assignment (see the page in `model`)."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tsam_planner.facts import Facts
from tsam_planner.model.pairs import Pairs, match_pairs, pair_loads
from tsam_planner.model.tasks import Tasks, form_tasks
from tsam_planner.solver import AssignmentProblem
from tsam_planner.units import MICRO, micro

Hours = npt.NDArray[np.int64]
Points = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Options:
    """
    Ways to serve a task, one per eligible pair.

    ``task``, ``manager`` and ``cost`` (millionths of a point) have shape ``(options,)``;
    ``load`` (millionths of an hour) and ``cases`` have shape ``(options, weeks)``;
    ``contracts`` counts the contracts of the task.
    """

    task: npt.NDArray[np.int64]
    manager: npt.NDArray[np.int64]
    cost: Points
    load: Hours
    cases: npt.NDArray[np.int64]
    contracts: npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class PrimaryModel:
    """The assignment problem of a plan, and what is needed to read its answer."""

    facts: Facts
    pairs: Pairs
    tasks: Tasks
    options: Options
    problem: AssignmentProblem

    def managers_of_contracts(
        self, agent_of_task: Sequence[int] | npt.NDArray[np.int64]
    ) -> dict[int, int | None]:
        """Return the manager's position for each planned contract's position."""
        return {
            contract: None if agent < 0 else int(agent)
            for task, agent in zip(self.tasks.items, agent_of_task, strict=True)
            for contract in task.contracts
        }

    def start(self) -> npt.NDArray[np.int64]:
        """Return today's manager of each task, -1 where it may not serve it."""
        managers = np.full(len(self.tasks.items), -1, dtype=np.int64)
        open_pairs = set(
            zip(self.options.task.tolist(), self.options.manager.tolist(), strict=True)
        )
        for position, task in enumerate(self.tasks.items):
            for contract in task.contracts:
                manager = self._incumbent(contract)
                if manager is not None and (position, manager) in open_pairs:
                    managers[position] = manager
                    break
        return managers

    def _incumbent(self, contract: int) -> int | None:
        manager_id = self.facts.incumbents.get(self.facts.contracts[contract].contract_id)
        return None if manager_id is None else self.facts.manager_index[manager_id]


def model_primaries(facts: Facts) -> PrimaryModel:
    """Turn facts into the assignment problem of primary managers."""
    pairs, tasks = match_pairs(facts), form_tasks(facts)
    options = _options(facts, pairs, tasks)
    loads, capacity, soft, price = _rows(facts, options)
    split = facts.policy.goals.company_split
    problem = AssignmentProblem(
        option_task=options.task,
        option_agent=options.manager,
        option_cost=options.cost / MICRO,
        option_load=loads,
        capacity=capacity,
        unassigned_cost=_unassigned_costs(facts, tasks) / MICRO,
        groups=[(group, split) for group in tasks.together],
        exclusive=list(tasks.apart),
        soft_capacity=soft,
        overload_cost=price,
    )
    return PrimaryModel(facts, pairs, tasks, options, problem)


def _options(facts: Facts, pairs: Pairs, tasks: Tasks) -> Options:
    """Open an option wherever a manager may serve every contract of a task."""
    eligible = pairs.eligible
    open_to = np.array(
        [eligible[list(task.contracts)].all(axis=0) for task in tasks.items], dtype=bool
    ).reshape(len(tasks.items), len(facts.managers))
    task_of, manager_of = np.nonzero(open_to)
    # One row per (option, contract): options of single contracts have exactly one.
    sizes = np.array([len(task.contracts) for task in tasks.items], dtype=np.int64)
    repeats = sizes[task_of]
    option = np.repeat(np.arange(len(task_of)), repeats)
    contract = np.array(
        [row for task in task_of for row in tasks.items[task].contracts], dtype=np.int64
    )
    manager = manager_of[option]
    costs = _handover_costs(facts, contract, manager)
    costs += _overlap_costs(facts, pairs, contract, manager)
    return Options(
        task=task_of,
        manager=manager_of,
        cost=_sum_by(option, costs, len(task_of)),
        load=_sum_by(option, pair_loads(facts, contract, manager), len(task_of)),
        cases=_sum_by(option, facts.contract_weeks.cases[contract], len(task_of)),
        contracts=repeats,
    )


def _sum_by(
    owner: npt.NDArray[np.int64], values: npt.NDArray[np.int64], owners: int
) -> npt.NDArray[np.int64]:
    total = np.zeros((owners, *values.shape[1:]), dtype=np.int64)
    np.add.at(total, owner, values)
    return total


def _handover_costs(
    facts: Facts, contracts: npt.NDArray[np.int64], managers: npt.NDArray[np.int64]
) -> Points:
    """Price every pair whose manager is not the one of today (R13, R16, Q27)."""
    today = np.full(len(facts.contracts), -1, dtype=np.int64)
    for contract_id, manager_id in facts.incumbents.items():
        today[facts.contract_index[contract_id]] = facts.manager_index[manager_id]
    price = np.array(
        [
            micro(facts.policy.goals.handover * contract.handover_weight)
            for contract in facts.contracts
        ],
        dtype=np.int64,
    )
    moves = (today[contracts] >= 0) & (today[contracts] != managers)
    return np.where(moves, price[contracts], 0)


def _overlap_costs(
    facts: Facts,
    pairs: Pairs,
    contracts: npt.NDArray[np.int64],
    managers: npt.NDArray[np.int64],
) -> Points:
    """Price every hour that the daily overlap falls short of its target (Q16)."""
    missing = facts.policy.target_daily_overlap_hours - pairs.overlap[contracts, managers]
    return micro(facts.policy.goals.call_overlap * np.maximum(0.0, missing))


def _unassigned_costs(facts: Facts, tasks: Tasks) -> Points:
    return np.array(
        [
            sum(_unassigned_cost(facts, contract) for contract in task.contracts)
            for task in tasks.items
        ],
        dtype=np.int64,
    )


def _unassigned_cost(facts: Facts, contract: int) -> int:
    weights = facts.policy.goals
    record = facts.contracts[contract]
    hours = int(facts.contract_weeks.planned[contract].sum()) / MICRO
    points = weights.unassigned * max(weights.unassigned_minimum_hours, hours)
    if record.contract_id in facts.incumbents:
        points += weights.unassigned_incumbent
    return micro(record.priority * points)


def _rows(
    facts: Facts, options: Options
) -> tuple[
    npt.NDArray[np.float64],
    npt.NDArray[np.float64],
    npt.NDArray[np.float64],
    npt.NDArray[np.float64],
]:
    """
    Return loads (options × rows) and capacities, soft capacities, prices (managers × rows).

    Rows in this order: hours of each week, once more per further strain share, hours of
    each averaging window, cases of each week, number of contracts.
    """
    weeks = facts.manager_weeks
    managers = len(facts.managers)
    unlimited = np.full(weeks.available.shape, np.inf)
    deployable = weeks.deployable / MICRO
    shares = facts.policy.strain_shares
    prices = facts.policy.goals.strain
    strained = [micro(share * deployable) / MICRO for share in shares]

    loads = [options.load / MICRO] * max(1, len(shares))
    capacity = [weeks.available / MICRO] + [unlimited] * (len(shares) - 1)
    soft = strained or [unlimited]
    price = [np.full(unlimited.shape, cost) for cost in prices] or [0 * deployable]

    span = min(facts.policy.averaging_weeks, facts.horizon.weeks)
    loads += [_moving_sums(options.load, span) / MICRO, options.cases.astype(float)]
    loads += [options.contracts.reshape(-1, 1).astype(float)]
    limits = np.where(weeks.max_contracts < 0, np.inf, weeks.max_contracts)
    hard = [
        _moving_sums(weeks.deployable, span) / MICRO,
        np.repeat(weeks.max_cases[:, None].astype(float), facts.horizon.weeks, axis=1),
        limits.reshape(managers, 1),
    ]
    capacity += hard
    soft += [np.full(row.shape, np.inf) for row in hard]
    price += [np.zeros(row.shape) for row in hard]
    return np.hstack(loads), np.hstack(capacity), np.hstack(soft), np.hstack(price)


def _moving_sums(hours: Hours, span: int) -> Hours:
    """Return the sums over every ``span`` consecutive weeks, shape ``(rows, windows)``."""
    running = np.zeros((hours.shape[0], hours.shape[1] + 1), dtype=np.int64)
    np.cumsum(hours, axis=1, out=running[:, 1:])
    result: Hours = running[:, span:] - running[:, :-span]
    return result

"""The rows and prices of the primary assignment (see the page in `model`)."""

from dataclasses import dataclass, fields, replace

import numpy as np
import numpy.typing as npt

from tsam_planner.facts import Facts
from tsam_planner.model.call_rows import call_rows
from tsam_planner.model.handover_limit import HandoverLimit, limit_handovers
from tsam_planner.model.options import (
    TOO_EARLY,
    Options,
    could_wait,
    open_options,
    weeks_inside,
)
from tsam_planner.model.pairs import Pairs, match_pairs
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
from tsam_planner.model.successions import Succession, find_successions
from tsam_planner.model.tasks import Tasks, form_tasks
from tsam_planner.model.terms import Terms
from tsam_planner.solver import AssignmentProblem, AssignmentResult
from tsam_planner.units import MICRO, micro

Points = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class PrimaryModel:
    """The assignment problem of a plan, and what is needed to read its answer."""

    facts: Facts
    pairs: Pairs
    tasks: Tasks
    successions: tuple[Succession, ...]
    handover_limit: HandoverLimit
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
        waits = could_wait(self.facts, self.pairs)
        agents = result.agent_of_task
        total = sum(row.charged(agents) - row.due(agents) for row in self.successions)
        for stretch, manager in enumerate(self.managers_of_stretches(result)):
            today = self.facts.manager_today(self.pairs.stretches[stretch].contract)
            if manager is not None and waits[stretch] and manager != today:
                total += TOO_EARLY
        return total

    def start(self, known: npt.NDArray[np.int64] | None = None) -> npt.NDArray[np.int64]:
        """
        Return the manager of each task to start from, -1 where it may not serve it.

        That is who has all its weeks in ``known`` (managers by contract and week, -1 for
        nobody), or else today's manager.
        """
        managers = np.full(self.problem.num_tasks, -1, dtype=np.int64)
        open_pairs = set(
            zip(self.options.task.tolist(), self.options.manager.tolist(), strict=True)
        )
        for position, task in enumerate(self.tasks.items):
            for place in task.stretches:
                stretch = self.pairs.stretches[place]
                candidates = [self.facts.manager_today(stretch.contract)]
                if known is not None:
                    weeks = known[stretch.contract, stretch.first : stretch.last + 1]
                    candidates.insert(0, int(weeks[0]) if np.ptp(weeks) == 0 else None)
                for manager in candidates:
                    if manager is None or managers[position] >= 0:
                        continue
                    if (position, manager) in open_pairs:
                        managers[position] = manager
        for row in self.successions:
            row.start(managers)
        self.handover_limit.start(managers)
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
    options = open_options(facts, pairs, tasks)
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
    limit = limit_handovers(facts, tasks, options)
    held = [pair for row in successions for pair in row.options]
    marks = limit.options(len(tasks.items) + sum(len(row.extra) for row in successions))
    extra = np.array([*held, *marks], dtype=np.int64).reshape(-1, 2)
    unassigned = _unassigned_costs(facts, pairs, tasks)
    undone = [row.undone for row in successions for _ in row.extra] + limit.undone(unassigned)
    changes = [(group, price / MICRO) for row in successions for group, price in row.groups]
    split = facts.policy.goals.company_split
    problem = AssignmentProblem(
        option_task=np.append(options.task, extra[:, 0]),
        option_agent=np.append(options.manager, extra[:, 1]),
        option_cost=np.append(options.cost / MICRO, np.zeros(len(extra))),
        option_load=np.pad(rows.load, ((0, len(extra)), (0, 0))),
        capacity=rows.capacity,
        unassigned_cost=np.append(unassigned, undone) / MICRO,
        groups=[*((group, split) for group in tasks.together), *changes],
        exclusive=list(tasks.apart),
        soft_capacity=rows.soft_capacity,
        overload_cost=rows.overload_cost,
        budgets=list(limit.budgets(len(options.task), len(held))),
        second_option_cost=None
        if sales is None
        else np.append(-options.margin, np.zeros(len(extra))),
    )
    return PrimaryModel(
        facts, pairs, tasks, successions, limit, options, call_room, problem, terms
    )


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
        open_options(sales.facts, pairs, tasks), cost=plain.cost, margin=margin, is_sale=is_sale
    )
    kept = np.flatnonzero(is_sale)
    return Options(*(getattr(sold, item.name)[kept] for item in fields(sold)))


def _straying_rows(
    facts: Facts, pairs: Pairs, tasks: Tasks, options: Options, reserve: Reserve
) -> list[Rows]:
    """Return the second limit of cases, if there is one."""
    if reserve.straying is None:
        return []
    inside = weeks_inside(facts, pairs.stretches)
    owners = [part.contract for part in pairs.stretches]
    by_stretch = reserve.straying.cases[owners] * inside
    by_task = np.array(
        [by_stretch[list(task.stretches)].sum(axis=0) for task in tasks.items]
    ).reshape(len(tasks.items), facts.horizon.weeks)
    return [Rows.hard(by_task[options.task], reserve.straying.room)]


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

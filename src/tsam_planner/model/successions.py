"""
Who has a contract after whom: changes of hands as groups of tasks.

Weeks without a manager do not undo a change of hands: today's manager, nobody, another one
is one change. Where nobody can return, changes are the different managers less one, and a
group of all tasks prices them exactly. Where a manager can come back (after a long absence),
groups of neighbors do, but for weeks without anybody between two managers. So a search
never charges more than a plan costs, and its bound holds.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from tsam_planner.facts import Facts
from tsam_planner.model.stretches import Stretch
from tsam_planner.model.tasks import Tasks
from tsam_planner.units import micro


@dataclass(frozen=True, slots=True)
class Succession:
    """
    Tasks (positions, in order of time) of contracts that change hands together.

    ``today`` is the manager before the first of them, None where they are new; ``price`` is
    that of a change of hands, in millionths of a point.
    """

    tasks: tuple[int, ...]
    today: int | None
    price: int
    can_return: bool

    def groups(self, before: int | None) -> list[tuple[int, ...]]:
        """Return the groups of tasks that price it; ``before`` is the task of today."""
        members = self.tasks if before is None else (before, *self.tasks)
        return list(pairwise(members)) if self.can_return else [members]

    def charged(self, managers: Sequence[int | None]) -> int:
        """Return the changes that the groups charge, given the manager of each task."""
        row = self._with_today(managers)
        if self.can_return:
            return sum(None not in pair and pair[0] != pair[1] for pair in pairwise(row))
        return max(0, len(set(row) - {None}) - 1)

    def changes(self, managers: Sequence[int | None]) -> int:
        """Return the changes of hands, given the manager of each task."""
        served = [name for name in self._with_today(managers) if name is not None]
        return sum(one != other for one, other in pairwise(served))

    def _with_today(self, managers: Sequence[int | None]) -> list[int | None]:
        return [*([] if self.today is None else [self.today]), *managers]


def handover_price(facts: Facts, contract: int) -> int:
    """Return the points of a change of hands, in millionths."""
    return micro(facts.policy.goals.handover * facts.contracts[contract].handover_weight)


def find_successions(
    facts: Facts,
    stretches: Sequence[Stretch],
    tasks: Tasks,
    eligible: npt.NDArray[np.bool_],
) -> tuple[Succession, ...]:
    """Return the successions of all contracts that are cut into several stretches."""
    prices: dict[tuple[tuple[int, ...], int | None], int] = {}
    for contract, parts in _parts(stretches):
        if len(parts) > 1:
            key = tuple(tasks.of_stretch[part] for part in parts), _today(facts, contract)
            prices[key] = prices.get(key, 0) + handover_price(facts, contract)
    return tuple(
        Succession(row, today, price, _can_return(tasks, row, today, eligible))
        for (row, today), price in prices.items()
    )


def today_tasks(successions: Sequence[Succession], first: int) -> dict[int, int]:
    """
    Return the position of a task for each manager who has a contract today that is cut.

    Such a task lies before the plan: it takes nothing, and only that manager can have it. In
    one group with the contract's own tasks it makes another manager a change of hands.
    """
    managers = today_costs(successions)
    return {manager: first + position for position, manager in enumerate(managers)}


def today_costs(successions: Sequence[Succession]) -> dict[int, int]:
    """Return a price by manager at which leaving out its task of today never pays."""
    costs: dict[int, int] = {}
    for row in successions:
        if row.today is not None:
            costs[row.today] = costs.get(row.today, 0) + row.price
    return costs


def _parts(stretches: Sequence[Stretch]) -> Iterator[tuple[int, list[int]]]:
    parts: dict[int, list[int]] = {}
    for position, stretch in enumerate(stretches):
        parts.setdefault(stretch.contract, []).append(position)
    yield from parts.items()


def _today(facts: Facts, contract: int) -> int | None:
    manager_id = facts.incumbents.get(facts.contracts[contract].contract_id)
    return None if manager_id is None else facts.manager_index[manager_id]


def _can_return(
    tasks: Tasks, row: Sequence[int], today: int | None, eligible: npt.NDArray[np.bool_]
) -> bool:
    """Say whether somebody may serve an earlier and a later task, but none between them."""
    able = np.array([eligible[list(tasks.items[task].stretches)].all(axis=0) for task in row])
    if today is not None:
        able = np.vstack([np.arange(able.shape[1]) == today, able])
    before = np.logical_or.accumulate(able)
    after = np.logical_or.accumulate(able[::-1])[::-1]
    return bool((before & ~able & after).any())

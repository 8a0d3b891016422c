"""
Who has a contract after whom: changes of hands as groups of tasks.

Weeks without a manager undo no change of hands: today's manager, nobody, another one is one
change. A contract that is cut into several tasks is a *succession*, and has a price for
each of its changes in one of three forms. Two are light, and never charge more than there
is; they miss changes in rare plans only:

* *together*: one group of today's manager and all tasks charges the different managers less
  one. It misses a manager who leaves and comes back.
* *in turn*: groups of neighbors, where somebody has to leave and can come back (after a
  long absence). They miss changes over weeks without anybody.
* *held*: exact, and heavy for the engine. Each task has a holder, who serves it or had it
  last: a task of its own that takes nothing, bound to its task at twice the price (letting
  somebody else hold what one serves would be two changes) and to the holder before.

So a plan is searched with the light forms, and searched again with the heavy one for the
successions whose changes were missed. The bound holds in any form.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np
import numpy.typing as npt

from tsam_planner.facts import Facts
from tsam_planner.model.tasks import Tasks
from tsam_planner.units import micro

Whole = npt.NDArray[np.int64]
Form = Literal["together", "in turn", "held"]


@dataclass(frozen=True, slots=True)
class Succession:
    """
    Tasks (positions, in order of time) of contracts that change hands together.

    Attributes
    ----------
    tasks
        What is served.
    today
        The manager before the first of them, None where they are new.
    people
        Who may serve any of them, or has them today.
    price
        Of a change of hands, in millionths of a point.
    form
        How changes are priced.
    extra
        Tasks that take nothing: that of today's manager, and those of holders.
    """

    tasks: tuple[int, ...]
    today: int | None
    people: tuple[int, ...]
    price: int
    form: Form
    extra: tuple[int, ...]

    @property
    def groups(self) -> list[tuple[tuple[int, ...], int]]:
        """The groups of tasks, with the price of each in millionths."""
        if self.form == "together":
            return [((*self.extra, *self.tasks), self.price)]
        if self.form == "in turn":
            return [(pair, self.price) for pair in pairwise((*self.extra, *self.tasks))]
        bound = zip(self.tasks, self.holders, strict=True)
        return [
            *((pair, self.price) for pair in pairwise(self.extra)),
            *((pair, 2 * self.price) for pair in bound),
        ]

    @property
    def holders(self) -> tuple[int, ...]:
        """The holders of the tasks, in order of time; none in a light form."""
        return self.extra[self.today is not None :]

    @property
    def options(self) -> Iterator[tuple[int, int]]:
        """The options of the extra tasks, as pairs of a task and a manager."""
        if self.today is not None:
            yield self.extra[0], self.today
        for task in self.holders:
            for manager in self.people:
                yield task, manager

    @property
    def undone(self) -> int:
        """What it costs to leave an extra task undone: as much as all its groups."""
        return 4 * self.price

    def charged(self, agents: Whole) -> int:
        """Return what a search charged, in millionths, given the manager of each task."""
        total = sum(self.undone for task in self.extra if agents[task] < 0)
        for group, price in self.groups:
            total += price * max(0, len({int(agents[task]) for task in group} - {-1}) - 1)
        return total

    def due(self, agents: Whole) -> int:
        """Return the price of all changes of hands, in millionths."""
        today = [] if self.today is None else [self.today]
        row = [*today, *(int(agents[task]) for task in self.tasks if agents[task] >= 0)]
        return self.price * sum(one != other for one, other in pairwise(row))

    def start(self, agents: Whole) -> None:
        """Fill in who has the extra tasks, given who serves the others."""
        holder = -1 if self.today is None else self.today
        if self.today is not None:
            agents[self.extra[0]] = holder
        for task, own in zip(self.tasks, self.holders, strict=False):
            holder = holder if agents[task] < 0 else int(agents[task])
            agents[own] = holder


def handover_price(facts: Facts, contract: int) -> int:
    """Return the points of a change of hands, in millionths."""
    return micro(facts.policy.goals.handover * facts.contracts[contract].handover_weight)


def find_successions(
    facts: Facts,
    tasks: Tasks,
    options: tuple[Whole, Whole],
    held: Collection[tuple[int, ...]] = (),
) -> tuple[Succession, ...]:
    """
    Return the successions of all contracts that are cut into several stretches.

    Parameters
    ----------
    options
        Tasks and managers of all ways to serve.
    held
        The successions, each named by its tasks, to be priced exactly.
    """
    prices: dict[tuple[tuple[int, ...], int | None], int] = {}
    for contract, own in tasks.of_contract.items():
        if len(own) > 1:
            key = own, facts.manager_today(contract)
            prices[key] = prices.get(key, 0) + handover_price(facts, contract)
    able = np.zeros((len(tasks.items), len(facts.managers)), dtype=bool)
    able[options] = True
    rows: list[Succession] = []
    after = len(tasks.items)
    for (own, today), price in prices.items():
        flags = able[list(own)]
        if today is not None:
            flags = np.vstack([np.arange(flags.shape[1]) == today, flags])
        people = tuple(np.flatnonzero(flags.any(axis=0)).tolist())
        form: Form = "in turn" if _can_return(flags) else "together"
        form = "held" if own in held and people else form
        size = (today is not None) + (len(own) if form == "held" else 0)
        extra = tuple(range(after, after + size))
        rows.append(Succession(own, today, people, price, form, extra))
        after += size
    return tuple(rows)


def _can_return(able: npt.NDArray[np.bool_]) -> bool:
    """Say whether somebody has to leave and can come back; ``able`` by time and manager."""
    before = np.logical_or.accumulate(able)
    after = np.logical_or.accumulate(able[::-1])[::-1]
    return bool((before & ~able & after).any())

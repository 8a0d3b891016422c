"""
How many customers may get another manager than today's (policy ``max_handovers``).

A customer counts once, whether somebody else comes for one week or for good. Of a contract
that is one task, the options of everybody else count one each. A contract that is cut into
several tasks has a *mark*: a task of its own that takes nothing, and is either "kept" or
"given away". Nobody but today's manager may serve any part of a kept contract; what is given
away counts one. A mark left undone costs more than leaving all of the contract unserved.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tsam_planner.facts import Facts
from tsam_planner.model.options import Options
from tsam_planner.model.stretches import Stretch
from tsam_planner.model.tasks import Tasks
from tsam_planner.solver import AssignmentResult

Whole = npt.NDArray[np.int64]
Budget = tuple[npt.NDArray[np.float64], float]
# Who "does" a mark matters to nobody, for it takes nothing; by this its two options differ.
# Where there is a mark there are two managers: today's and another.
_KEPT, _GIVEN_AWAY = 0, 1


@dataclass(frozen=True, slots=True)
class HandoverLimit:
    """
    The limit as rows of the assignment problem, with the marks that it needs.

    Attributes
    ----------
    limit
        Contracts that may have another manager than today's; None without a limit.
    today
        Who has each contract (a position) today, where somebody has it and others may.
    tasks
        The tasks of each of these contracts, in order of time.
    others
        For each of their tasks the options by which others than today's manager serve it.
    """

    limit: int | None
    today: Mapping[int, int]
    tasks: Mapping[int, Sequence[int]]
    others: Mapping[int, Sequence[Whole]]

    @property
    def marks(self) -> list[int]:
        """Contracts that have a mark, in its order."""
        return [contract for contract, own in self.tasks.items() if len(own) > 1]

    def options(self, first: int) -> Iterator[tuple[int, int]]:
        """Yield task and manager of "kept" and "given away", the first mark being ``first``."""
        for number in range(len(self.marks)):
            yield first + number, _KEPT
            yield first + number, _GIVEN_AWAY

    def budgets(self, options: int, before: int) -> Iterator[Budget]:
        """
        Yield the rows, over ``options`` ways to serve, ``before`` more, and the marks' own.

        The last of them are "kept" and "given away" of each mark.
        """
        if self.limit is None:
            return
        marks = self.marks
        size = options + before + 2 * len(marks)
        total = np.zeros(size)
        for number, contract in enumerate(marks):
            kept = options + before + 2 * number
            total[kept + 1] = 1.0
            # One row per task: the bound of one row for all of them is much weaker.
            for others in self.others[contract]:
                amounts = np.zeros(size)
                amounts[[*others, kept]] = 1.0
                yield amounts, 1.0
        for contract in self.tasks.keys() - set(marks):
            # Contracts of a company that go together share their options.
            total[self.others[contract][0]] += 1.0
        yield total, float(self.limit)

    def undone(self, unassigned: Whole) -> list[int]:
        """Return what it costs to leave each mark undone, given that of each task."""
        return [2 * int(unassigned[list(self.tasks[row])].sum()) + 1 for row in self.marks]

    def uncounted(self, result: AssignmentResult) -> frozenset[int]:
        """Return the contracts whose mark a search left undone."""
        marks = self.marks
        done_by = result.agent_of_task[len(result.agent_of_task) - len(marks) :].tolist()
        return frozenset(row for row, who in zip(marks, done_by, strict=True) if who < 0)

    def start(self, agents: Whole) -> None:
        """Fill in the marks, given who serves the tasks."""
        marks = self.marks
        for place, contract in enumerate(marks, len(agents) - len(marks)):
            served_by = set(agents[list(self.tasks[contract])].tolist()) - {-1}
            is_kept = served_by <= {self.today[contract]}
            agents[place] = _KEPT if is_kept else _GIVEN_AWAY


def limit_handovers(facts: Facts, tasks: Tasks, options: Options) -> HandoverLimit:
    """Find whom the policy's limit concerns."""
    today: dict[int, int] = {}
    others: dict[int, list[Whole]] = {}
    if facts.policy.max_handovers is not None:
        for contract, own in tasks.of_contract.items():
            manager = facts.manager_today(contract)
            found = [
                np.flatnonzero((options.task == task) & (options.manager != manager))
                for task in own
            ]
            if manager is not None and any(len(part) for part in found):
                today[contract], others[contract] = manager, found
    concerned = {contract: tasks.of_contract[contract] for contract in today}
    return HandoverLimit(facts.policy.max_handovers, today, concerned, others)


def changed_contracts(
    facts: Facts, stretches: Sequence[Stretch], manager_of: Sequence[int | None]
) -> frozenset[int]:
    """Return contracts (positions) that others than today's managers serve in some week."""
    return frozenset(
        stretch.contract
        for stretch, manager in zip(stretches, manager_of, strict=True)
        if manager is not None and facts.manager_today(stretch.contract) not in (None, manager)
    )

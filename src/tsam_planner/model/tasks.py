"""What is handed out in one piece: a contract, or all contracts of a ``require`` company."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tsam_planner.facts import Facts


@dataclass(frozen=True, slots=True)
class Task:
    """Contracts (positions) that get one manager together, or none of them any."""

    contracts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Tasks:
    """
    All tasks of a plan, with the company rules among them.

    ``together`` holds, per company that prefers one manager, the positions of its tasks;
    ``apart`` those of companies whose contracts must not share a manager (R47).
    """

    items: tuple[Task, ...]
    together: tuple[tuple[int, ...], ...]
    apart: tuple[tuple[int, ...], ...]

    @property
    def of_contract(self) -> dict[int, int]:
        """Position of the task of each planned contract."""
        return {
            contract: position
            for position, task in enumerate(self.items)
            for contract in task.contracts
        }


def form_tasks(facts: Facts) -> Tasks:
    """Bundle the planned contracts into tasks."""
    items: list[Task] = []
    bundled: set[int] = set()
    for company, rows in facts.siblings.items():
        if facts.same_manager[company] == "require":
            items.append(Task(rows))
            bundled.update(rows)
    single: npt.NDArray[np.int64] = np.flatnonzero(facts.planned)
    items += [Task((int(row),)) for row in single if int(row) not in bundled]
    items.sort(key=lambda task: task.contracts)
    tasks = Tasks(tuple(items), (), ())
    position = tasks.of_contract
    groups = {
        treatment: tuple(
            tuple(position[row] for row in rows)
            for company, rows in facts.siblings.items()
            if facts.same_manager[company] == treatment
        )
        for treatment in ("prefer", "forbid")
    }
    return Tasks(tasks.items, groups["prefer"], groups["forbid"])

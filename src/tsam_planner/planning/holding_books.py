"""
Books of many futures that can be changed a task at a time, and asked whether they hold.

What a task adds to a manager's hours and open cases in every future is worked out once; a
book is the sum of its tasks, so that a trial costs one addition and one comparison.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from tsam_planner.demand.draws import MOMENTS, DemandDraws
from tsam_planner.model.primaries import PrimaryModel
from tsam_planner.plan.futures import LEAST_HOURS, planned_hours, share_there
from tsam_planner.units import MICRO

Whole = npt.NDArray[np.int64]
Counts = npt.NDArray[np.int16]
Floats = npt.NDArray[np.float32]
# Sums of loads in floating point: what is over by less is not over.
_TINY = 1e-7


@dataclass
class HoldingBooks:
    """
    Who has which task, and the books of all managers in every future.

    ``agents`` has the manager of each task (a position), -1 for nobody.
    """

    model: PrimaryModel
    futures: DemandDraws
    chance: float
    agents: Whole
    _known: dict[int, Counts] = field(default_factory=dict)

    def __post_init__(self) -> None:
        facts, problem = self.model.facts, self.model.problem
        self._planned = planned_hours(facts, self.futures)
        self._loads = np.asarray(csr_array(problem.option_load).toarray())
        self._option = {
            pair: option
            for option, pair in enumerate(
                zip(
                    self.model.options.task.tolist(),
                    self.model.options.manager.tolist(),
                    strict=True,
                )
            )
        }
        managers, weeks = len(facts.managers), facts.horizon.weeks
        self._hours = np.zeros((managers, self.futures.count, weeks), dtype=np.float32)
        self._cases = np.zeros((managers, self.futures.count, weeks * MOMENTS), dtype=np.int16)
        self._used = np.zeros_like(problem.capacity)
        given, self.agents = self.agents, np.full(len(self.agents), -1, dtype=np.int64)
        for task, manager in enumerate(given.tolist()):
            if manager >= 0:
                self.give(task, manager)

    def people_for(self, task: int) -> list[int]:
        """Return who may serve a task, the least loaded first."""
        options = self.model.options
        people = options.manager[options.task == task].tolist()
        load = self._hours.mean(axis=(1, 2))
        return sorted(people, key=lambda manager: (float(load[manager]), manager))

    def tasks_of(self, manager: int) -> list[int]:
        """Return the tasks of a manager."""
        tasks: list[int] = np.flatnonzero(self.agents == manager).tolist()
        return tasks

    def give(self, task: int, manager: int) -> None:
        """Put a task that nobody has into a manager's book."""
        self._add(task, manager, 1)
        self.agents[task] = manager

    def take(self, task: int) -> int:
        """Take a task off its book; return whose it was."""
        manager = int(self.agents[task])
        self._add(task, manager, -1)
        self.agents[task] = -1
        return manager

    def would_hold(self, manager: int, come: Sequence[int], gone: Sequence[int] = ()) -> bool:
        """Say whether a manager may have a book with some tasks more and others less."""
        if not self._is_allowed(manager, come, gone):
            return False
        hours, cases = self._hours[manager].copy(), self._cases[manager].copy()
        for task, sign in (*((task, 1) for task in come), *((task, -1) for task in gone)):
            hours += sign * self._hours_of(task, manager)
            cases += np.int16(sign) * self._cases_of(task)
        weeks = self.model.facts.manager_weeks
        deployable = (weeks.deployable[manager] / MICRO).astype(np.float32)
        if ((hours > deployable + LEAST_HOURS).mean(axis=0) > self.chance).any():
            return False
        peaks = cases.reshape(len(cases), -1, MOMENTS).max(axis=2)
        return not ((peaks > weeks.max_cases[manager]).mean(axis=0) > self.chance).any()

    def _is_allowed(self, manager: int, come: Sequence[int], gone: Sequence[int]) -> bool:
        """Hold a book against the limits of the plan on average."""
        load = self._used[manager].copy()
        for task in come:
            option = self._option.get((task, manager))
            if option is None:
                return False
            load += self._loads[option]
        for task in gone:
            load -= self._loads[self._option[task, manager]]
        if (load > self.model.problem.capacity[manager] + _TINY).any():
            return False
        own = {*self.tasks_of(manager), *come} - set(gone)
        return all(len(own.intersection(tasks)) < 2 for tasks in self.model.tasks.apart)

    def _add(self, task: int, manager: int, sign: int) -> None:
        self._hours[manager] += sign * self._hours_of(task, manager)
        self._cases[manager] += np.int16(sign) * self._cases_of(task)
        self._used[manager] += sign * self._loads[self._option[task, manager]]

    def _hours_of(self, task: int, manager: int) -> Floats:
        """Return the hours of a task in every future that fall to a manager, by week."""
        facts = self.model.facts
        hours = np.zeros((self.futures.count, facts.horizon.weeks), dtype=np.float32)
        for position in self.model.tasks.items[task].stretches:
            part = self.model.pairs.stretches[position]
            inside = slice(part.first, part.last + 1)
            share = share_there(facts, part.contract, manager)[inside]
            hours[:, inside] += self._planned[:, part.contract, inside] * share
        return hours

    def _cases_of(self, task: int) -> Counts:
        """Return the open cases of a task in every future, at all moments."""
        if task not in self._known:
            weeks = self.model.facts.horizon.weeks
            cases = np.zeros((self.futures.count, weeks * MOMENTS), dtype=np.int16)
            for position in self.model.tasks.items[task].stretches:
                part = self.model.pairs.stretches[position]
                moments = slice(part.first * MOMENTS, (part.last + 1) * MOMENTS)
                cases[:, moments] += self.futures.open_cases[:, part.contract, moments]
            self._known[task] = cases
        return self._known[task]

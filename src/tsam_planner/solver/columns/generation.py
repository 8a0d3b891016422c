"""
Column generation: duals, a valid lower bound, and the columns that matter at them.

At any duals ``pi`` the Lagrangian bound is the sum of ``pi`` less the value of the best set of
each agent, where a search that gave up counts with its ceiling. It holds for any duals,
so neither the master's rounding nor its failure can break it.
"""

import math
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from tsam_planner.solver.columns.agents import Agent
from tsam_planner.solver.columns.master import Master, Scope
from tsam_planner.solver.columns.pool import Pool
from tsam_planner.solver.columns.pricing import FORBIDDEN, Duals, Found, profits, search_agent
from tsam_planner.solver.integers import IntegerProblem
from tsam_planner.solver.problem import FloatArray

T = TypeVar("T")

# Nodes that the agents searched deeper may take together in a round: some seconds.
_ROUND_NODES = 5_000_000
# The bound is close enough to the master's value, relative.
_TOLERANCE = 1e-5


@dataclass(frozen=True, eq=False, slots=True)
class Relaxation:
    """
    The best duals found over a scope, and what is known there.

    ``bound`` (cost units) holds for every plan of the scope; no set of an agent is worth more
    than ``ceiling``, by agent of the scope.
    """

    duals: Duals
    bound: float
    ceiling: FloatArray


@dataclass(frozen=True, eq=False, slots=True)
class Relaxed:
    """
    What column generation ended with: the best relaxation, and the master's last solution.

    ``relaxation`` is None if there was no time for any. ``share`` says how much of each
    column of ``numbers`` the master took.
    """

    relaxation: Relaxation | None
    numbers: list[int]
    share: FloatArray


class Generator:
    """Column generation on one problem: over all of it, or over a scope within a plan."""

    def __init__(
        self,
        problem: IntegerProblem,
        agents: Sequence[Agent],
        pool: Pool,
        *,
        seed: int,
        executor: Executor | None = None,
    ) -> None:
        self.problem, self.agents, self.pool = problem, agents, pool
        self._seed, self._executor = seed, executor
        self.work = 0.0
        self.unserved = _unserved_costs(problem)

    def master(
        self,
        scope: Scope,
        is_over: Callable[[], bool],
        *,
        whole: bool = False,
        seconds: float = np.inf,
    ) -> Master:
        """Return the program over a scope, without columns yet."""
        return Master(
            self.problem,
            self.pool,
            scope,
            unserved_cost=self.unserved,
            whole=whole,
            seed=self._seed,
            is_over=is_over,
            seconds=seconds,
        )

    def for_each_agent(self, scope: Scope, search: Callable[[int], T]) -> list[T]:
        """Return what ``search`` gives for each position in the scope, by two threads."""
        positions = range(len(scope.agents))
        if self._executor is None or len(positions) < 8:
            return [search(position) for position in positions]
        odd = self._executor.submit(lambda: [search(position) for position in positions[1::2]])
        found = [search(position) for position in positions[::2]]
        both: list[T] = [*found, *odd.result()]
        both[::2], both[1::2] = found, odd.result()
        return both

    def relax(
        self,
        scope: Scope,
        numbers: Sequence[int],
        center: FloatArray,
        *,
        is_over: Callable[[], bool],
        max_nodes: int,
        most_nodes: int = 0,
        max_rounds: int = 500,
        on_bound: Callable[[float], None] = lambda bound: None,
    ) -> Relaxed:
        """
        Generate columns from ``numbers`` on until the bound meets the master's value.

        ``center`` are duals to begin near, in points, by task of the scope. The
        search of a set gives up after ``max_nodes``; where that hinders, up to ``most_nodes``.
        """
        if not len(scope.tasks):
            return Relaxed(None, [], np.zeros(0))
        master = self.master(scope, is_over)
        master.add(numbers)
        program, scale = master.program, self.problem.scale
        program.set_option("solver", "ipm")
        program.set_option("run_crossover", "off")
        radius = 0.1 * float(np.abs(center).mean()) + 0.01
        best: Relaxation | None = None
        share = np.zeros(0)
        for _ in range(max_rounds):
            master.set_box(center, radius)
            if not program.solve():
                break
            priced = self._price(master, max_nodes, is_over)
            if priced is None:
                break
            here, found = priced
            # Read before columns are added: that clears the solution.
            value, uses_box, share = (
                program.objective * scale,
                master.uses_box(),
                master.shares(),
            )
            fresh = master.add(
                self.pool.add(result.agent, chosen)
                for result in found
                for chosen in result.sets
            )
            if best is None or here.bound > best.bound:
                # The box is a trust region: it grows where the master foretold the bound well.
                hoped = np.inf if best is None else value - best.bound
                if best is not None and here.bound - best.bound > 0.5 * hoped:
                    radius *= 2.0
                best = here
                center = here.duals.task[scope.tasks] / scale
                on_bound(here.bound)
            if is_over():
                break
            is_tight = value - best.bound <= _TOLERANCE * max(abs(value), 1.0)
            if not (fresh or is_tight) and _can_search_deeper(found, max_nodes, most_nodes):
                max_nodes *= 4
            elif is_tight or not fresh:
                if not uses_box:
                    break
                radius *= 4.0
            elif best is not here:
                radius *= 0.7
        return Relaxed(best, master.numbers[: len(share)], share)

    def _price(
        self, master: Master, max_nodes: int, is_over: Callable[[], bool]
    ) -> tuple[Relaxation, list[Found]] | None:
        """
        Search the best set of every agent at the master's duals, and bound with them.

        None if the time is over before all are searched.
        """
        scope, scale = master.scope, self.problem.scale
        task, agent, group, budget = master.duals()
        duals = self._whole_duals(scope, task, group, budget)
        floors = -agent * scale - 0.5
        share = abs(master.program.objective * scale) / max(len(scope.agents), 1)

        def search(position: int) -> Found | None:
            if is_over():
                return None
            number = int(scope.agents[position])
            data = self.agents[number]
            return search_agent(
                data,
                number,
                profits(data, duals, self.problem),
                duals.group,
                floor=max(float(floors[position]), 0.0),
                max_nodes=max_nodes,
                slack=_TOLERANCE * share / 4.0,
            )

        results = self.for_each_agent(scope, search)
        found = [result for result in results if result is not None]
        if len(found) < len(results):
            return None
        nodes = sum(result.nodes for result in found)
        self.work += 1e-6 * nodes + 1e-5 * len(master.numbers)
        ceiling = np.array([max(0.0, np.ceil(result.ceiling)) for result in found])
        return Relaxation(duals, _bound(scope, duals, ceiling), ceiling), found

    def _whole_duals(
        self, scope: Scope, task: FloatArray, group: FloatArray, budget: FloatArray
    ) -> Duals:
        """Turn duals in points into whole, allowed prices; tasks outside are forbidden."""
        problem, scale = self.problem, self.problem.scale
        prices = np.full(problem.num_tasks, FORBIDDEN)
        prices[scope.tasks] = np.rint(task * scale)
        limits = np.where(problem.must_serve, np.inf, problem.unassigned_cost)
        group_costs = np.array([cost for _, cost in problem.groups], dtype=float)
        return Duals(
            np.minimum(prices, limits),
            np.clip(np.rint(-group * scale), 0.0, group_costs),
            np.maximum(-budget * scale, 0.0),
        )


def _can_search_deeper(found: Sequence[Found], max_nodes: int, most_nodes: int) -> bool:
    """Say whether deeper searches could help, and all together stay short."""
    count = sum(result.gave_up for result in found)
    return count > 0 and max_nodes < most_nodes and 4 * max_nodes * count <= _ROUND_NODES


def _unserved_costs(problem: IntegerProblem) -> FloatArray:
    """Return what a task costs unserved in points; one that must be served, all the rest."""
    cost = problem.unassigned_cost / problem.scale
    prices = problem.overload_cost[
        problem.option_agent[problem.load_option()], problem.load_resource
    ]
    option = np.abs(problem.option_cost).astype(float)
    np.add.at(option, problem.load_option(), problem.load_amount.astype(float) * prices)
    dearest = np.zeros(problem.num_tasks)
    np.maximum.at(dearest, problem.option_task, option / problem.scale)
    fixed = float(problem.agent_cost.astype(float) @ problem.copies)
    fixed += math.fsum(float(price) * len(tasks) for tasks, price in problem.groups)
    total = float(np.maximum(dearest, np.abs(cost)).sum()) + fixed / problem.scale + 1.0
    return np.where(problem.must_serve, 2.0 * total, cost)


def _bound(scope: Scope, duals: Duals, ceiling: FloatArray) -> float:
    """Return the Lagrangian bound of a scope, in cost units, rounded down."""
    total = int(duals.task[scope.tasks].astype(np.int64).sum())
    total -= int(np.ceil((duals.group * scope.free_group).sum()))
    total -= int(np.ceil((duals.budget * scope.budget).sum()))
    total -= int((scope.copies * ceiling.astype(np.int64)).sum())
    return float(total)

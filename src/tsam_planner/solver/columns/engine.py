"""
The recipe of the engine: duals, the bound, a dive, parts planned anew, and the proof.

Each stage offers what it finds to the record of best plan and best bound, so that a search
can end at any moment.
"""

import math
import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from tsam_planner.proof import StopReason
from tsam_planner.solver.columns.agents import split_by_agent
from tsam_planner.solver.columns.descent import Descent
from tsam_planner.solver.columns.dive import dive
from tsam_planner.solver.columns.duals import estimate_duals
from tsam_planner.solver.columns.finish import Depth, Finish
from tsam_planner.solver.columns.generation import Generator, Relaxation, Relaxed
from tsam_planner.solver.columns.master import whole_scope
from tsam_planner.solver.columns.narrow import Narrow, has_long_sets, one_row_decides
from tsam_planner.solver.columns.neighborhood import Effort
from tsam_planner.solver.columns.plan import Plan
from tsam_planner.solver.columns.pool import Pool
from tsam_planner.solver.integers import IntegerProblem
from tsam_planner.solver.problem import FloatArray
from tsam_planner.solver.race import Session, race

_FIRST_SIZE, _LARGEST_SIZE = 14, 40
# Sets looked at per agent in a round of the whole; the most where fewer do not decide.
_FIRST_NODES, _MOST_NODES = 2_000, 200_000
# Where one row decides: tasks of the first parts, and the share of time for few pairs.
_NARROW_TASKS = 40
_NARROW_SHARE = 0.4
# After so many descents with the largest parts in vain, other engines take over.
_MOST_FRUITLESS = 20
# Problems of so few options are left to the compact model where the list was no proof.
SMALL = 2_000
# Where columns find nothing more, the compact model is worth a try up to so many options.
_MOST_COMPACT_OPTIONS = 30_000
# Sums of whole numbers below this are exact in floating point, with room for safety.
_EXACT = 2.0**51


def can_generate(problem: IntegerProblem) -> bool:
    """Say whether all sums stay whole in floating point."""
    cost = np.abs(problem.option_cost).astype(float)
    dearest = np.zeros(problem.num_tasks)
    np.maximum.at(dearest, problem.option_task, cost)
    # Room for the price of tasks that must be served, which exceeds all other costs.
    served = np.maximum(dearest, problem.unassigned_cost).sum() * 20.0
    loads = float(problem.load_amount.astype(float).sum())
    overload = loads * float(problem.overload_cost.max(initial=0))
    fixed = float(problem.agent_cost.astype(float) @ problem.copies)
    fixed += math.fsum(float(cost) * len(tasks) for tasks, cost in problem.groups)
    return bool(max(served, loads, overload, fixed) < _EXACT)


def search_columns(session: Session) -> tuple[StopReason, float]:
    """Search by column generation; return what ended the search, and the work done."""
    search = ColumnSearch(session)
    was_stopped = race([search], session, search.is_done)
    reason = StopReason.WORK_LIMIT if search.is_out_of_work else StopReason.TIME_LIMIT
    return StopReason.INTERRUPTED if was_stopped else reason, search.work


class ColumnSearch:
    """One run of the engine on a session."""

    def __init__(self, session: Session) -> None:
        self._session, self._record = session, session.record
        self._stopped = threading.Event()
        limits, problem = session.limits, session.problem
        self._executor = ThreadPoolExecutor(limits.num_workers)
        agents = split_by_agent(problem)
        self._pool = Pool(problem, agents)
        is_shared = limits.num_workers > 1
        # The whole problem is searched by two threads, each part of it by one.
        self._whole = Generator(
            problem,
            agents,
            self._pool,
            seed=limits.seed,
            executor=self._executor if is_shared else None,
        )
        self._part = Generator(problem, agents, self._pool, seed=limits.seed)
        self._scope = whole_scope(problem)
        # With one worker only counts may cut a stage short, so that the same seed gives the
        # same plan.
        self._effort = Effort(seconds=5.0) if is_shared else Effort()
        self._depth = (
            Depth(relative_gap=limits.relative_gap, seconds=20.0)
            if is_shared
            else Depth(relative_gap=limits.relative_gap, branch_nodes=500, proof_work=20.0)
        )
        self.is_out_of_work = False

    def stop(self) -> None:
        """End the search soon."""
        self._stopped.set()

    def is_done(self) -> bool:
        """Say whether plan and bound are as close as wanted."""
        return self._record.is_within(self._session.limits.relative_gap)

    @property
    def work(self) -> float:
        """Deterministic steps done."""
        return self._whole.work + self._part.work

    def _is_stopped(self) -> bool:
        return self._stopped.is_set() or self._session.clock.is_over

    def _is_over(self) -> bool:
        limit = self._session.limits.work_limit
        if limit is not None and self.work >= limit:
            self.is_out_of_work = True
        return self.is_out_of_work or self._is_stopped() or self.is_done()

    def run(self) -> None:
        """Search until done, over, or nothing more is found."""
        try:
            self._search()
        finally:
            self._stopped.set()
            self._executor.shutdown()

    def _search(self) -> None:
        generator, agents = self._whole, len(self._scope.agents)
        center = estimate_duals(
            generator.problem,
            generator.agents,
            self._scope,
            generator.unserved,
            is_over=self._is_over,
        )
        descent = Descent(
            generator=self._part,
            record=self._record,
            effort=self._effort,
            is_over=self._is_over,
            executor=self._executor,
            workers=self._session.limits.num_workers,
            random=np.random.default_rng(self._session.limits.seed),
        )
        is_one_row, is_long = one_row_decides(generator), has_long_sets(generator)
        if is_long and not is_one_row:
            self._search_narrowly(None)
        relaxed = self._relax(center)
        relaxation = relaxed.relaxation
        if relaxation is None:
            return
        size = min(_FIRST_SIZE, agents)
        if is_one_row:
            self._search_narrowly(relaxation)
        if is_one_row or is_long:
            plan = self._recorded_plan()
            size = min(max(_NARROW_TASKS * agents // generator.problem.num_tasks, 3), agents)
        else:
            plan = self._dive(relaxed)
        self._improve_and_prove(descent, plan, relaxation, size)

    def _improve_and_prove(
        self, descent: Descent, plan: Plan, relaxation: Relaxation, size: int
    ) -> None:
        """Plan parts anew and list what a better plan could hold, in turn, to the end."""
        generator, agents = self._whole, len(self._scope.agents)
        center = relaxation.duals.task / generator.problem.scale
        largest = min(_LARGEST_SIZE, agents)
        finish = Finish(
            generator,
            self._record,
            self._scope,
            self._depth,
            self._is_over,
            self._session.clock,
        )
        tried, fruitless = np.inf, 0
        while not self._is_over():
            plan = descent.run(plan, center, size, patience=2 * agents // size + 1)
            gap = plan.cost - relaxation.bound
            if gap < tried:
                plan = finish.run(relaxation, plan)
                tried = 0.8 * (plan.cost - relaxation.bound)
                if len(self._session.problem.option_task) <= SMALL:
                    return
            elif size == largest:
                fruitless += 1
                if self._is_small() or fruitless == _MOST_FRUITLESS:
                    return
            size = min(size + max(size // 3, 1), largest)

    def _is_small(self) -> bool:
        return len(self._session.problem.option_task) <= _MOST_COMPACT_OPTIONS

    def _recorded_plan(self) -> Plan:
        """Return the best plan so far as columns."""
        choice, numbers = self._record.choice, list[int]()
        if choice is not None:
            numbers = self._pool.add_plan(choice.option_of_task, choice.copy_of_task)
        return Plan(self._session.problem, self._pool, numbers, self._whole.unserved)

    def _relax(self, center: FloatArray) -> Relaxed:
        """Bound the whole problem, with columns from the best plan so far on."""
        return self._whole.relax(
            self._scope,
            self._recorded_plan().numbers,
            center,
            is_over=self._is_over,
            max_nodes=_FIRST_NODES,
            most_nodes=_MOST_NODES,
            on_bound=lambda bound: self._record.offer_bound(int(np.floor(bound))),
        )

    def _search_narrowly(self, relaxation: Relaxation | None) -> None:
        narrow = Narrow(self._whole, self._session, self._is_over, self._is_stopped)
        limit = self._session.limits.work_limit
        work = np.inf if limit is None else max(limit - self.work, 1e-6)
        seconds = _NARROW_SHARE * self._session.clock.remaining
        is_complete = narrow.run(relaxation, seconds, work)
        if is_complete and relaxation is not None and not self._is_over():
            narrow.run(relaxation, seconds, work, wide=True)

    def _dive(self, relaxed: Relaxed) -> Plan:
        """Return the better plan of the first one and a dive's."""
        first = self._recorded_plan()
        plan = dive(self._whole, self._scope, relaxed, self._effort, self._is_over)
        self._record.offer(plan.choice)
        return plan if plan.cost < first.cost and plan.is_allowed() else first

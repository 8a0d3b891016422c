"""
The recipe of the engine: duals, columns, parts planned anew, and a proof over what is left.

Each stage offers what it finds to the record of best plan and best bound, so that a search
can end at any moment.
"""

import threading
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait

import numpy as np

from tsam_planner.proof import StopReason
from tsam_planner.solver.columns.agents import split_by_agent
from tsam_planner.solver.columns.duals import estimate_duals
from tsam_planner.solver.columns.finish import finish
from tsam_planner.solver.columns.generation import Generator, Relaxation
from tsam_planner.solver.columns.master import Scope, whole_scope
from tsam_planner.solver.columns.neighborhood import Effort, improve
from tsam_planner.solver.columns.plan import Plan
from tsam_planner.solver.columns.pool import Pool
from tsam_planner.solver.columns.scopes import Selector
from tsam_planner.solver.integers import IntegerProblem
from tsam_planner.solver.race import Session, race

_FIRST_SIZE, _LARGEST_SIZE = 14, 40
_EXACT = 2.0**51


def can_generate(problem: IntegerProblem) -> bool:
    """Say whether all sums stay whole in floating point."""
    cost = np.abs(problem.option_cost).astype(float)
    dearest = np.zeros(problem.num_tasks)
    np.maximum.at(dearest, problem.option_task, cost)
    served = np.maximum(dearest, problem.unassigned_cost).sum() * 20.0
    loads = float(problem.load_amount.astype(float).sum())
    overload = loads * float(problem.overload_cost.max(initial=0))
    fixed = float(problem.agent_cost.astype(float) @ problem.copies)
    return bool(max(served, loads, overload, fixed) < _EXACT)


def search_columns(session: Session) -> StopReason:
    """Search by column generation; return what ended the search."""
    search = ColumnSearch(session)
    was_stopped = race([search], session, search.is_done)
    if was_stopped:
        return StopReason.INTERRUPTED
    return StopReason.WORK_LIMIT if search.is_out_of_work else StopReason.TIME_LIMIT


class ColumnSearch:
    """One run of the engine on a session."""

    def __init__(self, session: Session) -> None:
        self._session, self._record = session, session.record
        self._stopped = threading.Event()
        workers = session.limits.num_workers
        self._executor = ThreadPoolExecutor(workers)
        self._workers = workers
        problem = session.problem
        agents = split_by_agent(problem)
        self._pool = Pool(problem, agents)
        helper = self._executor if workers > 1 else None
        seed = session.limits.seed
        self._wide = Generator(problem, agents, self._pool, seed=seed, executor=helper)
        self._narrow = Generator(problem, agents, self._pool, seed=seed)
        self.is_out_of_work = False

    def stop(self) -> None:
        """End the search soon."""
        self._stopped.set()

    def is_done(self) -> bool:
        """Say whether plan and bound are as close as wanted."""
        return self._record.is_within(self._session.limits.relative_gap)

    def _is_over(self) -> bool:
        limit = self._session.limits.work_limit
        if limit is not None and self._wide.work + self._narrow.work >= limit:
            self.is_out_of_work = True
        return (
            self.is_out_of_work
            or self._stopped.is_set()
            or self._session.clock.is_over
            or self.is_done()
        )

    def run(self) -> None:
        """Search until done, over, or nothing more is found."""
        try:
            self._search()
        finally:
            self._executor.shutdown()

    def _search(self) -> None:
        plan = self._first_plan()
        scope = whole_scope(self._session.problem)
        relaxation = self._relax(scope, plan)
        if relaxation is None:
            return
        selector = Selector(self._narrow, relaxation.duals, self._session.limits.seed)
        center = relaxation.duals.task / self._session.problem.scale
        size = min(_FIRST_SIZE, len(scope.agents))
        tried = np.inf
        while not self._is_over():
            plan = self._improve(plan, selector, center, size)
            gap = plan.cost - relaxation.bound
            if gap < tried and not self._is_over():
                tried = 0.8 * gap
                plan = self._finish(scope, relaxation, plan)
            elif size == min(_LARGEST_SIZE, len(scope.agents)) and self._is_small():
                return
            size = min(size + max(size // 3, 1), _LARGEST_SIZE, len(scope.agents))

    def _is_small(self) -> bool:
        """Say whether the compact model is worth a try where columns find nothing more."""
        return len(self._session.problem.option_task) <= 30_000

    def _first_plan(self) -> Plan:
        choice, numbers = self._record.choice, list[int]()
        if choice is not None:
            numbers = self._pool.add_plan(choice.option_of_task, choice.copy_of_task)
        return Plan(self._session.problem, self._pool, numbers, self._wide.unserved)

    def _relax(self, scope: Scope, plan: Plan) -> Relaxation | None:
        generator, clock = self._wide, self._session.clock
        task = estimate_duals(
            generator.problem,
            generator.agents,
            scope,
            generator.unserved,
            time_limit=clock.remaining,
        )
        return generator.run(
            scope,
            plan.numbers,
            center=task,
            radius=0.1 * float(np.abs(task).mean()) + 0.01,
            is_over=self._is_over,
            time_limit=clock.remaining,
            on_bound=self._offer_bound,
            max_nodes=20_000,
        )

    def _offer_bound(self, bound: float) -> None:
        self._record.offer_bound(int(np.floor(bound)))

    def _effort(self) -> Effort:
        remaining = self._session.clock.remaining
        # With one worker only the clock of the whole search may cut a part short, so that the
        # same seed gives the same plan.
        return Effort(seconds=remaining if self._workers == 1 else min(5.0, remaining))

    def _improve(self, plan: Plan, selector: Selector, center: object, size: int) -> Plan:
        """Plan parts of this size anew until that has not helped for a while."""
        flight: dict[Future[Plan | None], Scope] = {}
        failures, patience = 0, 2 * len(self._session.problem.copies) // size + 3
        while (failures < patience and not self._is_over()) or flight:
            while len(flight) < self._workers and failures < patience and not self._is_over():
                scope = self._draw(plan, selector, size, list(flight.values()))
                if not len(scope.agents):
                    break
                flight[self._submit(plan, scope, center)] = scope
            done, _ = wait(flight, return_when=FIRST_COMPLETED)
            for future in done:
                scope, better = flight.pop(future), future.result()
                failures += 1
                if better is None:
                    continue
                merged = plan.replace(scope, better.inside(scope.agents))
                if merged.cost < plan.cost and merged.is_allowed():
                    plan, failures = merged, 0
                    self._record.offer(plan.choice)
        return plan

    def _draw(self, plan: Plan, selector: Selector, size: int, busy: list[Scope]) -> Scope:
        agents = [scope.agents for scope in busy] or [np.zeros(0, dtype=np.int64)]
        tasks = [scope.tasks for scope in busy] or [np.zeros(0, dtype=np.int64)]
        chosen = selector.draw(plan, size, np.concatenate(agents))
        return plan.open_up(chosen, np.setdiff1d(plan.unserved, np.concatenate(tasks)))

    def _submit(self, plan: Plan, scope: Scope, center: object) -> "Future[Plan | None]":
        run: Callable[..., Plan | None] = improve
        arguments = (self._narrow, plan, scope, center, self._effort(), self._is_over)
        if self._workers > 1:
            return self._executor.submit(run, *arguments)
        future: Future[Plan | None] = Future()
        future.set_result(run(*arguments))
        return future

    def _finish(self, scope: Scope, relaxation: Relaxation, plan: Plan) -> Plan:
        better = finish(
            self._narrow, scope, relaxation, plan, self._record, self._session.clock, self._is_over
        )
        if better.cost < plan.cost:
            self._record.offer(better.choice)
        return better

"""
The compact model over few pairs: where sets are long, they are too many to be listed.

Where one row decides, any plan that uses a pair costs at least the relaxation's bound plus
what the best set with that pair falls short of its agent's best. Pairs that fall short by
more than a width are left out, the rest goes to the engines of the compact model: their
bound then holds up to that width (variable fixing by Lagrangian bounds: Fisher, "The
Lagrangian relaxation method for solving integer programming problems", Management Science
27, 1981).
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from tsam_planner.errors import InfeasibleError
from tsam_planner.proof import StopReason
from tsam_planner.solver.columns.completion import complete_around
from tsam_planner.solver.columns.generation import Generator, Relaxation
from tsam_planner.solver.columns.pricing import profits
from tsam_planner.solver.compact import search_compact
from tsam_planner.solver.integers import IntegerProblem
from tsam_planner.solver.limits import Clock
from tsam_planner.solver.problem import FloatArray
from tsam_planner.solver.race import Session
from tsam_planner.solver.record import Record

_PAIRS_PER_TASK = 3
# Tasks per agent from which sets of several rows count as long.
_LONG = 12
# Steps of the search where only counts may end it.
_WORK = 20.0


def one_row_decides(generator: Generator) -> bool:
    """Say whether the sets of every agent are limited by one row only."""
    return all(agent.unit > 0.0 for agent in generator.agents if len(agent.options))


def has_long_sets(generator: Generator) -> bool:
    """Say whether an agent serves so many tasks that its sets are too many."""
    agents = sum(agent.copies for agent in generator.agents if len(agent.options))
    return generator.problem.num_tasks > _LONG * max(agents, 1)


@dataclass(frozen=True, eq=False, slots=True)
class Narrow:
    """The search of a narrowed problem; what it finds goes to the session's record."""

    generator: Generator
    session: Session
    is_over: Callable[[], bool]
    is_stopped: Callable[[], bool]

    def run(
        self, relaxation: Relaxation | None, seconds: float, work: float, *, wide: bool = False
    ) -> bool:
        """
        Search the pairs that fall short least (all without a relaxation); offer what is found.

        With one worker ``work`` ends it (infinite: its usual share), else ``seconds``. Wide
        are all pairs that a better plan could use. Says whether the search was complete.
        """
        problem, limit = self._narrow(relaxation, wide=wide)
        record = Record(problem, Clock(None))
        limits, record_above = self.session.limits, self.session.record
        if limits.num_workers == 1:
            seconds, work = np.inf, min(work, _WORK)
        limits = replace(limits, work_limit=work if np.isfinite(work) else None)

        def forward() -> None:
            if record.choice is not None:
                record_above.offer(record.choice)
            record_above.offer_bound(int(min(record.bound, limit)))

        def should_stop() -> bool:
            # With one worker only the end counts: when a plan is seen depends on the clock.
            if limits.num_workers == 1:
                return self.is_stopped()
            forward()
            return self.is_over()

        session = replace(
            self.session,
            problem=problem,
            record=record,
            clock=Clock(min(seconds, self.session.clock.remaining)),
            limits=limits,
            should_stop=should_stop,
        )
        try:
            reason = search_compact(session, with_scip=True)
        except InfeasibleError:
            return True
        if reason is StopReason.WORK_LIMIT:
            self.generator.work += work
        forward()
        return record.is_proven

    def _narrow(
        self, relaxation: Relaxation | None, *, wide: bool
    ) -> tuple[IntegerProblem, float]:
        """Return the problem to search, and the cost up to which its bound holds."""
        whole = replace(self.generator.problem, has_second_level=False)
        if relaxation is None:
            return whole, np.inf
        short = self._shortfalls(relaxation)
        finite = np.sort(short[np.isfinite(short)])
        wanted = _PAIRS_PER_TASK * whole.num_tasks - 1
        if wanted >= len(finite) or finite[wanted] == finite[-1]:
            return whole, np.inf
        width, costs = float(finite[wanted]), self.session.record.costs
        if wide:
            width = np.inf if costs is None else costs.total - relaxation.bound
        if width >= finite[-1]:
            return whole, np.inf
        narrowed = replace(whole, usable=whole.usable & (short <= width))
        return narrowed, float(np.floor(relaxation.bound + width))

    def _shortfalls(self, relaxation: Relaxation) -> FloatArray:
        """Return how much the best set with each option falls short, in cost units."""
        problem = self.generator.problem
        short = np.full(len(problem.option_task), np.inf)
        for number, agent in enumerate(self.generator.agents):
            if not len(agent.options):
                continue
            most = complete_around(
                profits(agent, relaxation.duals, problem),
                agent.rows.load,
                agent.unit,
                float(agent.rows.capacity[0]),
            )
            short[agent.options] = relaxation.ceiling[number] + agent.fixed_cost - most
        return short

"""Pick an engine and run it: from arrays to a plan with its proof."""

from collections.abc import Callable
from typing import Literal

import numpy as np
import numpy.typing as npt

from tsam_planner.errors import ArgumentError, InfeasibleError, NoPlanFoundError
from tsam_planner.proof import StopReason
from tsam_planner.solver.costing import Choice, Costs
from tsam_planner.solver.greedy import construct
from tsam_planner.solver.integers import IntegerProblem, to_integers
from tsam_planner.solver.limits import Clock, Limits
from tsam_planner.solver.problem import AssignmentProblem, IntArray
from tsam_planner.solver.race import EngineError, Session
from tsam_planner.solver.record import Progress, Record
from tsam_planner.solver.result import AssignmentResult
from tsam_planner.units import MICRO

Engine = Literal["auto", "cp_sat", "greedy"]
# Seconds, or steps with one worker, that small problems are given to the compact model first.
_BRIEF = 2.0
# Steps that annealing counts for.
_ANNEALING = 1.0


def solve_assignment(
    problem: AssignmentProblem,
    *,
    time_limit: float | None = 60.0,
    work_limit: float | None = None,
    relative_gap: float = 0.0,
    num_workers: int = 2,
    seed: int = 0,
    start: npt.ArrayLike | None = None,
    progress: Progress | None = None,
    should_stop: Callable[[], bool] | None = None,
    engine: Engine = "auto",
) -> AssignmentResult:
    """
    Find a plan of least cost, and say how far from the least it can be.

    Amounts and costs are held in whole millionths, loads rounded up and capacities down, so
    that no limit is broken by rounding: three loads of 1/3 do not fit into 1. Choose units in
    which that is small.

    Parameters
    ----------
    problem
        Tasks, agents, options and limits.
    time_limit
        Seconds for everything, > 0; None = as long as it takes. A first plan is built whole,
        even where that takes longer. The first search on a machine compiles for some 15
        seconds on top.
    work_limit
        Deterministic steps of the search instead of seconds, > 0; None = no such limit.
        With one worker, the same seed then gives the same plan on every run.
    relative_gap
        Stop once |objective - bound| <= relative_gap x |objective|, in [0, 1).
    num_workers
        Threads, >= 1; more than two help little. With one, the same seed gives the same plan
        whenever the search ends by proof, gap or work limit; with two, plans may differ.
    seed
        Seed of everything random, in 0..2147483647.
    start
        Agent of each task, -1 = none, shape (tasks,): a plan to begin with, kept as far
        as it fits.
    progress
        Called in the caller's thread at each improvement of the plan or the bound.
    should_stop
        Asked about 20 times a second; once it returns True, the best plan is returned.
        Ctrl-C does the same.
    engine
        ``"auto"`` is the best there is; ``"cp_sat"`` searches by CP-SAT alone, whose
        bounds never rest on floating point; ``"greedy"`` builds a plan at once and
        proves little.

    Returns
    -------
    AssignmentResult
        The best plan found. ``objective`` and ``bound`` hold whatever ended the search.

    Raises
    ------
    ArgumentError
        When an argument is out of its range, or ``start`` does not fit the problem.
    ProblemError
        When the sums of a plan could leave 64-bit integers.
    InfeasibleError
        When it is proven that the tasks that must be served cannot all be.
    NoPlanFoundError
        When the search ended before any plan was found; one may still exist.

    Examples
    --------
    Two tasks of 6 and 5 hours, one agent of 8 hours: the dearer one is served.

    >>> problem = AssignmentProblem.from_dense(
    ...     cost=[[1.0, 1.0]], load=[[6.0], [5.0]], capacity=[[8.0]],
    ...     unassigned_cost=[60.0, 50.0])
    >>> result = solve_assignment(problem, num_workers=1)
    >>> result.agent_of_task.tolist(), result.objective, str(result.stop_reason)
    ([0, -1], 51.0, 'proven optimal')
    """
    clock = Clock(time_limit)
    limits = Limits(
        time_limit=time_limit,
        work_limit=work_limit,
        relative_gap=relative_gap,
        num_workers=num_workers,
        seed=seed,
    )
    if engine not in ("auto", "cp_sat", "greedy"):
        message = f"expected engine 'auto', 'cp_sat' or 'greedy', got {engine!r}"
        raise ArgumentError(message)
    agents = None if start is None else _checked_start(problem, start)
    integers = to_integers(problem)
    session = Session(
        problem=integers,
        record=Record(integers, clock, progress),
        clock=clock,
        limits=limits,
        start=agents,
        should_stop=should_stop or _never,
    )
    _refuse_unservable(integers)
    try:
        reason = _search(session, engine)
    except KeyboardInterrupt:
        if session.record.choice is None:
            raise
        session.ctrl_c.set()
        reason = StopReason.INTERRUPTED
    return _result(session, reason)


def _never() -> bool:
    return False


def _checked_start(problem: AssignmentProblem, start: npt.ArrayLike) -> IntArray:
    agents = np.asarray(start)
    is_whole = agents.dtype.kind in "iu" or agents.size == 0
    if agents.shape != (problem.num_tasks,) or not is_whole:
        message = (
            f"expected start as whole numbers of shape (tasks,) = "
            f"{(problem.num_tasks,)}, got {agents.dtype} of shape {agents.shape}"
        )
        raise ArgumentError(message)
    wrong = agents[(agents < -1) | (agents >= problem.num_agents)]
    if wrong.size:
        message = (
            f"expected start to hold agents 0..{problem.num_agents - 1} or -1, got {wrong[0]}"
        )
        raise ArgumentError(message)
    return agents.astype(np.int64)


def _refuse_unservable(problem: IntegerProblem) -> None:
    tasks = problem.unservable().tolist()
    if tasks:
        shown = ", ".join(map(str, tasks[:10])) + (", ..." if len(tasks) > 10 else "")
        message = (
            f"{len(tasks)} tasks must be served, but none of their options fits even "
            f"alone: {shown}. Give them options or a finite unassigned_cost."
        )
        raise InfeasibleError(message)


def _search(session: Session, engine: Engine) -> StopReason:
    """Offer quick plans first, then let the engine improve and prove."""
    _offer_quick_plans(session)
    session.record.report()
    if session.record.is_proven and not session.problem.has_second_level:
        return StopReason.PROVEN_OPTIMAL
    if session.is_stopped:
        return StopReason.INTERRUPTED
    if engine == "greedy":
        return StopReason.WORK_LIMIT
    # Imported here: loading the engines takes as long as many a search.
    from tsam_planner.solver.annealing import can_anneal
    from tsam_planner.solver.compact import search_compact

    if engine == "auto":
        is_soft = can_anneal(session.problem)
        for search in (_search_small, _search_softly if is_soft else _search_columns):
            reason, work = _unless_it_fails(session, search)
            if _is_over(session, reason):
                return reason
            session = session.with_less_work(work)
    with_scip = engine == "auto"
    reason, _ = _unless_it_fails(
        session, lambda whole: (search_compact(whole, with_scip=with_scip), 0.0)
    )
    return reason


def _unless_it_fails(
    session: Session, search: Callable[[Session], tuple[StopReason, float]]
) -> tuple[StopReason, float]:
    """Search; where an engine breaks down, say so and go on with what is known."""
    try:
        return search(session)
    except EngineError as error:
        session.failures.append(str(error))
        session.record.check()
        return StopReason.ENGINE_FAILED, 0.0


def _search_small(session: Session) -> tuple[StopReason, float]:
    """Give a small problem to the compact model, which proves many before columns begin."""
    from tsam_planner.solver.columns.engine import SMALL
    from tsam_planner.solver.compact import search_compact

    if session.record.is_proven or len(session.problem.option_task) > SMALL:
        return StopReason.TIME_LIMIT, 0.0
    reason = search_compact(session.briefly(_BRIEF), with_scip=True)
    # The brief search's own limit of work is none of the caller's.
    return StopReason.TIME_LIMIT if reason is StopReason.WORK_LIMIT else reason, _BRIEF


def _search_softly(session: Session) -> tuple[StopReason, float]:
    """Anneal a plan, and bound it by the compact model, where no limit is hard."""
    from tsam_planner.solver.annealing import anneal
    from tsam_planner.solver.compact import bound_compact

    record, limits = session.record, session.limits
    if record.is_proven or record.choice is None:
        return StopReason.TIME_LIMIT, 0.0

    def is_over() -> bool:
        return session.clock.is_over or session.is_stopped

    record.offer(anneal(session.problem, record.choice, seed=limits.seed, is_over=is_over))
    return bound_compact(session), _ANNEALING


def _search_columns(session: Session) -> tuple[StopReason, float]:
    from tsam_planner.solver.columns.engine import can_generate, search_columns

    if session.record.is_proven or not can_generate(session.problem):
        return StopReason.TIME_LIMIT, 0.0
    return search_columns(session)


def _is_over(session: Session, reason: StopReason) -> bool:
    """Say whether a search was the last: by its end, or by what it reached."""
    is_done = session.record.is_within(session.limits.relative_gap)
    if is_done and not session.problem.has_second_level:
        return True
    return reason is StopReason.INTERRUPTED or session.clock.is_over


def _offer_quick_plans(session: Session) -> None:
    problem, record = session.problem, session.record
    nobody = np.full(problem.num_tasks, -1, dtype=np.int64)
    record.offer(Choice(nobody, nobody))

    def is_over() -> bool:
        return session.clock.is_over

    if session.start is not None:
        record.offer(construct(problem, is_over=is_over))
    # One plan is whole, whatever the clock says: of a part, nobody would know that it is one.
    record.offer(construct(problem, session.start))


def _result(session: Session, reason: StopReason) -> AssignmentResult:
    problem, record = session.problem, session.record
    choice, costs = record.choice, record.costs
    if choice is None or costs is None:
        message = (
            f"stopped after {session.clock.elapsed:.1f} s ({reason}) without any plan; "
            f"one may still exist: {problem.num_tasks} tasks, "
            f"{len(problem.copies)} agents, bound {record.bound / problem.scale:g}. "
            f"Allow more time, or give a start."
        )
        raise NoPlanFoundError(message)
    has_second, second_bound = problem.has_second_level, record.second_bound
    return AssignmentResult(
        agent_of_task=_frozen(_agents(problem, choice)),
        copy_of_task=_frozen(choice.copy_of_task),
        chosen_option=_frozen(choice.option_of_task),
        objective=costs.total / problem.scale,
        bound=record.bound / problem.scale,
        stop_reason=_stop_reason(session, reason),
        wall_time=session.clock.elapsed,
        history=record.history,
        costs=_shares(costs, problem.scale),
        second_objective=costs.second / MICRO if has_second else None,
        second_bound=None if second_bound is None else second_bound / MICRO,
        failures=tuple(session.failures),
        was_interrupted=session.ctrl_c.is_set() or reason is StopReason.INTERRUPTED,
    )


def _agents(problem: IntegerProblem, choice: Choice) -> IntArray:
    agents = np.full(problem.num_tasks, -1, dtype=np.int64)
    served = choice.option_of_task >= 0
    agents[served] = problem.option_agent[choice.option_of_task[served]]
    return agents


def _frozen(array: IntArray) -> IntArray:
    array.flags.writeable = False
    return array


def _shares(costs: Costs, scale: int) -> dict[str, float]:
    return {
        "options": costs.options / scale,
        "unassigned": costs.unassigned / scale,
        "overload": costs.overload / scale,
        "groups": costs.groups / scale,
        "agents": costs.agents / scale,
    }


def _stop_reason(session: Session, reason: StopReason) -> StopReason:
    """Let what is proven speak first; only then what ended the search."""
    record, gap = session.record, session.limits.relative_gap
    is_second = session.problem.has_second_level
    if record.is_proven and (not is_second or record.is_second_proven):
        return StopReason.PROVEN_OPTIMAL
    if record.is_within(gap) and (not is_second or record.is_second_within(gap)):
        return StopReason.GAP_REACHED
    return reason

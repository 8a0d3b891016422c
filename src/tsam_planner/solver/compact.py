"""
The engine on the compact model: CP-SAT for proofs, SCIP beside it for strong bounds.

With one worker CP-SAT searches alone, so that the same seed gives the same plan. With
more, one worker runs SCIP and the others CP-SAT. They meet only in the record: the race
ends once the best plan and the best bound, whoever found them, are close enough.
"""

from dataclasses import replace

from tsam_planner.proof import StopReason
from tsam_planner.solver.cp_sat import CpSatSearch
from tsam_planner.solver.formulation import Formulation, formulate
from tsam_planner.solver.highs_compact import HighsSearch
from tsam_planner.solver.race import Search, Session, race
from tsam_planner.solver.scip import ScipSearch


def search_compact(session: Session, *, with_scip: bool) -> StopReason:
    """
    Search the compact model, then its second level of cost.

    Returns what ended the search, if objective and bound do not tell.
    """
    form = formulate(session.problem, lambda: session.clock.is_over)
    if form is None:
        return StopReason.TIME_LIMIT
    reason, work_done = _search_first(form, session, with_scip=with_scip)
    record = session.record
    if not session.problem.has_second_level or record.choice is None:
        return reason
    if reason is StopReason.TIME_LIMIT or record.is_within(session.limits.relative_gap):
        return _search_second(form, session, work_done, with_scip=with_scip)
    return reason


def bound_compact(session: Session) -> StopReason:
    """Search the first level by HiGHS, until its gap is closed or time is over."""
    record, clock, limits = session.record, session.clock, session.limits
    if limits.work_limit is not None:
        # HiGHS counts no steps that are the same on every machine.
        return StopReason.TIME_LIMIT
    form = formulate(session.problem, lambda: clock.is_over)
    if form is None:
        return StopReason.TIME_LIMIT
    search = HighsSearch(form, record, clock, limits)
    is_shared = limits.num_workers > 1

    def is_done() -> bool:
        return record.is_within(limits.relative_gap if is_shared else 0.0)

    was_stopped = race([search], session, is_done)
    return StopReason.INTERRUPTED if was_stopped else StopReason.TIME_LIMIT


def _search_first(
    form: Formulation, session: Session, *, with_scip: bool
) -> tuple[StopReason, float]:
    """Return why the search ended and the work it took."""
    record, clock, limits = session.record, session.clock, session.limits
    is_shared = with_scip and limits.num_workers > 1
    leader = CpSatSearch(
        form, record, clock, limits, num_workers=limits.num_workers - is_shared
    )
    searches: list[Search] = [leader]
    if is_shared:
        searches.append(ScipSearch(form, record, clock, limits))

    def is_done() -> bool:
        # A single search ends by its own gap limit, at the same step on every run.
        return record.is_within(limits.relative_gap if is_shared else 0.0)

    if is_done():
        return StopReason.TIME_LIMIT, 0.0
    was_stopped = race(searches, session, is_done)
    return _reason(leader, was_stopped=was_stopped), leader.work_done


def _search_second(
    form: Formulation, session: Session, work_done: float, *, with_scip: bool
) -> StopReason:
    """Search the second level among plans that cost no more than the best so far."""
    limits, record, clock = session.limits, session.record, session.clock
    if limits.work_limit is not None:
        if work_done >= limits.work_limit:
            return StopReason.WORK_LIMIT
        limits = replace(limits, work_limit=limits.work_limit - work_done)
    is_shared = with_scip and limits.num_workers > 1
    workers = limits.num_workers - is_shared
    leader = CpSatSearch(form, record, clock, limits, num_workers=workers, is_second=True)
    searches: list[Search] = [leader]
    if is_shared:
        searches.append(ScipSearch(form, record, clock, limits, is_second=True))
    was_stopped = race(searches, session, lambda: record.is_second_proven)
    return _reason(leader, was_stopped=was_stopped)


def _reason(search: CpSatSearch, *, was_stopped: bool) -> StopReason:
    if was_stopped:
        return StopReason.INTERRUPTED
    return StopReason.WORK_LIMIT if search.is_out_of_work else StopReason.TIME_LIMIT

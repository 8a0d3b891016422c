"""From a portfolio to a verified plan, step by step."""

import datetime as dt
import platform
import threading
from collections.abc import Callable, Sequence
from importlib.metadata import version

from tsam_planner.calendars.horizon import Horizon
from tsam_planner.facts import gather_facts
from tsam_planner.finance.additional_hours import assess_contracts
from tsam_planner.plan.decision_tables import decisions_in
from tsam_planner.plan.decisions import Decision
from tsam_planner.plan.plan import Outcome, Plan, build_plan
from tsam_planner.planning.backups import compare_backups
from tsam_planner.planning.calls import place_calls
from tsam_planner.planning.notices import failures_told, warnings_of
from tsam_planner.planning.people import find_people
from tsam_planner.planning.primaries import compare_primaries
from tsam_planner.planning.sales import check_currencies
from tsam_planner.planning.searches import Deadline, Progress, Searcher, SolveOptions
from tsam_planner.portfolio.portfolio import Portfolio
from tsam_planner.proof import Proof, StopReason
from tsam_planner.service.policy import Policy
from tsam_planner.solver import AssignmentResult
from tsam_planner.units import MICRO
from tsam_planner.verify.verification import verify_decisions

PACKAGES = (
    "tsam-planner", "ortools", "highspy", "numba", "numpy", "pandas", "holidays", "tzdata",
)  # fmt: skip


def make_plan(
    portfolio: Portfolio,
    *,
    quarter: str | None = None,
    start: dt.date | str | None = None,
    weeks: int | None = None,
    policy: Policy | None = None,
    options: SolveOptions | None = None,
    warm_start: Plan | None = None,
    progress: Progress | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> Plan:
    """
    Decide who looks after which contract, prove how good that is, and check it.

    Contracts that do not fit stay unassigned, with the reason; a plan never fails for lack
    of people.

    Parameters
    ----------
    portfolio
        What `read_portfolio` returns.
    quarter
        The weeks to plan, such as ``2027Q1``; or else ``start`` (a Monday) and ``weeks``.
    policy
        Numbers and readings of the rules; the portfolio's own by default.
    options
        How long to search.
    warm_start
        A plan, of other data or policy perhaps, from which the search for managers starts
        as far as it fits; what a good plan is does not change.
    progress
        Called with an `Incumbent` whenever plan or bound improves.
    should_stop
        Asked now and then; True ends the search with the best plan so far. So does Ctrl-C
        while something is searched for.

    Returns
    -------
    Plan
        A plan that breaks no rule, checked without the solver.

    Raises
    ------
    ArgumentError
        When the weeks are not named, or make no sense.
    VerificationError
        When solver and checker disagree: a defect of this library.
    """
    options = options or SolveOptions()
    searcher = Searcher(
        options,
        Deadline(options.time_limit),
        progress,
        should_stop,
        known=_decisions_of(warm_start),
        ctrl_c=threading.Event(),
    )
    horizon = Horizon.of(quarter=quarter, start=start, weeks=weeks)
    return plan_weeks(portfolio, horizon, policy or portfolio.policy, searcher)


def plan_for_study(
    portfolio: Portfolio,
    horizon: Horizon,
    *,
    policy: Policy | None = None,
    options: SolveOptions | None = None,
    warm_start: Plan | None = None,
) -> Plan:
    """
    Plan as `make_plan` does, as one plan of many: Ctrl-C ends all of them.

    Raises
    ------
    VerificationError
        When solver and checker disagree: a defect of this library.
    """
    searcher = Searcher.of_study(options or SolveOptions(), _decisions_of(warm_start))
    return plan_weeks(portfolio, horizon, policy or portfolio.policy, searcher)


def _decisions_of(plan: Plan | None) -> Sequence[Decision]:
    return decisions_in(plan.assignments) if plan else ()


def plan_weeks(
    portfolio: Portfolio, horizon: Horizon, policy: Policy, searcher: Searcher
) -> Plan:
    """Plan some weeks: the recipe of every plan, whoever searches for it."""
    options, deadline = searcher.options, searcher.deadline
    facts = gather_facts(portfolio, horizon, policy)
    # Before the search: a price that is ambiguous should not cost a minute of it.
    additional_hours = assess_contracts(facts)
    check_currencies(facts, additional_hours)
    people = find_people(facts, searcher, additional_hours)
    facts, primaries, backups = people.facts, people.primaries, people.backups
    calls, missing = place_calls(facts, backups.decisions, searcher)
    check = verify_decisions(facts, backups.decisions, calls, missing)
    compare_primaries(primaries, check)
    compare_backups(backups, check)
    outcome = Outcome(
        decisions=backups.decisions,
        calls=calls,
        missing_calls=missing,
        ledger=check.ledger,
        points=check.points,
        backup_points=check.backup_points,
        call_points=check.call_points,
        additional_hours=additional_hours,
        risk_price=people.risk_price,
        sales=people.sales,
        sales_proof=people.sales_proof,
    )
    return build_plan(
        facts,
        outcome,
        proof=prove(
            primaries.result, check.points.total, options.relative_gap, primaries.bound
        ),
        backup_proof=prove(backups.result, check.backup_points.total, options.relative_gap),
        seed=options.seed,
        warnings=(*warnings_of(facts, outcome), *failures_told(searcher.failures)),
        run=describe_run(primaries.result, deadline, options),
    )


def prove(
    result: AssignmentResult, points: int, relative_gap: float, bound: float | None = None
) -> Proof:
    """
    Return points (millionths) and bound; points are never negative, so 0 always is one.

    ``bound`` is another than the search's, where the plan differs from what was searched.
    """
    objective, reason = points / MICRO, result.stop_reason
    if bound is None and reason is StopReason.PROVEN_OPTIMAL:
        return Proof(objective=objective, bound=objective, stop_reason=reason)
    least = max(0.0, min(result.bound if bound is None else bound, objective))
    is_done = reason in (StopReason.PROVEN_OPTIMAL, StopReason.GAP_REACHED)
    if bound is not None and is_done and least < objective:
        # The best for what was searched need not be the best there is.
        is_near = objective - least <= relative_gap * abs(objective)
        reason = StopReason.GAP_REACHED if is_near else StopReason.WORK_LIMIT
    return Proof(objective=objective, bound=least, stop_reason=reason)


def describe_run(
    result: AssignmentResult, deadline: Deadline, options: SolveOptions
) -> dict[str, object]:
    """Return what differs from run to run: versions, machine, workers, times, history."""
    return {
        "finished": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "seconds": round(deadline.elapsed, 3),
        "search_seconds": round(result.wall_time, 3),
        "python": platform.python_version(),
        "machine": f"{platform.system()} {platform.machine()}",
        "workers": options.num_workers,
        "versions": {name: version(name) for name in PACKAGES},
        "history": [
            {
                "seconds": round(point.elapsed, 3),
                "objective": point.objective,
                "bound": point.bound,
            }
            for point in result.history
        ],
    }

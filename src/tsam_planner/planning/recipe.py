"""From a portfolio to a verified plan, step by step."""

import datetime as dt
import platform
from collections.abc import Callable, Sequence
from dataclasses import replace
from importlib.metadata import version

import numpy as np

from tsam_planner.calendars.horizon import Horizon
from tsam_planner.errors import VerificationError
from tsam_planner.facts import gather_facts
from tsam_planner.model.primaries import PrimaryModel, model_primaries
from tsam_planner.plan.decisions import Decision
from tsam_planner.plan.ledger import keep_ledger
from tsam_planner.plan.plan import Outcome, Plan, build_plan
from tsam_planner.planning.backups import compare_backups, prepare_backups, with_backups
from tsam_planner.planning.calls import place_calls
from tsam_planner.planning.notices import warnings_of
from tsam_planner.planning.reasons import Situation, reason_of
from tsam_planner.planning.searches import (
    Deadline,
    Progress,
    SolveOptions,
    search_backups,
    search_primaries,
)
from tsam_planner.portfolio.portfolio import Portfolio
from tsam_planner.proof import Proof, StopReason
from tsam_planner.service.policy import Policy
from tsam_planner.solver import AssignmentResult
from tsam_planner.units import MICRO, micro
from tsam_planner.verify.verification import Verification, verify_decisions

PACKAGES = ("tsam-planner", "ortools", "numpy", "pandas", "holidays", "tzdata")


def make_plan(
    portfolio: Portfolio,
    *,
    quarter: str | None = None,
    start: dt.date | str | None = None,
    weeks: int | None = None,
    policy: Policy | None = None,
    options: SolveOptions | None = None,
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
    progress
        Called with an `Incumbent` whenever plan or bound improves.
    should_stop
        Asked now and then; True ends the search with the best plan so far.

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
    deadline = Deadline(options.time_limit)
    horizon = Horizon.of(quarter=quarter, start=start, weeks=weeks)
    facts = gather_facts(portfolio, horizon, policy or portfolio.policy)
    primaries = model_primaries(facts)
    result = search_primaries(
        primaries, options, deadline, progress=progress, should_stop=should_stop
    )
    backups = prepare_backups(facts, decide(primaries, result))
    backup_result = search_backups(backups.model, options, deadline, should_stop=should_stop)
    decisions = with_backups(facts, backups, backup_result)
    calls, missing = place_calls(facts, decisions, options, deadline, should_stop)
    check = verify_decisions(facts, decisions, calls, missing)
    compare_primaries(primaries, result, check)
    compare_backups(backups, backup_result, check)
    outcome = Outcome(
        decisions=decisions,
        calls=calls,
        missing_calls=missing,
        ledger=check.ledger,
        points=check.points,
        backup_points=check.backup_points,
        call_points=check.call_points,
    )
    return build_plan(
        facts,
        outcome,
        proof=prove(result, check.points.total),
        backup_proof=prove(backup_result, check.backup_points.total),
        seed=options.seed,
        warnings=warnings_of(facts, outcome),
        run=describe_run(result, deadline),
    )


def decide(model: PrimaryModel, result: AssignmentResult) -> list[Decision]:
    """Turn the search's answer into decisions, each with its reason."""
    facts = model.facts
    manager_of = model.managers_of_stretches(result.agent_of_task)
    runs = _runs(model, manager_of)
    bare = [_decision(model, run, manager_of[run[0]]) for run in runs]
    situation = Situation(model, keep_ledger(facts, bare), manager_of)
    decisions = [
        replace(decision, reason=reason_of(situation, run[0]))
        for decision, run in zip(bare, runs, strict=True)
    ]
    idle = [
        Decision(
            contract_id=contract.contract_id,
            status="not_planned",
            reason=facts.not_planned_reason(row) or "",
        )
        for row, contract in enumerate(facts.contracts)
        if not facts.planned[row]
    ]
    # Contracts are sorted by id; a contract's stretches stay in order of time.
    return sorted(
        decisions + idle, key=lambda decision: facts.contract_index[decision.contract_id]
    )


def _runs(model: PrimaryModel, manager_of: Sequence[int | None]) -> list[list[int]]:
    """Join a contract's neighboring stretches that have the same manager, or none."""
    runs: list[list[int]] = []
    for position, stretch in enumerate(model.pairs.stretches):
        if not stretch.is_first and manager_of[position] == manager_of[position - 1]:
            runs[-1].append(position)
        else:
            runs.append([position])
    return runs


def _decision(model: PrimaryModel, run: Sequence[int], manager: int | None) -> Decision:
    facts = model.facts
    first, last = model.pairs.stretches[run[0]], model.pairs.stretches[run[-1]]
    return Decision(
        contract_id=facts.contracts[first.contract].contract_id,
        status="unassigned" if manager is None else "assigned",
        manager_id=None if manager is None else facts.managers[manager].manager_id,
        from_week=facts.horizon.mondays[first.first],
        to_week=facts.horizon.mondays[last.last],
    )


def compare_primaries(
    model: PrimaryModel, result: AssignmentResult, verification: Verification
) -> None:
    """
    Refuse a plan on which the search and the checker do not agree.

    Raises
    ------
    VerificationError
        When a rule is broken, or points, hours or cases differ.
    """
    differences = [str(violation) for violation in verification.violations]
    total = verification.points.total
    # Points are rounded once per stretch in the search, once per row of the plan here.
    surcharge = model.surcharge(model.managers_of_stretches(result.agent_of_task))
    points = micro(result.objective) - surcharge
    if abs(points - total) > 1 + len(model.pairs.stretches):
        differences.append(f"points: search {points / MICRO:.6f}, check {total / MICRO:.6f}")
    chosen = result.chosen_option[result.chosen_option >= 0]
    ledger = verification.ledger
    for name, weekly, checked in (
        ("hours", model.options.load, ledger.load),
        ("cases", model.options.cases, ledger.cases),
    ):
        searched = np.zeros_like(checked)
        np.add.at(searched, model.options.manager[chosen], weekly[chosen])
        for row, week in np.argwhere(searched != checked):
            differences.append(
                f"{name} of {model.facts.managers[row].manager_id} in week {week}: "
                f"search {searched[row, week]}, check {checked[row, week]}"
            )
    if differences:
        raise VerificationError(differences)


def prove(result: AssignmentResult, points: int) -> Proof:
    """Return points (millionths) and bound; points are never negative, so 0 always is one."""
    objective = points / MICRO
    if result.stop_reason is StopReason.PROVEN_OPTIMAL:
        bound = objective
    else:
        bound = max(0.0, min(result.bound, objective))
    return Proof(objective=objective, bound=bound, stop_reason=result.stop_reason)


def describe_run(result: AssignmentResult, deadline: Deadline) -> dict[str, object]:
    """Return what differs from run to run: versions, machine, times, search history."""
    return {
        "finished": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "seconds": round(deadline.elapsed, 3),
        "search_seconds": round(result.wall_time, 3),
        "python": platform.python_version(),
        "machine": f"{platform.system()} {platform.machine()}",
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

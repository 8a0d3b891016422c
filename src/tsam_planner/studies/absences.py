"""
The N-1 week test of substitutes: what if one manager is away, in each week of the plan.

Absences in the data are taken as they are; in every other week the manager is away from
Monday to Friday without notice, in addition to everything in the data. Nothing is planned
anew: the plan's substitutes stand in as far as they are there and have room.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import pandas as pd

from tsam_planner.facts import Facts
from tsam_planner.model.call_times import CallTimes
from tsam_planner.plan.decision_tables import decisions_from
from tsam_planner.plan.decisions import Decision
from tsam_planner.plan.plan import Plan
from tsam_planner.studies.absence_summary import Finding, summarize_absences
from tsam_planner.studies.cover import situations
from tsam_planner.studies.effects import Effect, Judge
from tsam_planner.studies.substitutes import Candidates
from tsam_planner.units import MICRO

WEEK_COLUMNS = {
    "manager_id": "object", "week": "datetime64[s]", "kind": "object", "contracts": "int64",
    "other_contracts": "int64", "hours": "float64", "covered_hours": "float64",
    "uncovered_hours": "float64", "over_hours": "object", "cases": "int64",
    "cases_over": "int64", "over_limit": "object", "calls": "int64", "calls_lost": "int64",
    "without_anyone": "object",
}  # fmt: skip
CONTRACT_COLUMNS = {
    "manager_id": "object", "week": "datetime64[s]", "contract_id": "object",
    "kind": "object", "relation": "object", "substitute_id": "object", "hours": "float64",
    "covered_hours": "float64", "uncovered_hours": "float64", "cases": "int64",
    "call": "object", "trouble": "object",
}  # fmt: skip


@dataclass(frozen=True, kw_only=True, eq=False)
class AbsenceTest:
    """
    Where hours, cases and calls go when one manager is away.

    Attributes
    ----------
    weeks
        One row per manager and week in which it serves or backs up a contract that has a
        working day: ``manager_id, week`` (Monday), ``kind`` (``planned`` where the data
        have an absence, ``unplanned`` elsewhere), ``contracts`` (of its own) and
        ``other_contracts`` (of others that lose cover) concerned, ``hours`` due from
        substitutes, the ``covered_hours`` and ``uncovered_hours`` of them, ``over_hours``
        (substitutes who are asked for more hours than they have left), ``cases`` of these
        contracts, ``cases_over`` (above the limits of substitutes, because of this
        absence), ``over_limit`` (those substitutes), ``calls`` due, ``calls_lost`` (which
        neither manager nor substitute could hold on any free day), ``without_anyone``
        (contracts for which neither is there on any working day of the week, or which have
        no substitute while the manager is away for a whole day). Ids are joined by ``;``.
    contracts
        One row per contract concerned: ``manager_id`` (who is away), ``week, contract_id,
        kind, relation`` (``own``; ``backed``: the absent one is the substitute, and the
        manager is away, too; ``displaced``: the substitute has less room for it),
        ``substitute_id, hours, covered_hours, uncovered_hours, cases, call`` (``manager``,
        ``substitute`` or ``lost``) and ``trouble``, a sentence or empty. Figures of
        ``weeks`` are sums of these.
    summary
        One sentence about all weeks, then at most ten about the worst, one per manager and
        kind of absence.
    """

    weeks: pd.DataFrame = field(repr=False)
    contracts: pd.DataFrame = field(repr=False)
    summary: tuple[str, ...]

    def __str__(self) -> str:
        return "\n".join(self.summary)


def examine_absences(plan: Plan) -> AbsenceTest:
    """
    Take one manager at a time out of each week of a plan, and see what that leaves.

    Parameters
    ----------
    plan
        A plan with its portfolio; managers and substitutes stay as they are.

    Returns
    -------
    AbsenceTest
        Tables by manager-week and by contract, and the findings in sentences.

    Raises
    ------
    ArgumentError
        When the plan was read back without its portfolio.

    Notes
    -----
    Hours are covered as in the plan's own ledger: by substitutes who are there, beside
    their own books and other cover of that week, urgent contracts first. A call counts as
    held where the caller has a free time for it; whether other calls could make room is not
    asked. Holidays of a week count as days away, but make no absence.

    Examples
    --------
    Two managers of 40 hours, with 10 and 5 hours to serve: each has room for the other.

    >>> import datetime as dt
    >>> from tsam_planner import Portfolio, make_plan
    >>> from tsam_planner.portfolio.records import Contract, Manager
    >>> def contract(name: str, hours: float) -> Contract:
    ...     return Contract(contract_id=name, company_id=name, offering="tsam",
    ...         deployment="on_prem", start_date=dt.date(2026, 1, 1), cases=20,
    ...         end_date=dt.date(2027, 12, 31), time_zone="Europe/Rome", need_hours=hours)
    >>> portfolio = Portfolio(
    ...     contracts=(contract("C-1", 10), contract("C-2", 5)),
    ...     managers=tuple(
    ...         Manager(manager_id=name, time_zone="Europe/Rome") for name in ("M-1", "M-2")
    ...     ),
    ... )
    >>> test = examine_absences(make_plan(portfolio, start="2027-02-01", weeks=2))
    >>> test.weeks[["hours", "covered_hours", "uncovered_hours"]].sum().tolist()
    [30.0, 30.0, 0.0]

    Their cases together, 40, are more than the 30 that one of them can handle.

    >>> test.summary[0]
    'Of 4 manager-weeks, 0 would leave hours uncovered, 4 would break a limit of cases, 0 would
    leave a customer without anyone.'
    """
    facts = plan.facts
    return examine_decisions(facts, decisions_from(plan.assignments, facts))


def examine_decisions(facts: Facts, decisions: Sequence[Decision]) -> AbsenceTest:
    """Take one manager at a time out of each week of some decisions (see `AbsenceTest`)."""
    judge = Judge(CallTimes(facts), Candidates(facts))
    findings = [
        Finding.of(facts, situation, judge.effects(situation))
        for situation in situations(facts, decisions)
    ]
    weeks = [_week_row(finding) for finding in findings]
    contracts = [
        _contract_row(finding, effect) for finding in findings for effect in finding.effects
    ]
    return AbsenceTest(
        weeks=_table(weeks, WEEK_COLUMNS),
        contracts=_table(contracts, CONTRACT_COLUMNS),
        summary=tuple(summarize_absences(findings)),
    )


def _table(rows: list[tuple[object, ...]], columns: dict[str, str]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=list(columns)).astype(columns)


def _week_row(finding: Finding) -> tuple[object, ...]:
    effects = finding.effects
    own = sum(effect.relation == "own" for effect in effects)
    return (
        finding.manager_id,
        finding.monday,
        finding.kind,
        own,
        len(effects) - own,
        finding.hours / MICRO,
        (finding.hours - finding.uncovered) / MICRO,
        finding.uncovered / MICRO,
        _joined(finding.over_hours),
        sum(effect.cases for effect in effects),
        finding.cases_over,
        _joined(finding.over_limit),
        len(effects),
        finding.calls_lost,
        _joined(finding.contract_id(effect) for effect in finding.without_anyone),
    )


def _contract_row(finding: Finding, effect: Effect) -> tuple[object, ...]:
    backup = effect.service.backup
    return (
        finding.manager_id,
        finding.monday,
        finding.contract_id(effect),
        finding.kind,
        effect.relation,
        None if backup is None else finding.facts.managers[backup].manager_id,
        effect.hours / MICRO,
        (effect.hours - effect.uncovered) / MICRO,
        effect.uncovered / MICRO,
        effect.cases,
        effect.caller,
        "; ".join(effect.troubles),
    )


def _joined(ids: Iterable[str]) -> str:
    return ";".join(ids)

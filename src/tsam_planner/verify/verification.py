"""
Check a plan against every rule, and recompute what it costs.

The checker starts from the portfolio and the decisions. It uses no solver and trusts no
figure of the plan: hours, cases and points are worked out again, day by day.
"""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

import pandas as pd

from tsam_planner.calendars.horizon import Horizon
from tsam_planner.facts import Facts, gather_facts
from tsam_planner.plan.backup_goals import BackupPoints, count_backup_points
from tsam_planner.plan.call_goals import CallPoints, count_call_points
from tsam_planner.plan.call_tables import calls_from, missing_calls_from
from tsam_planner.plan.calls import Call, MissingCall
from tsam_planner.plan.decision_tables import decisions_from
from tsam_planner.plan.decisions import Decision
from tsam_planner.plan.goals import Points, count_points
from tsam_planner.plan.ledger import Ledger, keep_ledger
from tsam_planner.plan.plan import Plan, as_points
from tsam_planner.plan.sales import Sale, count_sales, margin_currency, sold_blocks
from tsam_planner.plan.tables import contract_weeks_table, manager_weeks_table
from tsam_planner.portfolio.exchange import Exchange
from tsam_planner.portfolio.portfolio import Portfolio
from tsam_planner.service.policy import Policy
from tsam_planner.units import MICRO
from tsam_planner.verify.backups import backup_is_eligible, backup_is_somebody_else
from tsam_planner.verify.calls import CALL_RULES, CallCase
from tsam_planner.verify.cases import Case, Violation
from tsam_planner.verify.chances import chances_stay_within_risk
from tsam_planner.verify.primaries import PRIMARY_RULES

RULES = (*PRIMARY_RULES, backup_is_somebody_else, backup_is_eligible)


@dataclass(frozen=True, kw_only=True)
class Verification:
    """
    What a plan breaks and what it costs, found without a solver.

    Attributes
    ----------
    violations
        One entry per place where a hard rule is broken.
    points
        Points by goal, in whole millionths.
    backup_points, call_points
        Points of the substitutes and of the calls by goal, in whole millionths.
    ledger
        Hours and cases of the decisions, in whole millionths.
    facts
        What the decisions were held against, with what is sold taken as bought.
    sales
        What each sold block of additional hours brings, where the plan sells any.
    """

    violations: tuple[Violation, ...]
    points: Points = field(repr=False)
    backup_points: BackupPoints = field(repr=False)
    call_points: CallPoints = field(repr=False)
    ledger: Ledger = field(repr=False)
    facts: Facts = field(repr=False)
    sales: tuple[Sale, ...] = field(default=(), repr=False)

    @property
    def ok(self) -> bool:
        """Whether no hard rule is broken."""
        return not self.violations

    @property
    def objective(self) -> float:
        """Points of all goals together."""
        return self.points.total / MICRO

    @property
    def margin(self) -> Decimal:
        """Income less cost of all sold blocks, in the currency that the plan names."""
        return sum((sale.margin for sale in self.sales), Decimal(0))

    @property
    def goals(self) -> pd.Series:
        """Points by goal."""
        return as_points(self.points.by_goal())

    @property
    def further_goals(self) -> dict[str, pd.Series]:
        """Points of substitutes and calls by goal, which stand apart from a plan's own."""
        return {
            "substitutes": as_points(self.backup_points.by_goal()),
            "calls": as_points(self.call_points.by_goal()),
        }

    @property
    def contract_weeks(self) -> pd.DataFrame:
        """Hours and cases per contract and week (see `plan.tables`)."""
        return contract_weeks_table(self.facts, self.ledger)

    @property
    def manager_weeks(self) -> pd.DataFrame:
        """Hours and cases per manager and week (see `plan.tables`)."""
        return manager_weeks_table(self.facts, self.ledger)

    def __str__(self) -> str:
        if self.ok:
            return f"every rule holds; {self.objective:,.2f} points"
        count = len(self.violations)
        lines = [f"{count} {'rule is' if count == 1 else 'rules are'} broken:"]
        return "\n".join(lines + [f"  {violation}" for violation in self.violations])


def verify_decisions(
    facts: Facts,
    decisions: Sequence[Decision],
    calls: Sequence[Call] | None = None,
    missing_calls: Sequence[MissingCall] = (),
    undecided_calls: Collection[str] = (),
) -> Verification:
    """
    Check decisions about known contracts and managers against every hard rule.

    Without ``calls``, decisions about them are left out.
    """
    ledger = keep_ledger(facts, decisions)
    case = Case(facts, decisions, ledger)
    violations = [item for rule in RULES for item in rule(case)]
    if calls is not None:
        calls = [call for call in calls if call.contract_id not in undecided_calls]
        called = [row for row in decisions if row.contract_id not in undecided_calls]
        missing = [item for item in missing_calls if item.contract_id not in undecided_calls]
        call_case = CallCase(facts, called, calls, missing)
        violations += [item for rule in CALL_RULES for item in rule(call_case)]
    return Verification(
        violations=tuple(violations),
        points=count_points(facts, decisions, ledger),
        backup_points=count_backup_points(facts, decisions, ledger),
        call_points=count_call_points(facts, decisions, calls or (), missing_calls),
        ledger=ledger,
        facts=facts,
    )


def verify_plan(
    portfolio: Portfolio,
    plan: Plan | pd.DataFrame,
    *,
    calls: pd.DataFrame | None = None,
    missing_calls: pd.DataFrame | None = None,
    undecided_calls: Collection[str] = (),
    sales: pd.DataFrame | None = None,
    quarter: str | None = None,
    start: dt.date | str | None = None,
    weeks: int | None = None,
    policy: Policy | None = None,
) -> Verification:
    """
    Check a plan, also one made or changed by hand, without a solver.

    Parameters
    ----------
    portfolio
        What the plan is for.
    plan
        A plan, or a table with at least ``contract_id`` and ``manager_id`` (empty where
        nobody serves); ``backup_id``, ``from_week`` and ``to_week`` count where given.
    calls, missing_calls
        Tables of the weekly calls and of those that the plan declares missing; the plan's
        own by default. Calls are not checked where there is no table of them.
    undecided_calls
        Contracts whose calls are still to be planned, and not to be checked.
    sales
        Table of the blocks that the plan sells; the plan's own by default.
    quarter, start, weeks
        The weeks the plan is for; those of the plan by default.
    policy
        Numbers and readings of the rules; the plan's, else the portfolio's, by default.

    Returns
    -------
    Verification
        Every rule that is broken, and the points by goal.

    Raises
    ------
    ArgumentError
        When a bare table comes without the weeks it is for, or what is sold in another
        currency than the plan's without a rate of exchange.
    PlanFileError
        When the table names unknown contracts or managers, or cannot be understood.
    """
    named = quarter is not None or start is not None or weeks is not None
    if isinstance(plan, Plan):
        horizon = plan.horizon if not named else None
        policy, table = policy or plan.policy, plan.assignments
        if calls is None:
            calls, missing_calls = plan.calls, plan.missing_calls
        sales = plan.sales if sales is None else sales
    else:
        horizon, table = None, plan
    horizon = horizon or Horizon.of(quarter=quarter, start=start, weeks=weeks)
    known = {contract.contract_id for contract in portfolio.contracts}
    sold = [] if sales is None else sold_blocks(sales, known)
    facts = gather_facts(portfolio, horizon, policy or portfolio.policy, sold)
    decisions = decisions_from(table, facts)
    brought = _brought(facts, decisions, sales) if sales is not None and sold else ()
    risky = tuple(chances_stay_within_risk(facts, decisions))
    if calls is None:
        return _with(verify_decisions(facts, decisions), brought, risky)
    declared = [] if missing_calls is None else missing_calls_from(missing_calls, facts)
    check = verify_decisions(
        facts, decisions, calls_from(calls, facts), declared, undecided_calls
    )
    return _with(check, brought, risky)


def _with(
    check: Verification, sales: tuple[Sale, ...], risky: tuple[Violation, ...]
) -> Verification:
    return replace(check, violations=(*check.violations, *risky), sales=sales)


def _brought(
    facts: Facts, decisions: Sequence[Decision], sales: pd.DataFrame
) -> tuple[Sale, ...]:
    into = margin_currency(sales)
    return count_sales(facts, decisions, Exchange.of(into, facts.portfolio.exchange_rates))

"""The plan: decisions, their consequences in tables, their points and their proof."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import pandas as pd

from tsam_planner.calendars.horizon import Horizon
from tsam_planner.errors import ArgumentError
from tsam_planner.facts import Facts, gather_facts
from tsam_planner.plan.backup_goals import BackupPoints
from tsam_planner.plan.call_goals import CallPoints
from tsam_planner.plan.calls import Call, MissingCall, calls_table, missing_calls_table
from tsam_planner.plan.decisions import Decision
from tsam_planner.plan.deliverables import deliverables_table
from tsam_planner.plan.goals import Points
from tsam_planner.plan.ledger import Ledger
from tsam_planner.plan.overlaps import overlaps_table
from tsam_planner.plan.response_gaps import response_gaps_table
from tsam_planner.plan.risk_price import no_price
from tsam_planner.plan.sales import no_sales, sold_blocks
from tsam_planner.plan.summary import as_html, summarize
from tsam_planner.plan.tables import (
    assignments_table,
    contract_weeks_table,
    manager_weeks_table,
    sources_table,
)
from tsam_planner.plan.weekend_sessions import weekend_sessions_table
from tsam_planner.portfolio.portfolio import Portfolio
from tsam_planner.proof import Proof, StopReason
from tsam_planner.service.policy import Policy
from tsam_planner.units import MICRO

TABLES = (
    "assignments",
    "contract_weeks",
    "manager_weeks",
    "calls",
    "missing_calls",
    "deliverables",
    "overlaps",
    "response_gaps",
    "weekend_sessions",
    "additional_hours",
    "sources",
    "risk_price",
    "sales",
)
GOALS = ("goals", "backup_goals", "call_goals")


@dataclass(frozen=True, kw_only=True, eq=False)
class Plan:
    """
    Who looks after which customer, what it means, and how good it is.

    Attributes
    ----------
    assignments, contract_weeks, manager_weeks, additional_hours, sources
        Tables of the plan (see the functions in `plan.tables` for their columns).
    calls, missing_calls
        The weekly calls, and the contract-weeks without one (see `plan.calls`).
    deliverables, overlaps, response_gaps, weekend_sessions
        What contracts receive when; hours that contract and people share in each week;
        working days without anybody; sessions outside normal capacity (see the modules
        of these names in `plan`).
    goals
        Points by goal; their sum is ``objective``.
    risk_price
        What it costs that the plan holds with the policy's ``risk``, against the average
        plan (see `plan.risk_price`); empty where any risk is accepted.
    sales
        Blocks of additional hours that room is kept for, where the policy decides sales with
        the plan (see `plan.sales`); ``sales_proof`` is about their margin.
    backup_goals, call_goals
        Points of substitutes and of calls by goal; they stand apart from ``objective``.
    proof, backup_proof
        Objective, bound and stop reason of the search for managers, and of the one for
        their substitutes.
    horizon, policy, seed, input_hash
        What the plan was made for, from and with.
    warnings
        What a reader must know before trusting the plan, in sentences.
    portfolio
        The input; None for a plan that was read back without it.
    run
        What differs from run to run: times, versions, search history.
    """

    assignments: pd.DataFrame = field(repr=False)
    contract_weeks: pd.DataFrame = field(repr=False)
    manager_weeks: pd.DataFrame = field(repr=False)
    calls: pd.DataFrame = field(repr=False)
    missing_calls: pd.DataFrame = field(repr=False)
    deliverables: pd.DataFrame = field(repr=False)
    overlaps: pd.DataFrame = field(repr=False)
    response_gaps: pd.DataFrame = field(repr=False)
    weekend_sessions: pd.DataFrame = field(repr=False)
    additional_hours: pd.DataFrame = field(repr=False)
    sources: pd.DataFrame = field(repr=False)
    risk_price: pd.DataFrame = field(repr=False)
    sales: pd.DataFrame = field(repr=False)
    goals: pd.Series = field(repr=False)
    backup_goals: pd.Series = field(repr=False)
    call_goals: pd.Series = field(repr=False)
    proof: Proof
    backup_proof: Proof
    horizon: Horizon
    policy: Policy = field(repr=False)
    seed: int
    input_hash: str
    warnings: tuple[str, ...] = field(repr=False)
    sales_proof: Proof | None = None
    portfolio: Portfolio | None = field(default=None, repr=False)
    run: Mapping[str, object] = field(default_factory=dict, repr=False)

    @property
    def objective(self) -> float:
        """Points of all goals together; fewer are better."""
        return self.proof.objective

    @property
    def bound(self) -> float | None:
        """No plan that changes hands at the weeks this one may costs fewer points."""
        return self.proof.bound

    @property
    def gap(self) -> float | None:
        """Relative distance between objective and bound."""
        return self.proof.gap

    @property
    def stop_reason(self) -> StopReason:
        """Why the search ended."""
        return self.proof.stop_reason

    @cached_property
    def facts(self) -> Facts:
        """
        What the plan was made from, its portfolio with what it sells taken as bought.

        Raises
        ------
        ArgumentError
            When the plan was read back without its portfolio.
        """
        if self.portfolio is None:
            message = "the plan does not know its portfolio; read it with portfolio=..."
            raise ArgumentError(message)
        ids = {contract.contract_id for contract in self.portfolio.contracts}
        sold = sold_blocks(self.sales, ids)
        return gather_facts(self.portfolio, self.horizon, self.policy, sold)

    def __str__(self) -> str:
        return "\n".join(f"{label:<9}{text}" for label, text in summarize(self))

    def _repr_html_(self) -> str:
        """Show the plan in a notebook."""
        return as_html(self)

    def equals(self, other: "Plan") -> bool:
        """Return whether two plans say the same, whenever and wherever they were made."""
        tables = all(getattr(self, name).equals(getattr(other, name)) for name in TABLES)
        return (
            tables
            and all(getattr(self, name).equals(getattr(other, name)) for name in GOALS)
            and (self.proof, self.backup_proof) == (other.proof, other.backup_proof)
            and self.sales_proof == other.sales_proof
            and self.horizon == other.horizon
            and self.policy == other.policy
            and (self.seed, self.input_hash) == (other.seed, other.input_hash)
            and self.warnings == other.warnings
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What was decided, and what the checker says that it means and costs."""

    decisions: Sequence[Decision]
    calls: Sequence[Call]
    missing_calls: Sequence[MissingCall]
    ledger: Ledger
    points: Points
    backup_points: BackupPoints
    call_points: CallPoints
    additional_hours: pd.DataFrame
    risk_price: pd.DataFrame = field(default_factory=no_price)
    sales: pd.DataFrame = field(default_factory=no_sales)
    sales_proof: Proof | None = None


def build_plan(
    facts: Facts,
    outcome: Outcome,
    *,
    proof: Proof,
    backup_proof: Proof,
    seed: int,
    warnings: Sequence[str],
    run: Mapping[str, object],
) -> Plan:
    """Put decisions and their consequences into tables."""
    decisions, ledger = outcome.decisions, outcome.ledger
    return Plan(
        assignments=assignments_table(facts, decisions),
        contract_weeks=contract_weeks_table(facts, ledger),
        manager_weeks=manager_weeks_table(facts, ledger),
        calls=calls_table(facts, outcome.calls),
        missing_calls=missing_calls_table(outcome.missing_calls),
        deliverables=deliverables_table(facts, decisions),
        overlaps=overlaps_table(facts, decisions),
        response_gaps=response_gaps_table(facts, decisions),
        weekend_sessions=weekend_sessions_table(facts, decisions),
        additional_hours=outcome.additional_hours,
        sources=sources_table(facts),
        risk_price=outcome.risk_price,
        sales=outcome.sales,
        sales_proof=outcome.sales_proof,
        goals=as_points(outcome.points.by_goal()),
        backup_goals=as_points(outcome.backup_points.by_goal()),
        call_goals=as_points(outcome.call_points.by_goal()),
        proof=proof,
        backup_proof=backup_proof,
        horizon=facts.horizon,
        policy=facts.policy,
        seed=seed,
        input_hash=facts.portfolio.content_hash,
        warnings=tuple(warnings),
        portfolio=facts.portfolio,
        run=dict(run),
    )


def as_points(by_goal: Mapping[str, int]) -> pd.Series:
    """Return whole millionths by goal as points."""
    points = {goal: value / MICRO for goal, value in by_goal.items()}
    return pd.Series(points, name="points", dtype=float)

"""The plan: decisions, their consequences in tables, their points and their proof."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd

from tsam_planner.calendars.horizon import Horizon
from tsam_planner.facts import Facts
from tsam_planner.plan.decisions import Decision
from tsam_planner.plan.goals import Points
from tsam_planner.plan.ledger import Ledger
from tsam_planner.plan.summary import as_html, summarize
from tsam_planner.plan.tables import (
    additional_hours_table,
    assignments_table,
    contract_weeks_table,
    manager_weeks_table,
    sources_table,
)
from tsam_planner.portfolio.portfolio import Portfolio
from tsam_planner.proof import Proof, StopReason
from tsam_planner.service.policy import Policy
from tsam_planner.units import MICRO

TABLES = (
    "assignments",
    "contract_weeks",
    "manager_weeks",
    "additional_hours",
    "sources",
)


@dataclass(frozen=True, kw_only=True, eq=False)
class Plan:
    """
    Who looks after which customer, what it means, and how good it is.

    Attributes
    ----------
    assignments, contract_weeks, manager_weeks, additional_hours, sources
        Tables of the plan (see the functions in `plan.tables` for their columns).
    goals
        Points by goal; their sum is ``objective``.
    proof
        Objective, bound and stop reason of the search.
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
    additional_hours: pd.DataFrame = field(repr=False)
    sources: pd.DataFrame = field(repr=False)
    goals: pd.Series = field(repr=False)
    proof: Proof
    horizon: Horizon
    policy: Policy = field(repr=False)
    seed: int
    input_hash: str
    warnings: tuple[str, ...] = field(repr=False)
    portfolio: Portfolio | None = field(default=None, repr=False)
    run: Mapping[str, object] = field(default_factory=dict, repr=False)

    @property
    def objective(self) -> float:
        """Points of all goals together; fewer are better."""
        return self.proof.objective

    @property
    def bound(self) -> float | None:
        """No plan costs fewer points than this."""
        return self.proof.bound

    @property
    def gap(self) -> float | None:
        """Relative distance between objective and bound."""
        return self.proof.gap

    @property
    def stop_reason(self) -> StopReason:
        """Why the search ended."""
        return self.proof.stop_reason

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
            and self.goals.equals(other.goals)
            and self.proof == other.proof
            and self.horizon == other.horizon
            and self.policy == other.policy
            and (self.seed, self.input_hash) == (other.seed, other.input_hash)
            and self.warnings == other.warnings
        )


def build_plan(
    facts: Facts,
    decisions: Sequence[Decision],
    ledger: Ledger,
    points: Points,
    *,
    proof: Proof,
    seed: int,
    warnings: Sequence[str],
    run: Mapping[str, object],
) -> Plan:
    """Put decisions and their consequences into tables."""
    by_goal = {goal: value / MICRO for goal, value in points.by_goal().items()}
    return Plan(
        assignments=assignments_table(facts, decisions),
        contract_weeks=contract_weeks_table(facts, ledger),
        manager_weeks=manager_weeks_table(facts, ledger),
        additional_hours=additional_hours_table(facts),
        sources=sources_table(facts),
        goals=pd.Series(by_goal, name="points", dtype=float),
        proof=proof,
        horizon=facts.horizon,
        policy=facts.policy,
        seed=seed,
        input_hash=facts.portfolio.content_hash,
        warnings=tuple(warnings),
        portfolio=facts.portfolio,
        run=dict(run),
    )

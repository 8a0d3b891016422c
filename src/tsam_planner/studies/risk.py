"""
The risk that a plan carries: who has too much to do in how many futures.

Every probability is a share of draws and comes with its sampling error.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd

from tsam_planner.demand.draws import DemandDraws, draw_demand
from tsam_planner.errors import ArgumentError
from tsam_planner.facts import Facts, gather_facts
from tsam_planner.plan.decision_tables import decisions_from
from tsam_planner.plan.futures import (
    LEAST_HOURS,
    BookFutures,
    are_of_plan,
    book_futures,
    exceeds,
    planned_hours,
)
from tsam_planner.plan.plan import Plan
from tsam_planner.units import MICRO

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

_SHOWN = 3
# A chance that is told where the policy accepts any.
_NOTABLE = 0.05


@dataclass(frozen=True)
class RiskAssessment:
    """
    Probabilities over all futures, with the draws they come from.

    Attributes
    ----------
    manager_weeks
        One row per manager and week: ``p_hours`` (load above deployable hours), ``p_cases``
        (more open cases at once than the limit), their sampling errors ``p_hours_error`` and
        ``p_cases_error`` (one standard error), ``hours_p50, hours_p90, cases_p50, cases_p90``
        (quantiles of load and of the week's peak), ``hours_over`` (expected hours above
        deployable ones) and ``uncovered_hours`` (expected hours above available ones).
    managers
        One row per manager: the same probabilities for any week of the plan.
    contracts
        One row per contract: ``p_allowance`` (need above the allowance in at least one week)
        with its error, ``weeks_over`` (expected number of such weeks), ``unfunded_hours``
        (expected), and ``is_low_history``.
    team_weeks
        One row per week: ``p_hours`` that all books and won prospects together exceed the
        team's deployable hours, with its error, and the expected ``prospect_hours``.
    draws, seed
        Number of futures, and what they follow from.
    accepted
        The chance that is told as too much: the policy's ``risk``, else 5 %.
    """

    manager_weeks: pd.DataFrame = field(repr=False)
    managers: pd.DataFrame = field(repr=False)
    contracts: pd.DataFrame = field(repr=False)
    team_weeks: pd.DataFrame = field(repr=False)
    draws: int
    seed: int
    accepted: float = _NOTABLE

    @property
    def uncovered_hours(self) -> float:
        """Expected hours over the whole plan that exceed what managers have available."""
        return float(self.manager_weeks["uncovered_hours"].sum())

    @property
    def summary(self) -> tuple[str, ...]:
        """What leadership should know, in sentences."""
        return tuple(self._sentences())

    def _sentences(self) -> Iterator[str]:
        worst = self.managers.sort_values("p_cases", ascending=False, kind="stable")
        for what, column in (
            ("more open cases at once than allowed", "p_cases"),
            ("more work than deployable hours", "p_hours"),
        ):
            some, team = int((self.managers[column] > self.accepted).sum()), len(self.managers)
            noun = "manager" if team == 1 else "managers"
            verb = "has" if 1 in (some, team) else "have"
            yield (
                f"{some} of {team} {noun} {verb} more than a {100 * self.accepted:g} % chance "
                f"of a week with {what}."
            )
        named = worst[worst["p_cases"] > self.accepted].head(_SHOWN)
        if len(named):
            listed = ", ".join(
                f"{row.manager_id} ({row.p_cases:.0%})" for row in named.itertuples()
            )
            yield f"Most at risk of too many cases in some week: {listed}."
        futures = "1 future" if self.draws == 1 else f"{self.draws:,} futures"
        yield (
            f"{self.uncovered_hours:,.1f} h are expected to exceed available hours over the "
            f"whole plan ({futures}, seed {self.seed})."
        )

    def __str__(self) -> str:
        return "\n".join(self.summary)


def assess_risk(
    plan: Plan, *, draws: int = 1000, seed: int = 0, futures: DemandDraws | None = None
) -> RiskAssessment:
    """
    Return the risk that a plan carries.

    Parameters
    ----------
    plan
        A plan that knows its portfolio.
    draws
        Number of futures, >= 1; errors shrink with its square root.
    seed
        Equal seeds give equal results.
    futures
        Futures that are drawn already.

    Raises
    ------
    ArgumentError
        When the plan was read back without its portfolio, or a number is out of range.
    """
    if plan.portfolio is None:
        message = "the plan does not know its portfolio; read it with portfolio=..."
        raise ArgumentError(message)
    facts = gather_facts(plan.portfolio, plan.horizon, plan.policy)
    if futures is None:
        futures = draw_demand(plan.portfolio, plan.horizon, plan.policy, draws=draws, seed=seed)
    if not are_of_plan(futures, facts):
        message = "the futures are not of the plan's contracts and weeks"
        raise ArgumentError(message)
    decisions = decisions_from(plan.assignments, facts)
    books = book_futures(facts, decisions, futures)
    over_hours, over_cases = exceeds(facts, books)
    return RiskAssessment(
        manager_weeks=_manager_weeks(facts, books, over_hours, over_cases),
        managers=_managers(facts, over_hours, over_cases),
        contracts=_contracts(facts, futures),
        team_weeks=_team_weeks(facts, books, futures),
        draws=futures.count,
        seed=futures.seed,
        accepted=plan.policy.risk or _NOTABLE,
    )


def _chance(over: npt.ArrayLike) -> tuple[Floats, Floats]:
    """Return the share of draws (the first axis) and its standard error."""
    over = np.asarray(over, dtype=bool)
    share = over.mean(axis=0)
    return share, np.sqrt(share * (1 - share) / len(over))


def _manager_weeks(
    facts: Facts, books: BookFutures, hours: Flags, cases: Flags
) -> pd.DataFrame:
    weeks = facts.manager_weeks
    columns: dict[str, Floats] = {}
    for name, over in (("p_hours", hours), ("p_cases", cases)):
        columns[name], columns[f"{name}_error"] = _chance(over)
    for name, values in (("hours", books.load), ("cases", books.peak)):
        # A quantile that some draw has: half a case says nothing.
        found = np.quantile(values, (0.5, 0.9), axis=0, method="inverted_cdf")
        columns[f"{name}_p50"], columns[f"{name}_p90"] = found
    for name, limit in (("hours_over", weeks.deployable), ("uncovered_hours", weeks.available)):
        above = np.maximum(0, books.load - (limit / MICRO).astype(np.float32))
        columns[name] = above.mean(axis=0, dtype=np.float64)
    ids = [manager.manager_id for manager in facts.managers]
    return _grid("manager_id", ids, facts, columns)


def _grid(key: str, ids: list[str], facts: Facts, columns: dict[str, Floats]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            key: np.repeat(np.array(ids, dtype=object), facts.horizon.weeks),
            "week": _weeks(facts, len(ids)),
            **{name: values.astype(float).ravel() for name, values in columns.items()},
        }
    )


def _weeks(facts: Facts, times: int = 1) -> npt.NDArray[np.datetime64]:
    return np.tile(np.array(facts.horizon.mondays, dtype="datetime64[s]"), times)


def _managers(facts: Facts, hours: Flags, cases: Flags) -> pd.DataFrame:
    columns: dict[str, object] = {
        "manager_id": [manager.manager_id for manager in facts.managers]
    }
    for name, over in (("p_hours", hours), ("p_cases", cases)):
        columns[name], columns[f"{name}_error"] = _chance(over.any(axis=2))
    return pd.DataFrame(columns)


def _contracts(facts: Facts, futures: DemandDraws) -> pd.DataFrame:
    weeks, count = facts.contract_weeks, len(facts.contracts)
    above = futures.need[:, :count] - (weeks.allowance / MICRO).astype(np.float32)
    above = np.where(weeks.has_allowance[:, None], above, 0)
    over = above > LEAST_HOURS
    chance, error = _chance(over.any(axis=2))
    return pd.DataFrame(
        {
            "contract_id": [contract.contract_id for contract in facts.contracts],
            "p_allowance": chance,
            "p_allowance_error": error,
            "weeks_over": over.sum(axis=2).mean(axis=0),
            "unfunded_hours": np.maximum(0, above).sum(axis=2, dtype=np.float64).mean(axis=0),
            "is_low_history": futures.is_low[:count],
        }
    )


def _team_weeks(facts: Facts, books: BookFutures, futures: DemandDraws) -> pd.DataFrame:
    prospects = planned_hours(facts, futures)[:, len(facts.contracts) :].sum(axis=1)
    total = books.load.sum(axis=1) + prospects
    limit = (facts.manager_weeks.deployable.sum(axis=0) / MICRO).astype(np.float32)
    chance, error = _chance(total > limit + LEAST_HOURS)
    return pd.DataFrame(
        {
            "week": _weeks(facts),
            "p_hours": chance,
            "p_hours_error": error,
            "prospect_hours": prospects.mean(axis=0, dtype=np.float64),
        }
    )

"""
Scenarios planned and compared side by side.

The base portfolio is never touched. A scenario that is broken says why, and does not stop
the others.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from tsam_planner.errors import ArgumentError, PlannerError
from tsam_planner.plan.plan import Plan
from tsam_planner.planning.recipe import make_plan
from tsam_planner.planning.searches import SolveOptions
from tsam_planner.portfolio.portfolio import Portfolio
from tsam_planner.studies.difference import compare_plans
from tsam_planner.studies.scenario import Scenario


@dataclass(frozen=True)
class ScenarioPlans:
    """
    Plans by scenario, and why some have none.

    ``errors`` says what went wrong with a scenario, in the library's words.
    """

    plans: Mapping[str, Plan] = field(repr=False)
    errors: Mapping[str, str]

    def __getitem__(self, name: str) -> Plan:
        if name in self.errors:
            message = f"scenario {name!r} has no plan: {self.errors[name]}"
            raise ArgumentError(message)
        return self.plans[name]

    @property
    def table(self) -> pd.DataFrame:
        """Return one row per scenario, against the first (see `compare_plans`)."""
        return compare_plans(self.plans)

    def _repr_html_(self) -> str:
        """Show the comparison in a notebook."""
        return str(self.table.to_html(index=False))


def plan_scenarios(
    portfolio: Portfolio,
    scenarios: Sequence[Scenario],
    *,
    quarter: str | None = None,
    start: dt.date | str | None = None,
    weeks: int | None = None,
    options: SolveOptions | None = None,
    executor: Executor | None = None,
) -> ScenarioPlans:
    """
    Plan every scenario; the portfolio itself is never touched.

    Parameters
    ----------
    portfolio
        The base of all scenarios.
    scenarios
        What is changed; names must differ. The first one is what others are compared with.
    quarter, start, weeks, options
        As for `make_plan`.
    executor
        Runs scenarios side by side, such as a `concurrent.futures.ProcessPoolExecutor` or
        the executor of a Dask client; one after the other without.

    Raises
    ------
    ArgumentError
        When names repeat.
    """
    names = [scenario.name for scenario in scenarios]
    if len(set(names)) < len(names):
        message = f"scenarios need names of their own, got {', '.join(names)}"
        raise ArgumentError(message)
    weeks_named = {"quarter": quarter, "start": start, "weeks": weeks}
    answers: dict[str, Plan | str] = {}
    if executor is None:
        for scenario in scenarios:
            answers[scenario.name] = plan_one(portfolio, scenario, weeks_named, options)
    else:
        running: dict[str, Future[Plan | str]] = {
            scenario.name: executor.submit(plan_one, portfolio, scenario, weeks_named, options)
            for scenario in scenarios
        }
        answers = {name: future.result() for name, future in running.items()}
    return ScenarioPlans(
        plans={name: plan for name, plan in answers.items() if isinstance(plan, Plan)},
        errors={name: text for name, text in answers.items() if isinstance(text, str)},
    )


def plan_one(
    portfolio: Portfolio,
    scenario: Scenario,
    weeks: Mapping[str, Any],
    options: SolveOptions | None,
) -> Plan | str:
    """Plan one scenario; return what went wrong instead of raising it."""
    try:
        return make_plan(scenario.apply(portfolio), **weeks, options=options)
    except PlannerError as error:
        return str(error)

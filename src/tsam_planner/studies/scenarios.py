"""
Scenarios planned and compared side by side.

The base portfolio is never touched. A scenario that is broken says why, and does not stop
the others.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from concurrent.futures import BrokenExecutor, Executor, Future
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from tsam_planner.calendars.horizon import Horizon
from tsam_planner.errors import ArgumentError, told
from tsam_planner.plan.plan import Plan
from tsam_planner.planning.recipe import plan_for_study
from tsam_planner.planning.searches import SolveOptions
from tsam_planner.portfolio.portfolio import Portfolio
from tsam_planner.studies.difference import compare_plans
from tsam_planner.studies.scenario import Scenario

_Job = tuple[Portfolio, Scenario, Mapping[str, Any], SolveOptions | None, Plan | None]


@dataclass(frozen=True)
class ScenarioPlans:
    """
    Plans by scenario, and why some have none.

    ``errors`` says what went wrong with a scenario, in the library's words; a defect, or a
    worker that was lost, with the name of its error.
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
    warm_start: Plan | None = None,
    executor: Executor | None = None,
) -> ScenarioPlans:
    """
    Plan every scenario; the portfolio itself is never touched.

    All start from a plan that is known, or else the others from the first one's, so that a
    change that makes nothing harder does not look worse for want of time.

    Parameters
    ----------
    portfolio
        The base of all scenarios.
    scenarios
        What is changed; names must differ. The first one is what others are compared with.
    quarter, start, weeks, options
        As for `make_plan`.
    warm_start
        A plan of the base, if there is one already.
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

    def answers_to(some: Sequence[Scenario], warm_start: Plan | None) -> list[Plan | str]:
        jobs: list[_Job] = [
            (portfolio, scenario, weeks_named, options, warm_start) for scenario in some
        ]
        if executor is None:
            return [plan_one(*job) for job in jobs]
        return [_answer(future) for future in [_started(executor, job) for job in jobs]]

    found = answers_to(scenarios[:1], warm_start)
    first = next((plan for plan in found if isinstance(plan, Plan)), None)
    found += answers_to(scenarios[1:], warm_start or first)
    answers = dict(zip(names, found, strict=True))
    return ScenarioPlans(
        plans={name: plan for name, plan in answers.items() if isinstance(plan, Plan)},
        errors={name: text for name, text in answers.items() if isinstance(text, str)},
    )


def plan_one(
    portfolio: Portfolio,
    scenario: Scenario,
    weeks: Mapping[str, Any],
    options: SolveOptions | None,
    warm_start: Plan | None = None,
) -> Plan | str:
    """Plan one scenario; return what went wrong instead of raising it."""
    try:
        return plan_for_study(
            scenario.apply(portfolio),
            Horizon.of(**weeks),
            options=options,
            warm_start=warm_start,
        )
    except Exception as error:
        # Of a defect, too: the plans of other scenarios are not to be lost for it.
        return told(error)


def _started(executor: Executor, job: _Job) -> Future[Plan | str] | str:
    try:
        return executor.submit(plan_one, *job)
    except BrokenExecutor as error:
        return told(error)


def _answer(future: Future[Plan | str] | str) -> Plan | str:
    """Return what a worker found, or that it was lost: others may have got through."""
    if isinstance(future, str):
        return future
    try:
        return future.result()
    except Exception as error:
        return told(error)

"""Everything that people look at, beside a plan's own tables, written as one folder."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from pathlib import Path

from tsam_planner.demand.draws import DemandDraws, draw_demand
from tsam_planner.finance.additional_hours import offers_table
from tsam_planner.finance.revenue import estimate_revenue
from tsam_planner.io.plans import as_csv, write_plan
from tsam_planner.io.revenue_files import revenue_files
from tsam_planner.plan.plan import Plan
from tsam_planner.report.calendar_feed import calendar_files
from tsam_planner.report.evidence_pages import evidence_pages
from tsam_planner.report.figures import draw_figures
from tsam_planner.report.page.leadership import plan_page
from tsam_planner.report.workbook.recipe import WORKBOOK_FILE, plan_workbook
from tsam_planner.studies.absences import AbsenceTest, examine_absences
from tsam_planner.studies.risk import RiskAssessment, assess_risk


class StressTest:
    """
    What may become of a plan, each part worked out once, when it is asked for.

    Parameters
    ----------
    plan
        A plan that knows the portfolio it was made from.
    """

    def __init__(self, plan: Plan) -> None:
        self._plan = plan

    @cached_property
    def absences(self) -> AbsenceTest:
        """What every single absence would leave uncovered."""
        return examine_absences(self._plan)

    @cached_property
    def futures(self) -> DemandDraws:
        """The futures that both the risk and the revenue of the plan are told of."""
        plan = self._plan
        return draw_demand(plan.facts.portfolio, plan.horizon, plan.policy)

    @cached_property
    def risk(self) -> RiskAssessment:
        """Who has too much to do in how many futures."""
        return assess_risk(self._plan, futures=self.futures)


def publish_plan(
    plan: Plan,
    folder: Path | str,
    *,
    stress: StressTest | None = None,
    pseudonymous: bool = False,
    files: Mapping[str, bytes] | None = None,
) -> Path:
    """
    Write a plan with all that people look at, whole or not at all.

    Parameters
    ----------
    plan
        A plan that knows the portfolio it was made from.
    folder
        Where to write. An existing folder is replaced only if it is empty or holds a plan.
    stress
        The test of the plan, where somebody asks it, too; made here by default.
    pseudonymous
        Put ids in place of names into page, workbook and calendar files.
    files
        More files of the folder, by relative path.

    Returns
    -------
    Path
        The folder.

    Raises
    ------
    ArgumentError
        When the plan was read back without its portfolio.
    PlanFileError
        When the folder must not be replaced or cannot be written; it is unchanged then.
    """
    found = stress or StressTest(plan)
    facts = plan.facts
    with ThreadPoolExecutor(1) as aside:
        # NumPy draws futures on one core, while Python draws figures on the other.
        drawing = aside.submit(lambda: found.futures)
        written = {
            **(files or {}),
            WORKBOOK_FILE: plan_workbook(plan, pseudonymous=pseudonymous),
            **calendar_files(
                plan.calls, facts.portfolio, plan.horizon, pseudonymous=pseudonymous
            ),
            **{f"evidence/{name}": page for name, page in evidence_pages(plan).items()},
            "absence_test.csv": as_csv(found.absences.weeks),
            "absence_test_contracts.csv": as_csv(found.absences.contracts),
            **{
                f"figures/{name}": png
                for name, png in draw_figures(plan, found.absences).items()
            },
        }
        drawing.result()
    written |= _files_of_futures(plan, found, pseudonymous=pseudonymous)
    return write_plan(plan, folder, files=written)


def _files_of_futures(
    plan: Plan, stress: StressTest, *, pseudonymous: bool
) -> dict[str, bytes]:
    """Return the files that tell of risk and revenue."""
    page = plan_page(
        plan, absences=stress.absences, risk=stress.risk, pseudonymous=pseudonymous
    )
    revenue = estimate_revenue(plan.facts.portfolio, plan, futures=stress.futures)
    return {
        "report.html": page,
        "offers.csv": as_csv(offers_table(plan)),
        **revenue_files(revenue),
        **{
            f"risk_{name}.csv": as_csv(getattr(stress.risk, name))
            for name in ("manager_weeks", "managers", "contracts", "team_weeks")
        },
    }

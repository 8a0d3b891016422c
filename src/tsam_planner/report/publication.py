"""Everything that people look at, beside a plan's own tables, written as one folder."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
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


@dataclass(frozen=True, slots=True)
class StressTest:
    """What may become of a plan, and the futures that its risk and its revenue are told of."""

    absences: AbsenceTest
    risk: RiskAssessment
    futures: DemandDraws = field(repr=False)


def stress_test(plan: Plan) -> StressTest:
    """
    Examine absences and assess the risk of a plan.

    Raises
    ------
    ArgumentError
        When the plan was read back without its portfolio.
    """
    portfolio = plan.facts.portfolio
    # NumPy draws on one core while Python examines on another.
    with ThreadPoolExecutor(1) as aside:
        drawn = aside.submit(draw_demand, portfolio, plan.horizon, plan.policy)
        absences = examine_absences(plan)
        futures = drawn.result()
    return StressTest(absences, assess_risk(plan, futures=futures), futures)


def publish_plan(
    plan: Plan,
    folder: Path | str,
    *,
    stress: StressTest | None = None,
    pseudonymous: bool = False,
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
        What `stress_test` says of the plan; it is tested here by default.
    pseudonymous
        Put ids in place of names into page, workbook and calendar files.

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
    found = stress or stress_test(plan)
    test, chances, portfolio = found.absences, found.risk, plan.facts.portfolio
    files = {
        "report.html": plan_page(plan, absences=test, risk=chances, pseudonymous=pseudonymous),
        WORKBOOK_FILE: plan_workbook(plan, pseudonymous=pseudonymous),
        "offers.csv": as_csv(offers_table(plan)),
        **revenue_files(estimate_revenue(portfolio, plan, futures=found.futures)),
        "absence_test.csv": as_csv(test.weeks),
        "absence_test_contracts.csv": as_csv(test.contracts),
        **{
            f"risk_{name}.csv": as_csv(getattr(chances, name))
            for name in ("manager_weeks", "managers", "contracts", "team_weeks")
        },
        **calendar_files(plan.calls, portfolio, plan.horizon, pseudonymous=pseudonymous),
        **{f"evidence/{name}": page for name, page in evidence_pages(plan).items()},
        **{f"figures/{name}": png for name, png in draw_figures(plan, test).items()},
    }
    return write_plan(plan, folder, files=files)

"""Everything that people look at, beside a plan's own tables, written as one folder."""

from pathlib import Path

from tsam_planner.demand.draws import DemandDraws, draw_demand
from tsam_planner.errors import ArgumentError
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


def draw_futures(plan: Plan) -> DemandDraws:
    """
    Return the futures that both the risk and the revenue of a plan are told of.

    Raises
    ------
    ArgumentError
        When the plan was read back without its portfolio.
    """
    if plan.portfolio is None:
        message = "the plan does not know its portfolio; read it with portfolio=..."
        raise ArgumentError(message)
    return draw_demand(plan.portfolio, plan.horizon, plan.policy)


def publish_plan(
    plan: Plan,
    folder: Path | str,
    *,
    absences: AbsenceTest | None = None,
    risk: RiskAssessment | None = None,
    futures: DemandDraws | None = None,
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
    absences
        What `examine_absences` says of the plan; examined here by default.
    risk
        What `assess_risk` says of the plan; assessed here by default.
    futures
        What `draw_futures` draws for the plan; drawn here by default.
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
    drawn = futures or draw_futures(plan)
    test = absences or examine_absences(plan)
    chances = risk or assess_risk(plan, futures=drawn)
    portfolio = plan.facts.portfolio
    files = {
        "report.html": plan_page(plan, absences=test, risk=chances, pseudonymous=pseudonymous),
        WORKBOOK_FILE: plan_workbook(plan, pseudonymous=pseudonymous),
        "offers.csv": as_csv(offers_table(plan)),
        **revenue_files(estimate_revenue(portfolio, plan, futures=drawn)),
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

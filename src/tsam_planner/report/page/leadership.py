"""The page for leadership: what was decided, who carries it, what is at risk, and why."""

from tsam_planner.plan.plan import Plan
from tsam_planner.report.page.basis import basis, method
from tsam_planner.report.page.customers import customers
from tsam_planner.report.page.decided import decided, headline, tiles
from tsam_planner.report.page.material import Material
from tsam_planner.report.page.money import additional_hours, sell_or_hire_section
from tsam_planner.report.page.parts import Page
from tsam_planner.report.page.people import people
from tsam_planner.report.page.rendering import render
from tsam_planner.report.page.trouble import weeks_at_risk
from tsam_planner.studies.absences import AbsenceTest, examine_absences
from tsam_planner.studies.hiring import Staffing
from tsam_planner.studies.risk import RiskAssessment, assess_risk
from tsam_planner.studies.sell_or_hire import SellOrHire, sell_or_hire


def plan_page(
    plan: Plan,
    *,
    absences: AbsenceTest | None = None,
    risk: RiskAssessment | None = None,
    hours: SellOrHire | None = None,
    staffing: Staffing | None = None,
    pseudonymous: bool = False,
) -> bytes:
    """
    Return the page of a plan: one HTML file that needs nothing else.

    Parameters
    ----------
    plan
        A plan that knows its portfolio.
    absences, risk
        What `examine_absences` and `assess_risk` say of it; worked out here by default.
    hours
        What `sell_or_hire` says of it; by default without the value of hires.
    staffing
        What `staffing` says of it; left out by default, as it takes searches of its own.
    pseudonymous
        Show people and companies by their ids.

    Raises
    ------
    ArgumentError
        When the plan was read back without its portfolio.
    """
    material = Material(
        plan=plan,
        absences=absences or examine_absences(plan),
        risk=risk or assess_risk(plan),
        hours=hours or sell_or_hire(plan, profiles=()),
        staffing=staffing,
        is_pseudonymous=pseudonymous,
    )
    return render(
        Page(
            title=headline(material),
            subtitle=f"Plan of {plan.horizon}",
            tiles=tiles(material),
            sections=(
                decided(material),
                people(material),
                customers(material),
                weeks_at_risk(material),
                additional_hours(material),
                sell_or_hire_section(material),
                basis(material),
                method(material),
            ),
            footer=f"Input {plan.input_hash[:12]}, seed {plan.seed}. Made by tsam-planner.",
        )
    )

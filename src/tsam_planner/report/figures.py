"""A plan's figures as pictures."""

from tsam_planner.plan.plan import Plan
from tsam_planner.plotting.absence_heat_map import plot_absences
from tsam_planner.plotting.load_by_week import plot_load
from tsam_planner.plotting.utilization_heat_map import plot_utilization
from tsam_planner.report.pictures import as_png
from tsam_planner.studies.absences import AbsenceTest


def draw_figures(plan: Plan, absences: AbsenceTest) -> dict[str, bytes]:
    """Return the figures of a plan as PNG, by file name."""
    managers = plan.manager_weeks["manager_id"].nunique()
    heat_map = (3 + 0.55 * plan.horizon.weeks, 1.9 + 0.27 * managers)
    return {
        "load.png": as_png(lambda ax: plot_load(plan, ax=ax), (11.0, 4.8)),
        "utilization.png": as_png(lambda ax: plot_utilization(plan, ax=ax), heat_map),
        "absences.png": as_png(lambda ax: plot_absences(absences, ax=ax), heat_map),
    }

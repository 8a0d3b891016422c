"""A plan's figures as pictures."""

from tsam_planner.plan.plan import Plan
from tsam_planner.plotting.absence_heat_map import plot_absences
from tsam_planner.plotting.books import books_size, plot_books
from tsam_planner.plotting.handover_flow import handovers_size, plot_handovers
from tsam_planner.plotting.labels import heat_map_size
from tsam_planner.plotting.load_by_week import plot_load
from tsam_planner.plotting.utilization_heat_map import plot_utilization
from tsam_planner.report.pictures import as_png
from tsam_planner.studies.absences import AbsenceTest


def draw_figures(plan: Plan, absences: AbsenceTest) -> dict[str, bytes]:
    """
    Return the figures of a plan as PNG, by file name.

    The search is not among them: how long it took differs from run to run, the plan does
    not. `plot_search` draws it from ``run.json``.
    """
    managers = plan.manager_weeks["manager_id"].nunique()
    heat_map = heat_map_size(managers, plan.horizon.weeks)
    return {
        "load.png": as_png(lambda ax: plot_load(plan, ax=ax), (11.0, 4.8)),
        "utilization.png": as_png(lambda ax: plot_utilization(plan, ax=ax), heat_map),
        "absences.png": as_png(lambda ax: plot_absences(absences, ax=ax), heat_map),
        "books.png": as_png(lambda ax: plot_books(plan, ax=ax), books_size(plan)),
        "handovers.png": as_png(lambda ax: plot_handovers(plan, ax=ax), handovers_size(plan)),
    }

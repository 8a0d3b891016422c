"""What all figures of a plan have in common: they draw on ``ax`` and show names as text."""

import datetime as dt

import matplotlib as mpl
import pytest
from matplotlib.figure import Figure

from examples import EXACT, FOUR_WEEKS, contract, manager, portfolio
from tsam_planner.planning.recipe import make_plan
from tsam_planner.plotting.absence_heat_map import plot_absences
from tsam_planner.plotting.books import plot_books
from tsam_planner.plotting.call_week import plot_call_week
from tsam_planner.plotting.handover_flow import plot_handovers
from tsam_planner.plotting.load_by_week import plot_load
from tsam_planner.plotting.open_cases import plot_open_cases
from tsam_planner.plotting.search_history import plot_search
from tsam_planner.plotting.utilization_heat_map import plot_utilization
from tsam_planner.report.figures import draw_figures
from tsam_planner.studies.absences import examine_absences


def absences_of(plan, *, ax=None):
    """Draw the absences of a plan."""
    return plot_absences(examine_absences(plan), ax=ax)


def calls_of(plan, *, ax=None):
    """Draw the calls of the first manager."""
    return plot_call_week(plan, plan.portfolio.managers[0].manager_id, ax=ax)


def cases_of(plan, *, ax=None):
    """Draw the open cases of the first manager."""
    return plot_open_cases(plan, plan.portfolio.managers[0].manager_id, draws=5, ax=ax)


OF_PLANS = [
    absences_of, plot_books, plot_handovers, plot_load, plot_search, plot_utilization,
]  # fmt: skip
OF_MANAGERS = [calls_of, cases_of]


def texts(ax):
    """Return every text that is shown, also of axes inside."""
    return [text for text in ax.figure.findobj(mpl.text.Text) if text.get_text()]


@pytest.mark.parametrize("draw", [*OF_PLANS, *OF_MANAGERS])
def test_names_are_shown_as_text(draw, marked_plan, ax):
    """A pair of dollar signs is no formula, a tag and Hebrew letters are just letters."""
    assert draw(marked_plan, ax=ax) is ax
    ax.figure.canvas.draw()
    named = [text for text in texts(ax) if "$" in text.get_text()]
    assert all(not text.get_parse_math() for text in named)
    about_managers = draw not in (plot_load, plot_search)
    assert any("M_$1$" in text.get_text() for text in named) == about_managers


@pytest.mark.parametrize("draw", [*OF_PLANS, *OF_MANAGERS])
def test_a_plan_without_work_is_drawn(draw, idle_plan, ax):
    """The only contract is over: nothing crashes, and no warning is given."""
    assert draw(idle_plan, ax=ax) is ax
    ax.figure.canvas.draw()
    assert ax.get_title(loc="left")


@pytest.mark.parametrize("draw", OF_PLANS)
def test_a_plan_of_nobody_is_drawn(draw, empty_plan, ax):
    """There is neither a contract nor a manager."""
    assert draw(empty_plan, ax=ax) is ax
    ax.figure.canvas.draw()
    assert ax.get_title(loc="left")


@pytest.mark.parametrize("draw", OF_PLANS)
def test_a_plan_without_managers_is_drawn(draw, ax):
    """One contract that nobody can serve."""
    plan = make_plan(portfolio([contract()], []), options=EXACT, **FOUR_WEEKS)
    draw(plan, ax=ax).figure.canvas.draw()
    assert ax.get_title(loc="left")


@pytest.mark.parametrize("draw", [*OF_PLANS, *OF_MANAGERS])
def test_a_plan_before_anything_begins_is_drawn(draw, ax):
    """Contract and manager begin in 2028: all hours are zero, and no warning is given."""
    later = {"start_date": dt.date(2028, 1, 1)}
    records = portfolio([contract(end_date=dt.date(2028, 12, 31), **later)], [manager(**later)])
    draw(make_plan(records, options=EXACT, **FOUR_WEEKS), ax=ax).figure.canvas.draw()
    assert ax.get_title(loc="left")


@pytest.mark.parametrize("draw", [*OF_PLANS, *OF_MANAGERS])
def test_a_figure_of_its_own_is_made(draw, marked_plan):
    """Without axes a new figure is made, and nothing is drawn outside of it."""
    mpl.use("Agg")
    ax = draw(marked_plan)
    ax.figure.canvas.draw()
    drawn = ax.figure.get_tightbbox()
    width, height = ax.figure.get_size_inches()
    assert min(drawn.x0, drawn.y0) >= -0.01
    assert drawn.x1 <= width + 0.01
    assert drawn.y1 <= height + 0.01
    mpl.pyplot.close(ax.figure)


def test_axes_of_any_figure_will_do(marked_plan):
    """Figures inside of figures have axes, too."""
    part = Figure(figsize=(12, 6), layout="constrained").subfigures(1, 2)[1]
    for draw in (plot_books, plot_handovers, plot_utilization):
        ax = part.add_subplot()
        assert draw(marked_plan, ax=ax) is ax
        ax.remove()


def test_a_plan_has_its_figures_as_pictures(marked_plan):
    """The one of the search is not: seconds differ from run to run, the plan does not."""
    figures = draw_figures(marked_plan, examine_absences(marked_plan))
    assert set(figures) == {
        "absences.png", "books.png", "handovers.png", "load.png", "utilization.png",
    }  # fmt: skip
    assert all(png.startswith(b"\x89PNG") for png in figures.values())

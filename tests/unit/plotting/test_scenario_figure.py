"""The figure of scenarios shows their table and what is proven about differences."""

import matplotlib as mpl
import pandas as pd
import pytest

from examples import EXACT, FOUR_WEEKS, contract, manager, portfolio
from tsam_planner.plotting.scenario_comparison import plot_scenarios
from tsam_planner.studies.scenario import Scenario
from tsam_planner.studies.scenarios import plan_scenarios

TABLE = pd.DataFrame(
    {
        "plan": ["base", "a $2$", "b", "c"],
        "contracts planned": [10.0, 10.0, 10.0, 9.0],
        "contracts served in all weeks": [10.0, 8.0, 10.0, 9.0],
        "utilization": [0.7, 0.9, 0.7, 0.75],
        "points": [500.0, 900.0, 520.0, 300.0],
        "bound": [480.0, 600.0, 450.0, None],
        "against_first": ["", "worse", "not proven", "better"],
    }
)


def dots(ax):
    """Return the points of each row."""
    return [line.get_xydata().tolist() for line in ax.lines if line.get_marker() == "o"]


def intervals(ax):
    """Return the intervals of the rows that have one."""
    return [line.get_xdata().tolist() for line in ax.lines if len(line.get_xdata()) == 2]


def test_dots_intervals_and_bars_are_the_table(ax):
    """Scenario c has no bound, thus no interval."""
    assert plot_scenarios(TABLE, ax=ax) is ax
    points, served, used = ax.child_axes
    assert dots(points) == [[[500, 0]], [[900, 1]], [[520, 2]], [[300, 3]]]
    assert intervals(points) == [[480, 500], [600, 900], [450, 520]]
    left_out, kept = served.containers
    assert [bar.get_width() for bar in kept] == [10, 8, 10, 9]
    assert [bar.get_width() for bar in left_out] == [0, 2, 0, 0]
    assert [bar.get_width() for bar in used.patches] == pytest.approx([70, 90, 70, 75])
    labels = points.get_yticklabels()
    assert [label.get_text() for label in labels] == list(TABLE["plan"])
    assert not any(label.get_parse_math() for label in labels)


def test_the_title_counts_what_is_proven(ax):
    """Each scenario is better, worse, or not proven to differ."""
    plot_scenarios(TABLE, ax=ax)
    assert ax.get_title(loc="left") == (
        "Of 3 scenarios against base: 1 proven better, 1 proven worse, "
        "1 without a proven difference"
    )
    other = TABLE.assign(against_first=["", "worse", "other weeks", "other weights"])
    plot_scenarios(other, ax=ax)
    assert ax.get_title(loc="left") == (
        "Of 3 scenarios against base: 1 proven worse, 1 of other weeks, 1 by other weights"
    )
    plot_scenarios(TABLE.head(1), ax=ax)
    assert ax.get_title(loc="left") == "base: 500 points"


def test_scenarios_without_a_plan_have_a_row(ax):
    """A manager that nobody knows cannot leave; the others are compared all the same."""
    records = portfolio([contract()], [manager(), manager("M-2")], today={"C-1": "M-1"})
    scenarios = [
        Scenario("base"),
        Scenario("M-1 leaves", without_managers=["M-1"]),
        Scenario("broken", without_managers=["M-9"]),
    ]
    planned = plan_scenarios(records, scenarios, options=EXACT, **FOUR_WEEKS)
    plot_scenarios(planned, ax=ax)
    labels = [label.get_text() for label in ax.child_axes[0].get_yticklabels()]
    assert labels == ["base", "M-1 leaves", "broken"]
    assert ax.get_title(loc="left") == (
        "Of 2 scenarios against base: 1 proven worse, 1 without a plan"
    )
    ax.figure.canvas.draw()


def test_without_scenarios_there_is_nothing_to_compare(ax):
    """The table is empty, or no scenario has a plan."""
    plot_scenarios(TABLE.head(0), ax=ax)
    assert ax.get_title(loc="left") == "There is no scenario to compare"
    broken = [Scenario("broken", without_managers=["M-9"])]
    plot_scenarios(plan_scenarios(portfolio([], []), broken, **FOUR_WEEKS), ax=ax)
    assert ax.get_title(loc="left") == "No scenario has a plan"


def test_figures_of_their_own_grow_with_the_scenarios():
    """Thirty scenarios have thirty rows, and room for them."""
    mpl.use("Agg")
    many = pd.concat([TABLE] * 8, ignore_index=True)
    many["plan"] = [f"scenario {row}" for row in range(len(many))]
    few, more = plot_scenarios(TABLE).figure, plot_scenarios(many).figure
    assert more.get_figheight() > 3 * few.get_figheight()
    for figure in (few, more):
        figure.canvas.draw()
        mpl.pyplot.close(figure)

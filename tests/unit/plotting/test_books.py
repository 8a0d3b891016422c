"""The figure of books shows hours and cases of the plan's tables."""

import numpy as np
import pytest

from examples import EXACT, FOUR_WEEKS, away, contract, manager, managers_of, portfolio
from tsam_planner.planning.recipe import make_plan
from tsam_planner.plotting.books import books_of, plot_books


@pytest.fixture(scope="module")
def plan():
    """M-1 has 20 hours, 29 cases and a week off, M-2 works half and has 5 hours, M-3 none."""
    pins = [("C-1", "M-1"), ("C-2", "M-1"), ("C-3", "M-2")]
    signed = [
        contract("C-1", need_hours=10, cases=20),
        contract("C-2", need_hours=10, cases=9),
        contract("C-3", cases=1),
    ]
    team = [manager("M-1"), manager("M-2", weekly_hours=20.0), manager("M-3")]
    records = portfolio(
        signed, team, today=dict(pins), absences=(away("M-1", "02-08", "02-12"),)
    )
    made = make_plan(records, options=EXACT, **FOUR_WEEKS)
    assert managers_of(made) == dict(pins)
    return made


def widths(ax, label):
    """Return the lengths of the bars of a name."""
    (bars,) = [bars for bars in ax.containers if bars.get_label() == label]
    return [bar.get_width() for bar in bars]


def limits(ax):
    """Return the values of the limit lines, row by row, of each kind."""
    return [[segment[0][0] for segment in lines.get_segments()] for lines in ax.collections]


def test_bars_and_limits_are_those_of_the_tables(plan, ax):
    """The fullest book is on top: M-1 by 29 of 30 cases, then M-2 by 5 of 16 hours."""
    assert plot_books(plan, ax=ax) is ax
    hours, cases = ax.child_axes
    assert [label.get_text() for label in hours.get_yticklabels()] == ["M-1", "M-2", "M-3"]
    weeks = plan.manager_weeks.groupby("manager_id")
    assert widths(hours, "week with most") == weeks["load_hours"].max().tolist()
    assert widths(hours, "mean of weeks at work") == [20, 5, 0]
    assert widths(cases, "week with most") == [29, 1, 0]
    assert limits(hours) == [[32, 16, 32], [40, 20, 40]]
    assert limits(cases) == [[30, 30, 30]]
    assert (hours.get_xlabel(), cases.get_xlabel()) == ("hours a week", "open cases")


def test_the_title_counts_books_that_are_nearly_full(plan, ax, marked_plan):
    """29 of 30 cases are more than 90 %; 20 of 32 hours are not."""
    plot_books(plan, ax=ax)
    assert ax.get_title(loc="left") == (
        "1 of 3 books reaches 90 % of a limit: 0 by hours, 1 by cases"
    )
    plot_books(marked_plan, ax=ax)
    assert ax.get_title(loc="left").startswith("No book is nearly full: the fullest reaches ")


def test_means_are_over_weeks_at_work(plan):
    """In the week off nothing is deployable: it does not count, for hours or limits."""
    row = books_of(plan).loc["M-1"]
    assert row["deployable_hours"] == 32
    assert np.isclose(row["mean_hours"], 20)

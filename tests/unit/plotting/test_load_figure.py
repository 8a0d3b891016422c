"""The figure of the team's load: each week's hours are those of that week's stretches."""

import datetime as dt
from itertools import pairwise

import pytest
from matplotlib.figure import Figure

from examples import EXACT, FOUR_WEEKS, contract, manager, portfolio
from tsam_planner.planning.recipe import make_plan
from tsam_planner.plotting.load_by_week import plot_load

UNASSIGNED = "unassigned (to hire for)"


def bars(plan, ax):
    """Return the heights of the figure's bars by what they stand for."""
    plot_load(plan, ax=ax)
    return {group.get_label(): [bar.get_height() for bar in group] for group in ax.containers}


@pytest.mark.parametrize(
    ("employed", "served"),
    [
        ({"start_date": dt.date(2027, 2, 15)}, [0, 0, 5, 5]),
        ({"end_date": dt.date(2027, 2, 14)}, [5, 5, 0, 0]),
    ],
    ids=["joins", "leaves"],
)
def test_hours_are_unassigned_only_in_weeks_without_a_manager(employed, served, ax):
    """The only manager joins, or leaves, in the middle: the contract is served in the rest."""
    # One contract of 5 h in each of four weeks: 5 h a week in all, 10 h of them served.
    records = portfolio([contract()], [manager(**employed)], today={"C-1": "M-1"})
    shown = bars(make_plan(records, **FOUR_WEEKS, options=EXACT), ax)
    assert shown["served"] == served
    assert shown[UNASSIGNED] == [5 - hours for hours in served]


def test_labels_of_a_year_do_not_overlap():
    """In the size of load.png each label of a week ends before the next one begins."""
    long = contract(end_date=dt.date(2029, 1, 1))
    plan = make_plan(
        portfolio([long], [manager()]), start=dt.date(2027, 1, 4), weeks=53, options=EXACT
    )
    ax = Figure(figsize=(11.0, 4.8), layout="constrained").add_subplot()
    plot_load(plan, ax=ax).figure.canvas.draw()
    spans = [label.get_window_extent() for label in ax.get_xticklabels()]
    assert len(spans) > 5
    assert all(one.x1 < other.x0 for one, other in pairwise(spans))

"""The figure of a search shows its history and ends with the plan's proof."""

from dataclasses import replace

import numpy as np
import pytest

from tsam_planner.plotting.search_history import plot_search
from tsam_planner.proof import Proof, StopReason

POINTS = [
    {"seconds": 0.0, "objective": None, "bound": 0.0},
    {"seconds": 0.5, "objective": 900.0, "bound": 100.0},
    {"seconds": 1.0, "objective": 400.0, "bound": 380.0},
]


def searched(plan, proof, history=POINTS):
    """Return a plan with another history and proof."""
    return replace(plan, run={"search_seconds": 2.0, "history": history}, proof=proof)


@pytest.fixture
def cut_short(marked_plan):
    """Return a plan of 400 points, at least 380, at the time limit."""
    proof = Proof(objective=400.0, bound=380.0, stop_reason=StopReason.TIME_LIMIT)
    return searched(marked_plan, proof)


def lines(ax):
    """Return the points of each line by its label."""
    return {line.get_label(): line.get_xydata() for line in ax.lines}


def test_lines_are_the_history_and_end_with_the_plan(cut_short, ax):
    """The last state holds until the search ends."""
    assert plot_search(cut_short, ax=ax) is ax
    drawn = lines(ax)
    np.testing.assert_array_equal(
        drawn["best plan"], [(0, np.nan), (0.5, 900), (1, 400), (2, 400)]
    )
    np.testing.assert_array_equal(
        drawn["bound: no plan has fewer"], [(0, 0), (0.5, 100), (1, 380), (2, 380)]
    )
    np.testing.assert_array_equal(drawn["the plan"], [(2, 400)])
    assert ax.get_xlabel() == "seconds of search"
    assert ax.get_ylabel().startswith("points")


def test_the_title_says_the_gap_or_that_it_is_proven(cut_short, ax):
    """Only a plan whose bound is its objective is called proven."""
    plot_search(cut_short, ax=ax)
    assert ax.get_title(loc="left") == (
        "400 points after 2.0 s of search: time limit, at most 5.00% from the best possible"
    )
    proof = Proof(objective=400.0, bound=400.0, stop_reason=StopReason.PROVEN_OPTIMAL)
    plot_search(searched(cut_short, proof), ax=ax)
    assert ax.get_title(loc="left") == (
        "400 points, proven after 2.0 s of search: no plan has fewer"
    )


def test_far_apart_points_stand_on_a_scale_of_factors(cut_short, ax):
    """From 380 to 100,000 points a linear scale would hide the end of the search."""
    history = [{"seconds": 0.1, "objective": 100_000.0, "bound": 300.0}, *POINTS[2:]]
    plot_search(replace(cut_short, run={"history": history}), ax=ax)
    assert ax.get_yscale() == "log"
    low, high = ax.get_ylim()
    assert low < 300 < 100_000 < high


def test_without_history_the_figure_says_so(cut_short, ax):
    """A plan that was read back has no history."""
    plot_search(replace(cut_short, run={}), ax=ax)
    assert ax.get_title(loc="left").endswith("no history of the search was kept")
    assert not ax.lines

"""The figures of handovers: who gives and takes what, and what handovers are worth."""

import datetime as dt
from collections import Counter
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from matplotlib.patches import PathPatch, Rectangle

from tsam_planner.plan.tables import typed
from tsam_planner.plotting.handover_flow import flows_of, handovers_size, plot_handovers
from tsam_planner.plotting.handover_frontier import plot_frontier

WEEKS = [dt.date(2027, 2, 1) + dt.timedelta(weeks=week) for week in range(4)]


def row(contract_id, today, manager_id, reason="", *, first=0, last=3, moved=False):
    """Return a row of a table of assignments."""
    status = "assigned" if manager_id else "unassigned"
    return {
        "contract_id": contract_id, "manager_id": manager_id, "backup_id": None,
        "status": status, "incumbent_id": today, "handover": moved, "reason": reason,
        "from_week": WEEKS[first], "to_week": WEEKS[last],
    }  # fmt: skip


ROWS = [
    row("C-1", "M-1", "M-1"),
    row("C-2", "M-1", "M-2", "forced: M-1 leaves", moved=True),
    row("C-3", "M-1", "M-2", "chosen: for the plan's points", moved=True),
    row("C-4", None, "M-3", "new: nobody has it today"),
    row("C-5", None, None, "no room"),
    # Kept for a week, then handed over within the quarter.
    row("C-6", "M-2", "M-2", last=0),
    row("C-6", "M-2", "M-3", "forced: M-2 is away", first=1, moved=True),
]


@pytest.fixture
def moved(marked_plan):
    """Return a plan with changes of each kind."""
    return replace(marked_plan, assignments=typed(pd.DataFrame(ROWS)))


def test_flows_are_all_changes_of_the_table(moved):
    """C-1 stays and is left out; C-6 goes within the quarter."""
    assert [
        (flow.contract_id, flow.giver, flow.taker, flow.kind) for flow in flows_of(moved)
    ] == [
        ("C-2", "M-1", "M-2", "forced"),
        ("C-3", "M-1", "M-2", "chosen"),
        ("C-4", None, "M-3", "new"),
        ("C-5", None, None, "nobody"),
        ("C-6", "M-2", "M-3", "forced"),
    ]


def test_boxes_are_as_high_as_contracts_are_many(moved, ax):
    """M-1 gives two, M-2 takes them and gives one, nobody has two today and one then."""
    assert plot_handovers(moved, ax=ax) is ax
    boxes = [patch for patch in ax.patches if isinstance(patch, Rectangle)]
    assert Counter(box.get_height() for box in boxes) == {2: 4, 1: 2}
    ribbons = [patch for patch in ax.patches if isinstance(patch, PathPatch)]
    assert len(ribbons) == len(flows_of(moved))
    shown = [text.get_text() for text in ax.texts]
    assert {"M-1", "M-2", "M-3", "nobody", "C-2, C-3", "C-4, C-6", "C-5"} <= set(shown)


def test_boxes_of_a_side_do_not_overlap(moved, ax):
    """Boxes on the left, boxes on the right: each begins below the one before."""
    plot_handovers(moved, ax=ax)
    for x in {patch.get_x() for patch in ax.patches if isinstance(patch, Rectangle)}:
        boxes = [patch for patch in ax.patches if isinstance(patch, Rectangle)]
        spans = sorted(
            (box.get_y(), box.get_y() + box.get_height()) for box in boxes if box.get_x() == x
        )
        assert all(one[1] < two[0] for one, two in pairwise(spans))


def test_the_title_counts_forced_and_chosen_changes(moved, ax):
    """It says what the summary of the plan says, and who has nobody."""
    plot_handovers(moved, ax=ax)
    assert ax.get_title(loc="left").splitlines() == [
        "3 contracts change hands (2 forced, 1 chosen)",
        "1 contract without a manager gets one, 1 has nobody in all or some weeks",
    ]


def test_weeks_without_a_manager_undo_no_change_of_hands(moved):
    """M-1 gives C-1 to M-2 after a week with nobody; that week is told as well."""
    rows = [
        row("C-1", "M-1", None, "no room", last=0),
        row("C-1", "M-1", "M-2", "forced: M-1 leaves", first=1, moved=True),
    ]
    gap = replace(moved, assignments=typed(pd.DataFrame(rows)))
    assert [(flow.giver, flow.taker) for flow in flows_of(gap)] == [
        ("M-1", None),
        ("M-1", "M-2"),
    ]


def test_more_changes_need_a_higher_figure(moved):
    """Names keep their distance."""
    many = [row(f"C-{n}", None, f"M-{n}") for n in range(60)]
    larger = replace(moved, assignments=typed(pd.DataFrame(many)))
    assert handovers_size(larger)[1] > 2 * handovers_size(moved)[1]


def test_a_first_plan_stays_on_a_page(moved, ax):
    """Nobody has any of 600 contracts today: ribbons get narrower, boxes keep a line each."""
    many = [row(f"C-{n}", None, f"M-{n % 60}") for n in range(600)]
    larger = replace(moved, assignments=typed(pd.DataFrame(many)))
    assert handovers_size(larger)[1] < 25
    plot_handovers(larger, ax=ax)
    heights = [box.get_height() for box in ax.patches if isinstance(box, Rectangle)]
    assert min(heights) == 1
    assert max(heights) == 60


FRONTIER = pd.DataFrame(
    {
        "max_handovers": [0, 5, 10],
        "handovers": [0, 5, 7],
        "contracts_served": [90, 95, 96],
        "points": [900.0, 420.0, 400.0],
        "points_without_handovers": [900.0, 20.0, 0.0],
        "bound": [900.0, 350.0, 390.0],
        "stop_reason": ["proven optimal", "time limit", "gap reached"],
    }
)


def test_the_frontier_shows_plans_and_bounds(ax):
    """The bound with 10 handovers, 390, holds for 5 of them, too."""
    assert plot_frontier(FRONTIER, ax=ax) is ax
    drawn = {line.get_label(): line.get_xydata().tolist() for line in ax.lines}
    assert drawn["bound: no plan has fewer"] == [[0, 900], [5, 390], [10, 390]]
    assert drawn["plan, proven optimal"] == [[0, 900]]
    assert drawn["plan, search ended before"] == [[5, 420]]
    assert drawn["plan, gap reached"] == [[10, 400]]
    labels = [label.get_text() for label in ax.get_xticklabels()]
    assert labels == ["0\n90", "5\n95", "10\n96"]


def test_the_frontier_says_what_handovers_are_worth(ax):
    """The last limit saves most; 500 points against none."""
    plot_frontier(FRONTIER, ax=ax)
    assert ax.get_title(loc="left") == (
        "10 handovers instead of 0 save 500 points and serve 6 contracts more;\n"
        "whether more of them save more was not tried"
    )
    longer = pd.concat([FRONTIER, FRONTIER.tail(1).assign(max_handovers=15)])
    plot_frontier(longer, ax=ax)
    assert ax.get_title(loc="left").endswith("more than that save less than 1 % of it")
    plot_frontier(FRONTIER.head(1), ax=ax)
    assert ax.get_title(loc="left") == "Only one limit was tried: 900 points with 0 handovers"
    plot_frontier(FRONTIER.assign(points=100.0), ax=ax)
    assert ax.get_title(loc="left") == "More than 0 handovers save no points"


def test_many_limits_are_not_all_labeled(ax):
    """Of 101 limits twelve or so are named, the last one among them."""
    rows = FRONTIER.iloc[[0] * 101].assign(max_handovers=np.arange(101))
    plot_frontier(rows, ax=ax)
    ticks = ax.get_xticks()
    assert len(ticks) <= 13
    assert ticks[-1] == 100
    ax.figure.canvas.draw()
    plot_frontier(FRONTIER.head(0), ax=ax)

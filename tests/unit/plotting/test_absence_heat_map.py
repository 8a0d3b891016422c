"""The figure of single absences shows what the tables say."""

import datetime as dt

import matplotlib as mpl
import pytest
from matplotlib.figure import Figure

from examples import contract, manager, portfolio
from hand_made import facts_of, stretch
from tsam_planner.plotting.absence_heat_map import plot_absences
from tsam_planner.portfolio.records import Absence
from tsam_planner.studies.absences import examine_decisions

PEOPLE = [manager("M-1"), manager("M-2")]
AWAY = Absence(manager_id="M-1", start_date=dt.date(2027, 2, 8), end_date=dt.date(2027, 2, 12))


@pytest.fixture
def ax():
    """Return axes that need no window system and leave no state behind."""
    return Figure(layout="constrained").add_subplot()


def examined(*decisions, absences=()):
    """Return the test of one contract of M-1 over four weeks."""
    return examine_decisions(
        facts_of(portfolio([contract()], PEOPLE, absences=absences)), decisions
    )


def marked(ax, *, hatched):
    """Return row and column of each mark: hatches of absences, or frames."""
    return {
        tuple(square.vertices[:4].mean(axis=0).round().astype(int)[::-1].tolist())
        for marks in ax.collections
        if (marks.get_hatch() is not None) == hatched
        for square in marks.get_paths()
    }


def test_hours_hatches_and_frames_stand_in_their_cells(ax):
    """M-1 on leave in the second week is covered, unless M-2 is sick in that week."""
    # Rows: M-2, whose one bad week leaves 5 h, then M-1, who leaves nothing uncovered.
    assert plot_absences(examined(stretch(backup_id="M-2"), absences=[AWAY]), ax=ax) is ax
    assert [label.get_text() for label in ax.get_yticklabels()] == ["M-2", "M-1"]
    assert [label.get_text() for label in ax.get_xticklabels()] == [
        "01 Feb", "08 Feb", "15 Feb", "22 Feb",
    ]  # fmt: skip
    assert ax.images[0].get_array().tolist() == [[0, 5, 0, 0], [0, 0, 0, 0]]
    [written] = ax.artists
    assert written.texts == {(0, 1): "5"}
    assert marked(ax, hatched=True) == {(1, 1)}
    assert marked(ax, hatched=False) == {(0, 1)}
    assert ax.get_title(loc="left").startswith("1 of 8 single absences would leave a customer")


def test_a_week_in_which_somebody_serves_nobody_is_empty(ax):
    """M-1 serves the first two weeks only: the other two cells have no value."""
    rows = [stretch(weeks=(0, 1)), stretch(manager_id="M-2", weeks=(2, 3))]
    plot_absences(examined(*rows), ax=ax)
    assert ax.images[0].get_array().tolist() == [[5, 5, None, None], [None, None, 5, 5]]


def test_the_title_says_when_every_hour_is_covered(ax):
    """Nobody is on leave and M-2 has room for all."""
    plot_absences(examined(stretch(backup_id="M-2")), ax=ax)
    assert ax.get_title(loc="left") == (
        "Whoever is away in whichever week, substitutes cover every hour"
    )
    assert not ax.collections


def test_without_anybody_served_the_figure_says_so(ax):
    """There is no cell to draw."""
    plot_absences(examined(stretch(manager_id=None)), ax=ax)
    assert ax.get_title(loc="left").startswith("Nobody serves anything")
    assert not ax.images


def test_a_figure_of_its_own_grows_with_the_team():
    """Without axes a new figure is made."""
    mpl.use("Agg")
    heights = []
    for number in (2, 12):
        team = [manager(f"M-{one}") for one in range(1, number + 1)]
        rows = [stretch(f"C-{one}", f"M-{one}") for one in range(1, number + 1)]
        signed = [contract(row.contract_id) for row in rows]
        ax = plot_absences(examine_decisions(facts_of(portfolio(signed, team)), rows))
        heights.append(ax.figure.get_figheight())
        mpl.pyplot.close(ax.figure)
    assert heights == pytest.approx([1.9 + 0.27 * 6, 1.9 + 0.27 * 12])

"""The figure of a manager's calls shows them in both windows."""

import datetime as dt
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest
from matplotlib.colors import same_color

from examples import EXACT, FOUR_WEEKS, away, contract, manager, portfolio
from tsam_planner.errors import ArgumentError
from tsam_planner.planning.recipe import make_plan
from tsam_planner.plotting.call_week import plot_call_week

ROME, NEW_YORK = ZoneInfo("Europe/Rome"), ZoneInfo("America/New_York")


@pytest.fixture(scope="module")
def plan():
    """Return a plan of M-1 in Rome, away on a Monday, with customers there and in New York."""
    signed = [contract("C-1"), contract("C-2", time_zone="America/New_York")]
    team = [manager("M-1", work_end=dt.time(18)), manager("M-2", products=("other",))]
    leave = (away("M-1", "02-08", "02-08"),)
    today = {"C-1": "M-1", "C-2": "M-1"}
    return make_plan(
        portfolio(signed, team, today=today, absences=leave), options=EXACT, **FOUR_WEEKS
    )


def bars(ax, color):
    """Return start and end of bars of a color, from the top."""
    shapes = [patch for patch in ax.patches if same_color(patch.get_facecolor(), color)]
    shapes.sort(key=lambda patch: patch.get_y())
    return [(patch.get_x(), patch.get_x() + patch.get_width()) for patch in shapes]


def colors(ax):
    """Return the color of each thing by its name in the legend."""
    legend = ax.get_legend()
    return {
        text.get_text(): patch.get_facecolor()
        for text, patch in zip(legend.get_texts(), legend.get_patches(), strict=True)
    }


def test_calls_are_blocks_at_their_time_in_the_customers_window(plan, ax):
    """C-2 is open from 15 to 23 on the clock of Rome, M-1 works from 9 to 18."""
    assert plot_call_week(plan, "M-1", ax=ax) is ax
    week = plan.calls[plan.calls["week"] == "2027-02-01"].sort_values("start")
    assert len(week) == 2
    starts = [start.astimezone(ROME) for start in week["start"]]
    hours = [start.hour + start.minute / 60 for start in starts]
    of = colors(ax)
    assert [start for start, _ in bars(ax, of["call"])] == hours
    windows = {"C-1": (9, 17), "C-2": (15, 23)}
    expected = [windows[name] for name in week["contract_id"]]
    assert bars(ax, of["customer's window"]) == expected
    assert bars(ax, of["own working hours"]) == [(9, 18)] * 5
    assert ax.get_xlabel() == "time of M-1 (Europe/Rome)"


def test_lines_name_days_contracts_and_both_times(plan, ax):
    """Each call has a line below its day; days without one say so."""
    plot_call_week(plan, "M-1", "2027-02-01", ax=ax)
    named = [label.get_text() for label in ax.get_yticklabels()]
    week = plan.calls[plan.calls["week"] == "2027-02-01"]
    assert "New York  C-2" in named
    assert "Rome  C-1" in named
    days = [name for name in named if "Feb" in name]
    assert [day.split()[0] for day in days] == [
        "Monday", "Tuesday", "Wednesday", "Thursday", "Friday",
    ]  # fmt: skip
    assert sum("no call" in day for day in days) == 5 - week["start"].dt.date.nunique()
    start = week.set_index("contract_id")["start"]["C-2"]
    here, there = start.astimezone(ROME), start.astimezone(NEW_YORK)
    shown = [text.get_text() for text in ax.texts]
    assert f"{here:%H:%M} here, {there:%H:%M} there" in shown
    assert (
        ax.get_title(loc="left") == "M-1 holds 2 calls (1.0 h) in the week of 1 February 2027"
    )


def test_a_day_off_has_no_working_hours(plan, ax):
    """M-1 is away on Monday 8 February."""
    plot_call_week(plan, "M-1", dt.date(2027, 2, 8), ax=ax)
    assert len(bars(ax, colors(ax)["own working hours"])) == 4
    assert ax.get_yticklabels()[0].get_text() == "Monday 8 Feb, off: no call"


def test_unusual_and_missing_calls_are_told(plan, ax):
    """One call is marked as unusual, another is declared missing."""
    calls = plan.calls.copy()
    first = calls.index[(calls["contract_id"] == "C-1") & (calls["week"] == "2027-02-01")]
    calls.loc[first, "reason"] = "holiday"
    missing = calls.loc[calls["contract_id"] == "C-2", ["contract_id", "week", "reason"]]
    calls = calls[(calls["contract_id"] == "C-1") | (calls["week"] > "2027-02-01")]
    edited = replace(plan, calls=calls, missing_calls=missing.head(1))
    plot_call_week(edited, "M-1", ax=ax)
    assert ax.get_title(loc="left").splitlines()[1] == "1 not as usual; without a call: C-2"
    of = colors(ax)
    assert len(bars(ax, of["call, not as usual"])) == 1
    assert "call" not in of


def test_calls_for_others_are_named_so(plan, ax):
    """M-2 calls C-1, which M-1 has."""
    calls = plan.calls.assign(manager_id="M-2")
    plot_call_week(replace(plan, calls=calls), "M-2", ax=ax)
    named = [label.get_text() for label in ax.get_yticklabels()]
    assert "Rome  C-1, as substitute" in named


def test_somebody_without_calls_has_an_empty_week(plan, ax):
    """M-2 holds none in any week: the first one is shown."""
    plot_call_week(plan, "M-2", ax=ax)
    assert ax.get_title(loc="left") == "M-2 holds no call in the week of 1 February 2027"


@pytest.mark.parametrize("week", ["2027-02-02", "2027-03-01", "soon"])
def test_other_weeks_and_people_are_refused(plan, ax, week):
    """A Tuesday, a week after the plan, no date at all; a manager that nobody knows."""
    with pytest.raises(ArgumentError, match="expected a Monday from 2027-02-01 to 2027-02-22"):
        plot_call_week(plan, "M-1", week, ax=ax)
    with pytest.raises(ArgumentError, match="knows no manager 'M-9'"):
        plot_call_week(plan, "M-9", ax=ax)

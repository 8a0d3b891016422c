"""Figures of forecasts and of open cases show what the tables and futures say."""

import datetime as dt
from dataclasses import replace
from typing import NamedTuple

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from matplotlib.dates import date2num, num2date
from matplotlib.figure import Figure

from examples import EXACT, FOUR_WEEKS, contract, manager, portfolio, updated
from tsam_planner.demand.draws import draw_demand
from tsam_planner.demand.forecast import forecast_demand
from tsam_planner.errors import ArgumentError
from tsam_planner.planning.recipe import make_plan
from tsam_planner.plotting.forecast_fan import plot_forecast
from tsam_planner.plotting.open_cases import chance_in_words, plot_open_cases
from tsam_planner.plotting.weeks import label_weeks
from tsam_planner.portfolio.records import Prospect

FEBRUARY = date2num(dt.date(2027, 2, 1))
# 30 weeks, 29 June 2026 to 24 January 2027, with 1, 2, ... 30 hours.
SHEETS = pd.DataFrame(
    {
        "contract_id": "C-1",
        "date": pd.date_range("2026-07-03", periods=30, freq="7D"),
        "hours": np.arange(1.0, 31.0),
        "exceptional": False,
    }
)
# One case that is open over two weeks in October, a second one for a day.
CASES = pd.DataFrame(
    {
        "case_id": ["S-1", "S-2"],
        "contract_id": "C-1",
        "opened_at": pd.to_datetime(["2026-10-05T08:00Z", "2026-10-06T08:00Z"]),
        "closed_at": pd.to_datetime(["2026-10-18T08:00Z", "2026-10-07T08:00Z"]),
    }
)


@pytest.fixture
def ax():
    """Return axes that need no window system and leave no state behind."""
    return Figure(figsize=(9, 4), layout="constrained").add_subplot()


@pytest.fixture(scope="module")
def known():
    """Return a portfolio with two contracts, one of them logged, and a prospect."""
    fields = contract("X-1").model_dump()
    return portfolio(
        [contract(cases=2), contract("C-2", start_date=dt.date(2027, 2, 8))],
        [manager(), manager("M-2")],
        timesheets=SHEETS,
        cases=CASES,
        prospects=(Prospect(**{**fields, "win_probability": 0.25}),),
    )


@pytest.fixture(scope="module")
def forecast(known):
    """Return the forecast of four weeks of February 2027."""
    return forecast_demand(known, draws=40, **FOUR_WEEKS)


@pytest.fixture(scope="module")
def plan(known):
    """Return a plan that gives both contracts to somebody."""
    return make_plan(known, options=EXACT, **FOUR_WEEKS)


class Steps(NamedTuple):
    """A stepped line, or a band from ``low`` to ``high``, between edges on the axis."""

    high: np.ndarray
    edges: np.ndarray
    low: np.ndarray | None


def steps(ax):
    """Return each stepped line and band by its label."""
    return {step.get_label(): Steps(*step.get_data()) for step in ax.patches}


def mondays_of(drawn):
    """Return the dates of the edges."""
    return [num2date(edge).date() for edge in drawn.edges]


def title(ax):
    """Return the lines of the title."""
    return ax.get_title(loc="left").splitlines()


def test_the_fan_is_the_table_and_stands_in_its_weeks(ax, forecast):
    """C-2 begins in the second week: nothing is drawn in the first."""
    assert plot_forecast(forecast, "C-2", ax=ax) is ax
    rows = forecast.table.set_index("contract_id").loc["C-2"]
    drawn = steps(ax)
    assert set(drawn) == {"8 of 10 futures", "median", "expected"}
    band, median, expected = (drawn[name] for name in ("8 of 10 futures", "median", "expected"))
    for values, column in (
        (band.high, "need_p90"),
        (band.low, "need_p10"),
        (median.high, "need_p50"),
        (expected.high, "need_hours"),
    ):
        np.testing.assert_allclose(values, [np.nan, *rows[column]])
    np.testing.assert_allclose(band.edges, FEBRUARY + 7 * np.arange(5))
    assert ax.get_ylabel() == "hours a week"
    assert ax.get_ylim()[0] == 0
    assert title(ax)[0].startswith("C-2: 5.0 h a week expected, ")
    assert title(ax)[1] == "low history: range borrowed from others"


def test_the_past_stands_before_the_fan(ax, known, forecast):
    """The latest 26 of 30 weeks with 5, 6, ... 30 hours, a free week, then four weeks."""
    plot_forecast(forecast, "C-1", portfolio=known, ax=ax)
    past = steps(ax)["time sheets"]
    np.testing.assert_allclose(past.high, np.arange(5, 31))
    assert mondays_of(past)[0] == dt.date(2026, 7, 27)
    assert mondays_of(past)[-1] == dt.date(2027, 1, 25)
    assert title(ax)[1] == "enough history of its own"
    named = [label.get_text() for label in ax.get_xticklabels()]
    assert "01 Feb" in named
    assert [name[-4:] for name in named if "\n" in name] == ["2026", "2027"]


def test_the_allowance_is_drawn_where_there_is_one(known, forecast):
    """On-premise contracts include 10 hours; Standard includes no limit of hours."""
    standard = contract("C-3", offering="saas_standard", deployment="saas")
    mixed = updated(known, contracts=(*known.contracts, standard))
    figure = Figure()
    of_all = forecast_demand(mixed, draws=5, **FOUR_WEEKS)
    allowances = {}
    for place, name in enumerate(("C-2", "C-3", "X-1"), start=1):
        ax = plot_forecast(of_all, name, portfolio=mixed, ax=figure.add_subplot(1, 3, place))
        allowances[name] = steps(ax).get("allowance")
    np.testing.assert_allclose(allowances["C-2"].high, [np.nan, 10, 10, 10])
    assert allowances["C-3"] is None
    np.testing.assert_allclose(allowances["X-1"].high, 10)


def test_cases_are_weekly_peaks(ax, known, forecast):
    """The past has two weeks with cases; planned are two open ones."""
    plot_forecast(forecast, "C-1", portfolio=known, what="cases", ax=ax)
    drawn = steps(ax)
    past = drawn["case log"]
    peaks = dict(zip(mondays_of(past), past.high, strict=False))
    # The log ends with its last record: of later weeks nothing is known.
    assert {monday: peak for monday, peak in peaks.items() if not np.isnan(peak)} == {
        dt.date(2026, 10, 5): 2,
        dt.date(2026, 10, 12): 1,
    }
    rows = forecast.table.set_index("contract_id").loc["C-1"]
    np.testing.assert_allclose(drawn["8 of 10 futures"].high, rows["peak_p90"])
    np.testing.assert_allclose(drawn["figure planned with"].high, 2)
    assert "allowance" not in drawn
    assert title(ax)[0].startswith("C-1: planned with 2 open cases; peaks of ")
    assert ax.get_ylabel() == "most cases open at once"


def test_a_prospect_is_named_as_such(ax, forecast):
    """What is expected of X-1 is a quarter of its five hours."""
    plot_forecast(forecast, "X-1", ax=ax)
    assert title(ax)[0].startswith("X-1: 1.2 h a week expected")
    assert title(ax)[1] == (
        "prospect, won with a chance of 25 %; low history: range borrowed from others"
    )


@pytest.mark.parametrize(
    ("contract_id", "what", "words"),
    [
        ("C-9", "need", "knows no contract 'C-9'"),
        ("C-8", "need", "'C-8' has no contract day in the weeks"),
        ("C-1", "hours", "expected what='need' or what='cases', got 'hours'"),
    ],
)
def test_what_cannot_be_drawn_is_refused(ax, contract_id, what, words):
    """No such contract, one that is over, and a word that means nothing."""
    over = contract("C-8", end_date=dt.date(2026, 12, 31))
    records = portfolio([contract(), over], [manager()])
    of_four_weeks = forecast_demand(records, draws=2, **FOUR_WEEKS)
    with pytest.raises(ArgumentError, match=words):
        plot_forecast(of_four_weeks, contract_id, what=what, ax=ax)


def test_named_weeks_have_room_and_include_the_anchor(ax):
    """Of 40 weeks no more are named than fit, equally far apart."""
    mondays = [dt.date(2026, 6, 29) + week * dt.timedelta(weeks=1) for week in range(40)]
    label_weeks(ax, mondays, anchor=dt.date(2027, 1, 4))
    ticks = ax.get_xticks()
    assert len(ticks) <= 10
    assert len(set(np.diff(ticks))) == 1
    assert date2num(dt.date(2027, 1, 4)) in ticks
    left, right = ax.get_xlim()
    assert left < date2num(mondays[0]) < date2num(mondays[-1]) + 7 < right


def test_open_cases_stand_against_the_limit(ax, known, plan):
    """Twelve cases are always open, 31 once in one of 20 futures."""
    futures = draw_demand(known, plan.horizon, plan.policy, draws=20)
    served = plan.assignments.set_index("contract_id")["manager_id"]
    busy = served["C-1"]
    cases = np.zeros_like(futures.open_cases)
    cases[:, 0] = 12
    # The fifth of ten moments of the third week.
    cases[3, 0, 24] = 31
    few = type(futures)(futures.contracts, futures.need, cases, futures.is_low, futures.seed)
    assert plot_open_cases(plan, busy, futures=few, ax=ax) is ax
    assert title(ax) == [
        f"{busy}: a 5 % chance of more than 30 open cases in some week",
        "most likely in the week of 15 February 2027 (5 %)",
    ]
    drawn = steps(ax)
    np.testing.assert_allclose(drawn["median"].high, 12)
    np.testing.assert_allclose(drawn["8 of 10 futures (from p10)"].high, 12)
    np.testing.assert_allclose(drawn["9 of 100 above them (to p99)"].high, [12, 12, 31, 12])
    (limit,) = ax.collections
    assert limit.get_label() == "limit of 30 cases"
    np.testing.assert_allclose(limit.get_segments()[0][:, 1], 30)
    assert ax.get_ylim()[1] > 31


def test_the_title_says_when_the_limit_holds_or_nobody_is_served(known, plan):
    """C-1 has two open cases on average; a third manager has no contract."""
    figure = Figure()
    served = plan.assignments.set_index("contract_id")["manager_id"]
    ax = plot_open_cases(plan, served["C-1"], draws=20, ax=figure.add_subplot())
    assert title(ax) == [
        f"{served['C-1']}: in none of 20 futures more than 30 open cases in any week"
    ]
    more = updated(known, managers=(*known.managers, manager("M-3")))
    idle = updated_plan(plan, more)
    ax = plot_open_cases(idle, "M-3", draws=20, ax=Figure().add_subplot())
    assert title(ax) == ["M-3 has no open cases in any of 20 futures"]


def updated_plan(plan, records):
    """Return a plan that knows another portfolio."""
    return replace(plan, portfolio=records)


def test_futures_of_something_else_are_refused(ax, known, plan):
    """Futures of other weeks, other contracts, an unknown manager, no portfolio."""
    other_weeks = forecast_demand(known, start="2027-02-01", weeks=2, draws=2).draws
    fewer = updated(known, contracts=known.contracts[:1])
    others = forecast_demand(fewer, draws=2, **FOUR_WEEKS).draws
    for futures in (other_weeks, others):
        with pytest.raises(ArgumentError, match="of another portfolio or of other weeks"):
            plot_open_cases(plan, "M-1", futures=futures, ax=ax)
    with pytest.raises(ArgumentError, match="knows no manager 'M-9'"):
        plot_open_cases(plan, "M-9", ax=ax)
    with pytest.raises(ArgumentError, match="does not know its portfolio"):
        plot_open_cases(updated_plan(plan, None), "M-1", ax=ax)


def test_chances_have_the_right_article():
    """Eight, eleven, eighteen and the eighties are spoken with a vowel."""
    with_an = [n for n in range(1, 100) if chance_in_words(n / 100) == f"an {n} % chance"]
    with_a = [n for n in range(1, 100) if chance_in_words(n / 100) == f"a {n} % chance"]
    assert with_an == [8, 11, 18, *range(80, 90)]
    assert sorted(with_an + with_a) == list(range(1, 100))


def test_figures_of_their_own_are_made_without_axes(forecast, plan):
    """Without axes a new figure is made, with its legend beside the axes."""
    mpl.use("Agg")
    for ax in (plot_forecast(forecast, "C-1"), plot_open_cases(plan, "M-1", draws=2)):
        assert ax.get_legend() is not None
        mpl.pyplot.close(ax.figure)

"""Need that grows: whatever it follows from, by offering or product."""

from decimal import Decimal

import pandas as pd
import pytest

from examples import EXACT, FOUR_WEEKS, contract, manager, portfolio
from scenario_examples import START, base, needs, prospect
from tsam_planner.errors import ArgumentError
from tsam_planner.planning.recipe import make_plan
from tsam_planner.portfolio.records import (
    DemandWeek,
)
from tsam_planner.studies.scenario import Scenario


@pytest.mark.parametrize(
    ("factor", "expected"),
    [
        (2.0, {"C-1": 10.0, "C-2": 10.0, "C-3": 8.0}),
        ({"saas_premium": 0.5}, {"C-1": 5.0, "C-2": 5.0, "C-3": 2.0}),
        # Of Creo and Windchill, C-2 takes the larger; offering and product likewise.
        ({"Creo": 1.2, "Windchill": 2.0}, {"C-1": 6.0, "C-2": 10.0, "C-3": 4.0}),
        ({"tsam": 3.0, "Windchill": 2.0}, {"C-1": 15.0, "C-2": 15.0, "C-3": 4.0}),
    ],
)
def test_need_is_multiplied_by_offering_or_product(factor, expected):
    """5, 5 and 4 hours a week, as far as a factor names them."""
    changed = needs(Scenario("more", need_factor=factor).apply(base()))
    assert changed == pytest.approx(expected)


def test_explicit_demand_grows_like_stated_need():
    """8 h of one week become 12."""
    records = base(demand=(DemandWeek(contract_id="C-2", week=START, need_hours=8.0),))
    changed = Scenario("more", need_factor=1.5).apply(records)
    assert [row.need_hours for row in changed.demand] == [12.0]


def logged_cases(*days):
    """Return a log of cases of C-1 that were opened on some days, and closed two days on."""
    opened = pd.to_datetime(pd.Series(days), utc=True)
    return pd.DataFrame(
        {
            "case_id": days,
            "contract_id": "C-1",
            "opened_at": opened,
            "closed_at": opened + pd.Timedelta(days=2),
        }
    )


def booked_hours(first):
    """Return time sheets of C-1: 4 h on each Tuesday of five weeks."""
    return pd.DataFrame(
        {
            "contract_id": "C-1",
            "date": pd.date_range(first, periods=5, freq="7D"),
            "hours": 4.0,
            "exceptional": False,
        }
    )


@pytest.mark.parametrize(
    ("logs", "source"),
    [
        ({}, "cadence"),
        # A case of two days fills no week: its contract is in the log, its need is not.
        ({"cases": logged_cases("2026-12-01")}, "cadence"),
        ({"cases": logged_cases("2026-12-01", "2027-01-26")}, "cases"),
        ({"timesheets": booked_hours("2026-12-01")}, "timesheets"),
        # Booked after the plan begins: no plan of these weeks looks at it.
        ({"timesheets": booked_hours("2027-03-02")}, "cadence"),
    ],
)
def test_need_that_nobody_states_grows_whatever_it_follows_from(logs, source):
    """Half as much again in each week, be it from a log or from the offering's rhythm."""
    records = portfolio([contract(need_hours=None)], [manager()], **logs)
    more = Scenario("more", need_factor=1.5).apply(records)
    before, after = (make_plan(row, **FOUR_WEEKS, options=EXACT) for row in (records, more))
    assert before.sources["need_source"].tolist() == [source]
    assert after.sources["need_source"].tolist() == [source]
    hours = before.contract_weeks["need_hours"]
    assert hours.min() > 0
    assert after.contract_weeks["need_hours"].tolist() == pytest.approx((1.5 * hours).tolist())


def test_logs_stay_what_they_are():
    """Growth to come changes no hour that was booked, nor what a case of others takes."""
    sheets = booked_hours("2026-12-01")
    records = portfolio([contract(need_hours=None)], [manager()], timesheets=sheets)
    changed = Scenario("more", need_factor=1.5).apply(records)
    pd.testing.assert_frame_equal(changed.timesheets, sheets)


def test_prospects_grow_like_contracts_whether_won_or_not():
    """5 h become 10, at EUR 120 that become 132; the one that is won is a contract."""
    priced = {"extra_hour_rate": Decimal(120), "currency": "EUR"}
    records = base(prospects=(prospect("C-8", **priced), prospect("C-9", **priced)))
    changed = Scenario("more", need_factor=2.0, rate_factor=1.1, won=["C-9"]).apply(records)
    won = [row for row in changed.contracts if row.contract_id == "C-9"]
    assert [row.contract_id for row in changed.prospects] == ["C-8"]
    assert {row.need_hours for row in (*won, *changed.prospects)} == {10.0}
    assert {row.extra_hour_rate for row in (*won, *changed.prospects)} == {Decimal("132.0")}


def test_explicit_demand_of_a_prospect_stays_until_it_is_lost_or_won():
    """
    Of a prospect that needs 3 h, 9 h are expected: 18 in twice as needy a world.

    As a prospect and once it is won; a contract that is lost takes its own row with it.
    """
    rows = tuple(
        DemandWeek(contract_id=name, week=START, need_hours=9.0) for name in ("C-1", "C-9")
    )
    records = base(prospects=(prospect("C-9", need_hours=3.0),), demand=rows)
    for won in ((), ("C-9",)):
        changed = Scenario("more", need_factor=2.0, won=won, lost=["C-1"]).apply(records)
        assert [(row.contract_id, row.need_hours) for row in changed.demand] == [("C-9", 18.0)]
    assert Scenario("base").apply(records).demand == rows


@pytest.mark.parametrize("factor", [-0.1, float("inf"), float("nan"), {"tsam": -1.0}])
def test_factors_are_numbers_from_zero_on(factor):
    """A negative need, or one without end, is no scenario."""
    with pytest.raises(ArgumentError, match="expected factors >= 0"):
        Scenario("x", need_factor=factor)

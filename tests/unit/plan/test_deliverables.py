"""What customers receive when: cadences of Table 2, spread over weeks."""

import datetime as dt

import pytest

from examples import contract, manager, portfolio
from hand_made import facts_of, stretch
from tsam_planner.calendars.horizon import Horizon
from tsam_planner.plan.deliverables import deliverables_table
from tsam_planner.portfolio.records import Absence, Holiday
from tsam_planner.service.offerings import activities

# Weeks by the month of their Wednesday: four in January, four in February, five in March.
QUARTER = Horizon.of_quarter("2027Q1")
PREMIUM = {"offering": "saas_premium", "deployment": "saas"}
STANDARD = {"offering": "saas_standard", "deployment": "saas"}


def delivered(signed, decisions=None, *, horizon=QUARTER, people=None, **tables):
    """Return the table of contracts; all are M-1's if no decisions are given."""
    records = portfolio(signed, people or [manager("M-1"), manager("M-2")], **tables)
    if decisions is None:
        decisions = [stretch(item.contract_id, horizon=horizon) for item in signed]
    return deliverables_table(facts_of(records, horizon), decisions)


def counts(table):
    """Return how often each activity is due."""
    return table["deliverable"].value_counts().to_dict()


def months(table):
    """Return the months in which each row falls due, by the Wednesday of the week."""
    return (table["due_week"] + dt.timedelta(days=2)).dt.month


def test_premium_over_a_quarter_has_thirteen_weekly_and_three_monthly_deliveries():
    """Weekly T2.6, monthly T2.2 and T2.7; the five activities "as needed" have no week."""
    table = delivered([contract(**PREMIUM)])
    assert counts(table) == {
        "customer_intelligence": 13,
        "service_reviews": 3,
        "product_roadmap": 3,
    }
    assert not table["is_assumed"].any()
    assert set(table["manager_id"]) == {"M-1"}


def test_methods_and_frequencies_are_those_of_table_2():
    """Each row repeats the cells of its activity for its offering."""
    table = delivered([contract("C-1", **PREMIUM), contract("C-2", **STANDARD)])
    cells = {item.name: (item.premium, item.standard) for item in activities()}
    for row in table.itertuples():
        cell = cells[row.deliverable][0 if row.contract_id == "C-1" else 1]
        assert (row.method, row.frequency) == (cell.method, cell.frequency)


def test_hours_are_the_policys():
    """By default a review takes 3 h, a roadmap 1.5 h and customer intelligence 1 h."""
    table = delivered([contract()])
    assert table.groupby("deliverable")["hours"].unique().map(list).to_dict() == {
        "service_reviews": [3.0],
        "product_roadmap": [1.5],
        "customer_intelligence": [1.0],
    }


def test_the_cadence_of_tsam_is_marked_as_assumed():
    """TSAM is given Premium's cadence (Q22), and every row says that it is assumed."""
    table = delivered([contract()])
    assert counts(table) == counts(delivered([contract(**PREMIUM)]))
    assert table["is_assumed"].all()


@pytest.mark.parametrize(
    "quarter", [f"{year}Q{number}" for year in range(2024, 2031) for number in range(1, 5)]
)
def test_every_quarter_of_the_iso_year_has_three_monthly_deliveries(quarter):
    """Also the one with 14 weeks (2026Q4), and one in each month."""
    long = contract(start_date=dt.date(2020, 1, 1), end_date=dt.date(2035, 1, 1))
    table = delivered([long], horizon=Horizon.of_quarter(quarter))
    reviews = table[table["deliverable"] == "service_reviews"]
    assert len(reviews) == months(reviews).nunique() == 3


@pytest.mark.parametrize(
    ("weeks", "times"),
    # 13 weeks begun by at least half (6.5 weeks) count: 7 of 13, 13 + 6, 13 + 7.
    [(4, 0), (6, 0), (7, 1), (13, 1), (14, 1), (19, 1), (20, 2), (26, 2), (52, 4)],
)
def test_standard_has_one_quarterly_delivery_of_each_kind_in_thirteen_weeks(weeks, times):
    """T2.2, T2.6 and T2.7 are quarterly for Standard (R21)."""
    horizon = Horizon(dt.date(2027, 1, 4), weeks)
    table = delivered([contract(end_date=dt.date(2029, 1, 1), **STANDARD)], horizon=horizon)
    named = ("service_reviews", "customer_intelligence", "product_roadmap")
    assert counts(table) == (dict.fromkeys(named, times) if times else {})
    assert set(table["frequency"]) <= {"quarterly"}


@pytest.mark.parametrize(("first_day", "reviews"), [(15, 1), (16, 0)])
def test_half_a_month_owes_a_delivery_and_less_does_not(first_day, reviews):
    """Of the 20 weekdays of February 10 are left from the 15th on, 9 from the 16th."""
    february = Horizon(dt.date(2027, 2, 1), 4)
    begun = contract(start_date=dt.date(2027, 2, first_day))
    table = delivered([begun], [stretch()], horizon=february)
    assert counts(table).get("service_reviews", 0) == reviews


def test_weekly_deliveries_need_a_contract_day():
    """A week in which the customer rests from Monday to Friday has none."""
    rest = [Holiday(calendar="IT", date=dt.date(2027, 2, day)) for day in range(8, 13)]
    table = delivered([contract(country="IT")], holidays=rest)
    assert counts(table)["customer_intelligence"] == 12
    assert dt.datetime(2027, 2, 8) not in set(table["due_week"])


def test_monthly_work_is_spread_evenly_over_the_weeks():
    """Every week's hours lie within one delivery, 3 h, of the month's mean."""
    # Eight contracts of 3 + 1.5 h are 36 h a month: exactly 9 h in each of four weeks (two
    # contracts a week, end to end); in the five weeks of March 7.2 h on average.
    signed = [contract(f"C-{number}") for number in range(8)]
    table = delivered(signed)
    monthly = table[table["frequency"] == "monthly"]
    by_week = monthly.groupby("due_week")["hours"].sum()
    assert by_week[:8].tolist() == [9.0] * 8
    assert len(by_week) == 13
    assert by_week[8:].sum() == 36
    assert (by_week[8:] - 7.2).abs().max() <= 3


def test_a_contract_keeps_its_place_in_the_month():
    """January and February agree; March has five weeks and is one position later at most."""
    table = delivered([contract(f"C-{number}") for number in range(8)])
    monthly = table[table["frequency"] == "monthly"]
    # Weeks 0-3 of the horizon are January's, 4-7 February's and 8-12 March's.
    weeks = (monthly["due_week"] - dt.datetime(2027, 1, 4)).dt.days // 7
    position = weeks - weeks // 4 * 4
    position = position.where(weeks < 8, weeks - 8)
    for _, places in position.groupby([monthly["contract_id"], monthly["deliverable"]]):
        january, february, march = places
        assert january == february
        assert march - january in (0, 1)


def test_nothing_monthly_falls_due_while_the_manager_is_away_all_week():
    """Away on 8-12 February: the other three weeks share the month evenly."""
    leave = Absence(
        manager_id="M-1", start_date=dt.date(2027, 2, 8), end_date=dt.date(2027, 2, 12)
    )
    # Six contracts of 4.5 h are 27 h: 9 h in each of three weeks.
    table = delivered([contract(f"C-{number}") for number in range(6)], absences=[leave])
    monthly = table[(table["frequency"] == "monthly") & (months(table) == 2)]
    assert monthly.groupby("due_week")["hours"].sum().to_dict() == {
        dt.datetime(2027, 2, 1): 9.0,
        dt.datetime(2027, 2, 15): 9.0,
        dt.datetime(2027, 2, 22): 9.0,
    }
    # Weekly ones are due all the same: that is what a substitute is for (R41).
    weekly = table[table["frequency"] == "weekly"]
    assert (weekly["due_week"] == dt.datetime(2027, 2, 8)).sum() == 6


def test_a_month_of_absence_does_not_cancel_what_is_due():
    """Where no week works, the deliveries stay in their month."""
    leave = Absence(
        manager_id="M-1", start_date=dt.date(2027, 2, 1), end_date=dt.date(2027, 2, 28)
    )
    table = delivered([contract()], absences=[leave])
    assert counts(table)["service_reviews"] == 3


def test_after_a_change_of_hands_the_new_manager_delivers():
    """M-1 serves two weeks of January, M-2 the rest: a tie in January stays with M-1."""
    decisions = [
        stretch(manager_id="M-1", horizon=QUARTER, weeks=(0, 1)),
        stretch(manager_id="M-2", horizon=QUARTER, weeks=(2, 12)),
    ]
    table = delivered([contract()], decisions)
    monthly = table[table["deliverable"] == "service_reviews"]
    assert monthly["manager_id"].tolist() == ["M-1", "M-2", "M-2"]
    assert monthly["due_week"].iloc[0] < dt.datetime(2027, 1, 18)
    weekly = table[table["frequency"] == "weekly"]
    assert weekly["manager_id"].tolist() == ["M-1"] * 2 + ["M-2"] * 11


def test_an_absent_receiver_leaves_the_month_to_who_is_there():
    """M-2 serves three weeks of January but is away: M-1 delivers in the first one."""
    leave = Absence(
        manager_id="M-2", start_date=dt.date(2027, 1, 11), end_date=dt.date(2027, 1, 29)
    )
    decisions = [
        stretch(manager_id="M-1", horizon=QUARTER, weeks=(0, 0)),
        stretch(manager_id="M-2", horizon=QUARTER, weeks=(1, 12)),
    ]
    table = delivered([contract()], decisions, absences=[leave])
    january = table[(table["frequency"] == "monthly") & (months(table) == 1)]
    assert set(january["manager_id"]) == {"M-1"}
    assert set(january["due_week"]) == {dt.datetime(2027, 1, 4)}


def test_months_that_nobody_serves_have_no_deliveries():
    """Unassigned in January and February: March's deliveries are left."""
    decisions = [
        stretch(manager_id=None, horizon=QUARTER, weeks=(0, 7)),
        stretch(manager_id="M-1", horizon=QUARTER, weeks=(8, 12)),
    ]
    table = delivered([contract()], decisions)
    assert counts(table) == {
        "customer_intelligence": 5,
        "service_reviews": 1,
        "product_roadmap": 1,
    }
    assert set(months(table)) == {3}


def test_deliveries_without_hours_are_spread_too():
    """With a policy of 0 h for everything, four reviews still fall into four weeks."""
    signed = [contract(f"C-{number}") for number in range(4)]
    february = Horizon(dt.date(2027, 2, 1), 4)
    hours = {"service_reviews": 0, "product_roadmap": 0, "customer_intelligence": 0}
    facts = facts_of(portfolio(signed, [manager()]), february, deliverable_hours=hours)
    table = deliverables_table(
        facts, [stretch(item.contract_id, horizon=february) for item in signed]
    )
    reviews = table[table["deliverable"] == "service_reviews"]
    assert reviews["due_week"].nunique() == 4


def test_the_order_of_decisions_does_not_matter():
    """The table is the same whichever contract was decided first."""
    signed = [contract(f"C-{number}") for number in range(3)]
    decisions = [stretch(item.contract_id, horizon=QUARTER) for item in signed]
    table = delivered(signed, decisions)
    assert table.equals(delivered(signed, decisions[::-1]))


def test_without_deliveries_the_table_is_empty_and_typed():
    """An empty table has the columns and types of a full one."""
    empty = delivered([contract()], [stretch(manager_id=None, horizon=QUARTER)])
    full = delivered([contract()])
    assert len(empty) == 0
    assert empty.dtypes.equals(full.dtypes)
    assert str(full.dtypes["due_week"]) == "datetime64[s]"

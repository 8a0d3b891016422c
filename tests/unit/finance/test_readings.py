"""The three readings of "a single customer", from one series of weeks to money (Q5)."""

from decimal import Decimal

import pytest

from examples import contract, updated
from hand_made import facts_of
from money_examples import EUROS, START, STEADY, bought, plan_under, policy_of, records_of, step
from tsam_planner.finance.actuals import SCOPES, customers_of
from tsam_planner.finance.additional_hours import assess_contracts
from tsam_planner.finance.overage import assess_overage
from tsam_planner.finance.readings import READING_COLUMNS, compare_readings
from tsam_planner.finance.revenue import estimate_revenue
from tsam_planner.service.policy import Policy
from tsam_planner.service.policy_sections import Overage
from tsam_planner.service.rates import RateCard

FIVE_HOURS = bought("01-01", "12-31", 5.0)
# Nobody is asked again within the plan, everybody buys.
SURE = policy_of(acceptance=1.0, lead_weeks=52)
# Hours and allowance of the company of case 6, and what is over, under each reading.
CASE_6 = {"contract": 4.0, "company_pooled": 0.0, "company": 8.0}


def company(hours_of, need=None):
    """Return contracts of one company with time sheets."""
    signed = [
        contract(name, company_id="K", need_hours=(need or {}).get(name, 5.0))
        for name in hours_of
    ]
    return records_of(signed, hours_of)


def compared(records, policy=SURE, **options):
    """Return the readings of February and March by name."""
    plan = plan_under(policy)
    months = ("2027-02", "2027-03")
    table = compare_readings(records, plan, months=months, draws=40, **options)
    return {row["reading"]: row for row in table.to_dict("records")}


@pytest.mark.parametrize("scope", SCOPES)
@pytest.mark.parametrize(
    ("weeks", "grade", "mean"),
    [
        (STEADY, "recommend", 13.25),
        # One spike: mean 13, median 9.
        ((10, 9, 40, 9, 10, 9, 8, 9), "none", 13.0),
        # Constant on average, not continuous.
        ((14, 8, 14, 8, 14, 8, 14, 8), "watch", 11.0),
        # Within 5 %.
        ((10.2,) * 8, "none", 10.2),
    ],
)
def test_case_5_is_the_same_under_every_reading(weeks, grade, mean, scope):
    """A company of one contract: from the bare series to the plan's table."""
    records = company({"C-1": weeks})
    assert assess_overage(weeks).grade == grade
    [customer] = customers_of(records, START, scope=scope)
    assert customer.customer_id == ("C-1" if scope == "contract" else "K")
    assert customer.assess(records.policy) == assess_overage(weeks)
    row = assess_contracts(facts_of(records, allowance_scope=scope)).iloc[0]
    assert (row["grade"], row["mean_hours"]) == (grade, pytest.approx(mean))
    assert (row["status"] == "proposed") == (grade == "recommend")
    found = compared(records)[scope]
    assert found["customers_over"] == (grade == "recommend")


@pytest.mark.parametrize("scope", SCOPES)
@pytest.mark.parametrize(
    ("blocks", "planned", "unfunded"), [((), 10.0, 3.0), ((FIVE_HOURS,), 13.0, 0.0)]
)
def test_case_4_is_the_same_under_every_reading(scope, blocks, planned, unfunded):
    """Of 13 h, 10 are planned; with 5 h bought all are. The reading never acts on a plan."""
    records = updated(company({"C-1": STEADY}, {"C-1": 13.0}), purchased_hours=blocks)
    row = assess_contracts(facts_of(records, allowance_scope=scope)).iloc[0]
    # Four weeks.
    assert (row["planned_hours"], row["unfunded_hours"]) == (4 * planned, 4 * unfunded)


@pytest.mark.parametrize("scope", SCOPES)
def test_case_6_in_the_plans_table(scope):
    """14 and 4 h a week: 4 h for C-1, nothing, or 8 h for the contract that asks for most."""
    records = company({"C-1": [14.0] * 8, "C-2": [4.0] * 8}, {"C-1": 14.0, "C-2": 4.0})
    rows = assess_contracts(facts_of(records, allowance_scope=scope)).set_index("contract_id")
    offered = rows["block_hours_per_week"].fillna(0.0)
    assert offered.to_dict() == {"C-1": CASE_6[scope], "C-2": 0.0}
    # C-2 is told the grade of the company that it is part of.
    grades = {"contract": "none", "company_pooled": "none", "company": "recommend"}
    assert rows.loc["C-2", "grade"] == grades[scope]
    # The plan's own hours stay those of each contract: 4 weeks of 10 and of 4 h.
    assert rows["planned_hours"].to_dict() == {"C-1": 40.0, "C-2": 16.0}


def test_case_6_in_customers_and_in_money():
    """At 150 EUR/h: 4 h a week, none, or 8 h, over 20 and 23 weekdays."""
    records = company({"C-1": [14.0] * 8, "C-2": [4.0] * 8}, {"C-1": 14.0, "C-2": 4.0})
    found = compared(records)
    assert {name: row["hours_over"] for name, row in found.items()} == CASE_6
    assert {name: row["customers_over"] for name, row in found.items()} == {
        "contract": 1,
        "company_pooled": 0,
        "company": 1,
    }
    # 43 weekdays are 8.6 weeks: 4 * 8.6 * 150 = 5160 EUR, and twice as much.
    amounts = {"contract": 5160, "company_pooled": 0, "company": 10320}
    assert {name: row["expected_new"] for name, row in found.items()} == amounts
    assert [name for name, row in found.items() if row["in_force"]] == ["contract"]


def test_each_reading_is_the_estimate_under_it():
    """Row by row as `estimate_revenue` tells it."""
    hours_of = {"C-1": [14.0] * 8, "C-2": [4.0] * 8, "C-3": [14.0] * 8}
    records = company(hours_of, {"C-1": 14.0, "C-2": 4.0, "C-3": 14.0})
    policy = policy_of(acceptance=0.5)
    found = compared(records, policy, seed=7)
    for scope in SCOPES:
        revenue = estimate_revenue(
            records,
            plan_under(policy),
            months=("2027-02", "2027-03"),
            draws=40,
            seed=7,
            scope=scope,
        )
        assert revenue.scope == scope
        [total] = revenue.total.to_dict("records")
        assert found[scope]["expected"] == total["expected"]
        assert found[scope]["p90"] == total["p90"]


@pytest.mark.parametrize("scope", SCOPES)
def test_offers_under_way_are_counted_under_every_reading(scope):
    """What C-1 has accepted is no less certain for a later offer to the company's C-2."""
    terms = {"rate": "100", "currency": "EUR"}
    steps = (
        step("asked", "01-04", 3.0, **terms),
        step("accepted", "01-08", 3.0, **terms),
        step("asked", "01-11", 2.0, contract_id="C-2", offer_id="O-2", **terms),
    )
    records = updated(company({"C-1": [5.0] * 8, "C-2": [5.0] * 8}), offers=steps)
    plan = plan_under(policy_of(acceptance=1.0))
    months = ("2027-02", "2027-02")
    revenue = estimate_revenue(records, plan, months=months, draws=10, scope=scope)
    # Four weeks of 3 h and of 2 h.
    amounts = revenue.by_contract.set_index("contract_id")["expected"]
    assert amounts.to_dict() == {"C-1": 1200, "C-2": 800}


def test_a_row_has_the_columns_that_are_told():
    """Also where nothing is sold: 3.25 h a week over, and nobody buys."""
    plan = plan_under(policy_of(acceptance=0.0))
    records = company({"C-1": STEADY}, {"C-1": 13.25})
    table = compare_readings(records, plan, months=("2027-02", "2027-02"), draws=1)
    assert table.columns.tolist() == list(READING_COLUMNS)
    assert table["hours_over"].tolist() == [3.25] * 3
    assert table["expected_new"].tolist() == [0] * 3


def test_hours_over_are_told_to_the_millionth():
    """Three weeks of 14, 14 and 15 h are 13 / 3 h over 10 h on average."""
    rule = Overage(window=3, over_weeks=3, run=3)
    plan = plan_under(Policy(overage=rule))
    records = company({"C-1": (14, 14, 15)})
    table = compare_readings(records, plan, months=("2027-02", "2027-02"), draws=1)
    assert table["hours_over"].tolist() == [4.333333] * 3


@pytest.mark.parametrize(("months", "weekdays"), [(None, 16), (("FY2027-12", "FY2028-01"), 20)])
def test_months_are_fiscal_ones_where_the_year_is(months, weekdays):
    """
    2 h a week at 150 EUR/h on the 20 weekdays to 26 February, when months begin on the fifth.

    The plan's month begins on Friday 5 February; four of the weekdays lie in the one before.
    """
    records = records_of([contract()], purchased_hours=(bought("02-01", "02-26"),))
    options = {"fiscal_year_start": "02-05", "months": months, "draws": 1}
    table = compare_readings(records, plan_under(policy_of(renewal=0.0)), **options)
    assert table["expected"].tolist() == [weekdays / 5 * 2 * 150] * 3


def test_the_policy_is_that_of_the_plan():
    """13.25 h a week are over 10 h, and within 20 h that the plan's policy includes."""
    plan = plan_under(Policy(included_hours_per_week=20.0))
    records = company({"C-1": STEADY})
    table = compare_readings(records, plan, months=("2027-02", "2027-02"), draws=1)
    assert table["customers_over"].tolist() == [0] * 3


def test_prices_may_be_given():
    """16 h in February, at 150 EUR/h by the portfolio's card and at 200 EUR/h by another."""
    records = company({"C-1": STEADY}, {"C-1": 13.25})
    options = {"months": ("2027-02", "2027-02"), "draws": 1}
    for card, amount in ((None, 2400), (RateCard((updated(EUROS, rate=Decimal(200)),)), 3200)):
        table = compare_readings(records, plan_under(SURE), rates=card, **options)
        assert table["expected_new"].tolist() == [amount] * 3

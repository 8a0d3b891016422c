"""Time sheets against allowances, under the three readings of a single customer (Q5)."""

import datetime as dt

import pandas as pd
import pytest

from examples import EXACT, contract, manager, portfolio, updated
from tsam_planner.finance.actuals import SCOPES, compare_scopes, customers_of
from tsam_planner.planning.recipe import make_plan
from tsam_planner.portfolio.records import PurchasedHours

START = dt.date(2027, 3, 1)
MONDAYS = [START - dt.timedelta(weeks=week) for week in range(8, 0, -1)]


def sheets(hours_of, exceptional=()):
    """Return time sheets: hours of every week by contract, booked on its Monday."""
    rows = [
        (name, pd.Timestamp(monday), hours, None, None,
         (name, monday) in exceptional)
        for name, weekly in hours_of.items()
        for monday, hours in zip(MONDAYS, weekly, strict=True)
    ]  # fmt: skip
    columns = ["contract_id", "date", "hours", "manager_id", "activity", "exceptional"]
    log = pd.DataFrame(rows, columns=columns)
    # The log goes on until the Sunday before the plan.
    last = (next(iter(hours_of)), pd.Timestamp(START - dt.timedelta(days=1)), 0.0, None, None)
    return pd.concat([log, pd.DataFrame([(*last, False)], columns=columns)])


def records_of(hours_of, signed=None, exceptional=(), **tables):
    """Return a portfolio with time sheets, one manager and no plan of today."""
    signed = signed or [contract(name, company_id="K") for name in hours_of]
    records = portfolio(signed, [manager("M-1")], **tables)
    return updated(records, timesheets=sheets(hours_of, exceptional))


def test_one_company_two_contracts_three_readings():
    """Case 6: 14 and 4 h a week are 4, 0 and 8 h over."""
    records = records_of({"C-1": [14.0] * 8, "C-2": [4.0] * 8})
    over = dict.fromkeys(SCOPES, 0.0)
    for scope, _, assessment in compare_scopes(records, START):
        over[scope] += assessment.excess_hours
    assert over == {"contract": 4.0, "company_pooled": 0.0, "company": 8.0}


def test_an_exceptional_week_of_one_contract_sets_the_companys_week_aside():
    """Seven weeks are left, under each reading of companies."""
    records = records_of(
        {"C-1": [14.0] * 8, "C-2": [4.0] * 8}, exceptional={("C-2", MONDAYS[3])}
    )
    for scope in ("company_pooled", "company"):
        [customer] = customers_of(records, START, scope=scope)
        assert customer.assess(records.policy).weeks_tested == 7
    single = {row.customer_id: row for row in customers_of(records, START)}
    assert single["C-1"].assess(records.policy).weeks_tested == 8


def test_purchased_hours_raise_the_allowance_of_their_weeks():
    """Five hours from the fifth week on: 13 h are over in the first four only."""
    bought = PurchasedHours(
        contract_id="C-1",
        start_date=MONDAYS[4],
        end_date=dt.date(2027, 12, 31),
        hours_per_week=5.0,
    )
    records = records_of({"C-1": [13.0] * 8}, purchased_hours=(bought,))
    [customer] = customers_of(records, START)
    assert customer.allowance.tolist() == [10.0] * 4 + [15.0] * 4
    assert customer.assess(records.policy).weeks_over == 4


def test_standard_has_no_allowance_and_no_overage():
    """Case 14."""
    signed = [contract("C-1", offering="saas_standard", deployment="saas")]
    assert customers_of(records_of({"C-1": [14.0] * 8}, signed), START) == ()


def test_the_first_week_of_a_term_is_not_tested():
    """Case Q12: C-1 starts on the second Wednesday; six full weeks are left."""
    signed = [contract("C-1", start_date=MONDAYS[1] + dt.timedelta(days=2))]
    [customer] = customers_of(records_of({"C-1": [14.0] * 8}, signed), START)
    assert customer.assess(records_of({"C-1": [14.0] * 8}).policy).weeks_tested == 6


@pytest.mark.parametrize(
    ("hours", "grade", "block"), [(13.4, "recommend", 4.0), (9.0, "none", None)]
)
def test_a_plan_says_whom_to_ask_for_how_much(hours, grade, block):
    """3.4 h over are a block of four; the weeks stand beside it as evidence."""
    records = records_of({"C-1": [hours] * 8})
    plan = make_plan(records, start=START, weeks=4, options=EXACT)
    row = plan.additional_hours.set_index("contract_id").loc["C-1"]
    assert (row["grade"], row["weeks_tested"]) == (grade, 8)
    if block is None:
        assert pd.isna(row["block_hours_per_week"])
        assert row["status"] is None
    else:
        assert row["block_hours_per_week"] == block
        assert row["status"] == "proposed"
        assert row["start_week"] == pd.Timestamp(START)
        assert row["evidence"].count(" h of 10 h") == 8
        assert "1 customer to be asked" in str(plan)

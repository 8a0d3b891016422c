"""Whom to ask, today and by when: the likeliest first."""

import pandas as pd
import pytest

from examples import contract, day, updated
from money_examples import STEADY, booked, plan_under, records_of, step
from tsam_planner.errors import ArgumentError
from tsam_planner.finance.recommendations import (
    RECOMMENDATION_COLUMNS,
    recommend_additional_hours,
)
from tsam_planner.service.policy import Policy

DRAWS = 200
# Five of the last eight weeks are over: one more makes six, if it is over.
UNSURE = [13.0] * 6 + [7.0] * 4 + [13.0] * 6 + [7.0] * 4 + [13.0] * 5


def recommended(records, policy=None, **options):
    """Return rows by customer, in the order of the table."""
    table = recommend_additional_hours(records, plan_under(policy), draws=DRAWS, **options)
    assert tuple(table.columns) == RECOMMENDATION_COLUMNS
    return {row["customer_id"]: row for row in table.to_dict("records")}


def two(hours_of, need):
    """Return contracts with the given hours and needs."""
    signed = [contract(name, need_hours=hours) for name, hours in need.items()]
    return records_of(signed, hours_of)


def test_who_is_over_today_is_certain_and_has_been_known_by_the_first_day():
    """3.25 h over 10 h; in every future, by the Monday on which the plan starts."""
    row = recommended(two({"C-1": STEADY}, {"C-1": 14.0}))["C-1"]
    assert (row["grade"], row["p_qualifies"], row["p_qualifies_error"]) == ("recommend", 1, 0)
    assert (row["mean_hours"], row["allowance_hours"]) == (13.25, 10.0)
    assert (row["qualifies_by"], row["excess_hours"]) == (pd.Timestamp("2027-02-01"), 3.25)
    assert row["status"] is None


def test_who_is_never_over_is_not_named():
    """Always 5 h a week."""
    assert recommended(two({"C-1": [5.0] * 30}, {"C-1": 5.0})) == {}


def test_who_needs_one_week_more_qualifies_after_it():
    """Always 14 h, for seven weeks: the eighth is the plan's first, known a week later."""
    row = recommended(two({"C-1": [14.0] * 7}, {"C-1": 14.0}))["C-1"]
    # Seven weeks of the log, all alike: the futures are as steady.
    assert (row["grade"], row["p_qualifies"]) == ("watch", 1.0)
    assert row["qualifies_by"] == pd.Timestamp("2027-02-08")
    assert row["low_history"]


def test_the_likeliest_come_first():
    """Certain ones by their hours, then those who may; who is never over is not named."""
    hours_of = {
        "C-1": UNSURE,
        "C-2": [12.0] * 25,
        "C-3": [16.0] * 25,
        "C-4": [4.0] * 25,
    }
    need = {"C-1": 12.0, "C-2": 12.0, "C-3": 16.0, "C-4": 4.0}
    rows = recommended(two(hours_of, need))
    assert list(rows) == ["C-3", "C-2", "C-1"]
    assert rows["C-2"]["p_qualifies"] == 1
    assert 0 < rows["C-1"]["p_qualifies"] < 1


def test_the_error_is_that_of_a_share_of_the_futures():
    """The square root of p (1 - p) / n."""
    row = recommended(two({"C-1": UNSURE}, {"C-1": 12.0}))["C-1"]
    chance = row["p_qualifies"]
    assert 0 < chance < 1
    assert row["p_qualifies_error"] == pytest.approx((chance * (1 - chance) / DRAWS) ** 0.5)


def test_after_a_refusal_only_later_weeks_count():
    """Over in all weeks; declined a week ago, the plan's four weeks are too few for eight."""
    steps = (step("asked", "01-04"), step("declined", "01-25"))
    records = updated(two({"C-1": STEADY}, {"C-1": 14.0}), offers=steps)
    row = recommended(records)["C-1"]
    assert (row["grade"], row["status"], row["p_qualifies"]) == ("recommend", "declined", 0.0)
    assert pd.isna(row["qualifies_by"])
    asked = updated(records, offers=steps[:1])
    assert recommended(asked)["C-1"]["status"] == "asked"


def test_a_company_is_one_customer_under_its_readings():
    """14 and 4 h a week: over as one customer, with the contract that asks for most."""
    signed = [
        contract("C-1", company_id="K", need_hours=14.0),
        contract("C-2", company_id="K", need_hours=4.0),
    ]
    records = records_of(signed, {"C-1": [14.0] * 8, "C-2": [4.0] * 8})
    row = recommended(records, Policy(allowance_scope="company"))["K"]
    assert (row["contract_id"], row["excess_hours"]) == ("C-1", 8.0)
    assert recommended(records, Policy(allowance_scope="company_pooled")) == {}


def test_weeks_from_the_plans_first_day_on_are_not_looked_at():
    """Time sheets of February change nothing in a plan from 1 February on."""
    records = two({"C-1": STEADY}, {"C-1": 14.0})
    later = booked({"C-1": [40.0] * 3}, before=day("02-22"))
    longer = updated(records, timesheets=pd.concat([records.timesheets, later]))
    assert recommended(longer) == recommended(records)


def test_impossible_numbers_are_refused():
    """No draws at all."""
    with pytest.raises(ArgumentError, match="expected draws >= 1"):
        recommend_additional_hours(records_of(), plan_under(), draws=0)

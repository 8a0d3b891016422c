"""What a step of each assumption does to a plan that can be worked out by hand."""

import math
from dataclasses import replace

import pytest

from examples import EXACT, FOUR_WEEKS, contract, manager, portfolio
from tsam_planner.errors import ArgumentError
from tsam_planner.planning.recipe import make_plan
from tsam_planner.portfolio.records import Profile
from tsam_planner.service.policy import Policy
from tsam_planner.studies.scenario import changed_policy
from tsam_planner.studies.sensitivity import SENSITIVITY_COLUMNS, sensitivity

CANDIDATE = Profile(profile_id="P-1", time_zone="Europe/Rome")


def steps(signed, people, *, profiles=(CANDIDATE,), **policy):
    """Return the rows of a plan of four weeks by assumption and value, in their order."""
    records = portfolio(signed, people, profiles=profiles, policy=Policy(**policy))
    table = sensitivity(make_plan(records, **FOUR_WEEKS, options=EXACT), options=EXACT)
    assert list(table.columns) == list(SENSITIVITY_COLUMNS)
    return {(row["assumption"], row["after"]): row for row in table.to_dict("records")}


@pytest.fixture(scope="module")
def full():
    """Return the steps of a plan in which 4 x 8 h fill the 32 h of M-1 exactly."""
    signed = [contract(f"C-{n}", need_hours=8.0, cases=7) for n in range(4)]
    return steps(signed, [manager()])


def test_the_largest_effect_stands_first(full):
    """
    Both leave one contract without a manager and need one hire.

    With 10 % more need that is one of 8.8 h, 35.2 h in four weeks; with an internal share of
    25 % there are 30 h, and 32 h stay unserved.
    """
    assert list(full)[:2] == [("need_factor", 1.1), ("internal_share", 0.25)]
    first, second = list(full.values())[:2]
    assert (first["hires"], first["hires_change"], first["hires_proven"]) == (1, 1, True)
    assert (second["hires"], second["hires_change"]) == (1, 1)
    assert first["unserved_hours_change"] == pytest.approx(35.2)
    assert second["unserved_hours_change"] == pytest.approx(32.0)


def test_points_are_those_of_the_managers(full):
    """
    M-1 is loaded with 32 of 32 h: 4.8 h above 85 % and 1.6 h above 95 %, at 1 and 3 more.

    That is 4.8 + 3 x 1.6 = 9.6 a week. With the shares 5 points higher, 3.2 h are above
    90 % and none above 100 %: 3.2 a week, 25.6 less in four.
    """
    row = full["strain_shares", (0.9, 1.0)]
    assert row["points"] == pytest.approx(12.8)
    assert row["points_change"] == pytest.approx(-25.6)
    assert (row["bound"], row["points_proven"]) == (row["points"], True)


def test_what_changes_nothing_is_not_proven_to_matter(full):
    """28 cases fit exactly into 28, and 32 h of every week into each week alone."""
    for step in (("max_open_cases", 28), ("max_open_cases", 32), ("averaging_weeks", 1)):
        row = full[step]
        changes = [row[name] for name in row if name.endswith("_change")]
        assert changes == [0.0, 0.0, 0.0]
        assert not row["points_proven"]
        assert not row["hires_proven"]


def test_a_required_overlap_of_three_hours_loses_a_customer_overseas():
    """A window of New York meets working hours of Rome for 2 h; a hire in Rome helps not."""
    rows = steps([contract(time_zone="America/New_York")], [manager()])
    row = rows["min_daily_overlap_hours", 3.0]
    # 5 h in four weeks.
    assert (row["unserved_hours"], row["hires_change"]) == (20.0, 0.0)
    assert row["points_proven"]
    assert not row["hires_proven"]
    assert next(iter(rows)) == ("min_daily_overlap_hours", 3.0)


def test_doubled_handovers_double_the_points_of_one_that_is_forced():
    """Today's manager does not serve the offering any more: 80 points become 160."""
    people = [manager("M-1"), manager("M-2", offerings=("saas_premium",))]
    records = portfolio([contract()], people, today={"C-1": "M-2"})
    plan = make_plan(records, **FOUR_WEEKS, options=EXACT)
    table = sensitivity(plan, options=EXACT).set_index("assumption")
    row = table.loc["goals.handover"]
    assert (row["before"], row["after"], row["points_change"]) == (80.0, 160.0, 80.0)


def test_only_steps_to_another_value_are_taken():
    """Nothing lies below 0, a single week is one already, and nobody prefers one manager."""
    rows = steps(
        [contract()],
        [manager()],
        internal_share=0.0,
        max_open_cases=0,
        min_daily_overlap_hours=0.0,
        averaging_weeks=1,
        same_manager="allow",
    )
    taken = {name: [value for key, value in rows if key == name] for name, _ in rows}
    assert taken["internal_share"] == [0.05]
    assert taken["max_open_cases"] == [2]
    assert taken["min_daily_overlap_hours"] == [1.0]
    assert not {"averaging_weeks", "same_manager"} & taken.keys()


def test_what_is_wanted_rises_with_what_is_required():
    """4 h required with 4 h wanted can still be raised to 5 h."""
    rows = steps([contract()], [manager()], min_daily_overlap_hours=4.0)
    assert rows["min_daily_overlap_hours", 5.0]["unserved_hours"] == 0.0


def test_without_candidates_no_hires_are_counted():
    """A portfolio without profiles says nothing about hires."""
    rows = steps([contract()], [manager()], profiles=())
    assert all(math.isnan(row["hires"]) for row in rows.values())
    assert not any(row["hires_proven"] for row in rows.values())


def test_a_plan_without_its_portfolio_is_refused():
    """There is nothing to search in."""
    plan = make_plan(portfolio([contract()], [manager()]), **FOUR_WEEKS, options=EXACT)
    with pytest.raises(ArgumentError, match="does not know its portfolio"):
        sensitivity(replace(plan, portfolio=None))


def test_need_is_scaled_by_the_plan_s_own_policy():
    """
    The policy of the call, not of the portfolio, says how many hours the cadence takes.

    5.25 h a week (two hours of customer intelligence more than by default) are 5.775 with a
    tenth more: too much for 5.6 deployable hours of a week of 7, so nobody serves 23.1 h.
    """
    policy = changed_policy(Policy(), {"deliverable_hours.customer_intelligence": 3.0})
    records = portfolio([contract("C-1", need_hours=None)], [manager(weekly_hours=7.0)])
    plan = make_plan(records, **FOUR_WEEKS, policy=policy, options=EXACT)
    assert plan.contract_weeks["need_hours"].tolist() == [5.25] * 4
    rows = sensitivity(plan, options=EXACT).query("assumption == 'need_factor'")
    assert rows.set_index("after")["unserved_hours"].to_dict() == {0.9: 0.0, 1.1: 23.1}

"""What a hire is worth: its cost is held against what its sales bring, once."""

from examples import EXACT, FOUR_WEEKS, contract, manager, updated
from money_examples import policy_of, records_of
from tsam_planner.planning.recipe import make_plan
from tsam_planner.portfolio.records import Profile
from tsam_planner.studies.sell_or_hire import sell_or_hire


def test_a_hire_pays_for_itself_when_sales_exceed_its_whole_cost():
    """
    20 h a week are needed, 10 are included, and the only manager has 12 deployable hours.

    One more can serve all 20: ten are sold at 150 EUR for four weeks, 6,000 EUR. Of the
    monthly cost of 6,000 EUR, four weeks are 6000 x 4 / (52 / 12) = 5,538.46.
    """
    profile = Profile(
        profile_id="P-1", time_zone="Europe/Rome", monthly_cost="6000", currency="EUR"
    )
    records = records_of([contract("C-1", need_hours=20.0)], {"C-1": (20,) * 8})
    records = updated(records, profiles=(profile,), managers=(manager(weekly_hours=15.0),))
    plan = make_plan(records, **FOUR_WEEKS, policy=policy_of(acceptance=1.0), options=EXACT)
    found = sell_or_hire(plan, options=EXACT)
    [hire] = found.hires.to_dict("records")
    assert (hire["margin_gained"], hire["cost"]) == (6000.0, 5538.46)
    assert hire["pays_for_itself"]
    assert "productive from the first week" in str(found)

"""Whom to hire by when: small teams worked out by hand."""

import datetime as dt

from examples import EXACT, FOUR_WEEKS, contract, manager, portfolio
from tsam_planner.planning.recipe import make_plan
from tsam_planner.portfolio.records import Profile
from tsam_planner.studies.hiring import staffing

START = FOUR_WEEKS["start"]


def planned(records):
    """Return the exact plan of four weeks."""
    return make_plan(records, **FOUR_WEEKS, options=EXACT)


def test_a_hire_is_needed_from_the_first_week_that_today_s_team_leaves_alone():
    """
    M-1 leaves on Friday 12 February; from the 15th on nobody has its customer's 20 cases.

    M-2 holds 20 of 30 itself. Lead and ramp of 3 + 5 weeks: hired by 21 December.
    """
    profile = Profile(profile_id="P-1", time_zone="Europe/Rome", lead_weeks=3, ramp_weeks=5)
    signed = [contract("C-1", cases=20), contract("C-2", cases=20)]
    leaver = manager("M-1", end_date=START + dt.timedelta(days=11))
    records = portfolio(
        signed,
        [leaver, manager("M-2")],
        today={"C-1": "M-1", "C-2": "M-2"},
        profiles=(profile,),
    )
    [row] = staffing(planned(records), options=EXACT).table.to_dict("records")
    assert f"{row['needed_by']:%Y-%m-%d}" == "2027-02-15"
    assert f"{row['hire_by']:%Y-%m-%d}" == "2026-12-21"


def test_a_hire_that_only_relieves_others_is_needed_when_somebody_is_unserved():
    """C-2 begins on 22 February; until then M-1, strained by C-1 alone, serves everybody."""
    profile = Profile(profile_id="P-1", time_zone="Europe/Rome", lead_weeks=0)
    signed = [
        contract("C-1", cases=20, need_hours=9.0),
        contract("C-2", cases=12, start_date=START + dt.timedelta(weeks=3)),
    ]
    records = portfolio(signed, [manager("M-1", weekly_hours=12.0)], profiles=(profile,))
    [row] = staffing(planned(records), options=EXACT).table.to_dict("records")
    assert f"{row['needed_by']:%Y-%m-%d}" == "2027-02-22"


def test_what_a_hire_serves_is_what_it_was_counted_for():
    """A change of hands that costs 20 x 80 points keeps no customer out of the staffing."""
    profile = Profile(profile_id="P-1", time_zone="Europe/Rome", lead_weeks=3)
    signed = [
        contract("C-1", cases=20, priority=5),
        contract("C-2", cases=20, handover_weight=20.0),
    ]
    records = portfolio(
        signed,
        [manager("M-1")],
        today={"C-1": "M-1", "C-2": "M-1"},
        profiles=(profile,),
    )
    found = staffing(planned(records), options=EXACT)
    [row] = found.table.to_dict("records")
    assert row["contracts_served"] == 1
    assert row["reason"].startswith("serves C-")
    assert "1 contract is not served in all weeks" in str(found)

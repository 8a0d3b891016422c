"""Hires: people of their own, however many of a profile came before them."""

import pytest

from examples import EXACT, FOUR_WEEKS, contract, manager, managers_of, portfolio
from tsam_planner.errors import ArgumentError
from tsam_planner.planning.recipe import make_plan
from tsam_planner.portfolio.records import Profile
from tsam_planner.studies.hires import hired, joined
from tsam_planner.studies.hiring import staffing
from tsam_planner.studies.repairs import find_repairs
from tsam_planner.studies.scenario import Scenario
from tsam_planner.studies.standing import stand
from tsam_planner.studies.team import smallest_team

PROFILE = Profile(profile_id="P-1", time_zone="Europe/Rome")
ONE_MORE = Scenario("one more", with_profiles={"P-1": 1})


def crowded():
    """Return three contracts of 20 cases, of which a person holds one, and one manager."""
    signed = [contract(f"C-{number}", cases=20) for number in (1, 2, 3)]
    return portfolio(signed, [manager("M-1")], profiles=(PROFILE,))


def planned(records):
    """Return the exact plan of four weeks."""
    return make_plan(records, **FOUR_WEEKS, options=EXACT)


def served(plan):
    """Return how many contracts have a manager, who are all different here."""
    owners = [name for name in managers_of(plan).values() if name is not None]
    assert len(set(owners)) == len(owners)
    return len(owners)


def test_the_same_hire_twice_is_two_people():
    """One manager serves one contract, one hire more two, another one all three."""
    once = ONE_MORE.apply(crowded())
    twice = ONE_MORE.apply(once)
    assert [served(planned(row)) for row in (crowded(), once, twice)] == [1, 2, 3]
    assert len({row.manager_id for row in twice.managers}) == 3


def test_staffing_tells_who_was_hired_before_from_who_is_to_be_hired():
    """Of three contracts M-1 and the hire of before serve two: one more hire serves one."""
    found = staffing(planned(ONE_MORE.apply(crowded())), options=EXACT)
    [row] = found.table.to_dict("records")
    assert (row["hires"], row["contracts_served"]) == (1, 1)


def test_the_smallest_team_counts_a_hire_of_before_as_one_of_the_team():
    """Two of three people are there, whatever they are called: one hire is left to make."""
    for name in ("hire P-1", "hire P-1 1"):
        records = joined(crowded(), [manager(name)])
        team = smallest_team(planned(records), options=EXACT)
        assert (team.hires, team.people, team.unserved) == ({"P-1": 1}, 3, ())


def test_a_repair_that_hires_can_be_applied_again():
    """Each application serves one contract more: two, then all three."""
    plan = planned(crowded())
    left = next(name for name, owner in managers_of(plan).items() if owner is None)
    repairs = find_repairs(stand(plan), left, seconds=20)
    [hire] = [row for row in repairs if row.text == "one more P-1 were hired"]
    once = hire.apply(crowded())
    assert [served(planned(row)) for row in (once, hire.apply(once))] == [2, 3]


def test_a_profile_without_a_time_zone_hires_nobody():
    """Nobody knows whom such people could call."""
    with pytest.raises(ArgumentError, match="profile P-2 has no time zone"):
        hired([Profile(profile_id="P-2")], [])

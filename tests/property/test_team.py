"""The smallest team is that of every team and every plan, and its bound is never above it."""

import datetime as dt
from itertools import product

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from every_plan import is_whole_plan
from examples import EXACT, FOUR_WEEKS, HORIZON, contract, manager, portfolio
from tsam_planner.facts import gather_facts
from tsam_planner.planning.recipe import make_plan
from tsam_planner.planning.searches import SolveOptions
from tsam_planner.portfolio.records import Profile
from tsam_planner.service.policy import Policy
from tsam_planner.studies.scenario import Scenario
from tsam_planner.studies.team import smallest_team

PRODUCTS = ("Creo", "Windchill")
SLOW = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@st.composite
def understaffed(draw):
    """Draw up to three contracts, one or two managers, and two profiles of people to hire."""
    skills = st.sets(st.sampled_from(PRODUCTS)).map(lambda names: tuple(sorted(names)))
    signed = [
        contract(
            f"C-{number}",
            cases=draw(st.integers(0, 31)),
            need_hours=draw(st.integers(0, 12)),
            products=draw(skills),
        )
        for number in range(draw(st.integers(1, 3)))
    ]
    team = [
        manager(f"M-{number}", products=draw(skills))
        for number in range(draw(st.integers(1, 2)))
    ]
    profiles = [
        Profile(
            profile_id=f"P-{number}",
            time_zone=draw(st.sampled_from(["Europe/Rome", "Asia/Tokyo"])),
            products=draw(skills),
            max_hires=draw(st.sampled_from([None, 0, 1, 2])),
        )
        for number in range(2)
    ]
    return portfolio(signed, team, profiles=tuple(profiles))


def fewest(records, *, keep_team):
    """Return contracts left and people counted of the best of all teams and all plans."""
    ids = [signed.contract_id for signed in records.contracts]
    most = {
        profile.profile_id: len(ids) if profile.max_hires is None else profile.max_hires
        for profile in records.profiles
    }
    found = []
    for counts in product(*(range(min(most[name], len(ids)) + 1) for name in most)):
        hires = {name: count for name, count in zip(most, counts, strict=True) if count}
        staffed = Scenario("hires", with_profiles=hires).apply(records)
        facts = gather_facts(staffed, HORIZON, records.policy)
        people = [None, *(person.manager_id for person in staffed.managers)]
        for owners in product(people, repeat=len(ids)):
            if is_whole_plan(facts, dict(zip(ids, owners, strict=True))):
                used = {owner for owner in owners if owner is not None}
                counted = sum(counts) if keep_team else len(used)
                found.append((owners.count(None), counted))
    return min(found)


@SLOW
@given(understaffed(), st.booleans())
def test_the_smallest_team_is_that_of_every_team_and_every_plan(records, keep_team):
    """As many contracts served as by anybody, then the fewest people; the bound says so."""
    plan = make_plan(records, **FOUR_WEEKS, options=EXACT)
    team = smallest_team(plan, keep_team=keep_team, options=SolveOptions(time_limit=20))
    left, people = fewest(records, keep_team=keep_team)
    assert (len(team.unserved), team.count) == (left, people)
    assert team.least <= people
    assert team.is_proven


def test_a_limit_of_handovers_holds_for_teams_as_well():
    """M-1 has gone, and no customer may change hands: no hire can serve C-1 either."""
    gone = manager("M-1", end_date=HORIZON.start - dt.timedelta(days=3))
    records = portfolio(
        [contract("C-1"), contract("C-2")],
        [gone, manager("M-2")],
        today={"C-1": "M-1", "C-2": "M-2"},
        policy=Policy(max_handovers=0),
        profiles=(Profile(profile_id="P-1", time_zone="Europe/Rome"),),
    )
    team = smallest_team(make_plan(records, **FOUR_WEEKS, options=EXACT), options=EXACT)
    assert (team.count, team.unserved, team.is_proven) == (0, ("C-1",), True)


def test_a_limit_of_handovers_counts_a_customer_of_two_stretches_once():
    """
    M-1 leaves in the middle: one of its two customers may go to M-2, the other waits.

    M-2 has room for both, so no hire is needed, and none would help.
    """
    leaver = manager("M-1", end_date=HORIZON.start + dt.timedelta(days=11))
    records = portfolio(
        [contract("C-1"), contract("C-2")],
        [leaver, manager("M-2")],
        today={"C-1": "M-1", "C-2": "M-1"},
        policy=Policy(max_handovers=1),
        profiles=(Profile(profile_id="P-1", time_zone="Europe/Rome"),),
    )
    plan = make_plan(records, **FOUR_WEEKS, options=EXACT)
    team = smallest_team(plan, options=EXACT)
    assert (team.count, len(team.unserved), team.is_proven) == (0, 1, True)
    whole = smallest_team(plan, keep_team=False, options=EXACT)
    assert (whole.people, len(whole.unserved)) == (2, 1)


def test_a_count_by_planning_figures_says_so_where_a_risk_is_accepted():
    """18 and 11 cases fit one book of 30 on average, and not with a chance of 5 %."""
    records = portfolio(
        [contract("C-1", cases=18), contract("C-2", cases=11)],
        [manager("M-1")],
        policy=Policy(risk=0.05),
        profiles=(Profile(profile_id="P-1", time_zone="Europe/Rome"),),
    )
    team = smallest_team(make_plan(records, **FOUR_WEEKS, options=EXACT), options=EXACT)
    assert team.count == 0
    assert "by planning figures, a risk of 5.0% may need more" in str(team)

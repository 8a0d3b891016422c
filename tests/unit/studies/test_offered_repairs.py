"""Which changes are offered: the cheapest of all kinds, and none that plays no part."""

import dataclasses

import pytest

from examples import EXACT, FOUR_WEEKS, contract, manager, managers_of, portfolio
from tsam_planner.planning.recipe import make_plan
from tsam_planner.portfolio.records import Pin, Profile
from tsam_planner.studies.explanation import explain
from tsam_planner.studies.repair_candidates import repair_candidates
from tsam_planner.studies.repairs import find_repairs
from tsam_planner.studies.standing import stand

FULL = range(1, 4)


def planned(records):
    """Return the exact plan of four weeks."""
    return make_plan(records, **FOUR_WEEKS, options=EXACT)


def by_hand(records, **owners):
    """Return a plan in which people gave contracts to managers (``C_1="M-1"``)."""
    plan = planned(records)
    people = [owners.get(name.replace("-", "_")) for name in plan.assignments["contract_id"]]
    states = ["unassigned" if who is None else "assigned" for who in people]
    table = plan.assignments.assign(manager_id=people, backup_id=None, status=states)
    return dataclasses.replace(plan, assignments=table)


@pytest.fixture(scope="module")
def crowded():
    """
    Return a plan of three full managers and a free one who is banned from C-9.

    Each full one would have to hold 31 cases, and C-9 would get another manager than
    today's; lifting the ban keeps today's.
    """
    names = [f"M-{number}" for number in (0, *FULL)]
    signed = [
        contract(f"C-{number}", cases=30, priority=9, products=(f"p{number}",))
        for number in FULL
    ]
    team = [manager(name, products=(f"p{name[2:]}",)) for name in names]
    ban = Pin(contract_id="C-9", manager_id="M-0", rule="forbid", reason="wish")
    today = {**{f"C-{number}": f"M-{number}" for number in FULL}, "C-9": "M-0"}
    records = portfolio([*signed, contract("C-9", cases=1)], team, today=today, pins=(ban,))
    return planned(records)


def test_the_cheapest_repairs_are_kept_whatever_their_kind(crowded):
    """
    A handover costs 80 points more than none: the ban is cheaper than any limit of cases.

    One of each kind is tried in turn, and all four of them in the time given.
    """
    found = find_repairs(stand(crowded), "C-9", seconds=20)
    ban, *others = found
    assert (ban.text, ban.manager_id) == ("the ban of M-0 were lifted", "M-0")
    assert [row.text for row in others] == [
        f"M-{number} could hold 31 cases (now 30)" for number in FULL
    ]
    assert {row.points - ban.points for row in others} == {80.0}
    assert found.cut == ()


def test_a_list_cut_by_count_keeps_the_cheapest_and_says_so(crowded):
    """Of four repairs two are asked for."""
    found = find_repairs(stand(crowded), "C-9", seconds=20, most=2)
    assert [row.manager_id for row in found] == ["M-0", "M-1"]
    assert found.cut == ("count",)


def all_full(**tables):
    """Return three managers with 30 cases each, and C-9 of 1, whose manager is M-3 today."""
    signed = [
        contract(f"C-{number}", cases=30, priority=9, products=(f"p{number}",))
        for number in FULL
    ]
    team = [manager(f"M-{number}", products=(f"p{number}",)) for number in FULL]
    today = {**{f"C-{number}": f"M-{number}" for number in FULL}, "C-9": "M-3"}
    return portfolio([*signed, contract("C-9", cases=1)], team, today=today, **tables)


def test_the_cheapest_repair_is_kept_though_it_was_found_last():
    """With M-1 and M-2 it costs a handover, with M-3, the last to be tried, it does not."""
    found = find_repairs(stand(planned(all_full())), "C-9", seconds=20, most=1)
    assert [row.text for row in found] == ["M-3 could hold 31 cases (now 30)"]
    assert found.cut == ("count",)


def test_kinds_of_change_take_turns():
    """One limit, one hire, and then the other limits: a short time does not go to one kind."""
    hire = Profile(profile_id="P-1", time_zone="Europe/Rome")
    plan = planned(all_full(profiles=(hire,)))
    assert [row.text for row in repair_candidates(stand(plan), "C-9")] == [
        "M-1 could hold 31 cases (now 30)",
        "one more P-1 were hired",
        "M-2 could hold 31 cases (now 30)",
        "M-3 could hold 31 cases (now 30)",
    ]


def test_a_list_cut_by_time_says_so(crowded):
    """No second is given: nothing was tried, and nothing is claimed."""
    found = find_repairs(stand(crowded), "C-9", seconds=0.0)
    assert (found.found, found.cut) == ((), ("time",))


def test_explain_says_why_its_list_of_repairs_is_cut(crowded):
    """In words and as an attribute; a list that is whole says nothing."""
    hasty = explain(crowded, "C-9", seconds=1e-3)
    assert hasty.repairs_cut == ("time",)
    assert "not every change was tried in the time" in str(hasty)
    whole = explain(crowded, "C-9", seconds=20)
    assert len(whole.repairs) == 4
    assert whole.repairs_cut == ()
    assert "not every change" not in str(whole)
    assert "more would do" not in str(whole)
    cut = dataclasses.replace(whole, repairs=whole.repairs[:2], repairs_cut=("count",))
    assert "more would do; these are the 2 cheapest that were found" in str(cut)


def test_nothing_has_to_change_where_somebody_has_room():
    """
    M-1 has 20 cases and M-2 has 12; C-9's 18 make 30 with M-2.

    Somebody left it out by hand: 20 h at 10 points are saved by giving it to M-2. To let
    M-1 hold 38 would be of no use.
    """
    signed = [contract("C-1", cases=20), contract("C-2", cases=12), contract("C-9", cases=18)]
    records = portfolio(signed, [manager("M-1"), manager("M-2")])
    plan = by_hand(records, C_1="M-1", C_2="M-2")
    found = find_repairs(stand(plan), "C-9", seconds=20)
    assert (found.found, found.as_it_is) == ((), ({"C-9": "M-2"}, -200.0))
    told = explain(plan, "C-9", seconds=20)
    assert told.fits_as_it_is
    assert told.repairs == ()
    assert "fits as it is: C-9 to M-2 (-200 points)" in str(told)
    assert "fits if" not in str(told)


def rearranged():
    """
    Return a plan by hand in which C-9 fits once two others have changed places.

    Cases: C-1 and C-3 (14 + 8) with M-1, C-2 (14) with M-2, and C-9 has 18, which is more
    than 30 with either. With C-1 and C-2 (28) at M-1, M-2 holds C-3 and C-9 (26). M-2 has
    12 deployable hours, so that C-2's 8 and C-9's 5 are too many as well: the only change
    that is tried lets M-1 hold 40 cases, at 80 points for a handover of C-9.
    """
    signed = [
        contract("C-1", cases=14, need_hours=1.0),
        contract("C-2", cases=14, need_hours=8.0),
        contract("C-3", cases=8, need_hours=1.0),
        contract("C-9", cases=18),
    ]
    team = [manager("M-1"), manager("M-2", weekly_hours=15.0)]
    records = portfolio(signed, team, today={"C-9": "M-2"})
    return by_hand(records, C_1="M-1", C_2="M-2", C_3="M-1")


def test_a_change_is_no_repair_if_the_plan_made_with_it_does_not_need_it():
    """The plan made again after the change keeps every rule without it, too."""
    found = find_repairs(stand(rearranged()), "C-9", seconds=20)
    assert found.found == ()
    owners, points = found.as_it_is
    assert owners == {"C-2": "M-1", "C-3": "M-2", "C-9": "M-2"}
    assert points < 0


def test_explain_says_that_others_change_places():
    """No change of the data is needed, and nobody waits."""
    told = explain(rearranged(), "C-9", seconds=20)
    assert told.fits_as_it_is
    assert told.repairs == ()
    assert told.others_wait == {"C-2": "M-1", "C-3": "M-2", "C-9": "M-2"}


def test_a_plan_in_which_somebody_else_waits_is_not_how_it_fits_as_it_is():
    """C-1 (20 cases) costs less than C-2 (12) while left out: a better plan, not for all."""
    signed = [contract("C-1", cases=20), contract("C-2", cases=12, priority=2)]
    plan = by_hand(portfolio(signed, [manager("M-1")]), C_1="M-1")
    told = explain(plan, "C-2", seconds=20)
    assert told.others_wait == {"C-1": None, "C-2": "M-1"}
    assert told.others_points == -200.0
    assert not told.fits_as_it_is
    assert [row.text for row in told.repairs] == ["M-1 could hold 32 cases (now 30)"]


def test_a_limit_is_raised_by_what_is_exceeded():
    """25 and 12 cases are 37; neither 31 or 32, nor 42 as if all 12 were too many."""
    signed = [contract("C-1", cases=25, priority=2), contract("C-2", cases=12)]
    plan = planned(portfolio(signed, [manager("M-1")]))
    [repair] = find_repairs(stand(plan), "C-2", seconds=20)
    assert repair.text == "M-1 could hold 37 cases (now 30)"


def test_one_other_contract_that_waits_is_considered_however_short_the_search():
    """
    C-9 fits if one of M-1's two contracts waits; the one of fewer hours costs less.

    C-9 leaves 4 x 5 h = 200 points, C-2 another 4 x 5 h = 200, C-1 4 x 6 h = 240: no points
    are lost with C-2, whatever a search of no time at all finds.
    """
    signed = [
        contract("C-1", cases=15, need_hours=6.0),
        contract("C-2", cases=15),
        contract("C-9", cases=15),
    ]
    plan = planned(portfolio(signed, [manager("M-1")]))
    assert managers_of(plan)["C-1"] == "M-1"
    [left] = [name for name, who in managers_of(plan).items() if who is None]
    found = explain(plan, left, seconds=0.01)
    [other] = set(found.others_wait) - {left}
    assert found.others_wait == {left: "M-1", other: None}
    assert found.others_points == 0

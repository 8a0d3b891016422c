"""Why, what if, and whom to hire: small cases with answers worked out by hand."""

import datetime as dt
from itertools import product

import pytest

from examples import EXACT, FOUR_WEEKS, contract, manager, managers_of, portfolio, updated
from tsam_planner.errors import ArgumentError
from tsam_planner.planning.recipe import make_plan
from tsam_planner.planning.searches import SolveOptions
from tsam_planner.portfolio.records import Pin, Profile
from tsam_planner.studies.difference import compare_plans, diff_plans
from tsam_planner.studies.explanation import explain
from tsam_planner.studies.frontier import handover_frontier
from tsam_planner.studies.hiring import staffing
from tsam_planner.studies.moves import recommend, try_move
from tsam_planner.studies.plan_figures import figures_of
from tsam_planner.studies.replanning import replan, with_contract, without
from tsam_planner.studies.scenario import Scenario
from tsam_planner.studies.scenarios import plan_scenarios
from tsam_planner.studies.sell_or_hire import sell_or_hire
from tsam_planner.studies.team import smallest_team

START = FOUR_WEEKS["start"]


def planned(records, **options):
    """Return the exact plan of four weeks."""
    return make_plan(records, **FOUR_WEEKS, options=EXACT, **options)


def crowded(**tables):
    """Return two contracts of 20 and 12 cases and one manager for 30, and that plan."""
    signed = [
        contract("C-1", cases=20, need_hours=5, priority=2),
        contract("C-2", cases=12, need_hours=5),
    ]
    records = portfolio(signed, [manager("M-1")], **tables)
    return records, planned(records)


def test_every_repair_serves_the_contract_once_it_is_applied():
    """32 cases do not fit into 30: two more would do, and so would another manager."""
    profile = Profile(profile_id="P-1", time_zone="Europe/Rome")
    records, plan = crowded(profiles=(profile,))
    assert managers_of(plan) == {"C-1": "M-1", "C-2": None}
    found = explain(plan, "C-2", seconds=20)
    assert not found.is_served
    texts = [repair.text for repair in found.repairs]
    assert "M-1 could hold 32 cases (now 30)" in texts
    assert "one more P-1 were hired" in texts
    for repair in found.repairs:
        again = planned(repair.apply(records))
        assert managers_of(again)["C-2"] == repair.manager_id
        assert again.objective - plan.objective == pytest.approx(repair.points)


def test_the_cheapest_plan_that_serves_it_leaves_the_other_one_out():
    """C-2 costs 200 points when left out (20 h at 10), C-1 400: the change is +200."""
    _, plan = crowded()
    found = explain(plan, "C-2", seconds=10)
    assert found.others_wait == {"C-1": None, "C-2": "M-1"}
    assert found.others_points == pytest.approx(200)


def test_no_chain_is_told_where_none_breaks_no_rule():
    """C-3 can be with M-1 only, and 20 and 12 cases are more than 30."""
    signed = [
        contract("C-1", cases=20),
        contract("C-2", cases=5),
        contract("C-3", cases=12, products=("Creo",)),
    ]
    team = [manager("M-1", products=("Creo",)), manager("M-2")]
    records = portfolio(signed, team, today={"C-1": "M-1", "C-2": "M-2", "C-3": "M-1"})
    plan = planned(records)
    # C-1 has moved already; moving it back needs C-3 to go, and nobody else knows Creo.
    assert managers_of(plan) == {"C-1": "M-2", "C-2": "M-2", "C-3": "M-1"}
    table = explain(plan, "C-1").alternatives.set_index("manager_id")
    row = table.loc["M-1"]
    assert not row["fits"]
    assert row["chain"] == ""
    assert try_move(plan, "C-1", "M-1").broken


def test_a_chain_of_moves_makes_room():
    """C-1 (20 cases) fits with M-1 once C-2 (12) has gone to M-2, at 80 points each."""
    signed = [contract("C-1", cases=20), contract("C-2", cases=12)]
    records = portfolio(
        signed, [manager("M-1"), manager("M-2")], today={"C-1": "M-2", "C-2": "M-1"}
    )
    table = explain(planned(records), "C-1").alternatives.set_index("manager_id")
    assert table.loc["M-1", "chain"] == "C-2 to M-2 (+160.0 points in all)"


def test_pins_that_cannot_hold_together_are_named_without_the_harmless_one():
    """20 and 12 cases pinned to one manager are too many; the third contract has none."""
    signed = [contract("C-1", cases=20), contract("C-2", cases=12), contract("C-3", cases=0)]
    pins = tuple(
        Pin(contract_id=f"C-{number}", manager_id="M-1", rule="pin") for number in (1, 2, 3)
    )
    records = portfolio(signed, [manager("M-1"), manager("M-2")], pins=pins)
    plan = planned(records)
    [left] = [name for name, who in managers_of(plan).items() if who is None]
    found = explain(plan, left, seconds=10)
    assert set(found.pins) == {"C-1 to M-1", "C-2 to M-1"}


def test_who_serves_a_contract_for_some_weeks_is_told_so_where_it_does_not_fit():
    """M-1 joins in the third week of four and has C-1 from then on; 10 days are missing."""
    records = portfolio([contract()], [manager(start_date=START + dt.timedelta(weeks=2))])
    plan = planned(records)
    assert plan.assignments["manager_id"].tolist() == [None, "M-1"]
    [row] = recommend(plan, "C-1").to_dict("records")
    assert not row["fits"]
    assert row["reason"].startswith(
        "serves it from 2027-02-15 to the week of 2027-02-22; the whole term is what is looked "
        "at: C-1 with M-1: is not employed on 10 days, first on 2027-02-01"
    )


def test_recommend_ranks_who_fits_before_who_does_not():
    """M-3 lacks the product and has no points."""
    signed = [contract("C-1", products=("Creo",))]
    team = [
        manager("M-1", products=("Creo",)),
        manager("M-2", products=("Creo",)),
        manager("M-3"),
    ]
    plan = planned(portfolio(signed, team, today={"C-1": "M-1"}))
    table = recommend(plan, "C-1")
    assert table["manager_id"].tolist() == ["M-1", "M-2", "M-3"]
    assert table["change"].tolist()[:2] == [0.0, 80.0]
    assert "does not know Creo" in table["reason"].iloc[2]
    with pytest.raises(ArgumentError, match="no contract 'C-9'"):
        recommend(plan, "C-9")


def test_the_smallest_team_is_that_of_brute_force():
    """
    Three contracts of 16 cases: no two fit into 30, so three people are needed.

    48 cases over 30 a head would be two: a rule of thumb that is wrong.
    """
    signed = [contract(f"C-{number}", cases=16) for number in (1, 2, 3)]
    profiles = (
        Profile(profile_id="P-1", time_zone="Europe/Rome"),
        Profile(profile_id="P-2", time_zone="Asia/Tokyo"),
    )
    records = portfolio(signed, [manager("M-1")], profiles=profiles)
    plan = planned(records)
    team = smallest_team(plan)
    fewest = min(
        sum(hires)
        for hires in product(range(4), range(4))
        # Tokyo shares no hour with Rome; each of the others holds one contract.
        if 1 + hires[0] >= 3
    )
    assert (team.count, team.least, team.hires) == (fewest, 2, {"P-1": 2})
    assert team.is_proven
    assert smallest_team(plan, keep_team=False).people == 3


def test_hires_are_needed_by_a_week_and_to_be_hired_before():
    """The second contract starts in the third week; eight weeks of lead, four of ramp."""
    late = START + dt.timedelta(weeks=2)
    signed = [contract("C-1", cases=20), contract("C-2", cases=12, start_date=late)]
    profile = Profile(profile_id="P-1", time_zone="Europe/Rome", lead_weeks=8, ramp_weeks=4)
    records = portfolio(signed, [manager("M-1")], today={"C-1": "M-1"}, profiles=(profile,))
    [row] = staffing(planned(records)).table.to_dict("records")
    assert (row["hires"], row["contracts_served"]) == (1, 1)
    assert row["needed_by"].date() == late
    assert row["hire_by"].date() == late - dt.timedelta(weeks=12)


def test_a_difference_says_who_moves_and_what_it_costs():
    """M-1 leaves: C-1 changes hands, 80 points; every figure is of the plans' own tables."""
    records = portfolio(
        [contract("C-1")], [manager("M-1"), manager("M-2")], today={"C-1": "M-1"}
    )
    base = planned(records)
    other = planned(Scenario("leaves", without_managers=["M-1"]).apply(records))
    found = diff_plans(base, other)
    [move] = found.moves.to_dict("records")
    assert (move["from_managers"], move["to_managers"], move["forced"]) == ("M-1", "M-2", True)
    assert found.customers_to_tell == ("C-1",)
    assert found.goals.set_index("goal")["change"]["handover"] == 80.0
    hours = other.contract_weeks["planned_hours"].sum()
    assert found.hours_moved == hours
    table = compare_plans({"base": base, "leaves": other})
    assert table["against_first"].tolist() == ["", "worse"]
    assert table["points"].tolist() == [base.objective, other.objective]
    assert figures_of(other)["forced handovers"] == 1


def test_scenarios_leave_the_base_alone_and_a_broken_one_stops_nobody():
    """Need grows by half for one offering only."""
    records, _ = crowded()
    before = records.content_hash
    answers = plan_scenarios(
        records,
        [
            Scenario("base"),
            Scenario("more", need_factor={"tsam": 1.5}),
            Scenario("broken", lost=["C-9"]),
            Scenario("limit", policy={"max_open_cases": 32}),
        ],
        **FOUR_WEEKS,
        options=EXACT,
    )
    assert records.content_hash == before
    assert "unknown C-9" in answers.errors["broken"]
    assert answers["more"].contract_weeks["need_hours"].max() == 7.5
    assert managers_of(answers["limit"]) == {"C-1": "M-1", "C-2": "M-1"}
    with pytest.raises(ArgumentError, match="has no plan"):
        answers["broken"]


def test_two_scenarios_compose():
    """Of 5 h of the contract that stays, 5 x 1.1 x 2 = 11; the later policy wins."""
    both = Scenario("a", need_factor=1.1, policy={"max_open_cases": 31}, lost=["C-1"]).then(
        Scenario("b", need_factor=2.0, policy={"max_open_cases": 32})
    )
    changed = both.apply(crowded()[0])
    assert [row.contract_id for row in changed.contracts] == ["C-2"]
    assert changed.contracts[0].need_hours == pytest.approx(11.0)
    assert changed.policy.max_open_cases == 32
    with pytest.raises(ArgumentError, match="no key 'nonsense'"):
        Scenario("c", policy={"nonsense": 1}).apply(crowded()[0])


def test_planning_again_keeps_who_was_published():
    """Nobody is anybody's manager today; the plan's managers are what people have by then."""
    signed = [contract(f"C-{number}") for number in (1, 2, 3)]
    plan = planned(portfolio(signed, [manager("M-1"), manager("M-2")]))
    again = replan(plan, START + dt.timedelta(weeks=1), options=EXACT)
    assert managers_of(again) == managers_of(plan)
    assert again.horizon.weeks == 3
    assert again.goals["handover"] == 0
    with pytest.raises(ArgumentError, match="expected a Monday of the plan"):
        replan(plan, START + dt.timedelta(days=1))


def test_who_leaves_serves_nothing_from_then_on():
    """The other manager takes all."""
    signed = [contract("C-1"), contract("C-2")]
    records = portfolio(
        signed, [manager("M-1"), manager("M-2")], today={"C-1": "M-1", "C-2": "M-2"}
    )
    plan = without(planned(records), "M-1", START + dt.timedelta(weeks=1), options=EXACT)
    assert managers_of(plan) == {"C-1": "M-2", "C-2": "M-2"}
    more = with_contract(plan, contract("C-9"), options=EXACT)
    assert managers_of(more)["C-9"] == "M-2"


def test_fewer_changes_of_hands_cost_points():
    """M-1 leaves before the plan: without a change of hands both contracts wait."""
    signed = [contract("C-1"), contract("C-2")]
    gone = manager("M-1", end_date=START - dt.timedelta(days=3))
    records = portfolio(signed, [gone, manager("M-2")], today={"C-1": "M-1", "C-2": "M-1"})
    table = handover_frontier(planned(records), [0, 1, 2], options=EXACT)
    assert table["handovers"].tolist() == [0, 1, 2]
    assert table["contracts_served"].tolist() == [0, 1, 2]
    assert table["points"].is_monotonic_decreasing
    assert (table["bound"] <= table["points"]).all()


def test_hours_to_sell_and_hours_to_hire_for_are_two_things():
    """Case 4: 13 h are 3 above; and 12 cases that nobody has room for are to be hired for."""
    profile = Profile(profile_id="P-1", time_zone="Europe/Rome")
    records, _ = crowded(profiles=(profile,))
    signed = (updated(records.contracts[0], need_hours=13.0), records.contracts[1])
    plan = planned(updated(records, contracts=signed))
    found = sell_or_hire(plan, options=EXACT)
    whole = found.hours.iloc[0]
    # Four weeks of 3 h above, and four of 5 h without a manager.
    assert (whole["unfunded_hours"], whole["unassigned_hours"]) == (12.0, 20.0)
    [row] = found.hires.to_dict("records")
    assert (row["contracts_served"], row["hours_served"]) == (1, 20.0)
    assert "1 more contract" in str(found)


def test_a_looser_limit_is_never_worse_however_short_the_search():
    """A hair's breadth of work for each limit; every search starts from what is known."""
    signed = [contract(f"C-{n}", need_hours=3.0 + n % 4) for n in range(12)]
    team = [manager(f"M-{n}") for n in range(4)]
    today = {row.contract_id: f"M-{n % 2}" for n, row in enumerate(signed)}
    plan = planned(portfolio(signed, team, today=today))
    hasty = SolveOptions(work_limit=1e-6, num_workers=1)
    table = handover_frontier(plan, range(0, 9, 2), options=hasty)
    assert table["points"].is_monotonic_decreasing
    assert table["bound"].is_monotonic_decreasing
    assert table["points"].iloc[-1] <= plan.objective + 1e-9

"""Scenarios: changes as values, the base untouched."""

import copy
import datetime as dt
import pickle
from decimal import Decimal
from pathlib import Path

import pytest

from examples import EXACT, FOUR_WEEKS, contract, manager, managers_of, portfolio
from scenario_examples import NONSENSE, START, base, needs, prospect
from tsam_planner.errors import ArgumentError, PortfolioError
from tsam_planner.io.portfolios import read_portfolio
from tsam_planner.planning.recipe import make_plan
from tsam_planner.portfolio.records import (
    Assignment,
    DemandWeek,
    Holiday,
    Pin,
    Profile,
)
from tsam_planner.studies.scenario import Scenario, changed_policy

EVERYTHING = Scenario(
    "everything",
    without_managers=["M-2"],
    with_managers=[manager("M-3")],
    with_profiles={"P-1": 2},
    need_factor=1.5,
    won=["C-9"],
    lost=["C-1"],
    policy={"averaging_weeks": 2},
    holidays=[Holiday(calendar="IT", date=START)],
    rate_factor=2.0,
)


def test_a_scenario_never_touches_its_base():
    """Every kind of change at once; the base's fingerprint stays, that of the copy differs."""
    records = base(
        prospects=(prospect("C-9"),),
        profiles=(Profile(profile_id="P-1", time_zone="Europe/Rome"),),
        demand=(DemandWeek(contract_id="C-2", week=START, need_hours=8.0),),
    )
    before = records.content_hash
    changed = EVERYTHING.apply(records)
    make_plan(changed, **FOUR_WEEKS, options=EXACT)
    assert records.content_hash == before
    assert changed.content_hash != before


def test_a_prospect_that_is_won_is_planned():
    """It leaves the prospects, and somebody serves it."""
    records = base(prospects=(prospect("C-9"), prospect("C-8")))
    changed = Scenario("won", won=["C-9"]).apply(records)
    assert [row.contract_id for row in changed.prospects] == ["C-8"]
    assert managers_of(make_plan(changed, **FOUR_WEEKS, options=EXACT))["C-9"] is not None


def test_what_belongs_to_a_lost_contract_goes_with_it():
    """Today's manager, pins and demand; a plan of the rest is made."""
    records = base(
        pins=(Pin(contract_id="C-1", manager_id="M-1", rule="pin"),),
        demand=(DemandWeek(contract_id="C-1", week=START, need_hours=8.0),),
    )
    changed = Scenario("lost", lost=["C-1"]).apply(records)
    assert changed.pins == changed.demand == ()
    assert {row.contract_id for row in changed.assignments} == {"C-2", "C-3"}
    plan = make_plan(changed, **FOUR_WEEKS, options=EXACT)
    assert set(managers_of(plan)) == {"C-2", "C-3"}


def test_who_leaves_stays_listed_and_serves_nothing():
    """M-1's contract is handed over, for 80 points."""
    changed = Scenario("leaves", without_managers=["M-1"]).apply(base())
    assert Assignment(contract_id="C-1", manager_id="M-1") in changed.assignments
    plan = make_plan(changed, **FOUR_WEEKS, options=EXACT)
    assert set(managers_of(plan).values()) == {"M-2"}
    assert plan.goals["handover"] == 80.0


def test_hires_of_a_profile_are_people_of_their_own():
    """Two of one profile, with names of their own, each with the profile's skills."""
    profile = Profile(profile_id="P-1", time_zone="Europe/Rome", products=("Creo",))
    changed = Scenario("hired", with_profiles={"P-1": 2}).apply(base(profiles=(profile,)))
    hires = [row for row in changed.managers if row.manager_id not in ("M-1", "M-2")]
    assert len({row.manager_id for row in hires}) == 2
    assert {row.products for row in hires} == {("Creo",)}


def test_keys_of_policy_tables_are_named_with_a_dot():
    """The overage window is a key of a table; both levels change, the rest stays."""
    policy = base().policy
    changed = changed_policy(policy, {"max_open_cases": 25, "goals.handover": 10.0})
    assert (changed.max_open_cases, changed.goals.handover) == (25, 10.0)
    assert (
        changed.model_copy(
            update={"max_open_cases": policy.max_open_cases, "goals": policy.goals}
        )
        == policy
    )


def test_a_day_off_more_takes_no_other_day_away():
    """
    Italy, weeks of 4 to 25 January 2027: Epiphany stays a holiday, 18 January becomes one.

    40 h a week less 8 h for each: 32, 40, 32, 40, where the base has 32, 40, 40, 40.
    """
    records = portfolio([contract(country="IT")], [manager(country="IT")])
    january = {"start": dt.date(2027, 1, 4), "weeks": 4, "options": EXACT}
    day = Holiday(calendar="IT", date=dt.date(2027, 1, 18))
    changed = Scenario("closed", holidays=[day]).apply(records)
    hours = make_plan(changed, **january).manager_weeks["available_hours"].tolist()
    assert hours == [32.0, 40.0, 32.0, 40.0]
    assert make_plan(records, **january).manager_weeks["available_hours"].tolist() == [
        32.0, 40.0, 40.0, 40.0,
    ]  # fmt: skip


def test_a_day_that_is_listed_already_keeps_its_larger_share():
    """Half of a closure of the company's own list, and half of a half day: one row each."""
    listed = (
        Holiday(calendar="IT", date=START),
        Holiday(calendar="IT", date=START + dt.timedelta(1), fraction=0.25),
    )
    half = [row.model_copy(update={"fraction": 0.5}) for row in listed]
    changed = Scenario("half", holidays=half).apply(base(holidays=listed))
    # Rows of the company's own list stay such rows: its list is still what holds.
    assert [(row.fraction, row.is_added) for row in changed.holidays] == [
        (1.0, False), (0.5, False),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "changes",
    [
        {"goals": {"unassigned": 5.0}, "overage": {"window": 8}},
        {"goals.unassigned": 5.0, "overage.window": 8},
    ],
)
def test_other_weights_of_a_table_stay_those_of_the_base(changes):
    """A base that weighs handovers 10 still does, whichever way the other weight is named."""
    own = changed_policy(base().policy, {"goals.handover": 10.0})
    changed = Scenario("cheaper", policy=changes).apply(base(policy=own)).policy
    assert (changed.goals.handover, changed.goals.unassigned) == (10.0, 5.0)
    expected = changed_policy(own, {"goals.unassigned": 5.0, "overage.window": 8})
    assert changed == expected


def test_a_scenario_stays_what_it_was():
    """Changed dicts and lists of the caller change nothing; equal scenarios hash alike."""
    given = {
        "policy": {"goals": {"strain": [1.0, 2.0]}},
        "with_profiles": {"P-1": 1},
        "need_factor": {"tsam": 2.0},
        "lost": ["C-1"],
    }
    one, two = Scenario("x", **given), Scenario("x", **copy.deepcopy(given))
    given["policy"]["goals"]["strain"].append(3.0)
    given["with_profiles"]["P-1"] = given["need_factor"]["tsam"] = 9
    given["lost"].append("C-2")
    assert one == two
    assert len({one, two, pickle.loads(pickle.dumps(two)), EVERYTHING}) == 2
    for table in (one.policy, one.with_profiles, one.need_factor):
        with pytest.raises(TypeError, match="does not support item assignment"):
            table["x"] = 1


def test_prices_of_additional_hours_are_multiplied():
    """EUR 120 an hour, ten percent more; who has no price of its own gets none."""
    changed = Scenario("dearer", rate_factor=1.1).apply(base())
    prices = {row.contract_id: row.extra_hour_rate for row in changed.contracts}
    assert prices == {"C-1": Decimal("132.0"), "C-2": None, "C-3": None}


def test_a_scenario_without_changes_is_its_base():
    """With prices, too: 190 times 1.0 would be 190.0, another text with another fingerprint."""
    sample = read_portfolio(Path(__file__).parents[3] / "data" / "sample")
    assert sample.rates
    same = Scenario("base").apply(sample)
    assert same.content_hash == sample.content_hash
    dearer = Scenario("dearer", rate_factor=1.1).apply(sample)
    assert dearer.rates[0].rate == sample.rates[0].rate * Decimal("1.1")


@pytest.mark.parametrize(
    ("scenario", "message"),
    [
        (Scenario("x", without_managers=["M-9"]), "without_managers has unknown M-9"),
        (Scenario("x", won=["C-1"]), "won has unknown C-1"),
        (Scenario("x", lost=["C-8", "C-9"]), "lost has unknown C-8, C-9"),
        (Scenario("x", with_profiles={"P-9": 1}), "with_profiles has unknown P-9"),
        (Scenario("x", with_managers=[manager("M-1")]), "with_managers repeats M-1"),
        (Scenario("x", lost=["C-1", "C-1"]), "lost repeats C-1"),
        (Scenario("x", need_factor={"taam": 2.0}), "taam, neither an offering nor a product"),
        (Scenario("x", policy={"goals.nonsense": 1}), r"no key 'goals\.nonsense'"),
        (Scenario("x", policy={"max_open_cases": -1}), "cannot be changed"),
    ],
)
def test_a_scenario_that_names_nothing_known_is_refused(scenario, message):
    """Each message says what is wrong."""
    with pytest.raises(ArgumentError, match=message):
        scenario.apply(base())


def test_one_scenario_after_another_changes_what_the_first_has_made():
    """
    5 h of a tsam contract of Creo, a fifth more, then half as much again: 5 x 1.2 x 1.5 = 9.

    Both factors in one scenario would leave it the larger of the two, 7.5 h.
    """
    both = Scenario("a", need_factor={"tsam": 1.2}).then(
        Scenario("b", need_factor={"Creo": 1.5})
    )
    assert both.name == "a, b"
    assert needs(both.apply(base()))["C-1"] == pytest.approx(9.0)
    # A number for all and one by product: 5 x 2 x 3 = 30, 4 x 2 of Premium without Creo.
    mixed = Scenario("a", need_factor=2.0).then(Scenario("b", need_factor={"Creo": 3.0}))
    assert needs(mixed.apply(base())) == pytest.approx({"C-1": 30.0, "C-2": 30.0, "C-3": 8.0})


def test_who_has_come_can_leave_and_what_is_won_can_be_lost():
    """The second scenario names what only the first one brings."""
    came = Scenario("came", with_managers=[manager("M-3")], won=["C-9"])
    gone = Scenario("gone", without_managers=["M-3"], lost=["C-9"])
    changed = came.then(gone).apply(base(prospects=(prospect("C-9"),)))
    assert [row.contract_id for row in changed.contracts] == ["C-1", "C-2", "C-3"]
    [third] = [row for row in changed.managers if row.manager_id == "M-3"]
    assert third.end_date < START


def test_hires_of_both_scenarios_add_up():
    """One and two of a profile are three people."""
    records = base(profiles=(Profile(profile_id="P-1", time_zone="Europe/Rome"),))
    one, two = (Scenario(f"{count}", with_profiles={"P-1": count}) for count in (1, 2))
    assert len({row.manager_id for row in one.then(two).apply(records).managers}) == 2 + 3


def test_steps_stand_in_a_row_however_they_were_joined():
    """(a, b), c is a, (b, c); what a scenario changes itself comes before its steps."""
    a, b, c = (Scenario(name, lost=[name]) for name in "abc")
    assert a.then(b).then(c).steps == a.then(b.then(c)).steps == (a, b, c)
    assert Scenario("a", lost=["a"], steps=[b.then(c)]).in_turn == (a, b, c)


def test_records_of_a_scenario_are_checked_like_rows_that_are_read():
    """A zone of no planet, negative hours, two days in one: every problem at once."""
    with pytest.raises(PortfolioError, match="scenario 'nonsense' cannot be planned") as told:
        NONSENSE.apply(base())
    places = [(item.file, item.row, item.column) for item in told.value.problems]
    # The header is row 1, M-1 and M-2 are rows 2 and 3.
    assert places == [
        ("managers", 4, "time_zone"),
        ("managers", 5, "weekly_hours"),
        ("holidays", 2, "fraction"),
    ]


def test_a_won_prospect_keeps_the_rules_of_a_contract():
    """TSAM is for on-premise customers only (R3), however a contract comes about."""
    records = base(prospects=(prospect("C-9", deployment="saas"),))
    with pytest.raises(PortfolioError, match="offering tsam does not go with deployment saas"):
        Scenario("won", won=["C-9"]).apply(records)


def test_nobody_is_won_twice():
    """A prospect is one contract, in one scenario or in two of them."""
    records = base(prospects=(prospect("C-9"),))
    with pytest.raises(ArgumentError, match="won repeats C-9"):
        Scenario("x", won=["C-9", "C-9"]).apply(records)


def test_nobody_is_hired_less_than_not_at_all():
    """Numbers of people below 0 would say nothing."""
    with pytest.raises(ArgumentError, match="expected numbers of people >= 0"):
        Scenario("x", with_profiles={"P-1": -1})

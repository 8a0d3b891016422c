"""Scenarios: changes as values, the base untouched, plans side by side."""

import copy
import datetime as dt
import pickle
from concurrent.futures import BrokenExecutor, Executor, Future, ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest

from examples import EXACT, FOUR_WEEKS, contract, manager, managers_of, portfolio
from tsam_planner.errors import ArgumentError, PortfolioError
from tsam_planner.io.portfolios import read_portfolio
from tsam_planner.planning.recipe import make_plan
from tsam_planner.planning.searches import SolveOptions
from tsam_planner.portfolio.records import (
    Assignment,
    DemandWeek,
    Holiday,
    Pin,
    Profile,
    Prospect,
)
from tsam_planner.studies.scenario import Scenario, changed_policy
from tsam_planner.studies.scenarios import plan_scenarios

START = FOUR_WEEKS["start"]


def base(**tables):
    """Return three contracts of different offerings and products, and two managers."""
    signed = [
        contract("C-1", products=("Creo",), extra_hour_rate=Decimal(120), currency="EUR"),
        contract("C-2", products=("Creo", "Windchill")),
        contract("C-3", offering="saas_premium", deployment="saas", need_hours=4.0),
    ]
    team = [manager(name, products=("Creo", "Windchill")) for name in ("M-1", "M-2")]
    tables.setdefault("today", {"C-1": "M-1", "C-2": "M-2", "C-3": "M-2"})
    return portfolio(signed, team, **tables)


def needs(records):
    """Return the stated need of each contract."""
    return {row.contract_id: row.need_hours for row in records.contracts}


def prospect(contract_id, **fields):
    """Return a prospect like the contracts of the examples."""
    values = contract(contract_id, **fields).model_dump()
    return Prospect(**values, win_probability=0.5)


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


@pytest.mark.parametrize(
    ("factor", "expected"),
    [
        (2.0, {"C-1": 10.0, "C-2": 10.0, "C-3": 8.0}),
        ({"saas_premium": 0.5}, {"C-1": 5.0, "C-2": 5.0, "C-3": 2.0}),
        # Of Creo and Windchill, C-2 takes the larger; offering and product likewise.
        ({"Creo": 1.2, "Windchill": 2.0}, {"C-1": 6.0, "C-2": 10.0, "C-3": 4.0}),
        ({"tsam": 3.0, "Windchill": 2.0}, {"C-1": 15.0, "C-2": 15.0, "C-3": 4.0}),
    ],
)
def test_need_is_multiplied_by_offering_or_product(factor, expected):
    """5, 5 and 4 hours a week, as far as a factor names them."""
    changed = needs(Scenario("more", need_factor=factor).apply(base()))
    assert changed == pytest.approx(expected)


def test_explicit_demand_grows_like_stated_need():
    """8 h of one week become 12."""
    records = base(demand=(DemandWeek(contract_id="C-2", week=START, need_hours=8.0),))
    changed = Scenario("more", need_factor=1.5).apply(records)
    assert [row.need_hours for row in changed.demand] == [12.0]


def logged_cases(*days):
    """Return a log of cases of C-1 that were opened on some days, and closed two days on."""
    opened = pd.to_datetime(pd.Series(days), utc=True)
    return pd.DataFrame(
        {
            "case_id": days,
            "contract_id": "C-1",
            "opened_at": opened,
            "closed_at": opened + pd.Timedelta(days=2),
        }
    )


def booked_hours(first):
    """Return time sheets of C-1: 4 h on each Tuesday of five weeks."""
    return pd.DataFrame(
        {
            "contract_id": "C-1",
            "date": pd.date_range(first, periods=5, freq="7D"),
            "hours": 4.0,
            "exceptional": False,
        }
    )


@pytest.mark.parametrize(
    ("logs", "source"),
    [
        ({}, "cadence"),
        # A case of two days fills no week: its contract is in the log, its need is not.
        ({"cases": logged_cases("2026-12-01")}, "cadence"),
        ({"cases": logged_cases("2026-12-01", "2027-01-26")}, "cases"),
        ({"timesheets": booked_hours("2026-12-01")}, "timesheets"),
        # Booked after the plan begins: no plan of these weeks looks at it.
        ({"timesheets": booked_hours("2027-03-02")}, "cadence"),
    ],
)
def test_need_that_nobody_states_grows_whatever_it_follows_from(logs, source):
    """Half as much again in each week, be it from a log or from the offering's rhythm."""
    records = portfolio([contract(need_hours=None)], [manager()], **logs)
    more = Scenario("more", need_factor=1.5).apply(records)
    before, after = (make_plan(row, **FOUR_WEEKS, options=EXACT) for row in (records, more))
    assert before.sources["need_source"].tolist() == [source]
    assert after.sources["need_source"].tolist() == [source]
    hours = before.contract_weeks["need_hours"]
    assert hours.min() > 0
    assert after.contract_weeks["need_hours"].tolist() == pytest.approx((1.5 * hours).tolist())


def test_logs_stay_what_they_are():
    """Growth to come changes no hour that was booked, nor what a case of others takes."""
    sheets = booked_hours("2026-12-01")
    records = portfolio([contract(need_hours=None)], [manager()], timesheets=sheets)
    changed = Scenario("more", need_factor=1.5).apply(records)
    pd.testing.assert_frame_equal(changed.timesheets, sheets)


def test_prospects_grow_like_contracts_whether_won_or_not():
    """5 h become 10, at EUR 120 that become 132; the one that is won is a contract."""
    priced = {"extra_hour_rate": Decimal(120), "currency": "EUR"}
    records = base(prospects=(prospect("C-8", **priced), prospect("C-9", **priced)))
    changed = Scenario("more", need_factor=2.0, rate_factor=1.1, won=["C-9"]).apply(records)
    won = [row for row in changed.contracts if row.contract_id == "C-9"]
    assert [row.contract_id for row in changed.prospects] == ["C-8"]
    assert {row.need_hours for row in (*won, *changed.prospects)} == {10.0}
    assert {row.extra_hour_rate for row in (*won, *changed.prospects)} == {Decimal("132.0")}


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


def test_explicit_demand_of_a_prospect_stays_until_it_is_lost_or_won():
    """
    Of a prospect that needs 3 h, 9 h are expected: 18 in twice as needy a world.

    As a prospect and once it is won; a contract that is lost takes its own row with it.
    """
    rows = tuple(
        DemandWeek(contract_id=name, week=START, need_hours=9.0) for name in ("C-1", "C-9")
    )
    records = base(prospects=(prospect("C-9", need_hours=3.0),), demand=rows)
    for won in ((), ("C-9",)):
        changed = Scenario("more", need_factor=2.0, won=won, lost=["C-1"]).apply(records)
        assert [(row.contract_id, row.need_hours) for row in changed.demand] == [("C-9", 18.0)]
    assert Scenario("base").apply(records).demand == rows


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


@pytest.mark.parametrize("factor", [-0.1, float("inf"), float("nan"), {"tsam": -1.0}])
def test_factors_are_numbers_from_zero_on(factor):
    """A negative need, or one without end, is no scenario."""
    with pytest.raises(ArgumentError, match="expected factors >= 0"):
        Scenario("x", need_factor=factor)


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


def test_threads_plan_the_same_as_one_after_the_other():
    """Points, managers and errors are the same; the order is that of the scenarios."""
    scenarios = [
        Scenario("base"),
        Scenario("broken", lost=["C-9"]),
        Scenario("leaves", without_managers=["M-1"]),
        Scenario("more", need_factor=3.0),
    ]
    records = base()
    alone = plan_scenarios(records, scenarios, **FOUR_WEEKS, options=EXACT)
    with ThreadPoolExecutor(2) as executor:
        beside = plan_scenarios(
            records, scenarios, **FOUR_WEEKS, options=EXACT, executor=executor
        )
    assert list(beside.plans) == ["base", "leaves", "more"]
    assert beside.errors == alone.errors
    assert list(beside.errors) == ["broken"]
    for name, plan in alone.plans.items():
        assert managers_of(beside[name]) == managers_of(plan)
        assert beside[name].objective == plan.objective
    pd.testing.assert_frame_equal(beside.table, alone.table)


NONSENSE = Scenario(
    "nonsense",
    with_managers=[manager("M-3", time_zone="Mars/Phobos"), manager("M-4", weekly_hours=-5.0)],
    holidays=[Holiday(calendar="IT", date=START, fraction=2.0)],
)


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


def test_no_scenario_stops_the_others(monkeypatch):
    """Impossible records and a defect are told under their names; the rest is planned."""

    def fails(scenario, portfolio):
        return 1 // 0 if scenario.name == "defect" else applied(scenario, portfolio)

    applied = Scenario.apply
    monkeypatch.setattr(Scenario, "apply", fails)
    scenarios = [NONSENSE, Scenario("defect"), Scenario("base")]
    answers = plan_scenarios(base(), scenarios, **FOUR_WEEKS, options=EXACT)
    assert list(answers.plans) == ["base"]
    assert answers.errors["defect"].startswith("ZeroDivisionError: ")
    assert "unknown time zone 'Mars/Phobos'" in answers.errors["nonsense"]


class _Dying(Executor):
    """Plans one scenario, loses the next one's worker, and takes no other."""

    def __init__(self):
        self.taken = 0

    def submit(self, function, *arguments):
        self.taken += 1
        if self.taken > 2:
            message = "no workers"
            raise BrokenExecutor(message)
        future = Future()
        if self.taken == 1:
            future.set_result(function(*arguments))
        else:
            future.set_exception(BrokenExecutor("a worker died"))
        return future


def test_plans_outlive_workers_that_are_lost():
    """One plan was ready; the others say that their workers were lost."""
    scenarios = [Scenario(name) for name in ("base", "second", "third")]
    answers = plan_scenarios(base(), scenarios, **FOUR_WEEKS, options=EXACT, executor=_Dying())
    assert list(answers.plans) == ["base"]
    assert answers.errors == {
        "second": "BrokenExecutor: a worker died", "third": "BrokenExecutor: no workers",
    }  # fmt: skip


def test_nobody_is_won_twice():
    """A prospect is one contract, in one scenario or in two of them."""
    records = base(prospects=(prospect("C-9"),))
    with pytest.raises(ArgumentError, match="won repeats C-9"):
        Scenario("x", won=["C-9", "C-9"]).apply(records)


def test_nobody_is_hired_less_than_not_at_all():
    """Numbers of people below 0 would say nothing."""
    with pytest.raises(ArgumentError, match="expected numbers of people >= 0"):
        Scenario("x", with_profiles={"P-1": -1})


def test_a_misspelt_offering_is_an_error_of_its_scenario():
    """Nothing would grow; the message names what there is."""
    answers = plan_scenarios(
        base(),
        [Scenario("base"), Scenario("typo", need_factor={"taam": 2.0})],
        **FOUR_WEEKS,
        options=EXACT,
    )
    assert list(answers.plans) == ["base"]
    assert (
        "there are Creo, Windchill, saas_premium, saas_standard, tsam" in answers.errors["typo"]
    )


def test_scenarios_need_names_of_their_own():
    """Two of one name could not be told apart."""
    with pytest.raises(ArgumentError, match="names of their own"):
        plan_scenarios(base(), [Scenario("a"), Scenario("a")], **FOUR_WEEKS)


def test_a_scenario_of_no_weeks_says_so():
    """Whatever the library refuses is told under the scenario's name."""
    answers = plan_scenarios(base(), [Scenario("a")], start=START + dt.timedelta(days=1))
    assert "a" in answers.errors
    with pytest.raises(ArgumentError, match="scenario 'a' has no plan"):
        answers["a"]


def test_scenarios_start_from_the_first_plan():
    """
    With no work at all, a scenario that changes nothing keeps the base's best plan.

    A search that starts from today's managers, all contracts with M-1, ends elsewhere.
    """
    signed = [contract(f"C-{n}", need_hours=7.0) for n in range(8)]
    records = portfolio(
        signed,
        [manager(f"M-{n}") for n in range(3)],
        today={row.contract_id: "M-0" for row in signed},
    )
    best = make_plan(records, **FOUR_WEEKS, options=EXACT)
    hasty = SolveOptions(work_limit=1e-6, num_workers=1)
    cold = make_plan(records, **FOUR_WEEKS, options=hasty)
    warm = make_plan(records, **FOUR_WEEKS, options=hasty, warm_start=best)
    assert warm.objective == best.objective <= cold.objective


def test_scenarios_that_are_easier_are_never_worse():
    """One more manager, no work at all: the first plan stands."""
    signed = [contract(f"C-{n}", need_hours=7.0) for n in range(8)]
    records = portfolio(signed, [manager("M-0")], today={})
    hasty = SolveOptions(work_limit=1e-6, num_workers=1)
    plans = plan_scenarios(
        records,
        [Scenario("base"), Scenario("one more", with_managers=[manager("M-1")])],
        **FOUR_WEEKS,
        options=hasty,
    )
    assert plans["one more"].objective <= plans["base"].objective

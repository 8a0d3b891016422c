"""What single absences leave of a plan, worked out by hand."""

import datetime as dt
from dataclasses import replace

import pytest

from examples import HORIZON, contract, manager, portfolio
from hand_made import facts_of, stretch
from tsam_planner.errors import ArgumentError
from tsam_planner.planning.recipe import make_plan
from tsam_planner.planning.searches import SolveOptions
from tsam_planner.portfolio.records import Absence, Holiday, Pin
from tsam_planner.studies.absences import examine_absences, examine_decisions

FIRST, SECOND, THIRD, FOURTH = HORIZON.mondays


def away(manager_id, first, last, **fields):
    """Return an absence between two days of February 2027."""
    return Absence(
        manager_id=manager_id,
        start_date=dt.date(2027, 2, first),
        end_date=dt.date(2027, 2, last),
        **fields,
    )


def examine(decisions, signed, people, *absences, policy=None, **tables):
    """Examine some decisions about a portfolio over four weeks of February 2027."""
    records = portfolio(signed, people, absences=absences, **tables)
    return examine_decisions(facts_of(records, **(policy or {})), decisions)


def pair(*absences, signed=None, **keywords):
    """Examine one contract of M-1, with M-2 as its substitute."""
    signed, people = [signed or contract()], [manager("M-1"), manager("M-2")]
    return examine([stretch(backup_id="M-2")], signed, people, *absences, **keywords)


def week(test, manager_id, monday):
    """Return the row of a manager-week."""
    rows = test.weeks[(test.weeks["manager_id"] == manager_id)]
    (row,) = rows[rows["week"].dt.date == monday].to_dict("records")
    return row


def rows(test, manager_id, monday):
    """Return the rows of the contracts that an absence concerns, by contract."""
    table = test.contracts[test.contracts["manager_id"] == manager_id]
    table = table[table["week"].dt.date == monday]
    return {row["contract_id"]: row for row in table.to_dict("records")}


def trouble(test, contract_id="C-1", manager_id="M-1", monday=FIRST):
    """Return the trouble of one contract with one absence."""
    return rows(test, manager_id, monday)[contract_id]["trouble"]


def test_a_substitute_with_room_takes_hours_cases_and_the_call():
    """Case 11: M-1 is on leave for the second week; M-2 holds its 5 h, 4 cases and call."""
    test = pair(away("M-1", 8, 12), signed=contract(cases=4))
    expected = {
        "manager_id": "M-1", "week": dt.datetime(2027, 2, 8), "kind": "planned",
        "contracts": 1, "other_contracts": 0, "hours": 5.0, "covered_hours": 5.0,
        "uncovered_hours": 0.0, "over_hours": "", "cases": 4, "cases_over": 0,
        "over_limit": "", "calls": 1, "calls_lost": 0, "without_anyone": "",
    }  # fmt: skip
    assert week(test, "M-1", SECOND) == expected
    assert week(test, "M-1", THIRD)["kind"] == "unplanned"
    assert rows(test, "M-1", SECOND)["C-1"]["call"] == "substitute"
    assert trouble(test, monday=SECOND) == ""


def test_manager_and_substitute_away_the_same_week_leave_the_customer_alone():
    """Case 12: both are away on 8 to 12 February; either absence names the other one."""
    test = pair(away("M-1", 8, 12), away("M-2", 8, 12))
    for name, other in (("M-1", "M-2 is away, too"), ("M-2", "its manager M-1 is away, too")):
        row = week(test, name, SECOND)
        assert (row["kind"], row["without_anyone"]) == ("planned", "C-1")
        assert (row["hours"], row["uncovered_hours"], row["calls_lost"]) == (5.0, 5.0, 1)
        assert trouble(test, manager_id=name, monday=SECOND) == other
    assert test.summary[1] == (
        "While M-1 is away in the week of 2027-02-08, C-1 has nobody: M-2 is away, too."
    )


def test_a_sick_substitute_matters_only_while_the_manager_is_away():
    """M-1 is on leave in the second week only, so M-2 is missed in that week only."""
    test = pair(away("M-1", 8, 12))
    assert week(test, "M-2", SECOND)["kind"] == "unplanned"
    assert week(test, "M-2", SECOND)["without_anyone"] == "C-1"
    assert week(test, "M-2", SECOND)["other_contracts"] == 1
    assert rows(test, "M-2", SECOND)["C-1"]["relation"] == "backed"
    for monday in (FIRST, THIRD, FOURTH):
        assert week(test, "M-2", monday)["hours"] == 0
        assert rows(test, "M-2", monday) == {}


def test_days_away_together_are_counted():
    """M-1 is away Monday to Thursday, M-2 Thursday and Friday: one of four days, 1 of 4 h."""
    test = pair(away("M-1", 8, 11), away("M-2", 11, 12))
    assert trouble(test, monday=SECOND) == "M-2 is away, too, on 1 of 4 days"
    row = week(test, "M-1", SECOND)
    assert (row["hours"], row["covered_hours"], row["uncovered_hours"]) == (4.0, 3.0, 1.0)
    assert (row["without_anyone"], row["calls_lost"]) == ("", 0)


class TestKinds:
    """Which weeks hold an absence of the data."""

    def test_holidays_alone_make_no_absence(self):
        """A holiday on 9 February takes a day, but the week is unplanned."""
        day = Holiday(calendar="IT", date=dt.date(2027, 2, 9))
        people = [manager("M-1", country="IT"), manager("M-2")]
        test = examine([stretch(backup_id="M-2")], [contract()], people, holidays=(day,))
        assert set(test.weeks["kind"]) == {"unplanned"}
        # The absence is that of the whole week all the same: 5 h are due.
        assert week(test, "M-1", SECOND)["hours"] == 5.0

    def test_an_absence_on_a_holiday_takes_nothing(self):
        """Leave booked on the manager's own holiday makes the week no planned absence."""
        day = Holiday(calendar="IT", date=dt.date(2027, 2, 9))
        people = [manager("M-1", country="IT"), manager("M-2")]
        test = examine(
            [stretch(backup_id="M-2")], [contract()], people, away("M-1", 9, 9), holidays=(day,)
        )
        assert week(test, "M-1", SECOND)["kind"] == "unplanned"

    def test_hours_of_a_training_are_a_planned_absence(self):
        """4 of 8 h on Tuesday 9 February: half a day, 0.5 h of 5; M-1 calls on another day."""
        training = away("M-1", 9, 9, kind="training", hours_per_day=4.0)
        test = pair(training)
        row = week(test, "M-1", SECOND)
        assert (row["kind"], row["hours"], row["covered_hours"]) == ("planned", 0.5, 0.5)
        assert rows(test, "M-1", SECOND)["C-1"]["call"] == "manager"

    def test_an_absence_on_days_without_work_concerns_nobody(self):
        """The contract ends on Friday 5; leave in the week after leaves no row."""
        test = pair(away("M-1", 8, 12), signed=contract(end_date=dt.date(2027, 2, 5)))
        assert test.weeks["week"].dt.date.tolist() == [FIRST, FIRST]


class TestRoom:
    """What does not fit beside a substitute's own book."""

    def test_hours_beyond_the_room_stay_uncovered(self):
        """M-2 has 40 h and a book of 4 x 9.5 = 38 h: room for 2 of 5 h."""
        signed = [contract(f"C-{n}", need_hours=9.5) for n in range(2, 6)]
        own = [stretch(item.contract_id, "M-2") for item in signed]
        test = examine(
            [stretch(backup_id="M-2"), *own],
            [contract(), *signed],
            [manager("M-1"), manager("M-2")],
        )
        assert trouble(test) == "room for 2.0 of 5.0 h at M-2"
        row = week(test, "M-1", FIRST)
        assert (row["covered_hours"], row["uncovered_hours"]) == (2.0, 3.0)
        assert row["over_hours"] == "M-2"
        assert row["without_anyone"] == ""
        # M-1's sick week leaves 3 h; M-2's own contracts have no substitute, so M-2's week is
        # worse: 4 customers without anyone.
        assert test.summary[2] == (
            "If M-1 falls sick in the week of 2027-02-01, 3.0 of 5.0 h stay uncovered at C-1."
        )

    def test_an_urgent_contract_displaces_another_managers(self):
        """M-2 has room for 10 h; M-3 on leave needs them all, until M-1 with priority does."""
        signed = [
            contract("C-1", need_hours=8.0, priority=2.0),
            contract("C-3", need_hours=10.0),
            *(contract(f"C-{n}", need_hours=10.0) for n in (4, 5, 6)),
        ]
        decisions = [
            stretch("C-1", "M-1", "M-2"),
            stretch("C-3", "M-3", "M-2"),
            *(stretch(f"C-{n}", "M-2") for n in (4, 5, 6)),
        ]
        people = [manager("M-1"), manager("M-2"), manager("M-3")]
        test = examine(decisions, signed, people, away("M-3", 1, 5))
        # The two are asked of M-2 together: 8 h of C-1 first, 2 h are left for C-3.
        concerned = rows(test, "M-1", FIRST)
        assert concerned["C-1"]["covered_hours"] == 8.0
        assert concerned["C-3"]["relation"] == "displaced"
        assert (concerned["C-3"]["hours"], concerned["C-3"]["covered_hours"]) == (10.0, 2.0)
        expected = "room for 2.0 of 10.0 h at M-2 beside the contracts of M-1"
        assert concerned["C-3"]["trouble"] == expected
        row = week(test, "M-1", FIRST)
        assert (row["contracts"], row["other_contracts"]) == (1, 1)
        assert (row["hours"], row["uncovered_hours"]) == (18.0, 8.0)
        # By plan M-2 covers all of it.
        assert week(test, "M-3", FIRST)["uncovered_hours"] == 0.0
        assert rows(test, "M-1", SECOND).keys() == {"C-1"}

    def test_cases_beyond_thirty_are_a_trouble_of_the_substitute(self):
        """20 own cases and 13 of the absence are 33: three above the limit (R43)."""
        signed = [contract(cases=13), contract("C-2", cases=20)]
        decisions = [stretch(backup_id="M-2"), stretch("C-2", "M-2", "M-1")]
        test = examine(decisions, signed, [manager("M-1"), manager("M-2")])
        assert trouble(test) == "33 cases at M-2, limit 30"
        row = week(test, "M-1", FIRST)
        assert (row["cases"], row["cases_over"], row["over_limit"]) == (13, 3, "M-2")
        # Uncovered hours: none. 4 weeks of 2 managers break the limit.
        assert test.summary == (
            "Of 8 manager-weeks, 0 would leave hours uncovered, 8 would break a limit of "
            "cases, 0 would leave a customer without anyone.",
            "If M-1 falls sick in the week of 2027-02-01, M-2 would hold 3 cases above the "
            "limit.",
            "If M-2 falls sick in the week of 2027-02-01, M-1 would hold 3 cases above the "
            "limit.",
        )

    def test_a_limit_that_is_broken_anyway_is_not_broken_by_the_absence(self):
        """M-3's leave alone brings M-2 to 35 cases; M-1's 5 h without cases add none."""
        signed = [contract(), contract("C-2", cases=20), contract("C-3", cases=15)]
        decisions = [
            stretch("C-1", "M-1", "M-2"),
            stretch("C-2", "M-2"),
            stretch("C-3", "M-3", "M-2"),
        ]
        people = [manager("M-1"), manager("M-2"), manager("M-3")]
        test = examine(decisions, signed, people, away("M-3", 1, 5))
        assert week(test, "M-1", FIRST)["cases_over"] == 0
        assert week(test, "M-3", FIRST)["cases_over"] == 5


class TestCalls:
    """Who can hold the weekly call."""

    def test_a_substitute_without_a_common_hour_cannot_call(self):
        """M-2 in Los Angeles works when Rome's window is closed: the call is lost."""
        people = [manager("M-1"), manager("M-2", time_zone="America/Los_Angeles")]
        test = examine([stretch(backup_id="M-2")], [contract()], people)
        assert rows(test, "M-1", FIRST)["C-1"]["call"] == "lost"
        assert trouble(test) == "M-2 has no time for the call in the customer's hours"
        assert test.summary[1] == "If M-1 falls sick in the week of 2027-02-01, 1 call is lost."

    def test_the_substitute_calls_only_while_the_manager_is_away(self):
        """M-1 is away on Monday 8, when M-2 is at half a day's training: M-1 calls later."""
        test = pair(away("M-1", 8, 8), away("M-2", 8, 8, hours_per_day=4.0))
        assert rows(test, "M-1", SECOND)["C-1"]["call"] == "manager"
        # Half of Monday's hour finds M-2.
        assert week(test, "M-1", SECOND)["covered_hours"] == 0.5


class TestWithoutSubstitute:
    """Why a contract has no substitute, in words."""

    def alone(self, people, signed=None, **keywords):
        """Examine one contract of M-1 without a substitute; return its trouble."""
        test = examine([stretch()], [signed or contract()], people, **keywords)
        assert week(test, "M-1", FIRST)["without_anyone"] == "C-1"
        assert rows(test, "M-1", FIRST)["C-1"]["call"] == "lost"
        return trouble(test)

    @pytest.mark.parametrize(
        ("fields", "lacking", "expected"),
        [
            (
                {"requested_language": "ko", "language_authorized": True},
                {},
                "nobody else speaks ko",
            ),
            ({}, {"offerings": ("saas_premium",)}, "nobody else serves tsam"),
            ({"products": ("Creo", "Arena")}, {}, "nobody else knows Creo and Arena"),
            (
                {},
                {"time_zone": "America/Los_Angeles"},
                "nobody else shares 2 h a day with its window",
            ),
            (
                {},
                {"end_date": dt.date(2027, 2, 9)},
                "nobody else is employed on all days of the term",
            ),
        ],
    )
    def test_one_rule_that_excludes_everybody_is_named(self, fields, lacking, expected):
        """The rule that M-2 breaks is the reason."""
        people = [manager("M-1"), manager("M-2", **lacking)]
        assert self.alone(people, contract(**fields)) == f"no substitute: {expected}"

    def test_several_rules_are_counted(self):
        """One lacks the product, two the offering; the first rule counts for each."""
        people = [
            manager("M-1", products=("Creo",)),
            manager("M-2", products=("Creo",), offerings=("saas_premium",)),
            manager("M-3", offerings=("saas_premium",)),
            manager("M-4"),
        ]
        assert self.alone(people, contract(products=("Creo",))) == (
            "no substitute: nobody else is eligible (2 do not serve tsam, 1 does not know Creo)"
        )

    def test_pins_and_long_absences_exclude_people(self):
        """M-2 is forbidden; M-3 is away all February, and longer than four weeks."""
        people = [manager("M-1"), manager("M-2")]
        forbid = Pin(contract_id="C-1", manager_id="M-2", rule="forbid")
        assert self.alone(people, pins=(forbid,)) == (
            "no substitute: everybody else is excluded by a pin"
        )
        long = away("M-3", 1, 28).model_copy(update={"end_date": dt.date(2027, 3, 15)})
        people = [manager("M-1"), manager("M-3")]
        test = examine([stretch()], [contract()], people, long)
        assert trouble(test) == (
            "no substitute: everybody else has an absence of over 4 weeks in its weeks"
        )
        forbidden = [manager("M-1"), manager("M-2"), manager("M-3")]
        test = examine([stretch()], [contract()], forbidden, long, pins=(forbid,))
        assert trouble(test) == (
            "no substitute: nobody else is eligible (1 has an absence of over 4 weeks "
            "in its weeks, "
            "1 is excluded by a pin)"
        )

    def test_nobody_else_and_somebody_who_could(self):
        """A team of one has no candidate; in a team of two the plan named nobody."""
        assert self.alone([manager("M-1")]) == "no substitute: there is nobody else"
        left = manager("M-2", end_date=dt.date(2026, 12, 31))
        assert self.alone([manager("M-1"), left]) == "no substitute: there is nobody else"
        assert self.alone([manager("M-1"), manager("M-2")]) == (
            "no substitute is named, though M-2 could be"
        )

    def test_the_summary_names_customers_reason_and_the_other_weeks(self):
        """Both contracts lack Korean in each of four weeks."""
        korean = {"requested_language": "ko", "language_authorized": True}
        signed = [contract("C-1", **korean), contract("C-2", **korean)]
        people = [manager("M-1", languages=("en", "ko")), manager("M-2")]
        test = examine([stretch("C-1"), stretch("C-2")], signed, people)
        assert test.summary == (
            "Of 4 manager-weeks, 4 would leave hours uncovered, 0 would break a limit of "
            "cases, 4 would leave a customer without anyone.",
            "If M-1 falls sick in the week of 2027-02-01, C-1 and C-2 have nobody: nobody else "
            "speaks ko (the same in 3 other weeks).",
        )
        assert str(test) == "\n".join(test.summary)

    def test_hours_away_do_not_leave_a_customer_alone_but_a_day_does(self):
        """Three hours of training: M-1 is still there that day. A whole day: it is not."""
        people = [manager("M-1")]
        part = examine([stretch()], [contract()], people, away("M-1", 9, 9, hours_per_day=3.0))
        whole = examine([stretch()], [contract()], people, away("M-1", 9, 9))
        assert week(part, "M-1", SECOND)["without_anyone"] == ""
        assert week(whole, "M-1", SECOND)["without_anyone"] == "C-1"


def test_the_worst_sentences_name_different_reasons_shortly():
    """M-1 is the only one for C-1; M-2 is away with it in the second week for C-2."""
    korean = {"requested_language": "ko", "language_authorized": True}
    signed = [contract("C-1", **korean), contract("C-2")]
    people = [manager("M-1", languages=("en", "ko")), manager("M-2")]
    decisions = [stretch("C-1"), stretch("C-2", "M-1", "M-2")]
    test = examine(decisions, signed, people, away("M-2", 8, 12))
    assert test.summary[1] == (
        "If M-1 falls sick in the week of 2027-02-08, C-1 (nobody else speaks ko) and C-2 "
        "(M-2 is away, too) have nobody."
    )


def test_a_contract_that_changes_hands_concerns_who_has_it():
    """M-1 serves the first two weeks and M-2 the others, each with the other behind it."""
    decisions = [
        stretch("C-1", "M-1", "M-2", weeks=(0, 1)),
        stretch("C-1", "M-2", "M-1", weeks=(2, 3)),
    ]
    test = examine(decisions, [contract()], [manager("M-1"), manager("M-2")])
    assert len(test.weeks) == 8
    assert [rows(test, "M-1", monday).keys() for monday in HORIZON.mondays] == [
        {"C-1"}, {"C-1"}, set(), set(),
    ]  # fmt: skip


def test_standard_contracts_have_no_substitute_and_are_not_examined():
    """Standard names nobody (Q21); the hours of its manager still take room."""
    standard = contract("C-2", offering="saas_standard", deployment="saas", need_hours=38.0)
    decisions = [stretch(backup_id="M-2"), stretch("C-2", "M-2")]
    people = [manager("M-1"), manager("M-2")]
    test = examine(decisions, [contract(), standard], people, policy={"plan_standard": True})
    assert set(test.contracts["contract_id"]) == {"C-1"}
    assert trouble(test) == "room for 2.0 of 5.0 h at M-2"


def test_without_anybody_served_the_tables_are_empty_and_typed():
    """An unassigned contract concerns nobody's absence; the types are those of a full table."""
    empty = examine([stretch(manager_id=None)], [contract()], [manager()])
    full = pair()
    assert empty.weeks.empty
    assert empty.contracts.empty
    assert empty.weeks.dtypes.equals(full.weeks.dtypes)
    assert empty.contracts.dtypes.equals(full.contracts.dtypes)
    assert len(empty.summary) == 1


def test_a_plan_is_examined_as_its_decisions_are():
    """Substitutes and weeks come from the plan's table of assignments."""
    records = portfolio(
        [contract("C-1"), contract("C-2")],
        [manager("M-1"), manager("M-2")],
        absences=(away("M-1", 8, 12),),
    )
    options = SolveOptions(relative_gap=0.0, num_workers=1)
    plan = make_plan(records, start=HORIZON.start, weeks=HORIZON.weeks, options=options)
    test = examine_absences(plan)
    # Whoever has which contract: in the second week a sick M-2 leaves both without anyone.
    assert test.weeks["uncovered_hours"].sum() == 10.0
    assert week(test, "M-2", SECOND)["without_anyone"] == "C-1;C-2"
    assert len(test.weeks) == 8
    cover = plan.contract_weeks["cover_hours"].sum()
    planned = test.contracts[test.contracts["kind"] == "planned"]
    assert planned["hours"].sum() == cover


def test_a_plan_without_its_portfolio_is_refused():
    """Without presence nothing can be said; the message says what to do."""
    records = portfolio([contract()], [manager()])
    plan = replace(make_plan(records, start=HORIZON.start, weeks=1), portfolio=None)
    with pytest.raises(ArgumentError, match="the plan does not know its portfolio"):
        examine_absences(plan)

"""What rules of weeks, pairs and companies tell when broken: words, place, and by how much."""

import datetime as dt

import pandas as pd
import pytest

from examples import (
    FOUR_WEEKS,
    HORIZON,
    QUARTER,
    away,
    contract,
    day,
    manager,
    portfolio,
    updated,
)
from hand_made import facts_of, stretch
from tsam_planner.portfolio.records import Company, Pin
from tsam_planner.service.hard_rules import HardRule
from tsam_planner.verify.cases import Violation, told_once
from tsam_planner.verify.verification import verify_decisions, verify_plan

TWO = [contract("C-1"), contract("C-2")]
TEAM = [manager("M-1", name="Ada"), manager("M-2", name="Bo")]


def broken(facts, *rows):
    """Return what decisions break."""
    return list(verify_decisions(facts, rows).violations)


def of_pair(rule, what, excess=None, **place):
    """Return a violation of C-1 and Ada."""
    return Violation(
        rule=rule,
        message=f"C-1 with M-1 Ada: {what}",
        contract_id="C-1",
        manager_id="M-1",
        excess=excess,
        **place,
    )


class TestWeeks:
    """One manager at a time, over the four weeks of February 2027."""

    def told(self, *rows, **fields):
        """Return message and excess of the one violation of C-1."""
        facts = facts_of(portfolio([contract(**fields)], TEAM))
        [violation] = broken(facts, *rows)
        assert violation.place == (HardRule.ONE_MANAGER_AT_A_TIME, "C-1", None, None, "")
        return violation.message, violation.excess

    def test_weeks_without_a_row_are_counted(self):
        """Two of four; a row that says nobody serves is a row."""
        assert self.told(stretch(weeks=(0, 1))) == ("C-1 has no row for 2 of 4 weeks", 2)
        facts = facts_of(portfolio([contract()], TEAM))
        assert (
            broken(facts, stretch(weeks=(0, 1)), stretch(manager_id=None, weeks=(2, 3))) == []
        )

    def test_weeks_with_two_rows_are_counted(self):
        """Weeks 1 and 2 have both managers; that week 3 has none is two weeks and one."""
        rows = stretch(weeks=(0, 2)), stretch(manager_id="M-2", weeks=(1, 3))
        assert self.told(*rows) == ("C-1 has more than one row for the same week", 2)
        short = stretch(weeks=(0, 2)), stretch(manager_id="M-2", weeks=(1, 2))
        assert self.told(*short) == ("C-1 has more than one row for the same week", 3)

    def test_weeks_outside_the_term_are_counted(self):
        """The term ends on Friday 19 February, in the third of four weeks."""
        ends = {"end_date": day("02-19")}
        told = self.told(stretch(), **ends)
        assert told == ("C-1 has rows for weeks outside its term", 1)

    def test_a_contract_that_needs_nobody_has_no_rows(self):
        """Standard in four weeks, or a term that is over."""
        standard = {"offering": "saas_standard", "deployment": "saas"}
        assert self.told(stretch(), **standard) == (
            "C-1 must not be assigned: Standard has no named manager (R5, Q21)",
            4,
        )
        over = {"end_date": day("01-31")}
        assert self.told(stretch(), **over) == (
            "C-1 must not be assigned: no weekday of its term lies in the plan",
            4,
        )


class TestPairs:
    """A contract and a manager who does not suit it."""

    @pytest.mark.parametrize(
        ("rule", "wanted", "able", "what", "excess"),
        [
            (
                HardRule.OFFERING_IS_SERVED,
                {},
                {"offerings": ("saas_premium",)},
                "does not serve tsam",
                None,
            ),
            (
                HardRule.PRODUCTS_ARE_KNOWN,
                {"products": ("Windchill", "Creo", "Vuforia")},
                {"products": ("Creo",)},
                "does not know Vuforia, Windchill",
                None,
            ),
            (
                HardRule.LANGUAGE_IS_SPOKEN,
                {"requested_language": "ja", "language_authorized": True},
                {},
                "does not speak ja",
                None,
            ),
            # Wednesday to Friday of the last week.
            (
                HardRule.EMPLOYED_THROUGHOUT,
                {},
                {"end_date": day("02-23")},
                "is not employed on 3 days, first on 2027-02-24",
                3,
            ),
            # From half past three to five, when the customer's window closes.
            (
                HardRule.WINDOW_OVERLAPS,
                {},
                {"work_start": dt.time(15, 30), "work_end": dt.time(22)},
                "has a daily overlap of 1.5 h, needs 2 h",
                None,
            ),
        ],
    )
    def test_is_told_with_contract_and_manager(self, rule, wanted, able, what, excess):
        """The name of the manager, what is missing, and days where days are counted."""
        records = portfolio([contract(**wanted)], [updated(TEAM[0], **able)])
        facts = facts_of(records, min_daily_overlap_hours=2.0)
        assert broken(facts, stretch()) == [of_pair(rule, what, excess)]

    def test_days_of_employment_are_those_of_the_weeks_served(self):
        """Who joins on Monday 15 February may serve from then on, and lacks the week before."""
        records = portfolio([contract()], [updated(TEAM[0], start_date=day("02-15")), TEAM[1]])
        bo = stretch(manager_id="M-2", weeks=(0, 1))
        assert broken(facts_of(records), bo, stretch(weeks=(2, 3))) == []
        early = stretch(manager_id="M-2", weeks=(0, 0)), stretch(weeks=(1, 3))
        what = "is not employed on 5 days, first on 2027-02-08"
        assert broken(facts_of(records), *early) == [
            of_pair(HardRule.EMPLOYED_THROUGHOUT, what, 5)
        ]

    def test_hours_of_contracts_that_need_nobody_do_not_matter(self):
        """C-0 is Standard: that it has a row is wrong, when Ada works is not; for C-1 it is."""
        standard = contract("C-0", offering="saas_standard", deployment="saas")
        late = updated(TEAM[0], work_start=dt.time(16), work_end=dt.time(22))
        facts = facts_of(portfolio([standard, contract()], [late]), min_daily_overlap_hours=2.0)
        found = broken(facts, stretch("C-0"), stretch())
        assert [(item.rule, item.contract_id) for item in found] == [
            (HardRule.ONE_MANAGER_AT_A_TIME, "C-0"),
            (HardRule.WINDOW_OVERLAPS, "C-1"),
        ]

    def test_an_overlap_that_is_just_enough_is_enough(self):
        """Two hours of two."""
        late = manager(work_start=dt.time(15), work_end=dt.time(23))
        records = portfolio([contract()], [late])
        assert broken(facts_of(records, min_daily_overlap_hours=2.0), stretch()) == []

    def test_a_long_absence_is_told_by_its_first_whole_week(self):
        """Monday 11 January to Friday 26 February are seven weeks, longer than six."""
        leave = away("M-1", "01-11", "02-26")
        records = portfolio([contract()], TEAM, absences=[leave])
        facts = facts_of(records, QUARTER, long_absence_weeks=6)
        [violation] = broken(facts, stretch(horizon=QUARTER))
        assert violation == of_pair(
            HardRule.PRESENT_IN_THE_LONG_RUN,
            "is away for more than 6 weeks, all of the week of 2027-01-11",
            7,
        )

    @pytest.mark.parametrize(
        ("rule", "who", "verb"), [("pin", "M-2", "pinned"), ("forbid", "M-1", "forbidden")]
    )
    def test_a_pin_is_told_with_the_manager_it_names(self, rule, who, verb):
        """Ada serves C-1: against the pin to Bo, and although she is forbidden."""
        pin = Pin(contract_id="C-1", manager_id=who, rule=rule)
        facts = facts_of(portfolio([contract()], TEAM, pins=[pin]))
        assert broken(facts, stretch()) == [
            Violation(
                rule=HardRule.PINS_ARE_KEPT,
                message=f"C-1 is {verb} for {who}",
                contract_id="C-1",
                manager_id=who,
            )
        ]

    def test_a_pin_is_broken_by_any_stretch(self):
        """Two weeks with the pinned manager do not make up for two with another."""
        pin = Pin(contract_id="C-1", manager_id="M-1", rule="pin")
        facts = facts_of(portfolio([contract()], TEAM, pins=[pin]))
        rows = stretch(weeks=(0, 1)), stretch(manager_id="M-2", weeks=(2, 3))
        assert [item.rule for item in broken(facts, *rows)] == [HardRule.PINS_ARE_KEPT]


class TestCompanies:
    """Two or three contracts of company K, which has a treatment."""

    def facts(self, treatment, *signed):
        """Return facts of contracts of one company."""
        records = portfolio(
            [updated(one, company_id="K") for one in signed or TWO],
            [*TEAM, manager("M-3")],
            companies=[Company(company_id="K", same_manager=treatment)],
        )
        return facts_of(records)

    def test_kept_together_names_everybody(self):
        """Bo and nobody are one too many; so are three people two."""
        rows = stretch("C-1", "M-2"), stretch("C-2", None)
        expected = Violation(
            rule=HardRule.COMPANY_IS_KEPT_TOGETHER,
            message="K requires one manager for all its contracts, has M-2, nobody",
            about="K",
            excess=1,
        )
        assert broken(self.facts("require"), *rows) == [expected]
        three = [contract(f"C-{number}") for number in (1, 2, 3)]
        rows = [stretch(f"C-{number}", f"M-{number}") for number in (1, 2, 3)]
        [violation] = broken(self.facts("require", *three), *rows)
        assert (violation.message[-13:], violation.excess) == ("M-1, M-2, M-3", 2)

    def test_kept_together_is_about_each_week(self):
        """Both change hands after two weeks: together, or in different weeks."""
        facts = self.facts("require")
        first = [stretch("C-1", "M-1", weeks=(0, 1)), stretch("C-1", "M-2", weeks=(2, 3))]
        same = [stretch("C-2", "M-1", weeks=(0, 1)), stretch("C-2", "M-2", weeks=(2, 3))]
        later = [stretch("C-2", "M-1", weeks=(0, 2)), stretch("C-2", "M-2", weeks=(3, 3))]
        assert broken(facts, *first, *same) == []
        assert len(broken(facts, *first, *later)) == 1

    def test_terms_that_never_meet_follow_each_other(self):
        """C-2 begins with whom C-1 ended with, in whichever order they are listed."""
        early = contract("C-1", end_date=day("02-12"))
        late = contract("C-2", start_date=day("02-15"))
        ends = [stretch("C-1", "M-1", weeks=(0, 0)), stretch("C-1", "M-2", weeks=(1, 1))]
        for signed in ((early, late), (late, early)):
            facts = self.facts("require", *signed)
            assert broken(facts, *ends, stretch("C-2", "M-2", weeks=(2, 3))) == []
            assert len(broken(facts, *ends, stretch("C-2", "M-1", weeks=(2, 3)))) == 1
            begins = [
                stretch("C-2", "M-2", weeks=(2, 2)),
                stretch("C-2", "M-1", weeks=(3, 3)),
            ]
            assert broken(facts, *ends, *begins) == []

    def test_a_contract_that_needs_nobody_splits_no_company(self):
        """Standard has no rows, and no week with another manager."""
        standard = contract("C-2", offering="saas_standard", deployment="saas")
        assert broken(self.facts("require", contract("C-1"), standard), stretch()) == []

    def test_a_contract_without_a_row_splits_no_company(self):
        """That C-2 has no row is one thing wrong, not two; in either order of both."""
        for signed in (TWO, TWO[::-1]):
            [violation] = broken(self.facts("require", *signed), stretch("C-1"))
            assert violation.rule == HardRule.ONE_MANAGER_AT_A_TIME

    def test_kept_apart_names_each_manager_of_several(self):
        """Ada has three contracts of K where one is allowed, in whatever weeks."""
        signed = [contract(f"C-{number}") for number in (1, 2, 3)]
        rows = [stretch("C-1"), stretch("C-2"), stretch("C-3", weeks=(0, 1))]
        rows.append(stretch("C-3", "M-2", weeks=(2, 3)))
        assert broken(self.facts("forbid", *signed), *rows) == [
            Violation(
                rule=HardRule.COMPANY_IS_KEPT_APART,
                message="K forbids one manager for several of its contracts, "
                "M-1 has more than one",
                manager_id="M-1",
                about="K",
                excess=2,
            )
        ]


def test_a_violation_is_told_with_its_rule_and_basis():
    """What people read: the message, the rule's name, and what it stands on."""
    one = of_pair(HardRule.LANGUAGE_IS_SPOKEN, "does not speak ja")
    words = "C-1 with M-1 Ada: does not speak ja (language is spoken: R36, R37)"
    assert str(one) == words


def test_what_is_told_once_says_how_often():
    """Three weeks of one manager and rule are one line, so are two of another, and one."""
    items = [
        Violation(
            rule=HardRule.CASES_STAY_WITHIN_LIMIT,
            message=f"{name} in week {week}",
            manager_id=name,
            week=HORIZON.mondays[week],
        )
        for name, weeks in (("M-1", 3), ("M-2", 2), ("M-3", 1))
        for week in range(weeks)
    ]
    assert list(told_once(items)) == [
        "M-1 in week 0 (cases stay within limit: R43, Q1, Q2) (and 2 more of this)",
        "M-2 in week 0 (cases stay within limit: R43, Q1, Q2) (and 1 more of this)",
        "M-3 in week 0 (cases stay within limit: R43, Q1, Q2)",
    ]


def test_a_manager_for_a_contract_whose_term_is_over_is_told():
    """Nobody is needed: the rule is told, and no goal has weekdays to look at."""
    records = portfolio([contract("C-1"), contract("C-2", end_date=day("01-15"))], TEAM)
    table = pd.DataFrame(
        [("C-1", "M-1", "M-2"), ("C-2", "M-1", "M-2")],
        columns=["contract_id", "manager_id", "backup_id"],
    )
    check = verify_plan(records, table, **FOUR_WEEKS)
    assert [item.message for item in check.violations] == [
        "C-2 must not be assigned: no weekday of its term lies in the plan"
    ]
    assert check.objective == 0

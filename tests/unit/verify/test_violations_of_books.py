"""What rules of books, handovers and substitutes tell when they are broken."""

from examples import HORIZON, contract, day, manager, portfolio, updated
from hand_made import facts_of, stretch
from tsam_planner.calendars.horizon import Horizon
from tsam_planner.plan.decisions import Decision
from tsam_planner.portfolio.records import Pin
from tsam_planner.service.hard_rules import HardRule
from tsam_planner.verify.cases import Violation
from tsam_planner.verify.verification import verify_decisions

TWO = [contract("C-1"), contract("C-2")]
TEAM = [manager("M-1", name="Ada"), manager("M-2", name="Bo")]


def broken(facts, *rows):
    """Return what decisions break."""
    return list(verify_decisions(facts, rows).violations)


class TestBooks:
    """What a manager has in all; each time one more than there is room for."""

    def test_hours_of_a_week(self):
        """10 h in the one week of the plan, of 8 h that are there and 6.4 h to be deployed."""
        records = portfolio([contract(need_hours=10)], [updated(TEAM[0], weekly_hours=8)])
        facts = facts_of(records, Horizon(HORIZON.start, 1))
        available, deployable = broken(facts, stretch(horizon=Horizon(HORIZON.start, 1)))
        # 8 h of office; of them a fifth, 1.6 h, is not deployable.
        assert available == Violation(
            rule=HardRule.AVAILABLE_HOURS_SUFFICE,
            message="M-1 Ada in the week of 2027-02-01: load 10.00 h, available 8.00 h",
            manager_id="M-1",
            week=day("02-01"),
            excess=2_000_000,
        )
        assert deployable == Violation(
            rule=HardRule.DEPLOYABLE_HOURS_SUFFICE,
            message="M-1 Ada over 1 weeks from 2027-02-01: load 10.00 h, deployable 6.40 h",
            manager_id="M-1",
            week=day("02-01"),
            excess=3_600_000,
        )

    def test_hours_of_some_weeks_in_a_row(self):
        """10 h a week, of 9.6: too many in both pairs of weeks out of three."""
        horizon = Horizon(HORIZON.start, 3)
        records = portfolio([contract(need_hours=10)], [updated(TEAM[0], weekly_hours=12)])
        facts = facts_of(records, horizon, averaging_weeks=2)
        found = broken(facts, stretch(horizon=horizon))
        assert [(item.rule, item.week, item.excess) for item in found] == [
            (HardRule.DEPLOYABLE_HOURS_SUFFICE, day("02-01"), 800_000),
            (HardRule.DEPLOYABLE_HOURS_SUFFICE, day("02-08"), 800_000),
        ]
        text = "M-1 Ada over 2 weeks from 2027-02-08: load 20.00 h, deployable 19.20 h"
        assert found[1].message == text

    def test_cases_and_contracts(self):
        """Six cases of five in each of four weeks, two contracts of one."""
        signed = [updated(one, cases=3) for one in TWO]
        records = portfolio(signed, [updated(TEAM[0], max_cases=5, max_contracts=1)])
        *weeks, whole = broken(facts_of(records), stretch("C-1"), stretch("C-2"))
        assert weeks == [
            Violation(
                rule=HardRule.CASES_STAY_WITHIN_LIMIT,
                message=f"M-1 Ada in the week of {monday}: 6 cases, at most 5",
                manager_id="M-1",
                week=monday,
                excess=1,
            )
            for monday in HORIZON.mondays
        ]
        assert whole == Violation(
            rule=HardRule.CONTRACTS_STAY_WITHIN_LIMIT,
            message="M-1 Ada has 2 contracts, at most 1",
            manager_id="M-1",
            excess=1,
        )

    def test_contracts_one_after_the_other_are_one_at_a_time(self):
        """Two weeks each; a limit of none is a limit."""
        records = portfolio(TWO, [manager(max_contracts=1), TEAM[1]])
        one = stretch("C-1", weeks=(0, 1)), stretch("C-1", "M-2", weeks=(2, 3))
        other = stretch("C-2", "M-2", weeks=(0, 1)), stretch("C-2", weeks=(2, 3))
        assert broken(facts_of(records), *one, *other) == []
        none = portfolio([contract()], [manager(max_contracts=0)])
        [violation] = broken(facts_of(none), stretch())
        assert violation.message == "M-1 has 1 contract, at most 0"

    def test_handovers(self):
        """C-1 and C-2 are Ada's, C-3 is new; Bo gets all for a week: two handovers of one."""
        signed = [*TWO, contract("C-3")]
        records = portfolio(signed, TEAM, today={"C-1": "M-1", "C-2": "M-1"})
        rows = [
            row
            for name in ("C-1", "C-2", "C-3")
            for row in (stretch(name, weeks=(0, 2)), stretch(name, "M-2", weeks=(3, 3)))
        ]
        assert broken(facts_of(records, max_handovers=1), *rows) == [
            Violation(
                rule=HardRule.HANDOVERS_STAY_WITHIN_LIMIT,
                message="another manager for 2 contracts, at most 1",
                excess=1,
            )
        ]
        assert broken(facts_of(records, max_handovers=2), *rows) == []
        left = [stretch("C-1", None), stretch("C-2"), stretch("C-3")]
        assert broken(facts_of(records, max_handovers=0), *left) == []


class TestSubstitutes:
    """Bo stands in for Ada."""

    def test_the_primary_itself(self):
        """Whoever serves a contract cannot stand in for it."""
        facts = facts_of(portfolio([contract()], TEAM))
        assert broken(facts, stretch(backup_id="M-1")) == [
            Violation(
                rule=HardRule.BACKUP_IS_SOMEBODY_ELSE,
                message="C-1 with M-1 Ada: cannot be its own backup",
                contract_id="C-1",
                manager_id="M-1",
            )
        ]

    def test_who_does_not_suit(self):
        """Told like a manager who does not suit; the rule that is broken is the place."""
        records = portfolio([contract()], [TEAM[0], updated(TEAM[1], end_date=day("02-24"))])
        assert broken(facts_of(records), stretch(backup_id="M-2")) == [
            Violation(
                rule=HardRule.BACKUP_IS_ELIGIBLE,
                message="substitute of C-1 with M-2 Bo: is not employed on 2 days, first on "
                "2027-02-25",
                contract_id="C-1",
                manager_id="M-2",
                about=HardRule.EMPLOYED_THROUGHOUT,
                excess=2,
            )
        ]

    def test_who_is_forbidden(self):
        """A pin to somebody else is about managers only."""
        pins = [
            Pin(contract_id="C-1", manager_id="M-1", rule="pin"),
            Pin(contract_id="C-2", manager_id="M-2", rule="forbid"),
        ]
        facts = facts_of(portfolio(TWO, TEAM, pins=pins))
        rows = stretch("C-1", backup_id="M-2"), stretch("C-2", backup_id="M-2")
        assert broken(facts, *rows) == [
            Violation(
                rule=HardRule.BACKUP_IS_ELIGIBLE,
                message="C-2 with M-2 Bo: is forbidden as a substitute",
                contract_id="C-2",
                manager_id="M-2",
            )
        ]

    def test_a_contract_of_nobody_has_no_substitute_to_examine(self):
        """Bo, who does not serve it, stands in for nobody; the others are looked at still."""
        records = portfolio(TWO, [TEAM[0], updated(TEAM[1], offerings=("saas_premium",))])
        idle = Decision(
            contract_id="C-1",
            status="unassigned",
            backup_id="M-2",
            from_week=HORIZON.mondays[0],
            to_week=HORIZON.mondays[-1],
        )
        found = broken(facts_of(records), idle, stretch("C-2", backup_id="M-2"))
        assert [item.contract_id for item in found] == ["C-2"]

"""Plans that break rules already: what a move or an edit is told to break, ease and mend."""

import dataclasses

import pandas as pd
import pytest

from examples import EXACT, FOUR_WEEKS, contract, manager, portfolio
from tsam_planner.planning.recipe import make_plan
from tsam_planner.portfolio.records import Company
from tsam_planner.service.hard_rules import HardRule
from tsam_planner.studies.chains import find_chain
from tsam_planner.studies.edits import EditEffect
from tsam_planner.studies.moves import recommend, try_move
from tsam_planner.studies.standing import stand
from tsam_planner.verify.cases import Violation
from tsam_planner.verify.rule_changes import compare_rules
from tsam_planner.verify.verification import verify_plan

TEAM = [manager("M-1"), manager("M-2")]
OF_CASES = HardRule.CASES_STAY_WITHIN_LIMIT


def by_hand(records, **owners):
    """Return a plan in which people gave contracts to managers (``C_1="M-1"``)."""
    plan = make_plan(records, **FOUR_WEEKS, options=EXACT)
    table = plan.assignments.assign(backup_id=None)
    table["manager_id"] = [owners[name.replace("-", "_")] for name in table["contract_id"]]
    return dataclasses.replace(plan, assignments=table)


def held(*cases, by="M-1"):
    """Return a plan by hand in which one manager has contracts of so many cases."""
    names = [f"C-{number}" for number in range(len(cases))]
    signed = [contract(name, cases=some) for name, some in zip(names, cases, strict=True)]
    owners = {name.replace("-", "_"): by for name in names}
    return by_hand(portfolio(signed, TEAM), **owners)


def test_a_move_away_from_who_has_too_much_is_allowed_and_eases():
    """Five contracts of 8 are 40 of 30 cases; 32 remain, too many still, in four weeks."""
    effect = try_move(held(8, 8, 8, 8, 8), "C-0", "M-2")
    assert effect.is_allowed
    assert (effect.broken, effect.mended) == ((), ())
    assert [(item.rule, item.excess) for item in effect.eased] == [(OF_CASES, 2)] * 4
    assert (
        "still broken, but by less: M-1 in the week of 2027-02-01: 32 cases, at most 30"
        in str(effect)
    )
    assert "breaks" not in str(effect)


def test_others_fit_although_somebody_else_has_too_much():
    """What M-1 has stays above 30 whoever takes C-0; M-2 has room for its 8."""
    plan = held(8, 8, 8, 8, 8)
    table = recommend(plan, "C-0").set_index("manager_id")
    assert table["fits"].to_dict() == {"M-1": True, "M-2": True}
    assert table.loc["M-2", "reason"] == "changes no points"
    assert find_chain(stand(plan), "C-0", "M-2") == {"C-0": "M-2"}


def test_a_move_to_who_has_too_much_breaks_the_rule_further():
    """M-1 has 32 of 30 cases, and would have 40."""
    signed = [contract(f"C-{number}", cases=8) for number in range(5)]
    owners = {f"C_{number}": "M-1" for number in range(4)}
    plan = by_hand(portfolio(signed, TEAM), **owners, C_4="M-2")
    effect = try_move(plan, "C-4", "M-1")
    assert not effect.is_allowed
    assert [item.excess for item in effect.broken] == [10] * 4
    assert (effect.eased, effect.mended) == ((), ())


def test_a_move_that_brings_a_book_within_its_limit_mends():
    """Two contracts of 16 are 32 cases; one of them is fine, with either manager."""
    effect = try_move(held(16, 16), "C-0", "M-2")
    assert (effect.broken, effect.eased) == ((), ())
    assert [item.excess for item in effect.mended] == [2] * 4


def test_hours_are_compared_by_how_far_they_exceed_what_there_is():
    """Five times 9 h are 45 a week, of 40 there and 32 deployable; 36 remain: 4 too many."""
    signed = [contract(f"C-{number}", need_hours=9.0) for number in range(5)]
    plan = by_hand(portfolio(signed, TEAM), **{f"C_{number}": "M-1" for number in range(5)})
    effect = try_move(plan, "C-0", "M-2")
    assert effect.is_allowed
    eased = {item.rule for item in effect.eased}
    assert eased == {HardRule.DEPLOYABLE_HOURS_SUFFICE}
    assert {item.rule for item in effect.mended} == {HardRule.AVAILABLE_HOURS_SUFFICE}


@pytest.mark.parametrize(
    ("treatment", "word"), [("require", "requires"), ("forbid", "forbids")]
)
def test_companies_are_places_of_their_own(treatment, word):
    """
    One company is broken before and stays so; the move breaks another one.

    The contracts of K-1 are with two managers (require) or one (forbid), those of K-2 come
    to the same; a rule that is broken somewhere already does not hide that.
    """
    signed = [
        contract(f"C-{number}", company_id=f"K-{1 + number // 2}", cases=1)
        for number in range(4)
    ]
    firms = tuple(Company(company_id=name, same_manager=treatment) for name in ("K-1", "K-2"))
    owners = {
        "require": {"C_0": "M-1", "C_1": "M-2", "C_2": "M-1", "C_3": "M-1"},
        "forbid": {"C_0": "M-1", "C_1": "M-1", "C_2": "M-1", "C_3": "M-2"},
    }[treatment]
    plan = by_hand(portfolio(signed, TEAM, companies=firms), **owners)
    effect = try_move(plan, "C-3", {"require": "M-2", "forbid": "M-1"}[treatment])
    [broken] = effect.broken
    assert broken.message.startswith(f"K-2 {word}")


def test_edits_are_compared_place_by_place_like_moves():
    """40 cases as written and 32 as edited: nothing is broken anew and nothing is whole."""
    plan = held(8, 8, 8, 8, 8)
    before = plan.assignments[["contract_id", "manager_id"]]
    after = before.assign(manager_id=["M-2", *["M-1"] * 4])
    checks = [verify_plan(plan.portfolio, table, **FOUR_WEEKS) for table in (before, after)]
    effect = EditEffect(edits=(), before=checks[0], after=checks[1])
    assert (effect.broken, effect.mended) == ((), ())
    assert [item.excess for item in effect.eased] == [2] * 4
    assert "still broken, but by less: M-1" in str(effect)


def test_too_few_weeks_without_a_row_are_told_from_fewer():
    """Rows for one of four weeks lack three, rows for two lack two: better, not well."""
    plan = held(1)
    checks = [
        verify_plan(
            plan.portfolio,
            pd.DataFrame(
                [("C-0", "M-1", "2027-02-01", last)],
                columns=["contract_id", "manager_id", "from_week", "to_week"],
            ),
            **FOUR_WEEKS,
        )
        for last in ("2027-02-01", "2027-02-08")
    ]
    changes = compare_rules(checks[0].violations, checks[1].violations)
    assert [item.excess for item in changes.eased] == [2]
    back = compare_rules(checks[1].violations, checks[0].violations)
    assert [item.excess for item in back.broken] == [3]


def test_what_exceeds_a_rule_at_one_place_adds_up():
    """Two stretches with 5 and 3 days are 8 days; one of 7 is less, one of 9 is more."""

    def away(days):
        return Violation(
            rule=HardRule.EMPLOYED_THROUGHOUT,
            message=f"is not employed on {days} days",
            contract_id="C-1",
            manager_id="M-1",
            excess=days,
        )

    before = [away(5), away(3)]
    assert compare_rules(before, [away(7)]).eased == (away(7),)
    assert compare_rules(before, [away(9)]).broken == (away(9),)
    same = compare_rules(before, [away(8)])
    assert (same.broken, same.eased, same.mended) == ((), (), ())


def test_a_rule_without_a_number_is_broken_or_kept():
    """The words differ, the place does not."""
    one = Violation(rule=HardRule.PINS_ARE_KEPT, message="C-1 is pinned", contract_id="C-1")
    other = dataclasses.replace(one, message="C-1 is pinned for somebody")
    changes = compare_rules([one], [other])
    assert (changes.broken, changes.eased, changes.mended) == ((), (), ())
    assert compare_rules([one], []).mended == (one,)
    assert compare_rules([], [one]).broken == (one,)

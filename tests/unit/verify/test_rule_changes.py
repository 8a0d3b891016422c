"""What changes of broken rules is told, in an order of its own."""

from dataclasses import replace

from tsam_planner.service.hard_rules import HardRule
from tsam_planner.verify.cases import Violation
from tsam_planner.verify.rule_changes import compare_rules

CASES = "(cases stay within limit: R43, Q1, Q2)"


def too_many(manager_id, excess):
    """Return a violation of a manager who has so many cases too many."""
    return Violation(
        rule=HardRule.CASES_STAY_WITHIN_LIMIT,
        message=f"{manager_id} has {30 + excess} cases",
        manager_id=manager_id,
        excess=excess,
    )


def test_what_is_broken_eased_and_mended_is_told_in_this_order():
    """M-1 keeps the rule no longer, M-2 breaks it by more, M-3 by less, and M-4 keeps it."""
    before = [too_many("M-2", 1), too_many("M-3", 5), too_many("M-4", 2)]
    after = [too_many("M-3", 4), too_many("M-2", 3), too_many("M-1", 1)]
    assert list(compare_rules(before, after).told()) == [
        f"breaks: M-1 has 31 cases {CASES}",
        f"breaks: M-2 has 33 cases {CASES}",
        f"still broken, but by less: M-3 has 34 cases {CASES}",
        f"mends: M-4 has 32 cases {CASES}",
    ]


def test_what_stays_as_it_is_is_no_change():
    """By the same excess, in other words."""
    one = too_many("M-1", 2)
    changes = compare_rules([one], [replace(one, message="M-1 has two cases too many")])
    assert list(changes.told()) == []


def test_a_place_without_a_number_is_not_exceeded_by_more():
    """A pair that is broken twice, then once, is broken still and not by less."""
    pair = Violation(
        rule=HardRule.OFFERING_IS_SERVED,
        message="C-1 with M-1: does not serve tsam",
        contract_id="C-1",
        manager_id="M-1",
    )
    assert list(compare_rules([pair, pair], [pair]).told()) == []
    assert list(compare_rules([pair], [pair, pair]).told()) == []

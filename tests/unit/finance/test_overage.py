"""Continuously and constantly: the test of overage, condition by condition (R46, Q7)."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tsam_planner.errors import ArgumentError
from tsam_planner.finance.overage import assess_overage
from tsam_planner.service.policy import Policy
from tsam_planner.service.policy_sections import Overage

WEEKS = st.lists(st.floats(0, 40), min_size=0, max_size=20)


@pytest.mark.parametrize(
    ("hours", "grade", "failing"),
    [
        # Case 5 of the service description's small cases.
        ([14, 13, 15, 12, 14, 13, 12, 13], "recommend", []),
        # Mean 13 by one spike, but the median is 9.
        ([10, 9, 40, 9, 10, 9, 8, 9], "none", ["median", "weeks over", "run"]),
        # Mean and median 11: constant on average, not continuous.
        ([14, 8, 14, 8, 14, 8, 14, 8], "watch", ["weeks over", "run"]),
        # 10.2 h are within 5 % of 10.
        ([10.2] * 8, "none", ["mean"]),
        # 10.5 h are not more than 5 % above 10, 10.51 are.
        ([10.5] * 8, "none", ["mean"]),
        ([10.51] * 8, "recommend", []),
        # Six of eight over, but never more than three in a row.
        ([14, 14, 14, 9, 14, 14, 14, 9], "watch", ["run"]),
        # Four in a row, but five of eight only.
        ([14, 14, 14, 14, 9, 9, 14, 9], "watch", ["weeks over"]),
        # Only the latest eight weeks count.
        ([0] * 10 + [14] * 8, "recommend", []),
        ([14] * 10 + [0] * 8, "none", ["mean", "median", "weeks over", "run"]),
    ],
)
def test_grades_of_the_small_cases(hours, grade, failing):
    """Each condition that does not hold is named."""
    result = assess_overage(hours)
    assert result.grade == grade
    assert [item.name for item in result.conditions if not item.holds] == failing


def test_a_spike_moves_the_mean_and_not_the_median():
    """104 h in eight weeks are 13 h a week; 8, 9, 9, 9, 9, 10, 10, 40 have 9 in the middle."""
    spike = assess_overage([10, 9, 40, 9, 10, 9, 8, 9])
    assert (spike.mean_hours, spike.median_hours, spike.mean_allowance) == (13, 9, 10)
    assert (spike.weeks_over, spike.longest_run) == (1, 1)


def test_a_short_history_gives_at_most_watch():
    """Seven weeks at 14 h are over in every way, and one too few."""
    result = assess_overage([14] * 7)
    assert (result.grade, result.weeks_tested) == ("watch", 7)
    assert str(result.conditions[-1]) == ("does not hold: 7 weeks can be tested, of 8 needed")
    assert assess_overage([]).grade == "none"


def test_without_any_week_nothing_is_over():
    """No hours, no allowance, no run; every condition says that there was nothing to test."""
    nothing = assess_overage([None])
    figures = (nothing.mean_hours, nothing.median_hours, nothing.mean_allowance)
    assert (*figures, nothing.weeks_over, nothing.longest_run) == (0, 0, 0, 0, 0)
    assert str(nothing) == (
        "none\n"
        "  does not hold: the mean of 0 weeks is 0.00 h, not above 0.00 h "
        "(allowance 0.00 h and 5 %)\n"
        "  does not hold: the median of hours above the allowance is 0.00 h\n"
        "  does not hold: 0 of 0 weeks are over, of 6 needed\n"
        "  does not hold: 0 weeks in a row are over, of 4 needed\n"
        "  does not hold: 0 weeks can be tested, of 8 needed"
    )
    # An allowance per week, and no week.
    assert assess_overage([], []) == assess_overage([])


def test_one_week_is_a_week():
    """A week of 12 h is over, as many times as there are weeks; 9 h are within 10 h."""
    assert str(assess_overage([12])) == (
        "watch\n"
        "  holds: the mean of 1 week is 12.00 h, above 10.50 h (allowance 10.00 h and 5 %)\n"
        "  holds: the median of hours above the allowance is 2.00 h\n"
        "  does not hold: 1 of 1 week is over, of 6 needed\n"
        "  does not hold: 1 week in a row is over, of 4 needed\n"
        "  does not hold: 1 week can be tested, of 8 needed"
    )
    of_two = [str(condition) for condition in assess_overage([12, 12]).conditions[2:4]]
    assert of_two == [
        "does not hold: 2 of 2 weeks are over, of 6 needed",
        "does not hold: 2 weeks in a row are over, of 4 needed",
    ]


def test_weeks_set_aside_neither_count_nor_interrupt():
    """None and NaN are exceptional or partial weeks."""
    plain = assess_overage([14, 13, 15, 12, 14, 13, 12, 13])
    gaps = assess_overage([14, 13, None, 15, 12, float("nan"), 14, 13, 12, 13])
    assert gaps == plain
    assert gaps.longest_run == 8


def test_each_week_is_held_against_its_own_allowance():
    """Four hours bought for the last four weeks: 14 h are over before, not after."""
    allowance = [10] * 4 + [14] * 4
    result = assess_overage([14] * 8, allowance)
    assert (result.weeks_over, result.longest_run) == (4, 4)
    # 14 h a week against 12 on average are 2 above; the median excess is (4 + 0) / 2.
    assert result.excess_hours == 2
    assert [item.holds for item in result.conditions] == [True, True, False, True]
    assert result.grade == "watch"


def test_all_numbers_are_policy():
    """Four weeks, three over, two in a row, 20 % and no median."""
    rule = Overage(window=4, over_weeks=3, run=2, tolerance=0.2, median=False)
    assert assess_overage([13, 13, 5, 20], policy=rule).grade == "recommend"
    assert assess_overage([13, 13, 5, 20], policy=Policy(overage=rule)).grade == "recommend"
    # The mean of 12 h is not more than 20 % above 10.
    assert assess_overage([13, 13, 5, 17], policy=rule).grade == "none"


@pytest.mark.parametrize(
    ("hours", "allowance", "message"),
    [
        ([1, -2], 10, r"weekly_hours >= 0"),
        ([1, float("inf")], 10, r"weekly_hours >= 0 and finite"),
        ([1, 2], [10, -1], r"allowance_hours >= 0"),
        ([1, 2], [10], r"one allowance per week, got 1 for 2 weeks"),
    ],
)
def test_impossible_numbers_are_refused(hours, allowance, message):
    """With what was expected."""
    with pytest.raises(ArgumentError, match=message):
        assess_overage(hours, allowance)


@given(WEEKS, st.floats(0, 5))
def test_more_hours_never_lower_the_grade(hours, more):
    """Every condition is monotone in every week's hours."""
    grades = ("none", "watch", "recommend")
    before, after = assess_overage(hours), assess_overage([hour + more for hour in hours])
    assert grades.index(after.grade) >= grades.index(before.grade)
    assert after.excess_hours >= before.excess_hours - 1e-9


@given(st.lists(st.floats(0, 10), max_size=20))
def test_within_the_allowance_nothing_is_found(hours):
    """No week over, no excess, no grade."""
    result = assess_overage(hours)
    assert (result.grade, result.weeks_over, result.excess_hours) == ("none", 0, 0.0)


@given(WEEKS)
def test_lists_and_arrays_are_the_same(hours):
    """Whatever holds the hours."""
    assert assess_overage(hours) == assess_overage(np.array(hours, dtype=float))

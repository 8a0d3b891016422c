"""How levels and weeks move; figures are such that every move can be worked out by hand."""

import datetime as dt

import numpy as np
import pytest

from tsam_planner.demand.history import History
from tsam_planner.demand.levels import LevelTable, level_tables, weekly_shapes
from tsam_planner.demand.open_cases import Spans

NAN = float("nan")
# 26 weeks that change from week to week around 10, with a variance of 4 and no memory.
RESTLESS = [8.0, 12.0] * 13


def history(hours=None, cases=None, *, weight=None):
    """Return weeks with hours, open cases or both; one row per contract."""
    given = np.array(cases if hours is None else hours, dtype=float)
    nothing = np.full(given.shape, NAN)
    monday, none = dt.date(2025, 1, 6), np.zeros(0, dtype=np.int64)
    return History(
        mondays=tuple(monday + week * dt.timedelta(weeks=1) for week in range(given.shape[1])),
        weight=np.ones(given.shape) if weight is None else np.array(weight, dtype=float),
        hours=nothing if hours is None else given,
        open_mean=nothing if cases is None else np.array(cases, dtype=float),
        open_peak=nothing,
        spans=Spans(none, none, none),
        case_log=range(given.shape[1]),
    )


def moves(hours, **fields):
    """Return the moves of hours."""
    return level_tables(history(hours, **fields))[0].moves


def test_a_draw_takes_one_point_in_time_for_all_contracts_and_a_move_of_each():
    """Times are rows and ranks are entries, both in equal parts of 0 to 1."""
    table = LevelTable(np.array([[0.8, 1.2], [0.9, 1.1]]))
    drawn = table.at(np.array([[0.49], [0.5]]), np.array([[0.0, 0.5], [0.99, 0.49]]))
    assert drawn.tolist() == [[0.8, 1.2], [1.1, 0.9]]


@pytest.mark.parametrize(
    ("first", "then", "expected"),
    [
        # A little of the mean, 0.25 * 10, is in both: 22.5 / 12.5 = 1.8 against 1, mean 1.4.
        ([10.0, 10.0], [20.0, 10.0], [1 / 1.4, 1.8 / 1.4]),
        # From nothing to 10 h: 11.25 / 1.25 = 9 against 1, mean 5.
        ([0.0, 10.0], [10.0, 10.0], [1 / 5, 9 / 5]),
    ],
)
def test_levels_move_from_a_half_year_to_the_quarter_after_it(first, then, expected):
    """Of 39 weeks, 26 come before and 13 after; moves have the mean 1."""
    hours = [[old] * 26 + [new] * 13 for old, new in zip(first, then, strict=True)]
    np.testing.assert_allclose(moves(hours), [expected])


@pytest.mark.parametrize("step", [0.5, 1.0, 2.0])
def test_what_single_weeks_explain_is_taken_out_of_moves(step):
    """
    Two contracts come in ``step`` above and below their level of 10.

    A mean of 13 restless weeks has a variance of 4 / 13, a step one of step². What is left
    is the root of 1 - (4 / 13) / step², or nothing: 0.5² is less than 4 / 13.
    """
    kept = np.sqrt(max(0.0, 1 - 4 / 13 / step**2))
    assert (kept > 0) == (step > 0.5)
    found = moves([RESTLESS + [10 + step] * 13, RESTLESS + [10 - step] * 13])
    apart = kept * step / 12.5
    np.testing.assert_allclose(found, [[1 - apart, 1 + apart]], atol=1e-12)


def test_weeks_that_resemble_the_week_before_explain_more():
    """
    Runs of 5, 5, 8 and 8 weeks above and below 10: three of 25 pairs differ in sign.

    Resemblance (22 - 3) / 25 = 0.76 multiplies the variance 4 / 13 by 1.76 / 0.24; that is
    2.26 of the 4 that steps of 2 have.
    """
    past = [12.0] * 5 + [8.0] * 5 + [12.0] * 8 + [8.0] * 8
    apart = 2 / 12.5 * np.sqrt(1 - 4 / 13 * 1.76 / 0.24 / 4)
    found = moves([past + [12.0] * 13, past + [8.0] * 13])
    np.testing.assert_allclose(found, [[1 - apart, 1 + apart]])


def test_what_all_contracts_have_in_common_stays():
    """
    Both rise from 10 to 20 after week 27, and single weeks explain nothing of that.

    Seen from week 27, all 13 weeks to come have 20: a move of 22.5 / 12.5. From week 26 the
    first of them has 8: their mean is 248 / 13.
    """
    hours = [[*RESTLESS, 8.0] + [20.0] * 13] * 2
    found = moves(hours)
    np.testing.assert_allclose(found[:, 0], found[:, 1])
    assert found[0, 0] / found[1, 0] == pytest.approx(22.5 / (248 / 13 + 2.5))


def test_levels_are_seen_from_half_a_year_of_points_in_time():
    """Of 104 weeks with ever more hours, the last 26 points that have a quarter behind them."""
    rising = [np.arange(104.0) + 1, np.arange(104.0) + 2]
    assert moves(rising).shape == (26, 2)
    # 40 weeks have two points: after 26 and after 27 weeks.
    assert moves([row[:40] for row in rising]).shape == (2, 2)


def test_weeks_count_per_working_day_and_those_of_a_day_or_less_do_not():
    """Half weeks with half of the hours move nothing, nor do 99 h in a week of one day."""
    hours = np.array([[10.0] * 26 + [20.0] * 13, [10.0] * 39])
    weight = np.ones(hours.shape)
    weight[:, 3::2] = 0.5
    logged = hours * weight
    weight[:, 2], logged[0, 2] = 0.2, 99.0
    np.testing.assert_allclose(moves(logged, weight=weight), moves(hours))


def test_contracts_of_which_nothing_is_known_have_the_moves_of_others():
    """The third has no hours: its place is taken by a move of the other two."""
    hours = [[10.0] * 26 + [20.0] * 13, [10.0] * 39, [NAN] * 39]
    # 1 and 1.8, and the first of them again: mean 3.8 / 3.
    np.testing.assert_allclose(moves(hours), [np.array([1, 1.8, 1]) / (3.8 / 3)])


def test_hours_move_by_the_past_of_hours_and_cases_by_that_of_cases():
    """Hours doubled for one of two, cases for none; where one is missing the other counts."""
    doubled, still = [[10.0] * 26 + [20.0] * 13, [10.0] * 39], [[3.0] * 39] * 2
    hours, cases = level_tables(history(doubled, still))
    np.testing.assert_allclose(hours.moves, [[1 / 1.4, 1.8 / 1.4]])
    np.testing.assert_allclose(cases.moves, [[1, 1]])
    for known in (history(doubled), history(cases=doubled)):
        for table in level_tables(known):
            np.testing.assert_allclose(table.moves, hours.moves)


@pytest.mark.parametrize("hours", [[RESTLESS[:7]] * 2, [[0.0] * 39], [[NAN] * 39]])
def test_without_a_past_levels_stray_by_a_fifth(hours):
    """Seven weeks, only zeros or nothing: a standard deviation of 0.2 (of logarithms)."""
    for table in level_tables(history(hours)):
        assert table.moves.mean() == pytest.approx(1)
        assert np.log(table.moves).std() == pytest.approx(0.2, rel=0.02)


def test_eight_weeks_are_a_past():
    """After six weeks of 10 h come two of 20 h: two thirds before, one third after."""
    found = moves([[10.0] * 6 + [20.0] * 2, [10.0] * 8])
    np.testing.assert_allclose(found, [[1 / 1.4, 1.8 / 1.4]])


def shapes(hours, weight=None, seed=0):
    """Return the shapes of weeks."""
    hours = np.array(hours, dtype=float)
    weight = np.ones(hours.shape) if weight is None else np.array(weight, dtype=float)
    return weekly_shapes(hours, weight, hours.shape[1], np.random.default_rng(seed))


def test_a_shape_is_a_week_over_the_mean_of_its_contract():
    """2 and 6 h around 4 h are a half and three halves, in half weeks as in whole ones."""
    weight = [1.0] * 6 + [0.5] * 2
    found = shapes([[2, 6, 2, 6, 2, 6, 1, 3], [5] * 6 + [2.5] * 2], [weight, weight])
    np.testing.assert_allclose(found, [[0.5, 1.5] * 4, [1.0] * 8])


def test_a_missing_week_is_another_week_of_the_same_contract():
    """C-1 has 5 h in nine weeks of ten, so in the tenth, whatever the other one has."""
    gap = [5.0] * 4 + [NAN] + [5.0] * 5
    np.testing.assert_allclose(shapes([gap, [1.0, 9.0] * 5])[0], [1.0] * 10)
    # A week of one day is missing, too.
    odd = shapes([[5.0] * 9 + [40.0]], [[1.0] * 9 + [0.2]])
    np.testing.assert_allclose(odd, [[1.0] * 10])


@pytest.mark.parametrize(("weeks", "is_own"), [(7, False), (8, True)])
def test_below_eight_weeks_the_shapes_of_others_are_borrowed(weeks, is_own):
    """The second has 3 h in each week that it has; the first has 2 and 6 h by turns."""
    found = shapes([[2.0, 6.0] * 5, [NAN] * (10 - weeks) + [3.0] * weeks])
    np.testing.assert_allclose(found[1], [1.0] * 10 if is_own else [0.5, 1.5] * 5)


def test_each_week_is_borrowed_from_the_same_week_of_somebody():
    """Of two lenders, each is taken in some of 40 weeks; in even weeks both are quiet."""
    lenders = [[1.0, 5.0] * 20, [1.0, 9.0] * 20]
    *own, borrowed = shapes([*lenders, [NAN] * 40])
    # 1/3, 5/3 and 1/5, 9/5; the borrowed row is divided by its mean, which changes no ratio.
    even, odd = borrowed[::2], borrowed[1::2]
    assert set((even / even.max()).round(9)) == {0.6, 1.0}
    assert set((odd / odd.max()).round(9)) == {round(25 / 27, 9), 1.0}
    assert even.max() < odd.min()
    np.testing.assert_allclose([*own[0], *own[1]], [1 / 3, 5 / 3] * 20 + [1 / 5, 9 / 5] * 20)


def test_where_nobody_has_a_past_weeks_stray_by_a_third():
    """2,000 weeks with a standard deviation of 0.35 (of logarithms, +- 0.03), mean 1 each."""
    found = shapes(np.full((10, 200), NAN))
    assert np.log(found).std() == pytest.approx(0.35, abs=0.03)
    np.testing.assert_allclose(found.mean(axis=1), 1.0)

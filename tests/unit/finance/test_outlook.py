"""The test of overage ahead: the same as that of time sheets, in many futures at once."""

import numpy as np
import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from tsam_planner.finance.outlook import Outlook, blocks_by_week, meets_test
from tsam_planner.finance.overage import assess_overage
from tsam_planner.service.policy_sections import Overage

# Halves and whole hours meet limits exactly; others do not.
HOURS = st.one_of(st.integers(0, 40).map(lambda count: count / 2), st.floats(0, 30))
ALLOWANCES = st.sampled_from([8.0, 10.0, 10.0, 10.5, 15.0])


@st.composite
def rules(draw):
    """Draw the numbers of a test, which never ask for more weeks than there are."""
    window = draw(st.integers(1, 10))
    weeks = draw(st.integers(1, window))
    return Overage(
        window=window,
        over_weeks=weeks,
        run=draw(st.integers(1, weeks)),
        tolerance=draw(st.sampled_from([0.0, 0.05, 0.2])),
        median=draw(st.booleans()),
    )


@st.composite
def windows(draw, rule):
    """Draw a full window of hours around its allowances."""
    size = {"min_size": rule.window, "max_size": rule.window}
    allowance = draw(st.lists(ALLOWANCES, **size))
    more = draw(st.sampled_from([0.0, 2.0, 8.0]))
    hours = [hour + more for hour in draw(st.lists(HOURS, **size))]
    return np.array(hours), np.array(allowance)


@given(st.data())
def test_many_windows_at_once_agree_with_the_test_of_one(data):
    """Over exactly where the grade is ``recommend``, for any numbers of the policy."""
    rule = data.draw(rules())
    drawn = [data.draw(windows(rule)) for _ in range(4)]
    grades = [assess_overage(*pair, policy=rule).grade for pair in drawn]
    for grade in grades:
        event(grade)
    hours, allowance = (np.stack(part) for part in zip(*drawn, strict=True))
    assert meets_test(hours, allowance, rule).tolist() == [
        grade == "recommend" for grade in grades
    ]


@given(st.data())
def test_every_week_ahead_is_tested_with_the_weeks_before_it(data):
    """As if the time sheets went on until that week, in each future."""
    rule = data.draw(rules())
    past, weeks, draws = (data.draw(st.integers(0, 12)) for _ in range(3))
    hours = st.lists(HOURS, min_size=past + weeks, max_size=past + weeks)
    futures = np.array([data.draw(hours) for _ in range(draws)]).reshape(draws, past + weeks)
    if draws:
        futures[:, :past] = futures[0, :past]
    allowance = np.array(
        data.draw(st.lists(ALLOWANCES, min_size=past + weeks, max_size=past + weeks))
    )
    outlook = Outlook(
        past_hours=futures[0, :past] if draws else np.zeros(past),
        past_allowance=allowance[:past],
        hours=futures[:, past:],
        allowance=allowance[past:],
        weeks=np.arange(weeks),
    )
    excess, ends = outlook.test(rule)
    known, known_ends = outlook.of_past.test(rule)
    # What is known already is the same part of the answer, in every future.
    assert known.tolist() == excess[:, ends < 0].tolist()
    assert known_ends.tolist() == ends[ends < 0].tolist()
    # A test of the time sheets alone, if they are long enough; one with each week that has
    # a full window behind it.
    first = -1 if past >= rule.window else rule.window - past - 1
    assert ends.tolist() == list(range(first, weeks))
    for draw, row in enumerate(excess.tolist()):
        for end, found in zip(ends.tolist(), row, strict=True):
            known = past + end + 1
            one = assess_overage(futures[draw, :known], allowance[:known], policy=rule)
            expected = one.excess_hours if one.grade == "recommend" else 0.0
            assert found == pytest.approx(expected, abs=1e-9)


STEPS = st.sampled_from([0.25, 1.0, 2.0, 8.0])


@given(st.data(), STEPS, st.integers(0, 6))
def test_blocks_never_fall_and_start_after_the_lead(data, step, lead):
    """Each week has the largest block of the tests that act by then, in whole steps."""
    tests, weeks = data.draw(st.integers(0, 6)), data.draw(st.integers(1, 10))
    ends = np.arange(-1, tests - 1)
    sizes = st.lists(st.floats(0, 20), min_size=tests, max_size=tests)
    excess = np.array([data.draw(sizes) for _ in range(3)]).reshape(3, tests)
    sold = blocks_by_week(excess, ends, weeks, step=step, lead_weeks=lead)
    assert sold.shape == (3, weeks)
    assert (np.diff(sold, axis=1) >= 0).all()
    for row, blocks in zip(excess, sold.tolist(), strict=True):
        for week, count in enumerate(blocks):
            # Who is over today has the block in week 0; who is over after week e is asked
            # in the week after, and has it `lead` weeks later.
            acting = [
                hours
                for hours, end in zip(row, ends, strict=True)
                if end == -1 or end + 1 + lead <= week
            ]
            most = max(acting, default=0.0)
            # As many steps as are needed, and none too many.
            assert count * step >= most - 1e-6
            assert not count or (count - 1) * step < most + 1e-6


@pytest.mark.parametrize(
    ("excess", "end", "blocks"),
    [
        # Tested today: from the first week on; 2 h are two blocks, not three.
        (2.0, -1, [2, 2, 2, 2, 2, 2]),
        (2.01, -1, [3, 3, 3, 3, 3, 3]),
        # Over after the first week: asked in the second, a block from the fourth on.
        (2.0, 0, [0, 0, 0, 2, 2, 2]),
        (2.0, 2, [0, 0, 0, 0, 0, 2]),
        # Too late for these six weeks.
        (2.0, 3, [0, 0, 0, 0, 0, 0]),
    ],
)
def test_when_a_block_starts(excess, end, blocks):
    """With two weeks between asking and start."""
    found = blocks_by_week(np.array([[excess]]), np.array([end]), 6, step=1.0, lead_weeks=2)
    assert found.tolist() == [blocks]

"""Cases to come, drawn from a past of a few cases; times are in weeks from its begin."""

from dataclasses import replace

import numpy as np
import pytest

from tsam_planner.demand.arrivals import (
    CaseModel,
    copies_of,
    draw_open_cases,
    expected_open,
    model_cases,
)
from tsam_planner.demand.open_cases import DAY, NEVER, Spans

WEEK = 7 * DAY
HOURS = 168
DRAWS = 4000
# A share of draws lies outside of this many standard errors once in two million times.
ERRORS = 5


def spans(*rows):
    """Return cases from (contract, opened, closed or None)."""
    group, opened, closed = zip(*rows, strict=True)
    return Spans(
        np.array(group),
        np.array([round(time * WEEK) for time in opened]),
        np.array([NEVER if time is None else round(time * WEEK) for time in closed]),
    )


def model(*rows, contracts=2, weeks=4):
    """Return the model of a log that begins at 0."""
    return model_cases(spans(*rows), contracts, 0, weeks)


def lasting(*own, arrives=(), is_open=()):
    """
    Return a model with the given durations of each contract, all of them pooled.

    ``arrives`` are contracts, each with a case in the middle of the only week of the past;
    ``is_open`` has contract and age of the cases that are open.
    """
    own = [np.sort(np.array(durations, dtype=float)) for durations in own]
    return CaseModel(
        contracts=len(own),
        group=np.array(arrives, dtype=np.int64),
        offset=np.full(len(arrives), 0.5),
        begins=np.array([0, len(arrives)]),
        durations=np.concatenate(own),
        bounds=np.cumsum([0, *map(len, own)]),
        pooled=np.sort(np.concatenate(own)),
        open_group=np.array([group for group, _ in is_open], dtype=np.int64),
        open_age=np.array([age for _, age in is_open], dtype=float),
    )


def draw(cases, moments, *, draws=DRAWS, weeks=None, scale=1.0, still=1.0):
    """Return open cases at moments in hours; by default no case arrives."""
    weeks = np.zeros((draws, 0), dtype=np.int64) if weeks is None else np.array(weeks)
    return draw_open_cases(
        cases,
        weeks,
        np.full((len(weeks), cases.contracts), scale),
        np.full(cases.contracts, still),
        np.array(moments),
        np.random.default_rng(5),
    )


def is_share(found, expected):
    """Return whether a share of draws is the expected one but for chance."""
    return abs(found - expected) <= ERRORS * np.sqrt(expected * (1 - expected) / DRAWS)


def test_cases_arrive_in_the_week_in_which_they_were_opened():
    """Weeks 0 and 2 have cases; those opened before the log or after its end arrive never."""
    rows = [(1, 2.25, 2.5), (0, 2.75, 3.0), (0, 0.5, 3.5), (0, -1.0, 1.0), (1, 4.0, None)]
    found = model(*rows)
    assert found.weeks == 4
    assert found.begins.tolist() == [0, 1, 1, 3, 3]
    assert found.group.tolist() == [0, 0, 1]
    assert found.offset == pytest.approx([0.5, 0.75, 0.25])
    assert not len(found.open_group)


def test_what_was_opened_before_the_log_tells_how_long_cases_last():
    """Contract 0 has cases of 0.25, 2 and 3 weeks, the second opened before; 1 has one."""
    rows = [(1, 2.25, 2.5), (0, 2.75, 3.0), (0, 0.5, 3.5), (0, -1.0, 1.0), (1, 4.0, None)]
    found = model(*rows)
    assert found.bounds.tolist() == [0, 3, 4]
    assert found.durations == pytest.approx([0.25, 2.0, 3.0, 0.25])
    assert found.pooled == pytest.approx([0.25, 0.25, 2.0, 3.0])


def test_an_open_case_lasts_as_long_as_it_is_old():
    """After four weeks, one of 3.5 and one of 1.5 weeks are open; long cases do exist."""
    found = model((1, 0.5, None), (0, 2.5, None), (0, 1.0, 2.0))
    assert found.open_group.tolist() == [0, 1]
    assert found.open_age == pytest.approx([1.5, 3.5])
    assert found.durations == pytest.approx([1.0, 1.5, 3.5])


def test_the_order_of_rows_in_a_log_does_not_matter():
    """Forwards and backwards, a log has one model."""
    rows = [(1, 2.25, 2.5), (0, 2.75, 3.0), (0, 2.75, None), (1, 0.5, None), (0, 0.5, 3.5)]
    first, second = model(*rows), model(*rows[::-1])
    for name in CaseModel.__slots__:
        np.testing.assert_array_equal(getattr(first, name), getattr(second, name))


def test_a_repeated_week_repeats_its_cases_hour_by_hour():
    """A case from half a week on, for a quarter: from hour 84 until just before hour 126."""
    past = model((1, 2.5, 2.75))
    found = draw(past, [83, 84, 125, 126, 252, 293, 294], weeks=[[2, 2], [2, 0], [0, 1]])
    assert found[:, 1].tolist() == [
        [0, 1, 1, 0, 1, 1, 0],
        [0, 1, 1, 0, 0, 0, 0],
        [0, 0, 0, 0, 0, 0, 0],
    ]
    assert not found[:, 0].any()


def test_cases_are_seen_from_the_hour_after_their_opening_to_that_before_their_closing():
    """Opened 24 minutes after hour 84, closed 24 minutes after hour 94."""
    past = model((0, (84 + 0.4) / HOURS, (94 + 0.4) / HOURS))
    assert draw(past, [84, 85, 94, 95], weeks=[[0]])[0, 0].tolist() == [0, 1, 1, 0]


def test_a_case_stays_open_into_the_weeks_after():
    """One that lasts two weeks and begins in the middle is open at hours 84 to 419."""
    cases = lasting([2.0], arrives=[0])
    found = draw(cases, [83, 84, 335, 419, 420], weeks=[[0]])
    assert found.tolist() == [[[0, 1, 1, 1, 0]]]


def test_three_for_one_come_at_other_moments_of_the_week():
    """One comes at hour 84, all are there at the end; the two others come at any time."""
    cases = lasting([9.0], arrives=[0])
    found = draw(cases, [83, 84, 168], weeks=np.zeros((DRAWS, 1), dtype=int), scale=3.0)[:, 0]
    assert (found[:, 2] == 3).all()
    assert (found[:, 1] > found[:, 0]).all()
    # Each of the two is later than hour 83 with a chance of 85 / 168.
    assert is_share((found[:, 0] == 0).mean(), (85 / 168) ** 2)


@pytest.mark.parametrize(
    ("scale", "least", "share"), [(0.0, 0, 0), (0.3, 0, 0.3), (2.25, 2, 0.25)]
)
def test_copies_are_whole_and_right_on_average(scale, least, share):
    """2.25 copies are 3 in a quarter of cases and 2 in all others."""
    copies = copies_of(np.full(DRAWS, scale), np.random.default_rng(1))
    assert set(copies) <= {least, least + 1}
    assert is_share((copies == least + 1).mean(), share)


@pytest.mark.parametrize(("contract", "share"), [(0, 10 / 40 * 0.75), (1, 90 / 100 + 0.075)])
def test_cases_last_as_long_as_own_ones_or_as_any(contract, share):
    """
    Contract 0 has 30 cases of one week, contract 1 has 90 of three; all weigh like 10.

    Of 40 cases of contract 0, ten are any: three quarters of these last three weeks. Of 100
    cases of contract 1 that are 90 and three quarters of ten.
    """
    cases = lasting([1.0] * 30, [3.0] * 90, arrives=[contract])
    found = draw(cases, [2 * HOURS], weeks=np.zeros((DRAWS, 1), dtype=int))
    assert is_share(found[:, contract, 0].mean(), share)


def test_in_the_long_run_arrivals_times_mean_duration_are_open():
    """
    Contract 0: a case a week, 30 own of one week and ten of 2.5: (30 + 25) / 40 weeks.

    Contract 1 has two a week, and (270 + 25) / 100 weeks each.
    """
    cases = lasting([1.0] * 30, [3.0] * 90, arrives=[0, 1, 1])
    assert expected_open(cases) == pytest.approx([55 / 40, 2 * 295 / 100])
    # Two weeks with these cases halve what arrives in a week.
    slower = replace(cases, begins=np.array([0, 3, 3]))
    assert expected_open(slower) == pytest.approx([55 / 80, 295 / 100])


def test_an_open_case_lasts_longer_than_it_is_old():
    """At two weeks, only three weeks are longer: it closes after one more, in all draws."""
    cases = lasting([1.0] * 30, [3.0] * 90, is_open=[(0, 2.0)])
    assert draw(cases, [0, HOURS - 1, HOURS])[:, 0].mean(axis=0).tolist() == [1, 1, 0]


@pytest.mark.parametrize("contract", [0, 1])
@pytest.mark.parametrize("age", [3.0, 5.0])
def test_an_open_case_older_than_any_stays_open(contract, age):
    """Nobody knows when it closes; a duration equal to the age has been outlived."""
    cases = lasting([1.0] * 30, [3.0] * 90, is_open=[(contract, age)])
    assert draw(cases, [0, 999 * HOURS])[:, contract].all()


@pytest.mark.parametrize(
    ("contract", "share"),
    [
        # Own: 20 of four weeks. All: 60 of 200 exceed two weeks, 30 of a hundred, a third of
        # them of four weeks. (20 + 10) / 50.
        (1, 30 / 50),
        # Own: 40 of three weeks, and the same 30.
        (0, 10 / 70),
    ],
)
def test_an_open_case_lasts_like_own_ones_of_its_age_or_like_any(contract, share):
    """Own cases that exceed two weeks are asked how they went on, and those among a hundred."""
    own = [[3.0] * 40 + [1.0] * 120, [4.0] * 20 + [1.0] * 20]
    cases = lasting(*own, is_open=[(contract, 2.0)])
    found = draw(cases, [round(0.9 * HOURS), round(1.5 * HOURS)])[:, contract]
    assert (found[:, 0] == 1).all()
    assert is_share(found[:, 1].mean(), share)


def test_an_open_case_of_a_contract_without_others_lasts_like_any():
    """The second contract has no durations: half of all exceed one week, by one or two."""
    cases = lasting([1.0] * 4 + [2.0, 2.0, 3.0, 3.0], [], is_open=[(1, 1.0)])
    found = draw(cases, [0, HOURS, 2 * HOURS])[:, 1].mean(axis=0)
    assert (found[0], found[2]) == (1, 0)
    assert is_share(found[1], 0.5)


@pytest.mark.parametrize(("still", "mean"), [(0.0, 0.0), (0.25, 0.25), (2.0, 2.0)])
def test_open_cases_stand_for_fewer_or_more(still, mean):
    """A quarter is one case in every fourth draw."""
    cases = lasting([5.0], is_open=[(0, 1.0)])
    found = draw(cases, [0], still=still)[:, 0, 0]
    assert is_share(found.mean() % 1, mean % 1)
    assert found.mean() // 1 == mean // 1

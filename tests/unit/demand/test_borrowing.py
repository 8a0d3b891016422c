"""Cases of contracts of which a log says too little."""

import numpy as np
import pytest

from tsam_planner.demand.arrivals import expected_open, model_cases
from tsam_planner.demand.borrowing import ASSUMED_OPEN, assumed_cases, lend
from tsam_planner.demand.open_cases import DAY, NEVER, Spans

WEEK = 7 * DAY


def log(repeats=1):
    """
    Return two weeks: contract 0 has a case in each, contract 1 one in the second week.

    One case of contract 0 and one of contract 1 are open at their end, 0.75 and 0.5 weeks old.
    """
    group, opened = [0, 0, 1], [0.5, 1.25, 1.5]
    closed = [round(0.75 * WEEK), NEVER, NEVER]
    return Spans(
        np.repeat(group, repeats),
        np.repeat([round(time * WEEK) for time in opened], repeats),
        np.repeat(closed, repeats),
    )


def lent(share, *, repeats=1, contracts=3, seed=0):
    """Return the model in which contract 0 lends to all others."""
    cases = model_cases(log(repeats), contracts, 0, 2)
    lends = np.arange(contracts) == 0
    rng = np.random.default_rng(seed)
    return lend(cases, lends, np.full(contracts, float(share)), rng)


def weeks_of(cases, contract):
    """Return the weeks in which cases of a contract arrive."""
    week = np.repeat(np.arange(cases.weeks), np.diff(cases.begins))
    return week[cases.group == contract].tolist()


def test_borrowers_have_the_cases_of_lenders_in_the_same_weeks():
    """Two for one: contracts 1 and 2 have two cases in each week, and not their own."""
    found = lent(2)
    assert weeks_of(found, 0) == [0, 1]
    assert weeks_of(found, 1) == weeks_of(found, 2) == [0, 0, 1, 1]


def test_lent_cases_come_at_other_moments_than_those_of_the_lender():
    """Contracts that have their cases together would have peaks together."""
    found = lent(2)
    assert found.offset[found.group == 0].tolist() == [0.5, 0.25]
    others = found.offset[found.group != 0]
    assert len(set(others) | {0.5, 0.25}) == len(others) + 2
    assert ((others >= 0) & (others < 1)).all()


def test_a_share_below_one_is_that_share_of_cases():
    """A quarter of 4,000 cases a week are 1,000, +- 5 standard errors of 27.4."""
    found = lent(0.25, repeats=4000)
    for contract in (1, 2):
        in_week = np.bincount(weeks_of(found, contract), minlength=2)
        assert (np.abs(in_week - 1000) <= 5 * np.sqrt(4000 * 0.25 * 0.75)).all()


def test_without_a_share_nothing_is_lent():
    """Contracts of which nothing is planned have no cases, not even those of their own."""
    found = lent(0)
    assert found.group.tolist() == [0, 0]
    assert found.open_group.tolist() == [0]


@pytest.mark.parametrize(("share", "times"), [(1, 5), (0.4, 2)])
def test_open_cases_are_lent_five_times_over(share, times):
    """0.4 for one are two copies of the case that is 0.75 weeks old; the lender keeps one."""
    found = lent(share)
    assert found.open_group.tolist() == [0] + [1] * times + [2] * times
    assert found.open_age == pytest.approx([0.75] * (1 + 2 * times))


def test_durations_stay_those_of_the_log():
    """Contract 1 keeps the duration of its own case, 2 has none: both are pooled anyway."""
    cases, found = model_cases(log(), 3, 0, 2), lent(1)
    assert found.durations.tolist() == cases.durations.tolist()
    assert found.bounds.tolist() == cases.bounds.tolist() == [0, 2, 3, 3]


def test_without_a_log_a_further_contract_lends():
    """A hundred of its cases are open on average, for two weeks each; others have none."""
    cases = assumed_cases(3, 400, np.random.default_rng(0))
    assert (cases.contracts, cases.weeks) == (4, 400)
    assert set(cases.group) == {3}
    assert cases.open_group.tolist() == [3] * ASSUMED_OPEN
    # 20,000 cases: means of both, of arrivals and durations, are within 1 / sqrt(20,000).
    assert cases.pooled.mean() == pytest.approx(2.0, rel=5 / np.sqrt(20_000))
    expected = [0, 0, 0, ASSUMED_OPEN]
    assert expected_open(cases) == pytest.approx(expected, rel=5 * np.sqrt(2 / 20_000))
    # Exponential: a case of any age has two weeks to come.
    left = cases.pooled[cases.pooled > 3] - 3
    assert left.mean() == pytest.approx(2.0, rel=5 / np.sqrt(len(left)))


def test_lending_of_a_hundred_gives_what_is_wanted():
    """A contract with a share of a twentieth has five cases open on average."""
    rng = np.random.default_rng(1)
    cases = assumed_cases(2, 400, rng)
    lends = np.array([False, False, True])
    found = expected_open(lend(cases, lends, np.array([0.05, 0.0, 0.0]), rng))
    # 1,000 cases are lent of 20,000.
    assert found[0] == pytest.approx(5.0, rel=5 / np.sqrt(1000))
    assert found[1] == 0

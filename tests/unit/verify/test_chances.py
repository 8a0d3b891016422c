"""The accepted risk, held against futures: how much is luck, and what is told."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom

from examples import contract, manager, portfolio, updated
from hand_made import facts_of, stretch
from tsam_planner.service.hard_rules import HardRule
from tsam_planner.service.policy import Policy
from tsam_planner.verify.chances import chances_stay_within_risk, most_by_luck

NAMES = [f"C-{number}" for number in range(1, 5)]


@pytest.mark.parametrize("places", [1, 2, 600])
def test_less_than_one_plan_in_a_hundred_shows_more_by_luck(places):
    """
    A chance of 5 % in 2,000 futures at each of some places, which do not depend on each other.

    The limit is the least share that all of them keep in 99 plans of 100.
    """
    limit = most_by_luck(0.05, draws=2000, places=places)
    kept = [binom.cdf(round(2000 * limit) - less, 2000, 0.05) ** places for less in (0, 1)]
    assert kept[0] >= 0.99 > kept[1]


def test_no_place_is_as_good_as_one():
    """Without any manager there is nothing that could stray."""
    assert most_by_luck(0.05, draws=2000, places=0) == most_by_luck(0.05, draws=2000, places=1)


def log_of(names, rate=2):
    """Return a year's log in which each contract opens some cases a week for two weeks."""
    rng = np.random.default_rng(0)
    rows = [
        (f"{name}/{number}", name, opened, opened + pd.Timedelta(days=14))
        for name in names
        for number, opened in enumerate(
            pd.Timestamp("2026-02-02", tz="UTC")
            + pd.to_timedelta(rng.uniform(0, 364, size=52 * rate), unit="D")
        )
    ]
    log = pd.DataFrame(rows, columns=["case_id", "contract_id", "opened_at", "closed_at"])
    for column in ("opened_at", "closed_at"):
        log[column] = log[column].astype("datetime64[ns, UTC]")
    return log


def told(team, **policy):
    """Return what is too often too much where the second of two managers has everything."""
    signed = [contract(name, need_hours=4, cases=None) for name in NAMES]
    records = updated(portfolio(signed, [manager("M-1"), team]), cases=log_of(NAMES))
    facts = facts_of(records, risk=0.05, **policy)
    return list(chances_stay_within_risk(facts, [stretch(name, "M-2") for name in NAMES]))


def test_hours_that_never_suffice_are_told_once_with_their_manager():
    """16 h a week of 8 h, in all futures and weeks: 95 of a hundred more than are accepted."""
    [violation] = told(manager("M-2", name="Bo", weekly_hours=8))
    assert violation.message == (
        "M-2 Bo in the week of 2027-02-01: too many hours in 100.0% of futures, 5.0% accepted"
    )
    assert violation.place == (HardRule.CHANCES_STAY_WITHIN_RISK, None, "M-2", None, "hours")
    assert violation.excess == 950_000


def test_open_cases_are_told_with_their_share():
    """Some 16 cases at once (Little's law: 4 a contract) are nearly always more than ten."""
    [violation] = told(manager("M-2", max_cases=10))
    assert violation.about == "open cases at once"
    assert "too many open cases at once in " in violation.message
    share = float(violation.message.split(" in ")[-1].partition("%")[0]) / 100
    assert share > 0.8
    # Told to a tenth of a percent; what is accepted is no excess.
    assert violation.excess / 1e6 + 0.05 == pytest.approx(share, abs=0.0005)


def test_who_has_room_for_all_or_whoever_accepts_any_risk_breaks_nothing():
    """16 h and some 16 cases of 32 h and 40 cases; or no risk is named."""
    assert told(manager("M-2", max_cases=40)) == []
    overloaded = portfolio([contract(need_hours=20)], [manager(weekly_hours=8)])
    facts = facts_of(overloaded)
    assert facts.policy.risk is Policy().risk is None
    assert list(chances_stay_within_risk(facts, [stretch()])) == []

"""With a risk accepted, no manager-week has too much more often than that (R43, Q4)."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from examples import (
    EXACT,
    FOUR_WEEKS,
    contract,
    manager,
    managers_of,
    portfolio,
    updated,
)  # fmt: skip
from tsam_planner.plan.summary import summarize
from tsam_planner.planning.recipe import make_plan
from tsam_planner.planning.searches import SolveOptions
from tsam_planner.service.hard_rules import HardRule
from tsam_planner.service.policy import Policy
from tsam_planner.studies.risk import assess_risk
from tsam_planner.verify.verification import verify_plan

NAMES = [f"C-{number}" for number in range(1, 9)]


def log_of(names, *, rate, weeks=60, days=14, seed=0):
    """Return a log in which each contract has Poisson arrivals that stay open for days."""
    rng = np.random.default_rng(seed)
    first = pd.Timestamp("2026-02-01", tz="UTC") - pd.Timedelta(weeks=weeks - 52)
    rows = []
    for name in names:
        for _ in range(rng.poisson(rate * weeks)):
            opened = first + pd.Timedelta(weeks=weeks * rng.random())
            closed = opened + pd.Timedelta(days=days)
            rows.append((f"{name}/{len(rows)}", name, opened, closed))
    log = pd.DataFrame(rows, columns=["case_id", "contract_id", "opened_at", "closed_at"])
    for column in ("opened_at", "closed_at"):
        log[column] = log[column].astype("datetime64[ns, UTC]")
    return log


def busy(managers=3, **limits):
    """Return eight contracts with some four open cases each, and a team for them."""
    # Two cases a week that stay open for two weeks: four on average (Little's law).
    signed = [contract(name, need_hours=2, cases=None) for name in NAMES]
    team = [manager(f"M-{number}", **limits) for number in range(1, managers + 1)]
    records = portfolio(signed, team)
    return updated(records, cases=log_of(NAMES, rate=2))


def plan_of(records, risk, **options):
    """Return the plan of four weeks that accepts a risk."""
    chosen = SolveOptions(**{"num_workers": 1, "time_limit": 60, **options})
    return make_plan(records, **FOUR_WEEKS, policy=Policy(risk=risk), options=chosen)


def highest(plan, seed=99):
    """Return the highest chance of any manager-week, on 2,000 futures not seen before."""
    chances = assess_risk(plan, draws=2000, seed=seed).manager_weeks
    return float(np.maximum(chances["p_cases"], chances["p_hours"]).max())


def test_books_hold_with_the_accepted_chance_on_futures_not_seen():
    """Eight contracts of four cases are 32: two books of 16 are too risky at a limit of 20."""
    records = busy(managers=2, max_cases=20)
    average, holding = plan_of(records, None), plan_of(records, 0.05)
    assert highest(average) > 0.05
    # The 99 % interval of a share of 5 % in 2,000 draws: 2.58 x sqrt(.05 x .95 / 2000).
    assert highest(holding) <= 0.05 + 0.0126
    assert holding.objective > average.objective
    served = holding.assignments["status"] == "assigned"
    assert 0 < served.sum() < len(NAMES)
    assert verify_plan(records, holding).ok


def test_the_checker_finds_books_that_do_not_hold():
    """Books of the average plan, held against the accepted risk on futures of its own."""
    records = busy(managers=2, max_cases=20)
    average, holding = plan_of(records, None), plan_of(records, 0.05)
    check = verify_plan(records, average, policy=Policy(risk=0.05))
    assert {item.rule for item in check.violations} == {HardRule.CHANCES_STAY_WITHIN_RISK}
    assert "5.0% accepted" in str(check.violations[0])
    assert verify_plan(records, average).ok
    assert verify_plan(records, holding).ok


def test_what_is_put_back_into_books_keeps_the_limit_of_handovers():
    """
    M-2 has left, and its customer C-1 may not change hands.

    The other has 30 cases at a limit of 30: too risky for M-1, whose book is left empty, with
    room for C-1.
    """
    records = portfolio(
        [contract("C-1", need_hours=1), contract("C-2", cases=30)],
        [manager("M-1"), manager("M-2", end_date=FOUR_WEEKS["start"] - dt.timedelta(days=3))],
        today={"C-1": "M-2"},
        policy=Policy(risk=0.1, max_handovers=0),
    )
    plan = make_plan(records, **FOUR_WEEKS, options=EXACT)
    assert managers_of(plan) == {"C-1": None, "C-2": None}
    allowed = updated(records, policy=Policy(risk=0.1, max_handovers=1))
    plan = make_plan(allowed, **FOUR_WEEKS, options=EXACT)
    assert managers_of(plan) == {"C-1": "M-1", "C-2": None}


def test_a_stricter_risk_never_serves_more():
    """What holds with 2 % holds with 10 % and 30 %: points fall as more is accepted."""
    records = busy(managers=3, max_cases=12)
    points = [plan_of(records, risk).objective for risk in (0.02, 0.1, 0.3)]
    assert points == sorted(points, reverse=True)
    assert points[0] > points[-1]


def test_cover_tolerance_and_risk_are_not_mixed():
    """One of the two would be ignored."""
    with pytest.raises(ValueError, match="cover_tolerance 0 with a risk"):
        Policy(risk=0.05, cover_tolerance=0.1)


def test_what_holding_costs_is_a_table():
    """Points and contracts of both plans are those of the plans themselves."""
    records = busy(managers=2, max_cases=20)
    average, holding = plan_of(records, None), plan_of(records, 0.05)
    price = holding.risk_price.set_index("measure")
    assert price.loc["points", "average_plan"] == pytest.approx(average.objective)
    assert price.loc["points", "this_plan"] == pytest.approx(holding.objective)
    for column, plan in (("average_plan", average), ("this_plan", holding)):
        served = (plan.assignments["status"] == "assigned").sum()
        assert price.loc["contracts served in all weeks", column] == served
    assert price.loc["manager-weeks above the accepted chance", "this_plan"] == 0
    assert price.loc["manager-weeks above the accepted chance", "average_plan"] > 0


def test_the_summary_says_what_holding_costs():
    """Its counts are those of the table; the search ends with words, not with its own terms."""
    holding = plan_of(busy(managers=2, max_cases=20), 0.05)
    price = holding.risk_price.set_index("measure").loc["contracts served in all weeks"]
    lines = str(holding).splitlines()
    first = lines.index(
        "Risk     at most a 5 % chance of too much in a week is accepted (risk, Q4)"
    )
    assert "on unseen futures at most" in lines[first + 1]
    assert lines[first + 2].endswith(
        f" points: {price['this_plan']:.0f} contracts served in all weeks, "
        f"{price['average_plan']:.0f} in the average plan (risk_price)"
    )
    assert f"Served   {price['this_plan']:.0f} of 8 contracts by" in lines[1]
    assert lines[-1].startswith("Proof    search finished without proof, at most ")


def test_without_a_risk_there_is_no_such_table():
    """None plans on planning figures, as ever."""
    plan = plan_of(busy(), None)
    assert plan.risk_price.empty
    assert "Risk" not in dict(summarize(plan))


def test_where_the_average_plan_holds_it_is_the_plan():
    """Three books of some eleven cases never reach thirty: the same decisions and points."""
    records = busy(managers=3)
    average, holding = plan_of(records, None), plan_of(records, 0.05)
    assert holding.objective == average.objective
    pd.testing.assert_frame_equal(
        holding.assignments[["contract_id", "manager_id"]],
        average.assignments[["contract_id", "manager_id"]],
    )


def test_a_smaller_risk_never_serves_with_fewer_points():
    """Whoever accepts less has to leave more room."""
    records = busy(managers=2, max_cases=20)
    careful, bold = plan_of(records, 0.01), plan_of(records, 0.3)
    assert careful.objective >= bold.objective
    assert highest(careful) <= 0.01 + 2.58 * np.sqrt(0.01 * 0.99 / 2000)


def test_the_bound_is_that_of_the_average_plan():
    """Every plan that holds is a plan on average, too: it cannot cost fewer points."""
    records = busy(managers=2, max_cases=20)
    average = make_plan(records, **FOUR_WEEKS, options=EXACT)
    holding = plan_of(records, 0.05, relative_gap=0.0)
    assert holding.bound == pytest.approx(average.objective)
    assert not holding.proof.stop_reason.name.startswith("PROVEN")


def test_the_same_seed_gives_the_same_plan():
    """Futures are drawn from the seed of the search."""
    records = busy(managers=2, max_cases=20)
    one, other = plan_of(records, 0.05), plan_of(records, 0.05)
    pd.testing.assert_frame_equal(one.assignments, other.assignments)
    pd.testing.assert_frame_equal(one.risk_price, other.risk_price)


def test_the_risk_is_told_by_the_accepted_chance():
    """Who accepts 20 % is told of managers above 20 %."""
    bold = assess_risk(plan_of(busy(managers=2, max_cases=20), 0.2), draws=200)
    assert all("more than a 20 % chance of a week" in text for text in bold.summary[:2])
    usual = assess_risk(plan_of(busy(managers=2, max_cases=20), None), draws=200)
    assert all("more than a 5 % chance of a week" in text for text in usual.summary[:2])

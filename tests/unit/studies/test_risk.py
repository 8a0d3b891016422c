"""The risk of tiny plans in futures that are written by hand."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from examples import FOUR_WEEKS, HORIZON, QUARTER, away, contract, day, manager, portfolio
from hand_made import stretch
from strategies import portfolios
from tsam_planner.demand.draws import MOMENTS, DemandDraws, draw_demand
from tsam_planner.errors import ArgumentError
from tsam_planner.facts import gather_facts
from tsam_planner.plan.futures import book_futures
from tsam_planner.plan.ledger import keep_ledger
from tsam_planner.planning.recipe import make_plan
from tsam_planner.portfolio.records import Prospect, PurchasedHours
from tsam_planner.studies.risk import assess_risk
from tsam_planner.units import MICRO


def futures(records, need, cases=0):
    """
    Return futures by hand: need as (draws, contracts, weeks), cases as (…, ten a week).

    Whatever fits these shapes will do: one number for all, or an entry per draw.
    """
    everybody = (*records.contracts, *records.prospects)
    need, cases = np.asarray(need, dtype=np.float32), np.asarray(cases, dtype=np.int16)
    draws = max(len(values) if values.ndim else 1 for values in (need, cases))
    shape = draws, len(everybody)
    return DemandDraws(
        contracts=everybody,
        need=np.broadcast_to(need, (*shape, HORIZON.weeks)).copy(),
        open_cases=np.broadcast_to(cases, (*shape, HORIZON.weeks * MOMENTS)).copy(),
        is_low=np.zeros(len(everybody), dtype=bool),
        seed=7,
    )


def in_week(week, *values, other=0.0):
    """Return one contract's draws: these values in one of four weeks, another one else."""
    rows = np.full((len(values), 1, HORIZON.weeks), other)
    rows[:, 0, week] = values
    return rows


def assess(records, need, cases=0):
    """Return the risk of the plan of a portfolio in futures by hand."""
    return assess_risk(make_plan(records, **FOUR_WEEKS), futures=futures(records, need, cases))


def column(table, name, **where):
    """Return a column of the rows that have certain values."""
    for key, value in where.items():
        table = table[table[key] == value]
    return table[name].tolist()


# Eight hours a week, 6.4 of them deployable.
PART_TIME = manager(weekly_hours=8.0)
PAIR = portfolio([contract()], [PART_TIME])


def test_without_spread_a_probability_is_zero_or_one():
    """Four contracts of 8 h fill 32 deployable hours, but do not exceed them; 8.1 h do."""
    signed = [contract(f"C-{number}", need_hours=8.0) for number in range(4)]
    records = portfolio(signed, [manager()])
    for hours, chance in ((8.0, 0.0), (8.1, 1.0)):
        risk = assess(records, hours)
        assert column(risk.manager_weeks, "p_hours") == [chance] * 4
        assert column(risk.manager_weeks, "p_hours_error") == [0.0] * 4
        assert column(risk.managers, "p_hours") == [chance]
        assert column(risk.team_weeks, "p_hours") == [chance] * 4


def test_probabilities_are_shares_of_draws_with_their_standard_errors():
    """
    Loads of 5, 9, 10 (of 12) and 5 h in one week, against 6.4 deployable and 8 available.

    Two of four exceed: 0.5, with sqrt(0.5 × 0.5 / 4) = 0.25. Over: (2.6 + 3.6) / 4 = 1.55,
    uncovered (1 + 2) / 4 = 0.75. Half of the draws have 5 h at most, 90 % of them 10.
    """
    risk = assess(PAIR, in_week(1, 5.0, 9.0, 12.0, 5.0))
    row = risk.manager_weeks.iloc[1]
    assert row["week"] == pd.Timestamp(HORIZON.mondays[1])
    assert (row["p_hours"], row["p_hours_error"]) == (0.5, 0.25)
    assert (row["hours_p50"], row["hours_p90"]) == (5.0, 10.0)
    assert row["hours_over"] == pytest.approx(1.55)
    assert row["uncovered_hours"] == pytest.approx(0.75)
    assert risk.uncovered_hours == pytest.approx(0.75)
    assert column(risk.manager_weeks, "p_hours") == [0.0, 0.5, 0.0, 0.0]


def test_any_week_of_a_plan_is_more_likely_than_each():
    """Over in the first week of one draw, in the last of another: 0.25 each, 0.5 for any."""
    need = np.zeros((4, 1, 4))
    need[0, 0, 0] = need[1, 0, 3] = 8.0
    risk = assess(PAIR, need)
    assert column(risk.manager_weeks, "p_hours") == [0.25, 0.0, 0.0, 0.25]
    assert column(risk.managers, "p_hours") == [0.5]
    assert column(risk.managers, "p_hours_error") == [0.25]


def test_cases_of_different_moments_do_not_add_up():
    """Two and two cases exceed a limit of 3 where they are open together: in draw two."""
    records = portfolio([contract("C-1"), contract("C-2")], [manager(max_cases=3)])
    cases = np.zeros((2, 2, 4 * MOMENTS))
    cases[0, 0, 0] = cases[0, 1, 1] = 2
    cases[1, :, MOMENTS - 1] = 2
    risk = assess(records, 5.0, cases)
    assert column(risk.manager_weeks, "p_cases") == [0.5, 0.0, 0.0, 0.0]
    assert column(risk.manager_weeks, "p_cases_error")[0] == pytest.approx(np.sqrt(0.125))
    assert column(risk.manager_weeks, "cases_p50")[0] == 2.0
    assert column(risk.manager_weeks, "cases_p90")[0] == 4.0
    assert column(risk.managers, "p_cases") == [0.5]


def test_three_cases_are_no_more_than_three():
    """A limit that is reached is not exceeded."""
    records = portfolio([contract()], [manager(max_cases=3)])
    assert column(assess(records, 5.0, 3).managers, "p_cases") == [0.0]
    assert column(assess(records, 5.0, 4).managers, "p_cases") == [1.0]


def test_need_above_the_allowance_is_a_risk_of_the_contract_not_of_the_book():
    """
    Of 9, 10, 11 and 14 h in one week, two exceed 10 h: by (1 + 4) / 4 = 1.25 h expected.

    The manager carries 10 h at most. With 2.5 h bought, one exceeds, by 1.5 / 4 h.
    """
    need = in_week(0, 9.0, 10.0, 11.0, 14.0)
    records = portfolio([contract()], [manager()])
    bought = PurchasedHours(
        contract_id="C-1", start_date=day("01-01"), end_date=day("12-31"), hours_per_week=2.5
    )
    for tables, expected in (
        ({}, [0.5, 0.25, 0.5, 1.25]),
        ({"purchased_hours": [bought]}, [0.25, np.sqrt(3) / 8, 0.25, 0.375]),
    ):
        risk = assess(records.model_copy(update=tables), need)
        row = risk.contracts.iloc[0]
        names = ["p_allowance", "p_allowance_error", "weeks_over", "unfunded_hours"]
        assert row[names].tolist() == pytest.approx(expected, abs=1e-6)
    assert risk.manager_weeks["hours_p90"].max() == 12.5


def test_a_contract_without_an_allowance_cannot_exceed_it():
    """Standard has no included hours: what it needs is planned."""
    standard = contract(offering="saas_standard", deployment="saas")
    risk = assess(portfolio([standard], [manager()]), 50.0)
    row = risk.contracts.iloc[0]
    assert (row["p_allowance"], row["weeks_over"], row["unfunded_hours"]) == (0, 0, 0)


def test_a_contract_that_nobody_serves_is_in_no_book():
    """Without a manager there is no load, but still a need above the allowance."""
    stranger = manager(languages=("it",))
    risk = assess(portfolio([contract()], [stranger]), 12.0, 99)
    assert column(risk.managers, "p_hours") == column(risk.managers, "p_cases") == [0.0]
    assert risk.uncovered_hours == 0.0
    assert column(risk.contracts, "weeks_over") == [4.0]


def test_a_leaver_carries_nothing_after_the_last_day():
    """M-1 is there for two weeks and M-2 for the next two: each has its own weeks at risk."""
    team = [manager("M-1", end_date=day("02-14")), manager("M-2", start_date=day("02-15"))]
    risk = assess(portfolio([contract()], team, today={"C-1": "M-1"}), 9.0, 31)
    assert column(risk.manager_weeks, "hours_p50", manager_id="M-1") == [9.0, 9.0, 0.0, 0.0]
    assert column(risk.manager_weeks, "hours_p50", manager_id="M-2") == [0.0, 0.0, 9.0, 9.0]
    assert column(risk.manager_weeks, "p_cases", manager_id="M-1") == [1.0, 1.0, 0.0, 0.0]
    assert column(risk.manager_weeks, "p_hours", manager_id="M-1") == [0.0] * 4


def test_on_days_of_absence_a_book_carries_nothing():
    """Away on two of five days, M-1 carries 6 of 10 h in that week."""
    records = portfolio([contract()], [manager()], absences=[away("M-1", "02-08", "02-09")])
    risk = assess(records, 10.0)
    assert column(risk.manager_weeks, "hours_p50") == pytest.approx([10.0, 6.0, 10.0, 10.0])


def test_won_prospects_ask_the_whole_team():
    """Four prospects of 30 h: 10 h each up to the allowance; 5 + 40 h against 32 h."""
    prospects = [
        Prospect(**contract(f"P-{number}").model_dump(), win_probability=0.5)
        for number in range(1, 5)
    ]
    records = portfolio([contract()], [manager()], prospects=prospects)
    need = np.full((4, 5, 4), 5.0)
    # All four are won in every other draw.
    need[:, 1:] = np.array([0.0, 30.0, 0.0, 30.0])[:, None, None]
    risk = assess(records, need)
    assert column(risk.team_weeks, "p_hours") == [0.5] * 4
    assert column(risk.team_weeks, "p_hours_error") == [0.25] * 4
    assert column(risk.team_weeks, "prospect_hours") == [20.0] * 4
    assert column(risk.manager_weeks, "p_hours") == [0.0] * 4
    assert risk.contracts["contract_id"].tolist() == ["C-1"]


def test_a_full_team_is_not_over_by_rounding():
    """Ten times 3.2 h are 32 h, in single precision 32.000004: no hour too much."""
    signed = [contract(f"C-{number}", need_hours=3.0) for number in range(10)]
    risk = assess(portfolio(signed, [manager()]), 3.2)
    assert column(risk.manager_weeks, "p_hours") == [0.0] * 4
    assert column(risk.team_weeks, "p_hours") == [0.0] * 4


def test_a_summary_says_who_is_at_risk():
    """M-1 has 5 cases with a limit of 3 in half of the draws, and 9 h for 8 in all weeks."""
    team = [manager("M-1", weekly_hours=8.0, max_cases=3), manager("M-2", languages=("it",))]
    cases = np.zeros((2, 1, 4 * MOMENTS))
    cases[0] = 5
    risk = assess(portfolio([contract()], team), 9.0, cases)
    assert risk.summary == (
        "1 of 2 managers has more than a 5 % chance of a week with more open cases at once "
        "than allowed.",
        "1 of 2 managers has more than a 5 % chance of a week with more work than deployable "
        "hours.",
        "Most at risk of too many cases in some week: M-1 (50%).",
        "4.0 h are expected to exceed available hours over the whole plan (2 futures, seed 7).",
    )
    assert str(risk) == "\n".join(risk.summary)
    calm = assess(PAIR, in_week(0, 5.0, 5.0))
    assert calm.summary == (
        "0 of 1 manager has more than a 5 % chance of a week with more open cases at once "
        "than allowed.",
        "0 of 1 manager has more than a 5 % chance of a week with more work than deployable "
        "hours.",
        "0.0 h are expected to exceed available hours over the whole plan (2 futures, seed 7).",
    )


def test_draws_and_seed_are_those_of_the_futures():
    """Futures drawn on the way are the same as those drawn before; both are told."""
    plan = make_plan(PAIR, **FOUR_WEEKS)
    drawn = draw_demand(PAIR, plan.horizon, plan.policy, draws=40, seed=3)
    first, second = assess_risk(plan, draws=40, seed=3), assess_risk(plan, futures=drawn)
    assert (first.draws, first.seed) == (second.draws, second.seed) == (40, 3)
    for name in ("manager_weeks", "managers", "contracts", "team_weeks"):
        pd.testing.assert_frame_equal(getattr(first, name), getattr(second, name))
    assert column(first.contracts, "is_low_history") == [True]


def test_a_plan_without_its_portfolio_has_no_futures():
    """A plan that was read back alone cannot say what customers will need."""
    plan = replace(make_plan(PAIR, **FOUR_WEEKS), portfolio=None)
    message = r"^the plan does not know its portfolio; read it with portfolio=\.\.\.$"
    with pytest.raises(ArgumentError, match=message):
        assess_risk(plan)


def test_futures_of_other_contracts_or_weeks_are_refused():
    """Those of another contract and those of thirteen weeks say nothing about this plan."""
    plan = make_plan(PAIR, **FOUR_WEEKS)
    others = draw_demand(portfolio([contract("C-2")], []), HORIZON, plan.policy, draws=2)
    longer = draw_demand(PAIR, QUARTER, plan.policy, draws=2)
    for wrong in (others, longer):
        with pytest.raises(ArgumentError, match="the futures are not of the plan's contracts"):
            assess_risk(plan, futures=wrong)


@settings(max_examples=60, deadline=None)
@given(portfolios(), st.data())
def test_the_expected_future_is_the_plans_own_ledger(drawn, data):
    """Drawn need and cases that are the plan's give its load, to 1e-4 h, and its cases."""
    records, horizon = drawn
    facts = gather_facts(records, horizon, records.policy)
    decisions = []
    for row in np.flatnonzero(facts.planned):
        first, last = facts.first_and_last_week(int(row))
        middle = data.draw(st.integers(first, last))
        # One stretch, or two with a change of hands after the middle week.
        for weeks in ((first, middle), (middle + 1, last)):
            name = data.draw(st.sampled_from([None, *facts.manager_index]))
            if weeks[0] <= weeks[1]:
                contract_id = facts.contracts[row].contract_id
                decisions.append(stretch(contract_id, name, horizon=horizon, weeks=weeks))
    weeks = facts.contract_weeks
    expected = DemandDraws(
        contracts=facts.contracts,
        need=(weeks.need / MICRO).astype(np.float32)[None],
        open_cases=np.repeat(weeks.cases, MOMENTS, axis=1).astype(np.int16)[None],
        is_low=np.zeros(len(facts.contracts), dtype=bool),
        seed=0,
    )
    books, ledger = book_futures(facts, decisions, expected), keep_ledger(facts, decisions)
    np.testing.assert_allclose(books.load[0], ledger.load / MICRO, rtol=0, atol=1e-4)
    np.testing.assert_array_equal(books.peak[0], ledger.cases)

"""Futures of need and open cases: what must hold whatever the logs say."""

import datetime as dt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from examples import HORIZON, contract, portfolio, updated
from logs import case_log, random_cases, time_sheets, weekly
from strategies import portfolios
from tsam_planner.calendars.horizon import Horizon
from tsam_planner.demand.draws import draw_demand
from tsam_planner.demand.forecast import forecast_demand
from tsam_planner.errors import ArgumentError
from tsam_planner.portfolio.records import Prospect
from tsam_planner.service.policy import Policy

QUARTER = {"start": HORIZON.start, "weeks": 13}
WEEKS = 60
# A mean over draws lies outside of this many standard errors once in two million times.
ERRORS = 5


def logged(kind="both", *, contracts=3, weeks=WEEKS, seed=1):
    """Return a portfolio with random logs: of hours, cases, both or none."""
    rng = np.random.default_rng(seed)
    ids = [f"C-{number}" for number in range(1, 1 + contracts)]
    # The last of them has no row in any log, and borrows from the others.
    signed = [contract(name, need_hours=None, cases=None) for name in ids]
    signed.append(contract("C-new", need_hours=4.0, cases=3))
    sheets, cases = [], []
    for number, name in enumerate(ids, start=1):
        if kind in ("both", "hours"):
            sheets += weekly(name, 2.0 * number * rng.gamma(8, 1 / 8, size=weeks))
        if kind in ("both", "cases"):
            cases += random_cases(name, 2.0 * number, weeks, rng)
    return portfolio(signed, [], timesheets=time_sheets(*sheets), cases=case_log(*cases))


def draw(records, *, draws=600, seed=0, **weeks):
    """Draw futures over a quarter, if not told else."""
    horizon = Horizon.of(**{**QUARTER, **weeks})
    return draw_demand(records, horizon, Policy(), draws=draws, seed=seed)


def is_mean(sample, expected, *, also=0.0):
    """Return whether each column of a sample of draws has the expected mean."""
    error = sample.std(axis=0) / np.sqrt(len(sample))
    return np.abs(sample.mean(axis=0) - expected) <= ERRORS * error + also


def test_equal_seeds_give_equal_futures_and_others_give_others():
    """The seed is all that futures follow from, beside the portfolio."""
    records = logged()
    first, same, other = draw(records), draw(records), draw(records, seed=1)
    np.testing.assert_array_equal(first.need, same.need)
    np.testing.assert_array_equal(first.open_cases, same.open_cases)
    assert (first.need != other.need).mean() > 0.9
    assert (first.open_cases != other.open_cases).mean() > 0.3


@pytest.mark.parametrize(("draws", "seed"), [(0, 0), (1, -1)])
def test_draws_and_seeds_out_of_range_are_refused(draws, seed):
    """At least one draw, and no negative seed."""
    message = f"^expected draws >= 1 and seed >= 0, got {draws} and {seed}$"
    with pytest.raises(ArgumentError, match=message):
        draw(logged("none"), draws=draws, seed=seed)


@pytest.mark.parametrize("kind", ["both", "hours", "cases", "none"])
@pytest.mark.parametrize("seed", [0, 1])
def test_draws_spread_the_expected_need_and_do_not_move_it(kind, seed):
    """Their mean is the forecast, in each week and over the quarter, whatever log there is."""
    forecast = forecast_demand(logged(kind), **QUARTER, draws=1000, seed=seed)
    need = forecast.draws.need.astype(float)
    expected = forecast.table["need_hours"].to_numpy().reshape(need.shape[1:])
    assert is_mean(need, expected).all()
    assert is_mean(need.mean(axis=2), expected.mean(axis=1)).all()
    assert (need.std(axis=0) > 0).all()


@pytest.mark.parametrize("kind", ["both", "cases", "none"])
def test_in_the_long_run_open_cases_are_those_expected(kind):
    """
    From the 16th week on, draws have the mean of the last half-year, or the planning figure.

    Cases are looked at on weekdays only: that of a finite log at which moments of the week
    its cases arrived adds about 1 % of sampling error, for which 3 % are allowed.
    """
    records = logged(kind)
    draws = draw(records, weeks=40)
    later = draws.mean_cases[:, :, 15:].mean(axis=2, dtype=float)
    # The logs hold 2, 4 and 6 arrivals a week of a week each; what they happen to have had
    # in the last 26 weeks is the level (see the tests of histories).
    if kind == "none":
        expected = np.array([0.0, 0.0, 0.0, 3.0])
    else:
        rows = forecast_demand(records, **QUARTER, draws=1).table.groupby("contract_id")
        planned = rows["cases"].first().to_numpy()
        assert (np.abs(planned[:3] - [2, 4, 6]) <= 2).all()
        expected = np.array([*_levels(records), 3.0])
        assert planned[:3].tolist() == np.ceil(expected[:3]).tolist()
    assert is_mean(later, expected, also=0.03 * expected).all()


def _levels(records):
    """Return the mean of open cases over the 26 weeks before the plan, by contract."""
    end = np.datetime64(HORIZON.start, "ns")
    begin = end - np.timedelta64(26 * 7, "D")
    log = records.cases
    opened = log["opened_at"].dt.tz_localize(None).clip(begin, end)
    closed = log["closed_at"].dt.tz_localize(None).clip(begin, end)
    days = (closed - opened).dt.total_seconds() / 86_400
    return days.groupby(log["contract_id"]).sum().to_numpy() / (26 * 7)


@pytest.mark.parametrize("seed", range(4))
def test_without_any_log_futures_center_on_the_planning_figures(seed):
    """From the first week on, and contracts do not have their cases together."""
    signed = [contract(f"C-{number}", need_hours=5.0, cases=5) for number in range(6)]
    draws = draw(portfolio(signed, []), seed=seed)
    assert draws.is_low.all()
    assert is_mean(draws.mean_cases.mean(axis=1, dtype=float), 5.0, also=0.15).all()
    assert is_mean(draws.need.mean(axis=1, dtype=float), 5.0).all()
    # Levels of 20 % and chance: 25 * 0.04 + 5 each, nothing in common. Twice that is slack.
    together = draws.open_cases.sum(axis=1)[:, -1]
    assert together.var() < 2 * 6 * (25 * 0.04 + 5)


@settings(max_examples=10, deadline=None)
@given(st.floats(0.01, 100.0), st.integers(0, 5))
def test_need_and_its_quantiles_follow_the_unit_of_hours(factor, seed):
    """All hours of a log times a factor are all hours of its futures times that factor."""
    records = logged("hours")
    sheets = records.timesheets
    scaled = updated(
        records,
        timesheets=sheets.assign(hours=factor * sheets["hours"]),
        contracts=[updated(row, need_hours=None) for row in records.contracts],
    )
    once = updated(records, contracts=scaled.contracts)
    columns = ["need_hours", "need_p10", "need_p50", "need_p90"]
    tables = [
        forecast_demand(each, **QUARTER, draws=50, seed=seed).table.query(
            "contract_id != 'C-new'"
        )
        for each in (once, scaled)
    ]
    first, second = (table[columns].to_numpy() for table in tables)
    # Hours are whole millionths, draws single precision.
    np.testing.assert_allclose(second, factor * first, rtol=1e-5, atol=1e-5 * (1 + factor))


@settings(max_examples=25, deadline=None)
@given(portfolios(managers=1, contracts=3), st.integers(0, 3))
def test_quantiles_are_in_order_and_never_negative(drawn, seed):
    """Of need and of peaks, in every week with a contract day and in no other."""
    records, horizon = drawn
    weeks = {"start": horizon.start, "weeks": horizon.weeks}
    forecast = forecast_demand(records, **weeks, draws=30, seed=seed)
    for name in ("need", "peak"):
        low, middle, high = (forecast.table[f"{name}_p{share}"] for share in (10, 50, 90))
        assert ((low >= 0) & (low <= middle) & (middle <= high)).all()
    assert (forecast.table["cases_mean"] >= 0).all()
    served = set(
        zip(forecast.table["contract_id"], forecast.table["week"].dt.date, strict=True)
    )
    for row, signed in enumerate(records.contracts):
        for week, monday in enumerate(horizon.mondays):
            if (signed.contract_id, monday) not in served:
                assert not forecast.draws.need[:, row, week].any()
                assert not forecast.draws.mean_cases[:, row, week].any()


def test_more_history_of_the_same_kind_claims_no_wider_spread():
    """
    90 weeks of one distribution give no wider futures than its last 30 weeks.

    Hours are gamma with a relative deviation of 1 / sqrt(8), without drift; a level over 20
    weeks and the next ten strays more than over 26 and 13. Spreads are means over 20
    contracts; 10 % are left for sampling.
    """
    spreads = []
    for weeks in (30, 90):
        draws = draw(logged("hours", contracts=20, weeks=weeks), draws=1000)
        need = draws.need[:, :20].astype(float)
        spreads.append((need.std(axis=0) / need.mean(axis=0)).mean())
    short, long = spreads
    assert long <= 1.1 * short
    assert 1 / np.sqrt(8) < long < 2 / np.sqrt(8)


@pytest.mark.parametrize(("outage", "is_common"), [(1.0, False), (10.0, True)])
def test_a_week_that_hit_all_contracts_hits_them_together_again(outage, is_common):
    """With an outage in everybody's past, the sum varies more than its parts do."""
    rng = np.random.default_rng(3)
    ids = [f"C-{number}" for number in range(5)]
    sheets, cases = [], []
    for name in ids:
        hours = 5.0 * rng.gamma(20, 1 / 20, size=WEEKS)
        hours[30] *= outage
        sheets += weekly(name, hours)
        cases += random_cases(name, 2.0, WEEKS, rng)
        tuesday = HORIZON.start - dt.timedelta(days=200)
        burst = (name, str(tuesday), str(tuesday + dt.timedelta(days=10)))
        cases += [burst] * round(2 * outage - 2)
    signed = [contract(name, need_hours=None, cases=None) for name in ids]
    logs = {"timesheets": time_sheets(*sheets), "cases": case_log(*cases)}
    draws = draw(portfolio(signed, [], **logs), draws=1500)
    for values in (draws.need[:, :, -1], draws.open_cases[:, :, -1]):
        together, apart = values.sum(axis=1).var(dtype=float), values.var(axis=0, dtype=float)
        ratio = together / apart.sum()
        assert ratio > 2 if is_common else 0.7 < ratio < 1.5


@pytest.mark.parametrize("chance", [0.0, 0.3, 1.0])
def test_prospects_are_won_in_their_share_of_draws(chance):
    """A prospect needs its hours and has its cases in the draws that win it, else nothing."""
    fields = contract("P-1", need_hours=8.0, cases=6).model_dump()
    prospect = Prospect(**fields, win_probability=chance)
    records = portfolio([contract(cases=2)], [], prospects=[prospect])
    forecast = forecast_demand(records, **QUARTER)
    need, cases = forecast.draws.need[:, 1], forecast.draws.open_cases[:, 1]
    won = need.any(axis=1)
    assert abs(won.mean() - chance) <= ERRORS * np.sqrt(chance * (1 - chance) / 1000)
    assert (need[won] > 0).all()
    assert not cases[~won].any()
    assert (cases[won].max(axis=1) > 0).all()
    rows = forecast.table.query("contract_id == 'P-1'")
    assert rows["need_hours"].tolist() == pytest.approx([8.0 * chance] * 13)
    # What is not signed is no demand of the portfolio, however likely.
    assert set(forecast.demand["contract_id"]) == {"C-1"}


def test_futures_of_the_past_do_not_know_what_came_after():
    """Without the records of its last ten weeks, a log gives the futures from then on."""
    records, past = logged(), HORIZON.start - dt.timedelta(weeks=10)
    moment = str(past)
    sheets, cases = records.timesheets, records.cases
    cut = updated(
        records,
        timesheets=sheets[sheets["date"] < moment],
        cases=cases[cases["opened_at"] < moment].assign(
            closed_at=cases["closed_at"].where(cases["closed_at"] < moment)
        ),
    )
    first, second = (draw(each, start=past) for each in (records, cut))
    np.testing.assert_array_equal(first.need, second.need)
    np.testing.assert_array_equal(first.open_cases, second.open_cases)

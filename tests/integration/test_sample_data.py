"""The sample portfolio: it can be written again, and it is what its README says."""

import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from tsam_planner.io.portfolios import check_portfolio, read_portfolio
from tsam_planner.planning.recipe import make_plan
from tsam_planner.planning.searches import SolveOptions

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "data" / "sample"


def table(name):
    """Return a table of the sample, dates as dates."""
    dates = {"timesheets": ["date"], "purchased_hours": ["start_date", "end_date"]}
    return pd.read_csv(SAMPLE / f"{name}.csv", parse_dates=dates.get(name, False))


@pytest.fixture(scope="module")
def contracts():
    """Contracts by id."""
    return table("contracts").set_index("contract_id")


def test_writing_it_again_gives_the_same_bytes(tmp_path):
    """The tables are what the generator writes, byte for byte, and nothing else."""
    script = ROOT / "benchmarks" / "sample_portfolio.py"
    subprocess.run([sys.executable, "-B", script, "--out", tmp_path], check=True)
    written = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert written == {path.name: path.read_bytes() for path in SAMPLE.glob("*.csv")}


def test_it_is_small_enough_to_live_in_the_project():
    """All tables together stay below 3 MB."""
    assert sum(path.stat().st_size for path in SAMPLE.iterdir()) < 3_000_000


def test_it_has_no_problem_but_the_two_that_are_meant():
    """One language without authorization (R37), one session without approval (R35)."""
    problems = check_portfolio(SAMPLE)
    assert [(problem.severity, problem.rule) for problem in problems] == [
        ("warning", "R37"),
        ("warning", "R35"),
    ]


def test_it_has_the_size_that_its_readme_states(contracts):
    """Rows by table and offering."""
    assert contracts["offering"].value_counts().to_dict() == {
        "tsam": 61,
        "saas_premium": 43,
        "saas_standard": 6,
    }
    rows = {name: len(table(name)) for name in ("managers", "companies", "assignments")}
    assert rows == {"managers": 24, "companies": 93, "assignments": 96}
    assert len(table("contacts")) == 222
    assert (contracts["company_id"].value_counts() > 1).sum() == 12


def test_needs_are_those_of_a_named_service(contracts):
    """Most contracts need 3 to 8 hours on a quarter-hour grid, 5 to 15 % more than ten."""
    planned = contracts[contracts["offering"] != "saas_standard"]
    assert (planned["need_hours"] % 0.25 == 0).all()
    assert planned["need_hours"].between(3, 8).mean() > 0.75
    assert 0.05 <= (planned["need_hours"] > 10).mean() <= 0.15
    assert planned["cases"].between(2, 9).all()


def test_purchases_lie_within_their_contracts(contracts):
    """Nobody buys hours for a time without a contract."""
    purchases = table("purchased_hours").set_index("contract_id")
    terms = contracts.loc[purchases.index]
    assert (purchases["start_date"] >= pd.to_datetime(terms["start_date"])).all()
    assert (purchases["end_date"] <= pd.to_datetime(terms["end_date"])).all()


@pytest.fixture(scope="module")
def weekly_hours():
    """Logged hours: a row per contract, a column for each of the last eight full weeks."""
    log = table("timesheets")
    log["week"] = log["date"] - pd.to_timedelta(log["date"].dt.day_of_week, unit="D")
    hours = log.pivot_table("hours", index="contract_id", columns="week", aggfunc="sum")
    return hours.iloc[:, -8:]


@pytest.mark.parametrize("contract", ["C-012", "C-026", "C-091", "C-096"])
def test_some_customers_ask_for_more_continuously_and_constantly(weekly_hours, contract):
    """Mean and median lie above the allowance, the first seven weeks without a gap (Q7)."""
    hours = weekly_hours.loc[contract]
    assert hours.mean() > 1.05 * 10
    assert hours.median() > 10
    assert (hours.iloc[:7] > 10).all()


@pytest.mark.parametrize("contract", ["C-007", "C-075"])
def test_some_customers_had_a_single_spike(weekly_hours, contract):
    """The mean is above the allowance, the median is not (Q7)."""
    hours = weekly_hours.loc[contract]
    assert hours.mean() > 1.05 * 10
    assert hours.median() < 10
    assert (hours > 10).sum() <= 2


def test_four_contracts_cannot_be_served_for_four_reasons():
    """The README's four reasons are the plan's; the leaver's contracts change hands once."""
    options = SolveOptions(num_workers=1, relative_gap=0.05, time_limit=60)
    plan = make_plan(read_portfolio(SAMPLE), quarter="2027Q1", options=options)
    rows = plan.assignments.set_index("contract_id")
    reasons = rows.loc[rows["status"] == "unassigned", "reason"]
    assert list(reasons.index) == ["C-103", "C-104", "C-105", "C-107"]
    assert "too little daily overlap" in reasons["C-103"]
    assert "do not speak ko" in reasons["C-104"]
    assert "do not know Implementer" in reasons["C-105"]
    assert "have room for" in reasons["C-107"]
    leaver = rows[rows["incumbent_id"] == "M-05"]
    assert leaver.groupby("contract_id")["handover"].sum().tolist() == [1, 1, 1, 1]

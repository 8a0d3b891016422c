"""Whoever asks for revenue only loads neither a solver nor a plotting library."""

import json
import subprocess
import sys

import pytest

from examples import EXACT, FOUR_WEEKS
from tsam_planner.io.plans import write_plan
from tsam_planner.io.portfolios import read_portfolio
from tsam_planner.planning.recipe import make_plan

TABLES = {
    "contracts": (
        "contract_id,company_id,offering,deployment,start_date,end_date,time_zone,need_hours\n"
        "C-1,K-1,tsam,on_prem,2026-01-01,2027-12-31,Europe/Rome,14\n"
    ),
    "managers": "manager_id,time_zone\nM-1,Europe/Rome\n",
    "rates": "currency,rate\nEUR,150\n",
    "purchased_hours": (
        "contract_id,start_date,end_date,hours_per_week,rate,currency\n"
        "C-1,2027-01-01,2027-12-31,2,150,EUR\n"
    ),
}
SCRIPT = """
import json
import sys

import tsam_planner as tsam

portfolio = tsam.read_portfolio(sys.argv[1])
plan = tsam.read_plan(sys.argv[2], portfolio=portfolio)
revenue = tsam.estimate_revenue(portfolio, plan, draws=20)
heavy = {"ortools", "highspy", "numba", "matplotlib"}
loaded = sorted(heavy & {name.partition(".")[0] for name in sys.modules})
print(json.dumps({"loaded": loaded, "kinds": sorted(set(revenue.details["kind"]))}))
if sys.argv[3] == "solver":
    import tsam_planner.solver.cp_sat

    print(sorted(heavy & {name.partition(".")[0] for name in sys.modules}))
"""


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    """Return the folders of a portfolio and of its plan, written by this process."""
    source = tmp_path_factory.mktemp("portfolio")
    for name, text in TABLES.items():
        (source / f"{name}.csv").write_text(text, encoding="utf-8")
    plan = make_plan(read_portfolio(source), **FOUR_WEEKS, options=EXACT)
    return source, write_plan(plan, tmp_path_factory.mktemp("plans") / "plan")


def run(folders, what):
    """Return what a fresh interpreter prints."""
    command = [sys.executable, "-W", "error", "-c", SCRIPT, *map(str, folders), what]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_revenue_loads_no_solver_and_no_plotting(folders):
    """In a fresh interpreter, with a portfolio and a plan read from disk."""
    [line] = run(folders, "revenue")
    assert json.loads(line) == {"loaded": [], "kinds": ["contracted"]}


def test_a_solver_would_be_seen(folders):
    """The search by CP-SAT loads ortools."""
    assert "ortools" in run(folders, "solver")[-1]

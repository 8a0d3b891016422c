"""What pages of docs/ show is executed; assertions stand in the pages and are derived there."""

import re

import tsam_planner as tsam
from pages import ROOT, run_page, text_of


def test_the_page_on_answers_runs(capsys, monkeypatch):
    """What it says of repairs, teams and scenarios is asserted in it."""
    run_page("answers.md", monkeypatch)
    assert "fits if M-1 could hold 32 cases" in capsys.readouterr().out


def test_the_page_on_additional_hours_runs(capsys, monkeypatch):
    """And says in words what its last block computes."""
    names = run_page("finance.md", monkeypatch)
    assert "recommend" in capsys.readouterr().out
    assert names["revenue"].details["kind"].unique().tolist() == ["new"]


def test_the_page_on_demand_runs(capsys, monkeypatch):
    """C-031 needs the 11 h of the text, give or take."""
    names = run_page("demand.md", monkeypatch)
    assert "futures, seed 0" in capsys.readouterr().out
    row = names["table"].loc[("C-031", "2027-02-01")]
    assert f"needs {row.need_hours:.0f} h in that week" in text_of("demand.md")
    assert row.need_p10 + 2 < row.need_hours < row.need_p90 - 2


def test_columns_that_the_page_on_demand_names_exist():
    """The tables of a forecast have the columns that the page explains."""
    portfolio = tsam.read_portfolio(ROOT / "data" / "sample")
    table = tsam.forecast_demand(portfolio, quarter="2027Q1", draws=10).table
    section = text_of("demand.md").split("| of a contract and week | |")[1].split("\n\n")[0]
    named = set(re.findall(r"`(\w+)`", section))
    assert named <= set(table.columns)
    assert set(table.columns) - named == {"contract_id", "week"}


def test_the_page_on_scaling_out_runs(capsys, monkeypatch):
    """Processes, a cluster and one point after the other give the same tables."""
    names = run_page("scaling-out.md", monkeypatch)
    assert "policy.max_open_cases" in capsys.readouterr().out
    assert names["more"]["need_factor"].tolist() == [1.0, 1.0, 1.1, 1.1, 1.2, 1.2]

"""The commands that answer, on two contracts that one manager cannot hold together."""

import json
import shutil
from pathlib import Path

import pandas as pd
import pytest

from tsam_planner.cli.commands import run
from tsam_planner.io.decision_files import read_decisions, write_decisions
from tsam_planner.io.plans import read_plan
from tsam_planner.plan.decision_record import DecisionRecord, record_decision

CONTRACTS = """\
contract_id,company_id,offering,deployment,start_date,end_date,time_zone,need_hours,cases,priority
C-1,K-1,tsam,on_prem,2026-01-01,2027-12-31,Europe/Rome,5,20,2
C-2,K-2,tsam,on_prem,2026-01-01,2027-12-31,Europe/Rome,5,12,1
"""
MANAGERS = "manager_id,time_zone\nM-1,Europe/Rome\n"
PROFILES = "profile_id,time_zone,lead_weeks,ramp_weeks\nP-1,Europe/Rome,8,4\n"
WEEKS = ["--start", "2027-02-01", "--weeks", "4"]


@pytest.fixture
def plan(tmp_path):
    """Return the folders of the portfolio and of its plan."""
    folder = tmp_path / "portfolio"
    folder.mkdir()
    (folder / "contracts.csv").write_text(CONTRACTS)
    (folder / "managers.csv").write_text(MANAGERS)
    (folder / "profiles.csv").write_text(PROFILES)
    out = tmp_path / "plan"
    assert run(["plan", str(folder), *WEEKS, "--out", str(out), "--quiet"]) == 0
    return str(folder), str(out)


def test_explain_says_why_not_and_what_would_make_it_fit(plan, capsys):
    """Two more cases, or one more person; each costs 200 points less than leaving it out."""
    capsys.readouterr()
    assert run(["explain", *plan, "C-2"]) == 0
    said = capsys.readouterr().out
    assert "not the one that the plan" not in said
    assert "32 cases, at most 30" in said
    assert "fits if M-1 could hold 32 cases (now 30)" in said
    assert run(["explain", *plan, "C-2", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert {
        "text": "M-1 could hold 32 cases (now 30)",
        "points": -200.0,
        "manager_id": "M-1",
    } in (answer["repairs"])


def test_explain_of_a_contract_that_does_not_exist_is_a_wrong_call(plan, capsys):
    """Nothing is guessed."""
    assert run(["explain", *plan, "C-9"]) == 2
    assert "C-9" in capsys.readouterr().err


def test_explain_says_that_the_portfolio_is_another_one(plan, capsys):
    """C-3 was signed after the plan was made: it has to be planned first; C-1 was there."""
    with (Path(plan[0]) / "contracts.csv").open("a") as file:
        file.write("C-3,K-3,tsam,on_prem,2027-02-10,2027-12-31,Europe/Rome,5,5,1\n")
    assert run(["explain", *plan, "C-3"]) == 2
    assert "the plan was made before contract 'C-3'" in capsys.readouterr().err
    assert run(["explain", *plan, "C-1"]) == 0
    assert "not the one that the plan was made from" in capsys.readouterr().out
    assert run(["explain", *plan, "C-1", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["is_same_input"] is False


def test_staff_says_whom_to_hire_by_when(plan, tmp_path, capsys):
    """Needed from the first week: eight weeks of lead and four of ramp before it."""
    table = tmp_path / "staffing.csv"
    capsys.readouterr()
    assert run(["staff", plan[0], *WEEKS, "--out", str(table)]) == 0
    said = capsys.readouterr().out
    assert "1 hire (proven): 1 x P-1" in said
    [row] = pd.read_csv(table).to_dict("records")
    assert (row["profile_id"], row["hires"], row["hire_by"]) == ("P-1", 1, "2026-11-09")
    assert run(["staff", plan[0], *WEEKS, "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert (answer["hires"], answer["at_least"], answer["unserved_now"]) == (
        {"P-1": 1},
        1,
        ["C-2"],
    )


def test_replan_keeps_what_was_published_and_lists_what_to_announce(plan, tmp_path, capsys):
    """A second manager comes in the third week: C-2 gets one, C-1 keeps its own."""
    folder, published = plan
    with (Path(folder) / "managers.csv").open("a") as file:
        file.write("M-2,Europe/Rome\n")
    out = tmp_path / "again"
    record = record_decision(DecisionRecord(), read_plan(published), "leadership", "draft")
    write_decisions(record, published)
    capsys.readouterr()
    assert run(["replan", folder, published, "--from", "2027-02-15", "--out", str(out)]) == 0
    assert "To announce" in capsys.readouterr().out
    # What was decided travels with the plan.
    assert read_decisions(out) == record
    owners = pd.read_csv(out / "assignments.csv").set_index("contract_id")["manager_id"]
    assert owners.to_dict() == {"C-1": "M-1", "C-2": "M-2"}
    changes = pd.read_csv(out / "changes.csv").set_index("contract_id")
    assert "C-2" in changes.index
    assert run(["compare", published, str(out)]) == 0
    assert "C-2" in capsys.readouterr().out
    assert run(["compare", published, str(out), "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert [row["plan"] for row in answer["plans"]] == [published, str(out)]


def test_compare_needs_two_plans(plan, capsys):
    """One plan cannot be told apart from anything."""
    assert run(["compare", plan[1]]) == 2
    assert "at least two folders" in capsys.readouterr().err


def test_compare_refuses_a_plan_that_is_named_twice(plan, capsys):
    """Whatever the folder is called, it is the same plan."""
    again = f"{plan[1]}/../plan"
    for folders in ((plan[1], plan[1]), (plan[1], again)):
        assert run(["compare", *folders]) == 2
        told = f"{folders[1]} is named twice; name folders of different plans"
        # Long paths are wrapped.
        assert told.replace(" ", "") in "".join(capsys.readouterr().err.split())


def test_compare_shows_no_sums_of_different_weeks(plan, tmp_path, capsys):
    """The last two of four weeks are planned again as they were: no figure differs."""
    folder, published = plan
    out = str(tmp_path / "again")
    assert run(["replan", folder, published, "--from", "2027-02-15", "--out", out]) == 0
    capsys.readouterr()
    assert run(["compare", published, out]) == 0
    said = capsys.readouterr().out
    assert "The same managers serve the same contracts." in said
    assert "of different weeks" in said
    # C-2 waits for four weeks in the one, and for two in the other: 20 h and 10 h.
    assert "unassigned hours" not in said
    assert "points:" not in said


def test_replan_leaves_out_what_was_cancelled(plan, tmp_path, capsys):
    """C-1's row is gone from the portfolio: C-2 gets the manager that it had no room with."""
    folder, published = plan
    contracts = Path(folder) / "contracts.csv"
    lines = contracts.read_text().splitlines(keepends=True)
    contracts.write_text(lines[0] + lines[2])
    out = tmp_path / "again"
    capsys.readouterr()
    assert run(["replan", folder, published, "--from", "2027-02-15", "--out", str(out)]) == 0
    assert "1 contract is gone: C-1." in capsys.readouterr().out
    kinds = pd.read_csv(out / "changes.csv").set_index("contract_id")["kind"]
    assert kinds.to_dict() == {"C-1": "gone", "C-2": "served anew"}


def test_plans_without_a_common_contract_are_not_compared(plan, tmp_path, capsys):
    """C-1 and C-2 against D-1 and D-2: nothing is new, gone, better or worse."""
    folder = Path(plan[0])
    (folder / "contracts.csv").write_text(CONTRACTS.replace("C-", "D-"))
    other = str(tmp_path / "other")
    assert run(["plan", str(folder), *WEEKS, "--out", other, "--quiet"]) == 0
    capsys.readouterr()
    assert run(["compare", plan[1], other]) == 0
    said = capsys.readouterr().out
    assert "The plans have no contract in common: nothing is compared." in said
    for word in ("new", "gone", "points", "Customers to tell", "Figures"):
        assert word not in said.replace(str(tmp_path), "")
    # Beside a third plan of the first one's contracts, that one is compared alone.
    third = str(shutil.copytree(plan[1], tmp_path / "third"))
    assert run(["compare", plan[1], other, third, "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["nothing_in_common"] == [other]
    assert [row["plan"] for row in answer["plans"]] == [plan[1], third]
    assert list(answer["moves"]) == [third]


@pytest.mark.parametrize("seconds", ["-1", "0", "nan"])
def test_explain_refuses_a_time_limit_of_nothing(plan, capsys, seconds):
    """As `plan` does: what is to be searched needs some time."""
    capsys.readouterr()
    assert run(["explain", *plan, "C-2", "--time-limit", seconds]) == 2
    assert f"expected seconds > 0 to look for what would make it fit, got {seconds}" in (
        capsys.readouterr().err
    )


def test_replan_refuses_a_negative_number_of_handovers(plan, tmp_path, capsys):
    """The call is wrong and says so in its own words; nothing is written."""
    out = tmp_path / "again"
    capsys.readouterr()
    assert run(["replan", *plan, "--out", str(out), "--max-handovers", "-1"]) == 2
    said = capsys.readouterr().err
    assert "expected max_handovers >= 0, got -1" in said
    assert "assignment problem" not in said
    assert not out.exists()

"""The command `forecast`: its folder, its words, and the way back into a portfolio."""

import json

import pandas as pd
import pytest

import examples
from tsam_planner import publish_forecast, read_plan
from tsam_planner.cli.commands import run
from tsam_planner.demand.forecast import forecast_demand
from tsam_planner.io.portfolios import read_portfolio

# C-1 states what it needs, C-2 is known from time sheets and cases, C-3 begins in the third
# week, C-4 is over, and the prospect is as good as won.
CONTRACTS = """\
contract_id,company_id,offering,deployment,start_date,end_date,time_zone,country,need_hours,cases
C-1,K-1,tsam,on_prem,2026-01-01,2027-12-31,Europe/Rome,IT,5,3
C-2,K-2,tsam,on_prem,2026-01-01,2027-12-31,Europe/Rome,IT,,
C-3,K-3,tsam,on_prem,2027-03-29,2027-12-31,Europe/Rome,IT,3.3333333,
C-4,K-4,tsam,on_prem,2025-01-01,2026-12-31,Europe/Rome,IT,4,
"""
PROSPECTS = """\
contract_id,company_id,offering,deployment,start_date,end_date,time_zone,need_hours,cases,\
win_probability
X-1,K-5,tsam,on_prem,2027-03-15,2027-12-31,Europe/Rome,6,2,1
"""
MANAGERS = "manager_id,time_zone,products\nM-1,Europe/Rome,\nM-2,Europe/Rome,\n"
# Easter Monday, 29 March 2027, is a holiday in Italy: 4 of 5 days in the third week.
WEEKS = ["--start", "2027-03-15", "--weeks", "4"]
FILES = ["demand.csv", "figures", "figures/forecast.png", "forecast.csv", "sources.csv"]


@pytest.fixture
def small(tmp_path):
    """Return a folder with four contracts, a prospect and half a year of logs for C-2."""
    folder = tmp_path / "portfolio"
    folder.mkdir()
    mondays = pd.date_range("2026-09-07", "2027-03-08", freq="7D")
    sheets = pd.DataFrame({"contract_id": "C-2", "date": mondays, "hours": 6.0})
    sheets.loc[::2, "hours"] = 3.0
    cases = pd.DataFrame(
        {
            "case_id": [f"S-{number}" for number in range(len(mondays))],
            "contract_id": "C-2",
            "opened_at": mondays.strftime("%Y-%m-%dT09:00Z"),
            "closed_at": (mondays + pd.Timedelta(days=10)).strftime("%Y-%m-%dT09:00Z"),
        }
    )
    (folder / "contracts.csv").write_text(CONTRACTS)
    (folder / "prospects.csv").write_text(PROSPECTS)
    (folder / "managers.csv").write_text(MANAGERS)
    sheets.to_csv(folder / "timesheets.csv", index=False)
    cases.to_csv(folder / "cases.csv", index=False)
    return folder


def tree(folder):
    """Return the relative paths of everything in a folder."""
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))


def forecast(small, out, *more):
    """Run the command with few futures."""
    return run(["forecast", str(small), *WEEKS, "--out", str(out), "--draws", "50", *more])


def test_forecast_writes_a_folder_and_says_what_to_do_next(small, tmp_path, capsys):
    """The table demand as people would type it, ranges, sources, a picture, a few lines."""
    out = tmp_path / "out"
    assert forecast(small, out) == 0
    assert tree(out) == FILES
    demand = (out / "demand.csv").read_text().splitlines()
    # Three contracts have days in these weeks, C-3 in two of them; Easter Monday is one
    # day less. No prospect is in the table: it would not be known there.
    assert demand[:5] == [
        "contract_id,week,need_hours,cases",
        "C-1,2027-03-15,5,3",
        "C-1,2027-03-22,5,3",
        "C-1,2027-03-29,4,3",
        "C-1,2027-04-05,5,3",
    ]
    assert demand[9:] == ["C-3,2027-03-29,2.666667,0", "C-3,2027-04-05,3.333333,0"]
    table = pd.read_csv(out / "forecast.csv")
    assert table.groupby("contract_id").size().to_dict() == {
        "C-1": 4, "C-2": 4, "C-3": 2, "X-1": 4,
    }  # fmt: skip
    assert (table["need_p10"] <= table["need_p90"]).all()
    sources = pd.read_csv(out / "sources.csv").set_index("contract_id")
    assert sources.loc["C-2"].to_list() == ["timesheets", "cases", False]
    assert (out / "figures" / "forecast.png").read_bytes().startswith(b"\x89PNG")
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "Weeks     2027-03-15 to 2027-04-11 (4 weeks)"
    assert lines[1].startswith("Need      3 contracts: 43 h expected, ")
    assert lines[2].startswith("          1 prospect, each by its chance: 24 h expected, ")
    assert lines[3:7] == [
        "Sources   need: the contract's own figure (2), time sheets (1)",
        "          cases: the case log (1), the contract's own figure (1), "
        "nothing (no cases assumed) (1)",
        "History   2 of 3 contracts have less than 8 weeks of logs; ranges are borrowed "
        "from others (C-1, C-3)",
        "Futures   50, seed 0",
    ]
    assert lines[-1] == (
        f"Written to {out}. Next: correct {out}/demand.csv where you know better, make it the "
        f"table demand of {small}, and plan."
    )


def test_demand_copied_into_the_portfolio_is_what_is_planned(small, tmp_path):
    """The plan needs the same hours and cases in every week, and names their source."""
    plain, corrected, out = tmp_path / "plain", tmp_path / "corrected", tmp_path / "forecast"
    call = [*WEEKS, "--quiet", "--time-limit", "20"]
    assert run(["plan", str(small), *call, "--out", str(plain)]) == 0
    assert forecast(small, out, "--quiet") == 0
    (small / "demand.csv").write_bytes((out / "demand.csv").read_bytes())
    assert run(["check", str(small)]) == 0
    assert run(["plan", str(small), *call, "--out", str(corrected)]) == 0
    before, after = read_plan(plain), read_plan(corrected)
    columns = ["contract_id", "week", "need_hours", "planned_hours", "cases"]
    pd.testing.assert_frame_equal(before.contract_weeks[columns], after.contract_weeks[columns])
    sources = after.sources.set_index("contract_id")
    assert (sources.loc[["C-1", "C-2", "C-3"]] == "demand").all(axis=None)


def test_rows_of_demand_for_other_weeks_are_not_forgotten(small, tmp_path, capsys):
    """One row is for a week of the forecast, one for a later week."""
    (small / "demand.csv").write_text(
        "contract_id,week,need_hours\nC-1,2027-03-22,8\nC-1,2027-07-05,9\n"
    )
    assert forecast(small, tmp_path / "out") == 0
    shown = capsys.readouterr().out
    assert "the table demand then the contract's own figure (1)" in shown
    assert shown.endswith("Keep the 1 row of the present table demand with other weeks.\n")
    assert "C-1,2027-03-22,8,3" in (tmp_path / "out" / "demand.csv").read_text()


def test_a_printed_forecast_says_how_much_and_what_it_rests_on(small):
    """The lines of the command, in a notebook, too."""
    forecast = forecast_demand(read_portfolio(small), start="2027-03-15", weeks=4, draws=50)
    lines = str(forecast).splitlines()
    assert lines[0] == "Weeks    2027-03-15 to 2027-04-11 (4 weeks)"
    assert lines[1].startswith("Need     3 contracts: 43 h expected, ")
    assert lines[3] == "Sources  need: the contract's own figure (2), time sheets (1)"
    assert lines[5].startswith("History  2 of 3 contracts have less than 8 weeks of logs")
    assert lines[6:] == ["Futures  50, seed 0"]
    assert repr(forecast) == str(forecast)


def test_what_the_reader_of_the_logs_found_is_told(small, tmp_path, capsys):
    """A row of 2001, one of the first planned day, and demand for another week."""
    with (small / "timesheets.csv").open("a") as file:
        file.write("C-2,2001-05-07,4\nC-2,2027-03-15,4\n")
    (small / "demand.csv").write_text("contract_id,week,need_hours\nC-1,2027-07-05,9\n")
    assert forecast(small, tmp_path / "out") == 0
    shown = capsys.readouterr().out.split("Good to know\n")[1].splitlines()
    assert shown[0].startswith("  timesheets.csv, row 29, column 'date': 1 row: more than 8")
    assert shown[1].startswith("  taken as open: 1 row of cases closed on or after 2027-03-15")
    assert shown[2] == (
        "  not used: 1 row of timesheets dated on or after 2027-03-15, the first planned day, "
        "e.g. C-2 on 2027-03-15; a plan sees what was known before it"
    )
    assert shown[3] == (
        "  not used: 1 row of demand for weeks outside 2027-03-15 to 2027-04-11, e.g. C-1 in "
        "the week of 2027-07-05"
    )
    assert forecast(small, tmp_path / "out", "--json") == 0
    told = json.loads(capsys.readouterr().out)["warnings"]
    assert told == [line.strip() for line in shown[:4]]


def test_equal_seeds_give_equal_tables(small, tmp_path):
    """The same call twice, over its own folder; another seed gives another range."""
    out = tmp_path / "out"
    seen = []
    for seed in ("7", "7", "8"):
        assert forecast(small, out, "--seed", seed, "--quiet") == 0
        seen.append((out / "forecast.csv").read_bytes())
    assert seen[0] == seen[1] != seen[2]
    assert tree(out) == FILES


def test_json_answers_programs_and_quiet_says_nothing(small, tmp_path, capsys):
    """Totals, counts by source, and who has low history."""
    assert forecast(small, tmp_path / "out", "--json") == 0
    answer = json.loads(capsys.readouterr().out)
    # C-1: 3.8 weeks of 5 h. C-2: 3.8 weeks like its latest 26, which had 117 h and four
    # holidays (8 and 25 December, 1 and 6 January). C-3: 1.8 weeks of 3 1/3 h.
    expected = 19 + 3.8 * 117 / 25.2 + 6
    assert answer["contracts"]["need_hours"] == pytest.approx(expected, abs=1e-5)
    assert answer["contracts"]["need_p10"] < answer["contracts"]["need_p90"]
    assert answer["prospects"]["count"] == 1
    assert answer["need_sources"] == {"contracts": 2, "timesheets": 1}
    assert answer["cases_sources"] == {"cases": 1, "contracts": 1, "none": 1}
    assert answer["low_history"] == ["C-1", "C-3"]
    assert (answer["start"], answer["weeks"]) == ("2027-03-15", 4)
    assert (answer["draws"], answer["seed"]) == (50, 0)
    assert forecast(small, tmp_path / "out", "--quiet") == 0
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["{}", "--quarter", "2027Q5", "--out", "x"], "expected a quarter"),
        (["{}", "--start", "2027-02-02", "--weeks", "4", "--out", "x"], "a Monday"),
        (["{}", "--out", "x"], "name the weeks"),
        (["{}", *WEEKS, "--out", "x", "--draws", "0"], "draws >= 1"),
        (["{}", *WEEKS, "--out", "x", "--seed", "-1"], "seed >= 0"),
        (["{}", *WEEKS, "--out", "x", "--policy", "nowhere.toml"], "nowhere.toml"),
        (["nowhere", *WEEKS, "--out", "x"], "it does not exist"),
        (["{}", *WEEKS], "--out"),
        (["{}", *WEEKS, "--out", "{}"], "choose another output folder"),
    ],
)
def test_a_wrong_call_leaves_with_two_and_writes_nothing(
    small, tmp_path, monkeypatch, capsys, arguments, words
):
    """The message says what is wrong; a folder of something else stays as it was."""
    monkeypatch.chdir(tmp_path)
    before = tree(tmp_path)
    assert run(["forecast", *(word.format(small) for word in arguments)]) == 2
    captured = capsys.readouterr()
    assert words in captured.out + captured.err
    assert tree(tmp_path) == before


def test_without_anything_to_need_there_is_no_picture(small, tmp_path):
    """All contracts and the prospect are over in 2029: empty tables with their columns."""
    weeks = {"start": "2029-01-01", "weeks": 2}
    portfolio = read_portfolio(small)
    out = publish_forecast(forecast_demand(portfolio, draws=5, **weeks), tmp_path / "out")
    assert tree(out) == ["demand.csv", "forecast.csv", "sources.csv"]
    assert (out / "demand.csv").read_text() == "contract_id,week,need_hours,cases\n"
    call = ["--start", "2029-01-01", "--weeks", "2", "--draws", "5"]
    assert run(["forecast", str(small), *call, "--out", str(out)]) == 0


def test_a_picture_of_names_that_the_usual_font_has_not_is_no_complaint(tmp_path):
    """Any warning is an error in tests; letters are drawn by another font or as boxes."""
    records = examples.portfolio([examples.contract("契約")], [])
    made = forecast_demand(records, draws=5, start="2027-03-15", weeks=4)
    out = publish_forecast(made, tmp_path / "out")
    assert (out / "figures" / "forecast.png").exists()

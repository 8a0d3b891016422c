"""A frozen forecast on disk, read back and held against the sample's invoices."""

import json
import re
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest

from money_examples import bought, plan_under, records_of, step
from tsam_planner.cli.commands import run
from tsam_planner.errors import PlanFileError
from tsam_planner.finance.revenue import estimate_revenue
from tsam_planner.io.frozen_forecasts import read_revenue
from tsam_planner.io.revenue_files import revenue_files

SAMPLE = str(Path(__file__).parents[2] / "data" / "sample")
HEAD = "contract_id,month,currency,hours,rate,expected,p10,p50,p90,kind"
# What C-053 had bought when the forecast was made, and a proposal to C-026 that was never made.
FROZEN = (
    "C-053,2026-10,USD,8.8,175,1540.00,1540.00,1540.00,1540.00,contracted",
    "C-053,2026-11,USD,8.4,175,1470.00,1470.00,1470.00,1470.00,contracted",
    "C-053,2026-12,USD,9.6,175,1680.00,1680.00,1680.00,1680.00,contracted",
    "C-026,2026-12,JPY,9.5,26000,247000,0,390000,390000,new",
    ",,JPY,9.5,,247000,0,390000,390000,total",
    ",,USD,26.8,,4690.00,4690.00,4690.00,4690.00,total",
)


def written(folder, *rows, head=HEAD):
    """Write a forecast into a folder, and return its path."""
    path = folder / "revenue.csv"
    path.write_text("\n".join((head, *rows)) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def call(tmp_path):
    """The command on the sample and the frozen forecast, from October to December."""
    path, out = written(tmp_path, *FROZEN), tmp_path / "out"
    months = ["--from", "2026-10", "--to", "2026-12"]
    return ["reconcile", SAMPLE, str(path), *months, "--out", str(out)]


def test_an_estimate_that_was_written_is_read_back_as_it_was(tmp_path):
    """Every row, amounts and hours as decimals, empty cells as None."""
    records = records_of(
        purchased_hours=(bought("02-01", "02-17"),), offers=(step("asked", "01-05"),)
    )
    rows = estimate_revenue(records, plan_under(), draws=20).rows
    (tmp_path / "revenue.csv").write_bytes(
        revenue_files(estimate_revenue(records, plan_under(), draws=20))["revenue.csv"]
    )
    read = read_revenue(tmp_path)[list(rows.columns)]
    assert read.to_dict("records") == rows.to_dict("records")
    assert len(read) > 3


def test_every_problem_of_a_forecast_is_told_at_once(tmp_path):
    """With its row and column, and what to do."""
    path = written(
        tmp_path,
        "C-1,2026-13,EUR,1,2,much,0,0,-1,new",
        ",2026-12,euro,1,,2,0,0,0,renewal",
        "C-1,2026-12,EUR,1,,2,0,0,0,sold",
        "C-2,2026-12,EUR,1,,2,0,0,0,new",
        "C-2,2026-12,EUR,1,,2,0,0,0,new",
    )
    with pytest.raises(PlanFileError, match="no estimate of revenue") as raised:
        read_revenue(path)
    assert [(problem.row, problem.column) for problem in raised.value.problems] == [
        (2, "month"), (2, "expected"), (2, "p90"), (3, "contract_id"), (3, "currency"),
        (4, "kind"), (6, ""),
    ]  # fmt: skip
    assert re.search(r"expected a number from 0 to [\d_.]+, got 'much'", str(raised.value))


def test_another_file_is_no_forecast(tmp_path):
    """Columns that are missing are named; so is a file that is."""
    with pytest.raises(PlanFileError, match="column 'kind': the column is missing"):
        read_revenue(written(tmp_path, "C-1,2026-12", head="contract_id,month"))
    with pytest.raises(PlanFileError, match="does not exist; tsam-planner revenue writes it"):
        read_revenue(tmp_path / "elsewhere.csv")


def test_it_tells_the_bridge_and_what_is_missing_within_80_columns(call, capsys):
    """
    C-053 is forecast 4690.00 USD: 8.4 h not billed, 9.6 h billed at 165 instead of 175.

    All purchases in dollars are billed: C-004 4824.00, C-008 2291.40, C-053 3124.00.
    """
    assert run(call) == 0
    lines = capsys.readouterr().out.splitlines()
    words = [" ".join(line.split()) for line in lines]
    for line in (
        "forecast, expected 4,690.00",
        "acceptance (hours bought) +7,115.40",
        "volume (hours billed) -1,470.00",
        "price, credits -96.00",
        "billed 10,239.40",
        "C-053 volume (hours billed) -1,470.00",
        "within P10 to P90 of the forecast: 0 to 390,000",
        "C-053: purchase not invoiced, 2026-11, 8.4 h, USD 1,470.00",
    ):
        assert line in words
    shown = [line for line in lines if not line.startswith("Written to")]
    assert max(len(line) for line in shown) <= 80


def test_the_tables_say_the_same_as_the_answer_in_json(call, tmp_path, capsys):
    """Four files; amounts are texts in JSON, and the total in euros adds up."""
    assert run([*call, "--json", "--currency", "EUR"]) == 0
    told = json.loads(capsys.readouterr().out)
    out = tmp_path / "out"
    assert {path.name for path in out.iterdir()} == {
        "reconciliation.csv", "buckets.csv", "unbilled.csv", "findings.csv",
    }  # fmt: skip
    bridge = pd.read_csv(out / "reconciliation.csv", dtype=str, keep_default_na=False)
    totals = bridge[(bridge["contract_id"] == "") & (bridge["month"] == "")]
    assert totals["actual"].tolist() == [row["actual"] for row in told["total"]]
    assert totals["currency"].tolist() == ["EUR", "JPY", "USD"]
    together = {name: told["together"][name] for name in ("forecast", "actual")}
    # 4690 USD * 0.92 + 247000 JPY * 0.0061 = 4314.80 + 1506.70; 3162 EUR + 10239.40 USD.
    assert together == {"forecast": "5821.50", "actual": "12582.25"}
    steps = ("acceptance", "volume", "timing", "price", "other_currency")
    change = sum(Decimal(told["together"][name]) for name in steps)
    assert Decimal("5821.50") + change == Decimal("12582.25")
    buckets = pd.read_csv(out / "buckets.csv")
    sheets = pd.read_csv(Path(SAMPLE) / "timesheets.csv")
    is_quarter = sheets["date"].between("2026-10-01", "2026-12-31")
    assert buckets["hours"].sum() == pytest.approx(sheets.loc[is_quarter, "hours"].sum())


def test_fiscal_months_are_understood(call, capsys):
    """October to December 2026 are the first three months of the year 2027 from October on."""
    months = ["--from", "FY2027-01", "--to", "FY2027-03", "--fiscal-year-start", "10-01"]
    arguments = [*call[:3], *months, *call[7:]]
    assert run([*arguments, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert [row["month"] for row in told["by_month"] if row["currency"] == "USD"] == [
        "FY2027-01", "FY2027-02", "FY2027-03",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (["--to", "2026-09"], "expected the first month before the last"),
        (["--from", "2027-02", "--to", "2027-03"], "the forecast is for 2026-10 to 2026-12"),
        (["--currency", "CHF"], "no rate of exchange from EUR into CHF is given"),
    ],
)
def test_a_call_that_makes_no_sense_writes_nothing(call, tmp_path, capsys, change, message):
    """Exit code 2, and no folder."""
    assert run([*call, *change]) == 2
    assert message in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_a_folder_of_somebody_elses_is_left_alone(call, tmp_path, capsys):
    """It holds other files and no reconciliation."""
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "letters.txt").write_text("dear")
    assert run(call) == 2
    assert "holds other files" in capsys.readouterr().err
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["letters.txt"]

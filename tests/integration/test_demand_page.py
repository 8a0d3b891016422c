"""What docs/demand.md shows is executed."""

import os
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "demand.md").read_text(encoding="utf-8")


def test_python_of_the_page_runs_in_order(capsys):
    """Later blocks go on from earlier ones; C-031 needs the 11 h of the text, give or take."""
    before, names = Path.cwd(), {}
    os.chdir(ROOT)
    try:
        for block in re.findall(r"```python\n(.*?)```", PAGE, flags=re.DOTALL):
            exec(compile(block, "demand.md", "exec"), names)
    finally:
        os.chdir(before)
    assert "futures, seed 0" in capsys.readouterr().out
    row = names["table"].loc[("C-031", "2027-02-01")]
    assert f"needs {row.need_hours:.0f} h in that week" in PAGE
    assert row.need_p10 + 2 < row.need_hours < row.need_p90 - 2


def test_columns_that_the_page_names_exist():
    """The tables of a forecast have the columns that the page explains."""
    import tsam_planner as tsam

    portfolio = tsam.read_portfolio(ROOT / "data" / "sample")
    table = tsam.forecast_demand(portfolio, quarter="2027Q1", draws=10).table
    section = PAGE.split("| of a contract and week | |")[1].split("\n\n")[0]
    named = set(re.findall(r"`(\w+)`", section))
    assert named <= set(table.columns)
    assert set(table.columns) - named == {"contract_id", "week"}

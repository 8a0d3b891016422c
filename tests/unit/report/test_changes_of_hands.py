"""Changes of hands on the page, in the workbook and in the figure: who gives to whom."""

import datetime as dt
import io

import openpyxl
import pytest
from matplotlib.figure import Figure

from examples import EXACT, away, contract, manager, portfolio
from tsam_planner.planning.recipe import make_plan
from tsam_planner.plotting.handover_flow import plot_handovers
from tsam_planner.report.page.customers import customers
from tsam_planner.report.page.decided import tiles
from tsam_planner.report.page.material import Material
from tsam_planner.report.workbook.recipe import plan_workbook
from tsam_planner.studies.absences import examine_absences
from tsam_planner.studies.risk import assess_risk
from tsam_planner.studies.sell_or_hire import sell_or_hire

# M-1 has C-1 in January; M-2, employed for six weeks, until 14 March; then M-1 again.
GIVEN = [("M-1", dt.date(2027, 2, 1), "M-2"), ("M-2", dt.date(2027, 3, 8), "M-1")]


@pytest.fixture(scope="module")
def plan():
    """C-1 goes from M-1, away for five weeks, to M-2 and back: one contract, two changes."""
    for_weeks = manager("M-2", start_date=dt.date(2027, 2, 1), end_date=dt.date(2027, 3, 14))
    records = portfolio(
        [contract()],
        [manager("M-1"), for_weeks],
        today={"C-1": "M-1"},
        absences=(away("M-1", "02-01", "03-05"),),
    )
    return make_plan(records, quarter="2027Q1", options=EXACT)


@pytest.fixture(scope="module")
def material(plan):
    """What the page of that plan is written from."""
    return Material(
        plan,
        examine_absences(plan),
        assess_risk(plan, draws=5),
        sell_or_hire(plan, profiles=()),
    )


def test_the_page_names_who_had_the_contract_before_each_change(material):
    """The second change is from M-2 to M-1, although M-1 is today's manager."""
    [moves, _] = customers(material).tables
    assert [column.label for column in moves.columns][2:5] == [
        "Previous manager", "From", "New manager",
    ]  # fmt: skip
    shown = [tuple(cell.text for cell in row[2:5]) for row in moves.rows]
    assert shown == [(giver, f"{day}", taker) for giver, day, taker in GIVEN]


def test_the_workbook_names_who_had_the_contract_before_each_change(plan):
    """The same two rows as on the page."""
    sheet = openpyxl.load_workbook(io.BytesIO(plan_workbook(plan)))["Changes of hands"]
    header, *rows = sheet.iter_rows(min_col=3, max_col=5, values_only=True)
    assert header == ("Previous owner", "From week", "New owner")
    assert [(giver, day.date(), taker) for giver, day, taker in rows] == GIVEN


def test_figures_of_contracts_and_of_changes_are_told_apart(material):
    """1 contract, 2 changes: what is forced and chosen adds up to the changes."""
    tile = tiles(material)[2]
    assert (tile.figure, tile.label) == ("1", "contract changes hands")
    assert tile.detail == "2 times: 2 forced, 0 chosen"
    assert customers(material).title == (
        "1 contract changes hands, 2 times; 1 company has to be told"
    )


def test_the_figure_does_not_say_that_who_gives_later_has_the_contract_today(plan):
    """M-2 gives in March and has nothing today: givers stand under "before"."""
    ax = Figure(figsize=(10, 6)).add_subplot()
    shown = [text.get_text() for text in plot_handovers(plan, ax=ax).texts]
    assert "before" in shown
    assert "today" not in shown

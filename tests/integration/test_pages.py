"""What pages of docs/ show is executed; assertions stand in the pages and are derived there."""

import re
from pathlib import Path

import pytest

import tsam_planner as tsam
from pages import DOCS, ROOT, blocks_of, is_program, run_page, text_of

PAGES = sorted(path.name for path in DOCS.glob("*.md"))
LANGUAGES = {"", "console", "python", "sh", "{eval-rst}", "{toctree}"}


@pytest.mark.parametrize("name", [name for name in PAGES if is_program(name)])
def test_files_commands_and_code_of_a_page_run(name, tmp_path, monkeypatch, capsys):
    """Each page with anything to run is run, and says of it what is so."""
    names, shown = run_page(name, tmp_path, monkeypatch, capsys)
    CLAIMS.get(name, no_claims)(names, shown)


def no_claims(names, shown):
    """Leave it to the page, which asserts its own figures."""


def claims_of_answers(names, shown):
    """What the page says of repairs, teams and scenarios is asserted in it."""
    assert "fits if M-1 could hold 32 cases" in shown


def claims_of_finance(names, shown):
    """The page says in words what its last block computes."""
    assert "recommend" in shown
    assert names["revenue"].details["kind"].unique().tolist() == ["new"]


def claims_of_demand(names, shown):
    """C-031 needs the 11 h of the text, give or take."""
    assert "futures, seed 0" in shown
    row = names["table"].loc[("C-031", "2027-02-01")]
    assert f"needs {row.need_hours:.0f} h in that week" in text_of("demand.md")
    assert row.need_p10 + 2 < row.need_hours < row.need_p90 - 2


def claims_of_scaling_out(names, shown):
    """Processes, a cluster and one point after the other give the same tables."""
    assert "policy.max_open_cases" in shown
    assert names["more"]["need_factor"].tolist() == [1.0, 1.0, 1.1, 1.1, 1.2, 1.2]


def claims_of_reading_a_plan(names, shown):
    """Every file that a plan has is named, and nothing that it has not."""
    text = text_of("reading-a-plan.md")
    written = {path.name for path in Path("plan").iterdir() if path.is_file()}
    assert {name for name in written if name not in text} == set()
    named = set(re.findall(r"`([\w/]+\.(?:csv|html|xlsx|json|ics|png))`", text))
    assert {name for name in named if not (Path("plan") / name).is_file()} == set()


CLAIMS = {
    "answers.md": claims_of_answers,
    "finance.md": claims_of_finance,
    "demand.md": claims_of_demand,
    "reading-a-plan.md": claims_of_reading_a_plan,
    "scaling-out.md": claims_of_scaling_out,
}


def test_every_block_is_of_a_kind_that_is_known():
    """A language that nobody runs would be a block that nobody checks."""
    for name in PAGES:
        assert {block.language for block in blocks_of(name)} <= LANGUAGES, name


def test_columns_that_the_page_on_demand_names_exist():
    """The tables of a forecast have the columns that the page explains."""
    portfolio = tsam.read_portfolio(ROOT / "data" / "sample")
    table = tsam.forecast_demand(portfolio, quarter="2027Q1", draws=10).table
    section = text_of("demand.md").split("| of a contract and week | |")[1].split("\n\n")[0]
    named = set(re.findall(r"`(\w+)`", section))
    assert named <= set(table.columns)
    assert set(table.columns) - named == {"contract_id", "week"}


def test_the_api_reference_names_every_public_name_once():
    """What can be imported is documented, and nothing else."""
    listed = re.findall(r"^   (\w+)$", text_of("api.md"), flags=re.MULTILINE)
    assert sorted(listed) == sorted(tsam.__all__)


def test_links_of_pages_point_to_what_exists():
    """Links to files and headings work in the folder as they do in the site."""
    for name in PAGES:
        for path, anchor in re.findall(r"\]\((?!https?:)([^)#]*)#?([^)]*)\)", text_of(name)):
            target = (DOCS / path) if path else DOCS / name
            assert target.is_file(), (name, path)
            if anchor:
                assert anchor in anchors_of(target), (name, path, anchor)


def anchors_of(path):
    """Return the anchors that code hosts give to headings."""
    titles = re.findall(r"^#+ (.*)$", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def test_every_page_is_in_the_contents():
    """Who starts at the index finds every page."""
    index = text_of("index.md")
    for name in PAGES:
        assert name == "index.md" or f"({name})" in index, name

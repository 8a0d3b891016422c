"""What nobody may read: every byte that is written and every word that is said is searched."""

import re
import shutil
from itertools import accumulate

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st
from marked import EXACT, QUARTER, WHY_AWAY, call, found_in, private_words, texts_in

import tsam_planner as tsam
from tsam_planner.report.page.works_council import grouped


def test_a_marker_is_found_wherever_it_is_packed(everything):
    """The search sees pages, workbooks, pictures' texts, calendars and names of files."""
    names = {name for _, name in found_in(everything, {"zqm01", "zqname-zqm01"})}
    endings = ("report.html", "calls.ics", "plan.json", "zqm01.ics", "sharedStrings.xml")
    assert all(any(name.endswith(end) for name in names) for end in endings), names


def test_reasons_of_absences_are_in_no_byte(place, everything):
    """They stand in the export of HR alone: no file, no page and no word has them."""
    assert found_in(place / "hr.csv", {WHY_AWAY})
    for written in (everything, place / "imported", place / "portfolio", place / "import.said"):
        assert found_in(written, {WHY_AWAY}) == []


def test_kinds_of_absences_change_nothing(place, everything, tmp_path):
    """Leave or training: but for the fingerprint of the input, every byte is the same."""
    records = shutil.copytree(place / "portfolio", tmp_path / "portfolio")
    lines = (records / "absences.csv").read_text().splitlines()
    trained = [f"{lines[0]},kind", *(f"{line},training" for line in lines[1:])]
    (records / "absences.csv").write_text("\n".join(trained) + "\n")
    assert call("plan", records, *QUARTER, *EXACT, "--out", tmp_path / "plan")[0] == 0
    prints = [
        tsam.read_portfolio(folder).content_hash for folder in (place / "portfolio", records)
    ]
    one, other = (
        {
            name.partition("/plan/")[2]: text.replace(own[:12], "").replace(own[12:], "")
            for name, text in texts_in(folder)
            if not name.endswith("run.json") and "/plan/" in name
        }
        for folder, own in zip((everything / "plan", tmp_path / "plan"), prints, strict=True)
    )
    assert prints[0] != prints[1]
    assert one.keys() == other.keys()
    assert {name for name in one if one[name] != other.get(name)} == set()


INTERNAL = (
    "utilization", "cost", "margin", "points", "strain", "objective", "priority", "overload",
    "deployable", "bound", "unassigned",
)  # fmt: skip


def test_customers_see_nothing_of_others(everything, tmp_path):
    """A page of evidence has no person, no other customer, and no word of the inside."""
    pages = sorted((everything / "plan/evidence").glob("*.html"))
    assert [page.stem for page in pages] == ["zqc01", "zqc02", "zqc03"]
    for page in pages:
        number = page.stem[-2:]
        own = {f"zqc{number}", f"zqfirm-{number}", f"zqk{number}"}
        own |= {word for word in private_words() if word.startswith(f"zqszqc{number}")}
        bare = tmp_path / page.name
        # A style has margins of another kind.
        bare.write_text(re.sub(r"(?s)<style>.*?</style>", "", page.read_text("utf-8")), "utf-8")
        found = {word for word, _ in found_in(bare, private_words() | {*INTERNAL})}
        assert found <= own, page.name
        assert f"zqfirm-{number}" in found


def test_figures_and_files_to_customers_are_the_evidence_only(everything):
    """Calendars are the team's own: no address of a customer's contact is in any file."""
    contacts = {word for word in private_words() if "contact" in word or "@" in word}
    assert found_in(everything, contacts) == []


def test_a_works_council_sees_nobody(everything):
    """No id, no name, no group below five, and no group that others leave over."""
    page = everything / "council.html"
    assert found_in(page, private_words()) == []
    groups = [
        [int(count) for count in _PEOPLE.findall(table)]
        for table in _TABLES.findall(page.read_text(encoding="utf-8"))
    ]
    figures = re.findall(r'data-key="([^"]*)"', page.read_text(encoding="utf-8"))
    # What it is sorted by says no more than what is read: 3 digits and a sign at most.
    assert max(map(len, figures)) <= 5
    # 6 people in Italy and 5 in Germany; all 11 work full time.
    assert sorted(sorted(table) for table in groups) == [[5, 6], [11]]


# The first cell of a row is the name of its group, the second how many people it has.
_TABLES = re.compile(r"<table.*?</table>", re.DOTALL)
_PEOPLE = re.compile(r"<th scope=\"row\".*?</th>\s*<td[^>]*><bdi>(\d+)</bdi>")


@given(st.lists(st.integers(1, 12), max_size=8))
def test_no_group_is_left_over_by_those_that_are_shown(sizes):
    """Of any sizes: groups of at least five that are all people together, or none at all."""
    names = [f"{place}" for place, size in enumerate(sizes) for _ in range(size)]
    shown = [len(part) for part in grouped(pd.DataFrame({"group": names}), "group").values()]
    assert all(size >= 5 for size in shown)
    # What some of them leave of the total are others of them: at least five, or nobody.
    assert sum(shown) == (len(names) if len(names) >= 5 else 0)
    left = [len(names) - some for some in accumulate(shown)] if shown else []
    assert all(rest == 0 or rest >= 5 for rest in left)

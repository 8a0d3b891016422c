"""The page in a real browser: sorting, searching, nothing fetched, hostile names as text."""

import datetime as dt
import shutil

import pytest

from examples import EXACT, FOUR_WEEKS, contract, manager, portfolio, updated
from tsam_planner.planning.recipe import make_plan
from tsam_planner.portfolio.records import Company
from tsam_planner.report.page.leadership import plan_page

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="no chromium on this machine (Debian: apt install chromium)"
)
NAMES = [
    '<script>document.title = "stolen"</script>',
    "<img src=x onerror=\"document.title='stolen'\">",
    "\"quotes\" 'and' `more` & {{ braces }} {% raw %}",
    "\u202eright to left\u202c שלום",
    "x" * 200,
    "\U0001f600 \U0001f468\u200d\U0001f469\u200d\U0001f467",
    "=1+1",
]


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    """Return the page of twenty contracts with hostile names, opened in Chromium."""
    playwright = pytest.importorskip("playwright.sync_api")
    signed = [
        contract(f"C-{n:02}", company_id=f"K-{n:02}", cases=n % 5, need_hours=1 + n % 7)
        for n in range(20)
    ]
    team = [manager(f"M-{n:02}", name=NAMES[n % len(NAMES)]) for n in range(14)]
    companies = tuple(
        Company(company_id=f"K-{n:02}", name=NAMES[n % len(NAMES)]) for n in range(20)
    )
    records = updated(portfolio(signed, team), companies=companies)
    file = tmp_path_factory.mktemp("page") / "report.html"
    file.write_bytes(plan_page(make_plan(records, **FOUR_WEEKS, options=EXACT)))
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        opened = browser.new_page()
        opened.complaints, opened.requests = [], []
        opened.on("console", lambda message: opened.complaints.append(message.text))
        opened.on("pageerror", lambda error: opened.complaints.append(str(error)))
        opened.on("request", lambda request: opened.requests.append(request.url))
        opened.goto(file.as_uri())
        yield opened
        browser.close()


def table_of(page, caption):
    """Return the table whose caption begins with some words."""
    return page.locator("table", has=page.locator("caption", has_text=caption))


def column(table, place):
    """Return the texts of a column, from top to bottom, of rows that are shown."""
    rows = table.locator("tbody tr:visible")
    return [
        rows.nth(row).locator("th, td").nth(place).inner_text() for row in range(rows.count())
    ]


def test_a_heading_sorts_by_number_and_back(page):
    """First the most, then the least; the heading says which."""
    table = table_of(page, "Every contract")
    heading = table.locator("thead th", has_text="Hours a week")
    place = [text.strip() for text in table.locator("thead th").all_inner_texts()].index(
        heading.inner_text().strip()
    )
    for order, backwards in (("descending", True), ("ascending", False)):
        heading.locator("button").click()
        assert heading.get_attribute("aria-sort") == order
        hours = [float(text) for text in column(table, place)]
        assert hours == sorted(hours, reverse=backwards)
        assert len(set(hours)) > 1


def test_a_search_leaves_the_rows_that_hold_all_words(page):
    """And says how many; emptied, all come back."""
    table = table_of(page, "Every contract")
    block = page.locator(".table", has=table)
    block.locator("input").fill("c-07 tsam")
    assert column(table, 0) == ["C-07"]
    assert block.locator("output").inner_text() == "1 of 20 rows"
    block.locator("input").fill("")
    assert len(column(table, 0)) == 20


def test_hostile_names_are_text(page):
    """Each is shown as it is in the data; none of them becomes a script or a tag."""
    shown = page.locator("td, th").all_text_contents()
    for name in NAMES:
        assert any(name in text for text in shown)
    assert "stolen" not in page.title()
    assert page.locator("table img, main script").count() == 0


def test_nothing_is_fetched_and_nothing_is_complained_about(page):
    """One request, for the file itself; an empty console."""
    assert [url for url in page.requests if not url.startswith("data:")] == [page.url]
    assert page.complaints == []


def test_the_page_can_be_used_with_the_keyboard(page):
    """Headings are buttons that Enter presses."""
    heading = table_of(page, "Books").locator("thead th").nth(1)
    heading.locator("button").focus()
    page.keyboard.press("Enter")
    assert heading.get_attribute("aria-sort") == "descending"


def test_a_phone_scrolls_tables_and_not_the_page(page):
    """At 390 pixels nothing stands over the edge of the page."""
    page.set_viewport_size({"width": 390, "height": 800})
    wide = page.evaluate("document.documentElement.scrollWidth")
    page.set_viewport_size({"width": 1280, "height": 800})
    assert wide <= 390


def test_on_paper_rows_are_shown_that_a_search_leaves_out(page):
    """All 20 rows and folded tables are printed; then the search and the folds are back."""
    table = table_of(page, "Every contract")
    box = page.locator(".table", has=table).locator("input")
    folded = page.locator("details:not([open])")
    folds = folded.count()
    box.fill("c-07")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert len(column(table, 0)) == 20
    assert folded.count() == 0
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert column(table, 0) == ["C-07"]
    assert folded.count() == folds > 0
    box.fill("")


def test_no_table_of_a_year_is_wider_than_a_sheet_of_paper(page, tmp_path):
    """Not even beside a long name: what stands over the edge is not printed."""
    long = contract(end_date=dt.date(2029, 1, 1))
    records = portfolio([long], [manager(name="Maximiliane Oberhuber-Schmidt")])
    plan = make_plan(records, start=dt.date(2027, 1, 4), weeks=53, options=EXACT)
    file = tmp_path / "report.html"
    file.write_bytes(plan_page(plan))
    sheet = page.context.browser.new_page()
    # A4 is 210 mm wide; less two margins of 10 mm, at 96 dots an inch of 25.4 mm.
    sheet.set_viewport_size({"width": int((210 - 20) / 25.4 * 96), "height": 1000})
    sheet.emulate_media(media="print")
    sheet.goto(file.as_uri())
    sheet.evaluate("dispatchEvent(new Event('beforeprint'))")
    wide, room = sheet.evaluate(
        "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
    )
    sheet.close()
    assert wide <= room

"""Strategies of command lines that nobody means: hostile words, figures, days and paths."""

from hypothesis import strategies as st
from spoiling import DATES, NUMBERS

# Arguments of a process hold no NUL; lone halves of characters stand for bytes of file names.
WORDS = (
    "", " ", "../../x", "/etc/passwd", "..", ".", "/dev/null", "CON", "a" * 5000, "a\nb", "😀",
    "=1+1", "-x", "--", "--help", "<script>", "\x1b[31m", "{{7*7}}", "%s%n", "\udcff", "\u202e",
    "None", "C-036", "C-999", "X-01", "2027Q9", "0000Q1", "9999Q4", "\uff12027Q1", "FY2027-04",
)  # fmt: skip
FIGURES = (
    *(text for text in NUMBERS if len(text) < 1000),
    "-inf", "0.0", "1e-300", "1000000000", "99999999999999999999",
)  # fmt: skip
MONTHS = (
    "2026-10", "2026-12", "2027-01", "2027-13", "0001-01", "9999-12", "FY2027-04", "FY0001-01",
    "FY9999-12", "2027-1", "2027", "2027-01-01",
)  # fmt: skip
DAYS = ("2027-02-01", "2027-02-08", "2027-02-02", "01-01", "10-01", "02-29", "13-01", "00-00")
CURRENCIES = ("EUR", "USD", "XXX", "eur", "")

words = st.sampled_from(WORDS) | st.text(st.characters(exclude_characters="\0"), max_size=8)
figures = st.sampled_from(FIGURES) | words
days = st.sampled_from((*DATES, *DAYS)) | words
months = st.sampled_from(MONTHS) | days
# Never a path of which a run of these tests could change anything.
outs = st.sampled_from(
    ("new", "new", "new", "portfolio", "plan", "plan/plan.json", "notes.txt", "notes.txt/x",
     ".", "", " ", "a" * 5000, "a" * 200, "😀", "\x1b[31m", "\udcff", "=1+1", "-x",
     "/dev/null/x", "x/y/z", "new.xlsx", "CON")
)  # fmt: skip
SEARCH = {"--time-limit": figures}
WEEKS = {"--quarter": words | days, "--start": days, "--weeks": figures}
MONEY = {
    "--from": months, "--to": months, "--fiscal-year-start": days,
    "--currency": st.sampled_from(CURRENCIES) | words,
}  # fmt: skip
FLAG = st.none()


def nearly(good):
    """Draw what is right, and now and then something else in its place."""
    others = st.sampled_from(("portfolio", "plan", "plan/plan.xlsx", "notes.txt", "/dev/null"))
    return st.just(good) | st.just(good) | others | words


def calls():
    """Draw a call of any command."""
    portfolio, plan = nearly("portfolio"), nearly("plan")
    out, short = (st.just("--out"), outs), (st.just("--time-limit"), st.just("1"))
    weeks = (st.just("--start"), st.just("2027-02-01"), st.just("--weeks"), st.just("4"))
    few = (st.just("--draws"), st.just("20"))
    reading = {"--policy": nearly("notes.txt"), "--json": FLAG}
    return st.one_of(
        call_of("check", [portfolio], reading),
        call_of("new", [outs], {"--json": FLAG}),
        call_of("verify", [portfolio, nearly("plan/plan.xlsx") | plan], {**WEEKS, **reading}),
        call_of(
            "explain", [portfolio, plan, words | st.just("C-036"), *short],
            {**SEARCH, "--json": FLAG},
        ),
        call_of("compare", [plan, plan], {"--json": FLAG}),
        call_of("compare", [st.just("plan"), nearly("plan-2")], {"--json": FLAG}),
        call_of("staff", [portfolio, *weeks, *short], {**SEARCH, **WEEKS, "--out": outs}),
        call_of(
            "forecast", [portfolio, *weeks, *few, *out],
            {**WEEKS, **reading, "--draws": figures, "--seed": figures, "--pseudonymize": outs},
        ),
        call_of(
            "revenue", [portfolio, plan, *few],
            {**MONEY, "--draws": figures, "--seed": figures, "--rates": nearly("rates.csv"),
             "--out": outs},
        ),
        call_of(
            "reconcile",
            [portfolio, nearly("revenue.csv"), st.just("--from"), months, st.just("--to"),
             months, *out],
            MONEY,
        ),
        call_of(
            "report", [portfolio, plan, *out],
            {"--view": words | st.just("works-council"), "--pseudonymous": FLAG,
             "--pseudonymize": outs, **SEARCH},
        ),
        call_of(
            "replan", [portfolio, plan, *out, *short],
            {"--from": days, "--max-handovers": figures, **SEARCH, "--json": FLAG},
        ),
        call_of(
            "import",
            [nearly("portfolio/contracts.csv"), st.just("--map"),
             words | st.sampled_from(("jira", "salesforce", "map.toml")), *out],
            {"--json": FLAG},
        ),
        call_of("sell-or-hire", [portfolio, plan, *short], {**SEARCH, "--json": FLAG}),
    )  # fmt: skip


def call_of(command, arguments, options):
    """Draw a call: each argument is mostly right, and some of the options are given."""
    given = st.tuples(*arguments)
    extra = st.lists(st.sampled_from(sorted(options)), unique=True, max_size=3)
    return given.flatmap(
        lambda first: extra.flatmap(
            lambda names: st.tuples(*(options[name] for name in names)).map(
                lambda values: [command, *first, *_joined(names, values)]
            )
        )
    )


def _joined(names, values):
    """Return options with what follows them; a flag has None."""
    for name, value in zip(names, values, strict=True):
        yield name
        if value is not None:
            yield value

"""Calendar files of the weekly calls, read back with a parser of other authors."""

import datetime as dt
import re
from zoneinfo import ZoneInfo

import icalendar
import pandas as pd
import pytest
import vobject
from hypothesis import given, settings
from hypothesis import strategies as st

from examples import contract, manager, portfolio, updated
from tsam_planner.calendars.horizon import Horizon
from tsam_planner.errors import ArgumentError
from tsam_planner.facts import gather_facts
from tsam_planner.plan.calls import Call, calls_table
from tsam_planner.portfolio.records import Company
from tsam_planner.report.calendar_feed import calendar_files
from tsam_planner.service.policy import Policy

YEAR = Horizon(dt.date(2027, 1, 4), 52)
MORNING = dt.datetime(2027, 2, 1, 8, tzinfo=dt.UTC)
IDS = st.text(max_size=80) | st.text("aA.-/\\é ", max_size=4)


def call(start=MORNING, **fields):
    """Return a call of 30 minutes of C-1 by M-1, in the week of its start."""
    date = start.date()
    defaults = {
        "contract_id": "C-1",
        "manager_id": "M-1",
        "week": date - dt.timedelta(days=date.weekday()),
        "minutes": 30,
    }
    return Call(start=start, **{**defaults, **fields})


def files_of(case, *calls, **options):
    """Return the calendar files of some calls in 2027."""
    table = calls_table(gather_facts(case, YEAR, Policy()), calls)
    return calendar_files(table, case, YEAR, **options)


def events(content):
    """Return the events of a file as vobject reads them."""
    return vobject.readOne(content.decode()).contents.get("vevent", [])


def unfolded(files):
    """Return all that the files say, names of files included, as one text."""
    return "\n".join([*files, *(content.decode() for content in files.values())]).replace(
        "\r\n ", ""
    )


ACME = portfolio(
    [contract("C-1", company_id="K-1"), contract("C-2", company_id="K-2")],
    [manager("M-1", name="Ada Rossi"), manager("M-2", time_zone="America/New_York")],
    companies=(Company(company_id="K-1", name="Acme, Inc."), Company(company_id="K-2")),
)


# Offsets from the tz database: New York changes on 14 March and 7 November 2027, Rome on
# 28 March and 31 October, Adelaide (10:30 in its summer, 9:30 else) on 4 April and
# 3 October, Kolkata (5:30) never. 9 o'clock less the offset is the time in UTC.
@pytest.mark.parametrize(
    ("zone", "date", "in_utc"),
    [
        ("America/New_York", "2027-03-12", "20270312T140000Z"),
        ("America/New_York", "2027-03-15", "20270315T130000Z"),
        ("America/New_York", "2027-11-05", "20271105T130000Z"),
        ("America/New_York", "2027-11-08", "20271108T140000Z"),
        ("Europe/Rome", "2027-03-26", "20270326T080000Z"),
        ("Europe/Rome", "2027-03-29", "20270329T070000Z"),
        ("Europe/Rome", "2027-10-29", "20271029T070000Z"),
        ("Europe/Rome", "2027-11-01", "20271101T080000Z"),
        ("Asia/Kolkata", "2027-03-12", "20270312T033000Z"),
        ("Asia/Kolkata", "2027-11-08", "20271108T033000Z"),
        ("Australia/Adelaide", "2027-04-02", "20270401T223000Z"),
        ("Australia/Adelaide", "2027-04-05", "20270404T233000Z"),
        ("Australia/Adelaide", "2027-10-01", "20270930T233000Z"),
        ("Australia/Adelaide", "2027-10-04", "20271003T223000Z"),
    ],
)
def test_nine_o_clock_stays_nine_o_clock_across_clock_changes(zone, date, in_utc):
    """A call at 9 local time stands at that instant in both files, before and after."""
    case = portfolio([contract(time_zone=zone)], [manager()])
    start = dt.datetime.fromisoformat(f"{date} 09:00").replace(tzinfo=ZoneInfo(zone))
    files = files_of(case, call(start, minutes=45))
    assert len(files) == 2
    for content in files.values():
        [event] = events(content)
        assert f"\r\nDTSTART:{in_utc}\r\n" in content.decode()
        assert event.dtstart.value == dt.datetime.strptime(in_utc, "%Y%m%dT%H%M%S%z")
        assert event.dtend.value - event.dtstart.value == dt.timedelta(minutes=45)
        assert f"Customer: {date} 09:00 {zone} (UTC" in event.description.value


def test_a_quarter_of_calls_shows_both_clock_changes():
    """Thirteen calls at 9 in New York move in UTC with the American clocks only."""
    zone = ZoneInfo("America/New_York")
    quarter = Horizon.of_quarter("2027Q1")
    case = portfolio([contract(time_zone=zone.key)], [manager()])
    calls = [
        call(dt.datetime.combine(day, dt.time(9), zone), week=day) for day in quarter.mondays
    ]
    read = events(files_of(case, *calls)["calls.ics"])
    # Ten Mondays to 8 March at UTC-5, then three at UTC-4. Rome is 6 hours ahead except
    # on 15 and 22 March, when only New York has changed.
    assert [event.dtstart.value.date() for event in read] == list(quarter.mondays)
    assert [event.dtstart.value.hour for event in read] == 10 * [14] + 3 * [13]
    at_manager = [re.search(r"Manager: \S+ (\d+)", event.description.value) for event in read]
    assert [int(match[1]) for match in at_manager] == 10 * [15] + 2 * [14] + [15]


def test_an_event_says_who_meets_when_and_why_not_as_usual():
    """Title, local times on both sides, reason, and in the team's calendar who calls."""
    files = files_of(ACME, call(manager_id="M-2", reason="M-1 is on leave; tomorrow again"))
    assert list(files) == ["calls.ics", "calendars/M-2.ics"]
    [in_team] = events(files["calls.ics"])
    [own] = events(files["calendars/M-2.ics"])
    assert in_team.summary.value == own.summary.value == "Weekly call: Acme, Inc., C-1"
    # 8:00 UTC on 1 February: Rome is one hour ahead, New York five behind.
    lines = [
        "Customer: 2027-02-01 09:00 Europe/Rome (UTC+01:00)",
        "Manager: 2027-02-01 03:00 America/New_York (UTC-05:00)",
        "Not as usual: M-1 is on leave; tomorrow again",
    ]
    assert own.description.value.split("\n") == lines
    assert in_team.description.value.split("\n") == [*lines, "Who calls: M-2"]


def test_a_usual_call_gives_no_reason_and_names_the_manager():
    """Nothing is called unusual without a reason; the caller stands with id and name."""
    [event] = events(files_of(ACME, call())["calls.ics"])
    assert "Not as usual" not in event.description.value
    assert event.description.value.endswith("Who calls: M-1 Ada Rossi")


def test_a_company_without_name_is_called_by_its_id():
    """The title falls back to the company's id."""
    [event] = events(files_of(ACME, call(contract_id="C-2"))["calls.ics"])
    assert event.summary.value == "Weekly call: K-2, C-2"


def test_every_manager_gets_the_own_calls_and_the_team_gets_all():
    """Files split the calls by manager; one without calls has no file."""
    case = updated(ACME, managers=(*ACME.managers, manager("M-3")))
    files = files_of(
        case,
        call(contract_id="C-1", manager_id="M-1"),
        call(contract_id="C-2", manager_id="M-2"),
        call(MORNING + dt.timedelta(weeks=1), contract_id="C-1", manager_id="M-2"),
    )
    uids = {name: {event.uid.value for event in events(files[name])} for name in files}
    assert {name: len(found) for name, found in uids.items()} == {
        "calls.ics": 3,
        "calendars/M-1.ics": 1,
        "calendars/M-2.ics": 2,
    }
    assert uids["calls.ics"] == uids["calendars/M-1.ics"] | uids["calendars/M-2.ics"]


def test_events_are_sorted_by_start_then_contract():
    """The order in the file is that of the clock, then of the contracts."""
    later = MORNING + dt.timedelta(hours=1)
    files = files_of(
        ACME,
        call(later - dt.timedelta(weeks=1), contract_id="C-2"),
        call(later, contract_id="C-1"),
        call(MORNING, contract_id="C-2"),
        call(MORNING, contract_id="C-1"),
    )
    for name in ("calls.ics", "calendars/M-1.ics"):
        read = [(e.dtstart.value, e.summary.value[-3:]) for e in events(files[name])]
        assert read == [
            (later - dt.timedelta(weeks=1), "C-2"),
            (MORNING, "C-1"),
            (MORNING, "C-2"),
            (later, "C-1"),
        ]


def test_calendars_and_events_say_what_the_format_asks_for():
    """Version, producer, method and name of the file; state and stamp of the event."""
    files = files_of(ACME, call())
    for name, title in (
        ("calls.ics", "Weekly calls"),
        ("calendars/M-1.ics", "Weekly calls of M-1 Ada Rossi"),
    ):
        feed = vobject.readOne(files[name].decode())
        assert feed.version.value == "2.0"
        assert feed.calscale.value == "GREGORIAN"
        assert feed.method.value == "PUBLISH"
        assert feed.prodid.value == "-//tsam-planner//Weekly calls//EN"
        assert feed.x_wr_calname.value == title
        assert (feed.vevent.transp.value, feed.vevent.status.value) == ("OPAQUE", "CONFIRMED")
        # Midnight of the plan's first day, not the time at which the file was written.
        assert feed.vevent.dtstamp.value == dt.datetime(2027, 1, 4, tzinfo=dt.UTC)


@pytest.mark.parametrize("pseudonymous", [False, True])
def test_without_calls_an_empty_calendar_remains(pseudonymous):
    """A plan without calls gives the team's file alone, readable and without events."""
    files = files_of(ACME, pseudonymous=pseudonymous)
    assert list(files) == ["calls.ics"]
    feed = vobject.readOne(files["calls.ics"].decode())
    assert feed.version.value == "2.0"
    assert "vevent" not in feed.contents


def test_a_call_keeps_its_identity_when_time_and_manager_change():
    """A new plan moves the event of the same contract and week; it adds none."""
    [before] = events(files_of(ACME, call())["calls.ics"])
    moved = call(MORNING + dt.timedelta(days=2), manager_id="M-2", minutes=60, reason="leave")
    [after] = events(files_of(ACME, moved)["calls.ics"])
    assert before.dtstart.value != after.dtstart.value
    assert before.uid.value == after.uid.value


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("C-1", "c-1"),
        ("C-1", "C-1 "),
        # One sign, or a letter and its accent: they look alike and are two ids.
        ("\u00e9", "e\u0301"),
        ("契約🎉", "契約"),
    ],
)
def test_ids_that_look_alike_are_two_calls(one, other):
    """Contracts whose ids differ at all have events of their own."""
    case = portfolio([contract(one), contract(other)], [manager()])
    files = files_of(case, call(contract_id=one), call(contract_id=other))
    assert len({event.uid.value for event in events(files["calls.ics"])}) == 2


def test_weeks_of_a_contract_are_different_calls():
    """The calls of two weeks have identities of their own."""
    files = files_of(ACME, call(), call(MORNING + dt.timedelta(weeks=1)))
    assert len({event.uid.value for event in events(files["calls.ics"])}) == 2


def test_the_same_plan_gives_the_same_bytes_in_any_order_of_rows():
    """Files depend neither on the moment of writing nor on the order of the table."""
    calls = [
        call(contract_id="C-1"),
        call(contract_id="C-2", manager_id="M-2"),
        call(MORNING + dt.timedelta(weeks=1), reason="holiday"),
    ]
    files = files_of(ACME, *calls)
    assert files_of(ACME, *calls) == files
    assert files_of(ACME, *reversed(calls)) == files
    assert list(files_of(ACME, *reversed(calls))) == list(files)


def test_pseudonymous_files_leak_no_names():
    """Ids stand for companies and people everywhere, in reasons as well."""
    reason = "M-1 Ada Rossi is away, so Acme, Inc. meets M-2, not Ada Rossi"
    calls = (call(reason=reason), call(contract_id="C-2", manager_id="M-2"))
    named = unfolded(files_of(ACME, *calls))
    hidden = files_of(ACME, *calls, pseudonymous=True)
    for name in ("Ada", "Rossi", "Acme"):
        assert name in named
        assert name not in unfolded(hidden)
    first, second = events(hidden["calls.ics"])
    assert first.summary.value == "Weekly call: C-1"
    assert first.description.value.endswith(
        "Not as usual: M-1 is away, so (name) meets M-2, not (name)\nWho calls: M-1"
    )
    assert second.summary.value == "Weekly call: C-2"
    own = vobject.readOne(hidden["calendars/M-1.ics"].decode())
    assert own.x_wr_calname.value == "Weekly calls of M-1"


def test_a_name_inside_an_id_does_not_tear_the_id_apart():
    """Pseudonymous reasons keep ids whole even where one contains somebody's name."""
    case = portfolio([contract()], [manager("Ada-2", name="Ada"), manager("M-1")])
    files = files_of(case, call(reason="Ada-2 is away (Ada)"), pseudonymous=True)
    [event] = events(files["calls.ics"])
    assert "Not as usual: Ada-2 is away ((name))\n" in event.description.value


def test_names_with_signs_of_the_format_are_read_back_as_written():
    """Commas, semicolons, line breaks, backslashes and emoji survive, and add no lines."""
    name = "Acme, Inc.; Söhne\nEND:VEVENT \\n C:\\new 🎉👩‍💻"
    case = updated(
        ACME,
        companies=(Company(company_id="K-1", name=name),),
        managers=(manager("M-1", name=name),),
    )
    files = files_of(case, call(reason=name))
    [event] = events(files["calls.ics"])
    assert event.summary.value == f"Weekly call: {name}, C-1"
    assert event.description.value.endswith(f"Not as usual: {name}\nWho calls: M-1 {name}")
    own = vobject.readOne(files["calendars/M-1.ics"].decode())
    assert own.x_wr_calname.value == f"Weekly calls of M-1 {name}"


def test_a_login_with_a_backslash_stays_on_one_line():
    r"""The letters of ``CORP\Nadia`` are kept; no line break appears among them."""
    case = portfolio([contract()], [manager("CORP\\Nadia")])
    [event] = events(files_of(case, call(manager_id="CORP\\Nadia"))["calls.ics"])
    # The word joiner between backslash and N cannot be seen.
    last = event.description.value.split("\n")[-1]
    assert last.replace("\u2060", "") == "Who calls: CORP\\Nadia"


def test_no_control_character_gets_into_a_file():
    """What the format forbids becomes a space; what may end a line becomes a line break."""
    name = "A\x00B\x0bC\x7fD\x85E\u2028F\rG\r\nH\tI"
    case = updated(ACME, companies=(Company(company_id="K-1", name=name),))
    [event] = events(files_of(case, call())["calls.ics"])
    assert event.summary.value == "Weekly call: A B C D\nE\nF\nG\nH\tI, C-1"


def test_lines_are_short_and_end_as_the_format_asks():
    """A line has at most 75 bytes, ends with CR LF, and breaks within no character."""
    case = updated(ACME, companies=(Company(company_id="K-1", name="🎉契約é" * 40),))
    content = files_of(case, call())["calls.ics"]
    lines = content.split(b"\r\n")
    assert lines[-1] == b""
    assert len(lines) > 20
    for line in lines:
        assert len(line) <= 75
        assert b"\n" not in line
        line.decode()


@settings(deadline=None)
@given(name=st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp")), min_size=1))
def test_any_name_is_read_back_as_written(name):
    """A company's name comes out of the title as it went in, whatever its letters."""
    case = updated(ACME, companies=(Company(company_id="K-1", name=name),))
    [event] = events(files_of(case, call())["calls.ics"])
    title = event.summary.value.replace("\u2060", "")
    assert title == f"Weekly call: {name}, C-1".replace("\u2060", "")


@settings(deadline=None)
@given(name=st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp")), min_size=1))
def test_two_parsers_read_the_same(name):
    """Long lines with any letters and escapes mean the same to icalendar and to vobject."""
    case = updated(ACME, companies=(Company(company_id="K-1", name=3 * f"{name} \\;,"),))
    content = files_of(case, call())["calls.ics"]
    [event] = events(content)
    [other] = icalendar.Calendar.from_ical(content).walk("VEVENT")
    assert other["SUMMARY"] == event.summary.value
    assert other["DESCRIPTION"] == event.description.value
    assert other["DTSTART"].dt == event.dtstart.value


@pytest.mark.parametrize(
    "manager_id", ["M-04", "17", "x", "E1234_b", "v1.2", "ada.rossi@example.com", "a" * 60]
)
def test_an_ordinary_id_names_its_file(manager_id):
    """Letters, digits and the usual signs between them stay as they are."""
    case = portfolio([contract()], [manager(manager_id)])
    assert f"calendars/{manager_id}.ics" in files_of(case, call(manager_id=manager_id))


HOSTILE = [
    "", " ", ".", "..", "../../up", "/etc/passwd", "a/b", "a\\b", "..\\..\\up", "C:up",
    "a..b", "CON", "con.txt", "nul", "Com1", "LPT9.a.b", "CON.a/b", "-rf", ".hidden", "end.",
    "end ", "a\nb", "a\x00b", "a*?b", "~", "$HOME", "田中", "佐藤", "Müller", "🎉", "a" * 61,
    "b" * 300, "M-04", "m-04",
]  # fmt: skip


def own_files(ids):
    """Return the paths of the managers' calendars, each manager having one call."""
    case = portfolio(
        [contract(f"C-{number}") for number in range(len(ids))],
        [manager(manager_id) for manager_id in ids],
    )
    calls = [
        call(contract_id=f"C-{number}", manager_id=manager_id)
        for number, manager_id in enumerate(ids)
    ]
    files = files_of(case, *calls)
    assert files.pop("calls.ics")
    return files


def assert_safe(paths, ids):
    """Assert one path for each id, within the folder and borne by every file system."""
    assert len({path.lower() for path in paths}) == len(ids)
    for path in paths:
        match = re.fullmatch(r"calendars/([A-Za-z0-9_][A-Za-z0-9_.@-]*)\.ics", path)
        assert match, path
        assert ".." not in path
        assert len(match[1]) <= 100
        # Windows gives these names to devices, whatever follows their first point.
        assert not re.fullmatch(r"con|prn|aux|nul|(com|lpt)\d", match[1].split(".")[0].lower())


def test_hostile_ids_stay_within_the_folder(tmp_path):
    """Whatever the ids, every calendar is a file of its own in the folder it belongs to."""
    files = own_files(HOSTILE)
    assert_safe(files, HOSTILE)
    (tmp_path / "calendars").mkdir()
    for path, content in files.items():
        (tmp_path / path).write_bytes(content)
    assert len(list((tmp_path / "calendars").iterdir())) == len(HOSTILE)
    assert [path.name for path in tmp_path.iterdir()] == ["calendars"]


@settings(deadline=None, max_examples=50)
@given(ids=st.lists(IDS, unique=True, min_size=1, max_size=6))
def test_any_ids_give_safe_and_distinct_files(ids):
    """Arbitrary ids never share a path, not even where case does not count."""
    assert_safe(own_files(ids), ids)


def test_unusual_ids_stay_readable():
    """What can be kept of an id is kept, and part of its hash makes it unmistakable."""
    [path] = own_files(["Jörg Müller/Ops"])
    assert re.fullmatch(r"calendars/Jorg-Muller-Ops-[0-9a-f]{8}\.ics", path)


def test_ids_that_differ_by_case_are_told_apart_in_any_order():
    """Both get part of their hash, and the order of managers does not matter."""
    files = own_files(["M-04", "m-04", "M-05"])
    assert [re.sub(r"-[0-9a-f]{8}\.", "-#.", path) for path in files] == [
        "calendars/M-04-#.ics",
        "calendars/M-05.ics",
        "calendars/m-04-#.ics",
    ]
    assert list(own_files(["M-05", "m-04", "M-04"])) == list(files)


def test_an_id_cannot_take_the_file_of_another():
    """An id chosen as the file name of a second manager gets another file."""
    [path] = own_files(["a/b"])
    copycat = path.removeprefix("calendars/").removesuffix(".ics")
    assert copycat.startswith("a-b-")
    ids = ["a/b", copycat, copycat.upper()]
    assert_safe(own_files(ids), ids)


def test_ids_with_the_same_short_hash_are_told_apart():
    """Where eight digits of two hashes agree, whole hashes name the files."""
    # SHA-256 of both ids begins with 07add142, found by trying pairs of letters.
    ids = ["且他", "丮俲"]
    files = own_files(ids)
    assert_safe(files, ids)
    for path in files:
        assert re.fullmatch(r"calendars/manager-07add142[0-9a-f]{56}\.ics", path)


def test_a_file_keeps_its_name_when_others_get_calls():
    """The name depends on the managers of the portfolio, not on those who hold calls."""
    case = portfolio([contract("C-1"), contract("C-2")], [manager("M-1"), manager("m-1")])
    alone = files_of(case, call())
    both = files_of(case, call(), call(contract_id="C-2", manager_id="m-1"))
    assert len(both) == 3
    assert set(alone) < set(both)


@pytest.mark.parametrize(
    ("column", "kind"), [("contract_id", "contract"), ("manager_id", "manager")]
)
def test_a_call_of_another_portfolio_is_refused(column, kind):
    """A contract or manager that the portfolio lacks is named, with what to do."""
    table = calls_table(gather_facts(ACME, YEAR, Policy()), [call()])
    with pytest.raises(
        ArgumentError, match=rf"the calls name {kind} 'X-9', which .* give the portfolio that"
    ):
        calendar_files(table.assign(**{column: "X-9"}), ACME, YEAR)


def test_a_start_without_zone_is_refused():
    """An instant is never guessed from a local time."""
    table = calls_table(gather_facts(ACME, YEAR, Policy()), [call()])
    naive = table.assign(start=[pd.Timestamp("2027-02-01 08:00")])
    with pytest.raises(TypeError, match="tz-naive"):
        calendar_files(naive, ACME, YEAR)

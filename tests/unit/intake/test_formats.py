"""Numbers, dates, moments and encodings: read as stated, detected only without doubt."""

import datetime as dt

import pytest

from tsam_planner.errors import IntakeError
from tsam_planner.intake.mapping import TableMapping
from tsam_planner.intake.moments import find_naive, find_unformatted, read_date, read_moment
from tsam_planner.intake.numerals import detect_mark, read_numeral
from tsam_planner.intake.text_files import open_text
from tsam_planner.tables.cell_errors import CellError

ENTRY = TableMapping(target="cases", columns={"case_id": "No", "contract_id": "Contract"})


@pytest.mark.parametrize(
    ("cells", "mark"),
    [
        (["7,5", "12"], ","),
        (["7.5"], "."),
        (["1.234,5"], ","),
        (["1,234.50"], "."),
        (["1.234.567"], ","),
        (["0.125"], "."),  # no thousands begin with zero
        (["1.234"], None),
        (["1,234"], None),
        (["1,234", "0,5"], ","),
        (["1,5", "1.5"], None),
        (["n.a.", "12", None, 7.5], "."),
        ([], "."),
    ],
)
def test_a_decimal_mark_is_detected_only_without_doubt(cells, mark):
    """A group of three digits can be thousands; then other cells, or the mapping, decide."""
    assert detect_mark(cells) == mark


@pytest.mark.parametrize(
    ("text", "mark", "number"),
    [
        ("7,5", ",", "7.5"),
        ("1.234,5", ",", "1234.5"),
        ("1 234,5", ",", "1234.5"),
        ("1,234.5", ".", "1234.5"),
        ("-0,25", ",", "-0.25"),
        ("1E-3", ".", "1E-3"),
    ],
)
def test_a_number_is_read_under_its_mark(text, mark, number):
    """Thousands disappear, the decimal mark becomes a point."""
    assert read_numeral(text, mark) == number


@pytest.mark.parametrize(
    ("text", "mark"), [("7.5", ","), ("7,5", "."), ("7 h", "."), ("", ".")]
)
def test_a_number_of_another_mark_is_refused(text, mark):
    """7.5 where commas divide is no 75."""
    with pytest.raises(CellError, match="expected a number with a decimal"):
        read_numeral(text, mark)


@pytest.mark.parametrize(
    ("raw", "unit", "hours"),
    [
        ("5400", "seconds", "1.500000"),
        (90, "minutes", "1.500000"),
        ("100", "seconds", "0.027778"),
    ],
)
def test_seconds_and_minutes_become_hours(raw, unit, hours):
    """5,400 s and 90 minutes are an hour and a half; 100 s are 0.02777... h."""
    assert read_numeral(raw, ".", unit) == hours


def test_dates_are_read_in_the_stated_order():
    """3 April and 4 March are told apart by the mapping alone; ISO text is left as it is."""
    assert read_date("03/04/2027", ["%d/%m/%Y"]) == dt.date(2027, 4, 3)
    assert read_date("03/04/2027", ["%m/%d/%Y"]) == dt.date(2027, 3, 4)
    assert read_date("2027-04-03", ["%d/%m/%Y"]) == "2027-04-03"
    late = dt.datetime(2027, 4, 3, 23, 30)
    assert read_date(late, ["%d/%m/%Y"]) == late
    assert read_date(late, ["%d/%m/%Y %H:%M"]) == dt.date(2027, 4, 3)


@pytest.mark.parametrize(("raw", "formats"), [("3/4/2027", ()), ("4/13/2027", ["%d/%m/%Y"])])
def test_a_date_in_no_stated_format_is_refused(raw, formats):
    """Beside ISO dates, too; the remedy is in the mapping, not only in the cell."""
    with pytest.raises(CellError, match=f"expected a date, got '{raw}'; state date_format"):
        read_date(raw, formats)


@pytest.mark.parametrize(
    ("cells", "proposal"),
    [
        (["03/04/2027", "31/12/2027"], '"%d/%m/%Y"'),
        (["03/04/2027", "12/31/2027"], '"%m/%d/%Y"'),
        (["3.4.27 9:15"], '"%d.%m.%y %H:%M"'),
        (["4/13/2026, 3:05 PM"], '"%m/%d/%Y, %I:%M %p"'),
        (["2027/04/03"], '"%Y/%m/%d"'),
        (["2027/04/13 9:15"], '"%Y/%m/%d %H:%M"'),
        # A column that mixes formats needs all of them, in the order that one cell shows.
        (["03/04/2027", "3.4.27", "12/31/2027"], '["%m/%d/%Y", "%m.%d.%y"]'),
        (["3/4/2027 9:15", "13/4/2027"], '["%d/%m/%Y %H:%M", "%d/%m/%Y"]'),
    ],
)
def test_a_format_is_proposed_for_dates_whose_order_is_not_stated(cells, proposal):
    """The proposal agrees with every cell; it is never applied by itself."""
    found, remedy = find_unformatted(cells)
    assert found == f"'{cells[0]}' does not say which number is the day"
    assert remedy == f"state date_format in the mapping, such as {proposal}"


@pytest.mark.parametrize("cells", [["2027-04-03", "03/04/2027"], ["soon", None]])
def test_nothing_is_proposed_where_a_date_is_iso_or_none_is_there(cells):
    """What is no date then is in quarantine, row by row."""
    assert find_unformatted(cells) is None


def test_no_format_is_proposed_for_two_orders_in_one_column():
    """31 December and December 31: no list of formats reads 3/4 of such a column as meant."""
    found, remedy = find_unformatted(["3/4/2027", "31/12/2027", "12/31/2027"])
    assert found == "'31/12/2027' begins with the day, '12/31/2027' with the month"
    assert remedy.startswith("export all dates of the column alike")


@pytest.mark.parametrize(
    ("raw", "zone", "moment"),
    [
        ("2027-01-31 10:00", "Europe/Rome", "2027-01-31T09:00Z"),
        ("2027-07-31T10:00:30", "Europe/Rome", "2027-07-31T08:00:30Z"),
        ("2027-07-31T10:00+0200", None, "2027-07-31T08:00Z"),
        ("2027-07-31T10:00:00.000Z", "Europe/Rome", "2027-07-31T10:00Z"),
        (dt.datetime(2027, 1, 31, 10), "Asia/Tokyo", "2027-01-31T01:00Z"),
        (dt.date(2027, 1, 31), "Europe/Rome", "2027-01-30T23:00Z"),
        # With an offset, it does not matter that 02:30 comes twice on 31 October 2027.
        ("2027-10-31 02:30+01:00", "Europe/Rome", "2027-10-31T01:30Z"),
        # Summer time ends at 03:00, which becomes 02:00: these two come once.
        ("2027-10-31 01:59", "Europe/Rome", "2027-10-30T23:59Z"),
        ("2027-10-31 03:00", "Europe/Rome", "2027-10-31T02:00Z"),
    ],
)
def test_a_moment_is_placed_in_its_zone(raw, zone, moment):
    """What names an offset keeps it; the rest is of the mapping's zone, summer or winter."""
    assert read_moment(raw, (), zone) == moment


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        ("2027-03-28 02:30", "does not exist in Europe/Rome"),
        ("20270131", "expected a moment"),
        ("0001-01-01 00:00", "outside the calendar"),
        (44562, "expected a moment"),
    ],
)
def test_no_moment_is_invented(raw, words):
    """An hour that a clock change skips, and numbers, are refused."""
    with pytest.raises(CellError, match=words):
        read_moment(raw, (), "Europe/Rome")


def test_an_hour_that_comes_twice_is_not_guessed():
    """Half past two of 31 October 2027 is two hours ahead of UTC, and then one."""
    with pytest.raises(CellError) as caught:
        read_moment("2027-10-31 02:30", (), "Europe/Rome")
    assert caught.value.found == (
        "2027-10-31 02:30 exists twice in Europe/Rome: "
        "as 2027-10-31T00:30Z and as 2027-10-31T01:30Z"
    )
    assert 'repeated_hour = "earlier" or "later"' in caught.value.remedy


@pytest.mark.parametrize(
    ("turn", "moment"), [("earlier", "2027-10-31T00:30Z"), ("later", "2027-10-31T01:30Z")]
)
def test_the_mapping_says_which_of_two_hours_is_meant(turn, moment):
    """A workbook's own dates and texts alike; a skipped hour is refused all the same."""
    assert read_moment("2027-10-31 02:30", (), "Europe/Rome", turn) == moment
    typed = dt.datetime(2027, 10, 31, 2, 30, fold=1)
    assert read_moment(typed, (), "Europe/Rome", turn) == moment
    with pytest.raises(CellError, match="does not exist in Europe/Rome"):
        read_moment("2027-03-28 02:30", (), "Europe/Rome", turn)


def test_moments_without_zone_are_found():
    """The first of them is shown to the mapping's author."""
    cells = [None, "2027-01-31T10:00Z", "31/01/2027 10:00", "2027-01-31 10:00"]
    assert find_naive(cells, ["%d/%m/%Y %H:%M"]) == "31/01/2027 10:00"
    assert find_naive(cells[:2], ()) is None


def opened(tmp_path, raw, entry=ENTRY):
    """Open bytes as a text export."""
    path = tmp_path / "cases.csv"
    path.write_bytes(raw)
    return open_text(path, entry)


TEXT = "No;Contract\n1;Società\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_encodings_and_separators_of_office_programs_are_detected(
    tmp_path, encoding, separator
):
    """Each pair reads alike; what is no UTF-8 is read as cp1252, and said."""
    export = opened(tmp_path, TEXT.replace(";", separator).encode(encoding))
    assert export.header == ("No", "Contract")
    assert list(export.rows[0]) == ["1", "Società"]
    assert bool(export.notes) == (encoding == "cp1252")


def test_a_stated_encoding_must_hold(tmp_path):
    """Bytes that are not of the stated encoding are refused, not replaced."""
    entry = ENTRY.model_copy(update={"encoding": "utf-8"})
    with pytest.raises(IntakeError, match="the file is not utf-8"):
        opened(tmp_path, TEXT.encode("cp1252"), entry)


def test_utf16_without_mark_is_asked_for(tmp_path):
    """Zero bytes say that it is no UTF-8; which of both orders it is must be stated."""
    with pytest.raises(IntakeError, match="state the encoding"):
        opened(tmp_path, TEXT.encode("utf-16-le"))


def test_columns_of_the_mapping_tell_separators_apart(tmp_path):
    """A comma inside a name does not divide when semicolons give the names that are wanted."""
    export = opened(tmp_path, b"No;Contract;Name, short\n1;C-1;x\n")
    assert export.header == ("No", "Contract", "Name, short")
    with pytest.raises(IntakeError, match="divided by comma or semicolon"):
        opened(tmp_path, b"A;B,C\n1;2,3\n")


def test_a_first_line_may_state_the_separator(tmp_path):
    """As spreadsheets write and expect it."""
    export = opened(tmp_path, b"sep=|\nNo|Contract\n1|C-1\n")
    assert (export.header, list(export.numbers)) == (("No", "Contract"), [2])


def test_a_table_may_start_below_a_title_and_end_at_a_blank_row(tmp_path):
    """The title is passed over; what follows the blank row is counted, not read."""
    entry = ENTRY.model_copy(update={"header_row": 2, "ends_at_blank_row": True})
    export = opened(tmp_path, b"Title,\nNo,Contract\n\n1,C-1\n\nTotal,1\n", entry)
    assert (export.header, list(export.numbers), export.footer) == (("No", "Contract"), [4], 1)


def test_a_file_without_header_is_refused(tmp_path):
    """The complaint names the row."""
    with pytest.raises(IntakeError, match="row 1 holds no column names"):
        opened(tmp_path, b"")

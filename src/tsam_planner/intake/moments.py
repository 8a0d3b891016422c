"""Dates and moments as exports write them; a moment without zone is one of the mapping's."""

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from zoneinfo import ZoneInfo

from tsam_planner.intake.mapping import Turn
from tsam_planner.tables.cell_errors import CellError
from tsam_planner.tables.cells import is_missing

_ISO = re.compile(r"\d{4}-\d{2}-\d{2}")
_REMEDY = "state date_format in the mapping, or correct the cell"
_DIVIDED = re.compile(r"\s*(\d{1,4})([/.\-])(\d{1,2})\2(\d{1,4})\b")


def read_date(raw: object, formats: Sequence[str]) -> object:
    """
    Return a date; what cannot be understood is returned as it is, for the dictionary.

    Where a format has a time of day, the date is that of the written moment.

    Raises
    ------
    CellError
        When no format reads a date that is not ISO.
    """
    if isinstance(raw, dt.datetime):
        has_time = any("%H" in item or "%I" in item for item in formats)
        return raw.date() if has_time else raw
    if not isinstance(raw, str):
        return raw
    moment = _formatted(raw.strip(), formats)
    if moment is None and _DIVIDED.match(raw) and not _ISO.match(raw.strip()):
        found = f"expected a date, got '{raw}'"
        raise CellError(found, _REMEDY)
    return moment.date() if moment else raw


def read_moment(
    raw: object, formats: Sequence[str], zone: str | None, repeated_hour: Turn | None = None
) -> str:
    """
    Return a moment in UTC, as ISO text to the minute or second.

    Parameters
    ----------
    raw
        The cell.
    formats
        Patterns to read text by; ISO text needs none.
    zone
        Zone of moments that name none; UTC if not given.
    repeated_hour
        Which one a local time means that a clock change repeats.

    Raises
    ------
    CellError
        When it is no moment, or a local time that the zone's clocks skipped, or showed
        twice and nothing says which.
    """
    moment = _moment(raw, formats)
    if moment is None:
        found = f"expected a moment, got '{raw}'"
        raise CellError(found, _REMEDY)
    try:
        if moment.tzinfo is None:
            moment = _placed(moment, zone or "UTC", repeated_hour)
        return _in_utc(moment)
    except OverflowError:
        found = f"'{raw}' is outside the calendar"
        raise CellError(found, "correct the cell") from None


def _placed(naive: dt.datetime, zone: str, repeated_hour: Turn | None) -> dt.datetime:
    earlier = naive.replace(tzinfo=ZoneInfo(zone), fold=0)
    later = earlier.replace(fold=1)
    if earlier.utcoffset() == later.utcoffset():
        return earlier
    back = earlier.astimezone(dt.UTC).astimezone(ZoneInfo(zone))
    if back.replace(tzinfo=None) != naive:
        found = f"{naive:%Y-%m-%d %H:%M} does not exist in {zone}: a clock change skips it"
        raise CellError(found, "correct the cell, or the mapping's time_zone")
    if repeated_hour is None:
        found = f"{naive:%Y-%m-%d %H:%M} exists twice in {zone}: as {_in_utc(earlier)} and "
        found += f"as {_in_utc(later)}"
        remedy = 'export times with their offset, or state repeated_hour = "earlier" or "later"'
        raise CellError(found, remedy)
    return earlier if repeated_hour == "earlier" else later


def _in_utc(moment: dt.datetime) -> str:
    moment = moment.astimezone(dt.UTC)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ" if moment.second else "%Y-%m-%dT%H:%MZ")


def _moment(raw: object, formats: Sequence[str]) -> dt.datetime | None:
    if isinstance(raw, dt.datetime):
        return raw
    if isinstance(raw, dt.date):
        return dt.datetime.combine(raw, dt.time())
    if not isinstance(raw, str):
        return None
    text = raw.strip()
    return _formatted(text, formats) or _iso(text)


def _formatted(text: str, formats: Sequence[str]) -> dt.datetime | None:
    for pattern in formats:
        try:
            return dt.datetime.strptime(text, pattern)
        except ValueError:
            continue
    return None


def _iso(text: str) -> dt.datetime | None:
    # Python also reads 20270104 and week dates; a number is no date here.
    if not _ISO.match(text):
        return None
    try:
        return dt.datetime.fromisoformat(text)
    except ValueError:
        return None


def find_naive(cells: Iterable[object], formats: Sequence[str]) -> str | None:
    """Return the first moment that names no zone, as it was written."""
    for cell in cells:
        moment = None if is_missing(cell) else _moment(cell, formats)
        if moment is not None and moment.tzinfo is None:
            return str(cell)
    return None


def find_unformatted(cells: Iterable[object]) -> tuple[str, str] | None:
    """
    Return what is not stated about dates, and what to do about it.

    None where some cell is an ISO date, or none looks like a date of another kind.

    Examples
    --------
    >>> find_unformatted(["03/04/2027", "31/12/2027"])[1]
    'state date_format in the mapping, such as "%d/%m/%Y"'
    """
    texts = [cell.strip() for cell in cells if isinstance(cell, str) and cell.strip()]
    if any(_ISO.match(text) for text in texts):
        return None
    parts = [match for match in map(_DIVIDED.match, texts) if match]
    if not parts:
        return None
    # Beyond twelve it can only be a day; while nothing is, most of the world writes it first.
    months = [part.string for part in parts if len(part[1]) < 4 and int(part[3]) > 12]
    days = [part.string for part in parts if len(part[1]) < 4 and int(part[1]) > 12]
    if months and days:
        found = f"'{days[0]}' begins with the day, '{months[0]}' with the month"
        return found, "export all dates of the column alike, best as year-month-day"
    patterns = dict.fromkeys(_pattern(part, is_month_first=bool(months)) for part in parts)
    found = f"'{parts[0].string}' does not say which number is the day"
    shown = ", ".join(f'"{pattern}"' for pattern in patterns)
    shown = f"[{shown}]" if len(patterns) > 1 else shown
    return found, f"state date_format in the mapping, such as {shown}"


def _pattern(part: re.Match[str], *, is_month_first: bool) -> str:
    """Return the format of a date, and of the time of day behind it."""
    mark = part[2]
    if len(part[1]) == 4:
        return f"%Y{mark}%m{mark}%d{_clock(part)}"
    order = f"%m{mark}%d" if is_month_first else f"%d{mark}%m"
    return f"{order}{mark}{'%Y' if len(part[4]) == 4 else '%y'}{_clock(part)}"


def _clock(part: re.Match[str]) -> str:
    rest = part.string[part.end() :]
    clock = re.match(r"(,?\s+)\d{1,2}:\d{2}(:\d{2})?(\s*[AaPp][Mm])?", rest)
    if not clock:
        return ""
    seconds = ":%S" if clock[2] else ""
    return f"{clock[1]}%I:%M{seconds} %p" if clock[3] else f"{clock[1]}%H:%M{seconds}"

"""
What stands in a cell, as a value, or as a sentence about what is wrong with it.

Cells come as text from CSV, or as whatever a workbook or a DataFrame holds. Nothing is
guessed: a decimal comma, a date of another order or a fixed offset is refused with the
remedy, since a wrong guess would be a wrong plan.
"""

import datetime as dt
import math
import re
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from functools import cache, partial
from typing import NoReturn
from zoneinfo import available_timezones

from tsam_planner.tables.cell_errors import CellError
from tsam_planner.tables.dictionary import Column
from tsam_planner.words import closest

_FIXED = re.compile(r"(UTC|GMT)?\s*[+-]\d{1,2}(:?\d{2})?|Etc/GMT[+-]\d+|EST|MST|HST")
_HALF = re.compile("[\ud800-\udfff]")
# Beyond these a figure is a slip, and whole millionths of it would not fit into 64 bits.
_LARGEST = {"money": 1e12}
_LARGEST_NUMBER = 1e6
_TRUE, _FALSE = ("true", "yes", "1"), ("false", "no", "0")


def _refuse(
    found: str, remedy: str, word: str = "", near: Callable[[str], str | None] | None = None
) -> NoReturn:
    raise CellError(found, remedy, word, near)


def is_missing(raw: object) -> bool:
    """Return whether a cell is empty: None, NaN, NaT, or blank text."""
    if raw is None or raw != raw:
        return True
    return isinstance(raw, str) and not raw.strip()


def read_cell(column: Column, raw: object) -> object:
    """
    Return the value of a cell.

    Parameters
    ----------
    column
        What the dictionary says about the cell's column.
    raw
        Text, or a number, date, time or boolean of a workbook or DataFrame. An empty cell
        takes the column's default; None where there is no default.

    Raises
    ------
    CellError
        When a required cell is empty or the cell holds something else than its column.
    """
    if is_missing(raw):
        if column.is_required:
            _refuse("the cell is empty", f"give the {column.name} (required)")
        if not column.default:
            return () if column.type in _LISTS else None
        raw = column.default
    if isinstance(raw, str) and _HALF.search(raw):
        _refuse("half a character, which no file can hold", "write the text anew")
    try:
        value = _READERS[column.type](column, raw.strip() if isinstance(raw, str) else raw)
    except CellError as error:
        if not column.is_untold:
            raise
        found = f"{error.found.partition(', got ')[0]}, got something else"
        raise CellError(found, error.otherwise, error.word, error.near) from None
    _check_range(column, value)
    return value


def _check_range(column: Column, value: object) -> None:
    if not isinstance(value, int | float | Decimal) or isinstance(value, bool):
        return
    most = _LARGEST.get(column.type, _LARGEST_NUMBER)
    low = -most if column.minimum is None else column.minimum
    high = most if column.maximum is None else column.maximum
    unit = f" {column.unit}" if column.unit else ""
    if value < low:
        _refuse(f"expected at least {low:,.15g}{unit}, got {value}", "correct it")
    if value > high:
        _refuse(f"expected at most {high:,.15g}{unit}, got {value}", "correct it")


def _text(_column: Column, raw: object) -> str:
    # Numbers typed into a text column of a workbook: 7.0 was meant as 7.
    if isinstance(raw, float) and raw.is_integer():
        raw = int(raw)
    return str(raw)


def _number(_column: Column, raw: object) -> float:
    if isinstance(raw, bool | dt.date | dt.time):
        _refuse(f"expected a number, got {raw}", "write a number")
    try:
        value = float(str(raw))
    except ValueError:
        if re.fullmatch(r"-?[\d.]*,\d+", str(raw)):
            remedy = f"use a decimal point: {str(raw).replace(',', '.')}"
        else:
            remedy = "write a number such as 7.5, without unit"
        _refuse(f"expected a number, got '{raw}'", remedy)
    if not math.isfinite(value):
        _refuse(f"expected a finite number, got {raw}", "write the real figure")
    return value


def _integer(column: Column, raw: object) -> int:
    value = _number(column, raw)
    if not value.is_integer():
        _refuse(f"expected a whole number, got {raw}", "round it")
    return int(value)


def _money(column: Column, raw: object) -> Decimal:
    _number(column, raw)
    try:
        return Decimal(str(raw))
    except InvalidOperation:
        _refuse(f"expected an amount, got '{raw}'", "write 120.50")


def _boolean(_column: Column, raw: object) -> bool:
    if isinstance(raw, bool):
        return raw
    word = _text(_column, raw).lower()
    if word in _TRUE or word in _FALSE:
        return word in _TRUE
    _refuse(f"expected true or false, got '{raw}'", "write true or false")


def _choice(column: Column, raw: object) -> str:
    word = str(raw)
    if word in column.choices:
        return word
    message = f"expected one of {', '.join(column.choices)}, got '{word}'"
    near = partial(closest, known=column.choices, cutoff=0.5)
    _refuse(message, "use one of these", word.lower(), near)


def _items(raw: object) -> tuple[str, ...]:
    parts = (part.strip() for part in str(raw).split(";"))
    return tuple(dict.fromkeys(part for part in parts if part))


def _list(_column: Column, raw: object) -> tuple[str, ...]:
    return _items(raw)


def _choices(column: Column, raw: object) -> tuple[str, ...]:
    wanted = {_choice(column, item) for item in _items(raw)}
    return tuple(choice for choice in column.choices if choice in wanted)


def _date(_column: Column, raw: object) -> dt.date:
    if isinstance(raw, dt.datetime):
        if raw.time() != dt.time():
            found = f"expected a date, got the moment {raw}"
            _refuse(found, "leave out the time of day")
        return raw.date()
    if isinstance(raw, dt.date):
        return raw
    text = str(raw)
    try:
        return dt.datetime.strptime(text, "%Y-%m-%d").date()
    except ValueError:
        _refuse(f"expected a date, got '{text}'", _date_remedy(text))


def _date_remedy(text: str) -> str:
    if re.fullmatch(r"\d{5}(\.0+)?", text):
        meant = dt.date(1899, 12, 30) + dt.timedelta(days=int(float(text)))
        return f"this is a spreadsheet's serial number; it means {meant}"
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}[ T]00:00(:00)?(\.0+)?", text):
        return f"leave out the time of day: {text[:10]}"
    return "write year-month-day, such as 2027-01-04"


def _week(column: Column, raw: object) -> dt.date:
    date = _date(column, raw)
    if date.weekday() != 0:
        monday = date - dt.timedelta(days=date.weekday())
        found = f"expected a Monday, got {date} ({date:%A})"
        _refuse(found, f"its week is named {monday}")
    return date


def _month(_column: Column, raw: object) -> dt.date:
    """Return the first day of a month."""
    if isinstance(raw, dt.date):
        date = raw
    else:
        try:
            date = dt.datetime.strptime(
                str(raw)[:10], "%Y-%m" if len(str(raw)) <= 7 else "%Y-%m-%d"
            )
        except ValueError:
            _refuse(f"expected a month, got '{raw}'", "write year-month, such as 2027-01")
    if date.day != 1:
        _refuse(f"expected a month, got the day {raw}", f"write {date:%Y-%m}")
    return dt.date(date.year, date.month, 1)


def _time(_column: Column, raw: object) -> dt.time:
    if isinstance(raw, dt.datetime):
        return raw.time()
    if isinstance(raw, dt.time):
        return raw
    try:
        value = dt.time.fromisoformat(str(raw))
    except ValueError:
        value = None
    if value is None or value.tzinfo is not None:
        _refuse(f"expected a time, got '{raw}'", "write hours and minutes: 09:00")
    return value


def _zone(_column: Column, raw: object) -> str:
    name = str(raw)
    if _FIXED.fullmatch(name):
        found = f"'{name}' is a fixed offset"
        _refuse(found, "use a zone that knows clock changes, such as Europe/Rome (Q15)")
    if name not in _zones():
        remedy = "use an IANA name: Europe/Rome"
        _refuse(f"unknown time zone '{name}'", remedy, name, _nearest_zone)
    return name


@cache
def _zones() -> frozenset[str]:
    """Return the names of all zones; asking for them walks through a folder of files."""
    return frozenset(available_timezones())


def _nearest_zone(name: str) -> str | None:
    by_city = {zone.rsplit("/", 1)[-1].lower(): zone for zone in sorted(_zones())}
    city = name.rsplit("/", 1)[-1].replace(" ", "_").lower()
    nearest = closest(city, by_city, cutoff=0.75)
    return closest(name, _zones(), cutoff=0.75) or (by_city[nearest] if nearest else None)


def _language(_column: Column, raw: object) -> str:
    code = str(raw)
    if not re.fullmatch(r"[a-z]{2,3}(-[A-Z]{2})?", code):
        found = f"expected a language code, got '{code}'"
        _refuse(found, "use ISO 639 codes: en, it, ja")
    return code


def _languages(column: Column, raw: object) -> tuple[str, ...]:
    return tuple(_language(column, item) for item in _items(raw))


def _country(_column: Column, raw: object) -> str:
    code = str(raw)
    if not re.fullmatch(r"[A-Z]{2,3}", code):
        found = f"expected a country code, got '{code}'"
        _refuse(found, "use ISO 3166 codes: IT, US, JP")
    return code


def _currency(_column: Column, raw: object) -> str:
    code = str(raw)
    if not re.fullmatch(r"[A-Z]{3}", code):
        found = f"expected a currency code, got '{code}'"
        _refuse(found, "use ISO 4217 codes: EUR, USD, JPY")
    return code


def _email(_column: Column, raw: object) -> str:
    address = str(raw)
    if not re.fullmatch(r"[^@\s]+@[^@\s]+", address):
        _refuse(f"expected an address, got '{address}'", "write name@company")
    return address


_LISTS = frozenset({"list", "languages", "choices"})
_READERS: dict[str, Callable[[Column, object], object]] = {
    "id": _text,
    "text": _text,
    "number": _number,
    "share": _number,
    "integer": _integer,
    "money": _money,
    "boolean": _boolean,
    "choice": _choice,
    "choices": _choices,
    "list": _list,
    "date": _date,
    "week": _week,
    "month": _month,
    "time": _time,
    "zone": _zone,
    "language": _language,
    "languages": _languages,
    "country": _country,
    "currency": _currency,
    "email": _email,
}

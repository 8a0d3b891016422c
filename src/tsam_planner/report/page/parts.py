"""What a page is made of: sections with sentences, tables and figures."""

import datetime as dt
import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import pandas as pd

Kind = Literal["text", "number", "date"]
NOTHING = "–"
_LONG, _TALL, _MANY_COLUMNS, _SHORT_NAME = 12, 40, 10, 8
_KINDS: dict[str, Kind] = {"#": "number", "@": "date"}


@dataclass(frozen=True, slots=True)
class Column:
    """A column; ``kind`` says how it is aligned and sorted."""

    label: str
    kind: Kind = "text"


@dataclass(frozen=True, slots=True)
class Cell:
    """What is read, the number it is sorted by if it is one, and its color (see the style)."""

    text: str
    key: str = ""
    shade: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """
    A table that can be sorted, and filtered where it is long.

    ``caption`` says what a row is. A table that ``is_folded`` is shown on demand.
    """

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    is_folded: bool = False

    @property
    def is_long(self) -> bool:
        """Whether a reader will look for a row instead of reading all of them."""
        return len(self.rows) > _LONG

    @property
    def layout(self) -> str:
        """Return the classes by which the style makes room for it."""
        names = [
            max((len(row[0].text) for row in self.rows), default=0) > _SHORT_NAME and "named"
        ]
        names += [
            len(self.columns) > _MANY_COLUMNS and "dense",
            len(self.rows) > _TALL and "tall",
        ]
        return " ".join(name for name in names if name)


@dataclass(frozen=True, slots=True)
class Figure:
    """A picture as SVG, and the sentence for those who cannot see it."""

    svg: bytes
    alt: str


@dataclass(frozen=True, slots=True)
class Tile:
    """A headline figure: a number, what it is, and what it means."""

    figure: str
    label: str
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A chapter whose title says what was found."""

    anchor: str
    name: str
    title: str
    sentences: tuple[str, ...] = ()
    figures: tuple[Figure, ...] = ()
    tables: tuple[Table, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A whole page."""

    title: str
    subtitle: str
    tiles: tuple[Tile, ...]
    sections: tuple[Section, ...]
    footer: str


def table(
    caption: str,
    columns: Iterable[str],
    rows: Iterable[Iterable[Cell]],
    *,
    is_folded: bool = False,
) -> Table:
    """Return a table; a label that begins with ``#`` is of numbers, with ``@`` of days."""
    return Table(
        caption=caption,
        columns=tuple(
            Column(name.lstrip("#@"), _KINDS.get(name[:1], "text")) for name in columns
        ),
        rows=tuple(tuple(row) for row in rows),
        is_folded=is_folded,
    )


def word(value: object, shade: str = "") -> Cell:
    """Return a cell of text; a dash where there is none."""
    text = "" if value is None or value is pd.NaT or value != value else str(value)
    return Cell(text or NOTHING, shade=shade)


def number(value: object, form: str = "{:,.0f}", shade: str = "") -> Cell:
    """Return a cell with a number; a dash where there is none."""
    amount = math.nan if value is None else float(str(value))
    if math.isnan(amount):
        return Cell(NOTHING, "", shade)
    return Cell(form.format(amount), repr(amount), shade)


def day(value: object) -> Cell:
    """Return a cell with a date; a dash where there is none."""
    if value is None or pd.isna(pd.Timestamp(str(value))):
        return Cell(NOTHING)
    return Cell(f"{pd.Timestamp(str(value)):%Y-%m-%d}")


def heat(utilization: float) -> str:
    """
    Return the color of a utilization.

    Examples
    --------
    >>> heat(0.3), heat(0.9), heat(0.96), heat(1.2)
    ('idle', 'full', 'strained', 'over')
    """
    steps = ((0.4, "idle"), (0.7, "light"), (0.85, "busy"), (0.95, "full"), (1.0, "strained"))
    return next((name for limit, name in steps if utilization <= limit + 1e-9), "over")


def weekday(date: dt.date | pd.Timestamp) -> str:
    """Return a day of the week in three letters."""
    return ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")[date.weekday()]

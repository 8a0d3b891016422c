"""
What a mapping says: which export fills which table, and how its cells are to be read.

A mapping is a TOML file, or the name of a preset; ``extends`` builds one on a preset.
"""

import datetime as dt
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PrivateAttr, field_validator

from tsam_planner.tables.cell_errors import CellError
from tsam_planner.tables.cells import read_cell
from tsam_planner.tables.dictionary import Column, tables

Encoding = Literal["utf-8", "utf-8-sig", "utf-16", "cp1252"]
Unit = Literal["hours", "minutes", "seconds"]
Turn = Literal["earlier", "later"]
Constant = bool | int | float | dt.datetime | dt.date | dt.time | str

# A day that no other order of its figures gives, to try date formats on.
_SOME_DAY = dt.datetime(2027, 1, 31, 10, 5, tzinfo=dt.UTC)


def _as_tuple(value: object) -> object:
    return (value,) if isinstance(value, str) else value


# One name or a list of them.
Names = Annotated[tuple[str, ...], BeforeValidator(_as_tuple)]
SomeNames = Annotated[tuple[str, ...], BeforeValidator(_as_tuple), Field(min_length=1)]


class _Part(BaseModel):
    """A part of a mapping: frozen, and unknown keys are errors."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class CellFormats(_Part):
    """
    How cells are written; what is not given is detected where it is unambiguous.

    ``date_format`` holds patterns as of `datetime.datetime.strptime`, tried in order;
    ``time_zone`` is the zone of moments that name none, ``repeated_hour`` which of two they
    mean where clocks were put back; ``list_separator`` divides the items of a list inside one
    cell.
    """

    encoding: Encoding | None = None
    separator: str | None = Field(default=None, min_length=1, max_length=1)
    decimal: Literal[".", ","] | None = None
    date_format: Names = ()
    time_zone: str | None = None
    repeated_hour: Turn | None = None
    list_separator: str | None = Field(default=None, min_length=1)

    @field_validator("separator")
    @classmethod
    def _divides(cls, separator: str | None) -> str | None:
        if separator is not None and separator in '\r\n"':
            message = "line ends and quotes divide no columns"
            raise ValueError(message)
        return separator

    @field_validator("date_format")
    @classmethod
    def _tell_a_day(cls, formats: tuple[str, ...]) -> tuple[str, ...]:
        for pattern in formats:
            if "%Z" in pattern:
                message = (
                    f"'{pattern}': Python passes over zone names; state time_zone, or use %z"
                )
                raise ValueError(message)
            # Asked first: later versions of Python warn of days that are read without a year.
            has_year = any(f"%{sign}" in pattern for sign in "YycxG")
            try:
                text = _SOME_DAY.strftime(pattern)
                day = dt.datetime.strptime(text, pattern).date() if has_year else None
            except ValueError as error:
                message = f"'{pattern}' is no date format: {error}"
                raise ValueError(message) from None
            if day != _SOME_DAY.date():
                message = f"'{pattern}' does not say day, month and year"
                raise ValueError(message)
        return formats

    @field_validator("time_zone")
    @classmethod
    def _is_a_zone(cls, name: str | None) -> str | None:
        if name is None:
            return None
        try:
            read_cell(zone_column(), name)
        except CellError as error:
            raise ValueError(str(error)) from None
        return name


def zone_column() -> Column:
    """Return the dictionary's column of time zones, for checks of zones elsewhere."""
    return tables()["managers"].columns["time_zone"]


class TableMapping(CellFormats):
    """
    How exports fill one table.

    Parameters
    ----------
    name
        What an extending mapping calls this entry; by default the target's name.
    target
        Table of the portfolio that is filled.
    file, sheet
        Patterns such as ``*cases*.csv``; capitals do not matter.
    recognized_by
        The entry applies only to exports that have one of each of these columns.
    header_row
        Row that holds the column names, counted from 1.
    ends_at_blank_row
        Whether what follows the first blank row is no part of the table (footers).
    columns
        Source column by target column; of several the first that the export has. A list
        column takes all source columns of its name.
    optional
        Target columns whose source may be missing in an export.
    constants
        Value of every row by target column.
    values
        Target word by source word, for a target column; ``""`` stands for an empty cell.
    defaults
        What a word without translation becomes, by target column.
    units
        Unit of the source's hours, by target column.
    only, ignore
        Words by source column: rows with another word, or with this word, are left out.
    empty_if_unknown
        Target columns whose ids are left empty where the other table does not have them.
    """

    name: str = ""
    target: str
    file: str = "*"
    sheet: str = "*"
    recognized_by: tuple[SomeNames, ...] = ()
    header_row: int = Field(default=1, ge=1)
    ends_at_blank_row: bool = False
    columns: Mapping[str, Names] = Field(default_factory=dict)
    optional: Names = ()
    constants: Mapping[str, Constant] = Field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = Field(default_factory=dict)
    defaults: Mapping[str, str] = Field(default_factory=dict)
    units: Mapping[str, Unit] = Field(default_factory=dict)
    only: Mapping[str, Names] = Field(default_factory=dict)
    ignore: Mapping[str, Names] = Field(default_factory=dict)
    empty_if_unknown: Names = ()


class Confirmed(_Part):
    """What a person confirmed, of suggestions or on their own: found word → meant word."""

    companies: Mapping[str, str] = Field(default_factory=dict)
    contracts: Mapping[str, str] = Field(default_factory=dict)
    managers: Mapping[str, str] = Field(default_factory=dict)
    countries: Mapping[str, str] = Field(default_factory=dict)
    time_zones: Mapping[str, str] = Field(default_factory=dict)

    def by_table(self, name: str) -> Mapping[str, str]:
        """Return the translations of a table's ids."""
        found: Mapping[str, str] = getattr(self, name, {})
        return found


class ImportMapping(CellFormats):
    """A whole mapping; formats given here hold for every table without its own."""

    confirmed: Confirmed = Confirmed()
    table: tuple[TableMapping, ...]

    _source: str = PrivateAttr(default="the mapping")

    @property
    def source(self) -> str:
        """What problems call the mapping."""
        return self._source

    @classmethod
    def from_source(cls, values: Mapping[str, Any], source: str) -> "ImportMapping":
        """Validate a mapping and remember where it stands."""
        mapping = cls.model_validate(values)
        mapping._source = source  # noqa: SLF001 - its own
        return mapping

    def entries(self) -> tuple[TableMapping, ...]:
        """Return the entries with the formats that hold for them and their names."""
        shared = {
            name: getattr(self, name)
            for name in CellFormats.model_fields
            if getattr(self, name)
        }
        return tuple(
            entry.model_copy(
                update={
                    **{
                        name: value
                        for name, value in shared.items()
                        if not getattr(entry, name)
                    },
                    "name": entry.name or entry.target,
                }
            )
            for entry in self.table
        )

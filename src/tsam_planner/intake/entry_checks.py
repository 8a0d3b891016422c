"""What can be wrong with an entry of a mapping, whatever the exports hold."""

from collections.abc import Iterator

from tsam_planner.errors import Problem
from tsam_planner.intake.columns import DATES, read_constant
from tsam_planner.intake.mapping import Confirmed, ImportMapping, TableMapping, zone_column
from tsam_planner.intake.mapping_keys import nearest
from tsam_planner.io.sources import problem
from tsam_planner.tables.cell_errors import CellError
from tsam_planner.tables.cells import read_cell
from tsam_planner.tables.dictionary import Column, Table, tables

# Parts of an entry whose keys are target columns that must be filled.
_PARTS = ("values", "defaults", "units", "optional", "empty_if_unknown")
# Ids that are written as they stand; whether they exist is asked row by row.
_FREE = frozenset({"id", "text", "timestamp", "list"})


def entry_problems(mapping: ImportMapping) -> Iterator[Problem]:
    """Yield everything that is wrong with the mapping's entries."""
    names: set[str] = set()
    for entry in mapping.entries():
        if entry.name in names:
            remedy = "give each entry a name of its own"
            yield _problem(mapping, entry.name, "two entries have this name", remedy)
        names.add(entry.name)
        table = tables().get(entry.target)
        if table is None:
            found = f"no table is called '{entry.target}'"
            yield _problem(
                mapping, f"{entry.name}.target", found, nearest(entry.target, tables())
            )
            continue
        for place, found, remedy in _entry_problems(entry, table):
            yield _problem(mapping, f"{entry.name}.{place}", found, remedy)
    for place, found, remedy in _confirmed_problems(mapping.confirmed):
        yield _problem(mapping, f"confirmed.{place}", found, remedy)


def _problem(mapping: ImportMapping, place: str, found: str, remedy: str) -> Problem:
    return problem(mapping.source, found, remedy, column=place)


Complaint = tuple[str, str, str]


def _entry_problems(entry: TableMapping, table: Table) -> Iterator[Complaint]:
    filled = {name for name, sources in entry.columns.items() if sources}
    for part, given in (("columns", filled), ("constants", entry.constants)):
        for name in given:
            if name not in table.columns:
                found = f"{table.name} has no column '{name}'"
                yield f"{part}.{name}", found, nearest(name, table.columns)
    for name in sorted(filled & set(entry.constants)):
        found = f"{name} has two sources, a column and a constant"
        yield f"constants.{name}", found, "remove one of the two"
    filled |= set(entry.constants)
    for part in _PARTS:
        for name in getattr(entry, part):
            if name not in filled:
                found = f"nothing fills {name}"
                yield f"{part}.{name}", found, nearest(name, sorted(filled))
    yield from _missing_sources(filled, table)
    yield from _wrong_words(entry, table)
    yield from _wrong_parts(entry, table)


def _missing_sources(filled: set[str], table: Table) -> Iterator[Complaint]:
    """Yield columns without which no row of the table means anything."""
    for name, column in table.columns.items():
        if is_indispensable(column, table) and name not in filled:
            found = f"{name} of {table.name} has no source"
            yield f"columns.{name}", found, "name its source column, or a constant"


def is_indispensable(column: Column, table: Table) -> bool:
    """
    Return whether a column needs a source.

    Other required columns may be filled in later: the portfolio's check lists them.
    """
    return column.name in table.key or (column.is_required and (table.is_log or not table.key))


def _wrong_words(entry: TableMapping, table: Table) -> Iterator[Complaint]:
    """Yield target words that the dictionary refuses."""
    for name, value in entry.constants.items():
        if name in table.columns:
            try:
                read_constant(table.columns[name], value)
            except CellError as error:
                yield f"constants.{name}", error.found, error.remedy
    for name, words in entry.values.items():
        column = table.columns.get(name)
        if column is None or column.type in _FREE | DATES:
            continue
        targets = [*words.values()]
        targets += [entry.defaults[name]] if name in entry.defaults else []
        for word in dict.fromkeys(targets):
            try:
                if word:
                    read_cell(column, word)
            except CellError as error:
                yield f"values.{name}", error.found, error.remedy


def _wrong_parts(entry: TableMapping, table: Table) -> Iterator[Complaint]:
    for name in entry.defaults:
        if name not in entry.values:
            found = f"{name} has a default but no translations"
            yield f"defaults.{name}", found, f"add values.{name}, or use constants"
    for name in entry.units:
        column = table.columns.get(name)
        if column is not None and not is_hours(column):
            yield f"units.{name}", f"{name} holds no hours", "remove it"
    for name in entry.empty_if_unknown:
        column = table.columns.get(name)
        if column is not None and (column.is_required or column.references is None):
            found = f"{name} must not be left empty"
            found = found if column.references else f"{name} refers to no other table"
            yield f"empty_if_unknown.{name}", found, "remove it"


def is_hours(column: Column) -> bool:
    """Return whether a column holds hours, whose sums control totals show."""
    return column.unit.split("/")[0] == "h"


def _confirmed_problems(confirmed: Confirmed) -> Iterator[Complaint]:
    country = tables()["managers"].columns["country"]
    for part, column, words in (
        ("countries", country, confirmed.countries),
        ("time_zones", zone_column(), confirmed.time_zones),
    ):
        for name, word in words.items():
            try:
                read_cell(column, word)
            except CellError as error:
                yield f"{part}.{name}", error.found, error.remedy

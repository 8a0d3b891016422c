"""Rows of values from raw tables: every cell read, keys unique, references known."""

from collections.abc import Iterator, Mapping, Sequence

from tsam_planner.errors import Problem, without_name
from tsam_planner.io.sources import RawTable, did_you_mean, problem
from tsam_planner.portfolio.rows import Row
from tsam_planner.tables.cell_errors import SEARCHES, CellError, Remedies
from tsam_planner.tables.cells import is_missing, read_cell
from tsam_planner.tables.dictionary import Column, Table, tables


def read_rows(raw: RawTable, table: Table) -> tuple[list[Row], list[Problem]]:
    """
    Read every cell of a table.

    A cell that cannot be understood is a problem and is left out of its row; the others
    are kept, so that its id still answers for references.
    """
    places = [
        (position, table.columns[name])
        for position, name in enumerate(raw.header)
        if name in table.columns
    ]
    absent = [
        column
        for column in table.columns.values()
        if column.name not in raw.header and not column.is_required
    ]
    defaults = {column.name: read_cell(column, None) for column in absent}
    rows: list[Row] = []
    problems: list[Problem] = []
    remedies = Remedies()
    for number, cells in zip(raw.numbers, raw.rows, strict=True):
        if is_ragged(cells, len(raw.header)):
            found = f"{len(cells)} cells, the header has {len(raw.header)}"
            remedy = "quote cells that hold a comma"
            problems.append(problem(raw.file, found, remedy, row=number))
            continue
        values = dict(defaults)
        for position, column in places:
            cell = cells[position] if position < len(cells) else None
            try:
                values[column.name] = read_cell(column, cell)
            except CellError as error:
                problems.append(cell_problem(raw.file, number, column, error, remedies))
        rows.append(Row(raw.file, number, values))
    return rows, problems


def is_ragged(cells: Sequence[object], width: int) -> bool:
    """Return whether a row has cells beyond the header."""
    return any(not is_missing(cell) for cell in cells[width:])


def cell_problem(
    file: str, number: int, column: Column, error: CellError, remedies: Remedies
) -> Problem:
    """Return what is wrong with a cell of a row."""
    return problem(
        file,
        error.found,
        remedies.about(column.name, error),
        row=number,
        column=column.name,
        rule=column.rule,
    )


def duplicate_keys(rows: Sequence[Row], table: Table) -> Iterator[Problem]:
    """Yield rows that repeat the key of an earlier one."""
    if not table.key:
        return
    first: dict[tuple[object, ...], int] = {}
    for row in rows:
        if any(name not in row for name in table.key):
            continue
        key = tuple(row[name] for name in table.key)
        if key in first:
            yield problem(
                row.file,
                f"{_told(row, table)} stands already in row {first[key]}",
                "keep one of the two",
                row=row.number,
                column=table.key[-1],
            )
        else:
            first[key] = row.number


def _told(row: Row, table: Table) -> str:
    """Return a row's key in words, without the names of people."""
    told = [name for name in table.key if not table.columns[name].is_untold]
    same = "".join(f" with the same {name}" for name in table.key if name not in told)
    return f"'{', '.join(str(row[name]) for name in told)}'{same}"


def unknown_references(
    rows: Sequence[Row], table: Table, known: Mapping[str, Sequence[Row]]
) -> Iterator[Problem]:
    """Yield ids that no row of the referenced table has; absent tables are not asked."""
    for column in table.columns.values():
        if column.references is None or column.references[0] not in known:
            continue
        other, _ = column.references
        ids = _ids(column, known)
        remedies: dict[str, str] = {}
        for row in rows:
            value = row.get(column.name)
            if value is None or value in ids:
                continue
            name = str(value)
            # One search per distinct name: a wrong id is often wrong a thousand times.
            if name not in remedies:
                searched = ids if len(remedies) < SEARCHES else ()
                otherwise = f"add it to {other} or correct it"
                remedies[name] = did_you_mean(name, searched, otherwise)
            yield problem(
                row.file,
                f"{other} has no '{without_name(name) if other == 'managers' else name}'",
                remedies[name],
                row=row.number,
                column=column.name,
                rule=column.rule,
            )


def _ids(column: Column, known: Mapping[str, Sequence[Row]]) -> set[str]:
    """Return the ids that a column may name."""
    places = [place for place in (column.references, column.or_references) if place is not None]
    return {str(row[key]) for name, key in places for row in known.get(name, ()) if key in row}


def all_tables() -> Mapping[str, Table]:
    """Return the tables of the dictionary that are no logs."""
    return {name: table for name, table in tables().items() if not table.is_log}

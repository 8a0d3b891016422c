"""
The fate of every row: references known, keys unique, what stands twice counted once.

Rows of the same key complete each other, so that two systems can each give half of a table;
where they contradict each other, the later one is in quarantine.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from tsam_planner.intake.mapping_files import nearest
from tsam_planner.intake.source_rows import Fate, SourceRow
from tsam_planner.tables.dictionary import Column, Table

# Remedies by similarity are searched for this many names; a list of strangers is no typo.
_SEARCHES = 100


@dataclass(slots=True)
class Settled:
    """
    A table of the portfolio, and the rows of all exports that made it.

    ``unknown`` counts ids that the other table does not have, by column and id; ``emptied``
    those of them that the mapping allows to be left empty.
    """

    table: Table
    rows: list[SourceRow] = field(default_factory=list)
    records: list[dict[str, str]] = field(default_factory=list)
    unknown: Counter[tuple[str, str]] = field(default_factory=Counter)
    emptied: Counter[tuple[str, str]] = field(default_factory=Counter)

    def ids(self) -> set[str]:
        """Return the ids that other tables may refer to."""
        return {record[self.table.key[0]] for record in self.records}

    def refused_ids(self) -> set[str]:
        """Return ids that stand in quarantine only."""
        key = self.table.key[0]
        refused = (row for row in self.rows if row.fate is Fate.QUARANTINED)
        return {row.values.get(key, "") for row in refused} - self.ids()


@dataclass(slots=True)
class _Known:
    """The ids of another table, and remedies by unknown id."""

    table: str
    ids: set[str]
    refused: set[str]
    remedies: dict[str, str] = field(default_factory=dict)

    def remedy(self, name: str) -> str:
        if name not in self.remedies:
            self.remedies[name] = self._find_remedy(name)
        return self.remedies[name]

    def _find_remedy(self, name: str) -> str:
        if name in self.refused:
            return f"its row of {self.table} is in quarantine: mend that first"
        close = nearest(name, self.ids) if len(self.remedies) < _SEARCHES else ""
        if close.startswith("did you mean"):
            return close
        if self.table in ("companies", "contracts", "managers"):
            return f"add it to {self.table}, or confirm what it means in the mapping"
        return f"add it to {self.table} or correct it"


def settle(table: Table, rows: Sequence[SourceRow], earlier: dict[str, Settled]) -> Settled:
    """
    Decide which rows of a table are used.

    Parameters
    ----------
    table
        The table to fill.
    rows
        Rows of all exports in their order; their fates are set.
    earlier
        Tables that are settled already; ids of other tables are not asked for.
    """
    settled = Settled(table, list(rows))
    references = {
        name: (column, _known(column, earlier))
        for name, column in table.columns.items()
        if column.references is not None and column.references[0] in earlier
    }
    by_key: dict[tuple[str, ...], tuple[SourceRow, dict[str, str]]] = {}
    # A company's own row comes before those that were confirmed to mean it.
    for row in sorted(rows, key=lambda row: row.is_renamed):
        if row.fate is not Fate.USED:
            continue
        _check_references(row, references, settled)
        if row.fate is Fate.USED:
            _place(row, table, settled, by_key)
    settled.records.sort(key=_sort_key(table))
    return settled


def _known(column: Column, earlier: dict[str, Settled]) -> _Known:
    if column.references is None:
        message = f"{column.name} refers to no table"
        raise ValueError(message)
    other = earlier[column.references[0]]
    return _Known(column.references[0], other.ids(), other.refused_ids())


def _check_references(
    row: SourceRow, references: dict[str, tuple[Column, _Known]], settled: Settled
) -> None:
    for name, (column, known) in references.items():
        value = row.values.get(name, "")
        if not value or value in known.ids:
            continue
        if name in row.job.entry.empty_if_unknown:
            settled.emptied[name, value] += 1
            row.values[name] = ""
            continue
        settled.unknown[name, value] += 1
        found = f"{known.table} has no '{value}'"
        row.quarantine(column.name, value, found, known.remedy(value))


def _place(
    row: SourceRow,
    table: Table,
    settled: Settled,
    by_key: dict[tuple[str, ...], tuple[SourceRow, dict[str, str]]],
) -> None:
    if not table.key:
        settled.records.append(dict(row.values))
        return
    key = tuple(row.values[name] for name in table.key)
    if key not in by_key:
        record = dict(row.values)
        by_key[key] = row, record
        settled.records.append(record)
        return
    first, record = by_key[key]
    other = [
        name
        for name, value in row.values.items()
        if value and record.get(name) and record[name] != value
    ]
    if other and not row.is_renamed:
        _contradict(row, first, other, record, table)
        return
    fresh = {name for name, value in row.values.items() if value and not record.get(name)}
    row.repeated = frozenset(set(row.values) - fresh)
    row.fate = Fate.USED if fresh else Fate.DUPLICATE
    record.update({name: row.values[name] for name in fresh})


def _contradict(
    row: SourceRow,
    first: SourceRow,
    columns: Sequence[str],
    record: dict[str, str],
    table: Table,
) -> None:
    key = ", ".join(row.values[name] for name in table.key)
    place = f"row {first.number} of {first.job.export.place}"
    for name in columns:
        found = f"'{key}' has {name} '{record[name]}' already ({place})"
        row.quarantine(name, row.values[name], found, "keep one of the two")


def _sort_key(table: Table) -> Callable[[dict[str, str]], tuple[str, ...]]:
    names = [*table.key, *(name for name in table.columns if name not in table.key)]
    return lambda record: tuple(record.get(name, "") for name in names)

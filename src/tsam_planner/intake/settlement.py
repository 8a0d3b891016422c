"""
The fate of every row: references known, keys unique, what stands twice counted once.

Rows of the same key complete each other, so that two systems can each give half of a table;
where they contradict each other, the later one is in quarantine.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from tsam_planner.intake.fitness import Draft, refuse_unfit
from tsam_planner.intake.mapping import Confirmed
from tsam_planner.intake.source_rows import Fate, SourceRow
from tsam_planner.io.sources import did_you_mean
from tsam_planner.portfolio.rows import Row
from tsam_planner.service.policy import Policy
from tsam_planner.tables.cell_errors import SEARCHES
from tsam_planner.tables.dictionary import Column, Table


@dataclass(slots=True)
class Settled:
    """
    A table of the portfolio, and the rows of all exports that made it.

    ``checked`` holds the records as the portfolio's checks see them; ``unknown`` counts ids
    that the other table does not have, by column and id, in rows that a confirmed suggestion
    would help; ``emptied`` those that were left empty in rows that are used.
    """

    table: Table
    rows: list[SourceRow] = field(default_factory=list)
    records: list[dict[str, str]] = field(default_factory=list)
    checked: list[Row] = field(default_factory=list)
    unknown: Counter[tuple[str, str]] = field(default_factory=Counter)
    emptied: Counter[tuple[str, str]] = field(default_factory=Counter)

    def ids(self) -> set[str]:
        """Return the ids that other tables may refer to."""
        return {record[self.table.key[0]] for record in self.records}

    def refused_ids(self) -> dict[str, str]:
        """Return ids that stand in quarantine only, each with the first reason."""
        key, known = self.table.key[0], self.ids()
        reasons: dict[str, str] = {}
        for row in self.rows:
            name = row.values.get(key, "")
            if row.fate is Fate.QUARANTINED and name not in known:
                reasons.setdefault(name, row.defects[0].reason)
        return reasons


@dataclass(slots=True)
class _Known:
    """The ids of another table, and remedies by unknown id."""

    table: str
    ids: set[str]
    refused: Mapping[str, str]
    remedies: dict[str, str] = field(default_factory=dict)

    def remedy(self, name: str) -> str:
        if name not in self.remedies:
            self.remedies[name] = self._find_remedy(name)
        return self.remedies[name]

    def _find_remedy(self, name: str) -> str:
        if name in self.refused:
            reason = self.refused[name]
            return f"its row of {self.table} is in quarantine: mend that first ({reason})"
        searched = self.ids if len(self.remedies) < SEARCHES else ()
        can_be_confirmed = self.table in Confirmed.model_fields
        otherwise = "confirm what it means in the mapping" if can_be_confirmed else "correct it"
        return did_you_mean(name, searched, f"add it to {self.table}, or {otherwise}")


def settle(
    table: Table, rows: Sequence[SourceRow], earlier: Mapping[str, Settled], policy: Policy
) -> Settled:
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
    policy
        Numbers and readings that the portfolio's checks judge by.
    """
    settled = Settled(table, list(rows))
    references = {
        name: (column, _known(column, earlier))
        for name, column in table.columns.items()
        if column.references is not None and column.references[0] in earlier
    }
    by_key: dict[tuple[str, ...], list[Draft]] = {}
    # A company's own row comes before those that were confirmed to mean it.
    for row in sorted(rows, key=lambda row: row.is_renamed):
        if row.fate is not Fate.USED:
            continue
        _check_references(row, references)
        if row.fate is Fate.USED:
            _place(row, table, by_key)
    drafts = [draft for same in by_key.values() for draft in same]
    if not table.is_log:
        known = {name: other.checked for name, other in earlier.items()}
        drafts, settled.checked = refuse_unfit(table, drafts, known, policy)
    settled.records = sorted((draft.values for draft in drafts), key=_sort_key(table))
    _count_unknown(settled)
    return settled


def _known(column: Column, earlier: Mapping[str, Settled]) -> _Known:
    if column.references is None:
        message = f"{column.name} refers to no table"
        raise ValueError(message)
    other = earlier[column.references[0]]
    return _Known(column.references[0], other.ids(), other.refused_ids())


def _check_references(row: SourceRow, references: Mapping[str, tuple[Column, _Known]]) -> None:
    for name, (column, known) in references.items():
        value = row.values.get(name, "")
        if not value or value in known.ids:
            continue
        row.unknown[name] = value
        if name in row.job.entry.empty_if_unknown:
            row.values[name] = ""
        else:
            found = f"{known.table} has no '{value}'"
            row.quarantine(column.name, value, found, known.remedy(value))


def _count_unknown(settled: Settled) -> None:
    for row in settled.rows:
        if row.is_mendable:
            settled.unknown.update(row.unknown.items())
        if row.fate is Fate.USED:
            settled.emptied.update(row.unknown.items())


def _place(row: SourceRow, table: Table, by_key: dict[tuple[str, ...], list[Draft]]) -> None:
    """Let a row complete a record of its key, begin one of its own, or contradict."""
    same = by_key.setdefault(tuple(row.values[name] for name in table.key), [])
    draft = next((item for item in same if row.is_renamed or not _other(row, item)), None)
    if table.key and draft is not None:
        _complete(row, draft)
        return
    columns = _other(row, same[0]) if table.key and same else []
    if table.is_log:
        # A case that was reopened, or exported again after a change, has several rows; its
        # periods are merged where open cases are counted. It is of one contract only.
        columns = [name for name in columns if name in _belongings(table)]
    if columns:
        _contradict(row, same[0], columns, table)
    else:
        same.append(Draft(dict(row.values), [row]))


def _belongings(table: Table) -> list[str]:
    """Return the columns of a log that say whose the record is."""
    return [
        column.name
        for column in table.columns.values()
        if column.is_required and column.references
    ]


def _other(row: SourceRow, draft: Draft) -> list[str]:
    """Return the columns in which a row says something else than a record."""
    return [
        name
        for name, value in row.values.items()
        if value and draft.values.get(name) and draft.values[name] != value
    ]


def _complete(row: SourceRow, draft: Draft) -> None:
    values = draft.values
    fresh = {name for name, value in row.values.items() if value and not values.get(name)}
    row.repeated = frozenset(set(row.values) - fresh)
    row.fate = Fate.USED if fresh else Fate.DUPLICATE
    values.update({name: row.values[name] for name in fresh})
    draft.rows.append(row)


def _contradict(row: SourceRow, draft: Draft, columns: Sequence[str], table: Table) -> None:
    key = ", ".join(row.values[name] for name in table.key)
    for name in columns:
        value = draft.values[name]
        first = next(item for item in draft.rows if item.values.get(name) == value)
        place = f"row {first.number} of {first.job.export.place}"
        found = f"'{key}' has {name} '{value}' already ({place})"
        row.quarantine(name, row.values[name], found, "keep one of the two")


def _sort_key(table: Table) -> Callable[[dict[str, str]], tuple[str, ...]]:
    names = [*table.key, *(name for name in table.columns if name not in table.key)]
    return lambda record: tuple(record.get(name, "") for name in names)

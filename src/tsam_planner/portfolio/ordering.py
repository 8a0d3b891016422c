"""The order in which a portfolio keeps its records: that of their ids."""

from collections.abc import Iterable

from tsam_planner.service.basis import Record
from tsam_planner.tables.dictionary import tables


def sorted_records(name: str, records: Iterable[Record]) -> tuple[Record, ...]:
    """Return the records of a table by its key, or by all columns where it has none."""
    key = tables()[name].key or tuple(tables()[name].columns)
    return tuple(
        sorted(records, key=lambda record: tuple(str(getattr(record, part)) for part in key))
    )

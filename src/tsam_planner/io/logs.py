"""
The two logs, read in whole columns: a log is never clean and can have a million rows.

Defects of rows are findings with counts and examples and stop nothing: the cell becomes
missing, the row stays. Missing or unknown columns are errors like those of any table.
"""

from collections.abc import Callable, Iterator, Mapping

import numpy as np
import pandas as pd

from tsam_planner.demand.log_periods import FAR_WEEKS, extent
from tsam_planner.errors import Problem
from tsam_planner.io.sources import RawTable
from tsam_planner.tables.cells import is_missing
from tsam_planner.tables.dictionary import Column, Table

_EXAMPLES = 3
_MOMENTS = ("timestamp", "date")
_EARLIEST = pd.Timestamp.min.ceil("s").tz_localize("UTC")
_LATEST = pd.Timestamp.max.floor("s").tz_localize("UTC")


def read_log(
    raw: RawTable, table: Table, ids: Mapping[str, frozenset[str]]
) -> tuple[pd.DataFrame, list[Problem]]:
    """
    Read a log whose columns are as they should be.

    Parameters
    ----------
    raw
        The table as it was found.
    table
        What the dictionary says about it.
    ids
        Known ids by table, for references.

    Returns
    -------
    DataFrame, list of Problem
        One row per row of the log with the dictionary's columns, times in UTC; and the
        findings.
    """
    width = len(raw.header)
    cells = [
        [None if is_missing(cell) else cell for cell in [*row, *[None] * width][:width]]
        for row in raw.rows
    ]
    found = pd.DataFrame(cells, columns=list(raw.header), dtype=object)
    lines = np.array(raw.numbers, dtype=np.int64)
    result = pd.DataFrame(index=found.index)
    findings: list[Problem] = []
    for column in table.columns.values():
        given = column.name in found
        texts = found[column.name] if given else pd.Series(None, found.index, object)
        values, bad = _READERS.get(column.type, _read_text)(texts)
        result[column.name] = values
        findings += _judge(raw.file, lines, column, texts, values, bad, ids)
    findings += _judge_rows(raw.file, lines, table, result)
    findings += _judge_times(raw.file, lines, table, result, ids)
    return result, findings


def _judge(
    file: str,
    lines: np.ndarray,
    column: Column,
    texts: pd.Series,
    values: pd.Series,
    bad: pd.Series,
    ids: Mapping[str, frozenset[str]],
) -> Iterator[Problem]:
    """Yield the findings about the cells of one column."""
    checks = [(bad, f"no {column.type}", "treated as missing")]
    if column.is_required:
        checks.append((texts.isna(), "empty", "the row is kept without it"))
    if column.references and column.references[0] in ids:
        table, known = column.references[0], ids[column.references[0]]
        unknown = values.notna() & ~values.isin(known)
        checks.append((unknown, f"no such id in {table}", "the row stands apart"))
    if column.minimum is not None:
        low = values.astype(float) < column.minimum
        checks.append((low, f"below {column.minimum:g}", "check the rows"))
    if column.maximum is not None:
        high = values.astype(float) > column.maximum
        checks.append((high, f"above {column.maximum:g}", "check the rows"))
    for mask, what, treatment in checks:
        if mask.any():
            yield _finding(file, lines, mask, column.name, what, treatment, column.rule)


def _judge_rows(
    file: str, lines: np.ndarray, table: Table, log: pd.DataFrame
) -> Iterator[Problem]:
    """Yield the findings about whole rows."""
    key = list(table.key)
    if key:
        twice = log.duplicated(key) & log[key].notna().all(axis=1)
        if twice.any():
            yield _finding(file, lines, twice, key[0], "repeats an id", "kept", "")
    if {"opened_at", "closed_at"} <= set(log.columns):
        backward = log["closed_at"] < log["opened_at"]
        if backward.any():
            what = "closed before it was opened"
            yield _finding(file, lines, backward, "closed_at", what, "kept as it is", "R43")


def _judge_times(
    file: str,
    lines: np.ndarray,
    table: Table,
    log: pd.DataFrame,
    ids: Mapping[str, frozenset[str]],
) -> Iterator[Problem]:
    """
    Yield the findings about records far from the rest of the log.

    Rows of no contract and cases that closed before they were opened say nothing about when
    a log begins and ends.
    """
    names = [column.name for column in table.columns.values() if column.type in _MOMENTS]
    usable = log["contract_id"].isin(ids.get("contracts", frozenset()))
    if {"opened_at", "closed_at"} <= set(names):
        usable &= ~(log["closed_at"] < log["opened_at"])
    moments = pd.concat([log.loc[usable, name] for name in names]).dropna()
    if moments.empty:
        return
    first, last = extent(moments)
    for name in names:
        far = usable & ((log[name] < first) | (log[name] > last))
        if far.any():
            what = (
                f"more than {FAR_WEEKS} weeks from the rest of the log, which is of "
                f"{first.date()} to {last.date()}"
            )
            treatment = "set aside as begin or end of the log; check the dates"
            yield _finding(file, lines, far, name, what, treatment, "")


def _finding(
    file: str,
    lines: np.ndarray,
    mask: pd.Series,
    column: str,
    what: str,
    treatment: str,
    rule: str,
) -> Problem:
    rows = lines[mask.to_numpy(dtype=bool)]
    examples = ", ".join(str(row) for row in rows[:_EXAMPLES])
    noun = "row" if len(rows) == 1 else "rows"
    return Problem(
        file=file,
        row=int(rows[0]),
        column=column,
        rule=rule,
        found=f"{len(rows)} {noun}: {what}, e.g. row {examples}",
        remedy=treatment,
        severity="warning",
    )


Answer = tuple[pd.Series, pd.Series]


def _read_text(texts: pd.Series) -> Answer:
    values = texts.map(lambda cell: str(cell).strip(), na_action="ignore")
    return values.astype(object), pd.Series(False, texts.index)


def _read_number(texts: pd.Series) -> Answer:
    values = pd.to_numeric(texts, errors="coerce").astype(float)
    values = values.where(np.isfinite(values))
    return values, values.isna() & texts.notna()


def _read_timestamp(texts: pd.Series) -> Answer:
    values = pd.to_datetime(texts, errors="coerce", utc=True, format="ISO8601")
    # Nanoseconds end in 2262: a closing on the last day of 9999 is none.
    values = values.where((values > _EARLIEST) & (values < _LATEST))
    values = values.astype("datetime64[ns, UTC]")
    return values, values.isna() & texts.notna()


def _read_date(texts: pd.Series) -> Answer:
    values, bad = _read_timestamp(texts)
    return values.dt.tz_localize(None).dt.normalize(), bad


def _read_boolean(texts: pd.Series) -> Answer:
    words = texts.map(lambda cell: str(cell).strip().lower(), na_action="ignore")
    values = words.isin({"true", "yes", "1"})
    bad = texts.notna() & ~values & ~words.isin({"false", "no", "0"})
    return values, bad


_READERS: dict[str, Callable[[pd.Series], Answer]] = {
    "number": _read_number,
    "integer": _read_number,
    "timestamp": _read_timestamp,
    "date": _read_date,
    "boolean": _read_boolean,
}

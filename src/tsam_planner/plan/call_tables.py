"""Calls read from tables, also ones that people made or changed."""

import datetime as dt
import re
from collections.abc import Iterator, Mapping

import pandas as pd

from tsam_planner.errors import PlanFileError, Problem, without_name
from tsam_planner.facts import Facts
from tsam_planner.plan.calls import Call, MissingCall
from tsam_planner.plan.edited_cells import is_week, remedy_for_id, remedy_for_week, text_of
from tsam_planner.words import counted

CALLS_FILE, MISSING_FILE = "calls.csv", "missing_calls.csv"
_LOCAL_TIMES = ("contract_local_start", "manager_local_start")
_NEEDED = ("contract_id", "week", "start", "minutes", "manager_id")

_MINUTES = re.compile(r"[0-9]{1,4}")

Row = Mapping[str, str]


def calls_from(table: pd.DataFrame, facts: Facts) -> list[Call]:
    """
    Return the calls that a table states: ``start`` counts, local times must agree with it.

    Raises
    ------
    PlanFileError
        When columns are missing, ids unknown, values no dates or times in disagreement; with
        every problem at once.
    """
    rows = _checked(table, facts, CALLS_FILE, _NEEDED)
    return [
        Call(
            contract_id=row["contract_id"],
            week=dt.date.fromisoformat(row["week"]),
            start=_instant(row["start"]),
            minutes=int(row["minutes"]),
            manager_id=row["manager_id"],
            reason=row.get("reason", ""),
        )
        for row in rows
    ]


def missing_calls_from(table: pd.DataFrame, facts: Facts) -> list[MissingCall]:
    """
    Return the calls that a plan declares missing.

    Raises
    ------
    PlanFileError
        As in `calls_from`.
    """
    rows = _checked(table, facts, MISSING_FILE, ("contract_id", "week", "reason"))
    return [
        MissingCall(
            contract_id=row["contract_id"],
            week=dt.date.fromisoformat(row["week"]),
            reason=row["reason"],
        )
        for row in rows
    ]


def _checked(
    table: pd.DataFrame, facts: Facts, file: str, needed: tuple[str, ...]
) -> list[dict[str, str]]:
    absent = [name for name in needed if name not in table.columns]
    problems = [_problem(file, 1, name, "the column is missing", "add it") for name in absent]
    rows = [
        {str(name): text_of(value) for name, value in row.items()}
        for row in table.to_dict("records")
    ]
    if not absent:
        for number, row in enumerate(rows, start=2):
            problems += _row_problems(file, number, row, facts)
    if problems:
        message = f"the calls cannot be understood ({counted(len(problems), 'problem')}):"
        raise PlanFileError(message, problems)
    return rows


def _row_problems(file: str, number: int, row: Row, facts: Facts) -> Iterator[Problem]:
    for column, known in (
        ("contract_id", facts.contract_index),
        ("manager_id", facts.manager_index),
    ):
        name = row.get(column)
        if name is not None and name not in known:
            remedy = remedy_for_id(name, known)
            yield _problem(file, number, column, f"unknown id '{without_name(name)}'", remedy)
    if not is_week(row["week"], facts):
        found = f"'{row['week']}' is no week of the plan"
        yield _problem(file, number, "week", found, remedy_for_week(facts))
    if "start" in row and not _is_instant(row["start"]):
        remedy = "use UTC, such as 2027-01-05T09:00:00Z"
        yield _problem(file, number, "start", f"'{row['start']}' is no instant", remedy)
    elif "start" in row:
        yield from _disagreeing_times(file, number, row)
    if "minutes" in row and not _MINUTES.fullmatch(row["minutes"]):
        found = f"'{row['minutes']}' is no number of minutes"
        yield _problem(file, number, "minutes", found, "use minutes, such as 30")


def _disagreeing_times(file: str, number: int, row: Row) -> Iterator[Problem]:
    """Yield local times that somebody changed without changing ``start``."""
    for column in _LOCAL_TIMES:
        text = row.get(column, "")
        if not text:
            continue
        is_same = _is_instant(text) and _instant(text) == _instant(row["start"])
        if not is_same:
            found = f"'{text}' is not the instant {row['start']} of 'start'"
            remedy = "change 'start' (UTC), and the local time with it or leave it empty"
            yield _problem(file, number, column, found, remedy)


def _instant(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).astimezone(dt.UTC)


def _is_instant(text: str) -> bool:
    try:
        _instant(text)
        return dt.datetime.fromisoformat(text).tzinfo is not None
    except (ValueError, OverflowError):
        return False


def _problem(file: str, row: int, column: str, found: str, remedy: str) -> Problem:
    return Problem(file=file, row=row, column=column, rule="R39", found=found, remedy=remedy)

"""
Decisions read from a table of assignments, also one that people made or changed.

What was decided is the manager of each row; status, incumbent, handover and reason follow
from it and are not read.
"""

import datetime as dt
from collections.abc import Iterator, Mapping

import pandas as pd

from tsam_planner.errors import PlanFileError, Problem, without_name
from tsam_planner.facts import Facts
from tsam_planner.plan.decisions import Decision
from tsam_planner.plan.edited_cells import is_week, remedy_for_id, remedy_for_week, text_of
from tsam_planner.words import closest, counted

FILE = "assignments.csv"
REQUIRED = ("contract_id", "manager_id")
OPTIONAL = ("backup_id", "from_week", "to_week")
DERIVED = ("status", "incumbent_id", "handover", "reason")


def decisions_from(table: pd.DataFrame, facts: Facts) -> list[Decision]:
    """
    Return the decisions that a table of assignments states.

    A row without weeks is about all weeks of the contract; one without a manager leaves
    the contract unassigned.

    Raises
    ------
    PlanFileError
        When columns are missing or misspelt, ids unknown or weeks no Mondays of the
        horizon; with every problem at once.
    """
    problems = list(_column_problems(table))
    if not problems:
        rows = [
            (number, {str(name): text_of(value) or None for name, value in row.items()})
            for number, row in enumerate(table.to_dict("records"), start=2)
        ]
        for number, row in rows:
            problems += _row_problems(number, row, facts)
    if problems:
        message = f"the assignments cannot be understood ({counted(len(problems), 'problem')}):"
        raise PlanFileError(message, problems)
    return [_decision(row, facts) for _, row in rows]


def decisions_in(assignments: pd.DataFrame) -> list[Decision]:
    """Return the decisions of a plan's own table, which needs no check."""
    rows = assignments.astype(object).where(assignments.notna(), None)
    return [
        Decision(
            contract_id=row["contract_id"],
            status=row["status"],
            manager_id=row["manager_id"] or None,
            backup_id=row["backup_id"] or None,
            from_week=_day(row["from_week"]),
            to_week=_day(row["to_week"]),
            reason=row["reason"] or "",
        )
        for row in rows.to_dict("records")
    ]


def _day(week: object) -> dt.date | None:
    return week.date() if isinstance(week, dt.datetime) else None


def _column_problems(table: pd.DataFrame) -> Iterator[Problem]:
    names = [str(name) for name in table.columns]
    absent = [name for name in REQUIRED + OPTIONAL if name not in names]
    for name in absent:
        if name in REQUIRED:
            yield _problem(1, name, "the column is missing", "add it")
    for name in names:
        if name in REQUIRED + OPTIONAL + DERIVED:
            continue
        # A column of somebody's notes is welcome, a misspelt one would be lost silently.
        meant = closest(name, absent)
        if meant:
            yield _problem(1, name, "unknown column", f"did you mean '{meant}'?")


def _row_problems(
    number: int, row: Mapping[str, str | None], facts: Facts
) -> Iterator[Problem]:
    if row["contract_id"] is None:
        yield _problem(number, "contract_id", "no contract", "name one or drop the row")
    for column, known in (
        ("contract_id", facts.contract_index),
        ("manager_id", facts.manager_index),
        ("backup_id", facts.manager_index),
    ):
        name = row.get(column)
        if name is not None and name not in known:
            remedy = remedy_for_id(name, known)
            yield _problem(number, column, f"unknown id '{without_name(name)}'", remedy)
    for column in ("from_week", "to_week"):
        week = row.get(column)
        if week is not None and not is_week(week, facts):
            found = f"'{week}' is no week of the plan"
            yield _problem(number, column, found, remedy_for_week(facts))


def _decision(row: Mapping[str, str | None], facts: Facts) -> Decision:
    contract_id = str(row["contract_id"])
    position = facts.contract_index[contract_id]
    manager_id = row.get("manager_id")
    planned = bool(facts.planned[position])
    if not planned and manager_id is None:
        return Decision(
            contract_id=contract_id,
            status="not_planned",
            reason=facts.not_planned_reason(position) or "",
        )
    # A contract that needs nobody but has somebody is a violation in every week.
    first, last = (
        facts.first_and_last_week(position) if planned else (0, facts.horizon.weeks - 1)
    )
    return Decision(
        contract_id=contract_id,
        status="unassigned" if manager_id is None else "assigned",
        manager_id=manager_id,
        backup_id=row.get("backup_id"),
        from_week=_week(row.get("from_week"), facts.horizon.mondays[first]),
        to_week=_week(row.get("to_week"), facts.horizon.mondays[last]),
    )


def _week(text: str | None, default: dt.date) -> dt.date:
    return default if text is None else dt.date.fromisoformat(text)


def _problem(row: int, column: str, found: str, remedy: str) -> Problem:
    return Problem(file=FILE, row=row, column=column, rule="", found=found, remedy=remedy)

"""The plan's other tables as sheets: contracts, calls, hours to sell, what it stands on."""

import datetime as dt
from collections.abc import Sequence

import pandas as pd

from tsam_planner.plan.stretch_weeks import givers_of, is_forced, loads_of
from tsam_planner.plan.tables import DATE_COLUMNS
from tsam_planner.report.workbook.book import ORANGE, RED, Area, Book, Column
from tsam_planner.report.workbook.names import Names
from tsam_planner.service.rules import readings_in_force, rules_in_force

GOALS_SHEET = "Goals"
_OFFER_KINDS = {
    "weeks_tested": "whole", "weeks_over": "whole", "longest_run": "whole", "rate": "points",
    "evidence": "long",
}  # fmt: skip


def add_contract_weeks(book: Book, names: Names) -> None:
    """Fill the sheet of contracts and weeks."""
    weeks = names.plan.contract_weeks
    hours = {
        "Need": "need_hours",
        "Allowance": "allowance_hours",
        "Planned hours": "planned_hours",
        "Unfunded hours": "unfunded_hours",
        "Cover due": "cover_hours",
        "Uncovered": "uncovered_hours",
    }
    sheet, area = book.fill(
        "Contract weeks",
        [
            *_who(names, weeks["contract_id"]),
            Column("Week", weeks["week"].tolist(), "date"),
            *(Column(text, weeks[name].tolist(), "hours") for text, name in hours.items()),
            Column("Cases", weeks["cases"].tolist(), "whole"),
        ],
        frozen=3,
    )
    for header, style in (("Unfunded hours", ORANGE), ("Uncovered", RED)):
        book.color(sheet, area, [header], f"={area.cell(header, 2)}>0.000001", style)


def add_calls(book: Book, names: Names) -> None:
    """Fill the sheets of calls, and of weeks without one."""
    calls, missing = names.plan.calls, names.plan.missing_calls
    local = [_local(text) for text in calls["contract_local_start"]]
    sheet, area = book.fill(
        "Calls",
        [
            *_who(names, calls["contract_id"]),
            Column("Week", calls["week"].tolist(), "date"),
            Column("Day", [None if at is None else f"{at:%A}" for at in local]),
            Column("Customer's time", local, "moment"),
            Column("Manager", names.persons(calls["manager_id"])),
            Column(
                "Manager's time",
                [_local(text) for text in calls["manager_local_start"]],
                "moment",
            ),
            Column("UTC", [at.tz_localize(None) for at in calls["start"]], "moment"),
            Column("Minutes", calls["minutes"].tolist(), "whole"),
            Column("Why not as usual", calls["reason"].tolist(), "long", wide=44),
        ],
        frozen=3,
    )
    unusual = f'={area.cell("Why not as usual", 2)}<>""'
    book.color(sheet, area, ["Week", "Day", "Customer's time"], unusual, ORANGE)
    book.fill(
        "Missing calls",
        [
            *_who(names, missing["contract_id"]),
            Column("Week", missing["week"].tolist(), "date"),
            Column("Why", missing["reason"].tolist(), "long"),
        ],
    )


def add_additional_hours(book: Book, names: Names) -> None:
    """Fill the sheet of hours beyond allowances: who needs them, who is asked to buy them."""
    table = names.plan.additional_hours
    first, last = ("planned_hours", "unfunded_hours", "grade", "status"), ("evidence",)
    between = [n for n in table.columns if n not in ("contract_id", *first, *last)]
    rest = [*first, *between, *last]
    who = _who(names, table["contract_id"])
    sheet, area = book.fill(
        "Additional hours",
        [
            *who,
            *(_offer_column(table, name, at) for at, name in enumerate(rest, start=len(who))),
        ],
        total="All",
    )
    asked = f'={area.cell("Status", 2)}="proposed"'
    book.color(sheet, area, ["Contract", "Customer"], asked, ORANGE)


def _offer_column(table: pd.DataFrame, name: str, at: int) -> Column:
    values, header = table[name].tolist(), _headline(name)
    if name in DATE_COLUMNS:
        return Column(header, values, "date")
    if name in _OFFER_KINDS:
        return Column(header, values, _OFFER_KINDS[name], wide=44)
    if name not in ("planned_hours", "unfunded_hours"):
        return Column(header, values, "hours" if table[name].dtype == float else "text")
    letter = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[at]
    total = f"=SUBTOTAL(109,{letter}2:{letter}{len(table) + 1})"
    return Column(header, values, "hours", total=total, total_value=float(table[name].sum()))


def add_changes(book: Book, names: Names) -> None:
    """Fill the sheets of contracts that change hands, and of those that nobody serves."""
    rows = names.plan.assignments
    moved, alone = rows[rows["handover"]], rows[rows["status"] == "unassigned"]
    book.fill(
        "Changes of hands",
        [
            *_who(names, moved["contract_id"]),
            Column("Previous owner", names.persons(givers_of(rows)[rows["handover"]])),
            Column("From week", moved["from_week"].tolist(), "date"),
            Column("New owner", names.persons(moved["manager_id"])),
            Column(
                "Kind", ["forced" if is_forced(why) else "chosen" for why in moved["reason"]]
            ),
            Column("Why", moved["reason"].tolist(), "long"),
        ],
    )
    loads = loads_of(alone, names.plan.contract_weeks)
    book.fill(
        "Unassigned",
        [
            *_who(names, alone["contract_id"]),
            Column("Today", names.persons(alone["incumbent_id"])),
            Column("From week", alone["from_week"].tolist(), "date"),
            Column("To week", alone["to_week"].tolist(), "date"),
            Column("Hours a week", loads["hours_a_week"].tolist(), "hours"),
            Column("Most cases", loads["cases"].tolist(), "whole"),
            Column("Why nobody", alone["reason"].tolist(), "long"),
        ],
    )


def add_goals(book: Book, names: Names) -> tuple[Area, int]:
    """Fill the sheet of points by goal; return it with the row of the plan's own sum."""
    plan = names.plan
    own = [("managers", str(goal), points) for goal, points in plan.goals.items()]
    apart = [
        (of, str(goal), points)
        for of, goals in (("substitutes", plan.backup_goals), ("calls", plan.call_goals))
        for goal, points in goals.items()
    ]
    rows = [*own, *apart]
    last, end = len(own) + 1, len(rows) + 1
    note = (
        "Fewer are better. Managers are chosen first, then substitutes, then calls; points of "
        "the two others stand apart."
    )
    sheet, area = book.fill(
        GOALS_SHEET,
        [
            Column("Decision about", [of for of, _, _ in rows]),
            Column("Goal", [goal.replace("_", " ") for _, goal, _ in rows]),
            Column("Points", [float(points) for _, _, points in rows], "points", note=note),
        ],
        is_filtered=False,
    )
    total = {"bold": True, "top": 1, "num_format": "#,##0.00"}
    sums = [("Points of the plan (managers)", f"=SUM(C2:C{last})", plan.objective)]
    if apart:
        beside = float(plan.backup_goals.sum() + plan.call_goals.sum())
        sums.append(("Beside it: substitutes and calls", f"=SUM(C{last + 1}:C{end})", beside))
    for row, (text, formula, value) in enumerate(sums, start=end):
        book.write(sheet, row, 0, text, total)
        book.write(sheet, row, 1, None, total)
        book.write_formula(sheet, row, 2, formula, value, total)
    sheet.set_column(0, 0, 32)
    return area, end + 1


def add_rules(book: Book, names: Names) -> None:
    """Fill the sheets of rules, readings and assumptions in force."""
    policy = names.plan.policy
    rules, readings = rules_in_force(policy), readings_in_force(policy)
    book.fill(
        "Rules and readings",
        [
            Column("No.", [one.rule for one in rules] + [one.question for one in readings]),
            Column("Kind", [one.kind for one in rules] + ["ambiguity"] * len(readings)),
            Column(
                "What the service description says, or leaves open",
                [one.statement for one in rules] + [one.ambiguity for one in readings],
                "long",
            ),
            Column(
                "What is done about it",
                [one.status for one in rules] + [one.reading for one in readings],
                "long",
            ),
            Column("Value", [one.value for one in rules] + [one.value for one in readings]),
        ],
    )
    statements = [
        *(one for one in policy.statements() if one.changed),
        *(one for one in policy.assumptions() if not one.changed),
    ]
    book.fill(
        "Assumptions",
        [
            Column("Key", [one.key for one in statements]),
            Column("Value", [_value(str(one)) for one in statements]),
            Column("Meaning", [one.basis.meaning for one in statements], "long"),
            Column("Rules", [one.basis.rules for one in statements]),
            Column("Changed", [one.changed for one in statements]),
        ],
    )


def _value(statement: str) -> str:
    return statement.partition(" = ")[2].partition(": ")[0].removesuffix(" (changed)")


def _who(names: Names, contract_ids: pd.Series) -> Sequence[Column]:
    ids = contract_ids.tolist()
    return Column("Contract", ids), Column("Customer", names.customers(ids))


def _headline(name: str) -> str:
    return name.replace("_", " ").capitalize()


def _local(text: object) -> dt.datetime | None:
    """Return what the clock on the wall shows: a spreadsheet knows no time zones."""
    if not isinstance(text, str) or not text:
        return None
    return dt.datetime.fromisoformat(text).replace(tzinfo=None)

"""People and their weeks: hours, utilization and cases, added up by formulas."""

import math
from collections.abc import Sequence
from typing import Any

import pandas as pd

from tsam_planner.io.workbook_record import OWNER
from tsam_planner.plan.stretch_weeks import loads_of
from tsam_planner.report.workbook.assignments import AS_PLANNED, HOURS
from tsam_planner.report.workbook.book import ORANGE, RED, Area, Book, Column
from tsam_planner.report.workbook.names import Names
from tsam_planner.report.workbook.sums import Sums

MANAGERS_SHEET, WEEKS_SHEET = "Managers", "Manager weeks"
MANAGER, LOAD, DEPLOYABLE, UTILIZATION = "Manager", "Load", "Deployable hours", "Utilization"
CASES, LIMIT, COVER, PEAK = "Cases", "Limit of cases", "Cover hours", "Fullest week"
AFTER = "Utilization with edits"
_NEAR = 0.9


def add_manager_weeks(book: Book, names: Names) -> Area:
    """Fill the sheet of managers and weeks."""
    weeks = names.plan.manager_weeks
    handover = (
        [Column("Handover hours", weeks["handover_hours"].tolist(), "hours")]
        if "handover_hours" in weeks
        else []
    )
    columns = [
        Column(MANAGER, names.persons(weeks["manager_id"])),
        Column("Week", weeks["week"].tolist(), "date"),
        Column("Office hours", weeks["office_hours"].tolist(), "hours"),
        Column("Available hours", weeks["available_hours"].tolist(), "hours"),
        Column(DEPLOYABLE, weeks["deployable_hours"].tolist(), "hours"),
        Column(LOAD, weeks["load_hours"].tolist(), "hours", note="Planned hours, own book."),
        Column(
            UTILIZATION,
            weeks["utilization"].tolist(),
            "share",
            formula=lambda row: f'=IF(E{row}>0,F{row}/E{row},"")',
            note="Load / deployable hours.",
        ),
        Column(CASES, weeks["cases"].tolist(), "whole"),
        Column(LIMIT, weeks["max_cases"].tolist(), "whole"),
        Column(COVER, weeks["cover_hours"].tolist(), "hours", note="Carried for others."),
        Column("Unfunded hours", weeks["unfunded_hours"].tolist(), "hours"),
        Column(
            "With unfunded",
            weeks["utilization_with_unfunded"].tolist(),
            "share",
            formula=lambda row: f'=IF(E{row}>0,(F{row}+K{row})/E{row},"")',
            note="Utilization if the need beyond allowances were worked, too.",
        ),
        *handover,
    ]
    sheet, area = book.fill(WEEKS_SHEET, columns, frozen=2)
    _color_utilization(book, sheet, area, [UTILIZATION])
    _color_cases(book, sheet, area, CASES)
    return area


def add_managers(book: Book, names: Names, weeks: Area, assignments: Area) -> Area:
    """Fill the sheet of managers: sums over their weeks, and what they hold after edits."""
    people = names.people
    team = _sums(names.plan.manager_weeks, list(people))
    sums = Sums(people.values())
    held = _held(names, list(people))
    columns = [
        Column(MANAGER, list(people.values())),
        *_summed_columns(sums, weeks, team),
        *_edited_columns(sums, assignments, held, team["utilization"].tolist()),
    ]
    sheet, area = book.fill(MANAGERS_SHEET, columns, total="All")
    _color_utilization(book, sheet, area, [UTILIZATION, PEAK, AFTER])
    _color_cases(book, sheet, area, "Most cases")
    return area


def _summed_columns(sums: Sums, weeks: Area, team: pd.DataFrame) -> Sequence[Column]:
    """Return what follows from the weeks of each person, and what all of them come to."""
    last = len(team) + 2
    load, deployable = team["load_hours"].sum(), team["deployable_hours"].sum()
    return [
        _total(sums, weeks, LOAD, team["load_hours"], "Planned hours of the plan as written."),
        _total(sums, weeks, DEPLOYABLE, team["deployable_hours"]),
        Column(
            UTILIZATION,
            team["utilization"].tolist(),
            "share",
            formula=lambda row: f'=IF(C{row}>0,B{row}/C{row},"")',
            total=f'=IF(C{last}>0,B{last}/C{last},"")',
            total_value=load / deployable if deployable else None,
            note="Load / deployable hours.",
        ),
        _most(sums, weeks, PEAK, UTILIZATION, team["peak"], "share"),
        _most(sums, weeks, "Most cases", CASES, team["cases"], "whole"),
        _most(sums, weeks, LIMIT, LIMIT, team["max_cases"], "whole"),
        _total(sums, weeks, COVER, team["cover_hours"], "Carried for others."),
    ]


def _total(sums: Sums, weeks: Area, header: str, values: pd.Series, note: str = "") -> Column:
    letter, people = _letter(header), len(values)
    return Column(
        header,
        values.tolist(),
        "hours",
        formula=lambda row: sums.total(weeks.of(header), weeks.of(MANAGER), f"$A{row}"),
        total=f"=SUBTOTAL(109,{letter}2:{letter}{people + 1})",
        total_value=math.fsum(values),
        note=note,
    )


def _most(
    sums: Sums, weeks: Area, header: str, of: str, values: pd.Series, kind: str
) -> Column:
    return Column(
        header,
        values.tolist(),
        kind,
        formula=lambda row: sums.most(weeks.of(of), weeks.of(MANAGER), f"$A{row}"),
    )


def _edited_columns(
    sums: Sums, assignments: Area, held: pd.DataFrame, utilization: list[float]
) -> Sequence[Column]:
    owners, planned = assignments.of(OWNER), assignments.of(AS_PLANNED[0])
    hours, end = assignments.of(HOURS), len(held) + 1
    rows, owned = held["rows"].tolist(), held["hours"].tolist()

    def change(row: int) -> str:
        now, then = (sums.total(hours, who, f"$A{row}") for who in (owners, planned))
        return f"{now}-{then.removeprefix('=')}"

    return [
        Column(
            "Rows owned now",
            rows,
            "whole",
            formula=lambda row: sums.count(owners, f"$A{row}"),
            total=f"=SUBTOTAL(109,I2:I{end})",
            total_value=sum(rows),
            note="Rows of Assignments with this owner; follows your edits at once.",
        ),
        Column(
            "Hours owned now",
            owned,
            "hours",
            formula=lambda row: sums.total(hours, owners, f"$A{row}"),
            total=f"=SUBTOTAL(109,J2:J{end})",
            total_value=math.fsum(owned),
            note=(
                "Hours of the rows of Assignments with this owner; follows your edits at once. "
                "More than the load where absences pass hours on to substitutes."
            ),
        ),
        Column("Change by edits", [0.0] * len(held), "hours", formula=change),
        Column(
            AFTER,
            utilization,
            "share",
            formula=lambda row: f'=IF(C{row}>0,(B{row}+K{row})/C{row},"")',
            note=(
                "Load with your changes / deployable hours, over all weeks together. "
                "tsam-planner verify looks at each week, and at absences."
            ),
        ),
    ]


def _letter(header: str) -> str:
    return {LOAD: "B", DEPLOYABLE: "C", COVER: "H"}[header]


def _sums(weeks: pd.DataFrame, ids: list[str]) -> pd.DataFrame:
    per = weeks.groupby("manager_id")
    team = per[["load_hours", "deployable_hours", "cover_hours"]].sum()
    team["peak"] = per["utilization"].max().fillna(0.0)
    team["cases"], team["max_cases"] = per["cases"].max(), per["max_cases"].max()
    deployable = team["deployable_hours"]
    team["utilization"] = team["load_hours"] / deployable.where(deployable > 0)
    return team.loc[ids]


def _held(names: Names, ids: list[str]) -> pd.DataFrame:
    """Return rows and hours that people own in the plan as written."""
    rows = names.plan.assignments.dropna(subset="manager_id")
    loads = loads_of(rows, names.plan.contract_weeks)
    hours = loads["hours"].groupby(rows["manager_id"]).sum().to_dict()
    counts = rows["manager_id"].value_counts().to_dict()
    return pd.DataFrame(
        {
            "rows": [int(counts.get(name, 0)) for name in ids],
            "hours": [float(hours.get(name, 0.0)) for name in ids],
        }
    )


def _color_utilization(
    book: Book,
    sheet: Any,  # noqa: ANN401 - xlsxwriter has no types
    area: Area,
    headers: Sequence[str],
) -> None:
    for header in headers:
        cell = area.cell(header, 2)
        book.color(sheet, area, [header], f'=AND({cell}<>"",{cell}>1)', RED)
        letter = area.letters[header]
        sheet.conditional_format(
            f"{letter}2:{letter}{max(area.rows, 1) + 1}",
            {
                "type": "3_color_scale",
                "min_type": "num", "mid_type": "num", "max_type": "num",
                "min_value": 0, "mid_value": 0.7, "max_value": 1,
                "min_color": "#FFFFFF", "mid_color": "#CFE2F7", "max_color": "#F0A04B",
            },
        )  # fmt: skip


def _color_cases(book: Book, sheet: Any, area: Area, header: str) -> None:  # noqa: ANN401
    cases, limit = area.cell(header, 2), area.cell(LIMIT, 2)
    book.color(sheet, area, [header], f"={cases}>{limit}", RED)
    near = f"=AND({limit}>0,{cases}>={_NEAR}*{limit})"
    book.color(sheet, area, [header], near, ORANGE)

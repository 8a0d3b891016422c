"""Who does how much: the utilization of everybody in every week, and the books."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

import numpy as np
import pandas as pd

from tsam_planner.calendars.horizon import WEEKDAYS
from tsam_planner.plan.plan import Plan
from tsam_planner.plotting.load_by_week import plot_load
from tsam_planner.report.page.material import Material
from tsam_planner.report.page.parts import (
    Cell,
    Figure,
    Section,
    Table,
    heat,
    number,
    table,
    word,
)
from tsam_planner.report.pictures import as_svg
from tsam_planner.words import counted

# Beside long names, columns of more weeks are wider than a sheet of paper.
_MOST_WEEKS = 16
_GONE = Cell("", "", "gone")
STRAINED, IDLE = 0.95, 0.5
"""Utilization above which a week is a strain, and below which a quarter is idle."""


def people(material: Material) -> Section:
    """Return the section about the team: strain and idleness, heat map, books."""
    book = books(material.plan)
    return Section(
        anchor="people",
        name="People",
        title=_title(book),
        sentences=tuple(_sentences(material, book)),
        figures=(_load(material),) if len(book) else (),
        tables=(*_heat_maps(material, book), _book_table(material, book)),
    )


def books(plan: Plan) -> pd.DataFrame:
    """
    Return one row per manager with an office hour in the plan, the fullest first.

    Columns: ``utilization`` over all weeks, ``peak`` week of it, ``weeks`` employed,
    ``strained`` and ``away`` ones of them, ``hours`` a week at work and ``cover`` hours a
    week, ``cases`` (most) with ``max_cases``, ``contracts``, and ``taken``: those taken over.
    """
    weeks = plan.manager_weeks
    known = _employed_weeks(plan)
    keys = zip(weeks["manager_id"], weeks["week"], strict=True)
    is_employed = np.array([key in known for key in keys], dtype=bool)
    employed = weeks[(weeks["office_hours"] > 0) & is_employed].assign(
        is_strained=lambda rows: rows["utilization"] > STRAINED,
        is_away=lambda rows: rows["available_hours"] <= 0,
    )
    at_work = employed[~employed["is_away"]].groupby("manager_id")
    per = employed.groupby("manager_id")
    book = pd.DataFrame(
        {
            "utilization": per["load_hours"].sum()
            / per["deployable_hours"].sum().clip(lower=1e-9),
            "peak": per["utilization"].max(),
            "weeks": per.size(),
            "strained": per["is_strained"].sum(),
            "away": per["is_away"].sum(),
            "hours": at_work["load_hours"].mean().reindex(per.size().index).fillna(0.0),
            "cover": per["cover_hours"].mean(),
            "cases": per["cases"].max(),
            "max_cases": per["max_cases"].min(),
        }
    )
    held = plan.assignments[plan.assignments["status"] == "assigned"]
    for name, rows in (("contracts", held), ("taken", held[held["handover"]])):
        counts = rows.groupby("manager_id")["contract_id"].nunique()
        book[name] = counts.reindex(book.index).fillna(0).astype(int)
    return book.sort_values(["utilization", "peak"], ascending=False, kind="stable")


def _employed_weeks(plan: Plan) -> set[tuple[str, pd.Timestamp]]:
    """Return in which weeks managers are employed on some day: else they are not away."""
    facts = plan.facts
    days = facts.manager_days.employed.reshape(-1, facts.horizon.weeks, WEEKDAYS)
    return {
        (facts.managers[row].manager_id, pd.Timestamp(facts.horizon.mondays[week]))
        for row, week in np.argwhere(days.any(axis=2))
    }


def _title(book: pd.DataFrame) -> str:
    strained, idle = book[book["strained"] > 0], book[book["utilization"] < IDLE]
    if book.empty:
        return "Nobody is employed in these weeks"
    if len(strained) and len(idle):
        return (
            f"{counted(len(strained), 'manager')} strained in some week, "
            f"{len(idle)} less than half full"
        )
    if len(strained):
        share = strained["strained"].nlargest(4).sum() / strained["strained"].sum()
        if len(strained) > 4:
            return f"Four managers carry {share:.0%} of the strained weeks"
        return f"{counted(len(strained), 'manager')} above {STRAINED:.0%} in some week"
    if len(idle):
        return f"Nobody is strained; {counted(len(idle), 'manager')} less than half full"
    return "Nobody is strained, nobody is idle"


def _sentences(material: Material, book: pd.DataFrame) -> list[str]:
    def listed(names: pd.Index) -> str:
        shown = [material.manager(name) for name in names[:5]]
        more = f" and {len(names) - 5} more" if len(names) > 5 else ""
        return ", ".join(shown) + more

    said = []
    strained = book[book["strained"] > 0].sort_values("strained", ascending=False)
    if len(strained):
        said.append(
            f"Above {STRAINED:.0%} of deployable hours in some week: {listed(strained.index)}."
        )
    idle = book[book["utilization"] < IDLE]
    if len(idle):
        said.append(f"Below {IDLE:.0%} over all weeks: {listed(idle.index[::-1])}.")
    near = book[[_is_near(row["cases"], row["max_cases"]) for _, row in book.iterrows()]]
    if len(near):
        said.append(
            f"{counted(len(near), 'manager')} at nine tenths of the limit of open cases or "
            f"above (R43): {listed(near.index)}."
        )
    return said


def _load(material: Material) -> Figure:
    plan = material.plan
    return Figure(
        as_svg(lambda ax: plot_load(plan, ax=ax), (11.0, 4.2)),
        "Planned hours of the team by week against its deployable hours; the table below has "
        "them by manager.",
    )


def _heat_maps(material: Material, book: pd.DataFrame) -> Iterator[Table]:
    """Yield the heat map; that of a long plan by quarters, so that it can be printed."""
    mondays = material.plan.horizon.mondays
    if len(mondays) <= _MOST_WEEKS:
        yield _heat_map(material, book, mondays, "")
        return
    for (year, quarter), part in groupby(mondays, lambda day: (day.year, -(-day.month // 3))):
        yield _heat_map(material, book, tuple(part), f", Q{quarter} {year}")


def _heat_map(
    material: Material, book: pd.DataFrame, mondays: Sequence[dt.date], which: str
) -> Table:
    known = _employed_weeks(material.plan)
    cells = {
        key: _week(row) if key in known else _GONE
        for row in material.plan.manager_weeks.to_dict("records")
        for key in ((row["manager_id"], row["week"]),)
    }
    return table(
        f"Utilization by manager and week{which}: load in percent of deployable hours",
        ("Manager", "#All weeks", *(f"#{monday:%d %b}" for monday in mondays)),
        (
            (
                word(material.manager(name)),
                number(100 * book.loc[name, "utilization"]),
                *(cells[name, pd.Timestamp(monday)] for monday in mondays),
            )
            for name in book.index
        ),
    )


def _week(row: Mapping[Any, Any]) -> Cell:
    if row["office_hours"] <= 0:
        return _GONE
    if row["deployable_hours"] <= 0:
        return Cell("away", "", "away")
    share = float(row["utilization"])
    return number(100 * share, shade=heat(share))


def _book_table(material: Material, book: pd.DataFrame) -> Table:
    return table(
        "Books: what each manager holds",
        (
            "Manager", "#Contracts", "#Hours a week at work", "#Fullest week, %",
            "#Strained weeks", "#Most cases", "#Limit of cases", "#Weeks away",
            "#Cover, h a week",
        ),
        (
            (
                word(material.manager(name)),
                number(row["contracts"]),
                number(row["hours"], "{:.1f}"),
                number(100 * row["peak"], shade=heat(row["peak"])),
                number(row["strained"]),
                number(row["cases"], shade=_near(row["cases"], row["max_cases"])),
                number(row["max_cases"]),
                number(row["away"]),
                number(row["cover"], "{:.1f}"),
            )
            for name, row in book.iterrows()
        ),
    )  # fmt: skip


def _near(cases: float, most: float) -> str:
    return "strained" if _is_near(cases, most) else ""


def _is_near(cases: float, most: float) -> bool:
    # Who may have no cases is not near a limit by having none.
    return most > 0 and cases >= 0.9 * most

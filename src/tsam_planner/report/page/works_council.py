"""
The page for a works council: how fairly work is spread, and nothing about single persons.

There are no names, no ids and no extremes. Figures are of groups of at least five people;
smaller groups are joined, and people are grouped in a second way only where all who are in the
same two groups are at least five: whatever is added or subtracted is a sum over such cells.
"""

from collections.abc import Callable, Mapping, Sequence

import pandas as pd

from tsam_planner.plan.plan import Plan
from tsam_planner.portfolio.records import Manager
from tsam_planner.report.page.parts import (
    Cell,
    Page,
    Section,
    Table,
    Tile,
    number,
    table,
    word,
)
from tsam_planner.report.page.people import STRAINED, books
from tsam_planner.report.page.rendering import render
from tsam_planner.words import counted

LEAST = 5
"""Fewest people of whom a figure is shown."""
FULL_TIME = 35.0
"""Contracted hours a week from which on somebody works full time."""


def works_council_page(plan: Plan) -> bytes:
    """
    Return the page for a works council, as one HTML file.

    Raises
    ------
    ArgumentError
        When the plan was read back without its portfolio.
    """
    burdens = burdens_of(plan)
    return render(
        Page(
            title=_title(burdens),
            subtitle=f"Plan of {plan.horizon}, for the works council",
            tiles=_tiles(burdens),
            sections=(_fairness(burdens), _privacy()),
            footer=f"Groups of at least {LEAST} people. Made by tsam-planner.",
        )
    )


def burdens_of(plan: Plan) -> pd.DataFrame:
    """
    Return what the plan asks of each person who is employed in it, without names.

    Columns: those of `books`, ``strained`` as a share of weeks; ``country``, and ``time``:
    full or part time.
    """
    book = books(plan)
    people = {manager.manager_id: manager for manager in plan.facts.managers}
    return book.assign(
        strained=book["strained"] / book["weeks"],
        country=[people[name].country or "not told" for name in book.index],
        time=[_time(people[name]) for name in book.index],
    ).reset_index(drop=True)


def _time(manager: Manager) -> str:
    return "full time" if manager.weekly_hours >= FULL_TIME else "part time"


def grouped(burdens: pd.DataFrame, column: str) -> Mapping[str, pd.DataFrame]:
    """
    Return people by group, groups of fewer than five joined.

    Small groups come together as one; if that is still too small, the next smallest joins
    it. With fewer than five people in all there is no group.
    """
    groups = sorted(
        ((str(name), part) for name, part in burdens.groupby(column)),
        key=lambda item: (len(item[1]), item[0]),
    )
    small: list[tuple[str, pd.DataFrame]] = []
    while groups and (len(groups[0][1]) < LEAST or 0 < _count(small) < LEAST):
        small.append(groups.pop(0))
    shown = dict(reversed(groups))
    if small and _count(small) >= LEAST:
        shown[", ".join(sorted(name for name, _ in small))] = pd.concat(
            [part for _, part in small]
        )
    return shown


def groups_shown(burdens: pd.DataFrame) -> Mapping[str, Mapping[str, pd.DataFrame]]:
    """
    Return the ways to group people that are shown, by their labels.

    By country, and by working time if no two groups of both ways have one to four people in
    common: these could be found by subtraction.
    """
    first, second = grouped(burdens, "country"), grouped(burdens, "time")
    common = [
        len(part.index.intersection(other.index))
        for part in first.values()
        for other in second.values()
    ]
    shown = {"Country": first}
    if not any(0 < count < LEAST for count in common):
        shown["Working time"] = second
    return shown


def _count(groups: Sequence[tuple[str, pd.DataFrame]]) -> int:
    return sum(len(part) for _, part in groups)


def _title(burdens: pd.DataFrame) -> str:
    if len(burdens) < LEAST:
        return f"Fewer than {LEAST} people: no figure is shown"
    spread = burdens["utilization"].std(ddof=0)
    return (
        f"{counted(len(burdens), 'person', 'people')} at {burdens['utilization'].mean():.0%} "
        f"of their deployable hours on average, with a spread of {100 * spread:.0f} points"
    )


def _tiles(burdens: pd.DataFrame) -> tuple[Tile, ...]:
    if len(burdens) < LEAST:
        return ()
    return (
        Tile(str(len(burdens)), "people"),
        Tile(f"{burdens['utilization'].mean():.0%}", "mean utilization"),
        Tile(f"{burdens['strained'].mean():.1%}", f"of weeks above {STRAINED:.0%}"),
        Tile(f"{burdens['cover'].mean():.1f} h", "a week for absent colleagues"),
    )


def _fairness(burdens: pd.DataFrame) -> Section:
    shown = groups_shown(burdens)
    left_out = (
        "Full and part time are not told apart: together with countries that would tell of "
        f"fewer than {LEAST} people.",
    )
    return Section(
        anchor="fairness",
        name="Fairness",
        title="How work and cover are spread over countries and part time",
        sentences=(
            "Utilization is planned work in percent of deployable hours: office hours less "
            "absences, holidays and internal work.",
            "Spread is the standard deviation between the people of a group. Where it is less "
            "than a point all are alike, and the figure of the group would be that of each.",
            *(left_out if "Working time" not in shown else ()),
        ),
        tables=tuple(
            _groups(f"By {label.lower()}", label, groups) for label, groups in shown.items()
        ),
    )


def _groups(caption: str, label: str, groups: Mapping[str, pd.DataFrame]) -> Table:
    measures: Sequence[tuple[str, Callable[[pd.DataFrame], Cell]]] = (
        ("#People", lambda part: number(len(part))),
        ("#Utilization, %", lambda part: _unless_alike(part, 100 * part["utilization"].mean())),
        ("#Spread, points", lambda part: _unless_alike(part, 100 * _spread(part))),
        ("#Strained weeks, %", lambda part: _as_shown(100 * part["strained"].mean(), "{:.1f}")),
        ("#Cover, h a week", lambda part: _as_shown(part["cover"].mean(), "{:.1f}")),
        ("#Contracts a head", lambda part: _as_shown(part["contracts"].mean(), "{:.1f}")),
        ("#Taken over a head", lambda part: _as_shown(part["taken"].mean(), "{:.2f}")),
    )
    return table(
        caption,
        (label, *(name for name, _ in measures)),
        (
            (word(name), *(measure(part) for _, measure in measures))
            for name, part in groups.items()
        ),
    )


def _spread(part: pd.DataFrame) -> float:
    return float(part["utilization"].std(ddof=0))


def _unless_alike(part: pd.DataFrame, value: float) -> Cell:
    """Return a figure of a group, unless it would tell the same figure of each person."""
    return word("all alike") if 100 * _spread(part) < 1 else _as_shown(value)


def _as_shown(value: float, form: str = "{:.0f}") -> Cell:
    """Return a figure that sorts as it reads: all its digits would tell more than it says."""
    return number(form.format(value), form)


def _privacy() -> Section:
    return Section(
        anchor="privacy",
        name="What is not shown",
        title="No person can be found in these figures",
        sentences=(
            f"Groups of fewer than {LEAST} people are joined with others. Whatever is added up "
            f"or subtracted is about {LEAST} people or more; there are no names, no extremes.",
            "Reasons of absences never leave the input.",
        ),
    )

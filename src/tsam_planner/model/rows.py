"""Rows of an assignment problem: what managers can give, and what options take of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from tsam_planner.facts import Facts
from tsam_planner.model.stretches import Stretch
from tsam_planner.units import MICRO, micro

Hours = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Rows:
    """
    Resources of a problem.

    ``load`` has shape ``(options, rows)``, the others ``(managers, rows)``; a unit of load
    above ``soft_capacity`` costs ``overload_cost`` points.
    """

    load: Floats
    capacity: Floats
    soft_capacity: Floats
    overload_cost: Floats

    @classmethod
    def hard(cls, load: Floats, capacity: Floats) -> Self:
        """Return rows with a limit and no price."""
        unlimited = np.full(capacity.shape, np.inf)
        return cls(load, capacity, unlimited, np.zeros(capacity.shape))

    @classmethod
    def soft(cls, load: Floats, soft_capacity: Floats, price: float) -> Self:
        """Return rows without a limit, where every unit too much has a price."""
        unlimited = np.full(soft_capacity.shape, np.inf)
        return cls(load, unlimited, soft_capacity, np.full(soft_capacity.shape, price))


@dataclass(frozen=True, slots=True)
class Reserve:
    """
    What books must leave free; shape ``(managers, weeks)``.

    ``hours`` (millionths) are kept free in every limit of hours, ``weekly`` further ones in
    single weeks only, where an average over several weeks does not help. ``straying`` is a
    second limit of cases, for those that come in one future of many.
    """

    hours: Hours
    weekly: Hours
    straying: "Straying | None" = None

    @classmethod
    def nothing(cls, facts: Facts) -> Self:
        """Return no reserve at all."""
        none = np.zeros_like(facts.manager_weeks.available)
        return cls(none, none)


@dataclass(frozen=True, slots=True)
class Straying:
    """
    Cases as they stray: what each contract adds to a book's bad weeks, and the room for it.

    ``cases`` has shape ``(contracts, weeks)``, ``room`` has ``(managers, weeks)``.
    """

    cases: Floats
    room: Floats


def join_rows(*parts: Rows) -> Rows:
    """Put rows side by side."""
    return Rows(
        np.hstack([part.load for part in parts]),
        np.hstack([part.capacity for part in parts]),
        np.hstack([part.soft_capacity for part in parts]),
        np.hstack([part.overload_cost for part in parts]),
    )


def hour_rows(facts: Facts, load: Hours, reserve: Reserve) -> list[Rows]:
    """Return available hours, strained hours and bookable hours over a few weeks."""
    weeks = facts.manager_weeks
    available = np.maximum(0, weeks.available - reserve.hours - reserve.weekly) / MICRO
    rows = [Rows.soft(load / MICRO, *kink) for kink in strain_kinks(facts)]
    # The limit stands in the first row of strain: a row less, and a row is work.
    if rows:
        first = rows[0]
        rows[0] = Rows(first.load, available, first.soft_capacity, first.overload_cost)
    else:
        rows = [Rows.hard(load / MICRO, available)]
    span = min(facts.policy.averaging_weeks, facts.horizon.weeks)
    bookable = np.maximum(0, _moving_sums(weeks.bookable - reserve.hours, span))
    return [*rows, Rows.hard(_moving_sums(load, span) / MICRO, bookable / MICRO)]


def strain_kinks(facts: Facts) -> list[tuple[Floats, float]]:
    """Return the hours of each manager-week above which work strains, and the price."""
    deployable = facts.manager_weeks.deployable / MICRO
    return [
        (micro(share * deployable) / MICRO, price)
        for share, price in zip(
            facts.policy.strain_shares, facts.policy.goals.strain, strict=True
        )
    ]


def case_rows(facts: Facts, cases: npt.NDArray[np.int64]) -> Rows:
    """Return the cases of each week (R43)."""
    limit = facts.manager_weeks.max_cases[:, None].astype(float)
    return Rows.hard(cases.astype(float), np.repeat(limit, facts.horizon.weeks, axis=1))


def contract_rows(
    facts: Facts, stretches: Sequence[Stretch], owners: Sequence[Sequence[int]]
) -> Rows:
    """
    Return the number of contracts at a time, where managers have a limit of their own.

    A contract that never changes hands counts from the first week to the last, whatever
    its term; one that does counts for who has it, so that it never counts twice.
    """
    limits = facts.manager_weeks.max_contracts
    if (limits < 0).all():
        begins = []
    else:
        begins = sorted({0} | {part.first for part in stretches if not part.is_first})
    load = np.zeros((len(owners), len(begins)))
    ends = _counted_until(stretches)
    for option, parts in enumerate(owners):
        for position in parts:
            part = stretches[position]
            since = 0 if part.is_first else part.first
            load[option] += [since <= begin <= ends[position] for begin in begins]
    capacity = np.where(limits < 0, np.inf, limits)[:, None].repeat(len(begins), axis=1)
    return Rows.hard(load, capacity)


def _counted_until(stretches: Sequence[Stretch]) -> list[float]:
    """Return each stretch's last week, without end for the last one of its contract."""
    last = {part.contract: position for position, part in enumerate(stretches)}
    return [
        float("inf") if last[part.contract] == position else part.last
        for position, part in enumerate(stretches)
    ]


def _moving_sums(hours: Hours, span: int) -> Hours:
    """Return the sums over every ``span`` consecutive weeks, shape ``(rows, windows)``."""
    running = np.zeros((hours.shape[0], hours.shape[1] + 1), dtype=np.int64)
    np.cumsum(hours, axis=1, out=running[:, 1:])
    result: Hours = running[:, span:] - running[:, :-span]
    return result

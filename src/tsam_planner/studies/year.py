"""
A year of quarters planned one after the other: what each leaves is what the next begins with.

Owners and substitutes at the end of a quarter are today's for the next one. People and
contracts come and go as the data say; contracts that end are renewed only where the caller
assumes so, and that assumption is stated.
"""

import datetime as dt
import math
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace

import pandas as pd

from tsam_planner.calendars.horizon import Horizon
from tsam_planner.errors import ArgumentError
from tsam_planner.plan.decisions import Decision
from tsam_planner.plan.plan import Plan
from tsam_planner.planning.recipe import plan_for_study
from tsam_planner.planning.searches import Deadline, SolveOptions
from tsam_planner.portfolio.portfolio import Portfolio
from tsam_planner.portfolio.records import Assignment, Contract
from tsam_planner.service.policy import Policy
from tsam_planner.studies.month_table import month_table
from tsam_planner.studies.standing import stand
from tsam_planner.words import counted

_SHOWN = 8


@dataclass(frozen=True)
class YearView:
    """
    Plans of consecutive quarters, and what they mean month by month.

    Attributes
    ----------
    plans
        The plan of each quarter, by its name.
    months
        One row per calendar month: ``weekdays`` of it that are planned; means over them of
        ``headcount`` (managers employed), ``contracts_planned`` and ``contracts_served``;
        sums of hours, a week's hours spread evenly over its five weekdays; and ``handovers``
        of weeks that begin in it. ``utilization`` is load over deployable hours.
    ending
        Contracts whose term ends within these quarters, and when; renewed ones included.
    renewed
        Those of them that are assumed to go on.
    joining, leaving
        Managers who come and go within these quarters, and their first and last day.
    """

    plans: Mapping[str, Plan] = field(repr=False)
    months: pd.DataFrame = field(repr=False)
    ending: Mapping[str, dt.date] = field(repr=False)
    renewed: tuple[str, ...] = field(repr=False)
    joining: Mapping[str, dt.date]
    leaving: Mapping[str, dt.date]

    @property
    def summary(self) -> tuple[str, ...]:
        """Return the year in sentences."""
        return tuple(self._sentences())

    def __str__(self) -> str:
        return "\n".join(self.summary)

    def _repr_html_(self) -> str:
        """Show the months in a notebook."""
        return str(self.months.to_html(index=False))

    def _sentences(self) -> Iterator[str]:
        names = list(self.plans)
        yield f"{names[0]} to {names[-1]}, each quarter from where the one before it ends."
        for name, plan in self.plans.items():
            rows = plan.assignments
            left = rows.loc[rows["status"] == "unassigned", "contract_id"].nunique()
            handovers = counted(int(rows["handover"].sum()), "handover")
            yield (
                f"{name}: {handovers}, {counted(left, 'contract')} without a manager in some "
                f"week; {plan.proof}."
            )
        yield from self._months_told()
        for people, verb in ((self.joining, "joins on"), (self.leaving, "leaves after")):
            for name, day in people.items():
                yield f"{name} {verb} {day}."
        yield self._assumption()

    def _months_told(self) -> Iterator[str]:
        rows = self.months.to_dict("records")
        first, last = rows[0], rows[-1]
        yield (
            f"Headcount goes from {first['headcount']:.1f} to {last['headcount']:.1f}, "
            f"contracts from {first['contracts_planned']:.1f} to "
            f"{last['contracts_planned']:.1f}."
        )
        used = [row for row in rows if row["deployable_hours"] > 0]
        if used:
            tight = max(used, key=lambda row: row["utilization"])
            yield f"The tightest month is {tight['month']}, at {tight['utilization']:.0%}."
        hours = math.fsum(row["unassigned_hours"] for row in rows)
        if hours:
            worst = max(rows, key=lambda row: row["unassigned_hours"])
            yield (
                f"{hours:,.0f} h have nobody, most of them in {worst['month']} "
                f"({worst['unassigned_hours']:,.0f} h)."
            )

    def _assumption(self) -> str:
        """Return what is assumed about contracts that end."""
        if not self.ending:
            return "No contract ends within these quarters."
        ended = [name for name in self.ending if name not in self.renewed]
        noun = "contract ends" if len(self.ending) == 1 else "contracts end"
        text = f"{len(self.ending)} {noun} within these quarters; "
        if self.renewed:
            text += f"assumed to go on: {_listed(self.renewed)}"
            return text + (f"; over: {_listed(ended)}." if ended else ".")
        return text + f"none is assumed to be renewed: {_listed(ended)}."


def plan_year(
    portfolio: Portfolio,
    year: str | int,
    quarters: int = 4,
    *,
    policy: Policy | None = None,
    options: SolveOptions | None = None,
    renewal: float | Collection[str] | None = None,
) -> YearView:
    """
    Plan quarters one after the other, each from where the one before it ends.

    Parameters
    ----------
    portfolio
        What `read_portfolio` returns.
    year
        Such as ``2027``; or the first quarter, such as ``2027Q2``.
    quarters
        How many, 1 to 20.
    policy
        Numbers and readings of the rules; the portfolio's own by default.
    options
        How long to search, for all quarters together.
    renewal
        Which contracts go on beyond their end: ids, or a share in [0, 1] of those that end,
        taken evenly in the order of their ends; none by default. Purchased hours are not
        renewed with them.

    Raises
    ------
    ArgumentError
        When year, quarters or renewal make no sense.
    """
    horizons = _horizons(year, quarters)
    last_day = horizons[-1].last_day
    ending = {
        row.contract_id: row.end_date
        for row in sorted(portfolio.contracts, key=lambda row: (row.end_date, row.contract_id))
        if horizons[0].start <= row.end_date < last_day
    }
    renewed = _renewed(ending, renewal)
    known = portfolio.model_copy(
        update={
            "contracts": tuple(
                _prolonged(row, last_day) if row.contract_id in renewed else row
                for row in portfolio.contracts
            )
        }
    )
    plans = _plan_quarters(known, horizons, policy, options or SolveOptions())
    span = horizons[0].start, last_day
    return YearView(
        plans=plans,
        months=month_table(plans.values()),
        ending=ending,
        renewed=renewed,
        joining=_within({row.manager_id: row.start_date for row in portfolio.managers}, *span),
        leaving=_within({row.manager_id: row.end_date for row in portfolio.managers}, *span),
    )


def _horizons(year: str | int, quarters: int) -> tuple[Horizon, ...]:
    if not 1 <= quarters <= 20:
        message = f"expected 1 to 20 quarters, got {quarters}"
        raise ArgumentError(message)
    name = str(year).strip()
    first = Horizon.of_quarter(f"{name}Q1" if re.fullmatch(r"\d{4}", name) else name)
    begin = first.start.isocalendar()
    number = begin.year * 4 + (begin.week - 1) // 13
    return tuple(
        Horizon.of_quarter(f"{place // 4}Q{place % 4 + 1}")
        for place in range(number, number + quarters)
    )


def _renewed(
    ending: Mapping[str, dt.date], renewal: float | Collection[str] | None
) -> tuple[str, ...]:
    if renewal is None:
        return ()
    if isinstance(renewal, int | float):
        if not 0 <= renewal <= 1:
            message = f"expected a share of renewals in [0, 1], got {renewal}"
            raise ArgumentError(message)
        # 1e-9: half of two is one, whatever floating point makes of it.
        taken = [int(place * renewal + 1e-9) for place in range(len(ending) + 1)]
        return tuple(
            name for place, name in enumerate(ending) if taken[place + 1] > taken[place]
        )
    unknown = sorted(set(renewal) - set(ending))
    if isinstance(renewal, str) or unknown:
        listed = renewal if isinstance(renewal, str) else ", ".join(unknown)
        message = f"expected ids of contracts that end within these quarters, got {listed}"
        raise ArgumentError(message)
    return tuple(name for name in ending if name in renewal)


def _prolonged(contract: Contract, day: dt.date) -> Contract:
    return contract.model_copy(update={"end_date": day})


def _plan_quarters(
    portfolio: Portfolio,
    horizons: tuple[Horizon, ...],
    policy: Policy | None,
    options: SolveOptions,
) -> dict[str, Plan]:
    deadline = Deadline(options.time_limit)
    plans: dict[str, Plan] = {}
    for number, horizon in enumerate(horizons):
        seconds = deadline.share(1 / (len(horizons) - number))
        searched = replace(options, time_limit=seconds)
        plan = plan_for_study(portfolio, horizon, policy=policy, options=searched)
        plans[str(horizon.quarter)] = plan
        portfolio = portfolio.model_copy(update={"assignments": _left_behind(plan)})
    return plans


def _left_behind(plan: Plan) -> tuple[Assignment, ...]:
    """
    Return who has each contract when a quarter is over.

    A contract that the plan leaves without a manager at its end has nobody; one that it does
    not plan keeps who it had.
    """
    had = {row.contract_id: row for row in plan.facts.portfolio.assignments}
    kept: dict[str, Assignment] = {}
    for name, stretches in stand(plan).rows.items():
        last = stretches[-1]
        before = had.get(name)
        if last.status == "not_planned":
            if before is not None:
                kept[name] = before
        elif last.manager_id is not None:
            kept[name] = _assignment(last, before)
    return tuple(kept[name] for name in sorted(kept))


def _assignment(last: Decision, before: Assignment | None) -> Assignment:
    goes_on = before is not None and before.manager_id == last.manager_id
    return Assignment(
        contract_id=last.contract_id,
        manager_id=last.manager_id or "",
        backup_id=last.backup_id,
        since=before.since if goes_on and before is not None else last.from_week,
    )


def _within(
    days: Mapping[str, dt.date | None], first: dt.date, last: dt.date
) -> dict[str, dt.date]:
    return {name: day for name, day in days.items() if day is not None and first <= day <= last}


def _listed(names: Collection[str]) -> str:
    shown = list(names)[:_SHOWN]
    more = len(names) - len(shown)
    return ", ".join(shown) + (f" and {more} more" if more else "")

"""
Where a contract's need and planning cases come from, in order of authority.

A source answers for some contract-weeks and leaves the others to the next one. Adding a
source means adding a function and naming it in the order below.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from tsam_planner.calendars.holiday_lists import HolidayLists
from tsam_planner.calendars.horizon import Horizon
from tsam_planner.demand.history import History, read_history
from tsam_planner.portfolio.portfolio import Portfolio
from tsam_planner.portfolio.records import Contract
from tsam_planner.service.offerings import cadence_hours
from tsam_planner.service.policy import Policy
from tsam_planner.words import counted

Hours = npt.NDArray[np.float64]

# Where neither the policy nor time sheets say what an open case takes.
_ASSUMED_HOURS_PER_CASE = 1.0


@dataclass(frozen=True, slots=True)
class Figures:
    """
    A figure per contract-week and the source that each contract used.

    ``values`` has shape ``(contracts, weeks)``; ``sources`` has one text per contract,
    such as ``contracts`` or ``demand (3 weeks), contracts``.
    """

    values: Hours
    sources: tuple[str, ...]


@dataclass(frozen=True)
class Setting:
    """What every source may look at; the logs are read when a source asks for them."""

    portfolio: Portfolio
    contracts: Sequence[Contract]
    holidays: HolidayLists
    horizon: Horizon
    policy: Policy
    week_weight: Hours
    """Contract days of each week over five, shape ``(contracts, weeks)``, in [0, 1]."""

    @cached_property
    def need_factor(self) -> Hours:
        """What need that nobody states is multiplied by, shape ``(contracts, 1)``."""
        factors = [contract.need_factor for contract in self.contracts]
        return np.array(factors, dtype=np.float64).reshape(-1, 1)

    @cached_property
    def history(self) -> History:
        """What the logs say of the weeks before the plan."""
        return read_history(self.portfolio, self.contracts, self.holidays, self.horizon.start)

    @cached_property
    def hours_per_open_case(self) -> float:
        """The policy's figure, else one fitted where hours and cases are known, else 1 h."""
        stated = self.policy.hours_per_open_case
        if stated is None:
            stated = self.history.hours_per_open_case
        return _ASSUMED_HOURS_PER_CASE if stated is None else stated


Source = Callable[[Setting], Hours]
"""Answers with shape ``(contracts, weeks)``, NaN where it has nothing to say."""


def need_hours(setting: Setting) -> Figures:
    """Return the hours each contract needs in each week, from the first source with any."""
    order: dict[str, Source] = {
        "demand": _need_from_demand,
        "contracts": _need_from_contracts,
        "timesheets": _need_from_time_sheets,
        "cases": _need_from_cases,
        "cadence": _need_from_cadence,
    }
    return _first_that_answers(order, setting)


def planning_cases(setting: Setting) -> Figures:
    """Return the planning figure of concurrent cases: demand, contracts, log, else none."""
    order: dict[str, Source] = {
        "demand": _cases_from_demand,
        "contracts": _cases_from_contracts,
        "cases": _cases_from_log,
        "none": lambda setting: np.zeros(_shape(setting)),
    }
    return _first_that_answers(order, setting)


def _first_that_answers(order: dict[str, Source], setting: Setting) -> Figures:
    values = np.full(_shape(setting), np.nan)
    # Weeks without a contract day need nothing: which source would answer is no matter.
    active = setting.week_weight > 0
    used: list[list[str]] = [[] for _ in setting.contracts]
    for name, source in order.items():
        if not np.isnan(values[active]).any():
            break
        answers = source(setting)
        taken = np.isnan(values) & ~np.isnan(answers)
        values[taken] = answers[taken]
        counts = (taken & active).sum(axis=1)
        for row, count in enumerate(counts):
            if count:
                whole = count == active[row].sum()
                used[row].append(name if whole else f"{name} ({_weeks(count)})")
    return Figures(values, tuple(", ".join(names) for names in used))


def _weeks(count: int) -> str:
    return counted(count, "week")


def _shape(setting: Setting) -> tuple[int, int]:
    return len(setting.contracts), setting.horizon.weeks


def _need_from_demand(setting: Setting) -> Hours:
    rows = [
        (row.contract_id, setting.horizon.week_of(row.week), row.need_hours)
        for row in setting.portfolio.demand
    ]
    return _explicit(setting, rows)


def _cases_from_demand(setting: Setting) -> Hours:
    rows = [
        (row.contract_id, setting.horizon.week_of(row.week), row.cases)
        for row in setting.portfolio.demand
    ]
    return _explicit(setting, rows)


def _explicit(setting: Setting, rows: Sequence[tuple[str, int | None, float | None]]) -> Hours:
    """Place explicit weekly figures; they are taken as they are, holidays or not."""
    values = np.full(_shape(setting), np.nan)
    index = {contract.contract_id: row for row, contract in enumerate(setting.contracts)}
    for contract_id, week, figure in rows:
        if week is not None and figure is not None and contract_id in index:
            values[index[contract_id], week] = figure
    return values


def _need_from_contracts(setting: Setting) -> Hours:
    weekly = [
        np.nan if contract.need_hours is None else contract.need_hours
        for contract in setting.contracts
    ]
    return np.array(weekly).reshape(-1, 1) * setting.week_weight


def _need_from_time_sheets(setting: Setting) -> Hours:
    weekly = setting.history.hours_level.reshape(-1, 1) * setting.need_factor
    return weekly * setting.week_weight


def _need_from_cases(setting: Setting) -> Hours:
    """
    Return hours in proportion to the open cases: an assumption, fitted where possible.

    They are no fewer than the rhythm of the offering takes, which is owed without any case.
    """
    per_case = setting.hours_per_open_case
    weekly = per_case * setting.history.cases_level.reshape(-1, 1) * setting.need_factor
    cases = weekly * setting.week_weight
    # Missing stays missing.
    return np.maximum(cases, _need_from_cadence(setting))


def _cases_from_log(setting: Setting) -> Hours:
    """Return the time-average of open cases, rounded up (Q4)."""
    whole = np.ceil(np.round(setting.history.cases_level, 6)).reshape(-1, 1)
    return np.repeat(whole, setting.horizon.weeks, axis=1)


def _need_from_cadence(setting: Setting) -> Hours:
    weekly = [
        cadence_hours(contract.offering, setting.policy) for contract in setting.contracts
    ]
    return np.array(weekly).reshape(-1, 1) * setting.need_factor * setting.week_weight


def _cases_from_contracts(setting: Setting) -> Hours:
    constant = [
        np.nan if contract.cases is None else float(contract.cases)
        for contract in setting.contracts
    ]
    column = np.array(constant).reshape(-1, 1)
    return np.repeat(column, setting.horizon.weeks, axis=1)

"""
Need, allowance, planned and unfunded hours of every contract in every week.

``planned = min(need, allowance)``: what a customer needs beyond the hours it has bought is
*unfunded* (to be sold), not work to be planned (R45, R46, Q6).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tsam_planner.calendars.holiday_lists import HolidayLists
from tsam_planner.calendars.horizon import WEEKDAYS, Horizon
from tsam_planner.capacity import within
from tsam_planner.demand.sources import Setting, need_hours, planning_cases
from tsam_planner.demand.working_days import contract_days, week_sums
from tsam_planner.portfolio.portfolio import Portfolio
from tsam_planner.portfolio.records import Contract
from tsam_planner.service.offerings import has_allowance
from tsam_planner.service.policy import Policy
from tsam_planner.units import micro


@dataclass(frozen=True, slots=True)
class ContractWeeks:
    """
    What each contract asks for; hours in whole millionths, shape ``(contracts, weeks)``.

    ``term`` and ``weight`` have shape ``(contracts, weekdays)``: whether a weekday lies in
    the term, and the share of it (in [0, 1]) that is not a holiday of the contract.
    ``active`` says which weeks have at least one contract day, shape ``(contracts, weeks)``.
    ``has_allowance`` has shape ``(contracts,)``; where it is False (Standard), need is
    planned whole and ``allowance`` means nothing. ``hours_per_open_case`` is what the need of
    contracts rests on whose hours nobody knows, None where there are none.
    """

    term: npt.NDArray[np.bool_]
    weight: npt.NDArray[np.float64]
    active: npt.NDArray[np.bool_]
    has_allowance: npt.NDArray[np.bool_]
    need: npt.NDArray[np.int64]
    allowance: npt.NDArray[np.int64]
    planned: npt.NDArray[np.int64]
    cases: npt.NDArray[np.int64]
    need_sources: tuple[str, ...]
    cases_sources: tuple[str, ...]
    hours_per_open_case: float | None

    @property
    def unfunded(self) -> npt.NDArray[np.int64]:
        """Need beyond the allowance: to be sold, not planned."""
        return self.need - self.planned


def contract_weeks(
    contracts: Sequence[Contract],
    portfolio: Portfolio,
    holidays: HolidayLists,
    horizon: Horizon,
    policy: Policy,
) -> ContractWeeks:
    """Return need, allowance, planned hours and cases of every contract-week."""
    term, weight = contract_days(contracts, holidays, horizon)
    week_weight = week_sums(weight) / WEEKDAYS
    setting = Setting(portfolio, contracts, holidays, horizon, policy, week_weight)
    need, cases = need_hours(setting), planning_cases(setting)
    active = week_weight > 0
    need_micro = micro(np.where(active, need.values, 0.0))
    allowance = micro(allowance_hours(contracts, term, portfolio, horizon, policy))
    funded = np.array([has_allowance(contract.offering) for contract in contracts], dtype=bool)
    return ContractWeeks(
        term=term,
        weight=weight,
        active=active,
        has_allowance=funded,
        need=need_micro,
        allowance=allowance,
        planned=np.where(funded[:, None], np.minimum(need_micro, allowance), need_micro),
        cases=np.where(active, cases.values, 0.0).astype(np.int64),
        need_sources=need.sources,
        cases_sources=cases.sources,
        hours_per_open_case=_hours_per_open_case(setting, need.sources),
    )


def _hours_per_open_case(setting: Setting, sources: Sequence[str]) -> float | None:
    rests_on_cases = any("cases" in source for source in sources)
    return setting.hours_per_open_case if rests_on_cases else None


def allowance_hours(
    contracts: Sequence[Contract],
    term: npt.NDArray[np.bool_],
    portfolio: Portfolio,
    horizon: Horizon,
    policy: Policy,
) -> npt.NDArray[np.float64]:
    """
    Return included and purchased hours, prorated by the weekdays of the term.

    Holidays do not shorten an allowance: it is a ceiling, not a quota (Q12).
    """
    dates = np.array(horizon.weekdays, dtype="datetime64[D]")
    index = {contract.contract_id: row for row, contract in enumerate(contracts)}
    hours = policy.included_hours_per_week * week_sums(term) / WEEKDAYS
    for purchase in portfolio.purchased_hours:
        row = index.get(purchase.contract_id)
        if row is None:
            continue
        bought = term[row] & within(dates, purchase.start_date, purchase.end_date)
        hours[row] += purchase.hours_per_week * week_sums(bought[None])[0] / WEEKDAYS
    return hours

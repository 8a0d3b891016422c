"""
Time sheets held against allowances: who is asked what, week by week, under each reading.

Who "a single customer" is (R45) can be read in three ways (Q5): every contract has its own
hours; a company shares the hours of all its contracts; or a company has the hours of one
contract, whatever it bought. The reading acts on overage and revenue only, never on a plan.
"""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import get_args

import numpy as np
import numpy.typing as npt

from tsam_planner.calendars.holiday_lists import HolidayLists
from tsam_planner.calendars.horizon import WEEKDAYS, Horizon
from tsam_planner.demand.contract_weeks import allowance_hours
from tsam_planner.demand.history import read_history
from tsam_planner.demand.working_days import contract_days, week_sums
from tsam_planner.finance.overage import OverageAssessment, assess_overage
from tsam_planner.portfolio.portfolio import Portfolio
from tsam_planner.portfolio.records import Contract
from tsam_planner.service.offerings import has_allowance
from tsam_planner.service.policy import AllowanceScope, Policy

Floats = npt.NDArray[np.float64]

SCOPES: tuple[AllowanceScope, ...] = get_args(AllowanceScope)


@dataclass(frozen=True)
class Customer:
    """
    Who has an allowance, under a reading: a contract, or a company.

    ``hours`` (missing: set aside) and ``allowance`` belong to ``mondays``, oldest first.
    """

    customer_id: str
    contracts: tuple[Contract, ...]
    mondays: tuple[dt.date, ...]
    hours: Floats
    allowance: Floats

    def tested_weeks(self, window: int) -> list[int]:
        """Return the positions of the latest usable weeks."""
        usable: list[int] = np.flatnonzero(~np.isnan(self.hours)).tolist()
        return usable[-window:]

    def assess(self, policy: Policy) -> OverageAssessment:
        """Return the test of the latest usable weeks (Q7)."""
        return assess_overage(self.hours, self.allowance, policy=policy)

    def since(self, day: dt.date | None) -> "Customer":
        """Set the weeks aside that begin before a day."""
        if day is None:
            return self
        is_new = np.array([monday >= day for monday in self.mondays], dtype=bool)
        return replace(self, hours=np.where(is_new, self.hours, np.nan))


def customers_of(
    portfolio: Portfolio,
    before: dt.date,
    *,
    policy: Policy | None = None,
    scope: AllowanceScope | None = None,
) -> tuple[Customer, ...]:
    """
    Return all customers with an allowance, and their hours in the weeks before a Monday.

    Contracts that have ended by then ask for nothing any more, and are left out.

    Exceptional weeks, weeks outside a term and the first and last week of one are set aside
    (Q7, Q12). Under the readings of companies, a week counts for the contracts that are
    usable in it, and is set aside where none is or where one is exceptional.

    Parameters
    ----------
    before
        Monday from which on nothing is looked at.
    policy
        Numbers and readings; the portfolio's by default.
    scope
        The reading of "a single customer"; the policy's by default.
    """
    policy = policy or portfolio.policy
    contracts = [
        row
        for row in portfolio.contracts
        if has_allowance(row.offering) and row.end_date >= before
    ]
    holidays = HolidayLists(portfolio.holidays)
    history = read_history(portfolio, contracts, holidays, before)
    is_whole, allowance = weekly_allowance(contracts, portfolio, history.mondays, policy)
    hours = np.where(is_whole, history.hours, np.nan)
    groups = _groups(contracts, scope or policy.allowance_scope)
    return tuple(
        Customer(
            customer_id=name,
            contracts=tuple(contracts[row] for row in rows),
            mondays=history.mondays,
            hours=_sum(hours[rows], is_whole[rows]),
            allowance=pool_allowance(
                allowance[rows], is_whole[rows], scope or policy.allowance_scope, policy
            ),
        )
        for name, rows in groups.items()
    )


def weekly_allowance(
    contracts: Sequence[Contract],
    portfolio: Portfolio,
    mondays: Sequence[dt.date],
    policy: Policy,
) -> tuple[npt.NDArray[np.bool_], Floats]:
    """Return which weeks lie wholly in each term, and its allowance, by contract."""
    if not mondays:
        empty = np.zeros((len(contracts), 0))
        return empty.astype(bool), empty
    horizon = Horizon(mondays[0], len(mondays))
    term, _ = contract_days(contracts, HolidayLists(portfolio.holidays), horizon)
    allowance = allowance_hours(contracts, term, portfolio, horizon, policy)
    return week_sums(term) == WEEKDAYS, allowance


def _groups(contracts: Sequence[Contract], scope: AllowanceScope) -> Mapping[str, list[int]]:
    groups: dict[str, list[int]] = {}
    for row, contract in enumerate(contracts):
        name = contract.contract_id if scope == "contract" else contract.company_id
        groups.setdefault(name, []).append(row)
    return groups


def _sum(hours: Floats, is_whole: npt.NDArray[np.bool_]) -> Floats:
    """
    Return the hours of several contracts, missing where one of them is set aside.

    A contract without any time sheet asked for nothing, unless no other has any either.
    """
    logged = ~np.isnan(hours).all(axis=1, keepdims=True)
    missing = (np.isnan(hours) & is_whole & logged).any(axis=0)
    missing |= ~(is_whole & logged).any(axis=0)
    total: Floats = np.where(missing, np.nan, np.nansum(hours, axis=0))
    return total


def pool_allowance(
    allowance: Floats,
    is_whole: npt.NDArray[np.bool_],
    scope: AllowanceScope,
    policy: Policy,
) -> Floats:
    """Return the hours a customer has: under `company`, those of one contract and purchases."""
    total: Floats = np.where(is_whole, allowance, 0.0).sum(axis=0)
    if scope != "company":
        return total
    beyond_one = np.maximum(0, is_whole.sum(axis=0) - 1) * policy.included_hours_per_week
    reduced: Floats = total - beyond_one
    return reduced


def compare_scopes(
    portfolio: Portfolio, before: dt.date, *, policy: Policy | None = None
) -> Iterator[tuple[AllowanceScope, Customer, OverageAssessment]]:
    """Yield every customer under every reading of "a single customer" (Q5), assessed."""
    policy = policy or portfolio.policy
    for scope in SCOPES:
        for customer in customers_of(portfolio, before, policy=policy, scope=scope):
            yield scope, customer, customer.assess(policy)

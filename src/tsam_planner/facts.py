"""
Everything known before deciding, gathered once and frozen.

Facts precede any decision: who is there on which day, what each contract needs, which
limits hold. The model and the checker both start from here and draw their consequences
separately.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

from tsam_planner.calendars.holiday_lists import HolidayLists
from tsam_planner.calendars.horizon import Horizon
from tsam_planner.calendars.windows import Window
from tsam_planner.capacity import ManagerDays, ManagerWeeks, manager_days, manager_weeks
from tsam_planner.demand.contract_weeks import ContractWeeks, contract_weeks
from tsam_planner.portfolio.portfolio import Portfolio
from tsam_planner.portfolio.records import Contract, Manager, PurchasedHours, SameManager
from tsam_planner.service.policy import Policy


@dataclass(frozen=True)
class Facts:
    """
    A portfolio seen through one horizon and one policy.

    Arrays are indexed by position in ``contracts`` and ``managers`` (both sorted by id) and
    are read-only. ``sold`` are blocks of additional hours that are taken as bought, beside
    the portfolio's own.
    """

    portfolio: Portfolio
    horizon: Horizon
    policy: Policy
    manager_days: ManagerDays = field(repr=False)
    manager_weeks: ManagerWeeks = field(repr=False)
    contract_weeks: ContractWeeks = field(repr=False)
    sold: tuple[PurchasedHours, ...] = ()

    @property
    def contracts(self) -> tuple[Contract, ...]:
        """All contracts of the portfolio, planned or not."""
        return self.portfolio.contracts

    @property
    def managers(self) -> tuple[Manager, ...]:
        """All managers of the portfolio, leavers and joiners included."""
        return self.portfolio.managers

    @cached_property
    def contract_index(self) -> dict[str, int]:
        """Position of each contract id."""
        return {item.contract_id: row for row, item in enumerate(self.contracts)}

    @cached_property
    def manager_index(self) -> dict[str, int]:
        """Position of each manager id."""
        return {item.manager_id: row for row, item in enumerate(self.managers)}

    def contract(self, contract_id: str) -> Contract:
        """Return the contract of an id."""
        return self.contracts[self.contract_index[contract_id]]

    def manager(self, manager_id: str) -> Manager:
        """Return the manager of an id."""
        return self.managers[self.manager_index[manager_id]]

    @cached_property
    def incumbents(self) -> dict[str, str]:
        """Manager id of each contract that has a manager today."""
        return {row.contract_id: row.manager_id for row in self.portfolio.assignments}

    def manager_today(self, contract: int) -> int | None:
        """Return the position of who has a contract (a position) today, if anybody."""
        manager_id = self.incumbents.get(self.contracts[contract].contract_id)
        return None if manager_id is None else self.manager_index[manager_id]

    @cached_property
    def planned(self) -> npt.NDArray[np.bool_]:
        """Which contracts are planned; shape ``(contracts,)`` (see `not_planned_reason`)."""
        return np.array(
            [self.not_planned_reason(row) is None for row in range(len(self.contracts))],
            dtype=bool,
        )

    def not_planned_reason(self, contract: int) -> str | None:
        """Return why a contract needs no manager in this plan, None if it needs one."""
        if not self.contract_weeks.term[contract].any():
            return "no weekday of its term lies in the plan"
        if (
            self.contracts[contract].offering == "saas_standard"
            and not self.policy.plan_standard
        ):
            return "Standard has no named manager (R5, Q21)"
        return None

    def first_and_last_week(self, contract: int) -> tuple[int, int]:
        """Return the first and last week with a weekday of the contract's term."""
        days = np.flatnonzero(self.contract_weeks.term[contract])
        return int(days[0]) // 5, int(days[-1]) // 5

    def window(self, contract: Contract) -> Window:
        """Return the hours in which a contract can be called (R26 to R30)."""
        return Window(
            contract.zone,
            contract.window_start or self.policy.window_start,
            contract.window_end or self.policy.window_end,
        )

    @cached_property
    def same_manager(self) -> dict[str, SameManager]:
        """Treatment of each company that has a contract (R47, Q13)."""
        stated = {row.company_id: row.same_manager for row in self.portfolio.companies}
        return {
            contract.company_id: stated.get(contract.company_id) or self.policy.same_manager
            for contract in self.contracts
        }

    @cached_property
    def siblings(self) -> dict[str, tuple[int, ...]]:
        """Planned contracts of each company that has at least two of them."""
        members: dict[str, list[int]] = {}
        for row in np.flatnonzero(self.planned):
            members.setdefault(self.contracts[row].company_id, []).append(int(row))
        return {company: tuple(rows) for company, rows in members.items() if len(rows) > 1}

    def with_team(self, portfolio: Portfolio) -> "Facts":
        """
        Return the facts of a portfolio that differs in managers, absences, pins or priorities.

        What contracts need stays as it is, and is not worked out again.
        """
        holidays = HolidayLists(portfolio.holidays)
        days = manager_days(portfolio.managers, portfolio.absences, holidays, self.horizon)
        weeks = manager_weeks(
            portfolio.managers, portfolio.absences, days, self.horizon, self.policy
        )
        for part in (days, weeks):
            _freeze(part)
        return Facts(
            portfolio, self.horizon, self.policy, days, weeks, self.contract_weeks, self.sold
        )

    def with_presence(self, days: ManagerDays, weeks: ManagerWeeks) -> "Facts":
        """Return the facts of the same people on other days; positions stay known."""
        other = replace(self, manager_days=days, manager_weeks=weeks)
        vars(other).update(contract_index=self.contract_index, manager_index=self.manager_index)
        return other

    def with_policy(self, policy: Policy) -> "Facts":
        """Return the facts under another policy."""
        return gather_facts(self.portfolio, self.horizon, policy, self.sold)


def working_hours(manager: Manager) -> Window:
    """Return a manager's own working hours as a window."""
    return Window(manager.time_zone, manager.work_start, manager.work_end)


def gather_facts(
    portfolio: Portfolio,
    horizon: Horizon,
    policy: Policy,
    sold: Sequence[PurchasedHours] = (),
) -> Facts:
    """
    Work out presence, contract-weeks and manager-weeks of a portfolio.

    Parameters
    ----------
    portfolio
        A portfolio without problems (see `read_portfolio`).
    horizon
        The weeks to plan.
    policy
        Numbers and readings of the rules.
    sold
        Blocks of additional hours that are taken as bought (R46).

    Returns
    -------
    Facts
        Everything that precedes a decision.
    """
    holidays = HolidayLists(portfolio.holidays)
    days = manager_days(portfolio.managers, portfolio.absences, holidays, horizon)
    weeks = manager_weeks(portfolio.managers, portfolio.absences, days, horizon, policy)
    bought = (*portfolio.purchased_hours, *sold)
    seen = portfolio.model_copy(update={"purchased_hours": bought}) if sold else portfolio
    demand = contract_weeks(portfolio.contracts, seen, holidays, horizon, policy)
    for part in (days, weeks, demand):
        _freeze(part)
    return Facts(portfolio, horizon, policy, days, weeks, demand, tuple(sold))


def _freeze(part: ManagerDays | ManagerWeeks | ContractWeeks) -> None:
    for name in part.__slots__:
        value = getattr(part, name)
        if isinstance(value, np.ndarray):
            value.setflags(write=False)

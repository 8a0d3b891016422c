"""What an estimate of revenue may look at: prices, months, futures and chances."""

import datetime as dt
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from tsam_planner.calendars.holiday_lists import HolidayLists
from tsam_planner.calendars.horizon import Horizon
from tsam_planner.demand.contract_weeks import ContractWeeks, contract_weeks
from tsam_planner.demand.draws import DemandDraws, check_draws, draw_demand
from tsam_planner.errors import ArgumentError
from tsam_planner.finance.additional_hours import selling_contract
from tsam_planner.finance.foresight import Foresight, foresee
from tsam_planner.finance.months import Month, MonthGrid
from tsam_planner.finance.offers import Acceptance, Offer, acceptance_of, current_offers
from tsam_planner.plan.plan import Plan
from tsam_planner.portfolio.portfolio import Portfolio
from tsam_planner.portfolio.records import Contract, PurchasedHours
from tsam_planner.service.policy import AllowanceScope, Policy
from tsam_planner.service.rates import RateCard
from tsam_planner.units import MICRO

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Chances:
    """Seeded chances: every customer has its own, whoever else there is."""

    draws: int
    seed: int
    acceptance: Acceptance
    renewal: float

    @cached_property
    def _share(self) -> Floats:
        """Share of customers who buy, in each future: it is not known for certain."""
        known = self.acceptance
        if known.given is not None:
            return np.full(self.draws, known.given)
        rng = np.random.default_rng([self.seed, 1])
        shares: Floats = rng.beta(known.accepted + 1, known.declined + 1, self.draws)
        return shares

    def buys(self, customer_id: str) -> Flags:
        """Return the futures in which a customer buys what it is asked to; ``(draws,)``."""
        bought: Flags = self._ranks(f"buys {customer_id}") < self._share
        return bought

    def renews(self, purchase: PurchasedHours) -> Flags:
        """Return the futures in which a block is renewed when it ends; ``(draws,)``."""
        key = f"renews {purchase.contract_id} {purchase.start_date} {purchase.end_date}"
        renewed: Flags = self._ranks(key) < self.renewal
        return renewed

    def _ranks(self, key: str) -> Floats:
        return np.random.default_rng([self.seed, 2, zlib.crc32(key.encode())]).random(
            self.draws
        )


@dataclass(frozen=True)
class Setting:
    """
    What every stream of income may look at.

    ``grid`` splits weeks of contracts over months within their terms, ``open_grid`` as if
    each contract were renewed until the last month; ``start`` is the plan's first Monday;
    ``drawn`` are futures from there on, which count where they are those that are asked for.
    """

    portfolio: Portfolio
    policy: Policy
    start: dt.date
    card: RateCard
    grid: MonthGrid
    open_grid: MonthGrid
    chances: Chances
    drawn: DemandDraws | None = None

    @cached_property
    def row_of(self) -> Mapping[str, int]:
        """Position of each contract id."""
        return {row.contract_id: place for place, row in enumerate(self.portfolio.contracts)}

    def contract(self, contract_id: str) -> Contract:
        """Return the contract of an id."""
        return self.portfolio.contracts[self.row_of[contract_id]]

    @cached_property
    def offers(self) -> Mapping[str, tuple[Offer, ...]]:
        """The offers of each contract as they stand when the plan begins, the latest last."""
        return current_offers(self.portfolio, self.start)

    @cached_property
    def horizon(self) -> Horizon | None:
        """The weeks from the plan's first on to the last month's end; None if it is over."""
        days = (self.grid.horizon.last_day - self.start).days + 1
        return Horizon(self.start, days // 7) if days > 0 else None

    def foresights(self, scope: AllowanceScope) -> Iterator[tuple[Foresight, Contract]]:
        """Yield every customer under a reading, with the contract that a block is for."""
        if self.horizon is None:
            return
        base, futures = self._futures
        need = base.need[: len(self.portfolio.contracts)] / MICRO
        hours = base.unfunded.sum(axis=1).tolist()
        unfunded = {
            row.contract_id: hours[place] for place, row in enumerate(futures.contracts)
        }
        for foresight in foresee(
            self.portfolio, self.horizon, self.policy, futures, need, scope=scope
        ):
            yield foresight, selling_contract(foresight.customer, foresight.offer, unfunded)

    @cached_property
    def _futures(self) -> tuple[ContractWeeks, DemandDraws]:
        portfolio, horizon = self.portfolio, self.horizon
        if horizon is None:
            message = "the months are over before the plan begins"
            raise ArgumentError(message)
        holidays = HolidayLists(portfolio.holidays)
        everybody = (*portfolio.contracts, *portfolio.prospects)
        base = contract_weeks(everybody, portfolio, holidays, horizon, self.policy)
        if self.drawn is not None and self._are_wanted(self.drawn, horizon):
            return base, self.drawn
        return base, draw_demand(
            portfolio,
            horizon,
            self.policy,
            draws=self.chances.draws,
            seed=self.chances.seed,
            base=base,
        )

    def _are_wanted(self, drawn: DemandDraws, horizon: Horizon) -> bool:
        wanted = self.chances.draws, self.chances.seed, horizon.weeks
        everybody = (*self.portfolio.contracts, *self.portfolio.prospects)
        is_same = (drawn.count, drawn.seed, drawn.need.shape[2]) == wanted
        return is_same and drawn.contracts == everybody


def set_up(
    portfolio: Portfolio,
    plan: Plan,
    card: RateCard,
    months: tuple[Month, ...],
    draws: int,
    seed: int,
    drawn: DemandDraws | None = None,
) -> Setting:
    """Gather what an estimate needs; other futures are drawn when they are asked for."""
    check_draws(draws, seed)
    holidays, start, last = (
        HolidayLists(portfolio.holidays),
        plan.horizon.start,
        months[-1].last,
    )
    renewed = [
        row.model_copy(update={"end_date": max(row.end_date, last)})
        for row in portfolio.contracts
    ]
    acceptance = acceptance_of(portfolio, start, plan.policy.offers)
    return Setting(
        portfolio=portfolio,
        policy=plan.policy,
        start=start,
        card=card,
        grid=MonthGrid.over(months, start, portfolio.contracts, holidays),
        open_grid=MonthGrid.over(months, start, renewed, holidays),
        chances=Chances(draws, seed, acceptance, plan.policy.offers.renewal),
        drawn=drawn,
    )

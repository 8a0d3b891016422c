"""
What additional hours bring, month by month, with what each figure stands on.

An estimate, never a receivable: PTC reserves the right to ask (R46, Q8), and customers may
decline. Amounts are exact decimals; quantiles are those of whole futures, so that they do
not add up while expected amounts do.
"""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, fields
from decimal import Decimal

import numpy as np
import numpy.typing as npt
import pandas as pd

from tsam_planner.calendars.holiday_lists import HolidayLists
from tsam_planner.calendars.horizon import Horizon
from tsam_planner.demand.contract_weeks import contract_weeks
from tsam_planner.demand.draws import draw_demand
from tsam_planner.finance.additional_hours import selling_contract
from tsam_planner.finance.foresight import foresee
from tsam_planner.finance.income import (
    Chances,
    Setting,
    Stream,
    contracted,
    offered,
    proposed,
    renewed,
)
from tsam_planner.finance.money import ROUNDING, Exchange, from_units, round_amount, to_units
from tsam_planner.finance.months import CALENDAR_YEAR, Month, MonthGrid, months_of, name_months
from tsam_planner.finance.offers import acceptance_of
from tsam_planner.finance.revenue_rows import (
    QUANTILES,
    TOTAL,
    RevenueRow,
    detail_rows,
    quantiles,
    total_rows,
    units_by_future,
    unpriced_hours,
)
from tsam_planner.plan.plan import Plan
from tsam_planner.portfolio.portfolio import Portfolio
from tsam_planner.service.policy import AllowanceScope, Policy
from tsam_planner.service.rates import RateCard
from tsam_planner.units import MICRO

Whole = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class RevenueEstimate:
    """
    Revenue of additional hours by contract, month, kind and currency, with totals.

    Attributes
    ----------
    rows
        One row per contract, month, currency and kind (``contracted``, ``renewal``,
        ``new``), and total rows of kind ``total``, which leave empty what they sum over:
        ``contract_id, month, currency, hours, rate, expected, p10, p50, p90, kind``. Hours
        (expected ones) and amounts are decimals.
    assumptions
        Everything that the figures stand on, in sentences.
    unpriced
        Expected hours of contracts whose blocks have no price; they are in no amount.
    months, draws, seed, scope
        Which months; how many futures, and what they follow from; the reading of "a single
        customer".
    futures
        Amount of each future by currency, in its smallest units, shape ``(draws,)``.
    """

    rows: pd.DataFrame = field(repr=False)
    assumptions: tuple[str, ...] = field(repr=False)
    unpriced: Mapping[str, Decimal]
    months: tuple[Month, ...] = field(repr=False)
    draws: int
    seed: int
    scope: AllowanceScope
    futures: Mapping[str, Whole] = field(repr=False)

    @property
    def details(self) -> pd.DataFrame:
        """The rows that totals are made of."""
        return self.rows[self.rows["kind"] != TOTAL].reset_index(drop=True)

    @property
    def by_contract(self) -> pd.DataFrame:
        """One total row per contract and currency."""
        return self._totals_of("contract_id")

    @property
    def by_month(self) -> pd.DataFrame:
        """One total row per month and currency."""
        return self._totals_of("month")

    @property
    def total(self) -> pd.DataFrame:
        """One total row per currency; currencies are never added."""
        return self._totals_of()

    def _totals_of(self, *kept: str) -> pd.DataFrame:
        is_wanted = self.rows["kind"] == TOTAL
        for name in ("contract_id", "month"):
            is_wanted &= self.rows[name].notna() == (name in kept)
        columns = [*kept, "currency", "hours", "expected", *QUANTILES]
        return self.rows.loc[is_wanted, columns].reset_index(drop=True)

    def in_currency(self, exchange: Exchange) -> Mapping[str, Decimal]:
        """
        Return expected, P10, P50 and P90 of all currencies together, at given rates.

        Raises
        ------
        ArgumentError
            When a currency has no rate.
        """
        into, expected = exchange.into, Decimal(0)
        amounts = [Decimal(0)] * self.draws
        for currency, amount in zip(
            self.total["currency"], self.total["expected"], strict=True
        ):
            rate = exchange.rate_of(currency)
            expected += amount * rate
            own = self.futures[currency].tolist()
            amounts = [
                sum_ + from_units(units, currency) * rate
                for sum_, units in zip(amounts, own, strict=True)
            ]
        units = np.array([to_units(amount, into) for amount in amounts], dtype=np.int64)
        return {"expected": round_amount(expected, into), **quantiles(units, into)}

    def __str__(self) -> str:
        span = f"{self.months[0].name} to {self.months[-1].name}"
        lines = [f"Revenue of additional hours, {span}"]
        lines += [
            f"  {row['currency']} {row['expected']:,} expected (P10 {row['p10']:,}, "
            f"P50 {row['p50']:,}, P90 {row['p90']:,})"
            for row in self.total.to_dict("records")
        ]
        if not len(self.total):
            lines.append("  none expected")
        if self.unpriced:
            hours = sum(self.unpriced.values())
            lines.append(f"  {hours:,.1f} h of {len(self.unpriced)} contracts have no price")
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        """Show the totals in a notebook."""
        return str(self.total.to_html(index=False))


def estimate_revenue(
    portfolio: Portfolio,
    plan: Plan,
    *,
    rates: RateCard | None = None,
    months: tuple[str, str] | None = None,
    fiscal_year_start: str = CALENDAR_YEAR,
    scope: AllowanceScope | None = None,
    draws: int = 1000,
    seed: int = 0,
) -> RevenueEstimate:
    """
    Estimate what additional hours bring in whole months (R46).

    Parameters
    ----------
    portfolio
        What the plan was made from: purchases, time sheets, offers, prices.
    plan
        Its weeks and policy say what is known and when blocks can start.
    rates
        Prices; by default the portfolio's own ``rates``.
    months
        First and last month, such as ``("2027-01", "2027-06")`` or ``("FY2027-04",
        "FY2027-06")``; by default those that belong to the plan.
    fiscal_year_start
        Month and day on which a fiscal year begins, such as ``10-01``.
    scope
        The reading of "a single customer" (Q5); the policy's by default.
    draws, seed
        How many futures, >= 1, and what they follow from.

    Returns
    -------
    RevenueEstimate
        Expected amounts and P10, P50, P90 by contract, month and currency.

    Raises
    ------
    ArgumentError
        When months make no sense, or a price is ambiguous.

    Examples
    --------
    >>> import tsam_planner as tsam
    >>> portfolio = tsam.read_portfolio("data/sample")  # doctest: +SKIP
    >>> plan = tsam.read_plan("plans/2027Q1", portfolio=portfolio)  # doctest: +SKIP
    >>> tsam.estimate_revenue(portfolio, plan).total  # doctest: +SKIP
    """
    policy, start = plan.policy, plan.horizon.start
    scope = scope or policy.allowance_scope
    wanted = (
        months_of(plan.horizon, fiscal_year_start)
        if months is None
        else name_months(*months, fiscal_year_start)
    )
    card = portfolio.rate_card if rates is None else rates
    setting = _setting(portfolio, policy, start, card, wanted, draws, seed)
    streams = [*contracted(setting), *renewed(setting), *_sold(setting, scope)]
    details = list(detail_rows(streams, wanted))
    totals = list(total_rows(details, streams, wanted, draws))
    currencies = sorted({row.currency for row in details})
    return RevenueEstimate(
        rows=_as_table([*details, *totals]),
        assumptions=tuple(_assumptions(setting, scope)),
        unpriced=unpriced_hours(streams),
        months=wanted,
        draws=draws,
        seed=seed,
        scope=scope,
        futures={name: units_by_future(streams, name, draws) for name in currencies},
    )


def _setting(
    portfolio: Portfolio,
    policy: Policy,
    start: dt.date,
    card: RateCard,
    months: tuple[Month, ...],
    draws: int,
    seed: int,
) -> Setting:
    holidays, last = HolidayLists(portfolio.holidays), months[-1].last
    renewed_contracts = [
        row.model_copy(update={"end_date": max(row.end_date, last)})
        for row in portfolio.contracts
    ]
    acceptance = acceptance_of(portfolio, start, policy.offers)
    return Setting(
        portfolio=portfolio,
        policy=policy,
        start=start,
        card=card,
        grid=MonthGrid.over(months, start, portfolio.contracts, holidays),
        open_grid=MonthGrid.over(months, start, renewed_contracts, holidays),
        chances=Chances(draws, seed, acceptance, policy.offers.renewal),
    )


def _sold(setting: Setting, scope: AllowanceScope) -> Iterator[Stream]:
    """Yield blocks that are offered or will be, customer by customer."""
    portfolio, policy = setting.portfolio, setting.policy
    last = setting.grid.horizon.last_day
    if last < setting.start:
        return
    horizon = Horizon(setting.start, ((last - setting.start).days + 1) // 7)
    holidays = HolidayLists(portfolio.holidays)
    everybody = (*portfolio.contracts, *portfolio.prospects)
    base = contract_weeks(everybody, portfolio, holidays, horizon, policy)
    chances = setting.chances
    futures = draw_demand(
        portfolio, horizon, policy, draws=chances.draws, seed=chances.seed, base=base
    )
    need = base.need[: len(portfolio.contracts)] / MICRO
    unfunded = {
        row.contract_id: int(hours)
        for row, hours in zip(everybody, base.unfunded.sum(axis=1), strict=True)
    }
    for foresight in foresee(portfolio, horizon, policy, futures, need, scope=scope):
        contract = selling_contract(foresight.customer, foresight.offer, unfunded)
        yield from offered(setting, foresight)
        yield from proposed(setting, foresight, contract)


def _as_table(rows: list[RevenueRow]) -> pd.DataFrame:
    columns = [item.name for item in fields(RevenueRow)]
    table = pd.DataFrame([asdict(row) for row in rows], columns=columns, dtype=object)
    return table.where(table.notna(), None)


def _assumptions(setting: Setting, scope: AllowanceScope) -> Iterator[str]:
    rule, offers = setting.policy.overage, setting.policy.offers
    yield f"a single customer is read as: {scope} (Q5)"
    yield (
        f"continuous and constant: mean of {rule.window} weeks above the allowance by "
        f"{rule.tolerance:.0%}, {rule.over_weeks} weeks over, {rule.run} in a row"
        f"{', median over' if rule.median else ''} (R46, Q7)"
    )
    yield f"{setting.chances.acceptance} (Q8)"
    yield f"{offers.renewal:.0%} of blocks that end are renewed, at their hours and price (R25)"
    yield (
        f"who qualifies by its time sheets is asked ahead and the block starts on "
        f"{setting.start}; who qualifies later is asked then, and it starts after "
        f"{offers.lead_weeks} weeks"
    )
    yield "beyond time sheets, only customers count whose planned need exceeds their allowance"
    yield "a block ends with its contract, is raised when it turns out too small, never lowered"
    yield "the price of the day on which a block starts holds until it ends"
    yield "a week's hours belong to the months of its contract days"
    yield f"{ROUNDING}, per contract and month; totals are sums of rounded rows"
    yield "prospects bring no additional hours"

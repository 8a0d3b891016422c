"""
What additional hours bring, month by month, with what each figure stands on.

An estimate, never a receivable: PTC reserves the right to ask (R46, Q8), and customers may
decline. Amounts are exact decimals; quantiles are those of whole futures, so that they do
not add up while expected amounts do.
"""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from decimal import Decimal

import numpy as np
import numpy.typing as npt
import pandas as pd

from tsam_planner.demand.draws import DemandDraws
from tsam_planner.finance.assumptions import assumptions_of
from tsam_planner.finance.income import (
    contracted,
    offered,
    proposed,
    renewed,
)
from tsam_planner.finance.money import from_units, round_amount, to_units
from tsam_planner.finance.months import CALENDAR_YEAR, Month, months_of, name_months
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
from tsam_planner.finance.setting import Setting, set_up
from tsam_planner.plan.plan import Plan
from tsam_planner.portfolio.exchange import Exchange
from tsam_planner.portfolio.portfolio import Portfolio
from tsam_planner.service.policy import AllowanceScope
from tsam_planner.service.rates import RateCard

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
            hours, count = math.fsum(self.unpriced.values()), len(self.unpriced)
            who = "1 contract has" if count == 1 else f"{count} contracts have"
            lines.append(f"  {hours:,.1f} h of {who} no price")
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
    futures: DemandDraws | None = None,
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
    futures
        Draws of the plan's demand that are made already; they serve where they are as many,
        of this seed, and last as long as the months. The figures are the same without.

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
    wanted = (
        months_of(plan.horizon, fiscal_year_start)
        if months is None
        else name_months(*months, fiscal_year_start)
    )
    card = portfolio.rate_card if rates is None else rates
    setting = set_up(portfolio, plan, card, wanted, draws, seed, futures)
    return estimate(setting, scope or plan.policy.allowance_scope)


def estimate(setting: Setting, scope: AllowanceScope) -> RevenueEstimate:
    """Estimate revenue under a reading of "a single customer"."""
    months, draws = setting.grid.months, setting.chances.draws
    streams = [*contracted(setting), *renewed(setting)]
    for foresight, contract in setting.foresights(scope):
        streams += offered(setting, foresight)
        streams += proposed(setting, foresight, contract)
    details = list(detail_rows(streams, months))
    totals = list(total_rows(details, streams, months, draws))
    currencies = sorted({row.currency for row in details})
    return RevenueEstimate(
        rows=_as_table([*details, *totals]),
        assumptions=tuple(assumptions_of(setting, scope)),
        unpriced=unpriced_hours(streams),
        months=months,
        draws=draws,
        seed=setting.chances.seed,
        scope=scope,
        futures={name: units_by_future(streams, name, draws) for name in currencies},
    )


def _as_table(rows: list[RevenueRow]) -> pd.DataFrame:
    columns = [item.name for item in fields(RevenueRow)]
    return pd.DataFrame([asdict(row) for row in rows], columns=columns, dtype=object)

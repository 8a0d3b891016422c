"""How much more or less contracts need: one factor, or factors by offering or product."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from tsam_planner.errors import ArgumentError
from tsam_planner.portfolio.portfolio import Portfolio
from tsam_planner.portfolio.records import Contract, DemandWeek
from tsam_planner.service.offerings import OFFERINGS

Factors = float | Mapping[str, float]
Signed = TypeVar("Signed", bound=Contract)


@dataclass(frozen=True)
class NeedGrowth:
    """
    What need is multiplied by, whatever says how large it is.

    Hours that somebody states, week by week or for all weeks, are multiplied themselves. Where
    logs or the rhythm of an offering say them, the plan multiplies what it finds there: the
    logs are what they are, and which of them says something depends on the weeks planned.
    """

    factors: Factors

    def check(self, portfolio: Portfolio) -> None:
        """
        Hold that a portfolio knows the offerings and products that factors are of.

        Raises
        ------
        ArgumentError
            When it knows one of them neither as an offering nor as a product.
        """
        if not isinstance(self.factors, Mapping):
            return
        lists = [row.products for row in portfolio.contracts]
        lists += [row.products for row in portfolio.prospects]
        lists += [row.products for row in portfolio.managers]
        lists += [row.products for row in portfolio.profiles]
        known = {*OFFERINGS, *(name for names in lists for name in names)}
        unknown = sorted(set(self.factors) - known)
        if unknown:
            message = (
                f"need_factor has {', '.join(unknown)}, neither an offering nor a product; "
                f"there are {', '.join(sorted(known))}"
            )
            raise ArgumentError(message)

    def of(self, contract: Contract) -> float:
        """Return a contract's factor: the largest that its offering or a product has."""
        if not isinstance(self.factors, Mapping):
            return self.factors
        keys = (contract.offering, *contract.products)
        return max((self.factors[key] for key in keys if key in self.factors), default=1.0)

    def contracts(self, rows: Iterable[Signed]) -> tuple[Signed, ...]:
        """Return contracts, or prospects, that need so much more."""
        return tuple(self._grown(row) for row in rows)

    def demand(
        self, rows: Iterable[DemandWeek], signed: Iterable[Contract]
    ) -> tuple[DemandWeek, ...]:
        """Return weekly figures whose hours are multiplied as their contracts say."""
        factors = {row.contract_id: self.of(row) for row in signed}
        return tuple(
            row
            if row.need_hours is None or factors.get(row.contract_id, 1.0) == 1.0
            else row.model_copy(
                update={"need_hours": row.need_hours * factors[row.contract_id]}
            )
            for row in rows
        )

    def _grown(self, row: Signed) -> Signed:
        factor = self.of(row)
        if factor == 1.0:
            return row
        if row.need_hours is None:
            return row.model_copy(update={"need_factor": row.need_factor * factor})
        return row.model_copy(update={"need_hours": row.need_hours * factor})

"""How contracts, customers and people are called in a workbook."""

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from tsam_planner.io.workbook_cells import unique_texts
from tsam_planner.model.pairs import allowed_pairs
from tsam_planner.model.stretches import Stretch
from tsam_planner.plan.plan import Plan
from tsam_planner.portfolio.records import Contract

Flags = npt.NDArray[np.bool_]


class Names:
    """
    A plan with the names of everything in it.

    Parameters
    ----------
    plan
        A plan that knows its portfolio.
    is_pseudonymous
        Call people and companies by their ids.
    """

    def __init__(self, plan: Plan, *, is_pseudonymous: bool = False) -> None:
        self.plan, self.facts = plan, plan.facts
        self._is_pseudonymous = is_pseudonymous

    @cached_property
    def people(self) -> Mapping[str, str]:
        """Every manager as cells name him or her: id and name, no two the same."""
        return unique_texts(
            {
                row.manager_id: row.manager_id
                if self._is_pseudonymous or not row.name or row.name == row.manager_id
                else f"{row.manager_id} {row.name}"
                for row in self.facts.managers
            }
        )

    def persons(self, ids: Iterable[object]) -> list[str]:
        """Return people by their ids; nobody where there is none."""
        return [self.people[name] if isinstance(name, str) and name else "" for name in ids]

    @cached_property
    def contracts(self) -> Mapping[str, Contract]:
        """Contracts by id."""
        return {row.contract_id: row for row in self.facts.contracts}

    def customers(self, contract_ids: Iterable[str]) -> list[str]:
        """Return the companies of contracts by their names."""
        return [self._companies[self.contracts[name].company_id] for name in contract_ids]

    @cached_property
    def _companies(self) -> Mapping[str, str]:
        names = {row.company_id: row.company_id for row in self.contracts.values()}
        if not self._is_pseudonymous:
            companies = self.facts.portfolio.companies
            names |= {row.company_id: row.name or row.company_id for row in companies}
        return names

    def who_may(self) -> tuple[list[tuple[str, ...]], list[tuple[str, ...]]]:
        """Return who may own each row of the assignments, and who may stand in."""
        stretches = [self._stretch(row) for row in self.plan.assignments.to_dict("records")]
        people = np.array(list(self.people.values()), dtype=object)

        def listed(allowed: Flags) -> list[tuple[str, ...]]:
            return [tuple(people[row].tolist()) for row in allowed]

        return (
            listed(allowed_pairs(self.facts, stretches)),
            listed(allowed_pairs(self.facts, stretches, "forbid")),
        )

    def _stretch(self, row: Mapping[Any, object]) -> Stretch:
        position = self.facts.contract_index[str(row["contract_id"])]
        start, last = self.facts.horizon.start, self.facts.horizon.weeks - 1
        first, end = row["from_week"], row["to_week"]
        if isinstance(first, pd.Timestamp) and isinstance(end, pd.Timestamp):
            first_week, last_week = ((day.date() - start).days // 7 for day in (first, end))
            return Stretch(position, first_week, last_week)
        return Stretch(position, 0, last)

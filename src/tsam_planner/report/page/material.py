"""What a page is written from: a plan, its portfolio, and what studies say of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from tsam_planner.facts import Facts
from tsam_planner.plan.plan import Plan
from tsam_planner.plan.stretch_weeks import loads_of
from tsam_planner.portfolio.records import Contract
from tsam_planner.studies.absences import AbsenceTest
from tsam_planner.studies.hiring import Staffing
from tsam_planner.studies.risk import RiskAssessment
from tsam_planner.studies.sell_or_hire import SellOrHire


@dataclass(frozen=True)
class Material:
    """
    A plan and what is known about it; ``staffing`` is None where nobody asked for it.

    ``hours`` holds the values of hires where somebody asked for them, else none. Where it
    ``is_pseudonymous``, people and companies are shown by their ids.
    """

    plan: Plan
    absences: AbsenceTest
    risk: RiskAssessment
    hours: SellOrHire
    staffing: Staffing | None = None
    is_pseudonymous: bool = False

    @property
    def facts(self) -> Facts:
        """What the plan was made from."""
        return self.plan.facts

    @cached_property
    def contracts(self) -> Mapping[str, Contract]:
        """Contracts by id."""
        return {row.contract_id: row for row in self.facts.contracts}

    @cached_property
    def managers(self) -> Mapping[str, str]:
        """Names of managers by id; the id where there is no name."""
        if self.is_pseudonymous:
            return {}
        return {row.manager_id: row.name or row.manager_id for row in self.facts.managers}

    @cached_property
    def companies(self) -> Mapping[str, str]:
        """Names of companies by id."""
        companies = () if self.is_pseudonymous else self.facts.portfolio.companies
        return {row.company_id: row.name or row.company_id for row in companies}

    def customer(self, contract_id: str) -> str:
        """Return the name of a contract's company."""
        company = self.contracts[contract_id].company_id
        return self.companies.get(company, company)

    def manager(self, manager_id: object) -> str:
        """Return a manager as people know him or her: id and name."""
        if not isinstance(manager_id, str) or not manager_id:
            return ""
        name = self.managers.get(manager_id, manager_id)
        return manager_id if name == manager_id else f"{manager_id} {name}"

    @cached_property
    def assigned(self) -> pd.DataFrame:
        """Stretches with a manager."""
        rows = self.plan.assignments
        return rows[rows["status"] == "assigned"]

    @cached_property
    def unassigned(self) -> pd.DataFrame:
        """Stretches that nobody serves."""
        rows = self.plan.assignments
        return rows[rows["status"] == "unassigned"]

    def with_loads(self, stretches: pd.DataFrame) -> pd.DataFrame:
        """Return stretches with the columns of `loads_of`."""
        return stretches.join(loads_of(stretches, self.plan.contract_weeks))

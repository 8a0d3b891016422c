"""
Numbers and readings of the rules: what leadership signs, and what a good plan is.

Every field says which rule (R) or question (Q) of the service description it stands on,
what kind of statement that is, and whether the number is the description's or ours.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

Kind = Literal["hard", "expectation", "discretion", "target", "usual", "assumption"]
SameManagerPolicy = Literal["forbid", "allow", "prefer", "require"]
AllowanceScope = Literal["contract", "company_pooled", "company"]
AdditionalHours = Literal["ignore", "report", "optimize"]

Share = Annotated[float, Field(gt=0, le=1, allow_inf_nan=False)]
NotNegative = Annotated[float, Field(ge=0, allow_inf_nan=False)]


@dataclass(frozen=True, slots=True)
class Basis:
    """
    What a number stands on.

    ``rules`` names clauses and questions, ``kind`` how binding the clause is; the kind
    ``assumption`` means that the service description is silent and the number is ours.
    """

    rules: str
    kind: Kind
    unit: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Statement:
    """One number or reading of a policy, with what it stands on."""

    key: str
    value: Any
    basis: Basis
    changed: bool

    def __str__(self) -> str:
        unit = f" {self.basis.unit}" if self.basis.unit else ""
        note = " (changed)" if self.changed else ""
        shown = _shown(self.value)
        return f"{self.key} = {shown}{unit}{note}: {self.basis.meaning} ({self.basis.rules})"


class Section(BaseModel):
    """A table of ``policy.toml``; nobody can change it, unknown keys are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class ResponseDays(Section):
    """Working days within which a manager answers a request for information."""

    tsam: Annotated[
        int,
        Field(ge=1),
        Basis("Q23", "assumption", "working days", "answer to TSAM customers"),
    ] = 1
    saas_standard: Annotated[
        int,
        Field(ge=1),
        Basis("R22", "target", "working days", "answer to Standard customers"),
    ] = 2
    saas_premium: Annotated[
        int,
        Field(ge=1),
        Basis("R23", "target", "working days", "answer to Premium customers"),
    ] = 1


def _deliverable(meaning: str, rules: str) -> Any:  # noqa: ANN401 - a field's metadata
    return Basis(rules, "assumption", "h", f"one delivery of: {meaning}")


class DeliverableHours(Section):
    """Hours that one delivery of each activity of Table 2 takes; all are assumptions."""

    customer_training: Annotated[NotNegative, _deliverable("customer training", "T2.1")] = 2.0
    service_reviews: Annotated[
        NotNegative, _deliverable("a service review with its report", "T2.2, R17")
    ] = 3.0
    maintenance: Annotated[NotNegative, _deliverable("maintenance planning", "T2.3")] = 1.0
    upgrade_planning: Annotated[NotNegative, _deliverable("upgrade planning", "T2.4")] = 2.0
    root_cause_analysis: Annotated[
        NotNegative, _deliverable("a root-cause analysis and its presentation", "T2.5")
    ] = 4.0
    customer_intelligence: Annotated[
        NotNegative, _deliverable("customer-intelligence management", "T2.6")
    ] = 1.0
    product_roadmap: Annotated[
        NotNegative, _deliverable("product roadmap and supportability", "T2.7")
    ] = 1.5
    release_management: Annotated[NotNegative, _deliverable("release management", "T2.8")] = 2.0


class Overage(Section):
    """When a customer asks for more "continuously and constantly" (R46)."""

    window: Annotated[
        int,
        Field(ge=1),
        Basis("R46, Q7", "assumption", "weeks", "latest full weeks examined"),
    ] = 8
    over_weeks: Annotated[
        int,
        Field(ge=1),
        Basis("R46, Q7", "assumption", "weeks", "weeks over, at least"),
    ] = 6
    run: Annotated[
        int,
        Field(ge=1),
        Basis("R46, Q7", "assumption", "weeks", "weeks over in a row, at least"),
    ] = 4
    tolerance: Annotated[
        NotNegative,
        Basis(
            "R46, Q7",
            "assumption",
            "",
            "share by which the mean must exceed the allowance",
        ),
    ] = 0.05
    median: Annotated[
        bool,
        Basis("R46, Q7", "assumption", "", "the median must lie over the allowance, too"),
    ] = True

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if not self.run <= self.over_weeks <= self.window:
            message = "expected run <= over_weeks <= window"
            raise ValueError(message)
        return self


class Goals(Section):
    """Points of the goals: what is weighed against what."""

    unassigned: Annotated[
        NotNegative,
        Basis(
            "R40",
            "assumption",
            "points/h",
            "planned hour of a contract without manager",
        ),
    ] = 10.0
    unassigned_minimum_hours: Annotated[
        NotNegative,
        Basis("R40", "assumption", "h", "hours that such a contract counts at least"),
    ] = 10.0
    unassigned_incumbent: Annotated[
        NotNegative,
        Basis(
            "R13, R40",
            "assumption",
            "points",
            "more if the contract has a manager today",
        ),
    ] = 200.0
    handover: Annotated[
        NotNegative,
        Basis("R13, R16, Q27", "assumption", "points", "contract that changes hands"),
    ] = 80.0
    company_split: Annotated[
        NotNegative,
        Basis(
            "R47, Q13",
            "assumption",
            "points",
            "manager beyond the first of one company",
        ),
    ] = 15.0
    call_overlap: Annotated[
        NotNegative,
        Basis(
            "R38, Q16",
            "assumption",
            "points/h",
            "hour of daily overlap below the target",
        ),
    ] = 10.0
    strain: Annotated[
        tuple[NotNegative, ...],
        Basis(
            "Q25",
            "assumption",
            "points/h",
            "hour of load above each of the strain shares",
        ),
    ] = (1.0, 3.0)


class Policy(Section):
    """
    Every number and reading that a plan stands on.

    Examples
    --------
    >>> policy = Policy(max_open_cases=25)
    >>> policy.included_hours_per_week
    10.0
    >>> [str(item) for item in policy.statements() if item.changed]
    ['max_open_cases = 25 cases (changed): open cases a manager holds at a time (R43, Q1, Q2)']
    """

    included_hours_per_week: Annotated[
        NotNegative,
        Basis("R45", "expectation", "h", "weekly hours included in a contract"),
    ] = 10.0
    max_open_cases: Annotated[
        int,
        Field(ge=0),
        Basis(
            "R43, Q1, Q2",
            "expectation",
            "cases",
            "open cases a manager holds at a time",
        ),
    ] = 30
    max_contacts: Annotated[
        int,
        Field(ge=0),
        Basis("R42, Q20", "hard", "contacts", "named contacts of a contract"),
    ] = 3
    window_start: Annotated[
        dt.time,
        Basis("R28", "usual", "", "start of the call window, local to the contract"),
    ] = dt.time(9)
    window_end: Annotated[
        dt.time,
        Basis("R28", "usual", "", "end of the call window, local to the contract"),
    ] = dt.time(17)
    call_minutes: Annotated[
        int,
        Field(ge=1, le=480),
        Basis("R39", "assumption", "minutes", "length of the weekly call"),
    ] = 30
    internal_share: Annotated[
        float,
        Field(ge=0, lt=1, allow_inf_nan=False),
        Basis(
            "Q25",
            "assumption",
            "",
            "share of available hours for meetings and own work",
        ),
    ] = 0.20
    averaging_weeks: Annotated[
        int,
        Field(ge=1),
        Basis("Q6", "assumption", "weeks", "weeks in a row over which a book must fit"),
    ] = 4
    min_daily_overlap_hours: Annotated[
        NotNegative,
        Basis("R26, Q16", "assumption", "h", "daily overlap that is required"),
    ] = 2.0
    target_daily_overlap_hours: Annotated[
        NotNegative,
        Basis("R38, Q16", "assumption", "h", "daily overlap that is wanted"),
    ] = 4.0
    strain_shares: Annotated[
        tuple[Share, ...],
        Basis(
            "Q25",
            "assumption",
            "",
            "shares of deployable hours above which work strains",
        ),
    ] = (0.85, 0.95)
    same_manager: Annotated[
        SameManagerPolicy,
        Basis(
            "R47, Q13",
            "discretion",
            "",
            "one manager for several contracts of a company",
        ),
    ] = "prefer"
    plan_standard: Annotated[
        bool,
        Basis("R5, Q21", "assumption", "", "Standard contracts get a manager, too"),
    ] = False
    backup_required: Annotated[
        bool, Basis("R41, Q18", "hard", "", "every contract needs a substitute")
    ] = True
    allowance_scope: Annotated[
        AllowanceScope,
        Basis("R45, Q5", "assumption", "", "what 'a single customer' means"),
    ] = "contract"
    risk: Annotated[
        float | None,
        Field(gt=0, lt=1, allow_inf_nan=False),
        Basis("R43, Q4", "assumption", "", "chance of too much in a week that is accepted"),
    ] = None
    additional_hours: Annotated[
        AdditionalHours, Basis("R46, Q8", "discretion", "", "what follows from overage")
    ] = "report"
    response_days: ResponseDays = ResponseDays()
    deliverable_hours: DeliverableHours = DeliverableHours()
    overage: Overage = Overage()
    goals: Goals = Goals()

    @model_validator(mode="after")
    def _fits(self) -> Self:
        problems = []
        if self.window_start >= self.window_end:
            problems.append("expected window_start before window_end")
        if self.target_daily_overlap_hours < self.min_daily_overlap_hours:
            problems.append("expected target_daily_overlap_hours >= min_daily_overlap_hours")
        if list(self.strain_shares) != sorted(set(self.strain_shares)):
            problems.append("expected strain_shares in ascending order")
        if len(self.strain_shares) != len(self.goals.strain):
            problems.append("expected as many goals.strain as strain_shares")
        if problems:
            raise ValueError("; ".join(problems))
        return self

    def statements(self) -> tuple[Statement, ...]:
        """Return every number and reading with its basis, nested ones as ``table.key``."""
        return tuple(_statements(self, ""))

    def assumptions(self) -> tuple[Statement, ...]:
        """Return the statements on which the service description is silent."""
        return tuple(item for item in self.statements() if item.basis.kind == "assumption")


def _statements(section: Section, prefix: str) -> Iterator[Statement]:
    for name, field in type(section).model_fields.items():
        value = getattr(section, name)
        if isinstance(value, Section):
            yield from _statements(value, f"{prefix}{name}.")
            continue
        basis = next(item for item in field.metadata if isinstance(item, Basis))
        yield Statement(f"{prefix}{name}", value, basis, value != field.default)


def _shown(value: object) -> str:
    if isinstance(value, dt.time):
        return f"{value:%H:%M}"
    if isinstance(value, tuple):
        return ", ".join(_shown(item) for item in value)
    return f"{value:g}" if isinstance(value, float) else str(value)

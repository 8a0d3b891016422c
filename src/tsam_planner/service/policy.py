"""
Numbers and readings of the rules: what leadership signs, and what a good plan is.

Every field says which rule (R) or question (Q) of the service description it stands on,
what kind of statement that is, and whether the number is the description's or ours.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from tsam_planner.service.basis import Basis, NotNegative, Section, Share
from tsam_planner.service.policy_sections import (
    AsNeeded,
    BackupGoals,
    CallGoals,
    DeliverableHours,
    Goals,
    HandoverHours,
    Offers,
    Overage,
    ResponseDays,
)

SameManagerPolicy = Literal["forbid", "allow", "prefer", "require"]
AllowanceScope = Literal["contract", "company_pooled", "company"]
AdditionalHours = Literal["ignore", "report", "optimize"]


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
        said = f"{self.basis.meaning} ({self.basis.rules})"
        return f"{self.key} = {self.shown}{unit}{note}: {said}"

    @property
    def shown(self) -> str:
        """The value as people write it."""
        return _shown(self.value)


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
    call_buffer_minutes: Annotated[
        int,
        Field(ge=0, le=240),
        Basis("R39", "assumption", "minutes", "between two calls of one person"),
    ] = 15
    call_step_minutes: Annotated[
        Literal[5, 10, 15, 20, 30, 60],
        Basis("R39", "assumption", "minutes", "grid of the times at which calls start"),
    ] = 15
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
        bool, Basis("R41, Q18", "expectation", "", "every contract needs a substitute")
    ] = True
    cover_reserve: Annotated[
        float,
        Field(ge=0, lt=1, allow_inf_nan=False),
        Basis(
            "R41", "assumption", "", "share of deployable hours that books leave free for cover"
        ),
    ] = 0.0
    cover_tolerance: Annotated[
        NotNegative,
        Basis("R41", "assumption", "", "share by which points may rise for better cover"),
    ] = 0.0
    long_absence_weeks: Annotated[
        int,
        Field(ge=1),
        Basis(
            "R34, R40", "assumption", "weeks", "absence beyond which contracts are handed over"
        ),
    ] = 4
    max_handovers: Annotated[
        int | None,
        Field(ge=0),
        Basis(
            "R16, Q27",
            "discretion",
            "contracts",
            "that may get another manager than today's, in any week (no limit if not given)",
            "10",
        ),
    ] = None
    plan_handover_hours: Annotated[
        bool,
        Basis("R16, Q27", "assumption", "", "hours of changes of hands count as load"),
    ] = False
    hours_per_open_case: Annotated[
        float | None,
        Field(ge=0, allow_inf_nan=False),
        Basis(
            "R43",
            "assumption",
            "h",
            "of an open case a week, where no hours are known (fitted if not given, else 1)",
            "1.0",
        ),
    ] = None
    allowance_scope: Annotated[
        AllowanceScope,
        Basis("R45, Q5", "assumption", "", "what 'a single customer' means"),
    ] = "contract"
    risk: Annotated[
        float | None,
        Field(gt=0, lt=1, allow_inf_nan=False),
        Basis(
            "R43, Q4", "assumption", "", "chance of too much in a week that is accepted", "0.05"
        ),
    ] = None
    additional_hours: Annotated[
        AdditionalHours, Basis("R46, Q8", "discretion", "", "what follows from overage")
    ] = "report"
    response_days: ResponseDays = ResponseDays()
    deliverable_hours: DeliverableHours = DeliverableHours()
    as_needed: AsNeeded = AsNeeded()
    handover_hours: HandoverHours = HandoverHours()
    overage: Overage = Overage()
    offers: Offers = Offers()
    goals: Goals = Goals()
    backup_goals: BackupGoals = BackupGoals()
    call_goals: CallGoals = CallGoals()

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
        if self.risk is not None and self.additional_hours == "optimize":
            problems.append("expected additional_hours other than 'optimize' with a risk")
        if self.risk is not None and self.cover_tolerance:
            problems.append("expected cover_tolerance 0 with a risk: books hold that instead")
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

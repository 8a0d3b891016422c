"""The tables of ``policy.toml``, one class each."""

from typing import Annotated, Any, Self

from pydantic import Field, model_validator

from tsam_planner.service.basis import Basis, NotNegative, Section


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


class Offers(Section):
    """How additional hours are offered, and what may come of it (R46, Q8)."""

    lead_weeks: Annotated[
        int,
        Field(ge=0),
        Basis("R46, Q8", "assumption", "weeks", "between asking and the start of a block"),
    ] = 4
    renewal_weeks: Annotated[
        int,
        Field(ge=0),
        Basis("R25", "assumption", "weeks", "before a contract ends, for talks of renewal"),
    ] = 8
    acceptance: Annotated[
        float | None,
        Field(ge=0, le=1, allow_inf_nan=False),
        Basis(
            "Q8",
            "assumption",
            "",
            "share of asked customers who accept (from past offers if not given)",
            "0.5",
        ),
    ] = None
    renewal: Annotated[
        float,
        Field(ge=0, le=1, allow_inf_nan=False),
        Basis("R25", "assumption", "", "share of blocks that are renewed when they end"),
    ] = 0.8
    currency: Annotated[
        str | None,
        Field(pattern="^[A-Z]{3}$"),
        Basis("R46", "discretion", "", "in which margins of sales are compared", '"EUR"'),
    ] = None


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


class AsNeeded(Section):
    """Work that Table 2 calls "as needed", and calls beside the weekly one."""

    deliveries_per_quarter: Annotated[
        NotNegative,
        Basis("R21", "assumption", "deliveries", "of each activity that is due as needed"),
    ] = 1.0
    ad_hoc_call_minutes: Annotated[
        NotNegative,
        Basis("R26", "assumption", "minutes/week", "calls of a contract beside the weekly one"),
    ] = 15.0


class HandoverHours(Section):
    """What a change of hands takes, where ``plan_handover_hours`` counts it."""

    receiving: Annotated[
        NotNegative, Basis("R13, R16", "assumption", "h", "work of who receives a contract")
    ] = 8.0
    giving: Annotated[
        NotNegative, Basis("R13, R16", "assumption", "h", "work of who gives a contract away")
    ] = 4.0
    weeks: Annotated[
        int,
        Field(ge=1, le=13),
        Basis("R16", "assumption", "weeks", "over which both are spread"),
    ] = 2


class BackupGoals(Section):
    """Points of the choice of substitutes; a plan's own goals are weighed before them."""

    no_backup: Annotated[
        NotNegative,
        Basis(
            "R41, Q18",
            "assumption",
            "points",
            "contract without a substitute, times its priority",
        ),
    ] = 1000.0
    uncovered: Annotated[
        NotNegative,
        Basis("R41", "assumption", "points/h", "hour of an absence that nobody carries"),
    ] = 5.0
    cases: Annotated[
        NotNegative,
        Basis("R43, Q18", "assumption", "points", "case above the limit in a week of cover"),
    ] = 2.0
    away_together: Annotated[
        NotNegative,
        Basis(
            "R23, R24",
            "assumption",
            "points/day",
            "working day without anybody beyond the response goal",
        ),
    ] = 20.0
    further_backup: Annotated[
        NotNegative,
        Basis("R13, R41", "assumption", "points", "substitute beyond the first of one manager"),
    ] = 10.0
    backup_change: Annotated[
        NotNegative,
        Basis(
            "R13, R16", "assumption", "points", "contract whose substitute of today is replaced"
        ),
    ] = 15.0
    company_backups: Annotated[
        NotNegative,
        Basis("R47", "assumption", "points", "substitute beyond the first of one company"),
    ] = 5.0
    standby: Annotated[
        NotNegative,
        Basis(
            "R41",
            "assumption",
            "points/h",
            "hour of contracts stood in for, absence or not, beyond own deployable hours",
        ),
    ] = 0.1


class CallGoals(Section):
    """Points of the weekly calls; a plan's own goals are weighed before them."""

    missing: Annotated[
        NotNegative, Basis("R39", "assumption", "points", "call that cannot be held")
    ] = 100.0
    by_backup: Annotated[
        NotNegative,
        Basis(
            "R40",
            "assumption",
            "points",
            "call of a substitute",
        ),
    ] = 8.0
    other_day: Annotated[
        NotNegative, Basis("R39", "assumption", "points", "call on another weekday than usual")
    ] = 4.0
    other_hour: Annotated[
        NotNegative,
        Basis("R39", "assumption", "points/h", "call at another local time than usual"),
    ] = 1.0
    preference_day: Annotated[
        NotNegative,
        Basis(
            "R26",
            "assumption",
            "points",
            "week whose usual call is on another weekday than the customer prefers",
        ),
    ] = 2.5
    preference_hour: Annotated[
        NotNegative,
        Basis(
            "R26",
            "assumption",
            "points/h",
            "week whose usual call is at another local time than the customer prefers",
        ),
    ] = 0.5
    crowded_day: Annotated[
        NotNegative,
        Basis(
            "R39",
            "assumption",
            "points",
            "usual call beyond a manager's even share of a weekday",
        ),
    ] = 0.5

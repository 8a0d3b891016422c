"""Weeks at risk: what absences and bad luck do to the plan."""

from tsam_planner.report.page.material import Material
from tsam_planner.report.page.parts import Section, Table, day, number, table, word
from tsam_planner.words import counted

_SHOWN = 100
_SENTENCES = 4


def weeks_at_risk(material: Material) -> Section:
    """Return the section about absences, one more of them, cases near the limit, and gaps."""
    tables = [_ill(material), _chances(material)]
    if len(material.plan.missing_calls):
        tables.append(_missing_calls(material))
    if len(material.plan.response_gaps):
        tables.append(_gaps(material))
    return Section(
        anchor="risk",
        name="Weeks at risk",
        title=_title(material),
        sentences=(*material.absences.summary[:_SENTENCES], *material.risk.summary),
        tables=tuple(tables),
    )


def _title(material: Material) -> str:
    weeks = material.absences.weeks
    alone = int((weeks["without_anyone"].fillna("") != "").sum())
    if not alone:
        return "Whoever falls ill in whichever week, every customer has somebody"
    return (
        f"If one more person falls ill, a customer has nobody in {alone} of "
        f"{counted(len(weeks), 'manager-week')}"
    )


def _ill(material: Material) -> Table:
    weeks = material.absences.weeks.assign(
        alone=lambda rows: rows["without_anyone"].fillna("").map(_count_ids)
    )
    worst = weeks.sort_values(
        ["alone", "uncovered_hours", "manager_id", "week"], ascending=[False, False, True, True]
    ).head(_SHOWN)
    more = "" if len(weeks) <= _SHOWN else f", the {_SHOWN} worst of {len(weeks):,}"
    return table(
        f"If this manager is away in that week{more}",
        (
            "Manager", "@Week", "Absence", "#Hours", "#Not covered", "#Cases over limits",
            "#Calls lost", "Customers with nobody",
        ),
        (
            (
                word(material.manager(row["manager_id"])),
                day(row["week"]),
                word(row["kind"]),
                number(row["hours"], "{:.1f}"),
                number(row["uncovered_hours"], "{:.1f}"),
                number(row["cases_over"]),
                number(row["calls_lost"]),
                word(str(row["without_anyone"] or "").replace(";", ", ")),
            )
            for row in worst.to_dict("records")
        ),
    )  # fmt: skip


def _count_ids(text: str) -> int:
    return len([name for name in str(text).split(";") if name])


def _chances(material: Material) -> Table:
    risk = material.risk
    peak = risk.manager_weeks.loc[risk.manager_weeks.groupby("manager_id")["p_cases"].idxmax()]
    weeks = peak.set_index("manager_id")
    rows = risk.managers.sort_values(["p_cases", "p_hours"], ascending=False)
    return table(
        f"Chance of more than the limits in some week, over {risk.draws:,} futures",
        (
            "Manager", "#Too many cases, %", "@Likeliest week", "#Cases then, median",
            "#Cases then, 9 of 10 below", "#Too many hours, %",
        ),
        (
            (
                word(material.manager(row["manager_id"])),
                number(100 * row["p_cases"], "{:.1f}", _chance(row["p_cases"])),
                day(weeks.loc[row["manager_id"], "week"]),
                number(weeks.loc[row["manager_id"], "cases_p50"]),
                number(weeks.loc[row["manager_id"], "cases_p90"]),
                number(100 * row["p_hours"], "{:.1f}", _chance(row["p_hours"])),
            )
            for row in rows.to_dict("records")
        ),
    )  # fmt: skip


def _chance(chance: float) -> str:
    return "over" if chance > 0.5 else "strained" if chance > 0.05 else ""


def _missing_calls(material: Material) -> Table:
    return table(
        "Weeks without a call (R39)",
        ("Contract", "Customer", "@Week", "Why"),
        (
            (
                word(row["contract_id"]),
                word(material.customer(row["contract_id"])),
                day(row["week"]),
                word(row["reason"]),
            )
            for row in material.plan.missing_calls.to_dict("records")
        ),
    )


def _gaps(material: Material) -> Table:
    return table(
        "Working days in a row without manager and substitute, beyond the response goal",
        ("Contract", "Customer", "@First day", "@Last day", "#Working days", "#Goal"),
        (
            (
                word(row["contract_id"]),
                word(material.customer(row["contract_id"])),
                day(row["first_day"]),
                day(row["last_day"]),
                number(row["working_days"]),
                number(row["goal_days"]),
            )
            for row in material.plan.response_gaps.to_dict("records")
        ),
    )

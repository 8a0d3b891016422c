"""Hours to be sold and hours to be hired for."""

from collections.abc import Hashable, Iterator, Mapping
from typing import Any

import pandas as pd

from tsam_planner.plan.summary import to_ask
from tsam_planner.report.page.material import Material
from tsam_planner.report.page.parts import Section, Table, day, number, table, word
from tsam_planner.words import counted

_BY = {"zone": "Time zone", "language": "Language", "product": "Product"}


def additional_hours(material: Material) -> Section:
    """Return the section about whom to ask to buy hours, and what stands behind it."""
    rows = material.plan.additional_hours
    asked = rows[rows["status"] == "proposed"]
    under_way = rows[rows["status"].notna() & (rows["status"] != "proposed")]
    watched = rows[rows["grade"] == "watch"]
    sentences = [
        "An offer is a request, never a charge (R46, Q8). Needed beyond the allowance means: "
        "not planned for anybody, as nobody has bought it."
    ]
    if len(watched):
        sentences.append(f"To be watched: {', '.join(watched['contract_id'])}.")
    if len(asked):
        sentences.append(
            "Pages to show to these customers lie in the folder evidence of the plan."
        )
    return Section(
        anchor="additional-hours",
        name="Additional hours",
        title=to_ask(material.plan) or "No customer has to be asked to buy hours now",
        sentences=tuple(sentences),
        tables=tuple(_offers(material, asked, under_way)),
    )


def _offers(material: Material, asked: pd.DataFrame, made: pd.DataFrame) -> Iterator[Table]:
    if asked.empty and made.empty:
        return
    yield table(
        "Offers: to be made, and made already",
        (
            "Contract", "Customer", "Status", "#Hours a week", "@From", "@To", "@Ask by",
            "#Price an hour", "Currency", "Evidence",
        ),
        (
            (
                word(row["contract_id"]),
                word(material.customer(row["contract_id"])),
                word("to be asked" if row["status"] == "proposed" else row["status"]),
                number(row["block_hours_per_week"], "{:g}"),
                day(row["start_week"]),
                day(row["end_date"]),
                day(row["ask_by"]),
                number(row["rate"], "{:,.2f}"),
                word(row["currency"]),
                word(_evidence(row)),
            )
            for row in pd.concat([asked, made]).to_dict("records")
        ),
    )  # fmt: skip


def _evidence(row: Mapping[Hashable, Any]) -> str:
    if row["status"] != "proposed":
        return str(row["evidence"] or "")
    return (
        f"{row['weeks_over']:.0f} of {row['weeks_tested']:.0f} weeks over, "
        f"{row['longest_run']:.0f} in a row; mean {row['mean_hours']:.2f} h"
    )


def sell_or_hire_section(material: Material) -> Section:
    """Return the section about hours to sell against hours to hire for."""
    hours, staffing = material.hours, material.staffing
    sentences = list(hours.summary)
    tables = [_hours(hours.hours)]
    if len(hours.hires):
        tables.append(_hires(hours.hires))
    if staffing is not None:
        sentences += list(staffing.summary)
        tables.append(_staffing(staffing.table))
    elif len(material.unassigned):
        sentences.append(
            "Whom to hire by when was not asked for: `tsam-planner report --hiring` adds it."
        )
    return Section(
        anchor="sell-or-hire",
        name="Sell or hire",
        title=_title(material),
        sentences=tuple(sentences),
        tables=tuple(tables),
    )


def _title(material: Material) -> str:
    whole = material.hours.hours
    [row] = whole[whole["by"] == "all"].to_dict("records")
    sell, hire = float(row["unfunded_hours"]), float(row["unassigned_hours"])
    team = material.staffing.team if material.staffing is not None else None
    people = (
        f": {counted(team.count, 'person', 'people')} to hire" if team and team.count else ""
    )
    if hire > 0 and sell > 0:
        return f"{sell:,.0f} h to sell, {hire:,.0f} h that nobody has room for{people}"
    if hire > 0:
        return f"{hire:,.0f} h that nobody has room for{people}"
    return (
        f"{sell:,.0f} h to sell; nothing to hire for" if sell else "Nothing to sell or hire for"
    )


def _hours(hours: pd.DataFrame) -> Table:
    return table(
        "Hours needed beyond allowances (to sell) and hours without a manager (to hire for); "
        "contracts of several products count under each of them",
        ("By", "Value", "#To sell, h", "#Contracts", "#To hire for, h", "#Contracts"),
        (
            (
                word(_BY[row["by"]]),
                word(row["value"]),
                number(row["unfunded_hours"], "{:,.1f}"),
                number(row["unfunded_contracts"]),
                number(row["unassigned_hours"], "{:,.1f}"),
                number(row["unassigned_contracts"]),
            )
            for row in hours.to_dict("records")
            if row["by"] in _BY
        ),
    )


def _hires(hires: pd.DataFrame) -> Table:
    return table(
        "What one more manager of each profile would change",
        ("Profile", "#Contracts served", "#Hours served", "#Points saved", "Pays for itself"),
        (
            (
                word(row["profile_id"]),
                number(row["contracts_served"]),
                number(row["hours_served"], "{:,.1f}"),
                number(row["points_saved"], "{:,.0f}"),
                word({True: "yes", False: "no"}.get(row["pays_for_itself"], "")),
            )
            for row in hires.to_dict("records")
        ),
    )


def _staffing(staffing: pd.DataFrame) -> Table:
    return table(
        "Whom to hire by when",
        ("Profile", "#People", "@Needed by", "@Hire by", "#Contracts served", "Why"),
        (
            (
                word(row["profile_id"]),
                number(row["hires"]),
                day(row["needed_by"]),
                day(row["hire_by"]),
                number(row["contracts_served"]),
                word(row["reason"]),
            )
            for row in staffing.to_dict("records")
        ),
    )

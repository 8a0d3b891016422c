"""Each customer: owner, substitute, call, and who gives it to whom."""

from collections.abc import Mapping

import pandas as pd

from tsam_planner.plan.stretch_weeks import givers_of, is_forced
from tsam_planner.plan.summary import hand_changes
from tsam_planner.report.page.material import Material
from tsam_planner.report.page.parts import (
    Cell,
    Section,
    Table,
    day,
    number,
    table,
    weekday,
    word,
)
from tsam_planner.words import counted


def customers(material: Material) -> Section:
    """Return the section about contracts, and who has to be told of a change."""
    rows = material.plan.assignments
    moves = rows.assign(giver_id=givers_of(rows))[rows["handover"]]
    tables = [_contracts(material)]
    if len(moves):
        tables.insert(0, _moves(material, moves))
    return Section(
        anchor="customers",
        name="Customers",
        title=_title(material, moves),
        sentences=_sentences(material),
        tables=tuple(tables),
    )


def _title(material: Material, moves: pd.DataFrame) -> str:
    if moves.empty:
        return "No customer changes hands"
    companies = {material.contracts[name].company_id for name in moves["contract_id"]}
    told = counted(len(companies), "company has", "companies have")
    return f"{hand_changes(moves)}; {told} to be told"


def _sentences(material: Material) -> tuple[str, ...]:
    rows = material.assigned
    alone = sorted(set(rows.loc[rows["backup_id"].isna(), "contract_id"]))
    if not alone:
        return ()
    shown = ", ".join(alone[:10]) + (f" and {len(alone) - 10} more" if len(alone) > 10 else "")
    return (f"Without a substitute in some week: {shown}.",)


def _moves(material: Material, moves: pd.DataFrame) -> Table:
    return table(
        "Changes of hands, and why",
        ("Contract", "Customer", "Previous manager", "@From", "New manager", "Kind", "Why"),
        (
            (
                word(row["contract_id"]),
                word(material.customer(row["contract_id"])),
                word(material.manager(row["giver_id"])),
                day(row["from_week"]),
                word(material.manager(row["manager_id"])),
                word("forced" if is_forced(row["reason"]) else "chosen"),
                word(row["reason"]),
            )
            for row in moves.to_dict("records")
        ),
    )


def _contracts(material: Material) -> Table:
    slots = usual_calls(material)
    planned = material.plan.assignments
    planned = planned[planned["status"] != "not_planned"]
    return table(
        "Every contract and who looks after it; a row more for each change of hands",
        (
            "Contract", "Customer", "Offering", "Manager", "Substitute", "@From",
            "Usual call, customer's time", "#Hours a week", "#Cases", "Why this manager",
        ),
        (
            (
                word(row["contract_id"]),
                word(material.customer(row["contract_id"])),
                word(material.contracts[row["contract_id"]].offering.replace("_", " ")),
                _manager(material, row["manager_id"]),
                word(material.manager(row["backup_id"])),
                day(row["from_week"]),
                word(slots.get(row["contract_id"])),
                number(row["hours_a_week"], "{:.1f}"),
                number(row["cases"]),
                word(row["reason"]),
            )
            for row in material.with_loads(planned).to_dict("records")
        ),
    )  # fmt: skip


def _manager(material: Material, manager_id: object) -> Cell:
    name = material.manager(manager_id)
    return word(name) if name else word("nobody", "over")


def usual_calls(material: Material) -> Mapping[str, str]:
    """Return day and local time at which most of a contract's calls are, by contract."""
    calls = material.plan.calls
    if calls.empty:
        return {}
    local = calls["contract_local_start"].astype(str)
    starts = [pd.Timestamp(text) for text in local]
    slots = pd.Series(
        [f"{weekday(start)} {start:%H:%M}" for start in starts], index=calls.index
    )
    most = slots.groupby(calls["contract_id"]).agg(lambda of: of.mode().iloc[0])
    return {str(name): str(slot) for name, slot in most.items()}

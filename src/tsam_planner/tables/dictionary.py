"""The data dictionary: tables and columns as `columns.csv` states them."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files

REQUIRED_TABLES = ("contracts", "managers")
LOGS = ("cases", "timesheets")

_KEYS = {
    "companies": ("company_id",),
    "contracts": ("contract_id",),
    "contacts": ("contract_id", "name"),
    "managers": ("manager_id",),
    "holidays": ("calendar", "date"),
    "assignments": ("contract_id",),
    "pins": ("contract_id", "manager_id"),
    "demand": ("contract_id", "week"),
    "cases": ("case_id",),
    "weekend_sessions": ("contract_id", "date"),
    "prospects": ("contract_id",),
    "profiles": ("profile_id",),
    "offers": ("offer_id", "status"),
    "exchange_rates": ("currency", "into", "date"),
}

UNTOLD = frozenset(
    {
        ("companies", "name"),
        ("contacts", "name"),
        ("contacts", "email"),
        ("managers", "name"),
        ("absences", "kind"),
    }
)
"""Columns whose cells no message repeats: people, and why somebody is away."""


@dataclass(frozen=True, slots=True)
class Column:
    """
    A column of an input table.

    ``default`` is the text that an empty cell stands for, empty where a missing value has
    a meaning of its own; ``minimum`` and ``maximum`` are inclusive; ``references`` names
    the table and column whose values are allowed, ``or_references`` another one.
    """

    table: str
    name: str
    type: str
    is_required: bool
    default: str
    unit: str
    minimum: float | None
    maximum: float | None
    choices: tuple[str, ...]
    references: tuple[str, str] | None
    or_references: tuple[str, str] | None
    rule: str
    description: str

    @property
    def is_untold(self) -> bool:
        """Whether no message repeats what a cell holds."""
        return (self.table, self.name) in UNTOLD


@dataclass(frozen=True, slots=True)
class Table:
    """An input table; no two rows share the values of its ``key`` columns."""

    name: str
    columns: Mapping[str, Column]
    key: tuple[str, ...]

    @property
    def is_log(self) -> bool:
        """Whether the table is a log, whose defects do not stop a plan."""
        return self.name in LOGS

    @property
    def is_required(self) -> bool:
        """Whether no portfolio can do without it."""
        return self.name in REQUIRED_TABLES


@cache
def tables() -> Mapping[str, Table]:
    """
    Return every input table by name.

    Examples
    --------
    >>> tables()["contracts"].columns["priority"].default
    '1'
    >>> "win_probability" in tables()["prospects"].columns
    True
    """
    text = files("tsam_planner.tables").joinpath("columns.csv").read_text("utf-8")
    columns: dict[str, dict[str, Column]] = {}
    for row in csv.DictReader(text.splitlines()):
        column = _column(row)
        columns.setdefault(column.table, {})[column.name] = column
    # A prospect is a contract that may be won.
    inherited = {
        name: replace(column, table="prospects", references=None, or_references=None)
        for name, column in columns["contracts"].items()
    }
    columns["prospects"] = {**inherited, **columns["prospects"]}
    return {
        name: Table(name, by_name, _KEYS.get(name, ())) for name, by_name in columns.items()
    }


def _column(row: Mapping[str, str]) -> Column:
    first, _, other = row["references"].partition(";")
    return Column(
        table=row["table"],
        name=row["column"],
        type=row["type"],
        is_required=row["required"] == "yes",
        default=row["default"],
        unit=row["unit"],
        minimum=float(row["minimum"]) if row["minimum"] else None,
        maximum=float(row["maximum"]) if row["maximum"] else None,
        choices=tuple(row["choices"].split(";")) if row["choices"] else (),
        references=_place(first),
        or_references=_place(other),
        rule=row["rule"],
        description=row["description"],
    )


def _place(text: str) -> tuple[str, str] | None:
    table, _, name = text.partition(".")
    return (table, name) if name else None


def describe_tables() -> str:
    """Return the data dictionary as Markdown, one section per table."""
    parts = [
        "# Data dictionary",
        "",
        "Generated from `tables/columns.csv`; a test holds the two together.",
        "",
        "CSV in UTF-8 with commas, ISO dates, lists joined by `;`, empty cells for what is",
        "not given. Columns in bold are required.",
    ]
    for table in tables().values():
        need = "required" if table.is_required else "optional"
        parts += ["", f"## {table.name} ({need})", ""]
        parts += [
            "| column | type | unit | default | meaning |",
            "|---|---|---|---|---|",
        ]
        parts += [_markdown(column) for column in table.columns.values()]
    return "\n".join(parts) + "\n"


def _markdown(column: Column) -> str:
    name = f"**{column.name}**" if column.is_required else column.name
    kind = " ".join(f"`{choice}`" for choice in column.choices) or column.type
    rule = f" ({column.rule})" if column.rule else ""
    return (
        f"| {name} | {kind} | {column.unit} | {column.default} | {column.description}{rule} |"
    )

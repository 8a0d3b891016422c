"""A mapping on top of a preset: entries meet by their name and merge key by key."""

from collections.abc import Iterator, Mapping
from typing import Any

from tsam_planner.intake.mapping_keys import entry_name
from tsam_planner.tables.dictionary import tables


def extend(base: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """Return a preset as a mapping of one's own changes it."""
    entries = {entry_name(entry, 0): entry for entry in base["table"]}
    own_entries = own.get("table", [])
    if not isinstance(own_entries, list):
        # Left for the validation to complain about, as are entries that are no tables.
        return {**base, **own}
    for position, entry in enumerate(own_entries):
        name = entry_name(entry, position)
        entries[name] = _changed(entries[name], entry) if name in entries else entry
    return {**_merged(base, own), "table": list(entries.values())}


def _changed(base: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    entry = _merged(base, own)
    if "recognized_by" not in own:
        entry["recognized_by"] = list(_signs(base, own))
    # A constant takes the place of the preset's source column, and the other way round.
    for key, other in (("constants", "columns"), ("columns", "constants")):
        named, kept = _part(own, key), _part(own, other)
        if isinstance(entry.get(other), dict):
            entry[other] = {
                name: item
                for name, item in entry[other].items()
                if name not in named or name in kept
            }
    return entry


def _merged(base: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """Merge key by key; words of ``values`` are replaced column by column."""
    result = dict(base)
    for key, value in own.items():
        is_part = isinstance(value, dict)
        result[key] = {**_part(base, key), **value} if is_part else value
    return result


def _part(entry: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    part = entry.get(key)
    return part if isinstance(part, dict) else {}


def _signs(base: Mapping[str, Any], own: Mapping[str, Any]) -> Iterator[object]:
    """
    Yield what an entry recognizes its exports by, once it has sources of its own.

    Another source of a column that the preset recognizes exports by takes its place. Where
    ids come from another source, columns that may be missing are no signs either.
    """
    columns, constants = _part(own, "columns"), _part(own, "constants")
    has_own_ids = any(name in columns for name in tables()[base["target"]].key)
    for sign in base.get("recognized_by", ()):
        name = _column_of(base, sign)
        if columns.get(name):
            yield _listed(columns[name])
        elif name in columns or name in constants:
            continue
        elif not (has_own_ids and name in base.get("optional", ())):
            yield sign


def _column_of(base: Mapping[str, Any], sign: object) -> str:
    """Return the target column that a sign is a source of."""
    names = set(_listed(sign))
    sources = base["columns"].items()
    return next((column for column, found in sources if names & set(_listed(found))), "")


def _listed(names: object) -> list[str]:
    return names if isinstance(names, list) else [str(names)]

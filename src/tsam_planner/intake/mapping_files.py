"""Mappings from TOML files and presets, with every problem of the file at once."""

import tomllib
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from importlib.resources import files
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from tsam_planner.errors import IntakeError, Problem
from tsam_planner.intake.mapping import Confirmed, ImportMapping, TableMapping
from tsam_planner.io.sources import problem


def preset_names() -> tuple[str, ...]:
    """Return the names of the mappings that come with the package."""
    folder = files("tsam_planner.intake").joinpath("presets")
    names = (item.name for item in folder.iterdir())
    return tuple(sorted(name[:-5] for name in names if name.endswith(".toml")))


def read_mapping(source: Path | str) -> ImportMapping:
    """
    Read a mapping.

    Parameters
    ----------
    source
        A TOML file, or the name of a preset such as ``salesforce``.

    Raises
    ------
    IntakeError
        When there is none, it is no TOML, or keys are unknown or values impossible.
    """
    path = Path(source)
    if str(source) in preset_names() and not path.is_file():
        return _validated(_preset(str(source)), f"preset {source}")
    return _validated(_extended(_own(path), path.name), path.name)


def _own(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        remedy = f"name a TOML file or one of {', '.join(preset_names())}"
        raise _unreadable(path.name, "there is no such mapping", remedy) from None
    except UnicodeDecodeError as error:
        found = f"byte {error.start} is not UTF-8"
        raise _unreadable(path.name, found, "save the mapping as UTF-8") from error
    except (OSError, ValueError, RecursionError) as error:
        raise _unreadable(path.name, f"no TOML: {error}", "correct the mapping") from error


def _unreadable(name: str, found: str, remedy: str) -> IntakeError:
    return IntakeError([problem(name, found, remedy)])


def _preset(name: str) -> dict[str, Any]:
    text = files("tsam_planner.intake").joinpath("presets", f"{name}.toml")
    return tomllib.loads(text.read_text("utf-8"))


def _extended(own: dict[str, Any], file: str) -> dict[str, Any]:
    """Put a mapping on top of the preset that it extends; entries meet by their name."""
    base_name = own.pop("extends", None)
    if base_name is None:
        return own
    if base_name not in preset_names():
        found = f"extends '{base_name}', which is no preset"
        raise _unreadable(file, found, f"known: {', '.join(preset_names())}")
    base = _preset(base_name)
    own_tables, base_tables = own.pop("table", []), base.pop("table")
    entries = {_name(entry): entry for entry in base_tables}
    for position, entry in enumerate(own_tables):
        # What is no table, or has no name, is left for the validation to complain about.
        name = _name(entry) if isinstance(entry, dict) else str(position)
        entries[name] = _merged(entries[name], entry) if name in entries else entry
    return {**_merged(base, own), "table": list(entries.values())}


def _name(entry: Mapping[str, Any]) -> str:
    return str(entry.get("name") or entry.get("target"))


def _merged(base: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """Merge key by key; words of ``values`` are replaced column by column."""
    result = dict(base)
    for key, value in own.items():
        before = result.get(key)
        if isinstance(before, dict) and isinstance(value, dict):
            value = {**before, **value}
        result[key] = value
    # A constant takes the place of the preset's source column, and the other way round.
    for key, other in (("constants", "columns"), ("columns", "constants")):
        named = own.get(key)
        if isinstance(named, dict) and isinstance(base.get(other), dict):
            kept = own.get(other, {})
            result[other] = {
                name: item
                for name, item in result[other].items()
                if name not in named or name in kept
            }
    return result


def _validated(values: Mapping[str, Any], file: str) -> ImportMapping:
    try:
        return ImportMapping.from_source(values, file)
    except ValidationError as error:
        problems = [
            _problem(file, values, item["loc"], item["type"], item["msg"])
            for item in error.errors(include_url=False, include_input=False)
        ]
        raise IntakeError(problems) from None


def _problem(
    file: str, values: Mapping[str, Any], place: tuple[int | str, ...], kind: str, message: str
) -> Problem:
    """Name the place as the mapping's author knows it: ``cases.date_format``."""
    parts = list(place)
    model: type[BaseModel] = ImportMapping
    if parts[0] == "table" and len(parts) > 1 and isinstance(parts[1], int):
        entry = values["table"][parts[1]]
        name = _name(entry) if isinstance(entry, dict) else ""
        parts = [name if name not in ("", "None") else f"table {parts[1] + 1}", *parts[2:]]
        model = TableMapping
    elif parts[0] == "confirmed":
        model = Confirmed
    column = ".".join(str(part) for part in parts)
    if kind == "extra_forbidden":
        remedy = nearest(str(parts[-1]), model.model_fields)
        return problem(file, "unknown key", remedy, column=column)
    found = message.removeprefix("Value error, ")
    for theirs, ours in (("valid tuple", "list"), ("valid dictionary", "table of the mapping")):
        found = found.replace(theirs, ours)
    return problem(file, found[0].lower() + found[1:], "correct the value", column=column)


def nearest(name: str, known: Iterable[str]) -> str:
    """Return a remedy: the name that was probably meant, or all there are."""
    names = list(known)
    lowered = {item.lower(): item for item in names}
    close = get_close_matches(name.lower(), lowered, n=1)
    if close:
        return f"did you mean '{lowered[close[0]]}'?"
    shown = ", ".join(names[:12]) + (" …" if len(names) > 12 else "")
    return f"known: {shown}" if names else "remove it"

"""Mappings from TOML files and presets, with every problem of the file at once."""

from collections.abc import Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from tsam_planner.errors import IntakeError, Problem
from tsam_planner.intake.mapping import ImportMapping
from tsam_planner.intake.mapping_keys import correct_keys, entry_name
from tsam_planner.intake.preset_entries import extend
from tsam_planner.io.sources import problem
from tsam_planner.service.toml_files import parse_toml


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
    mapping, problems = survey_mapping(source)
    if mapping is None or problems:
        raise IntakeError(problems)
    return mapping


def survey_mapping(source: Path | str) -> tuple[ImportMapping | None, list[Problem]]:
    """
    Read a mapping as far as possible, so that the exports can be asked in spite of a slip.

    A misspelt key counts as the one that was probably meant, a wrong value as not given.

    Returns
    -------
    ImportMapping or None, list of Problem
        None where nothing can be made of it; what is wrong with keys and values.

    Raises
    ------
    IntakeError
        When there is none, it is no TOML, or it extends no preset.
    """
    path = Path(source)
    if str(source) in preset_names() and not path.is_file():
        return _validated(_preset(str(source)), f"preset {source}")
    own, problems = correct_keys(_own(path), path.name)
    mapping, others = _validated(_extended(own, path.name), path.name)
    return mapping, problems + others


def _own(path: Path) -> dict[str, Any]:
    try:
        return parse_toml(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        remedy = f"name a TOML file or one of {', '.join(preset_names())}"
        raise _unreadable(path.name, "there is no such mapping", remedy) from None
    except UnicodeDecodeError as error:
        found = f"byte {error.start} is not UTF-8"
        raise _unreadable(path.name, found, "save the mapping as UTF-8") from error
    except (OSError, ValueError) as error:
        raise _unreadable(path.name, f"no TOML: {error}", "correct the mapping") from error


def _unreadable(name: str, found: str, remedy: str) -> IntakeError:
    return IntakeError([problem(name, found, remedy)])


def _preset(name: str) -> dict[str, Any]:
    text = files("tsam_planner.intake").joinpath("presets", f"{name}.toml")
    return parse_toml(text.read_text("utf-8"))


def _extended(own: dict[str, Any], file: str) -> dict[str, Any]:
    """Put a mapping on top of the preset that it extends; entries meet by their name."""
    base_name = own.pop("extends", None)
    if base_name is None:
        return own
    if base_name not in preset_names():
        found = f"extends '{base_name}', which is no preset"
        raise _unreadable(file, found, f"known: {', '.join(preset_names())}")
    return extend(_preset(base_name), own)


def _validated(values: dict[str, Any], file: str) -> tuple[ImportMapping | None, list[Problem]]:
    try:
        return ImportMapping.from_source(values, file), []
    except ValidationError as error:
        items = error.errors(include_url=False, include_input=False)
    problems = [_problem(file, values, item["loc"], item["msg"]) for item in items]
    if any(item["type"] == "missing" for item in items):
        return None, problems
    for place in {_deepest(values, item["loc"]) for item in items}:
        values = _without(values, place)
    mapping, others = _validated(values, file)
    return mapping, problems + others


def _deepest(values: object, place: Sequence[int | str]) -> tuple[int | str, ...]:
    """Return the place as far as keys lead; pydantic goes on into lists and alternatives."""
    reached: tuple[int | str, ...] = ()
    for position, part in enumerate(place, start=1):
        if isinstance(values, dict) and part in values:
            values, reached = values[part], tuple(place[:position])
        elif isinstance(values, list) and isinstance(part, int):
            values = values[part]
        else:
            break
    return reached


def _without(values: Any, place: Sequence[int | str]) -> Any:  # noqa: ANN401 - any TOML
    """Return a copy that lacks the value at a place."""
    part, *rest = place
    result = values.copy()
    if rest:
        result[part] = _without(values[part], rest)
    else:
        result.pop(part, None)
    return result


def _problem(
    file: str, values: Mapping[str, Any], place: tuple[int | str, ...], message: str
) -> Problem:
    """Name the place as the mapping's author knows it: ``cases.date_format``."""
    parts = list(place)
    if parts[0] == "table" and len(parts) > 1 and isinstance(parts[1], int):
        parts = [entry_name(values["table"][parts[1]], parts[1]), *parts[2:]]
    found = message.removeprefix("Value error, ")
    for theirs, ours in (("valid tuple", "list"), ("valid dictionary", "table of the mapping")):
        found = found.replace(theirs, ours)
    column = ".".join(str(part) for part in parts)
    return problem(file, found[0].lower() + found[1:], "correct the value", column=column)

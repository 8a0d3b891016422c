"""``policy.toml``: read with every problem at once, or written as a template."""

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from tsam_planner.errors import PortfolioError, Problem
from tsam_planner.service.basis import Basis, Section
from tsam_planner.service.policy import Policy
from tsam_planner.service.toml_files import parse_toml
from tsam_planner.words import closest


def read_policy(path: Path | str) -> Policy:
    """
    Read a policy; keys that are not given keep their defaults.

    Raises
    ------
    PortfolioError
        When the file is missing or no TOML, or keys are unknown or values impossible;
        every problem is listed with its line.
    """
    path = Path(path)
    try:
        text = path.read_text(encoding="utf-8-sig")
        values = parse_toml(text)
    except FileNotFoundError:
        raise _unreadable(path, "the file does not exist", "check its name") from None
    except UnicodeDecodeError as error:
        found = f"byte {error.start} is not UTF-8"
        raise _unreadable(path, found, "save the file as UTF-8") from error
    except (OSError, ValueError) as error:
        raise _unreadable(path, f"no TOML: {error}", "correct the file") from error
    try:
        return Policy.model_validate(_with_times(values))
    except ValidationError as error:
        lines = text.splitlines()
        problems = [
            _problem(path, lines, item["loc"], item["type"], item["msg"])
            for item in error.errors(include_url=False, include_input=False)
        ]
        raise PortfolioError(problems, str(path)) from None


def policy_template() -> str:
    """Return a ``policy.toml`` that names every key with its default, commented out."""
    lines = [
        "# Numbers and readings of the rules. Remove the leading '#' of a line to change it.",
        "",
    ]
    lines += _template_lines(Policy())
    for name in Policy.model_fields:
        section = getattr(Policy(), name)
        if isinstance(section, Section):
            doc = (type(section).__doc__ or "").strip().splitlines()[0]
            lines += ["", f"# {doc}", f"#[{name}]", *_template_lines(section)]
    return "\n".join(lines) + "\n"


def _unreadable(path: Path, found: str, remedy: str) -> PortfolioError:
    problem = Problem(file=path.name, row=0, column="", rule="", found=found, remedy=remedy)
    return PortfolioError([problem], str(path))


def _with_times(values: Mapping[str, Any]) -> dict[str, Any]:
    """Accept both of TOML's ways to write a time, 09:00:00 and "09:00"."""
    return {
        key: value.isoformat() if isinstance(value, dt.time) else value
        for key, value in values.items()
    }


def _problem(
    path: Path, lines: list[str], place: tuple[int | str, ...], kind: str, message: str
) -> Problem:
    names = [str(part) for part in place]
    known = _keys_beside(names)
    basis = _basis_of(names)
    if kind == "extra_forbidden":
        close = closest(names[-1], known)
        remedy = f"did you mean '{close}'?" if close else f"known: {', '.join(known)}"
        found = "unknown key"
    else:
        found = message[0].lower() + message[1:]
        remedy = f"it means: {basis.meaning}" if basis else "correct the value"
    return Problem(
        file=path.name,
        row=_line_of(lines, names),
        column=".".join(names),
        rule=basis.rules if basis else "",
        found=found,
        remedy=remedy,
    )


def _keys_beside(names: list[str]) -> list[str]:
    section: type[Section] = Policy
    for name in names[:-1]:
        default = section.model_fields[name].default if name in section.model_fields else None
        if isinstance(default, Section):
            section = type(default)
    return list(section.model_fields)


def _basis_of(names: list[str]) -> Basis | None:
    section: type[Section] = Policy
    for name in names:
        field = section.model_fields.get(name)
        if field is None:
            return None
        for item in field.metadata:
            if isinstance(item, Basis):
                return item
        if isinstance(field.default, Section):
            section = type(field.default)
    return None


def _line_of(lines: list[str], names: list[str]) -> int:
    """Return the line of a key, 0 when it cannot be told; tables come one after another."""
    table = ""
    for number, line in enumerate(lines, start=1):
        header = re.match(r"\s*\[([^\]]+)\]", line)
        if header:
            table = header[1].strip()
        key = re.match(r"\s*\"?([A-Za-z0-9_.-]+)\"?\s*=", line)
        if key and [part for part in (table, key[1]) if part] == names[:2][: 1 + bool(table)]:
            return number
    return 0


def _template_lines(section: Section) -> Iterator[str]:
    for name, field in type(section).model_fields.items():
        basis = next((item for item in field.metadata if isinstance(item, Basis)), None)
        if basis is None:
            continue
        unit = f" [{basis.unit}]" if basis.unit else ""
        yield f"# {basis.meaning}{unit} ({basis.rules}, {basis.kind})"
        value = getattr(section, name)
        yield f"#{name} = " + (f"{basis.example}  # not set" if value is None else _toml(value))


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dt.time):
        return f'"{value:%H:%M}"'
    if isinstance(value, str):
        return f'"{value}"'
    if isinstance(value, tuple):
        return f"[{', '.join(_toml(item) for item in value)}]"
    return repr(value)

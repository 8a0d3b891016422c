"""Keys of a mapping: unknown ones are problems, and count as those that were meant."""

from collections.abc import Iterable, Mapping
from typing import Any

from tsam_planner.errors import Problem
from tsam_planner.intake.mapping import Confirmed, ImportMapping, TableMapping
from tsam_planner.io.sources import did_you_mean, problem
from tsam_planner.words import closest


def correct_keys(own: Mapping[str, Any], file: str) -> tuple[dict[str, Any], list[Problem]]:
    """Return a mapping whose keys are all known, and a problem for each that was not."""
    problems: list[Problem] = []

    def correct(part: Mapping[str, Any], known: Iterable[str], place: str) -> dict[str, Any]:
        names = list(known)
        result = {name: value for name, value in part.items() if name in names}
        for name in part:
            if name not in names:
                remedy = nearest(name, names)
                column = f"{place}{name}"
                problems.append(problem(file, "unknown key", remedy, column=column))
                meant = closest(name.lower(), names)
                if meant:
                    result.setdefault(meant, part[name])
        return result

    whole = correct(own, [*ImportMapping.model_fields, "extends"], "")
    if isinstance(whole.get("table"), list):
        whole["table"] = [
            correct(entry, TableMapping.model_fields, f"{entry_name(entry, position)}.")
            if isinstance(entry, dict)
            else entry
            for position, entry in enumerate(whole["table"])
        ]
    if isinstance(whole.get("confirmed"), dict):
        whole["confirmed"] = correct(whole["confirmed"], Confirmed.model_fields, "confirmed.")
    return whole, problems


def entry_name(entry: object, position: int) -> str:
    """Return what an entry is called: its name, else its target, else its number."""
    name = (entry.get("name") or entry.get("target")) if isinstance(entry, dict) else None
    return str(name or f"table {position + 1}")


def nearest(name: str, known: Iterable[str]) -> str:
    """Return a remedy: the name that was probably meant, or all there are."""
    names = list(known)
    shown = ", ".join(names[:12]) + (" …" if len(names) > 12 else "")
    return did_you_mean(name, names, f"known: {shown}" if names else "remove it")

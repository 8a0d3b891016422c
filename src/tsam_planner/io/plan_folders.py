"""The folder of a plan: what of it is the plan's, and what is somebody's."""

import json
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tsam_planner.errors import PlanFileError
from tsam_planner.io.folders import check_replaceable
from tsam_planner.io.json_text import parse_json

PLAN_FILE = "plan.json"
ASSIGNMENTS_FILE = "assignments.csv"
RUN_FILE = "run.json"
DECISIONS_FILE = "decisions.csv"


def check_plan_folder(folder: Path | str) -> None:
    """
    Refuse a folder that a plan must not be written to, before there is one.

    Raises
    ------
    PlanFileError
        When it is a file, or holds something else than a plan, or does not say what of it
        is the plan's and what is somebody's.
    """
    target = Path(folder)
    check_replaceable(target, PLAN_FILE)
    if (target / PLAN_FILE).is_file() and listed_in(target) is None:
        message = (
            f"{target / RUN_FILE} does not say which files are of the plan: nobody knows what "
            f"else the folder holds; choose another output folder or remove this one"
        )
        raise PlanFileError(message)


def carry_others(folder: Path, place: Path) -> None:
    """
    Copy what a plan's folder holds and no plan wrote to another place, links as such.

    What stands at the place already is not touched.
    """
    for source in _of_others(folder):
        target = place / source.relative_to(folder)
        if target.exists():
            continue
        make_room(target)
        try:
            shutil.copy2(source, target, follow_symlinks=False)
        except FileNotFoundError:
            # Somebody has taken it away, or replaced the folder, in the meantime.
            continue


def _of_others(folder: Path) -> list[Path]:
    while (folder / PLAN_FILE).is_file():
        ours = listed_in(folder)
        listed = {*(ours or ()), RUN_FILE} - {DECISIONS_FILE}
        found = [
            path
            for path in sorted(folder.rglob("*"))
            if (path.is_symlink() or not path.is_dir())
            and path.relative_to(folder).as_posix() not in listed
        ]
        # Another process may have replaced the folder in between: look at it anew then.
        if listed_in(folder) == ours:
            return found
    return []


def listed_in(folder: Path) -> Sequence[str] | None:
    """Return the files that a plan's folder says are of the plan, if it does."""
    try:
        files = read_run(folder).get("files")
    except PlanFileError:
        return None
    is_list = isinstance(files, list) and all(isinstance(name, str) for name in files)
    return files if is_list else None


def read_run(folder: Path) -> dict[str, Any]:
    """Return what a folder says of the run that made its plan; nothing where it does not."""
    path = folder / RUN_FILE
    return read_json(path) if path.is_file() else {}


def read_json(path: Path) -> dict[str, Any]:
    """
    Return a file's document.

    Raises
    ------
    PlanFileError
        When the file cannot be read, or is no JSON.
    """
    try:
        document = parse_json(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        message = f"{path} cannot be read: {error}"
        raise PlanFileError(message) from error
    return document if isinstance(document, dict) else {}


def as_json(document: Mapping[str, Any]) -> bytes:
    """Return a document as JSON in UTF-8."""
    text = json.dumps(document, ensure_ascii=False, indent=1, allow_nan=False)
    return f"{text}\n".encode()


def make_room(path: Path) -> Path:
    """Make the folder of a file; return the file's path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    return path

"""
Both ends of every range of pyproject.toml, on every Python that is supported.

``python tools/ends.py`` makes an environment for each Python and each end, from wheels only:
``oldest`` holds the lowest version that a range of pyproject.toml allows and that exists for
this Python, ``newest`` the highest. What these need in turn is always the newest that fits,
as with any installation. In each environment,

* every module is imported, where a warning is an error;
* the quick tests run: docstrings, units and rules;
* the installed wheel, from an empty folder, says its help, writes a template and plans
  ``data/sample``.

A Python that is not installed is left out, and said. ``uv`` has to be installed. Versions
and what was said stand in ``build/ends``; the command fails if anything did.
"""

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
PLACE = ROOT / "build" / "ends"
RESOLUTIONS = {"oldest": "lowest-direct", "newest": "highest"}
TESTS = ("src", "tests/unit", "tests/rules")
# Old releases call what newer releases of their own dependencies deprecate: not our calls.
FORGIVEN = {"oldest": ("ignore::DeprecationWarning",), "newest": ()}
IMPORT_ALL = """
import importlib, pkgutil, tsam_planner
for module in pkgutil.walk_packages(tsam_planner.__path__, "tsam_planner."):
    if not module.name.endswith("__main__"):
        importlib.import_module(module.name)
"""


class StepError(Exception):
    """A step of an environment that failed, with what it said."""


def main() -> int:
    """Run what was asked for; the code to exit with."""
    arguments = _arguments()
    # Started in the background, Ctrl-C would be ignored here and in the tests of it.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    PLACE.mkdir(parents=True, exist_ok=True)
    _run(["uv", "build", "--quiet", "--wheel", "--out-dir", str(PLACE), str(ROOT)])
    failures = 0
    for python in arguments.python:
        if not _is_installed(python):
            print(f"{python}: left out, not installed", flush=True)
            continue
        for end in arguments.end:
            failures += not _try(python, end)
    return 1 if failures else 0


def supported_pythons() -> list[str]:
    """Return the Pythons that pyproject.toml names, as ``3.11``."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    names = [name.rpartition(" :: ")[2] for name in project["classifiers"] if "Python" in name]
    return [name for name in names if name[0].isdigit()]


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--python", nargs="+", default=supported_pythons())
    parser.add_argument("--end", nargs="+", default=list(RESOLUTIONS), choices=RESOLUTIONS)
    return parser.parse_args()


def _is_installed(python: str) -> bool:
    found = ["uv", "python", "find", "--no-python-downloads", python]
    return subprocess.run(found, capture_output=True, check=False).returncode == 0


def _try(python: str, end: str) -> bool:
    """Say in a line per step how it ended; whether all went well."""
    for name, said in _steps(python, end):
        print(f"{python} {end}: {name}: {said}", flush=True)
        if said.startswith("FAILED"):
            return False
    return True


def _steps(python: str, end: str) -> Iterator[tuple[str, str]]:
    """Give the steps' names with the last line of what they said."""
    folder = PLACE / f"{python}-{end}"
    forgiven = [part for text in FORGIVEN[end] for part in ("-W", text)]
    own_python, planner = (str(folder / "bin" / name) for name in ("python", "tsam-planner"))
    sample = [str(ROOT / "data" / "sample"), "--quarter", "2027Q1", "--time-limit", "10"]
    with tempfile.TemporaryDirectory(prefix="ends-") as elsewhere:
        check = [own_python, "-W", "error", *forgiven, "-c", IMPORT_ALL]
        pytest = [own_python, "-m", "pytest", "-q", "-n", "2", *forgiven, *TESTS]
        yield "install", _said(folder, "install", *_installation(python, end, folder))
        yield "import", _said(folder, "import", check, at=elsewhere)
        yield "tests", _said(folder, "tests", pytest)
        yield "help", _said(folder, "help", [planner, "plan", "--help"], at=elsewhere)
        yield "new", _said(folder, "new", [planner, "new", "empty"], at=elsewhere)
        yield (
            "plan",
            _said(folder, "plan", [planner, "plan", *sample, "--out", "plan"], at=elsewhere),
        )


def _installation(python: str, end: str, folder: Path) -> list[list[str]]:
    """Return the commands that make an environment; nothing is compiled."""
    wheel = str(next(PLACE.glob("tsam_planner-*.whl")))
    install = ["uv", "pip", "install", "--quiet", "--only-binary", ":all:"]
    ranges = ["pyproject.toml", "--extra", "test", "--resolution", RESOLUTIONS[end]]
    here = ["--python", str(folder)]
    return [
        [
            "uv",
            "venv",
            "--quiet",
            "--clear",
            "--no-python-downloads",
            "-p",
            python,
            str(folder),
        ],
        [*install, *here, "--requirements", *ranges],
        [*install, *here, "--no-deps", "--reinstall", wheel],
        ["uv", "pip", "freeze", "--quiet", *here],
    ]


def _said(folder: Path, step: str, *commands: list[str], at: str | Path = ROOT) -> str:
    """Run commands, keep what they said beside the folder, and return the last line of it."""
    kept = folder.with_name(f"{folder.name}.{step}.txt")
    try:
        said, ending = "".join(_run(command, at=at) for command in commands), ""
    except StepError as error:
        said, ending = str(error), f"FAILED, see {kept.relative_to(ROOT)}"
    kept.write_text(said, encoding="utf-8")
    # What was installed is a list: its last line tells nothing of its own.
    lines = said.strip().splitlines() if step != "install" else []
    return ending or (lines[-1] if lines else "done")


def _run(command: list[str], at: str | Path = ROOT) -> str:
    # An environment that is active outside is not the one that is meant.
    variables = {key: value for key, value in os.environ.items() if key != "VIRTUAL_ENV"}
    done = subprocess.run(
        command, cwd=at, env=variables, text=True, capture_output=True, check=False
    )
    if done.returncode:
        said = f"{done.stdout}{done.stderr}ended with {done.returncode}"
        raise StepError(said)
    return done.stdout


if __name__ == "__main__":
    sys.exit(main())

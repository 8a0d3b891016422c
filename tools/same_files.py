"""
The same files from every Python that is supported, byte for byte.

``python tools/same_files.py`` makes an environment for each Python, with the dependencies of
the running one, and lets each of them, in another time zone and with another seed of hashes,
plan, forecast, report, estimate revenue and explain the sample, one worker each. What they
write and say is compared with the first one's; ``run.json`` tells versions and times, and is
left out. A Python that is not installed, or for which these versions do not exist, is left
out, and said. ``uv`` has to be installed. The files stand in ``build/same``.
"""

import os
import shutil
import subprocess
import sys
from importlib.metadata import distributions
from pathlib import Path

ROOT = Path(__file__).parents[1]
PLACE = ROOT / "build" / "same"
SAMPLE = ROOT / "data" / "sample"
PYTHONS = ("3.11", "3.12", "3.13")
PLACES = (
    {"TZ": "UTC", "PYTHONHASHSEED": "0", "LC_ALL": "C.UTF-8"},
    {"TZ": "Pacific/Auckland", "PYTHONHASHSEED": "7", "LC_ALL": "C"},
    {"TZ": "America/St_Johns", "PYTHONHASHSEED": "99", "LC_ALL": "en_US.UTF-8"},
)
# Stopped by the gap, not by time. Folders are named as seen from where the command runs.
COMMANDS = (
    "plan {sample} --quarter 2027Q1 --out plan --workers 1 --time-limit 1000 --quiet",
    "plan {sample} --quarter 2027Q2 --out shut --workers 1 --time-limit 1000 --pseudonymous",
    "forecast {sample} --quarter 2027Q1 --out forecast",
    "report {sample} plan --out report.html",
    "report {sample} plan --out council.html --view works-council",
    "revenue {sample} plan --out revenue",
    "explain {sample} plan C-002",
    "verify {sample} plan",
    "compare plan shut",
    "new template",
    "new template.xlsx",
)


def main() -> int:
    """Compare; the code to exit with."""
    PLACE.mkdir(parents=True, exist_ok=True)
    constraints = PLACE / "versions.txt"
    versions = sorted(f"{item.name}=={item.version}" for item in distributions())
    kept = [line for line in versions if not line.startswith("tsam")]
    constraints.write_text("\n".join(kept), encoding="utf-8")
    made = [
        written
        for python, place in zip(PYTHONS, PLACES, strict=True)
        if (written := _write(python, place, constraints))
    ]
    if len(made) < 2:
        print("nothing was compared: two Pythons are needed", flush=True)
        return 2
    return 1 if sum(_differences(made[0], other) for other in made[1:]) else 0


def _write(python: str, place: dict[str, str], constraints: Path) -> Path | None:
    """Let one Python write its files; return the folder."""
    folder, environment = PLACE / python, PLACE / f"{python}-environment"
    install = ["uv", "pip", "install", "--quiet", "--python", str(environment)]
    try:
        _run(["uv", "venv", "--quiet", "--clear", "-p", python, str(environment)], ROOT, {})
        _run([*install, "-c", str(constraints), "--reinstall", str(ROOT)], ROOT, {})
    except subprocess.CalledProcessError as error:
        print(f"{python}: left out: {error.stderr.strip().splitlines()[-1]}", flush=True)
        return None
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    planner = str(environment / "bin" / "tsam-planner")
    for number, command in enumerate(COMMANDS):
        words = command.format(sample=SAMPLE).split()
        said = _run([planner, *words], folder, place)
        (folder / f"{number:02}-{words[0]}.txt").write_text(said, encoding="utf-8")
    print(f"{python}: {len(_files(folder))} files, at {place}", flush=True)
    return folder


def _run(command: list[str], at: Path, place: dict[str, str]) -> str:
    variables = {key: value for key, value in os.environ.items() if key != "VIRTUAL_ENV"}
    done = subprocess.run(
        command, cwd=at, env=variables | place, check=True, capture_output=True, text=True
    )
    return done.stdout


def _files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != "run.json"
    }


def _differences(one: Path, other: Path) -> bool:
    """Say what is not the same in two folders; whether anything is."""
    first, second = _files(one), _files(other)
    names = sorted(
        name for name in first.keys() | second.keys() if first.get(name) != second.get(name)
    )
    said = ", ".join(names) or "every byte is the same"
    print(f"{one.name} and {other.name}: {said}", flush=True)
    return bool(names)


if __name__ == "__main__":
    sys.exit(main())

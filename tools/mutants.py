"""
Mutation testing, by mutmut: which changes of the code no test would notice.

``python tools/mutants.py verify`` copies the project to ``build/mutants/verify``, lets mutmut
change one thing at a time in the functions of that part, and counts: changes that mypy
refuses, changes that fail one of the part's own quick tests, and survivors, whose diffs are
written to ``survivors.diff`` there. Without a name every part is taken. With ``--again``
nothing but earlier survivors and changed functions is tried, against the tests of today; with
``--only`` some mutants beside those that were tried before.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
PLACE = ROOT / "build" / "mutants"
# The copies of a function stand beside each other: what each declares is no redefinition.
CHECKER = (
    *("mypy", "--output", "json"),
    *("--disable-error-code", "unused-ignore", "--disable-error-code", "no-redef"),
)
SETTINGS = """\
[mutmut]
source_paths = src
timeout_multiplier = 6.0
timeout_constant = 3.0
"""
# What `mutmut show` says, without a process for each.
SHOW = """
import sys
from mutmut.__main__ import get_diff_for_mutant
for name in sys.argv[1:]:
    print("#", name, get_diff_for_mutant(name), sep="\\n")
"""
OUTCOMES = {0: "survived", 1: "killed", 3: "killed", 33: "untested", 37: "refused"}
SURVIVORS = ("survived", "untested")


@dataclass(frozen=True)
class Part:
    """Files whose functions are changed, and the tests that hold them, quick ones only."""

    files: tuple[str, ...]
    tests: tuple[str, ...]


PARTS = {
    "verify": Part(
        ("verify/*",),
        (
            "tests/unit/verify",
            "tests/rules/test_hard_rules.py",
            "tests/rules/test_calls_made_by_hand.py",
            "tests/rules/test_books_over_stretches.py",
            "tests/rules/test_a_plan_that_holds.py::test_the_checker_finds_books_that_do_not_hold",
            "tests/unit/studies/test_broken_plans.py",
        ),
    ),
    "calendars": Part(("calendars/*",), ("tests/unit/calendars",)),
    "overage": Part(("finance/overage.py",), ("tests/unit/finance/test_overage.py",)),
    "revenue": Part(
        ("finance/readings.py", "finance/revenue.py", "finance/revenue_rows.py"),
        (
            "tests/unit/finance/test_readings.py",
            "tests/unit/finance/test_revenue_by_hand.py",
            "tests/unit/finance/test_revenue_rows.py",
            "tests/unit/finance/test_recommendations.py",
        ),
    ),
    "model": Part(
        ("model/*",),
        (
            "tests/rules/test_small_cases.py",
            "tests/rules/test_books_over_stretches.py",
            "tests/rules/test_hand_over_inside_the_quarter.py",
            "tests/rules/test_handover_hours.py",
            "tests/rules/test_substitutes.py",
            "tests/rules/test_cover.py",
            "tests/rules/test_weekly_calls.py",
            "tests/rules/test_sales.py::test_points_come_before_any_margin",
        ),
    ),
}


def main() -> None:
    """Run what was asked for, and print a line for each part."""
    arguments = _arguments()
    for name in arguments.part or PARTS:
        folder = PLACE / name
        if arguments.again:
            _forget_survivors(folder)
        elif not arguments.only:
            shutil.rmtree(folder, ignore_errors=True)
        _copy(folder)
        _configure(folder, PARTS[name])
        _mutate(folder, arguments.workers, arguments.only)
        _report(name, folder)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0].strip())
    parser.add_argument("part", nargs="*", help=", ".join(PARTS))
    parser.add_argument("--again", action="store_true", help="earlier survivors only")
    parser.add_argument(
        "--only", default="", help="mutants such as 'tsam_planner.model.rows.*'"
    )
    parser.add_argument("--workers", type=int, default=1)
    arguments = parser.parse_args()
    unknown = set(arguments.part) - set(PARTS)
    if unknown:
        parser.error(f"no part {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}")
    return arguments


def _copy(folder: Path) -> None:
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listed, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    for name in filter(None, names.split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)


def _configure(folder: Path, part: Part) -> None:
    tests = [test for test in part.tests if (folder / test.partition("::")[0]).exists()]
    files = [f"src/tsam_planner/{name}" for name in part.files]
    packages = sorted({name.removesuffix("/*") for name in files})
    lists = {
        "only_mutate": files,
        "also_copy": ["README.md", "data", "benchmarks", "tools", "docs"],
        "pytest_add_cli_args": ["-p", "no:xdist", "-p", "no:cacheprovider"],
        "pytest_add_cli_args_test_selection": tests,
        "type_check_command": [*CHECKER, *packages],
    }
    lines = ("\n    ".join((f"{key} =", *values)) for key, values in lists.items())
    (folder / "setup.cfg").write_text(SETTINGS + "\n".join(lines) + "\n", encoding="utf-8")
    # What mutmut adds to a file ignores types without a code; and a condition that always
    # holds is for tests to find.
    project = folder / "pyproject.toml"
    text = project.read_text(encoding="utf-8")
    for code in ("ignore-without-code", "redundant-expr"):
        text = text.replace(f'"{code}", ', "")
    project.write_text(text, encoding="utf-8")


def _mutate(folder: Path, workers: int, only: str) -> None:
    command = ["mutmut", "run", "--max-children", str(workers), *filter(None, [only])]
    # The same examples for every mutant; packages are looked at by mypy once for all parts.
    settings = {**os.environ, "CI": "1", "MYPY_CACHE_DIR": str(PLACE / ".mypy_cache")}
    with (folder / "mutmut.log").open("w", encoding="utf-8") as log:
        done = subprocess.run(
            command, cwd=folder, env=settings, stdout=log, stderr=log, check=False
        )
    if done.returncode:
        sys.exit(f"mutmut failed: see {folder.relative_to(ROOT)}/mutmut.log")


def _outcomes(folder: Path) -> dict[str, int | None]:
    """Return the exit code of the tests by mutant, None where it was not tried."""
    found: dict[str, int | None] = {}
    for path in _results(folder):
        found |= json.loads(path.read_text(encoding="utf-8"))["exit_code_by_key"]
    return found


def _forget_survivors(folder: Path) -> None:
    """
    Leave mutmut without the outcomes of survivors: it tries what it does not know.

    What mypy refuses and which test calls which function is found out anew, too.
    """
    (folder / "mutants" / "mutmut-stats.json").unlink(missing_ok=True)
    for path in _results(folder):
        result = json.loads(path.read_text(encoding="utf-8"))
        for name, code in result["exit_code_by_key"].items():
            if OUTCOMES.get(code) in (*SURVIVORS, "refused"):
                result["exit_code_by_key"][name] = None
        path.write_text(json.dumps(result, indent=4), encoding="utf-8")


def _results(folder: Path) -> list[Path]:
    return sorted((folder / "mutants" / "src").rglob("*.meta"))


def _report(name: str, folder: Path) -> None:
    outcomes = {key: code for key, code in _outcomes(folder).items() if code is not None}
    counts = Counter(OUTCOMES.get(code, "timed out") for code in outcomes.values())
    told = ", ".join(f"{count} {what}" for what, count in sorted(counts.items()))
    left = [key for key, code in outcomes.items() if OUTCOMES.get(code) in SURVIVORS]
    score = 1 - len(left) / max(1, len(outcomes))
    print(f"{name}: {len(outcomes)} mutants, {told}; score {score:.1%}", flush=True)
    shown = subprocess.run(
        [sys.executable, "-c", SHOW, *left],
        cwd=folder,
        check=True,
        capture_output=True,
        text=True,
    )
    (folder / "survivors.diff").write_text(shown.stdout, encoding="utf-8")


if __name__ == "__main__":
    main()

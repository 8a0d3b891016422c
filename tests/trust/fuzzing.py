"""
Coverage-guided fuzzing of every reader: ``make fuzz ARGS="policy --seconds 300"``.

Atheris (``pip install atheris``; nothing else needs it) sees which branches of the library a
file reaches, and goes on from the files that reach new ones. It begins with a cut of
``data/sample`` and what a plan of it wrote. What a reader documents to raise is an answer.
Anything else, more than ``--hang`` seconds and more than ``--memory`` MB are faults: the file
is kept in ``build/fuzz``, and ``--again FILE`` reads it once more. With several readers, or
none, each is fuzzed in turn.
"""

import argparse
import io
import subprocess
import sys
import warnings
import zipfile
from contextlib import suppress
from pathlib import Path

ROOT = Path(__file__).parents[2]
PLACE = ROOT / "build" / "fuzz"
GOOD = PLACE / "good"
READERS = (
    "table", "workbook", "edits", "policy", "mapping", "export", "plan", "account",
    "assignments", "calls", "sales", "decisions", "key", "rates", "revenue",
)  # fmt: skip


def main():
    """Fuzz the readers that were asked for; say of each how it ended."""
    asked = _arguments()
    if len(asked.reader) == 1 and (asked.inside or asked.again):
        _fuzz(asked.reader[0], asked)
    _prepare()
    for reader in READERS if "all" in asked.reader else asked.reader:
        more = ["--seconds", asked.seconds, "--hang", asked.hang, "--memory", asked.memory]
        call = [sys.executable, __file__, reader, "--inside", *map(str, more)]
        with (PLACE / f"{reader}.log").open("wb") as log:
            code = subprocess.run(call, stdout=log, stderr=log, check=False).returncode
        lines = (PLACE / f"{reader}.log").read_text(errors="replace").splitlines()
        done = [line for line in lines if line.startswith(("Done ", "stat::number_of_exec"))]
        covered = [line.partition("cov: ")[2].split()[0] for line in lines if "cov: " in line]
        end = "no fault" if code == 0 else f"a FAULT, see {reader}.log"
        said = f"{reader}: {' '.join(done[:1])}, {' '.join(covered[-1:])} edges, {end}"
        sys.stdout.write(f"{said}\n")
        sys.stdout.flush()


def _arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[1])
    parser.add_argument("reader", nargs="*", choices=("all", *READERS), default="all")
    parser.add_argument("--seconds", type=int, default=300, help="for each reader")
    parser.add_argument("--hang", type=int, default=60, help="seconds that are too long")
    parser.add_argument("--memory", type=int, default=4_000, help="MB that are too much")
    parser.add_argument("--again", type=Path, help="a file to read once, such as a fault")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    return parser.parse_args()


def _prepare():
    """Write good files to begin with, and one folder of them for each reader."""
    from small_sample import as_workbook, good_files

    if not GOOD.exists():
        good = good_files(GOOD)
        (GOOD / "portfolio.xlsx").write_bytes(as_workbook(good.tables))
        (GOOD / "map.toml").write_text(_mapping())
        (GOOD / "policy.toml").write_text(_policy())
        (GOOD / "key.csv").write_text("kind,original,pseudonym\nmanager,M-06,M-001\n")
    for reader in READERS:
        folder = PLACE / "corpus" / reader
        if not folder.exists():
            folder.mkdir(parents=True)
            for number, content in enumerate(_seeds(reader)):
                (folder / f"seed-{number}").write_bytes(content)


def _mapping():
    from spoiling import as_toml
    from test_bad_documents import MAPPING

    return as_toml(MAPPING).decode()


def _policy():
    from spoiling import as_toml
    from test_bad_documents import POLICY

    return as_toml(POLICY).decode()


FILES = {
    "plan": "plan.json", "account": "run.json", "assignments": "assignments.csv",
    "calls": "calls.csv", "sales": "sales.csv", "decisions": "decisions.csv",
}  # fmt: skip


def _seeds(reader):
    """Yield what atheris begins with; a first byte says which table or part the rest is."""
    if reader == "table":
        for number, name in enumerate(_tables()):
            yield bytes([number]) + (GOOD / "portfolio" / f"{name}.csv").read_bytes()
    elif reader in ("workbook", "edits"):
        for number, part in enumerate(_parts(reader).values()):
            yield bytes([number]) + part
    elif reader in FILES:
        yield (GOOD / "plan" / FILES[reader]).read_bytes()
    elif reader == "export":
        yield (GOOD / "portfolio" / "contracts.csv").read_bytes()
    elif reader == "rates":
        yield (GOOD / "portfolio" / "rates.csv").read_bytes()
    elif reader == "revenue":
        yield _revenue()
    else:
        name = {"policy": "policy.toml", "mapping": "map.toml", "key": "key.csv"}[reader]
        yield (GOOD / name).read_bytes()


def _revenue():
    from tsam_planner.finance.revenue import estimate_revenue
    from tsam_planner.io.plans import read_plan
    from tsam_planner.io.portfolios import read_portfolio
    from tsam_planner.io.revenue_files import revenue_files

    records = read_portfolio(GOOD / "portfolio")
    result = estimate_revenue(records, read_plan(GOOD / "plan"), draws=50)
    return revenue_files(result, None)["revenue.csv"]


def _tables():
    return [path.stem for path in sorted((GOOD / "portfolio").glob("*.csv"))]


def _parts(reader):
    place = GOOD / "portfolio.xlsx" if reader == "workbook" else GOOD / "plan" / "plan.xlsx"
    with zipfile.ZipFile(place) as archive:
        return {name: archive.read(name) for name in sorted(archive.namelist())}


def _packed(parts, content):
    """Return a workbook of which the part that the first byte names is another one."""
    names = list(parts)
    changed = {**parts, names[content[0] % len(names)]: content[1:]}
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, part in changed.items():
            archive.writestr(name, part)
    return packed.getvalue()


def _fuzz(reader, asked):
    """Let atheris call one reader; it ends the process."""
    import atheris

    with atheris.instrument_imports(include=["tsam_planner", "tomllib"]):
        read = _reader(reader)
    warnings.simplefilter("ignore")
    options = [
        f"-max_total_time={asked.seconds}",
        f"-timeout={asked.hang}",
        f"-rss_limit_mb={asked.memory}",
        f"-artifact_prefix={PLACE}/{reader}-",
        "-max_len=60000",
        "-print_final_stats=1",
    ]
    place = asked.again or PLACE / "corpus" / reader
    atheris.Setup([sys.argv[0], *options, str(place)], read)
    atheris.Fuzz()


def _reader(name):
    """Return a function that lets a reader read the content of a file."""
    from spoiling import folder_with

    from tsam_planner.errors import IntakeError, PlanFileError, PortfolioError
    from tsam_planner.intake.recipe import import_exports
    from tsam_planner.io.decision_files import read_decisions
    from tsam_planner.io.frozen_forecasts import read_revenue
    from tsam_planner.io.key_files import read_key
    from tsam_planner.io.plans import (
        add_to_plan,
        read_assignments,
        read_calls,
        read_plan,
        read_sales,
    )
    from tsam_planner.io.portfolios import check_portfolio, read_portfolio
    from tsam_planner.service.policy_files import read_policy
    from tsam_planner.service.rates import RateCard
    from tsam_planner.studies.edits import check_workbook

    records = read_portfolio(GOOD / "portfolio")
    tables = _tables()
    parts = _parts(name) if name in ("workbook", "edits") else {}

    def of_plan(read):
        def reading(content):
            with folder_with(FILES[name], content, GOOD / "plan") as folder:
                read(folder)

        return reading

    def table(content):
        file = f"{tables[content[0] % len(tables)]}.csv"
        with folder_with(file, content[1:], GOOD / "portfolio") as folder:
            check_portfolio(folder)

    def in_file(file, read):
        def reading(content):
            with folder_with(file, content) as folder:
                read(folder / file)

        return reading

    def intake(mapping, export):
        with folder_with("map.toml", mapping) as folder:
            (folder / "contracts.csv").write_bytes(export)
            import_exports([folder / "contracts.csv"], folder / "map.toml", folder / "out")

    good_export = (GOOD / "portfolio" / "contracts.csv").read_bytes()
    good_mapping = (GOOD / "map.toml").read_bytes()
    readers = {
        "table": table,
        "workbook": lambda content: in_file("portfolio.xlsx", check_portfolio)(
            _packed(parts, content)
        ),
        "edits": lambda content: in_file(
            "plan.xlsx", lambda path: check_workbook(records, path)
        )(_packed(parts, content)),
        "policy": in_file("policy.toml", read_policy),
        "mapping": lambda content: intake(content, good_export),
        "export": lambda content: intake(good_mapping, content),
        "plan": of_plan(read_plan),
        "account": of_plan(lambda folder: add_to_plan(folder, {"notes.txt": b"x"})),
        "assignments": of_plan(read_assignments),
        "calls": of_plan(read_calls),
        "sales": of_plan(read_sales),
        "decisions": of_plan(read_decisions),
        "key": in_file("key.csv", read_key),
        "rates": in_file("rates.csv", RateCard.read),
        "revenue": in_file("revenue.csv", read_revenue),
    }
    read = readers[name]

    def answering(content):
        with suppress(PortfolioError, PlanFileError, IntakeError):
            if content:
                read(content)

    return answering


if __name__ == "__main__":
    main()

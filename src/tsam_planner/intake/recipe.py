"""The recipe: exports and a mapping in, a portfolio's folder out."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tsam_planner.errors import IntakeError, PlanFileError, PortfolioError, Problem
from tsam_planner.intake.column_plans import ColumnPlan, plan_columns
from tsam_planner.intake.entry_checks import entry_problems
from tsam_planner.intake.intake_files import MARKER, write_intake
from tsam_planner.intake.jobs import find_jobs
from tsam_planner.intake.mapping import ImportMapping
from tsam_planner.intake.mapping_files import survey_mapping
from tsam_planner.intake.matching import Suggestion, find_suggestions
from tsam_planner.intake.settlement import Settled, settle
from tsam_planner.intake.source_rows import Fate, SourceRow, read_rows
from tsam_planner.intake.totals import RowGroup, Total, count_totals
from tsam_planner.io.folders import check_replaceable
from tsam_planner.io.portfolios import check_portfolio
from tsam_planner.service.policy import Policy
from tsam_planner.service.policy_files import read_policy
from tsam_planner.tables.dictionary import tables


@dataclass(frozen=True, slots=True)
class Intake:
    """
    What an import did.

    ``left_to_do`` is what the portfolio's own check still finds; ``notes`` says what was
    detected, not used or left empty.
    """

    folder: Path
    settled: dict[str, Settled]
    totals: tuple[Total, ...]
    suggestions: tuple[Suggestion, ...]
    notes: tuple[str, ...]
    left_to_do: tuple[Problem, ...] = ()

    @property
    def quarantined(self) -> int:
        """Number of rows in quarantine."""
        return sum(
            row.fate is Fate.QUARANTINED
            for settled in self.settled.values()
            for row in settled.rows
        )


def import_exports(
    exports: Sequence[Path | str], mapping: Path | str, out: Path | str
) -> Intake:
    """
    Turn exports into a portfolio's folder.

    Parameters
    ----------
    exports
        CSV, TSV or ``.xlsx`` files.
    mapping
        A TOML file, or the name of a preset.
    out
        Folder to write, whole or not at all.

    Raises
    ------
    IntakeError
        When mapping and exports do not go together; every problem is listed.
    PlanFileError
        When the folder must not be replaced or cannot be written.
    """
    target = Path(out)
    paths = [Path(path) for path in exports]
    check_target(target, [*paths, Path(mapping)])
    rules, wrong = survey_mapping(mapping)
    if rules is None:
        raise IntakeError(wrong)
    plans, notes = _plan(paths, rules, wrong)
    settled, totals = _settle(plans, rules, _policy(target))
    suggestions = find_suggestions(settled)
    write_intake(target, settled, totals, suggestions)
    return Intake(
        target,
        settled,
        tuple(totals),
        tuple(suggestions),
        (*notes, *_emptied(settled)),
        check_portfolio(target),
    )


def check_target(target: Path, inputs: Sequence[Path]) -> None:
    """
    Refuse a folder that must not be replaced.

    Raises
    ------
    PlanFileError
        When it holds something else than an earlier import, or one of the inputs.
    """
    try:
        check_replaceable(target, MARKER)
    except PlanFileError as error:
        message = (
            f"{target} is not empty and no folder of an earlier import; "
            f"choose another output folder or empty this one"
        )
        raise PlanFileError(message) from error
    for path in inputs:
        if path.exists() and path.resolve().is_relative_to(target.resolve()):
            message = f"{path} lies in {target}, which is replaced; move it elsewhere"
            raise PlanFileError(message)


def _plan(
    paths: Sequence[Path], rules: ImportMapping, wrong: Sequence[Problem]
) -> tuple[list[ColumnPlan], list[str]]:
    """Find out how every export is read; complain about everything at once."""
    problems = [*wrong, *entry_problems(rules)]
    found = find_jobs(paths, rules)
    problems += found.problems
    plans = [
        plan_columns(job, rules.confirmed) for job in found.jobs if job.entry.target in tables()
    ]
    # What is stated, but wrongly, need not be asked for.
    stated = tuple(f"state {item.column.rpartition('.')[2]} " for item in wrong)
    problems += [
        item for plan in plans for item in plan.problems if not item.remedy.startswith(stated)
    ]
    if problems:
        raise IntakeError(list(dict.fromkeys(problems)))
    return plans, found.notes


def _settle(
    plans: Sequence[ColumnPlan], rules: ImportMapping, policy: Policy
) -> tuple[dict[str, Settled], list[Total]]:
    """Fill table after table."""
    settled: dict[str, Settled] = {}
    totals: list[Total] = []
    for name in table_order():
        groups = [
            RowGroup(plan.job, tuple(read_rows(plan, rules.confirmed)))
            for plan in plans
            if plan.job.entry.target == name
        ]
        if groups:
            rows: list[SourceRow] = [row for group in groups for row in group.rows]
            settled[name] = settle(tables()[name], rows, settled, policy)
            totals += count_totals(groups)
    return settled, totals


def _policy(target: Path) -> Policy:
    """Return the policy that an earlier import's folder holds, and that is kept."""
    path = target / "policy.toml"
    try:
        return read_policy(path) if path.is_file() else Policy()
    except PortfolioError:
        # What is wrong with it is left to do, as the check of the portfolio says.
        return Policy()


def table_order() -> list[str]:
    """Return the tables in an order in which each is asked for before it is referred to."""
    # Countries of people and contracts are known by the calendars that are given; for the
    # rest, the dictionary's order will do.
    return sorted(tables(), key=lambda name: name != "holidays")


def _emptied(settled: dict[str, Settled]) -> list[str]:
    notes = []
    for name, table in settled.items():
        columns = sorted({column for column, _ in table.emptied})
        for column in columns:
            counts = [rows for (other, _), rows in table.emptied.items() if other == column]
            noun = "row" if sum(counts) == 1 else "rows"
            notes.append(
                f"{name}: {column} left empty in {sum(counts)} {noun}, "
                f"unknown ids: {len(counts)}"
            )
    return notes

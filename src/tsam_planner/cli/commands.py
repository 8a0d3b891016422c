"""The commands of ``tsam-planner`` about plans and their input."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tsam_planner.cli import terminal
from tsam_planner.cli.application import (
    DONE,
    INPUT_WRONG,
    INTERRUPTED,
    RULE_BROKEN,
    EditedPlanPath,
    JsonOption,
    PolicyOption,
    PortfolioPath,
    QuarterOption,
    StartOption,
    WeeksOption,
    answering,
    app,
    check_path,
    read_records,
    read_rules,
)
from tsam_planner.cli.pseudonyms import KeyFile, PseudonymizeOption

if TYPE_CHECKING:
    from tsam_planner.portfolio.portfolio import Portfolio
    from tsam_planner.service.policy import Policy


@app.command()
@answering
def check(
    portfolio: PortfolioPath, policy: PolicyOption = None, json: JsonOption = False
) -> int:
    """Report every problem of a portfolio's data, in sentences."""
    from tsam_planner.io.portfolios import check_portfolio

    problems = check_portfolio(portfolio, policy=read_rules(policy))
    terminal.show_problems(portfolio, problems, json=json)
    wrong = any(problem.severity == "error" for problem in problems)
    return INPUT_WRONG if wrong else DONE


@app.command()
@answering
def plan(
    portfolio: PortfolioPath,
    out: Annotated[Path, typer.Option("--out", help="Folder to write the plan to.")],
    quarter: QuarterOption = None,
    start: StartOption = None,
    weeks: WeeksOption = None,
    time_limit: Annotated[
        float,
        typer.Option(
            "--time-limit",
            help="Seconds for planning; testing absences and writing take some more.",
        ),
    ] = 60.0,
    gap: Annotated[
        float, typer.Option("--gap", help="Stop once proven this near to the best.")
    ] = 0.001,
    workers: Annotated[int, typer.Option("--workers", help="Threads of the search.")] = 2,
    seed: Annotated[int, typer.Option("--seed", help="Seed of the search.")] = 0,
    policy: PolicyOption = None,
    pseudonymous: Annotated[
        bool, typer.Option("--pseudonymous", help="Ids, no names, in page and calendars.")
    ] = False,
    pseudonymize: PseudonymizeOption = None,
    quiet: Annotated[
        bool, typer.Option("--quiet", help="Show no progress and no summary.")
    ] = False,
    json: JsonOption = False,
) -> int:
    """Decide who looks after which contract, prove it, check it, and write the plan."""
    clock = terminal.Clock()
    with terminal.interruption() as interrupted:
        from tsam_planner.calendars.horizon import Horizon
        from tsam_planner.cli.plans import show_plan
        from tsam_planner.io.plan_folders import check_plan_folder
        from tsam_planner.planning.recipe import make_plan
        from tsam_planner.planning.searches import SolveOptions
        from tsam_planner.report.publication import StressTest, publish_plan
        from tsam_planner.studies.pseudonymous_plans import pseudonymize_plan

        # Everything that can be refused is refused before the long part begins.
        Horizon.of(quarter=quarter, start=start, weeks=weeks)
        SolveOptions(time_limit=time_limit, relative_gap=gap, num_workers=workers, seed=seed)
        check_plan_folder(out)
        key_file = KeyFile(pseudonymize, out) if pseudonymize else None
        records = read_records(portfolio, policy)
        interrupted.leave_if_asked()
        with terminal.progress(clock, time_limit, shown=not (quiet or json)) as line:
            result = make_plan(
                records,
                quarter=quarter,
                start=start,
                weeks=weeks,
                options=SolveOptions(
                    time_limit=clock.left(time_limit),
                    relative_gap=gap,
                    num_workers=workers,
                    seed=seed,
                ),
                progress=line.see,
                should_stop=interrupted.is_set,
            )
            line.finish("testing absences, drawing, writing")
            if key_file:
                result = key_file.hide(result, pseudonymize_plan)
            stress = StressTest(result)
            publish_plan(result, out, stress=stress, pseudonymous=pseudonymous)
    if not quiet:
        show_plan(result, stress.absences.summary, stress.risk.summary, out, json=json)
    return INTERRUPTED if interrupted.is_set() else DONE


@app.command()
@answering
def forecast(
    portfolio: PortfolioPath,
    out: Annotated[Path, typer.Option("--out", help="Folder to write the forecast to.")],
    quarter: QuarterOption = None,
    start: StartOption = None,
    weeks: WeeksOption = None,
    draws: Annotated[int, typer.Option("--draws", help="Number of possible futures.")] = 1000,
    seed: Annotated[int, typer.Option("--seed", help="Seed of the futures.")] = 0,
    policy: PolicyOption = None,
    pseudonymize: PseudonymizeOption = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="Show no summary.")] = False,
    json: JsonOption = False,
) -> int:
    """Forecast what each contract needs, with its range, for people to correct."""
    from tsam_planner.calendars.horizon import Horizon
    from tsam_planner.cli.forecasts import show_forecast
    from tsam_planner.demand.forecast import forecast_demand
    from tsam_planner.io.folders import check_replaceable
    from tsam_planner.portfolio.pseudonyms import pseudonymize as hide_ids
    from tsam_planner.report.forecast_folder import FORECAST_FILE, publish_forecast

    Horizon.of(quarter=quarter, start=start, weeks=weeks)
    check_replaceable(out, FORECAST_FILE)
    key_file = KeyFile(pseudonymize, out) if pseudonymize else None
    records = read_records(portfolio, policy)
    if key_file:
        records = key_file.hide(records, hide_ids)
    result = forecast_demand(
        records, quarter=quarter, start=start, weeks=weeks, draws=draws, seed=seed
    )
    publish_forecast(result, out, portfolio=records)
    if not quiet:
        show_forecast(result, records, portfolio, out, json=json)
    return DONE


@app.command()
@answering
def verify(
    portfolio: PortfolioPath,
    plan_dir: EditedPlanPath,
    quarter: QuarterOption = None,
    start: StartOption = None,
    weeks: WeeksOption = None,
    policy: PolicyOption = None,
    json: JsonOption = False,
) -> int:
    """Check a plan, also one edited by hand or in its workbook, without a solver."""
    from tsam_planner.cli.plans import show_verification
    from tsam_planner.io.plans import (
        read_assignments,
        read_calls,
        read_recorded_plan,
        read_sales,
    )
    from tsam_planner.io.workbooks import is_workbook
    from tsam_planner.plan.changes import contracts_to_call_anew
    from tsam_planner.verify.verification import verify_plan

    records = read_records(portfolio, policy)
    weeks_named = any(value is not None for value in (quarter, start, weeks))
    if is_workbook(plan_dir):
        return _verify_workbook(
            records, plan_dir, read_rules(policy), weeks_named=weeks_named, json=json
        )
    recorded = read_recorded_plan(plan_dir)
    rules = read_rules(policy) or (recorded.policy if recorded else records.policy)
    if recorded and not weeks_named:
        start, weeks = recorded.horizon.start.isoformat(), recorded.horizon.weeks
    assignments = read_assignments(plan_dir)
    calls, missing_calls = read_calls(plan_dir) or (None, None)
    undecided = contracts_to_call_anew(recorded, assignments, calls)
    verification = verify_plan(
        records,
        assignments,
        calls=calls,
        missing_calls=missing_calls,
        undecided_calls=undecided,
        sales=read_sales(plan_dir),
        quarter=quarter,
        start=start,
        weeks=weeks,
        policy=rules,
    )
    show_verification(verification, recorded, undecided, json=json)
    return DONE if verification.ok else RULE_BROKEN


def _verify_workbook(
    records: "Portfolio", path: Path, policy: "Policy | None", *, weeks_named: bool, json: bool
) -> int:
    """Say what edits of a plan's workbook break and cost."""
    from tsam_planner.cli.plans import show_edits
    from tsam_planner.errors import ArgumentError
    from tsam_planner.studies.edits import check_workbook

    if weeks_named:
        message = f"{path} knows its own weeks; leave out --quarter, --start and --weeks"
        raise ArgumentError(message)
    effect = check_workbook(records, path, policy=policy)
    show_edits(effect, json=json)
    return DONE if effect.ok else RULE_BROKEN


@app.command()
@answering
def new(
    path: Annotated[
        Path, typer.Argument(metavar="DIR", help="New folder, or a new .xlsx workbook.")
    ],
) -> int:
    """Write an empty, commented portfolio to fill in."""
    from tsam_planner.io.templates import write_template

    write_template(path)
    terminal.say(f"{path} is ready to be filled in; then: tsam-planner check {path}")
    return DONE


@app.command("import")
@answering
def import_(
    exports: Annotated[
        list[Path], typer.Argument(metavar="EXPORT...", help="CSV, TSV or XLSX files.")
    ],
    mapping: Annotated[
        str,
        typer.Option("--map", help="Mapping (TOML), or salesforce, servicenow, jira."),
    ],
    out: Annotated[Path, typer.Option("--out", help="Portfolio folder to write.")],
    json: JsonOption = False,
) -> int:
    """Turn exports of ticket systems, CRMs and spreadsheets into a portfolio."""
    from tsam_planner.cli.intake import show_intake
    from tsam_planner.intake.recipe import import_exports

    check_path(Path(mapping))
    show_intake(import_exports(exports, mapping, out), json=json)
    return DONE


def run(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return the exit code instead of leaving."""
    # Commands join the application when their module is loaded.
    from tsam_planner.cli import answer_commands, money_commands, report_command  # noqa: F401

    terminal.prepare_streams()
    try:
        app(arguments, prog_name="tsam-planner")
    except SystemExit as leaving:
        return leaving.code if isinstance(leaving.code, int) else INPUT_WRONG
    return DONE

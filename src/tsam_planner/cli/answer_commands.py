"""The commands of ``tsam-planner`` that answer: why, and what is different."""

from pathlib import Path
from typing import Annotated

import typer

from tsam_planner.cli import terminal
from tsam_planner.cli.application import (
    DONE,
    INTERRUPTED,
    JsonOption,
    PlanPath,
    PolicyOption,
    PortfolioPath,
    QuarterOption,
    StartOption,
    WeeksOption,
    answering,
    app,
    read_records,
)


@app.command()
@answering
def explain(
    portfolio: PortfolioPath,
    plan_dir: PlanPath,
    contract: Annotated[str, typer.Argument(metavar="CONTRACT", help="Id of a contract.")],
    time_limit: Annotated[
        float, typer.Option("--time-limit", help="Seconds to look for what would make it fit.")
    ] = 25.0,
    json: JsonOption = False,
) -> int:
    """Say why this manager, why not the others, and what would make it fit."""
    from tsam_planner.cli.answers import show_explanation
    from tsam_planner.io.plans import read_plan
    from tsam_planner.studies.explanation import explain as explain_contract

    records = read_records(portfolio, None)
    plan = read_plan(plan_dir, portfolio=records)
    found = explain_contract(plan, contract, seconds=time_limit)
    show_explanation(found, is_same_input=plan.input_hash == records.content_hash, json=json)
    return DONE


@app.command()
@answering
def compare(
    plan_dirs: Annotated[
        list[Path], typer.Argument(metavar="PLAN_DIR PLAN_DIR...", help="Folders of plans.")
    ],
    json: JsonOption = False,
) -> int:
    """Tell plans apart: who changes hands and why, what gets better and worse."""
    from tsam_planner.cli.answers import compare as compare_plans
    from tsam_planner.cli.answers import show_comparison
    from tsam_planner.errors import ArgumentError
    from tsam_planner.io.plans import read_plan

    if len(plan_dirs) < 2:
        message = "name at least two folders of plans"
        raise ArgumentError(message)
    named = [folder.resolve() for folder in plan_dirs]
    for place, folder in enumerate(plan_dirs):
        if named[place] in named[:place]:
            message = f"{folder} is named twice; name folders of different plans"
            raise ArgumentError(message)
    plans = {str(folder): read_plan(folder) for folder in plan_dirs}
    show_comparison(compare_plans(plans), json=json)
    return DONE


@app.command()
@answering
def staff(
    portfolio: PortfolioPath,
    quarter: QuarterOption = None,
    start: StartOption = None,
    weeks: WeeksOption = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="File to write, such as staffing.csv.")
    ] = None,
    time_limit: Annotated[
        float, typer.Option("--time-limit", help="Seconds for each of the searches.")
    ] = 30.0,
    policy: PolicyOption = None,
    json: JsonOption = False,
) -> int:
    """Say whom to hire by when, so that everything is served."""
    from tsam_planner.calendars.horizon import Horizon
    from tsam_planner.cli.answers import show_staffing
    from tsam_planner.io.folders import write_file
    from tsam_planner.io.plans import as_csv
    from tsam_planner.planning.recipe import plan_for_study
    from tsam_planner.planning.searches import SolveOptions
    from tsam_planner.studies.hiring import staffing

    options = SolveOptions(time_limit=time_limit)
    horizon = Horizon.of(quarter=quarter, start=start, weeks=weeks)
    plan = plan_for_study(read_records(portfolio, policy), horizon, options=options)
    found = staffing(plan, options=options)
    if out is not None:
        write_file(out, as_csv(found.table))
    show_staffing(found, out, json=json)
    return DONE


@app.command()
@answering
def replan(
    portfolio: PortfolioPath,
    plan_dir: PlanPath,
    out: Annotated[Path, typer.Option("--out", help="Folder to write the new plan to.")],
    from_week: Annotated[
        str | None, typer.Option("--from", help="Monday from which on to plan again.")
    ] = None,
    max_handovers: Annotated[
        int | None,
        typer.Option(
            "--max-handovers",
            help="Contracts that may get another manager, published changes included.",
        ),
    ] = None,
    time_limit: Annotated[
        float, typer.Option("--time-limit", help="Seconds for the search.")
    ] = 60.0,
    quiet: Annotated[bool, typer.Option("--quiet", help="Show no summary.")] = False,
    json: JsonOption = False,
) -> int:
    """Plan the weeks that are left, keeping what was published wherever it can be kept."""
    from tsam_planner.cli.plans import show_plan
    from tsam_planner.io.decision_files import decisions_csv, read_decisions
    from tsam_planner.io.plan_folders import DECISIONS_FILE, check_plan_folder
    from tsam_planner.io.plans import as_csv, read_plan
    from tsam_planner.planning.searches import SolveOptions
    from tsam_planner.report.publication import StressTest, publish_plan
    from tsam_planner.studies.difference import diff_plans
    from tsam_planner.studies.replanning import replan as replan_plan

    check_plan_folder(out)
    published, record = read_plan(plan_dir), read_decisions(plan_dir)
    with terminal.interruption() as interrupted:
        known = read_records(portfolio, None)
        interrupted.leave_if_asked()
        plan = replan_plan(
            published,
            from_week,
            portfolio=known,
            record=record,
            max_handovers=max_handovers,
            options=SolveOptions(time_limit=time_limit),
            should_stop=interrupted.is_set,
        )
        changes = diff_plans(published, plan)
        stress = StressTest(plan)
        files = {"changes.csv": as_csv(changes.moves)}
        if record.entries and not read_decisions(out).entries:
            files[DECISIONS_FILE] = decisions_csv(record)
        publish_plan(plan, out, stress=stress, files=files)
    if not quiet:
        show_plan(plan, stress.absences.summary, stress.risk.summary, out, json=json)
        if not json:
            terminal.say_section("To announce (changes.csv)", changes.summary)
    return INTERRUPTED if interrupted.is_set() else DONE

"""
The commands of ``tsam-planner``.

Exit codes: 0 done, 1 the plan breaks a rule (``verify``), 2 the call or the input is
wrong and nothing was written, 4 the program failed, 130 interrupted. Imports of the library
stand inside the commands, so that help answers at once.
"""

import traceback
from collections.abc import Callable, Sequence
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tsam_planner.cli import terminal
from tsam_planner.errors import PlannerError

if TYPE_CHECKING:
    from tsam_planner.portfolio.portfolio import Portfolio
    from tsam_planner.service.policy import Policy

DONE, RULE_BROKEN, INPUT_WRONG, FAILED, INTERRUPTED = 0, 1, 2, 4, 130

app = typer.Typer(
    name="tsam-planner",
    help="Plan who looks after which customer, whether it fits, and what follows.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

PortfolioPath = Annotated[
    Path,
    typer.Argument(metavar="PORTFOLIO", help="Folder of CSV tables, or a workbook."),
]
PlanPath = Annotated[
    Path, typer.Argument(metavar="PLAN_DIR", help="Folder of a plan (assignments.csv).")
]
QuarterOption = Annotated[
    str | None, typer.Option("--quarter", help="Quarter to plan, such as 2027Q1.")
]
StartOption = Annotated[
    str | None, typer.Option("--start", help="First Monday, such as 2027-01-04.")
]
WeeksOption = Annotated[int | None, typer.Option("--weeks", help="Number of weeks.")]
PolicyOption = Annotated[
    Path | None,
    typer.Option("--policy", help="policy.toml to use instead of the portfolio's."),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Answer in JSON.")]


def answering(command: Callable[..., int]) -> Callable[..., None]:
    """Turn what a command returns or raises into an exit code and a clear message."""

    @wraps(command)
    def answer(*args: object, **options: object) -> None:
        json = bool(options.get("json"))
        try:
            code = command(*args, **options)
        except KeyboardInterrupt:
            terminal.complain("interrupted; nothing was written")
            code = INTERRUPTED
        except PlannerError as error:
            terminal.show_error(error, json=json)
            # What a user can mend is also a ValueError; the rest is ours.
            code = INPUT_WRONG if isinstance(error, ValueError) else FAILED
        except Exception:
            traceback.print_exc()
            terminal.complain("the program failed; please report the lines above")
            code = FAILED
        raise typer.Exit(code)

    return answer


@app.command()
@answering
def check(
    portfolio: PortfolioPath, policy: PolicyOption = None, json: JsonOption = False
) -> int:
    """Report every problem of a portfolio's data, in sentences."""
    from tsam_planner.io.portfolios import check_portfolio

    problems = check_portfolio(portfolio, policy=_policy(policy))
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
        float, typer.Option("--time-limit", help="Seconds for the whole command.")
    ] = 60.0,
    gap: Annotated[
        float, typer.Option("--gap", help="Stop once proven this near to the best.")
    ] = 0.001,
    workers: Annotated[int, typer.Option("--workers", help="Threads of the search.")] = 2,
    seed: Annotated[int, typer.Option("--seed", help="Seed of the search.")] = 0,
    policy: PolicyOption = None,
    pseudonymous: Annotated[
        bool, typer.Option("--pseudonymous", help="Ids, no names, in calendar files.")
    ] = False,
    quiet: Annotated[
        bool, typer.Option("--quiet", help="Show no progress and no summary.")
    ] = False,
    json: JsonOption = False,
) -> int:
    """Decide who looks after which contract, prove it, check it, and write the plan."""
    clock = terminal.Clock()
    from tsam_planner.calendars.horizon import Horizon
    from tsam_planner.io.folders import check_replaceable
    from tsam_planner.io.plans import PLAN_FILE
    from tsam_planner.planning.recipe import make_plan
    from tsam_planner.planning.searches import SolveOptions
    from tsam_planner.report.publication import publish_plan
    from tsam_planner.studies.absences import examine_absences
    from tsam_planner.studies.risk import assess_risk

    # Everything that can be refused is refused before the long part begins.
    Horizon.of(quarter=quarter, start=start, weeks=weeks)
    SolveOptions(time_limit=time_limit, relative_gap=gap, num_workers=workers, seed=seed)
    check_replaceable(out, PLAN_FILE)
    records = _portfolio(portfolio, policy)
    with (
        terminal.interruption() as interrupted,
        terminal.progress(clock, shown=not (quiet or json)) as show,
    ):
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
            progress=show,
            should_stop=interrupted.is_set,
        )
        absences, risk = examine_absences(result), assess_risk(result)
        publish_plan(result, out, absences=absences, risk=risk, pseudonymous=pseudonymous)
    if not quiet:
        terminal.show_plan(result, absences.summary, risk.summary, out, json=json)
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
    quiet: Annotated[bool, typer.Option("--quiet", help="Show no summary.")] = False,
    json: JsonOption = False,
) -> int:
    """Forecast what each contract needs, with its range, for people to correct."""
    from tsam_planner.calendars.horizon import Horizon
    from tsam_planner.cli.forecasts import show_forecast
    from tsam_planner.demand.forecast import forecast_demand
    from tsam_planner.io.folders import check_replaceable
    from tsam_planner.report.forecast_folder import FORECAST_FILE, publish_forecast

    Horizon.of(quarter=quarter, start=start, weeks=weeks)
    check_replaceable(out, FORECAST_FILE)
    records = _portfolio(portfolio, policy)
    result = forecast_demand(
        records, quarter=quarter, start=start, weeks=weeks, draws=draws, seed=seed
    )
    publish_forecast(result, out, portfolio=records)
    if not quiet:
        show_forecast(result, records, portfolio, out, json=json)
    return DONE


@app.command()
@answering
def revenue(
    portfolio: PortfolioPath,
    plan_dir: PlanPath,
    rates: Annotated[
        Path | None, typer.Option("--rates", help="Rate card (CSV) to use instead.")
    ] = None,
    first: Annotated[
        str | None, typer.Option("--from", help="First month, such as 2027-01 or FY2027-04.")
    ] = None,
    last: Annotated[str | None, typer.Option("--to", help="Last month.")] = None,
    fiscal_year_start: Annotated[
        str, typer.Option("--fiscal-year-start", help="Month and day, such as 10-01.")
    ] = "01-01",
    currency: Annotated[
        str | None,
        typer.Option("--currency", help="Add all up in it, by the portfolio's exchange_rates."),
    ] = None,
    draws: Annotated[int, typer.Option("--draws", help="Number of possible futures.")] = 1000,
    seed: Annotated[int, typer.Option("--seed", help="Seed of the futures.")] = 0,
    out: Annotated[
        Path | None, typer.Option("--out", help="Folder to write to; else the plan's own.")
    ] = None,
    json: JsonOption = False,
) -> int:
    """Estimate what additional hours bring, month by month."""
    from tsam_planner.cli.revenue import show_revenue
    from tsam_planner.finance.readings import compare_readings
    from tsam_planner.finance.revenue import estimate_revenue
    from tsam_planner.io.plans import read_plan
    from tsam_planner.io.revenue_files import write_revenue
    from tsam_planner.portfolio.exchange import Exchange
    from tsam_planner.service.rates import RateCard

    records = _portfolio(portfolio, None)
    plan = read_plan(plan_dir, portfolio=records)
    card = RateCard.read(rates) if rates else None
    months = named_months(first, last)
    exchange = Exchange.of(currency, records.exchange_rates) if currency else None
    result = estimate_revenue(
        records,
        plan,
        rates=card,
        months=months,
        fiscal_year_start=fiscal_year_start,
        draws=draws,
        seed=seed,
    )
    readings = compare_readings(
        records,
        plan,
        rates=card,
        months=months,
        fiscal_year_start=fiscal_year_start,
        draws=draws,
        seed=seed,
    )
    folder = out or plan_dir
    write_revenue(result, readings, folder)
    show_revenue(result, readings, exchange, folder, json=json)
    return DONE


@app.command()
@answering
def verify(
    portfolio: PortfolioPath,
    plan_dir: PlanPath,
    quarter: QuarterOption = None,
    start: StartOption = None,
    weeks: WeeksOption = None,
    policy: PolicyOption = None,
    json: JsonOption = False,
) -> int:
    """Check a plan, also one edited by hand, without a solver."""
    from tsam_planner.io.plans import (
        read_assignments,
        read_calls,
        read_recorded_plan,
        read_sales,
    )
    from tsam_planner.plan.changes import contracts_to_call_anew
    from tsam_planner.verify.verification import verify_plan

    records = _portfolio(portfolio, policy)
    recorded = read_recorded_plan(plan_dir)
    rules = _policy(policy) or (recorded.policy if recorded else records.policy)
    weeks_named = any(value is not None for value in (quarter, start, weeks))
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
    terminal.show_verification(verification, recorded, undecided, json=json)
    return DONE if verification.ok else RULE_BROKEN


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

    show_intake(import_exports(exports, mapping, out), json=json)
    return DONE


def run(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return the exit code instead of leaving."""
    try:
        app(arguments, prog_name="tsam-planner")
    except SystemExit as leaving:
        return leaving.code if isinstance(leaving.code, int) else INPUT_WRONG
    return DONE


def named_months(first: str | None, last: str | None) -> tuple[str, str] | None:
    """Return the months that a call names; one alone is both."""
    if first is None and last is None:
        return None
    return first or last or "", last or first or ""


def _policy(path: Path | None) -> "Policy | None":
    if path is None:
        return None
    from tsam_planner.service.policy_files import read_policy

    return read_policy(path)


def _portfolio(path: Path, policy: Path | None) -> "Portfolio":
    from tsam_planner.io.portfolios import read_portfolio

    return read_portfolio(path, policy=_policy(policy))

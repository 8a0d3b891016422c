"""
The application that commands join, the options they share, and how they answer.

Exit codes: 0 done, 1 the plan breaks a rule (``verify``), 2 the call or the input is
wrong and nothing was written, 4 the program failed, 130 interrupted. Imports of the library
stand inside the commands, so that help answers at once.
"""

import errno
import traceback
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tsam_planner.cli import terminal
from tsam_planner.errors import ArgumentError, PlannerError

if TYPE_CHECKING:
    from tsam_planner.portfolio.portfolio import Portfolio
    from tsam_planner.service.policy import Policy

DONE, RULE_BROKEN, INPUT_WRONG, FAILED, INTERRUPTED = 0, 1, 2, 4, 130
# Letters of a path that cannot be used; what follows helps nobody.
_SHOWN = 100
_NO_ROOM = (errno.ENOSPC, errno.EIO, errno.EFBIG, errno.EDQUOT)

app = typer.Typer(
    name="tsam-planner",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


def _tell_version(wanted: bool) -> None:
    if not wanted:
        return
    from importlib.metadata import version

    terminal.say(f"tsam-planner {version('tsam-planner')}")
    raise typer.Exit(DONE)


@app.callback()
def _options(
    version: Annotated[
        bool,
        typer.Option(
            "--version",
            help="Show the version and leave.",
            is_eager=True,
            callback=_tell_version,
        ),
    ] = False,
) -> None:
    """Plan who looks after which customer, whether it fits, and what follows."""


PortfolioPath = Annotated[
    Path,
    typer.Argument(metavar="PORTFOLIO", help="Folder of CSV tables, or a workbook."),
]
PlanPath = Annotated[
    Path, typer.Argument(metavar="PLAN_DIR", help="Folder of a plan (assignments.csv).")
]
EditedPlanPath = Annotated[
    Path,
    typer.Argument(metavar="PLAN_DIR", help="Folder of a plan, or its plan.xlsx with edits."),
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
            for value in (*args, *options.values()):
                check_path(value)
            code = command(*args, **options)
        except (KeyboardInterrupt, terminal.AbortError):
            terminal.complain("interrupted; no file was left half written")
            code = INTERRUPTED
        except BrokenPipeError:
            terminal.stop_writing()
            code = terminal.NOBODY_READS
        except PlannerError as error:
            terminal.show_error(error, json=json)
            # What a user can mend is also a ValueError; the rest is ours.
            code = INPUT_WRONG if isinstance(error, ValueError) else FAILED
        except Exception as error:
            code = _confess(error)
        raise typer.Exit(code)

    return answer


def check_path(value: object) -> None:
    """
    Hold that every path of a call can be looked at, before anything asks whether it exists.

    Raises
    ------
    ArgumentError
        When a name is too long, or a folder on the way to it is closed to the caller.
    """
    for path in value if isinstance(value, list | tuple) else (value,):
        if not isinstance(path, Path):
            continue
        try:
            path.lstat()
        except (FileNotFoundError, NotADirectoryError):
            pass
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or error
            message = f"'{str(path)[:_SHOWN]}' cannot be used as a path: {reason}"
            raise ArgumentError(message) from error


def _confess(error: Exception) -> int:
    """Tell of an error that is none of ours: an answer that finds no room, or a defect."""
    if isinstance(error, OSError) and error.filename is None and error.errno in _NO_ROOM:
        terminal.stop_writing()
        terminal.complain(f"the answer cannot be written: {error.strerror}")
        return INPUT_WRONG
    traceback.print_exception(error)
    terminal.complain("the program failed; please report the lines above")
    return FAILED


def read_rules(path: Path | None) -> "Policy | None":
    """Return the policy that a call names, if it names one."""
    if path is None:
        return None
    from tsam_planner.service.policy_files import read_policy

    return read_policy(path)


def read_records(path: Path, policy: Path | None) -> "Portfolio":
    """Return the portfolio of a call, under the policy that it names."""
    from tsam_planner.io.portfolios import read_portfolio

    return read_portfolio(path, policy=read_rules(policy))

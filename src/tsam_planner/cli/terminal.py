"""
What the terminal shows: progress, summaries, problems.

Answers go to standard output, progress and complaints to standard error. When piped there
is no color, and one unwrapped line per problem.
"""

import io
import json as json_format
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from tsam_planner.errors import (
    IntakeError,
    PlanFileError,
    PlannerError,
    PortfolioError,
    Problem,
)
from tsam_planner.words import counted, visible

if TYPE_CHECKING:
    from tsam_planner.solver import Incumbent

# 128 and the number of the signal for a pipe that nobody reads.
NOBODY_READS = 141
# Seconds kept for checking, drawing and writing once the search is over.
_AFTER_SEARCH = 2.0


class Clock:
    """Counts the seconds of a command from its first line on."""

    def __init__(self) -> None:
        self._start = time.monotonic()

    @property
    def elapsed(self) -> float:
        """Seconds since the command began."""
        return time.monotonic() - self._start

    def remaining(self, limit: float) -> float:
        """Return the seconds that are left of a limit, never fewer than none."""
        return max(0.0, limit - self.elapsed)

    def left(self, limit: float) -> float:
        """Return the seconds that a search may take within the command's limit."""
        reserve = min(_AFTER_SEARCH, limit / 4)
        return max(0.1, limit - self.elapsed - reserve)


class _Console(Console):
    """A console whose reader may leave before the answer is complete."""

    def on_broken_pipe(self) -> None:
        """Leave without a word, with the code that shells give to such an end."""
        stop_writing()
        raise SystemExit(NOBODY_READS)


def stop_writing() -> None:
    """Send what is left of the answer nowhere: nobody reads it any more."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def prepare_streams() -> None:
    """Let no character that a stream cannot encode end a command."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def say(text: str, *, style: str | None = None) -> None:
    """Write a line of the answer."""
    _write(sys.stdout, text, style)


def complain(text: str) -> None:
    """Write a line about what went wrong."""
    _write(sys.stderr, text, "red")


def _write(stream: Any, text: str, style: str | None) -> None:  # noqa: ANN401
    console = _Console(file=stream, highlight=False, markup=False, emoji=False)
    # Names come from files: what they hold must not steer the terminal.
    console.print(visible(text), style=style, soft_wrap=True)


def say_section(title: str, sentences: Sequence[str]) -> None:
    """Write sentences under a title; nothing where there are none."""
    if sentences:
        say(f"\n{title}", style="bold")
        say_pairs([("", sentence) for sentence in sentences], width=2)


def say_pairs(pairs: Sequence[tuple[str, str]], *, width: int = 10) -> None:
    """
    Write labels with their sentences.

    At a terminal sentences are wrapped beside their labels; in a pipe each is one line.
    """
    console = _Console(file=sys.stdout, highlight=False, markup=False, emoji=False)
    if not console.is_terminal:
        for label, text in pairs:
            say(f"{label:<{width}}{text}")
        return
    grid = Table.grid(padding=(0, 0))
    grid.add_column(min_width=width)
    grid.add_column(overflow="fold")
    for label, text in pairs:
        grid.add_row(Text(label), Text(visible(text)))
    console.print(grid)


def say_json(document: object) -> None:
    """Write an answer for programs."""
    is_utf8 = (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"
    sys.stdout.write(json_format.dumps(document, ensure_ascii=not is_utf8, indent=1) + "\n")


class AbortError(BaseException):
    """Ctrl-C for the second time: what takes the first one for a request ends, too."""


class Request(threading.Event):
    """What the first Ctrl-C asks for: to stop, and to write the best plan so far."""

    def leave_if_asked(self) -> None:
        """Leave while there is nothing that could be written."""
        if self.is_set():
            raise KeyboardInterrupt


@contextmanager
def interruption() -> Iterator[Request]:
    """Turn the first Ctrl-C into a request to stop; the second one interrupts at once."""
    stopped = Request()

    def request(_number: int, _frame: FrameType | None) -> None:
        if stopped.is_set():
            raise AbortError
        stopped.set()
        complain("stopping; the best plan so far, if any, will be written (again to abort)")

    if threading.current_thread() is not threading.main_thread():
        yield stopped
        return
    before = signal.signal(signal.SIGINT, request)
    try:
        yield stopped
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def progress(clock: Clock, limit: float, *, shown: bool) -> "Iterator[ProgressLine]":
    """Show best plan, bound, gap and time left while searching, in one line that is renewed."""
    console, line = Console(stderr=True, highlight=False), ProgressLine(clock, limit)
    if not (shown and console.is_terminal):
        yield line
        return
    with console.status(line):
        yield line


class ProgressLine:
    """What a command is doing, in words; the clock goes on between two plans."""

    def __init__(self, clock: Clock, limit: float) -> None:
        self._clock, self._limit = clock, limit
        self._state = "reading facts, building the model"
        self._is_searching = True

    def see(self, incumbent: "Incumbent") -> None:
        """Take note of a plan or a bound."""
        self._state = describe(incumbent)

    def finish(self, state: str) -> None:
        """Say what is done once the search is over."""
        self._state, self._is_searching = state, False

    def __rich__(self) -> str:
        if not self._is_searching:
            return f"{self._clock.elapsed:.0f} s · {self._state}"
        left = self._clock.remaining(self._limit)
        return f"{self._clock.elapsed:.0f} s, at most {left:.0f} s left · {self._state}"


def describe(incumbent: "Incumbent") -> str:
    """Put the state of a search into one line."""
    from tsam_planner.proof import relative_gap

    if incumbent.objective is None:
        return "no plan yet"
    gap = relative_gap(incumbent.objective, incumbent.bound)
    parts = [f"best {incumbent.objective:,.2f}"]
    if incumbent.bound is not None:
        parts.append(f"bound {incumbent.bound:,.2f}")
    if gap is not None:
        parts.append(f"gap {gap:.2%}")
    return " · ".join(parts)


def show_problems(portfolio: Path, problems: Sequence[Problem], *, json: bool) -> None:
    """List every problem of a portfolio, errors first."""
    errors = [problem for problem in problems if problem.severity == "error"]
    warnings = [problem for problem in problems if problem.severity == "warning"]
    if json:
        say_json(
            {
                "errors": [plain(p) for p in errors],
                "warnings": [plain(p) for p in warnings],
            }
        )
        return
    for kind, group, style in (
        ("error", errors, "red"),
        ("warning", warnings, "yellow"),
    ):
        for problem in group:
            say(f"{kind}: {problem}", style=style)
    if errors:
        say(
            f"{portfolio} cannot be planned: {counted(len(errors), 'error')}, "
            f"{counted(len(warnings), 'warning')}"
        )
    else:
        say(f"{portfolio} can be planned ({counted(len(warnings), 'warning')})")


def show_error(error: PlannerError, *, json: bool) -> None:
    """Show why nothing was done."""
    problems: tuple[Problem, ...] = ()
    if isinstance(error, PortfolioError | PlanFileError | IntakeError):
        problems = error.problems
    if json:
        headline = str(error).splitlines()[0]
        say_json({"error": headline, "problems": [plain(item) for item in problems]})
        return
    for line in str(error).splitlines():
        complain(line.strip())


def plain(problem: Problem) -> dict[str, object]:
    """Return a problem as programs read it."""
    return {
        "file": problem.file,
        "row": problem.row,
        "column": problem.column,
        "rule": problem.rule,
        "found": problem.found,
        "remedy": problem.remedy,
    }

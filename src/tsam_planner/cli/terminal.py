"""
What the terminal shows: progress, summaries, problems.

Answers go to standard output, progress and complaints to standard error. When piped there
is no color, and one unwrapped line per problem.
"""

import json as json_format
import signal
import sys
import threading
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

from rich.console import Console

from tsam_planner.errors import (
    IntakeError,
    PlanFileError,
    PlannerError,
    PortfolioError,
    Problem,
)

if TYPE_CHECKING:
    from tsam_planner.plan.plan import Plan
    from tsam_planner.solver import Incumbent
    from tsam_planner.verify.verification import Verification

# Seconds kept for checking, drawing and writing once the search is over.
_AFTER_SEARCH = 2.0
# Sentences about absences that the terminal shows; the table has them all.
_SENTENCES = 4


class Clock:
    """Counts the seconds of a command from its first line on."""

    def __init__(self) -> None:
        self._start = time.monotonic()

    @property
    def elapsed(self) -> float:
        """Seconds since the command began."""
        return time.monotonic() - self._start

    def left(self, limit: float) -> float:
        """Return the seconds that a search may take within the command's limit."""
        reserve = min(_AFTER_SEARCH, limit / 4)
        return max(0.1, limit - self.elapsed - reserve)


def say(text: str, *, style: str | None = None) -> None:
    """Write a line of the answer."""
    _write(sys.stdout, text, style)


def complain(text: str) -> None:
    """Write a line about what went wrong."""
    _write(sys.stderr, text, "red")


def _write(stream: Any, text: str, style: str | None) -> None:  # noqa: ANN401
    console = Console(file=stream, highlight=False, markup=False, emoji=False)
    console.print(text, style=style, soft_wrap=True)


def say_section(title: str, sentences: Sequence[str]) -> None:
    """Write sentences under a title; nothing where there are none."""
    if sentences:
        say(f"\n{title}", style="bold")
        for sentence in sentences:
            say(f"  {sentence}")


def say_json(document: object) -> None:
    """Write an answer for programs."""
    sys.stdout.write(json_format.dumps(document, ensure_ascii=False, indent=1) + "\n")


@contextmanager
def interruption() -> Iterator[threading.Event]:
    """Turn the first Ctrl-C into a request to stop; the second one interrupts at once."""
    stopped = threading.Event()

    def request(_number: int, _frame: FrameType | None) -> None:
        if stopped.is_set():
            raise KeyboardInterrupt
        stopped.set()
        complain("stopping; the best plan so far will be written (again to abort)")

    if threading.current_thread() is not threading.main_thread():
        yield stopped
        return
    before = signal.signal(signal.SIGINT, request)
    try:
        yield stopped
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def progress(clock: Clock, *, shown: bool) -> "Iterator[Callable[[Incumbent], None]]":
    """Show the best plan, bound and gap while searching, in one line that is renewed."""
    console = Console(stderr=True, highlight=False)
    if not (shown and console.is_terminal):
        yield lambda _incumbent: None
        return
    with console.status("reading facts, building the model …") as status:

        def show(incumbent: "Incumbent") -> None:
            status.update(f"searching {clock.elapsed:5.1f} s   {describe(incumbent)}")

        yield show


def describe(incumbent: "Incumbent") -> str:
    """Put the state of a search into one line."""
    from tsam_planner.proof import relative_gap

    if incumbent.objective is None:
        return "no plan yet"
    gap = relative_gap(incumbent.objective, incumbent.bound)
    parts = [f"best {incumbent.objective:,.2f} points"]
    if incumbent.bound is not None:
        parts.append(f"bound {incumbent.bound:,.2f}")
    if gap is not None:
        parts.append(f"gap {gap:.2%}")
    return ", ".join(parts)


def show_plan(
    plan: "Plan", absences: Sequence[str], risk: Sequence[str], folder: Path, *, json: bool
) -> None:
    """Show what was decided, how good it is, and what absences and bad luck do to it."""
    from tsam_planner.plan.summary import reasons, summarize

    if json:
        say_json(
            {
                "objective": plan.objective,
                "goals": plan.goals.to_dict(),
                "backup_goals": plan.backup_goals.to_dict(),
                "call_goals": plan.call_goals.to_dict(),
                "bound": plan.bound,
                "gap": plan.gap,
                "stop_reason": str(plan.stop_reason),
                "unassigned": dict(reasons(plan)),
                "warnings": list(plan.warnings),
                "absences": list(absences),
                "risk": list(risk),
                "risk_price": plan.risk_price.to_dict("records"),
                "written": str(folder),
            }
        )
        return
    for label, text in summarize(plan):
        say(f"{label:<10}{text}")
    left_out = [f"{contract_id}: {reason}" for contract_id, reason in reasons(plan)]
    for title, sentences in (
        ("Unassigned", left_out),
        ("If somebody falls ill", absences[:_SENTENCES]),
        ("If it comes otherwise than planned", risk),
        ("Good to know", plan.warnings),
    ):
        say_section(title, sentences)
    say(f"\nChecked without the solver: every rule holds. Written to {folder}")


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
            f"{portfolio} cannot be planned: {_count(len(errors), 'error')}, "
            f"{_count(len(warnings), 'warning')}"
        )
    else:
        say(f"{portfolio} can be planned ({_count(len(warnings), 'warning')})")


def show_verification(
    verification: "Verification",
    recorded: "Plan | None",
    undecided: Collection[str],
    *,
    json: bool,
) -> None:
    """Show which rules a plan breaks and what it costs."""
    if json:
        say_json(
            {
                "ok": verification.ok,
                "violations": [
                    {
                        "rule": str(item.rule),
                        "basis": item.rule.basis,
                        "contract_id": item.contract_id,
                        "manager_id": item.manager_id,
                        "message": item.message,
                    }
                    for item in verification.violations
                ],
                "objective": verification.objective,
                "goals": verification.goals.to_dict(),
                **{
                    f"{name}_goals": goals.to_dict()
                    for name, goals in verification.further_goals.items()
                },
                "sales_margin": str(verification.margin) if verification.sales else None,
                "calls_to_plan_anew": sorted(undecided),
            }
        )
        return
    from tsam_planner.plan.summary import points_by_goal

    for violation in verification.violations:
        say(f"broken: {violation}", style="red")
    say(str(verification).splitlines()[0].rstrip(":"))
    for name, goals in verification.further_goals.items():
        if goals.any():
            say(f"points of {name}: {points_by_goal(goals)}")
    if undecided:
        say(f"changed people, calls to be planned anew: {', '.join(sorted(undecided))}")
    if verification.sales:
        count = len(verification.sales)
        say(f"{_count(count, 'block')} sold, margin {verification.margin:,} (sales)")
    if recorded is not None:
        if recorded.input_hash != verification.facts.portfolio.content_hash:
            say("the portfolio is not the one that the plan was made from")
        if abs(recorded.objective - verification.objective) > 1e-6:
            say(f"the plan as it was written had {recorded.objective:,.2f} points")
        told = recorded.sales_proof
        if told is not None and abs(told.objective - float(verification.margin)) > 0.005:
            say(f"the plan as it was written had a margin of {told.objective:,.2f}")


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


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"

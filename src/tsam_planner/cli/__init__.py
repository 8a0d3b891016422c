"""
The command line: thin words around the library.

`commands` names the commands and their options, `terminal` shows progress, summaries and
problems. Nothing heavy is imported before a command really runs.
"""

from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and leave with its exit code."""
    try:
        from tsam_planner.cli.commands import run

        code = run(arguments)
    except KeyboardInterrupt:
        # While modules are loaded: nothing has begun that could be told of.
        code = 130
    raise SystemExit(code)

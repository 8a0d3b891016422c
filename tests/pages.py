"""
Pages of docs/ as programs: files, commands and Python, in the order of the page.

A page is run in an empty folder that holds a copy of ``data/``. Of its code blocks,

* ``python`` is executed; later blocks go on from earlier ones, and pages assert their own
  figures;
* a block below a line that ends with a file's name and a colon is written to that file, and
  one below "at its end:" is added to the file written last;
* ``sh``, ``console`` and blocks without a language that begin with a program are commands.
  What ``console`` shows below ``$ command`` must be what the command says.

A command with a word in capitals (PORTFOLIO, DIR, EXPORT...) is a pattern for the reader and
is not run, nor are those of `NOT_RUN`. Every other block is text.
"""

import doctest
import re
import shlex
import shutil
from dataclasses import dataclass
from pathlib import Path

from tsam_planner.cli.commands import run

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"

# Programs whose commands a page may show and nobody runs here, with the reason.
NOT_RUN = {
    "pip": "CI installs in environments of its own (.ci/run), extras included",
    "make": "measurements of minutes to hours; tests/integration/test_benchmarks.py is short",
    "pytest": "CI runs all tests",
    "python": "the same measurements: python -m benchmarks...",
}
# What these say follows from a search and differs a little from machine to machine.
SEARCHES = ("plan", "explain", "verify", "compare")
_PLACEHOLDER = re.compile(r"(?<![\w.-])[A-Z][A-Z_]{2,}(?![\w-])")
_BLOCK = re.compile(r"(?:^|(\S[^\n]*)\n\s*)^```([^\n]*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True)
class Block:
    """A code block of a page: the line above it, its language, its text."""

    above: str
    language: str
    text: str

    @property
    def file(self):
        """Name of the file that the block holds, if the line above says one."""
        named = re.search(r"`([\w/.-]+\.\w+)`:$", self.above)
        return named[1] if named else None

    @property
    def is_addition(self):
        """Whether the block belongs to the end of the file before."""
        return self.above.endswith("at its end:")

    @property
    def commands(self):
        """Commands with what is shown of their answers (None: nothing is shown)."""
        text = self.text.replace("\\\n", " ")
        if self.language == "console":
            parts = re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]
            return [tuple(part.split("\n", 1)) for part in parts]
        is_shell = self.language == "sh" or (
            not self.language and text.split()[0] in ("tsam-planner", *NOT_RUN)
        )
        return [(line, None) for line in text.splitlines() if line.strip()] if is_shell else []


def text_of(name):
    """Return the text of a page."""
    return (DOCS / name).read_text(encoding="utf-8")


def blocks_of(name):
    """Return the code blocks of a page."""
    return [Block(*found) for found in _BLOCK.findall(text_of(name))]


def is_program(name):
    """Return whether a page has anything to run."""
    return any(
        block.language == "python"
        or any(not is_left_to_the_reader(command) for command, _ in block.commands)
        for block in blocks_of(name)
    )


def is_left_to_the_reader(command):
    """Return whether a command is a pattern, or one of another program."""
    program = shlex.split(command, comments=True)[0]
    return program in NOT_RUN or _PLACEHOLDER.search(command) is not None


def run_page(name, folder, monkeypatch, capsys):
    """Run a page in a folder; return the names that Python leaves, and what was printed."""
    shutil.copytree(ROOT / "data", folder / "data")
    monkeypatch.chdir(folder)
    names, shown, written = {"__name__": name}, "", None
    for block in blocks_of(name):
        if block.language == "python":
            exec(compile(block.text, name, "exec"), names)
        elif block.file:
            written = folder / block.file
            written.parent.mkdir(parents=True, exist_ok=True)
            written.write_text(block.text, encoding="utf-8")
        elif block.is_addition:
            written.write_text(written.read_text("utf-8") + "\n" + block.text, "utf-8")
        for command, expected in block.commands:
            if not is_left_to_the_reader(command):
                shown += run_command(command, expected, capsys)
    return names, shown + capsys.readouterr().out


def run_command(command, expected, capsys):
    """Run a command, compare its answer with the one shown, and return what was printed."""
    before = capsys.readouterr().out
    program, *arguments = shlex.split(command, comments=True)
    assert program == "tsam-planner", f"nobody runs {program}: add it to NOT_RUN, or see why"
    code = run(arguments)
    printed = capsys.readouterr()
    answer = printed.out + printed.err
    if expected is None:
        assert code == 0, f"{command}\n{answer}"
    else:
        # Findings (1) and refusals (2) may be what a page shows; a crash (4) never is.
        assert code in (0, 1, 2), f"{command}\n{answer}"
        assert is_as_shown(arguments[0], expected, answer), f"{command}\n{answer}"
    return before + answer


def is_as_shown(name, expected, answer):
    """Return whether an answer is the expected one; ``...`` there stands for anything."""
    if name in SEARCHES:
        expected, answer = heads_of(expected), heads_of(answer)
    flags = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
    return doctest.OutputChecker().check_output(expected, answer, flags)


def heads_of(text):
    """Return each line up to a colon or two spaces, with ``#`` for numbers."""
    heads = (re.split(r": |  +", line.strip())[0] for line in text.splitlines())
    return "\n".join(re.sub(r"[\d,.]*\d", "#", head) for head in heads) + "\n"

"""Pages of docs/ as programs: their blocks of Python, executed in order."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]


def text_of(name):
    """Return the text of a page."""
    return (ROOT / "docs" / name).read_text(encoding="utf-8")


def run_page(name, monkeypatch):
    """
    Run a page from the project's folder and return the names that it leaves.

    Later blocks go on from earlier ones; pages assert their own figures.
    """
    monkeypatch.chdir(ROOT)
    names = {"__name__": name}
    for block in re.findall(r"```python\n(.*?)```", text_of(name), flags=re.DOTALL):
        exec(compile(block, name, "exec"), names)
    return names

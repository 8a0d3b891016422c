"""What the README shows is executed."""

import os
import re
from pathlib import Path

import matplotlib as mpl
import pytest

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.filterwarnings("ignore:FigureCanvasAgg is non-interactive")
def test_python_of_the_readme_runs(capsys):
    """Every Python block runs in order, from the project's folder."""
    mpl.use("Agg")
    before = Path.cwd()
    os.chdir(ROOT)
    try:
        for block in re.findall(r"```python\n(.*?)```", README, flags=re.DOTALL):
            exec(compile(block, "README.md", "exec"), {})
    finally:
        os.chdir(before)
    shown = capsys.readouterr().out
    assert "Served" in shown
    assert "points" in shown.lower()


def test_files_that_the_readme_links_exist():
    """No link of the README points nowhere."""
    for target in re.findall(r"\]\(([^)#]+)\)", README):
        assert (ROOT / target).is_file(), target

"""What the README shows is executed."""

import os
import re
import shlex
from pathlib import Path

import matplotlib as mpl
import pytest

from tsam_planner.cli.commands import run

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


def test_commands_of_a_plan_that_holds_run(tmp_path, monkeypatch, capsys):
    """They run in order on the sample with the policy that is shown, in less time."""
    section = README.split("## A plan that holds\n")[1].split("\n## ")[0]
    policy, commands = re.findall(r"```(?:toml|sh)\n(.*?)```", section, flags=re.DOTALL)
    (tmp_path / "policy.toml").write_text(policy)
    (tmp_path / "data").symlink_to(ROOT / "data")
    monkeypatch.chdir(tmp_path)
    shown = {}
    for line in commands.splitlines():
        program, name, *arguments = shlex.split(line)
        brief = ["--time-limit", "4"] if name == "plan" else []
        assert (program, run([name, *arguments, *brief])) == ("tsam-planner", 0), line
        shown[name] = capsys.readouterr().out
    assert "at most a 5 % chance of too much in a week is accepted" in shown["plan"]
    for path in re.findall(r"`(\w+\.csv)`", section):
        assert any((tmp_path / out / path).is_file() for out in ("forecast", "plan")), path


def test_files_that_the_readme_links_exist():
    """No link of the README points nowhere."""
    for target in re.findall(r"\]\(([^)#]+)\)", README):
        assert (ROOT / target).is_file(), target

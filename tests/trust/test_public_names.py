"""What others may rely on does not change unnoticed."""

import tomllib
from pathlib import Path

from tools.public_names import lines

from tsam_planner import make_plan

ROOT = Path(__file__).parents[2]
LIST = Path(__file__).with_name("public_names.txt")
REMEDY = (
    "public names, parameters or defaults changed. If that is meant, say it in CHANGELOG.md "
    "(CONTRIBUTING.md, Deprecations) and write the list again: "
    "python tools/public_names.py > tests/trust/public_names.txt"
)


def test_names_parameters_and_defaults_are_those_that_are_promised():
    """The list beside this file holds every public name with what can be passed."""
    listed = LIST.read_text(encoding="utf-8").splitlines()
    found = lines()
    changes = [f"- {line}" for line in listed if line not in found]
    changes += [f"+ {line}" for line in found if line not in listed]
    assert not changes, "\n".join([REMEDY, *changes])
    assert listed == found, REMEDY


def test_the_list_tells_what_a_caller_can_pass():
    """A keyword with its default is there: the list would show a change of either."""
    assert make_plan.__kwdefaults__["options"] is None
    line = next(line for line in lines() if line.startswith("make_plan("))
    assert "(portfolio, *, " in line
    assert "options=None" in line


def test_types_of_the_public_names_reach_type_checkers():
    """The package says that it is typed, and its stub names everything once."""
    package = ROOT / "src" / "tsam_planner"
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert (package / "py.typed").read_bytes() == b""
    assert "Typing :: Typed" in project["project"]["classifiers"]
    names = [line for line in lines() if not line.startswith(" ")]
    assert len(names) == len(set(names))

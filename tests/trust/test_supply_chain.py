"""What the planner needs, what is shipped, and how it arrives."""

import importlib.util
import os
import re
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from email.message import Message
from pathlib import Path

import pytest
from tools.ends import IMPORT_ALL, supported_pythons
from tools.licences import is_allowed, licence_of, needed, spoken

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src" / "tsam_planner"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def python(*arguments, at, **variables):
    """Run Python in a folder; what it prints."""
    done = subprocess.run(
        [sys.executable, *map(str, arguments)],
        cwd=at,
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


# Licences.


def test_every_licence_at_run_time_is_one_that_is_allowed():
    """No package that the planner needs, or that such a package needs, has another."""
    licences = {name: licence_of(name) for name in needed()}
    assert {"numpy", "ortools", "llvmlite"} <= set(licences), "llvmlite is what numba needs"
    assert {name: said for name, said in licences.items() if not is_allowed(said)} == {}


@pytest.mark.parametrize(
    ("said", "allowed"),
    [
        ("MIT", True),
        ("BSD-3-Clause AND 0BSD", True),
        ("BSD-2-Clause AND Apache-2.0 WITH LLVM-exception", True),
        ("GPL-3.0-only OR MIT", True),  # ours to choose
        ("MIT AND GPL-3.0-or-later", False),
        ("(MIT OR GPL-2.0-only) AND Zlib", False),  # mixed: a person has to read it
        ("AGPL-3.0-or-later", False),
        ("GNU General Public License v3 (GPLv3)", False),
        ("nothing", False),
    ],
)
def test_licences_are_weighed_as_spdx_means_them(said, allowed):
    """Every part of AND counts, one part of OR is enough, what is unknown is not allowed."""
    assert is_allowed(said) is allowed


@pytest.mark.parametrize(
    ("fields", "licence"),
    [
        ({"License-Expression": "MIT", "License": "GPL"}, "MIT"),
        ({"Classifier": "License :: OSI Approved :: MIT License", "License": "x"}, "MIT"),
        ({"License": "3-Clause BSD License\nwith text"}, "BSD-3-Clause"),
        ({"License": "GPL-3.0-only"}, "GPL-3.0-only"),
        ({}, "nothing"),
    ],
)
def test_an_expression_counts_before_classifiers_and_these_before_text(fields, licence):
    """The most exact statement of a package is believed."""
    metadata = Message()
    for field, text in fields.items():
        # As a header, a text of several lines would be refused.
        metadata._headers.append((field, text))
    assert spoken(metadata) == licence


def test_the_page_names_every_direct_dependency_in_its_table_of_licences():
    """Who audits finds what pyproject.toml asks for."""
    page = (ROOT / "docs" / "trust.md").read_text(encoding="utf-8")
    table = page.split("| licence | packages |")[1].split("\n\n")[0]
    asked = {re.split("[><=]", text)[0] for text in PROJECT["dependencies"]}
    assert asked <= set(re.findall(r"[\w-]+", table))


# Import.


def test_no_module_warns_when_it_is_imported(tmp_path):
    """Every module is imported where a warning is an error."""
    source = os.pathsep.join([str(PACKAGE.parent)])
    assert python("-W", "error", "-c", IMPORT_ALL, at=tmp_path, PYTHONPATH=source) == ""


def test_both_ends_are_tried_on_every_python_that_is_promised():
    """`make ends` reads the Pythons where packages say them, and they fit the range."""
    assert PROJECT["requires-python"] == ">=3.11,<3.14"
    assert supported_pythons() == ["3.11", "3.12", "3.13"]


# What is built.


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """Build wheel and sdist from the project, and from a copy in another folder."""
    if importlib.util.find_spec("hatchling") is None:
        pytest.skip('hatchling is not installed: pip install -e ".[test]"')
    folder = tmp_path_factory.mktemp("built")
    build(ROOT, folder / "once")
    with tarfile.open(next((folder / "once").glob("*.tar.gz"))) as archive:
        archive.extractall(folder, filter="data")
    copy = next(folder.glob("tsam_planner-*"))
    # A copy of the project has none; an sdist made of it would have two.
    (copy / "PKG-INFO").unlink()
    for path in copy.rglob("*.md"):
        os.utime(path, (10**9, 10**9))
        path.chmod(0o600)
    build(copy, folder / "again")
    return folder


def build(project, folder):
    """Call the backend as a build tool does, without asking anybody for packages."""
    python("-m", "hatchling", "build", "-d", folder, at=project)


def wheel_of(built):
    """Open the wheel that was built first."""
    return zipfile.ZipFile(next((built / "once").glob("*.whl")))


def test_two_builds_are_the_same_byte_for_byte(built):
    """Neither the folder, nor times or modes of files, nor the moment is in what is built."""
    names = sorted(path.name for path in (built / "once").iterdir())
    assert [name.rpartition("0.1.0")[2] for name in names] == ["-py3-none-any.whl", ".tar.gz"]
    for name in names:
        once, again = (built / time / name for time in ("once", "again"))
        assert once.read_bytes() == again.read_bytes(), name


def test_the_wheel_holds_the_whole_package_and_nothing_else(built):
    """Tables, templates and types are in it, no tests; no part of it is compiled."""
    with wheel_of(built) as wheel:
        shipped = {name for name in wheel.namelist() if ".dist-info/" not in name}
        purity = wheel.read("tsam_planner-0.1.0.dist-info/WHEEL").decode()
    files = (path for path in PACKAGE.rglob("*") if path.is_file())
    own = {f"tsam_planner/{path.relative_to(PACKAGE).as_posix()}" for path in files}
    assert shipped == {name for name in own if "__pycache__" not in name}
    kinds = {Path(name).suffix or name for name in shipped}
    assert kinds == {".py", ".pyi", ".typed", ".csv", ".toml", ".j2", ".css", ".js"}
    assert "Root-Is-Purelib: true" in purity
    assert "Tag: py3-none-any" in purity


def test_the_sdist_holds_what_the_wheel_and_its_tests_are_made_of(built):
    """Who repackages the planner can build and test it; nothing private is in it."""
    with tarfile.open(next((built / "once").glob("*.tar.gz"))) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {"pyproject.toml", "README.md", "PKG-INFO", "tests/conftest.py"} <= names
    assert {"src/tsam_planner/py.typed", "data/sample/contracts.csv"} <= names
    assert not [name for name in names if re.search(r"(^|/)(\.git/|\.venv|__pycache__)", name)]


def test_the_unpacked_wheel_makes_a_template_and_a_plan_elsewhere(built, tmp_path):
    """Nothing of the project's folder is needed but a portfolio."""
    with wheel_of(built) as wheel:
        wheel.extractall(tmp_path / "installed")
    installed = {"PYTHONPATH": str(tmp_path / "installed"), "PYTHONSAFEPATH": "1"}
    place = python("-c", "import tsam_planner as t; print(t.__file__)", at="/", **installed)
    assert Path(place.strip()).is_relative_to(tmp_path)
    module = ("-m", "tsam_planner")
    python(*module, "new", "empty", at=tmp_path, **installed)
    assert (tmp_path / "empty" / "contracts.csv").is_file()
    sample = ["plan", ROOT / "data" / "sample", "--quarter", "2027Q1", "--time-limit", "2"]
    python(*module, *sample, "--out", "plan", "--quiet", at=tmp_path, **installed)
    assert (tmp_path / "plan" / "report.html").is_file()

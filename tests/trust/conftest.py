"""Helpers of these tests are modules beside them."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture(scope="session")
def good(tmp_path_factory):
    """Return the folders of a portfolio with every table, and of its plan with every file."""
    from small_sample import good_files

    return good_files(tmp_path_factory.mktemp("good"))


@pytest.fixture(scope="session")
def place(tmp_path_factory):
    """Return a folder with a portfolio and exports whose private words are markers."""
    from marked_runs import import_absences

    return import_absences(tmp_path_factory.mktemp("privacy"))


@pytest.fixture(scope="session")
def everything(place):
    """Return all that every command that reads absences wrote and said."""
    from marked_runs import run_commands

    return run_commands(place / "portfolio", place / "written")

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

"""Names of files: ids of which nothing can be kept are named by what they are."""

import re

import pytest

from tsam_planner.report.file_names import file_names


@pytest.mark.parametrize("kind", ["contract", "manager"])
def test_an_id_without_a_letter_to_keep_is_named_by_what_it_is(kind):
    """A file of a contract is never called manager; eight digits of a hash tell it apart."""
    [name] = file_names(["契約"], kind=kind).values()
    assert re.fullmatch(kind + "-[0-9a-f]{8}", name)


def test_pages_of_contracts_are_the_usual_ones():
    """Where nothing is said, ids are those of contracts."""
    [name] = file_names(["契約"]).values()
    assert name.startswith("contract-")

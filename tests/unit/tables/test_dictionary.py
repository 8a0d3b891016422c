"""The data dictionary and what follows from it."""

from pathlib import Path

import pytest
from pydantic_core import PydanticUndefined

from tsam_planner.io.portfolios import RECORDS
from tsam_planner.tables.cells import read_cell
from tsam_planner.tables.dictionary import describe_tables, tables


@pytest.mark.parametrize("name", sorted(RECORDS))
def test_records_have_the_columns_and_defaults_of_the_dictionary(name):
    """Names, required fields and defaults are stated once and mirrored exactly."""
    columns, fields = tables()[name].columns, RECORDS[name].model_fields
    assert set(columns) == set(fields)
    for column in columns.values():
        default = fields[column.name].default
        assert column.is_required == (default is PydanticUndefined), column.name
        if not column.is_required:
            value = read_cell(column, None)
            same = sorted(value) == sorted(default) if isinstance(value, tuple) else None
            assert same or value == default, column.name


def test_every_column_has_a_meaning_and_references_exist():
    """A column says what it is; a reference names a column of the dictionary."""
    for table in tables().values():
        assert set(table.key) <= set(table.columns)
        for column in table.columns.values():
            assert column.description.endswith(".")
            if column.references:
                other, name = column.references
                assert name in tables()[other].columns


def test_documentation_is_generated_from_the_dictionary():
    """docs/data-dictionary.md says what columns.csv says."""
    written = Path(__file__).parents[3] / "docs" / "data-dictionary.md"
    assert written.read_text(encoding="utf-8") == describe_tables()

"""TOML as people write it: deep files are refused before parsing them takes minutes."""

import tomllib
from typing import Any

NAMES = 1_000
"""Joined by points in one line; the time to parse a key grows with the square of them."""


def parse_toml(text: str) -> dict[str, Any]:
    """
    Return what a TOML file says.

    Raises
    ------
    ValueError
        When it is no TOML, or nested deeper than anything that is read here.
    """
    for number, line in enumerate(text.splitlines(), start=1):
        if line.count(".") > NAMES and not line.lstrip().startswith("#"):
            message = f"line {number} joins more than {NAMES:,} names by points"
            raise ValueError(message)
    try:
        return tomllib.loads(text)
    except RecursionError:
        message = "tables or lists are nested too deep"
        raise ValueError(message) from None

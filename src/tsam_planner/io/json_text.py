"""JSON as its standard has it: numbers that are numbers, and letters that are whole."""

import json
import math
import re
from typing import Any, NoReturn

_HALVES = re.compile(r"\\u[dD][89a-fA-F]")


def parse_json(text: str) -> Any:  # noqa: ANN401 - whatever the text says
    """
    Return what a text says.

    Raises
    ------
    ValueError
        When it is no JSON, is nested too deep, or holds NaN, infinity or half a character.
    """
    try:
        document = json.loads(text, parse_constant=_refuse, parse_float=_number)
    except RecursionError:
        message = "it is nested too deep"
        raise ValueError(message) from None
    if _HALVES.search(text):
        # Half a character is written by an escape only, and can be shown nowhere.
        json.dumps(document, ensure_ascii=False).encode()
    return document


def _number(text: str) -> float:
    value = float(text)
    return value if math.isfinite(value) else _refuse(text)


def _refuse(text: str) -> NoReturn:
    message = f"expected finite numbers, got {text[:40]}"
    raise ValueError(message)

"""Texts in cells of a workbook: every character visible, none of them a formula."""

from collections.abc import Mapping

from tsam_planner.words import visible

LONGEST = 16_000
"""Half of what a cell holds, since some characters count twice."""

_FORMULA_STARTS = ("=", "+", "-", "@")


def shown(text: str) -> str:
    r"""
    Return a text as a cell shows it, with pictures in place of control characters.

    Examples
    --------
    >>> shown("a\x01b\tc")
    'a␁b␉c'
    """
    seen = visible(text)
    return seen if len(seen) <= LONGEST else f"{seen[: LONGEST - 1]}…"


def looks_like_formula(text: str) -> bool:
    """Say whether a spreadsheet could take a text for a formula once it is edited."""
    return text.startswith(_FORMULA_STARTS)


def unique_texts(texts: Mapping[str, str]) -> dict[str, str]:
    """
    Return texts of ids as cells show them, no two the same to a spreadsheet.

    Examples
    --------
    >>> unique_texts({"M-1": "Kim", "M-2": "kim"})
    {'M-1': 'Kim', 'M-2': 'kim (2)'}
    """
    result: dict[str, str] = {}
    taken: set[str] = set()
    for key, text in texts.items():
        base = name = shown(text).strip()
        number = 2
        while name.casefold() in taken:
            name = f"{base} ({number})"
            number += 1
        taken.add(name.casefold())
        result[key] = name
    return result

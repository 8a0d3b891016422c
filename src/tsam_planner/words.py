"""Words for numbers and names that were meant, and characters that everybody sees."""

import re
from collections.abc import Iterable

from rapidfuzz import fuzz, process

LONGEST_NAME = 200
"""Longer words are no slip of a finger, and comparing them takes minutes."""

# What XML cannot hold, and control characters that nobody sees or that terminals obey.
_UNSEEN = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def counted(count: int, noun: str, plural: str | None = None) -> str:
    """
    Return a number with its noun.

    Examples
    --------
    >>> counted(1, "contract"), counted(2_000, "contract"), counted(2, "company", "companies")
    ('1 contract', '2,000 contracts', '2 companies')
    """
    return f"{count:,} {noun if count == 1 else plural or noun + 's'}"


def visible(text: str) -> str:
    r"""
    Return a text with pictures in place of control characters; lines stay lines.

    Examples
    --------
    >>> visible("a\x01b\tc")
    'a␁b␉c'
    """
    return _UNSEEN.sub(_picture, text)


def _picture(match: re.Match[str]) -> str:
    code = ord(match[0])
    if code < 0x20:
        return chr(0x2400 + code)
    return "␡" if code == 0x7F else "\N{REPLACEMENT CHARACTER}"


def closest(name: str, known: Iterable[str], *, cutoff: float = 0.6) -> str | None:
    """
    Return the name that was probably meant, None where none is near.

    Examples
    --------
    >>> closest("contrcats", ["contracts", "managers"])
    'contracts'
    """
    if len(name) > LONGEST_NAME:
        return None
    # Sorted: of two that are equally near, the same one in every process.
    short = sorted(item for item in known if len(item) <= LONGEST_NAME)
    near = process.extractOne(name, short, scorer=fuzz.ratio, score_cutoff=100 * cutoff)
    return near[0] if near else None

"""Sentences of a plan under pseudonyms: ids are exchanged, what people wrote is left out."""

import re
from collections.abc import Iterable
from functools import cached_property

from tsam_planner.portfolio.portfolio import Portfolio
from tsam_planner.portfolio.pseudonyms import Words

UNTOLD = "not told under pseudonyms"
_EXCLUDED = "excluded by a pin"
# A bare number, or a bare word in small letters, might as well be one of the sentence's own.
_MAY_BE_ANYTHING = re.compile(r"[\d\W_]+|[a-z]+")


class PseudonymousText:
    """
    Exchanges ids in the sentences of plans.

    A sentence with an id that cannot be told from a number or a word of the sentence keeps
    what stands before its colon only.

    Parameters
    ----------
    portfolio
        The original.
    words
        Pseudonym of each original, by kind.

    Examples
    --------
    >>> text = PseudonymousText(
    ...     Portfolio(contracts=[], managers=[]),
    ...     {"manager": {"ada-1": "M-002", "12": "M-001"}},
    ... )
    >>> text.of("forced: ada-1 has room for 3.0 of 5.0 h a week")
    'forced: M-002 has room for 3.0 of 5.0 h a week'
    >>> text.of("pinned: Ada knows them well"), text.of("forced: 12 is away for 12 weeks")
    ('pinned', 'forced: not told under pseudonyms')
    """

    def __init__(self, portfolio: Portfolio, words: Words) -> None:
        self._written = sorted(
            {pin.reason for pin in portfolio.pins if pin.reason}, key=len, reverse=True
        )
        kinds = ("manager", "contract", "company", "product")
        self._pseudonyms = {
            original: pseudonym
            for kind in kinds
            for original, pseudonym in words.get(kind, {}).items()
        }

    def of(self, sentence: str) -> str:
        """Return a sentence with pseudonyms in place of ids."""
        kept = self._without_words_of_people(sentence)
        if self._unclear.search(kept):
            head, colon, _ = kept.partition(":")
            is_clear = colon and not self._unclear.search(head)
            kept = f"{head}: {UNTOLD}" if is_clear else UNTOLD
        return self._ids.sub(lambda found: self._pseudonyms[found[0]], kept)

    def _without_words_of_people(self, sentence: str) -> str:
        # As `planning.reasons` writes them; a pin may have been taken away since.
        if sentence.startswith("pinned: "):
            return "pinned"
        for written in self._written:
            sentence = sentence.replace(f"{_EXCLUDED} ({written})", _EXCLUDED)
        head, found, _ = sentence.partition(f"{_EXCLUDED} (")
        return f"{head}{_EXCLUDED}" if found else sentence

    @cached_property
    def _ids(self) -> re.Pattern[str]:
        return _any_of(
            name for name in self._pseudonyms if not _MAY_BE_ANYTHING.fullmatch(name)
        )

    @cached_property
    def _unclear(self) -> re.Pattern[str]:
        return _any_of(name for name in self._pseudonyms if _MAY_BE_ANYTHING.fullmatch(name))


def _any_of(names: Iterable[str]) -> re.Pattern[str]:
    """Return a pattern of whole ids, the longest first where several fit."""
    parts = [re.escape(name) for name in sorted(names, key=len, reverse=True)]
    # Without ids the pattern fits nothing.
    return re.compile(rf"(?<![\w-])(?:{'|'.join(parts)})(?![\w-])" if parts else r"(?!)")

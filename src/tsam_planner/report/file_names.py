"""Names of files for ids that can hold anything."""

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Collection

# A file name with all 64 digits of a hash is longer than any that goes without one, so the
# two never meet.
_LONGEST_NAME = 60
_SHORT_HASH = 8
_WHOLE_HASH = 64
_RESERVED = re.compile(r"(CON|PRN|AUX|NUL|COM\d|LPT\d)(\..*)?", re.IGNORECASE)


def file_names(ids: Collection[str], *, kind: str = "contract") -> dict[str, str]:
    """
    Return a name without ending for each id, distinct also where case does not count.

    An id that every file system can bear is its own name; others, and those that differ
    only by case, end with digits of their hash.

    Parameters
    ----------
    ids
        Ids of contracts, or of what ``kind`` says.
    kind
        What stands in place of letters where an id has none that can be kept.

    Examples
    --------
    >>> file_names(["C-1", "契約"])
    {'C-1': 'C-1', '契約': 'contract-d5be412f'}
    """
    digits = {identifier: 0 if _is_plain(identifier) else _SHORT_HASH for identifier in ids}
    while True:
        names = {
            identifier: _file_name(identifier, digits[identifier], kind) for identifier in ids
        }
        times = Counter(name.lower() for name in names.values())
        clashing = [identifier for identifier in ids if times[names[identifier].lower()] > 1]
        if not clashing:
            return names
        # Whole hashes are distinct, so this happens at most twice to each id.
        for identifier in clashing:
            digits[identifier] = _WHOLE_HASH if digits[identifier] else _SHORT_HASH


def _is_plain(identifier: str) -> bool:
    # A name begins and ends with a letter or a digit: a point or a space at the end gets
    # lost on some systems, one at the beginning hides a file, a hyphen makes it an option.
    return (
        len(identifier) <= _LONGEST_NAME
        and re.fullmatch(r"[A-Za-z0-9]([A-Za-z0-9_.@-]*[A-Za-z0-9])?", identifier) is not None
        and ".." not in identifier
        and _RESERVED.fullmatch(identifier) is None
    )


def _file_name(identifier: str, digits: int, kind: str) -> str:
    if not digits:
        return identifier
    letters = unicodedata.normalize("NFKD", identifier).encode("ascii", "ignore").decode()
    readable = re.sub(r"[^A-Za-z0-9_]+", "-", letters)[:24].strip("-_")
    return f"{readable or kind}-{hash_of(identifier)[:digits]}"


def hash_of(text: str) -> str:
    """Return the 64 digits that stand for a text."""
    return hashlib.sha256(text.encode()).hexdigest()

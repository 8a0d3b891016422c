"""Words for numbers, the same in every sentence."""


def counted(count: int, noun: str, plural: str | None = None) -> str:
    """
    Return a number with its noun.

    Examples
    --------
    >>> counted(1, "contract"), counted(2_000, "contract"), counted(2, "company", "companies")
    ('1 contract', '2,000 contracts', '2 companies')
    """
    return f"{count:,} {noun if count == 1 else plural or noun + 's'}"

"""Values that nobody can change, made of dicts and lists that somebody still can."""

from collections.abc import Iterator, Mapping
from typing import Any


class FrozenTable(Mapping[str, Any]):
    """
    A dict that stays what it was, and can be hashed and sent to other processes.

    Examples
    --------
    >>> given = {"goals": {"handover": 1.0}}
    >>> table = FrozenTable(given)
    >>> given["goals"]["handover"] = 2.0
    >>> table, hash(table) == hash(FrozenTable({"goals": {"handover": 1.0}}))
    ({'goals': {'handover': 1.0}}, True)
    """

    __slots__ = ("_values",)

    def __init__(self, values: Mapping[str, Any]) -> None:
        self._values = {key: frozen(value) for key, value in values.items()}

    def __getitem__(self, key: str) -> Any:  # noqa: ANN401 - a table can hold any type
        return self._values[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __hash__(self) -> int:
        return hash(frozenset(self._values.items()))

    def __repr__(self) -> str:
        return repr(self._values)


def frozen(value: Any) -> Any:  # noqa: ANN401 - any type is given back as it is
    """Return a value whose dicts, lists and sets cannot be changed any more."""
    if isinstance(value, Mapping):
        return FrozenTable(value)
    if isinstance(value, list | tuple):
        return tuple(frozen(item) for item in value)
    return frozenset(value) if isinstance(value, set) else value

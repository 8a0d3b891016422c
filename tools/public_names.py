"""
What others may rely on: every public name with its parameters, their defaults and its methods.

``python tools/public_names.py > tests/trust/public_names.txt`` writes the list that a test
compares. Annotations are left out: types may become wider without anybody noticing.
"""

import enum
import inspect
from collections.abc import Callable, Iterator

import tsam_planner as tsam


def lines() -> list[str]:
    """Return a line per public name, and one below it per method, property or member."""
    return [line for name in _names() for line in _lines_of(name)]


def _lines_of(name: str) -> Iterator[str]:
    item = getattr(tsam, name)
    if not isinstance(item, type):
        yield name + _parameters(item)
        return
    if issubclass(item, enum.Enum):
        yield f"{name}: {', '.join(f'{one.name}={one.value!r}' for one in item)}"
        return
    own_errors = issubclass(item, Exception) and "__init__" not in vars(item)
    bases = ", ".join(base.__name__ for base in item.__bases__)
    yield f"{name}({bases})" if own_errors else name + _parameters(item)
    yield from _members(item)


def _members(item: type) -> Iterator[str]:
    # What pydantic and Python add to a class is theirs.
    own = [base for base in item.__mro__ if base.__module__.startswith("tsam_planner")]
    names = {name for base in own for name in vars(base) if not name.startswith("_")}
    for name in sorted(names - {"model_config"}):
        member = inspect.getattr_static(item, name)
        if isinstance(member, classmethod | staticmethod) or inspect.isfunction(member):
            yield f"    .{name}{_parameters(getattr(item, name))}"
        elif isinstance(member, property) or hasattr(member, "func"):
            yield f"    .{name}"


def _parameters(item: Callable[..., object]) -> str:
    signature = inspect.signature(item)
    plain = [_plain(one) for one in signature.parameters.values() if one.name != "self"]
    return str(inspect.Signature(plain))


def _plain(parameter: inspect.Parameter) -> inspect.Parameter:
    """Leave out the annotation, and what a default that is made of defaults is made of."""
    default, kind = parameter.default, type(parameter.default)
    if kind.__name__ in _names() and default == kind():
        default = _Made(kind.__name__)
    return parameter.replace(annotation=inspect.Parameter.empty, default=default)


def _names() -> list[str]:
    return sorted(vars(tsam)["__all__"])


class _Made(str):
    """A default that is shown as the call that makes it."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"{self}()"


if __name__ == "__main__":
    print("\n".join(lines()))

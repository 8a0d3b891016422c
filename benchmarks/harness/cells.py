"""What is run, and which instances there are."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from benchmarks.instances import Instance

ROOT = Path(__file__).resolve().parents[2]
SEEDS = range(5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """
    One method on one instance with one seed and one time limit (seconds, > 0).

    The seed draws the instance, unless it is read from ``file``, and is given to the method.
    """

    benchmark: str
    instance: str
    method: str
    seed: int
    limit: float
    file: Path | None = None
    best_known: float | None = None

    @property
    def key(self) -> tuple[str, str, int, float]:
        """What tells a cell from others in the file of its benchmark."""
        return self.instance, self.method, self.seed, float(self.limit)

    def __str__(self) -> str:
        return f"{self.instance} · {self.method} · seed {self.seed} · {self.limit:g} s"


def instance_of(name: str, seed: int) -> "Instance":
    """
    Read a name such as ``60x300-90``: managers, contracts, load in percent.

    Raises
    ------
    ValueError
        When the name is not of this form.

    Examples
    --------
    >>> instance_of("60x300-90", 0).load
    0.9
    """
    # Imported here: the memory of a method must not hold what draws instances.
    from benchmarks.instances import Instance

    try:
        size, load = name.split("-")
        managers, contracts = map(int, size.split("x"))
        return Instance(managers=managers, contracts=contracts, load=int(load) / 100, seed=seed)
    except ValueError as error:
        message = f"expected an instance such as 60x300-90, got {name!r}"
        raise ValueError(message) from error


def size_of(name: str) -> int:
    """Return the number of contracts in the name of an instance."""
    return instance_of(name, 0).contracts


def goal_limit(name: str) -> float:
    """
    Return the seconds after which the goals of the engine are measured.

    Examples
    --------
    >>> goal_limit("60x300-90"), goal_limit("60x300-105"), goal_limit("1000x5000-90")
    (60.0, 120.0, 600.0)
    """
    instance = instance_of(name, 0)
    if instance.contracts > 1500:
        return 600.0
    if instance.contracts > 300:
        return 60.0 if instance.load < 0.85 else 300.0
    return 120.0 if instance.load > 1.0 and instance.contracts == 300 else 60.0

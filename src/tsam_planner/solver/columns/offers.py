"""What the search for sets is given, and where it puts what it finds; read by compiled code."""

from typing import NamedTuple

from tsam_planner.solver.columns.surrogate import Rows
from tsam_planner.solver.problem import FloatArray, IntArray


class Memberships(NamedTuple):
    """Sets that options belong to: those of option k are ``of[start[k]:start[k + 1]]``."""

    start: IntArray
    of: IntArray


class Offer(NamedTuple):
    """
    What is searched: the options that may be taken, their profits, and what ties them.

    Of each set in ``apart`` one option may be taken; the price of each group in ``groups``
    is paid by its first option. Until it is paid, each option of a group bears the
    ``group_share``, the price by the number of active options: no set of options bears more
    than it pays, so the bound holds. ``shared`` is the profit less all shares. ``unit`` is
    that of the only row where `complete` can tell the rest of it exactly, else 0.
    """

    active: IntArray
    profit: FloatArray
    shared: FloatArray
    rows: Rows
    apart: Memberships
    groups: Memberships
    group_price: FloatArray
    group_share: FloatArray
    unit: float


class Want(NamedTuple):
    """
    What is looked for, and how hard.

    Sets worth more than ``floor``: all of them, or only those better than any before, where
    improvements up to ``slack`` (>= `SLACK`) may be overlooked. The search gives up after
    ``max_nodes`` sets.
    """

    floor: float
    slack: float
    collect_all: bool
    max_nodes: int


class Shelf(NamedTuple):
    """
    Where sets are kept: options (k, longest), sizes (k,) and values (k,).

    In a search for the best the oldest are overwritten; a search for all gives up when the
    shelf is full.
    """

    options: IntArray
    size: IntArray
    value: FloatArray

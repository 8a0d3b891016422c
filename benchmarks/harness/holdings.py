"""What a process holds: memory, threads, open files, children, figures, temporary files."""

import gc
import os
import sys
import tempfile
import threading
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Holdings:
    """
    What a process holds at a moment.

    ``rss_mb`` is memory in MiB; ``threads`` are the system's, ``python_threads`` those that
    Python knows; ``objects`` are those that Python's collector watches.
    """

    rss_mb: float
    threads: int
    python_threads: int
    open_files: int
    children: int
    figures: int
    temporary: int
    objects: int

    def as_row(self) -> dict[str, object]:
        """Return columns of a row."""
        return asdict(self)


def take_stock() -> Holdings:
    """Return what this process holds once everything unreachable is collected."""
    # Imported here: what a plan needs should not be imported for it.
    import psutil

    gc.collect()
    me = psutil.Process()
    return Holdings(
        rss_mb=me.memory_info().rss / 2**20,
        threads=me.num_threads(),
        python_threads=threading.active_count(),
        open_files=me.num_fds() if hasattr(me, "num_fds") else len(me.open_files()),
        children=len(me.children(recursive=True)),
        figures=_figures(),
        temporary=sum(len(files) for _, _, files in os.walk(tempfile.gettempdir())),
        objects=len(gc.get_objects()),
    )


def _figures() -> int:
    """Return the figures that pyplot keeps open, where somebody has imported it."""
    pyplot = sys.modules.get("matplotlib.pyplot")
    return 0 if pyplot is None else len(pyplot.get_fignums())

"""
Output folders that are written whole or not at all.

A folder is filled beside its final place and then exchanged with it in one step, so that a
reader, or a crash at any moment, sees either the old folder or the new one.
"""

import ctypes
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tsam_planner.errors import PlanFileError

_AT_FDCWD = -100
_RENAME_EXCHANGE = 2


def check_replaceable(target: Path, marker: str) -> None:
    """
    Refuse a folder that must not be replaced.

    Raises
    ------
    PlanFileError
        When the target is a file, a folder that is neither empty nor holds ``marker``, or
        one that the process is in.
    """
    if not target.exists() and not target.is_symlink():
        return
    if not target.is_dir():
        message = f"{target} is not a folder; choose another output folder"
        raise PlanFileError(message)
    if Path.cwd().is_relative_to(target.resolve()):
        # It is exchanged: whoever stands in it would be left in the old one.
        message = f"{target} is the folder that you are in; call from outside of it"
        raise PlanFileError(message)
    if (target / marker).is_file() or not any(target.iterdir()):
        return
    message = (
        f"{target} holds other files and no {marker} of an earlier plan; "
        f"choose another output folder or empty this one"
    )
    raise PlanFileError(message)


def write_folder(target: Path, marker: str, fill: Callable[[Path], None]) -> None:
    """
    Write a folder whole, replacing an earlier one of ours.

    Parameters
    ----------
    target
        The folder's final place.
    marker
        File that tells an earlier folder of ours from somebody else's.
    fill
        Writes all files into the folder that it is given.

    Raises
    ------
    PlanFileError
        When the target must not be replaced or cannot be written; nothing is changed then.
    """
    with telling(target):
        check_replaceable(target, marker)
    place = _real(target)
    with telling(target, place):
        place.parent.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(prefix=f".{place.name}-", dir=place.parent))
        try:
            fill(fresh)
            # mkdtemp makes a private folder; a plan is for colleagues too.
            fresh.chmod(0o777 & ~_umask())
            _exchange(fresh, place)
        finally:
            shutil.rmtree(fresh, ignore_errors=True)


def write_file(target: Path, content: bytes, *, private: bool = False) -> None:
    """
    Write a file whole or not at all, replacing an earlier one.

    A link stays, and what it leads to is replaced. What is no file but can be written to,
    such as a pipe or ``/dev/null``, is written to and stays, too.

    Parameters
    ----------
    private
        Whether nobody but its owner may read it, at any moment.

    Raises
    ------
    PlanFileError
        When it cannot be written.
    """
    if not target.name:
        message = f"'{target}' cannot be written: it names a folder, not a file"
        raise PlanFileError(message)
    if target.exists() and not target.is_file() and not target.is_dir():
        with telling(target):
            target.write_bytes(content)
        return
    place = _real(target)
    with telling(target, place):
        place.parent.mkdir(parents=True, exist_ok=True)
        _replace_file(place, content, private=private)


def _replace_file(place: Path, content: bytes, *, private: bool) -> None:
    fresh = place.with_name(f".{place.name}-{os.getpid()}")
    try:
        fresh.unlink(missing_ok=True)
        fresh.touch(mode=0o600 if private else 0o666, exist_ok=False)
        fresh.write_bytes(content)
        fresh.replace(place)
    finally:
        with suppress(OSError):
            fresh.unlink(missing_ok=True)


def _real(target: Path) -> Path:
    """Return where a path leads to."""
    try:
        return target.resolve()
    except RuntimeError as error:
        # Up to Python 3.12; later ones say so when the path is used.
        message = f"{target} cannot be written: its links lead in a circle"
        raise PlanFileError(message) from error


@contextmanager
def telling(target: Path, place: Path | None = None) -> Iterator[None]:
    """
    Turn what the system says against a path, or what is beside it, into our error.

    Parameters
    ----------
    target
        The path as it was named.
    place
        Where it leads to, if that is known.
    """
    place = place or target
    try:
        yield
    except shutil.Error as error:
        # Of a copied folder, all of its files: the first one tells why.
        message = f"{target} cannot be written: {error.args[0][0][-1]}"
        raise PlanFileError(message) from error
    except OSError as error:
        about = Path(os.fsdecode(error.filename)) if error.filename else place
        if not about.is_relative_to(place.parent) and not place.is_relative_to(about):
            raise
        message = f"{target} cannot be written: {error.strerror or error}"
        raise PlanFileError(message) from error


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _exchange(fresh: Path, target: Path) -> None:
    """Put the fresh folder into place; what stood there ends where the fresh one was."""
    if not target.exists():
        try:
            fresh.rename(target)
        except OSError:
            # Somebody else may have put a folder there in the meantime.
            if not target.exists():
                raise
        else:
            return
    if _exchange_atomically(fresh, target):
        return
    old = fresh.with_name(fresh.name + "-old")
    try:
        target.rename(old)
        fresh.rename(target)
    except BaseException:
        # Of Ctrl-C, too, between any two steps: without the old folder there would be none.
        if not target.exists():
            old.rename(target)
        raise
    finally:
        if target.exists():
            shutil.rmtree(old, ignore_errors=True)


def _exchange_atomically(one: Path, other: Path) -> bool:
    """Swap two folders in a single step where the system can; return whether it did."""
    if not sys.platform.startswith("linux"):
        return False
    rename = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if rename is None:
        return False
    paths = (os.fsencode(one), os.fsencode(other))
    result: int = rename(_AT_FDCWD, paths[0], _AT_FDCWD, paths[1], _RENAME_EXCHANGE)
    return result == 0

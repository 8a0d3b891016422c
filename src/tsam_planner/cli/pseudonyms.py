"""The option ``--pseudonymize``: where its key may stand, and when it is written."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from tsam_planner.errors import ArgumentError, PlanFileError

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

PseudonymizeOption = Annotated[
    Path | None,
    typer.Option(
        "--pseudonymize",
        metavar="KEY_FILE",
        help="Put pseudonyms in place of all ids, drop names and notes; KEY_FILE leads back.",
    ),
]

Hidden = TypeVar("Hidden")


class KeyFile:
    """
    The file of a call's key; pseudonyms that it holds already are used again.

    Parameters
    ----------
    path
        What the call names.
    out
        The file or folder that the call writes.

    Raises
    ------
    ArgumentError
        When the key would stand in what is written, or the folder holds anything that is not
        under pseudonyms.
    PlanFileError
        When there is a file that is no key.
    """

    def __init__(self, path: Path, out: Path) -> None:
        from tsam_planner.io.key_files import read_key

        if path.resolve().is_relative_to(out.resolve()):
            message = f"{path} would be shared with {out}; choose a place outside for the key"
            raise ArgumentError(message)
        if out.is_dir() and any(out.iterdir()):
            message = (
                f"{out} holds files already, and what people wrote into a plan's folder stays "
                f"there; choose a new folder for what is shared"
            )
            raise PlanFileError(message)
        self._path = path
        self._known = read_key(path) if path.exists() else None

    def hide(
        self, original: Hidden, hide: "Callable[..., tuple[Hidden, pd.DataFrame]]"
    ) -> Hidden:
        """Return what is shown in place of an original; the key is written before anything."""
        from tsam_planner.io.key_files import write_key

        shown, key = hide(original, self._known)
        write_key(key, self._path)
        return shown

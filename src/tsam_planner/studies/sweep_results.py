"""Results of a sweep on disk: one small file for each point, so that nothing is done twice."""

import json
import uuid
import warnings
from collections.abc import Mapping
from pathlib import Path

from tsam_planner.errors import ArgumentError, DataQualityWarning
from tsam_planner.io.json_text import parse_json

Result = Mapping[str, float | str | None]


class SweepResults:
    """
    Results by the fingerprint of what they follow from.

    Files are written whole or not at all, so a study that was stopped, or several that run
    at once, leave nothing half done.

    Raises
    ------
    ArgumentError
        When the folder cannot be made.
    """

    def __init__(self, folder: Path | str) -> None:
        self._folder = Path(folder)
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            message = f"cache {self._folder} cannot be made: {error.strerror or error}"
            raise ArgumentError(message) from error

    def find(self, fingerprint: str) -> Result | None:
        """Return a result; None where there is none, or a file that cannot be read."""
        file = self._file(fingerprint)
        try:
            found = parse_json(file.read_text(encoding="utf-8"))
            if found["fingerprint"] == fingerprint and isinstance(found["result"], dict):
                result: Result = found["result"]
                return result
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError):
            pass
        message = (
            f"{file.name} in the cache of a sweep cannot be read; the point is planned again"
        )
        # Told of the line that calls `sweep`.
        warnings.warn(message, DataQualityWarning, stacklevel=5)
        return None

    def keep(self, fingerprint: str, result: Result) -> None:
        """Write a result."""
        document = {"fingerprint": fingerprint, "result": dict(result)}
        fresh = self._folder / f"{fingerprint}.{uuid.uuid4().hex}.part"
        try:
            fresh.write_text(json.dumps(document), encoding="utf-8")
            fresh.replace(self._file(fingerprint))
        finally:
            fresh.unlink(missing_ok=True)

    def _file(self, fingerprint: str) -> Path:
        return self._folder / f"{fingerprint}.json"

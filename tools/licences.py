"""
Licences of what the planner needs at run time, as the installed packages tell them.

``python tools/licences.py`` prints them as the table of docs/trust.md. A licence is named as
SPDX names it. Where a package says an expression, that counts; else its classifiers, else the
first line of its text.
"""

import re
from importlib.metadata import PackageMetadata, distribution, requires

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

# Each lets anybody use, change and pass on the package within closed software. MPL-2.0 asks
# for the source of its own files only.
ALLOWED = {
    "0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "BSD", "CC0-1.0", "HPND", "ISC",
    "MIT", "MIT-CMU", "MPL-2.0", "PSF-2.0", "Unlicense", "Zlib",
}  # fmt: skip
# Words of classifiers and texts; "BSD" is as much as a classifier tells.
_WORDS = {
    "3-Clause BSD License": "BSD-3-Clause",
    "Apache 2.0": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "BSD License": "BSD",
    "Historical Permission Notice and Disclaimer (HPND)": "HPND",
    "ISC License (ISCL)": "ISC",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Python Software Foundation License": "PSF-2.0",
    "The Unlicense (Unlicense)": "Unlicense",
}


def needed(name: str = "tsam-planner") -> list[str]:
    """Return what a package needs to run, without extras, with what that needs in turn."""
    found, open_names = set[str](), [name]
    while open_names:
        for text in requires(open_names.pop()) or []:
            requirement = Requirement(text)
            other = canonicalize_name(requirement.name)
            if other not in found and _applies(requirement):
                found.add(other)
                open_names.append(other)
    return sorted(found)


def licence_of(name: str) -> str:
    """Return what an installed package says of its licence; never nothing."""
    return spoken(distribution(name).metadata)


def spoken(metadata: PackageMetadata) -> str:
    """Return the licence that metadata tell, as SPDX names it where the words are known."""
    if "License-Expression" in metadata:
        return metadata["License-Expression"]
    classified = [
        text.rpartition(" :: ")[2]
        for text in metadata.get_all("Classifier") or []
        if text.startswith("License :: ")
    ]
    text = metadata["License"].strip() if "License" in metadata else ""
    words = classified or text.splitlines()[:1] or ["nothing"]
    return " AND ".join(_WORDS.get(word, word) for word in words)


def is_allowed(licence: str) -> bool:
    """Whether every part is allowed; of parts to choose from, whether one is."""
    plain = re.sub(r" WITH \S+|[()]", "", licence)
    if " OR " in plain and " AND " not in plain:
        return any(part in ALLOWED for part in plain.split(" OR "))
    return all(part in ALLOWED for part in re.split(" AND | OR ", plain))


def table() -> str:
    """Return a table of packages by licence."""
    by_licence: dict[str, list[str]] = {}
    for name in needed():
        by_licence.setdefault(licence_of(name), []).append(name)
    rows = [f"| {licence} | {', '.join(names)} |" for licence, names in by_licence.items()]
    return "\n".join(["| licence | packages |", "|---|---|", *sorted(rows)])


def _applies(requirement: Requirement) -> bool:
    return requirement.marker is None or requirement.marker.evaluate({"extra": ""})


if __name__ == "__main__":
    print(table())

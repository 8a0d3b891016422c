"""
Install Timefold's Python solver in an environment of its own.

``python -m benchmarks.compare.timefold_setup --venv DIR``; it needs a JDK 17 or later to run.
"""

import argparse
import os
import subprocess
import sys
from pathlib import Path

from benchmarks.harness.cells import ROOT

REQUIREMENT = "timefold==1.24.0b0"
DEFAULT = ROOT / "build" / "timefold"
VARIABLE = "TIMEFOLD_VENV"


def venv() -> Path:
    """Return the environment in use: that of the variable, else the default one."""
    return Path(os.environ.get(VARIABLE, DEFAULT))


def python_of(folder: Path) -> Path:
    """Return the interpreter of an environment."""
    return folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def install(folder: Path) -> None:
    """Create the environment and install the solver in it."""
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    pip = [python_of(folder), "-m", "pip", "install", "--quiet", REQUIREMENT]
    subprocess.run(pip, check=True)


def main() -> None:
    """Install it where the command line says."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--venv", type=Path, default=venv(), help="default: build/timefold")
    folder: Path = parser.parse_args().venv
    install(folder.resolve())
    print(f"{REQUIREMENT} is installed; `--timefold {folder}` names it if not the default")


if __name__ == "__main__":
    main()

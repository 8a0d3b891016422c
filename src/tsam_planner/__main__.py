"""Run the command line with ``python -m tsam_planner``."""

from tsam_planner.cli import main

if __name__ == "__main__":
    main()

"""The way into the process: answers `--version` at once, and loads the command line for everything else."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the program with the arguments of this process."""
    if sys.argv[1:2] == ["--version"]:
        say_version()
        return
    from handslag.cli import main as run

    run()


def say_version() -> None:
    """Print the version that is installed."""
    from importlib.metadata import version  # takes longer than all else that is done here

    sys.stdout.write(f"handslag {version('handslag')}\n")


if __name__ == "__main__":
    main()

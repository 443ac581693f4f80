"""Runs every benchmark: ``make bench``. Each prints one JSON object with its own figures beside those of its reference."""

import runpy
import sys
from pathlib import Path


def main() -> None:
    """Runs the benchmarks of this folder one after the other."""
    for path in sorted(Path(__file__).parent.glob("bench_*.py")):
        print(f"{path.stem}:", flush=True)  # noqa: T201 - a benchmark's output is what it prints
        sys.argv = [str(path)]
        runpy.run_path(str(path), run_name="__main__")


if __name__ == "__main__":
    main()

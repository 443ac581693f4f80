"""Speed of the whole way: `lessons ingest` of a folder into an empty library, beside pdfminer's own text extraction of it.

    python tests/benchmarks/bench_ingest.py [--runs 5] [--copies 3] [FOLDER]

Prints JSON: median wall and processor seconds of ingests with one and with two workers, of one with nothing but an empty
page to read (what it takes to start), and of ``pdfminer.high_level.extract_text`` on the same files; and their ratios,
taken run by run. `copies` of the folder's files, each with a comment added, make it longer. Trust ratios, and on a machine
with other work those of processor time.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SAMPLE = Path(__file__).resolve().parents[2] / "corpus" / "reviews" / "sample"
REFERENCE = "import sys; from pdfminer.high_level import extract_text; [extract_text(path) for path in sys.argv[1:]]"
NEARLY_NOTHING = b"""%PDF-1.4
1 0 obj
<</Type/Pages/Count 1/Kids[2 0 R]>>
endobj
2 0 obj
<</Type/Page/Parent 1 0 R/MediaBox[0 0 9 9]>>
endobj
3 0 obj
<</Type/Catalog/Pages 1 0 R>>
endobj
trailer
<</Root 3 0 R>>
"""


def copies(folder: Path, number: int, target: Path) -> list[Path]:
    """Copies of all PDFs of a folder that differ in their bytes and not in what they show."""
    target.mkdir()
    made = []
    for copy in range(number):
        for path in sorted(folder.rglob("*.pdf")):
            made.append(target / f"{path.stem}-{copy}.pdf")
            made[-1].write_bytes(path.read_bytes() + b"\n%% copy %d\n" % copy)
    return made


def timed(command: list[str]) -> tuple[float, float]:
    """Wall and processor seconds of a command and all that it starts."""
    before, start = os.times(), time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    after = os.times()
    spent = after.children_user + after.children_system - before.children_user - before.children_system
    return time.perf_counter() - start, spent


def ingest(folder: Path, jobs: int, data: Path) -> tuple[float, float]:
    """Wall and processor seconds of an ingest into an empty library."""
    shutil.rmtree(data, ignore_errors=True)
    command = [sys.executable, "-m", "indexer", "ingest", str(folder), "--data", str(data), "--jobs", str(jobs)]
    return timed(command)


def measure(folder: Path, number: int, runs: int, made: Path) -> dict[str, object]:
    """The medians of all runs, and of the ratios within each."""
    files = copies(folder, number, made / "reviews")
    (made / "nothing").mkdir()
    (made / "nothing" / "nothing.pdf").write_bytes(NEARLY_NOTHING)
    times: list[dict[str, tuple[float, float]]] = []
    for _ in range(runs):
        times.append(
            {
                "extract_text": timed([sys.executable, "-c", REFERENCE, *map(str, files)]),
                "one worker": ingest(made / "reviews", 1, made / "data"),
                "two workers": ingest(made / "reviews", 2, made / "data"),
                "start": ingest(made / "nothing", 1, made / "data"),
            }
        )
    ratios = [ratios_of(run) for run in times]
    return {
        "files": len(files),
        "runs": runs,
        "wall seconds": {name: round(statistics.median(run[name][0] for run in times), 2) for name in times[0]},
        "processor seconds": {name: round(statistics.median(run[name][1] for run in times), 2) for name in times[0]},
        **{name: round(statistics.median(run[name] for run in ratios), 3) for name in ratios[0]},
    }


def ratios_of(run: dict[str, tuple[float, float]]) -> dict[str, float]:
    """The figures that are held to a bar."""
    one, two, start, reference = (run[name] for name in ("one worker", "two workers", "start", "extract_text"))
    return {
        "one worker / extract_text, wall": one[0] / reference[0],
        "one worker / extract_text, wall without start": (one[0] - start[0]) / reference[0],
        "one worker / extract_text, processor": one[1] / reference[1],
        "one worker / extract_text, processor without start": (one[1] - start[1]) / reference[1],
        "two workers are faster by": one[0] / two[0],
        "two workers are faster without start by": (one[0] - start[0]) / (two[0] - start[0]),
    }


def main() -> None:
    """Measures, and prints the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path, default=SAMPLE, help="PDFs to read; none: the sample corpus")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--copies", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as made:
        json.dump(measure(options.folder, options.copies, options.runs, Path(made)), sys.stdout, indent=1)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()

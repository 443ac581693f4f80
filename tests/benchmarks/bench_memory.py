"""Peak memory: of the process that reads one PDF, and of the parent as the number of documents grows.

    python tests/benchmarks/bench_memory.py [--sizes 30,100] [FILE.pdf ...]

Prints JSON: for each file the peak of the process that reads it in megabytes, with all that it shares with the others; for
each size of a corpus (copies of the smallest sample PDF) the peak of the parent.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

SAMPLE = Path(__file__).resolve().parents[2] / "corpus" / "reviews" / "sample"
WORKER = """
import resource, sys
from pathlib import Path
from indexer import find, settings
from indexer.records import Document
from indexer.stages import KINDS, loaded, work_through
path = Path(sys.argv[1])
document = Document(find.file_digest(path), "bench/a", "bench", path)
for _ in work_through(loaded(settings.load(), frozenset(KINDS)), document, tuple(KINDS)):
    pass
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""
PARENT = """
import resource, sys
from pathlib import Path
from indexer import pipeline, settings
outcome = pipeline.ingest(settings.load(data=Path(sys.argv[1])), [sys.argv[2]])
assert outcome.totals.read == outcome.totals.files, outcome.totals
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""
UNIT = 1 << 20 if sys.platform == "darwin" else 1 << 10  # of ru_maxrss in a megabyte


def peak(program: str, *arguments: object) -> int:
    """The most memory, in megabytes, that a program says it ever had."""
    command = [sys.executable, "-c", program, *map(str, arguments)]
    return round(int(subprocess.run(command, check=True, capture_output=True, text=True).stdout) / UNIT)


def parent(size: int) -> int:
    """The peak of the parent of an ingest of so many documents."""
    smallest = min(SAMPLE.rglob("*.pdf"), key=lambda path: path.stat().st_size).read_bytes()
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made, "reviews")
        folder.mkdir()
        for number in range(size):
            (folder / f"{number}.pdf").write_bytes(smallest + b"\n%% copy %d\n" % number)
        return peak(PARENT, Path(made, "data"), folder)


def main() -> None:
    """Measures, and prints the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", type=Path, help="PDFs to read; none: the sample corpus")
    parser.add_argument("--sizes", default="30,100", help="documents of the corpora, parted by commas")
    options = parser.parse_args()
    figures = {
        "peak of a worker, MB": {
            path.name: peak(WORKER, path) for path in options.files or sorted(SAMPLE.rglob("*.pdf"))
        },
        "peak of the parent by documents, MB": {size: parent(int(size)) for size in options.sizes.split(",") if size},
    }
    json.dump(figures, sys.stdout, indent=1)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()

"""Speed of reading: from PDF to tagged passages, in one process, beside pdfminer's own text extraction of the same files.

    python tests/benchmarks/bench_read.py [--runs 5] [FILE.pdf ...]

Prints JSON: for each stage and for ``pdfminer.high_level.extract_text`` the median seconds over the runs, pages a second
of the whole way, and the ratio of the whole way to pdfminer. Trust ratios, not absolute times.
"""

import argparse
import json
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

from pdfminer.high_level import extract_text

from indexer import settings
from indexer.extract import extract
from indexer.records import Document
from indexer.stages import Stages

SAMPLE = Path(__file__).resolve().parents[2] / "corpus" / "reviews" / "sample"


def whole_way(stages: Stages, path: Path, spent: dict[str, float]) -> int:
    """Runs every stage up to learn on one PDF, adding what each took to `spent`; gives the number of pages."""

    def timed(stage: str, function: Callable[..., object], *arguments: object):  # type: ignore[no-untyped-def]
        start = time.perf_counter()
        made = function(*arguments)
        spent[stage] = spent.get(stage, 0) + time.perf_counter() - start
        return made

    document = Document("0" * 64, f"bench/{path.stem}", "bench", path)
    extracted = timed("extract", extract, path)
    review = timed("describe", stages.describe, document, extracted)
    passages = timed("split", stages.split, document, extracted, review)
    tagged = timed("tag", stages.tag, passages)
    timed("learn", stages.learn, tagged)
    return len(extracted.pages)


def main() -> None:
    """Measures, and prints the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", type=Path, help="PDFs to read; none: the sample corpus")
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    files = options.files or sorted(SAMPLE.rglob("*.pdf"))
    stages = Stages(settings.load())
    whole_way(stages, files[0], {})  # what is loaded once is not counted
    runs: list[dict[str, float]] = []
    pages = 0
    for _ in range(options.runs):
        spent: dict[str, float] = {}
        pages = sum(whole_way(stages, path, spent) for path in files)
        start = time.perf_counter()
        for path in files:
            extract_text(path)
        runs.append({**spent, "whole way": sum(spent.values()), "pdfminer extract_text": time.perf_counter() - start})
    seconds = {name: statistics.median(run[name] for run in runs) for name in runs[0]}
    ratios = [run["whole way"] / run["pdfminer extract_text"] for run in runs]
    figures = {
        "files": len(files),
        "pages": pages,
        "runs": options.runs,
        "seconds": {name: round(value, 3) for name, value in seconds.items()},
        "pages a second": round(pages / seconds["whole way"], 1),
        "whole way / extract_text": round(statistics.median(ratios), 3),
    }
    json.dump(figures, sys.stdout, indent=1)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()

"""Speed of understanding: tagging and drawing learning from passages, beside cutting the same text into words.

    python tests/benchmarks/bench_tag.py [--runs 5] [FILE.pdf ...]

Prints JSON: median seconds of processor time over the runs for the tokenizer alone, for tagging and for learning, and words a
second of tagging and learning together. Trust the ratio to the tokenizer, not absolute times.
"""

import argparse
import gc
import json
import os
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # one core: before numpy is loaded

import spacy

from indexer import settings
from indexer.extract import extract
from indexer.records import Document, Passage
from indexer.stages import Stages
from indexer.worker import GC_THRESHOLD

SAMPLE = Path(__file__).resolve().parents[2] / "corpus" / "reviews" / "sample"


def passages(stages: Stages, path: Path) -> tuple[Passage, ...]:
    """The passages of one PDF."""
    document = Document("0" * 64, f"bench/{path.stem}", "bench", path)
    extracted = extract(path)
    return stages.split(document, extracted, stages.describe(document, extracted))


def spent(function: Callable[[], object]) -> float:
    """Seconds of processor time that a call takes."""
    start = time.process_time()
    function()
    return time.process_time() - start


def main() -> None:
    """Measures, and prints the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", type=Path, help="PDFs to read; none: the sample corpus")
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    stages, tokenizer = Stages(settings.load()), spacy.blank("en")
    read = [passages(stages, path) for path in options.files or sorted(SAMPLE.rglob("*.pdf"))]
    tagged = [stages.tag(held) for held in read]  # what is loaded once is not counted
    for held in tagged:
        stages.learn(held)
    gc.freeze()
    gc.set_threshold(GC_THRESHOLD)  # as in the workers of an ingest
    words = sum(len(passage.text.split()) for held in read for passage in held)
    runs = [
        {
            "tokenizer": spent(lambda: [tokenizer.make_doc(p.text) for held in read for p in held]),
            "tag": spent(lambda: [stages.tag(held) for held in read]),
            "learn": spent(lambda: [stages.learn(held) for held in tagged]),
        }
        for _ in range(options.runs)
    ]
    figures = {name: statistics.median(run[name] for run in runs) for name in runs[0]}
    whole = figures["tag"] + figures["learn"]
    json.dump(
        {
            "words": words,
            "seconds": {name: round(value, 3) for name, value in figures.items()},
            "words a second, tag and learn": round(words / whole),
            "tag and learn / tokenizer": round(whole / figures["tokenizer"], 2),
        },
        sys.stdout,
        indent=1,
    )
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()

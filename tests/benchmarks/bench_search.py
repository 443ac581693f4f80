"""Speed of indexing and searching: passages made from the sample text by seeded recombination, beside plain Whoosh.

    python tests/benchmarks/bench_search.py [--passages 5000] [--seed 1]

Prints JSON: passages indexed a second, and the median and 95th percentile of a query with facets, ten hits and
highlighted snippets, in milliseconds; the same for Whoosh as it comes, in the same run. Trust ratios, not absolute times.
"""

import argparse
import json
import random
import re
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import whoosh
from whoosh import index, sorting
from whoosh.analysis import StemmingAnalyzer
from whoosh.fields import ID, KEYWORD, TEXT, Schema
from whoosh.qparser import MultifieldParser, OrGroup

from indexer import search
from indexer.engine_whoosh import WhooshEngine
from indexer.records import IndexEntry, Passage, ReviewRecord, SearchRequest

EVALUATION = Path(__file__).resolve().parents[2] / "corpus" / "evaluation"
SECTIONS = ("analysis", "findings", "recommendations", "chronology", "learning", "family", "terms_of_reference")
THEMES = ("unseen-men", "information-sharing", "supervision", "thresholds", "professional-curiosity", "record-keeping")
PASSAGES_A_DOCUMENT = 250
HARD = (
    "information sharing",
    '"information sharing"',
    "child",
    "child protection plan review conference",
    "assess*",
    "mother AND father",
)


def material(folder: Path) -> tuple[list[str], list[str]]:
    """Sentences and queries of the evaluation set."""
    texts = [
        block["text"]
        for path in sorted(folder.rglob("*.gold.json"))
        for block in json.loads(path.read_text("utf-8"))["blocks"]
    ]
    queries = [
        row["query"] for path in sorted(folder.rglob("*.queries.json")) for row in json.loads(path.read_text("utf-8"))
    ]
    sentences = [s for text in texts for s in re.split(r"(?<=[.?!])\s+", text) if len(s) > 20]
    return sentences, queries + list(HARD)


def documents(sentences: list[str], passages: int, rng: random.Random) -> Iterator[tuple[str, list[IndexEntry]]]:
    """Documents of recombined passages of two to eight sentences."""
    for number in range(-(-passages // PASSAGES_A_DOCUMENT)):
        key, size = f"bench/review-{number:04d}", min(PASSAGES_A_DOCUMENT, passages - number * PASSAGES_A_DOCUMENT)
        review = _review(key, number)
        yield key, [_entry(review, n, " ".join(rng.sample(sentences, rng.randint(2, 8))), rng) for n in range(size)]


def _review(key: str, number: int) -> ReviewRecord:
    return ReviewRecord(
        document=key,
        key=key,
        case=key,
        case_title=f"Child {number}",
        title=f"Overview Report, Child {number}",
        publisher=f"Board {number % 20}",
        subject=f"Child {number}",
        scope="local",
        nation="England",
        review_type="serious-case-review",
        document_types=("overview-report",),
        published=f"{2005 + number % 20}-{1 + number % 12:02d}",
        author=None,
        review_method=None,
        age_bands=("under-1",),
        harm_types=(),
        agencies=("police",),
        fictional=True,
        pages=1,
        pages_without_text=(),
        warnings=(),
    )


def _entry(review: ReviewRecord, number: int, text: str, rng: random.Random) -> IndexEntry:
    section = rng.choice(SECTIONS)
    passage = Passage(
        f"{review.key}-{number}",
        review.key,
        number,
        "paragraph",
        f"{number // 20}.{number % 20}",
        1,
        1,
        None,
        section,
        "",
        text,
        (),
    )
    return IndexEntry(passage, tuple(sorted(rng.sample(THEMES, rng.randint(0, 3)))), (), (), review)


def timed(action: Callable[[str], object], queries: list[str]) -> dict[str, float]:
    """Median, 95th percentile and worst time in milliseconds, after one query to warm up."""
    action(queries[0])
    times = []
    for query in queries:
        started = time.perf_counter()
        action(query)
        times.append((time.perf_counter() - started) * 1000)
    times.sort()
    return {
        "p50_ms": round(times[len(times) // 2], 1),
        "p95_ms": round(times[int(len(times) * 0.95)], 1),
        "max_ms": round(times[-1], 1),
    }


def ours(made: list[tuple[str, list[IndexEntry]]], queries: list[str], folder: Path) -> dict[str, float]:
    """The product's engine."""
    engine = WhooshEngine(folder, write=True)
    started = time.perf_counter()
    for key, entries in made:
        engine.replace(key, entries)
    engine.commit()
    seconds = time.perf_counter() - started
    started = time.perf_counter()
    reader = WhooshEngine(folder)
    reader.search(SearchRequest("child"))
    first = (time.perf_counter() - started) * 1000
    size = sum(file.stat().st_size for file in folder.iterdir())
    cold = timed(lambda query: reader.search(SearchRequest(query)), queries)
    warm = timed(lambda query: reader.search(SearchRequest(query)), queries)
    return (
        {
            "passages_per_s": round(engine.count() / seconds),
            "index_mb": round(size / 1e6, 1),
            "first_query_ms": round(first, 1),
        }
        | cold
        | {f"again_{name}": value for name, value in warm.items()}
    )


def plain(made: list[tuple[str, list[IndexEntry]]], queries: list[str], folder: Path) -> dict[str, float]:
    """Whoosh as it comes: stemmed text, any word, its own facets and highlights."""
    schema = Schema(
        id=ID(stored=True),
        text=TEXT(analyzer=StemmingAnalyzer(), stored=True),
        theme=KEYWORD(stored=True),
        board=ID(stored=True),
    )
    writer = index.create_in(str(folder), schema).writer(limitmb=512)
    started = time.perf_counter()
    for _, entries in made:
        for entry in entries:
            writer.add_document(
                id=entry.passage.id, text=entry.passage.text, theme=" ".join(entry.themes), board=entry.review.publisher
            )
    writer.commit()
    seconds = time.perf_counter() - started
    with index.open_dir(str(folder)).searcher() as searcher:
        parser = MultifieldParser(["text"], schema, group=OrGroup)

        def ask(query: str) -> list[str]:
            facets = sorting.Facets()
            facets.add_field("theme", allow_overlap=True)
            facets.add_field("board")
            results = searcher.search(parser.parse(query), limit=10, groupedby=facets, terms=True)
            results.groups("theme"), results.groups("board")
            return [hit.highlights("text") for hit in results[:10]]

        size = sum(file.stat().st_size for file in folder.iterdir())
        return {
            "passages_per_s": round(sum(len(e) for _, e in made) / seconds),
            "index_mb": round(size / 1e6, 1),
        } | timed(ask, queries)


def main() -> int:
    """Runs the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--passages", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--evaluation", type=Path, default=EVALUATION, help="folder with *.gold.json and *.queries.json"
    )
    arguments = parser.parse_args()
    sentences, queries = material(arguments.evaluation)
    if not sentences:
        sys.stderr.write(f"no evaluation set in {arguments.evaluation}\n")
        return 1
    made = list(documents(sentences, arguments.passages, random.Random(arguments.seed)))
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as two:
        report = {
            "passages": arguments.passages,
            "queries": len(queries),
            "index": search.digest(),
            "whoosh": ".".join(map(str, whoosh.__version__)),
            "lessons": ours(made, queries, Path(one)),
            "plain_whoosh": plain(made, queries, Path(two)),
        }
    sys.stdout.write(json.dumps(report, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Scores the product against ``corpus/evaluation`` and holds it to its baseline."""

import json
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import fmean, quantiles
from typing import Any

import msgspec

from indexer import measures, measures_of_identity, pipeline, report, taxonomy
from indexer.errors import ConfigError, DocumentError, LessonsError, QueryError
from indexer.language.assertion import mention_of
from indexer.measures import Gold, Mistake
from indexer.reading import Reader
from indexer.records import SearchRequest
from indexer.search import Engine, open_engine, rank_collection
from indexer.settings import Settings
from indexer.tag import assertions

RECALL_DEPTH = 100
# Sets that are for scoring only: their mistakes are not shown, so that no rule is made from them.
UNSEEN = frozenset({"check", "styles-blind"})
FIGURES = {**measures.FIGURES, "identity": measures_of_identity.identity_figures}
# What stands beside the parts in the figures of a set.
READ, FAILED = "documents", "documents failed"


@dataclass(frozen=True, slots=True)
class Scores:
    """Figures by evaluation set and part, the measures below their floors, some mistakes, and the counts of each document."""

    figures: Mapping[str, Mapping[str, Any]]
    below_baseline: tuple[str, ...]
    mistakes: tuple[Mistake, ...]
    counts: Mapping[str, Sequence[Mapping[str, Counter[str]]]]

    def as_json(self) -> dict[str, Any]:
        """All of it as plain values."""
        shown = [{"part": m.part, "sign": m.sign, "what": m.what, "text": m.text} for m in self.mistakes]
        return {"sets": self.figures, "below_baseline": list(self.below_baseline), "mistakes": shown}

    def as_text(self) -> str:
        """A table for people."""
        lines = []
        for name, parts in self.figures.items():
            held = ", ".join(f"{value} {what}" for what, value in parts.items() if not isinstance(value, Mapping))
            lines.append(f"{name} ({held})")
            for part, figures in parts.items():
                if isinstance(figures, Mapping):
                    lines += [f"  {part:10} {what:20} {row}" for what, row in _rows(figures)]
        lines += [f"{m.part} {m.sign} {m.what}: {m.text[:160]}" for m in self.mistakes]
        return "\n".join(lines)


def _rows(figures: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    plain = {what: value for what, value in figures.items() if not isinstance(value, Mapping)}
    for what, row in figures.items():
        if isinstance(row, Mapping):
            yield what, "  ".join(f"{key} {value}" for key, value in row.items())
    if plain:
        yield "", "  ".join(f"{key} {value}" for key, value in plain.items())


def evaluate(settings: Settings, parts: Sequence[str], mistakes: int = 0) -> Scores:
    """Scores the named parts (reading, identity, tagging, assertion, learning, case, search) on every evaluation set.

    A document that cannot be read and a query that cannot be answered are counted as failed; `mistakes` is how many to
    show of each kind. Mistakes in sets that are for scoring only are not shown.

    Raises ConfigError when the corpus has no evaluation sets or lacks a PDF of one.
    """
    sets = _sets(settings.corpus)
    wrong: list[Mistake] = []
    figures: dict[str, dict[str, Any]] = {name: {READ: len(golds), FAILED: 0} for name, golds in sets.items()}
    pdfs = {gold.slug: _pdf(settings.corpus, gold.slug) for golds in sets.values() for gold in golds}
    counts: dict[str, list[dict[str, Counter[str]]]] = {}
    if set(parts) - {"search", "assertion"}:
        with Reader(settings) as reader:
            for name, golds in sets.items():
                own = _scored(settings.corpus, name, parts)
                counts[name], found = _count(reader, golds, pdfs, own)
                figures[name] |= _figures(counts[name], len(golds), own)
                wrong += [] if name in UNSEEN else found
    if "assertion" in parts:
        figures |= _score_traps(settings)
    if "search" in parts:
        asked = {name: golds for name, golds in sets.items() if "search" in _scored(settings.corpus, name, parts)}
        for name, row in _score_search(settings, asked, pdfs).items():
            figures[name]["search"] = row
    below = tuple(_below(settings.corpus, figures))
    return Scores(figures, below, tuple(_some(wrong, mistakes)), counts)


def _sets(corpus: Path) -> dict[str, list[Gold]]:
    folder = corpus / "evaluation"
    sets = {
        place.name: [Gold(path) for path in sorted(place.glob("*.gold.json"))]
        for place in (*sorted(folder.glob("gold/*")), *sorted(folder.glob("reading/*")))
        if place.is_dir()
    }
    if not sets:
        raise ConfigError(f"{folder}: there are no evaluation sets")
    return sets


def _scored(corpus: Path, name: str, parts: Sequence[str]) -> Sequence[str]:
    """The parts that a set is annotated for: those in `reading` for nothing else."""
    only_reading = (corpus / "evaluation" / "reading" / name).is_dir()
    return [part for part in parts if part == "reading" or not only_reading]


def _pdf(corpus: Path, slug: str) -> Path:
    places = (corpus / "reviews", corpus / "evaluation" / "reading")
    found = next((path for place in places for path in place.rglob(f"{slug}.pdf")), None)
    if found is None:
        raise ConfigError(f"{corpus / 'reviews'}: {slug}.pdf, which is annotated, is not there")
    return found


def _count(
    reader: Reader, golds: Sequence[Gold], pdfs: Mapping[str, Path], parts: Sequence[str]
) -> tuple[list[dict[str, Counter[str]]], list[Mistake]]:
    """The counts of each document of a set that can be read, and the mistakes made."""
    counts: list[dict[str, Counter[str]]] = []
    wrong: list[Mistake] = []
    for gold in golds:
        try:
            read = msgspec.to_builtins(report.reading_json(reader.read(pdfs[gold.slug])))
        except DocumentError:
            continue
        wanted = measures_of_identity.annotated(gold.document)
        tagging, of_tagging = measures.tagging(gold, read)
        learning, of_learning = measures.learning(gold, read)
        counts.append(
            {
                "identity": measures_of_identity.identity(wanted, read["document"]),
                "reading": measures.reading(gold, read),
                "tagging": tagging,
                "learning": learning,
                "case": measures.case(gold, read),
            }
        )
        wrong += [m for m in (*of_tagging, *of_learning) if m.part in parts]
    return counts, wrong


def summed(counts: Iterable[Mapping[str, Counter[str]]], part: str) -> Counter[str]:
    """The counts of one part over documents."""
    total: Counter[str] = Counter()
    for count in counts:
        total.update(count[part])
    return total


def _figures(counts: Sequence[Mapping[str, Counter[str]]], documents: int, parts: Sequence[str]) -> dict[str, Any]:
    figures = {part: FIGURES[part](summed(counts, part)) for part in FIGURES if part in parts}
    return {READ: len(counts), FAILED: documents - len(counts), **figures}


def _score_traps(settings: Settings) -> dict[str, dict[str, Any]]:
    """How the marks of the sentences with traps are judged, given their words; nothing where a corpus has none."""
    path = settings.corpus / "evaluation" / "sentences" / "traps.jsonl"
    if not path.exists():
        return {}
    vocabulary, judge = taxonomy.load(settings.corpus), assertions(settings.corpus)
    traps = _json_lines(path)
    marks = [(trap, mark) for trap in traps for mark in trap["concepts"]]
    mentions = [
        mention_of(
            trap["text"],
            start := trap["text"].index(mark["quote"]),
            start + len(mark["quote"]),
            vocabulary.concepts[mark["id"]],
            trap["section"],
            boilerplate=vocabulary.sections[trap["section"]].boilerplate,
        )
        for trap, mark in marks
    ]
    found = [one._asdict() for one in judge.judge(mentions)]
    pairs = zip((mark for _, mark in marks), found, strict=True)
    return {"traps": {"sentences": len(traps), "assertion": measures.assertion_figures(pairs)}}


def _score_search(
    settings: Settings, sets: Mapping[str, Sequence[Gold]], pdfs: Mapping[str, Path]
) -> dict[str, dict[str, Any]]:
    """Asks the queries of all sets of one index of all their documents, as a folder that nobody catalogued."""
    with tempfile.TemporaryDirectory() as made:
        place = replace(settings, data=Path(made, "data"))
        folder = Path(made, "evaluated")
        folder.mkdir()
        for gold in (gold for golds in sets.values() for gold in golds):
            shutil.copy(pdfs[gold.slug], folder)
        pipeline.ingest(place, [str(folder)])
        engine = open_engine(place)
        try:
            answers = {name: [a for gold in golds for a in _asked(engine, gold)] for name, golds in sets.items()}
        finally:
            engine.close()
    return {name: measures.search_figures(found) for name, found in answers.items()}


def _asked(engine: Engine, gold: Gold) -> Iterator[tuple[float, bool] | None]:
    """How well each query of one document is answered; None where it is not."""
    for query in gold.queries:
        try:
            hits = engine.search(SearchRequest(query["query"])).hits
        except QueryError:
            yield None
        else:
            yield measures.search(gold, query, _hits(hits))


def _hits(hits: Sequence[Any]) -> list[tuple[str, str]]:
    return [(hit.document.rpartition("/")[2].removesuffix(".pdf"), hit.text) for hit in hits]


def _some(mistakes: Sequence[Mistake], most: int) -> Iterator[Mistake]:
    """At most so many mistakes of each part and sign."""
    shown: Counter[tuple[str, str]] = Counter()
    for mistake in mistakes:
        shown[mistake.part, mistake.sign] += 1
        if shown[mistake.part, mistake.sign] <= most:
            yield mistake


# --- the baseline -------------------------------------------------------------------------------------------------


def _below(corpus: Path, figures: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """The measures that fell below their floors, or rose above their ceilings, in ``baseline.json``."""
    path = corpus / "evaluation" / "baseline.json"
    if not path.exists():
        return
    baseline = json.loads(path.read_text("utf-8"))
    for bound, is_worse in (("floors", float.__lt__), ("ceilings", float.__gt__)):
        for where, limit in baseline.get(bound, {}).items():
            value = _at(figures, where.split("/"))
            if value is not None and is_worse(float(value), float(limit)):
                yield f"{where} is {value}, the baseline is {limit}"


def _at(figures: Any, keys: Sequence[str]) -> float | None:
    for key in keys:
        figures = figures.get(key) if isinstance(figures, Mapping) else None
    return figures if isinstance(figures, int | float) else None


# --- ranking of foreign collections -------------------------------------------------------------------------------


def ranking(collection: Path) -> dict[str, float | int]:
    """Ranks a test collection with the product's analysis and scoring, without the vocabulary of its domain.

    `collection` holds docs.jsonl, queries.jsonl and qrels.tsv (query, document, grade); only queries with a relevant
    document count. nDCG takes the grade itself as the gain, as trec_eval does. Times are in milliseconds and seconds.
    Raises LessonsError when the folder is no test collection.
    """
    try:
        documents = [{**document, "id": str(document["id"])} for document in _json_lines(collection / "docs.jsonl")]
        queries = {str(query["id"]): query["text"] for query in _json_lines(collection / "queries.jsonl")}
        grades = _grades(collection / "qrels.tsv")
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise LessonsError(f"{collection} is no test collection: {error}") from error
    judged = {query: text for query, text in queries.items() if _relevant(grades.get(query, {}))}
    if not judged:
        raise LessonsError(f"{collection} is no test collection: no query has a relevant document in qrels.tsv")
    ranked = rank_collection(documents, judged)
    answers = [(list(ranked.found.get(query, ())), grades[query]) for query in judged]
    median, slow = _percentiles(ranked.query_ms)
    return {
        "ndcg@10": _mean(measures.ndcg([known.get(d, 0) for d in found], known.values()) for found, known in answers),
        "map": _mean(measures.average_precision(found, _relevant(known)) for found, known in answers),
        "recall@100": _mean(measures.recall(found[:RECALL_DEPTH], _relevant(known)) for found, known in answers),
        "queries": len(judged),
        "docs": len(documents),
        "p50_ms": median,
        "p95_ms": slow,
        "index_s": round(ranked.index_s, 2),
    }


def _json_lines(path: Path) -> list[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:  # splitlines would also break at the odd separators inside a text
        return [json.loads(line) for line in lines if line.strip()]


def _grades(path: Path) -> dict[str, dict[str, int]]:
    """Grades by query and document; what is worse than irrelevant is irrelevant."""
    grades: dict[str, dict[str, int]] = {}
    with path.open(encoding="utf-8") as lines:
        for query, document, grade in (line.rstrip("\n").split("\t")[:3] for line in lines if line.strip()):
            if grade.lstrip("-").isdigit():  # the first line may name the columns
                grades.setdefault(query, {})[document] = max(0, int(grade))
    return grades


def _relevant(grades: Mapping[str, int]) -> set[str]:
    return {document for document, grade in grades.items() if grade > 0}


def _percentiles(values: Sequence[float]) -> tuple[float, float]:
    """The 50th and the 95th percentile."""
    cuts = quantiles(values if len(values) > 1 else [*values] * 2, n=20, method="inclusive")
    return round(cuts[9], 2), round(cuts[18], 2)


def _mean(values: Iterable[float]) -> float:
    return round(fmean(values), 4)

"""Scores the product against ``corpus/evaluation`` and holds it to its baseline."""

import json
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean, quantiles
from typing import Any

import msgspec

from indexer import measures, pipeline, report
from indexer import settings as settings_of
from indexer.errors import ConfigError, LessonsError
from indexer.measures import Gold, Mistake
from indexer.records import SearchRequest
from indexer.search import open_engine, rank_collection
from indexer.settings import Settings

RECALL_DEPTH = 100


@dataclass(frozen=True, slots=True)
class Scores:
    """Figures by evaluation set and part, the measures below their floors, and some mistakes to look at."""

    figures: Mapping[str, Mapping[str, Any]]
    below_baseline: tuple[str, ...]
    mistakes: tuple[Mistake, ...]

    def as_json(self) -> dict[str, Any]:
        """All of it as plain values."""
        shown = [{"part": m.part, "sign": m.sign, "what": m.what, "text": m.text} for m in self.mistakes]
        return {"sets": self.figures, "below_baseline": list(self.below_baseline), "mistakes": shown}

    def as_text(self) -> str:
        """A table for people."""
        lines = []
        for name, parts in self.figures.items():
            lines.append(f"{name} ({parts['documents']} documents)")
            for part, figures in parts.items():
                lines += [f"  {part:10} {what:20} {row}" for what, row in _rows(figures)] if part != "documents" else []
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
    """Scores the named parts (reading, tagging, learning, case, search) on every evaluation set.

    Raises ConfigError when the corpus has no evaluation sets or lacks a PDF of one.
    """
    sets = _sets(settings.corpus)
    wrong: list[Mistake] = []
    figures: dict[str, dict[str, Any]] = {name: {"documents": len(golds)} for name, golds in sets.items()}
    pdfs = {gold.slug: _pdf(settings.corpus, gold.slug) for golds in sets.values() for gold in golds}
    if set(parts) - {"search"}:
        stages = pipeline.Stages(settings)
        for name, golds in sets.items():
            figures[name] |= _score(stages, golds, pdfs, parts, wrong)
    if "search" in parts:
        for name, row in _score_search(settings, sets, pdfs).items():
            figures[name]["search"] = row
    return Scores(figures, tuple(_below(settings.corpus, figures)), tuple(_some(wrong, mistakes)))


def _sets(corpus: Path) -> dict[str, list[Gold]]:
    folder = corpus / "evaluation" / "gold"
    sets = {
        place.name: [Gold(path) for path in sorted(place.glob("*.gold.json"))]
        for place in sorted(folder.glob("*"))
        if place.is_dir()
    }
    if not sets:
        raise ConfigError(f"{folder}: there are no evaluation sets")
    return sets


def _pdf(corpus: Path, slug: str) -> Path:
    found = next((corpus / "reviews").rglob(f"{slug}.pdf"), None)
    if found is None:
        raise ConfigError(f"{corpus / 'reviews'}: {slug}.pdf, which is annotated, is not there")
    return found


def _score(
    stages: pipeline.Stages, golds: Sequence[Gold], pdfs: Mapping[str, Path], parts: Sequence[str], wrong: list[Mistake]
) -> dict[str, Any]:
    counts: dict[str, Counter[str]] = {part: Counter() for part in ("reading", "tagging", "learning", "case")}
    for gold in golds:
        read = msgspec.to_builtins(report.reading_json(pipeline.read_one(pdfs[gold.slug], stages)))
        counts["reading"].update(measures.reading(gold, read))
        counts["case"].update(measures.case(gold, read))
        for part, measure in (("tagging", measures.tagging), ("learning", measures.learning)):
            count, mistakes = measure(gold, read)
            counts[part].update(count)
            wrong += mistakes if part in parts else []
    figures = {
        "reading": measures.reading_figures(counts["reading"]),
        "tagging": measures.tagging_figures(counts["tagging"]),
        "learning": measures.learning_figures(counts["learning"]),
        "case": measures.case_figures(counts["case"]),
    }
    return {part: row for part, row in figures.items() if part in parts}


def _score_search(
    settings: Settings, sets: Mapping[str, Sequence[Gold]], pdfs: Mapping[str, Path]
) -> dict[str, dict[str, Any]]:
    """Asks the queries of all sets of one index of all their documents."""
    with tempfile.TemporaryDirectory() as data:
        place = settings_of.load(corpus=settings.corpus, data=data)
        for folder in sorted({path.parent for path in pdfs.values()}):
            pipeline.ingest(place, [str(folder)])
        engine = open_engine(place)
        try:
            rows = {}
            for name, golds in sets.items():
                scored = [
                    measures.search(gold, query, _hits(engine.search(SearchRequest(query["query"])).hits))
                    for gold in golds
                    for query in gold.queries
                ]
                rows[name] = {
                    "queries": len(scored),
                    "ndcg@10": measures.share(sum(score for score, _ in scored), len(scored)),
                    "grade 2+ in top 3": measures.share(sum(good for _, good in scored), len(scored)),
                }
            return rows
        finally:
            engine.close()


def _hits(hits: Sequence[Any]) -> list[tuple[str, str]]:
    return [(hit.document.rpartition("/")[2], hit.text) for hit in hits]


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


def ranking(collection: Path) -> dict[str, float | int | None]:
    """Ranks a test collection with the product's analysis and scoring, without the vocabulary of its domain.

    `collection` holds docs.jsonl, queries.jsonl and qrels.tsv (query, document, grade). Raises LessonsError when it does not.
    """
    try:
        documents = [
            json.loads(line) for line in (collection / "docs.jsonl").read_text("utf-8").splitlines() if line.strip()
        ]
        queries = {
            str(q["id"]): q["text"]
            for q in map(json.loads, (collection / "queries.jsonl").read_text("utf-8").splitlines())
        }
        grades = _grades(collection / "qrels.tsv")
    except (OSError, ValueError, KeyError) as error:
        raise LessonsError(f"{collection} is no test collection: {error}") from error
    judged = {
        query: text for query, text in queries.items() if any(grade > 0 for grade in grades.get(query, {}).values())
    }
    ranked = rank_collection(documents, judged)
    found = {query: list(ranked.found.get(query, ())) for query in judged}
    cuts = quantiles(ranked.query_ms, n=20) if len(ranked.query_ms) > 1 else [0.0] * 19
    return {
        "ndcg@10": _mean(
            measures.ndcg([grades[q].get(d, 0) for d in found[q][:10]], grades[q].values()) for q in judged
        ),
        "map": _mean(_average_precision(found[q], _relevant(grades[q])) for q in judged),
        "recall@100": _mean(
            len(set(found[q][:RECALL_DEPTH]) & _relevant(grades[q])) / len(_relevant(grades[q])) for q in judged
        ),
        "queries": len(judged),
        "docs": len(documents),
        "p50_ms": round(cuts[9], 2),
        "p95_ms": round(cuts[18], 2),
        "index_s": round(ranked.index_s, 2),
    }


def _grades(path: Path) -> dict[str, dict[str, int]]:
    grades: dict[str, dict[str, int]] = {}
    for line in path.read_text("utf-8").splitlines():
        query, document, grade = line.split("\t")[:3]
        if grade.lstrip("-").isdigit():  # the first line may name the columns
            grades.setdefault(query, {})[document] = int(grade)
    return grades


def _relevant(grades: Mapping[str, int]) -> set[str]:
    return {document for document, grade in grades.items() if grade > 0}


def _average_precision(found: Sequence[str], relevant: set[str]) -> float:
    right = 0
    total = 0.0
    for rank, document in enumerate(found, start=1):
        if document in relevant:
            right += 1
            total += right / rank
    return total / len(relevant)


def _mean(values: Iterator[float]) -> float:
    return round(mean(list(values) or [0.0]), 4)

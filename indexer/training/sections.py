"""The model of sections: what a part of a report is, by its heading and its text."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from indexer.errors import ConfigError
from indexer.taxonomy import Section, Taxonomy
from indexer.text_model import TextModel, features

# Inverse strength of the penalty on weights; terms that fewer examples have are left out; of the rest, the weightiest stay.
STRENGTH = 30.0
LEAST_EXAMPLES = 2
MOST_TERMS = 24_000
# Sets of annotated reviews that rules and models may be made on.
TUNING = ("gold/tune", "reading/styles-a", "reading/styles-b")
# How much a heading of the vocabulary, or a single passage without its heading, counts beside a whole part.
WORDING_WEIGHT, PASSAGE_WEIGHT = 1.0, 0.3


@dataclass(frozen=True, slots=True)
class Example:
    """A text with its kind: a part of a report with its section, a sentence with what it states."""

    kind: str
    heading: str
    texts: tuple[str, ...]
    weight: float = 1.0


def text_model(examples: Sequence[Example]) -> TextModel:
    """A model fitted to examples. Raises ConfigError when scikit-learn is not installed."""
    try:
        from sklearn.feature_extraction import DictVectorizer
        from sklearn.linear_model import LogisticRegression
    except ImportError as error:
        raise ConfigError("training needs scikit-learn: pip install 'lessons[train]'") from error
    rows = [row for example in examples for row in _variants(example)]
    common = Counter(term for found, _, _ in rows for term in found)
    vectorizer = DictVectorizer(dtype=np.float32)
    table = vectorizer.fit_transform(
        [{t: v for t, v in found.items() if common[t] >= LEAST_EXAMPLES} for found, _, _ in rows]
    )
    model = LogisticRegression(C=STRENGTH, max_iter=400)
    model.fit(table, [kind for _, kind, _ in rows], sample_weight=[weight for _, _, weight in rows])
    weights = model.coef_.T
    kept = np.sort(np.argsort(-np.abs(weights).max(axis=1))[:MOST_TERMS])
    terms = [vectorizer.feature_names_[i] for i in kept]
    return TextModel(model.classes_.tolist(), terms, weights[kept], model.intercept_)


def _variants(example: Example) -> Iterator[tuple[dict[str, float], str, float]]:
    """An example as it stands, and with its heading or its text alone: a model must not rely on both."""
    views = [(example.heading, example.texts)]
    if example.heading and example.texts:
        views += [("", example.texts), (example.heading, ())]
    for heading, texts in views:
        yield features(heading, texts), example.kind, example.weight / len(views)


def section_examples(corpus: Path, taxonomy: Taxonomy) -> list[Example]:
    """All that teaches sections: parts and passages written for it, the wordings of the vocabulary, the reviews annotated for tuning."""
    reviews = [path for name in TUNING for path in sorted((corpus / "evaluation" / name).glob("*.gold.json"))]
    return [
        *_parts(corpus / "training" / "sections.jsonl"),
        *_passages(corpus / "training" / "passages" / "mixed.jsonl"),
        *_wordings(taxonomy.sections.values()),
        *(example for path in reviews for example in annotated(path)),
    ]


def annotated(path: Path) -> list[Example]:
    """The parts of an annotated review."""
    parts: dict[tuple[str, str], list[str]] = {}
    for block in json.loads(path.read_text("utf-8"))["blocks"]:
        if block["kind"] in ("paragraph", "list-item", "box", "table-row") and block["section"] not in ("cover", "toc"):
            parts.setdefault((block["section"], block.get("heading") or ""), []).append(block["text"])
    return [Example(section, heading, tuple(texts)) for (section, heading), texts in parts.items()]


def _parts(path: Path) -> Iterator[Example]:
    for line in path.read_text("utf-8").splitlines():
        part = json.loads(line)
        yield Example(part["section"], part["heading"], tuple(part["texts"]))


def _passages(path: Path) -> Iterator[Example]:
    for line in path.read_text("utf-8").splitlines():
        passage = json.loads(line)
        yield Example(passage["section"], "", (passage["text"],), PASSAGE_WEIGHT)


def _wordings(sections: Iterable[Section]) -> Iterator[Example]:
    for section in sections:
        if section.id not in ("cover", "toc", "header_footer"):
            yield from (
                Example(section.id, wording, (), WORDING_WEIGHT) for wording in (*section.headings, *section.whole)
            )

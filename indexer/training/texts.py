"""Trains the linear models of what kinds of text read like (`text_model.py`)."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from indexer.errors import ConfigError
from indexer.text_model import TextModel, features

# Inverse strength of the penalty on weights; terms that fewer examples have are left out; of the rest, the weightiest stay.
STRENGTH = 30.0
LEAST_EXAMPLES = 2
MOST_TERMS = 24_000


@dataclass(frozen=True, slots=True)
class Example:
    """A text with its kind: a part of a report with its section."""

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

"""A linear model of what kinds of text read like: sections of a report by heading and text.

Multinomial logistic regression over words and pairs of words (Genkin, Lewis & Madigan 2007), trained by `lessons train`.
"""

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np

from indexer.errors import ConfigError

WORD = re.compile(r"[a-z]+(?:['’][a-z]+)?|\d+|[?|“\"]")
HEADING_WEIGHT, TEXT_WEIGHT = 1.0, 1.5
# The first passages of a part tell what it is; more would only cost time.
MOST_TEXTS = 40


def features(heading: str, texts: Iterable[str]) -> dict[str, float]:
    """The words and pairs of words of a heading and of texts, each set scaled to unit length times its weight."""
    in_heading = dict.fromkeys((f"h:{term}" for term in _terms(_words(heading))), 1.0)
    counts: Counter[str] = Counter()
    for text in texts:
        words = _words(text)
        counts.update(f"c:{term}" for term in _terms(words))
        counts.update((f"^{words[0]}", f"${words[-1]}") if words else ())
    in_text = {term: 1 + math.log(count) for term, count in counts.items()}
    return {**_scaled(in_heading, HEADING_WEIGHT), **_scaled(in_text, TEXT_WEIGHT)}


def _words(text: str) -> list[str]:
    """The words of a text in small letters; years and other figures by their kind, and the signs that tell a style."""
    return [_figure(word) if word[0].isdigit() else word for word in WORD.findall(text.lower())]


def _figure(digits: str) -> str:
    return "#year" if len(digits) == 4 and digits.startswith(("19", "20")) else "#"


def _terms(words: Sequence[str]) -> Iterable[str]:
    yield from words
    yield from (f"{a} {b}" for a, b in pairwise(words))


def _scaled(values: dict[str, float], weight: float) -> dict[str, float]:
    length = math.sqrt(sum(value * value for value in values.values())) or 1.0
    return {name: weight * value / length for name, value in values.items()}


class TextModel:
    """Says how likely each kind is for a text with a heading."""

    def __init__(self, labels: Sequence[str], terms: Sequence[str], weights: np.ndarray, bias: np.ndarray) -> None:
        self.labels = tuple(labels)
        self._rows = {term: row for row, term in enumerate(terms)}
        self._weights, self._bias = weights, bias

    @classmethod
    def load(cls, path: Path) -> "TextModel":
        """Reads a model that `save` wrote. Raises ConfigError."""
        try:
            with np.load(path, allow_pickle=False) as held:
                return cls(
                    held["labels"].tolist(),
                    held["terms"].tolist(),
                    held["weights"].astype(np.float32),
                    held["bias"].astype(np.float32),
                )
        except (OSError, ValueError, KeyError) as error:
            raise ConfigError(f"{path}: the model cannot be read: run `lessons train`") from error

    def save(self, path: Path) -> None:
        """Writes the model; weights in half precision."""
        terms = sorted(self._rows, key=lambda term: self._rows[term])
        np.savez_compressed(
            path,
            labels=np.array(self.labels),
            terms=np.array(terms),
            weights=self._weights.astype(np.float16),
            bias=self._bias.astype(np.float16),
        )

    def likelihoods(self, heading: str, texts: Sequence[str]) -> dict[str, float]:
        """The logarithm of the probability of each kind."""
        found = features(heading, texts[:MOST_TEXTS])
        known = [(self._rows[term], value) for term, value in found.items() if term in self._rows]
        scores = self._bias.copy()
        if known:
            rows, values = zip(*known, strict=True)
            scores += np.asarray(values, dtype=np.float32) @ self._weights[list(rows)]
        scores -= scores.max()
        scores -= math.log(float(np.exp(scores).sum()))
        return dict(zip(self.labels, scores.tolist(), strict=True))

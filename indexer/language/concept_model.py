"""Which concepts a sentence expresses in words of its own: a linear model and a small network over words, added up.

The linear model is logistic regression on words, pairs of words and the mean of word vectors (Arora, Liang & Ma 2017); the
network is a convolution with the maximum over time (Kim 2014) on the same vectors. Both are trained by `lessons train` and
run with numpy: what a filter makes of a word at one of its places is worked out once for each word.
"""

import math
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from indexer.errors import ConfigError
from indexer.language.wording import in_small

WORD = re.compile(r"[a-z]+(?:'[a-z]+)?|\d+")
# Words that are left out of pairs which pass over them.
_PASSED_OVER = """
    a an the of to in on at for and or by with from as is was were are be been being it its this that these those he she his
    her him they them their there which who whom had has have do did does would will
"""
PASSED_OVER = frozenset(_PASSED_OVER.split())
FIGURE = "#"
# What the features of words, of the vocabulary's own terms and of the mean vector weigh beside each other.
WORDS_WEIGHT, TERM_WEIGHT = 2.0, 0.7
# Words of a sentence after these are not looked at.
MOST_WORDS = 100
# Evidence is at least and at most so many words.
SHORTEST, LONGEST = 3, 16

MODEL = Path(__file__).parent / "concepts.npz"

Vector = np.ndarray


class Sentence(NamedTuple):
    """A sentence in small letters with apostrophes straight, and the concepts of which it has terms of the vocabulary."""

    text: str
    terms: frozenset[str] = frozenset()


def sentence(text: str, terms: Iterable[str] = ()) -> Sentence:
    """A sentence as the model takes it; every character stays in its place."""
    return Sentence(in_small(text).replace("’", "'"), frozenset(terms))


def words_of(text: str) -> list[str]:
    """The words of a sentence's text."""
    return WORD.findall(text)[:MOST_WORDS]


class Features:
    """The features of sentences for the linear model."""

    def __init__(self, stem: Callable[[str], str]) -> None:
        self._stems = lru_cache(maxsize=100_000)(lambda word: tuple(_parts(word, stem)))

    def of(self, words: Sequence[str], terms: Collection[str]) -> dict[str, float]:
        """Words, pairs, pairs of content words with at most one between them; scaled so that long sentences weigh no more."""
        stems = [stem for word in words for stem in self._stems(word)]
        content = [stem for stem in stems if stem not in PASSED_OVER]
        names = {
            *stems,
            *(f"{a} {b}" for a, b in pairwise(stems)),
            *(f"{a}_{b}" for a, b in pairwise(content)),
            *(f"{a}_{b}" for a, b in zip(content, content[2:], strict=False)),
        }
        value = WORDS_WEIGHT / math.sqrt(len(names) or 1)
        return {**dict.fromkeys(names, value), **{f"={term}": TERM_WEIGHT for term in terms}}

    def shares(self, words: Sequence[str]) -> Iterator[tuple[str, tuple[int, ...]]]:
        """Each feature with the places of the words that it is made of."""
        placed = [(stem, place) for place, word in enumerate(words) for stem in self._stems(word)]
        content = [(stem, place) for stem, place in placed if stem not in PASSED_OVER]
        yield from ((stem, (place,)) for stem, place in placed)
        yield from ((f"{a} {b}", (i, j)) for (a, i), (b, j) in pairwise(placed))
        yield from ((f"{a}_{b}", (i, j)) for (a, i), (b, j) in pairwise(content))
        yield from ((f"{a}_{b}", (i, j)) for (a, i), (b, j) in zip(content, content[2:], strict=False))


def _parts(word: str, stem: Callable[[str], str]) -> Iterator[str]:
    if word.isdigit():
        yield FIGURE
    elif word.endswith("n't"):
        yield from (stem(word[:-3]), "not")
    else:
        yield stem(word.removesuffix("'s"))


class Vectors:
    """Word vectors, and how much a word counts in the mean of a sentence: the rarer, the more."""

    def __init__(self, words: Sequence[str], table: Vector, weights: Vector) -> None:
        self.rows = {word: row for row, word in enumerate(words)}
        self.words, self.table, self.weights = words, table, weights

    def ids(self, words: Iterable[str]) -> list[int]:
        """The rows of the words; the row after the last, which holds nothing, for a word that is not known."""
        unknown = len(self.words)
        return [self.rows.get(word, unknown) for word in words]

    def mean(self, ids: Sequence[int]) -> Vector:
        """The weighted mean of the vectors, of unit length."""
        known = [i for i in ids if i < len(self.words)]
        total: Vector = self.weights[known] @ self.table[known]
        return total / (float(np.linalg.norm(total)) or 1.0)


class Filters:
    """The network: filters over runs of words, the most that each finds, and from these to the concepts."""

    def __init__(self, taps: Sequence[Vector], bias: Vector, out: Vector, out_bias: Vector, terms: Vector) -> None:
        """`taps[k]` holds the weights of the filters of width k + 1 at each of their places: width x dimensions x filters."""
        self.taps, self.bias, self.out, self.out_bias, self.terms = taps, bias, out, out_bias, terms
        self._stack = np.concatenate([tap[j] for tap in taps for j in range(len(tap))], axis=1)

    def prepare(self, vectors: Vector) -> Vector:
        """What each filter makes of each word at each of its places: words x (places x filters)."""
        made: Vector = vectors @ self._stack
        return made

    def responses(self, made: Vector, starts: Vector) -> Vector:
        """What each filter finds at each word of sentences, from what `prepare` made of their words: words x filters.

        `starts` are the places at which sentences begin; a filter does not look over their ends.
        """
        count, total = self.taps[0].shape[2], len(made)
        sentence_of = np.repeat(np.arange(len(starts)), np.diff([*starts, total]))
        found = np.zeros((total, count * len(self.taps)), np.float32)
        column = 0
        for width in range(1, len(self.taps) + 1):
            response = found[:, (width - 1) * count : width * count]
            for place in range(width):
                part, by = made[:, column : column + count], place - width // 2
                column += count
                if by == 0:
                    response += part
                elif abs(by) < total:
                    to, of = (slice(-by, None), slice(None, by)) if by < 0 else (slice(None, -by), slice(by, None))
                    same = sentence_of[to] == sentence_of[of]
                    response[to] += part[of] * same[:, None]
        found += self.bias
        return np.maximum(found, 0, out=found)


class ConceptModel:
    """Says how surely a sentence expresses each concept, and by which words."""

    def __init__(
        self,
        concepts: Sequence[str],
        terms: Sequence[str],
        weights: Vector,
        mean_weights: Vector,
        bias: Vector,
        vectors: Vectors,
        filters: Filters,
        thresholds: Vector,
        stem: Callable[[str], str],
    ) -> None:
        self.concepts, self.thresholds = tuple(concepts), thresholds
        self.columns = {concept: column for column, concept in enumerate(concepts)}
        self._terms = {term: row for row, term in enumerate(terms)}
        self._weights, self._mean_weights, self._bias = weights, mean_weights, bias
        self._vectors, self._filters, self._features = vectors, filters, Features(stem)
        self._made: dict[int, Vector] = {}

    @classmethod
    def load(cls, path: Path, stem: Callable[[str], str]) -> "ConceptModel":
        """Reads a model that `save` wrote; `stem` must be that which it was trained with. Raises ConfigError."""
        try:
            with np.load(path, allow_pickle=False) as held:
                table = held["table"].astype(np.float32) * held["scales"].astype(np.float32)[:, None]
                vectors = Vectors(held["words"].tolist(), table, held["word_weights"].astype(np.float32))
                taps = [held[f"taps{width}"].astype(np.float32) for width in range(1, int(held["widths"]) + 1)]
                names = (
                    "filter_bias",
                    "out",
                    "out_bias",
                    "term_weights",
                    "weights",
                    "mean_weights",
                    "bias",
                    "thresholds",
                )
                part = {name: held[name].astype(np.float32) for name in names}
                filters = Filters(taps, part["filter_bias"], part["out"], part["out_bias"], part["term_weights"])
                return cls(
                    held["concepts"].tolist(),
                    held["terms"].tolist(),
                    part["weights"],
                    part["mean_weights"],
                    part["bias"],
                    vectors,
                    filters,
                    part["thresholds"],
                    stem,
                )
        except (OSError, ValueError, KeyError) as error:
            raise ConfigError(f"{path}: the model of concepts cannot be read: run `lessons train`") from error

    def save(self, path: Path) -> None:
        """Writes the model; weights in half precision, word vectors in bytes."""
        vectors, filters, half = self._vectors, self._filters, np.float16
        scales = np.abs(vectors.table).max(axis=1) / 127 + 1e-9
        taps: dict[str, Any] = {f"taps{width}": tap.astype(half) for width, tap in enumerate(filters.taps, start=1)}
        np.savez_compressed(
            path,
            concepts=np.array(self.concepts),
            terms=np.array(list(self._terms)),
            weights=self._weights.astype(half),
            mean_weights=self._mean_weights.astype(half),
            bias=self._bias.astype(half),
            words=np.array(list(vectors.words)),
            table=np.round(vectors.table / scales[:, None]).astype(np.int8),
            scales=scales.astype(half),
            word_weights=vectors.weights.astype(half),
            widths=np.array(len(filters.taps)),
            filter_bias=filters.bias.astype(half),
            out=filters.out.astype(half),
            out_bias=filters.out_bias.astype(half),
            term_weights=filters.terms.astype(half),
            thresholds=self.thresholds.astype(half),
            **taps,
        )

    def scores(self, batch: Sequence[Sentence]) -> Vector:
        """How surely each sentence expresses each concept, as the mean of the logits of both models: sentences x concepts."""
        words = [words_of(one.text) for one in batch]
        ids = [self._vectors.ids(own) for own in words]
        found: Vector = (self._linear(words, ids, batch) + self._network(ids, batch)) / 2
        return found

    def _linear(
        self, words: Sequence[Sequence[str]], ids: Sequence[Sequence[int]], batch: Sequence[Sentence]
    ) -> Vector:
        means = np.array([self._vectors.mean(own) for own in ids], np.float32).reshape(len(batch), -1)
        total: Vector = self._bias + means @ self._mean_weights
        for row, (own, one) in enumerate(zip(words, batch, strict=True)):
            features = self._features.of(own, one.terms)
            known = [(self._terms[name], value) for name, value in features.items() if name in self._terms]
            if known:
                rows, values = zip(*known, strict=True)
                total[row] += np.asarray(values, np.float32) @ self._weights[list(rows)]
        return total

    def _network(self, ids: Sequence[Sequence[int]], batch: Sequence[Sentence]) -> Vector:
        total = np.tile(self._filters.out_bias, (len(batch), 1))
        spoken = [row for row, own in enumerate(ids) if own]
        if spoken:
            starts = np.cumsum([0, *(len(ids[row]) for row in spoken[:-1])])
            responses = self._responses([i for row in spoken for i in ids[row]], starts)
            total[spoken] += np.maximum.reduceat(responses, starts, axis=0) @ self._filters.out
        for row, one in enumerate(batch):
            columns = [self.columns[term] for term in one.terms if term in self.columns]
            total[row, columns] += self._filters.terms[columns]
        return total

    def _responses(self, ids: Sequence[int], starts: Vector) -> Vector:
        new = [i for i in set(ids) if i not in self._made]
        if new:
            table = self._vectors.table
            vectors = np.array([table[i] if i < len(table) else np.zeros(table.shape[1]) for i in new], np.float32)
            self._made.update(zip(new, self._filters.prepare(vectors), strict=True))
        return self._filters.responses(np.array([self._made[i] for i in ids]), starts)

    def evidence(self, one: Sentence, concepts: Sequence[str]) -> list[tuple[int, int]]:
        """For each of the concepts, start and end in the sentence of the run of words that speak most for it."""
        places = [match.span() for match in WORD.finditer(one.text)][:MOST_WORDS]
        words = [one.text[start:end] for start, end in places]
        light = [word in PASSED_OVER for word in words]
        columns = [self.columns[concept] for concept in concepts]
        shares = self._shares_of_terms(words, columns) + self._shares_of_vectors(words, columns)
        runs = [strongest_run(row, light) for row in shares.T]
        return [(places[start][0], places[end - 1][1]) for start, end in runs]

    def _shares_of_terms(self, words: Sequence[str], columns: Sequence[int]) -> Vector:
        """What each word contributes to each concept by the terms that it is part of: words x concepts."""
        features = list(self._features.shares(words))
        known = [(self._terms[name], place, len(at)) for name, at in features if name in self._terms for place in at]
        shares = np.zeros((len(words), len(columns)), np.float32)
        if known:
            rows, places, parts = zip(*known, strict=True)
            value = WORDS_WEIGHT / math.sqrt(len({name for name, _ in features}))
            worth = self._weights[np.ix_(rows, columns)] * (value / np.asarray(parts, np.float32))[:, None]
            _add_up(shares, np.array(places), worth)
        return shares

    def _shares_of_vectors(self, words: Sequence[str], columns: Sequence[int]) -> Vector:
        """What each word contributes by its vector, to the mean of the sentence and to the filters that it moves most."""
        shares = np.zeros((len(words), len(columns)), np.float32)
        ids = self._vectors.ids(words)
        known = [(place, i) for place, i in enumerate(ids) if i < len(self._vectors.words)]
        if known:
            rows = [i for _, i in known]
            parts = self._vectors.weights[rows][:, None] * self._vectors.table[rows]
            length = float(np.linalg.norm(parts.sum(axis=0))) or 1.0
            shares[[place for place, _ in known]] += parts @ self._mean_weights[:, columns] / length
        responses = self._responses(ids, np.zeros(1, np.int64))
        best, worth = responses.argmax(axis=0), responses.max(axis=0)[:, None] * self._filters.out[:, columns]
        widths = np.arange(len(best)) // self._filters.taps[0].shape[2] + 1
        for place in range(len(self._filters.taps)):
            at = best - widths // 2 + place
            stands = (place < widths) & (at >= 0) & (at < len(words))
            _add_up(shares, at[stands], worth[stands] / widths[stands, None])
        return shares


def _add_up(totals: Vector, rows: Vector, values: Vector) -> None:
    """Adds values to the rows of totals that they belong to; several may belong to one."""
    for column in range(totals.shape[1]):
        totals[:, column] += np.bincount(rows, values[:, column], len(totals))


def strongest_run(shares: Vector, light: Sequence[bool]) -> tuple[int, int]:
    """The run of words with the largest sum of shares above the mean; it neither begins nor ends with a light word."""
    worth = (shares - shares.mean()).tolist()
    best, span = -math.inf, (0, len(shares))
    for start in range(len(shares)):
        if light[start]:
            continue
        total = sum(worth[start : start + SHORTEST - 1])
        for end in range(start + SHORTEST, min(len(shares), start + LONGEST) + 1):
            total += worth[end - 1]
            if total > best and not light[end - 1]:
                best, span = total, (start, end)
    return span

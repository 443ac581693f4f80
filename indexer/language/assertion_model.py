"""How a mention of a concept is meant: its status, how practice is judged by it, whom it concerns; learned from marked passages.

Multinomial logistic regression on the words of the sentence by their side and distance from the mention, pairs of them, and the
place of the mention (after Uzuner, Zhang & Sibanda 2009, who judged assertions in clinical notes so); trained by `lessons train`.
"""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from indexer.errors import ConfigError
from indexer.language.arrays import Array, rows_of, summed
from indexer.language.wording import plain

MODEL = Path(__file__).parent / "assertions.npz"

# Words, and the signs that ask, list, cut off or quote.
WORD = re.compile(r"[a-z]+(?:'[a-z]+)?|\d+|[?:;—–(“”\"‘]")
FIGURE = "#"
# Words on each side of a mention after these are not looked at.
MOST_WORDS = 30
# A word stands near within so many words of the mention, and about it within so many; of pairs only the first holds.
NEAR, ABOUT, PAIR_NEAR = 2, 6, 5
# What the features of a mention weigh beside those of its place.
WEIGHT = 3.0
_BITS = 20
# The kinds of feature: a word by its distance (from here seven), by its side (three), by itself; a pair by its distance (five),
# by itself; what the sentence begins and ends with.
_BY_DISTANCE, _BY_SIDE, _WORD, _PAIR_BY_DISTANCE, _PAIR, _FIRST, _FIRST_PAIR, _LAST = 0, 7, 10, 11, 16, 17, 18, 19
# What each weighs.
_WEIGHTS = np.array([1, 0.8, 0.6, 1, 1, 0.8, 0.6, 0.5, 0.5, 0.5, 0.4, 1, 1, 1, 1, 1, 0.5, 1, 1, 1], np.float32)
# The stretch of a sentence that a word stands in, before, in or after the mention, by the distance of the word.
_SIDES = np.array([0, 0, 0, 1, 2, 2, 2])
# Most words of a trigger.
TRIGGER = 5


class Occurrence(NamedTuple):
    """A mention as the model takes it: its sentence, where it stands there, and what its place is called."""

    sentence: str
    start: int
    end: int
    place: tuple[str, ...]


class Features(NamedTuple):
    """The features of mentions where they stand: the number of each, its mention, its value, and the two words (or one).

    `starts` is the number of the first word of each mention's sentence.
    """

    starts: Array
    number: Array
    mention: Array
    value: Array
    first: Array
    last: Array


class AssertionFeatures:
    """Makes features of the words around mentions."""

    def __init__(self, words: Sequence[str]) -> None:
        """Of `words` features are made, of others none."""
        self._numbers = {word: number for number, word in enumerate(words)}
        self._unknown = len(words)

    def of(self, occurrences: Sequence[Occurrence]) -> Features:
        """The features of all mentions."""
        parts = [self._parts(one) for one in occurrences]
        lengths = np.array([[len(words) for words in part] for part in parts]).reshape(-1, 3)
        mention = np.repeat(np.arange(len(parts)), lengths.sum(axis=1))
        word = np.fromiter(chain.from_iterable(chain.from_iterable(parts)), np.int64)
        stretch, near = _stretches(lengths)
        every, pairs = np.arange(len(word)), _pairs(mention, stretch)
        begins = np.flatnonzero(np.diff(mention, prepend=-1))
        ends = np.flatnonzero(np.diff(mention, append=len(parts)))
        opening = begins[np.isin(begins, pairs)]
        singles = [
            (stretch + _BY_DISTANCE, every),
            (_SIDES[stretch] + _BY_SIDE, every),
            (np.full_like(every, _WORD), every),
            (np.full_like(begins, _FIRST), begins),
            (np.full_like(ends, _LAST), ends),
        ]
        doubles = [
            (_pair_distance(stretch, near)[pairs] + _PAIR_BY_DISTANCE, pairs),
            (np.full_like(pairs, _PAIR), pairs),
            (np.full_like(opening, _FIRST_PAIR), opening),
        ]
        kind = np.concatenate([kind for kind, _ in (*singles, *doubles)])
        first = np.concatenate([place for _, place in (*singles, *doubles)])
        last = first + np.concatenate([*(np.zeros_like(p) for _, p in singles), *(np.ones_like(p) for _, p in doubles)])
        known = np.flatnonzero((word[first] < self._unknown) & (word[last] < self._unknown))
        kind, first, last = kind[known], first[known], last[known]
        number = (kind << 2 * _BITS) | (word[first] << _BITS) | np.where(last > first, word[last], 0)
        scale = WEIGHT / np.sqrt(np.maximum(lengths.sum(axis=1), 1)).astype(np.float32)
        starts = np.cumsum([0, *lengths.sum(axis=1)])
        return Features(starts, number, mention[first], _WEIGHTS[kind] * scale[mention[first]], first, last)

    def _parts(self, one: Occurrence) -> tuple[list[int], list[int], list[int]]:
        """The numbers of the words before a mention, in it, and after it."""
        text = plain(one.sentence)
        before, within, after = text[: one.start], text[one.start : one.end], text[one.end :]
        return (
            self._known(words_of(before)[-MOST_WORDS:]),
            self._known(words_of(within)),
            self._known(words_of(after)[:MOST_WORDS]),
        )

    def _known(self, words: Sequence[str]) -> list[int]:
        return [self._numbers.get(word, self._unknown) for word in words]


def words_of(text: str) -> list[str]:
    """The words and signs of a text in small letters, figures all alike."""
    return [FIGURE if word[0].isdigit() else word for word in WORD.findall(text)]


def _stretches(lengths: Array) -> tuple[Array, Array]:
    """For each word the stretch that it stands in, from far before (0) over in the mention (3) to far after (6); its distance."""
    found = [_stretches_of(*row) for row in lengths.tolist()]
    if not found:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    stretch, distance = zip(*found, strict=True)
    return np.concatenate(stretch), np.concatenate(distance)


@lru_cache(maxsize=4096)
def _stretches_of(before: int, within: int, after: int) -> tuple[Array, Array]:
    left, right = np.arange(before, 0, -1), np.arange(1, after + 1)
    far = [np.where(side <= NEAR, 0, np.where(side <= ABOUT, 1, 2)) for side in (left, right)]
    stretch = np.concatenate([2 - far[0], np.full(within, 3), 4 + far[1]])
    return stretch, np.concatenate([left, np.zeros(within, np.int64), right])


def _pairs(mention: Array, stretch: Array) -> Array:
    """The words that the next word of the same side follows."""
    side = _SIDES[stretch]
    return np.flatnonzero((mention[:-1] == mention[1:]) & (side[:-1] == side[1:]))


def _pair_distance(stretch: Array, distance: Array) -> Array:
    """Before far (0) and near (1), in the mention (2), after near (3) and far (4)."""
    far = distance > PAIR_NEAR
    return np.where(_SIDES[stretch] == 0, np.where(far, 0, 1), np.where(_SIDES[stretch] == 1, 2, np.where(far, 4, 3)))


class AssertionModel:
    """Says how likely each status, polarity and person is of a mention."""

    def __init__(
        self,
        labels: Mapping[str, Sequence[str]],
        words: Sequence[str],
        numbers: Array,
        weights: Array,
        places: Sequence[str],
        place_weights: Array,
        bias: Array,
    ) -> None:
        """`labels` of each question, in the order of the columns of the weights; `numbers` of features rise."""
        self.labels = {question: tuple(names) for question, names in labels.items()}
        ends = np.cumsum([len(names) for names in self.labels.values()])
        self._columns = {
            question: slice(int(end) - len(names), int(end))
            for (question, names), end in zip(self.labels.items(), ends, strict=True)
        }
        self._words, self._features = tuple(words), AssertionFeatures(words)
        self._numbers, self._weights, self._bias = numbers, weights, bias
        self._places = {name: row for row, name in enumerate(places)}
        self._place_weights = place_weights

    @classmethod
    def load(cls, path: Path) -> "AssertionModel":
        """Reads a model that `save` wrote. Raises ConfigError."""
        try:
            with np.load(path, allow_pickle=False) as held:
                labels = {name: held[f"labels_{name}"].tolist() for name in held["questions"].tolist()}
                words, places = held["words"].tolist(), held["places"].tolist()
                weights, place_weights, bias = (
                    held[name].astype(np.float32) for name in ("weights", "place_weights", "bias")
                )
                return cls(labels, words, held["numbers"], weights, places, place_weights, bias)
        except (OSError, ValueError, KeyError) as error:
            raise ConfigError(f"{path}: the model of assertions cannot be read: run `lessons train`") from error

    def save(self, path: Path) -> None:
        """Writes the model; weights in half precision."""
        half = np.float16
        held: dict[str, Any] = {
            "questions": np.array(list(self.labels)),
            "words": np.array(self._words),
            "numbers": self._numbers,
            "weights": self._weights.astype(half),
            "places": np.array(list(self._places)),
            "place_weights": self._place_weights.astype(half),
            "bias": self._bias.astype(half),
            **{f"labels_{name}": np.array(names) for name, names in self.labels.items()},
        }
        np.savez_compressed(path, **held)

    def judge(self, occurrences: Sequence[Occurrence]) -> "Judged":
        """Judges mentions."""
        found = self._features.of(occurrences)
        known, rows = rows_of(self._numbers, found.number)
        order = np.argsort(found.mention[known], kind="stable")
        known, rows = known[order], rows[order]
        worth = self._weights[rows] * found.value[known][:, None]
        bounds = np.searchsorted(found.mention[known], np.arange(len(occurrences) + 1))
        scores = self._bias + summed(worth, bounds)
        for row, one in enumerate(occurrences):
            scores[row] += self._place_weights[[self._places[p] for p in one.place if p in self._places]].sum(axis=0)
        words = found.first[known], found.last[known]
        return Judged(self, occurrences, scores, worth, bounds, found.starts, words)

    def columns(self, question: str) -> slice:
        """The columns of a question's labels in the scores."""
        return self._columns[question]


class Judged:
    """Mentions as a model judges them."""

    def __init__(
        self,
        model: AssertionModel,
        occurrences: Sequence[Occurrence],
        scores: Array,
        worth: Array,
        bounds: Array,
        starts: Array,
        words: tuple[Array, Array],
    ) -> None:
        """`worth` is what each feature adds to the scores: those of a mention lie within `bounds`, made of its `words`."""
        self._model, self._occurrences, self.scores = model, occurrences, scores
        self._worth, self._bounds, self._starts, self._words = worth, bounds, starts, words

    def most_likely(self, question: str) -> list[str]:
        """The most likely label for each mention."""
        labels = self._model.labels[question]
        return [labels[i] for i in self.scores[:, self._model.columns(question)].argmax(axis=1).tolist()]

    def trigger(self, mention: int, question: str, label: str, other: str) -> str | None:
        """The words before or after a mention that speak most for one label rather than another; None where none do."""
        labels, begin = self._model.labels[question], self._model.columns(question).start
        own = slice(self._bounds[mention], self._bounds[mention + 1])
        gain = self._worth[own, begin + labels.index(label)] - self._worth[own, begin + labels.index(other)]
        places, within = _places(self._occurrences[mention])
        shares = np.zeros(len(places))
        for word in self._words:
            np.add.at(shares, word[own] - self._starts[mention], gain / 2)
        runs = [
            (float(shares[i:j].sum()), i, j)
            for i in range(len(places))
            for j in range(i + 1, min(len(places), i + TRIGGER) + 1)
            if j <= within.start or i >= within.stop
        ]
        worth, i, j = max(runs, default=(0.0, 0, 0))
        sentence = self._occurrences[mention].sentence
        return sentence[places[i][0] : places[j - 1][1]] if worth > 0 else None


def _places(one: Occurrence) -> tuple[list[tuple[int, int]], range]:
    """Where the words that are looked at stand in the sentence, and which of them are those of the mention itself."""
    text = plain(one.sentence)
    before = [match.span() for match in WORD.finditer(text, 0, one.start)][-MOST_WORDS:]
    within = [match.span() for match in WORD.finditer(text, one.start, one.end)]
    after = [match.span() for match in WORD.finditer(text, one.end)][:MOST_WORDS]
    return [*before, *within, *after], range(len(before), len(before) + len(within))

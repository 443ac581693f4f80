"""What a sentence expresses in words of its own, concepts and kinds of statement: a linear model and a small network, added up.

The linear model is logistic regression on words, pairs of words and the mean of word vectors (Arora, Liang & Ma 2017); the
network is a convolution with the maximum over time (Kim 2014) on the same vectors. Both are trained by `lessons train` and
run with numpy: what a filter makes of a word at one of its places is worked out once for each word.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from indexer.errors import ConfigError
from indexer.language.arrays import Array, rows_of, runs, summed
from indexer.language.word_features import WORD, Lexicon, Words, distinct, stems_of
from indexer.language.wording import plain

# What a term of the vocabulary weighs beside the features of words.
TERM_WEIGHT = 0.7
# Evidence is at least and at most so many words.
SHORTEST, LONGEST = 3, 16

MODEL = Path(__file__).parent / "sentences.npz"


class Sentence(NamedTuple):
    """A sentence in small letters with apostrophes straight, and the concepts of which it has terms of the vocabulary."""

    text: str
    terms: frozenset[str] = frozenset()


def sentence(text: str, terms: Iterable[str] = ()) -> Sentence:
    """A sentence as the model takes it; every character stays in its place."""
    return Sentence(plain(text), frozenset(terms))


class Vectors:
    """Word vectors, and how much a word counts in the mean of a sentence: the rarer, the more."""

    def __init__(self, words: Sequence[str], table: Array, weights: Array) -> None:
        """The tables get one row more, of nothing, for words that are not known."""
        self.words = tuple(words)
        self.table = np.concatenate([table, np.zeros((1, table.shape[1]), np.float32)])
        self.weights = np.append(weights, np.float32(0))

    def means(self, words: Words) -> tuple[Array, Array]:
        """The weighted mean of each sentence's vectors, of unit length, and what each word adds to it."""
        shares = self.table[words.vector] * self.weights[words.vector][:, None]
        totals = summed(shares, words.starts)
        lengths = np.sqrt((totals * totals).sum(axis=1))
        lengths[lengths == 0] = 1
        return totals / lengths[:, None], shares / lengths[words.sentence][:, None]


class Filters:
    """The network: filters over runs of words, the most that each finds, and from these to what is expressed."""

    def __init__(self, taps: Sequence[Array], bias: Array, out: Array, out_bias: Array, terms: Array) -> None:
        """`taps[k]` holds the weights of the filters of width k + 1 at each of their places: width x dimensions x filters."""
        self.taps, self.bias, self.out, self.out_bias, self.terms = taps, bias, out, out_bias, terms
        self._stack = np.concatenate([tap[j] for tap in taps for j in range(len(tap))], axis=1)

    @property
    def parts(self) -> tuple[Array, ...]:
        """All weights but the taps."""
        return self.bias, self.out, self.out_bias, self.terms

    @property
    def places(self) -> int:
        """How many places all filters have together."""
        return int(self._stack.shape[1])

    @property
    def widths(self) -> Array:
        """The width of each filter, in words."""
        return np.repeat(np.arange(1, len(self.taps) + 1), self.taps[0].shape[2])

    def prepare(self, vectors: Array) -> Array:
        """What each filter makes of each word at each of its places: words x (places x filters)."""
        made: Array = vectors @ self._stack
        return made

    def responses(self, made: Array, sentence: Array) -> Array:
        """What each filter finds at each word, from what `prepare` made of the words: words x filters.

        `sentence` is the number of each word's sentence; a filter does not look over the end of one.
        """
        count, total = self.taps[0].shape[2], len(made)
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
                    apart = np.flatnonzero(sentence[to] != sentence[of])
                    response[to] += part[of]
                    response[to][apart] -= part[of][apart]
        found += self.bias
        return np.maximum(found, 0, out=found)


class SentenceModel:
    """Says how surely a sentence expresses each concept, by which words, and how surely it is a statement of each kind."""

    def __init__(
        self,
        concepts: Sequence[str],
        kinds: Sequence[str],
        names: Sequence[str],
        linear: dict[str, Array],
        vectors: Vectors,
        filters: Filters,
        threshold: float,
        stem: Callable[[str], str],
    ) -> None:
        """`names` of features; `linear` has weights for these, for terms and for the mean vector, and the bias."""
        self.concepts, self.kinds, self.threshold = tuple(concepts), tuple(kinds), threshold
        self.columns = {concept: column for column, concept in enumerate(concepts)}
        self.vectors, self.filters = vectors, filters
        self.lexicon = Lexicon(vectors.words, stems_of(names), stem)
        numbers = np.array([self.lexicon.number(name) for name in names], np.int64)
        order = np.argsort(numbers)
        self._numbers, self._names = numbers[order], [names[place] for place in order.tolist()]
        self.linear = {**linear, "weights": linear["weights"][order]}
        self._made = np.zeros((0, filters.places), np.float32)
        self._place_made = np.full(len(vectors.table), -1)

    @classmethod
    def load(cls, path: Path, stem: Callable[[str], str]) -> "SentenceModel":
        """Reads a model that `save` wrote; `stem` must be that which it was trained with. Raises ConfigError."""
        try:
            with np.load(path, allow_pickle=False) as held:
                table = held["table"].astype(np.float32) * held["scales"].astype(np.float32)[:, None]
                vectors = Vectors(held["words"].tolist(), table, held["word_weights"].astype(np.float32))
                taps = [held[f"taps{width}"].astype(np.float32) for width in range(1, int(held["widths"]) + 1)]
                filters = Filters(taps, *(held[f"filter_{part}"].astype(np.float32) for part in _FILTER_PARTS))
                linear = {part: held[f"linear_{part}"].astype(np.float32) for part in _LINEAR_PARTS}
                concepts, kinds, names = (held[part].tolist() for part in ("concepts", "kinds", "names"))
                return cls(concepts, kinds, names, linear, vectors, filters, float(held["threshold"]), stem)
        except (OSError, ValueError, KeyError) as error:
            raise ConfigError(f"{path}: the model of sentences cannot be read: run `lessons train`") from error

    def save(self, path: Path) -> None:
        """Writes the model; weights in half precision, word vectors in bytes."""
        table, half = self.vectors.table[:-1], np.float16
        scales = np.abs(table).max(axis=1) / 127 + 1e-9
        filters = dict(zip(_FILTER_PARTS, self.filters.parts, strict=True))
        held: dict[str, Any] = {
            "concepts": np.array(self.concepts),
            "kinds": np.array(self.kinds),
            "names": np.array(self._names),
            "threshold": np.array(self.threshold),
            "words": np.array(self.vectors.words),
            "table": np.round(table / scales[:, None]).astype(np.int8),
            "scales": scales.astype(half),
            "word_weights": self.vectors.weights[:-1].astype(half),
            "widths": np.array(len(self.filters.taps)),
            **{f"taps{width}": tap.astype(half) for width, tap in enumerate(self.filters.taps, start=1)},
            **{f"filter_{part}": value.astype(half) for part, value in filters.items()},
            **{f"linear_{part}": self.linear[part].astype(half) for part in _LINEAR_PARTS},
        }
        np.savez_compressed(path, **held)

    def judge(self, batch: Sequence[Sentence]) -> "Judged":
        """Judges sentences."""
        return Judged(self, batch)

    def weighed(self, features: Array) -> tuple[Array, Array]:
        """The places of those features that the model has weights for, and their rows in the table of weights."""
        return rows_of(self._numbers, features)

    def made(self, vectors: Array) -> Array:
        """What the filters make of words, by the rows of their vectors."""
        new = np.unique(vectors[self._place_made[vectors] < 0])
        if len(new):
            count = int(self._place_made.max()) + 1
            if count + len(new) > len(self._made):
                grown = np.zeros((2 * (count + len(new)), self.filters.places), np.float32)
                grown[:count] = self._made[:count]
                self._made = grown
            self._place_made[new] = np.arange(count, count + len(new))
            self._made[count : count + len(new)] = self.filters.prepare(self.vectors.table[new])
        found: Array = self._made[self._place_made[vectors]]
        return found


_LINEAR_PARTS = ("weights", "terms", "means", "bias")
_FILTER_PARTS = ("bias", "out", "out_bias", "terms")


class Judged:
    """Sentences as a model judges them: `scores` (sentences x outputs, concepts before kinds) are the means of two logits."""

    def __init__(self, model: SentenceModel, batch: Sequence[Sentence]) -> None:
        self._model, self._batch = model, batch
        self._words = model.lexicon.words([one.text for one in batch])
        self._found = model.lexicon.features(self._words)
        self._means, self._shares = model.vectors.means(self._words)
        self._responses = model.filters.responses(model.made(self._words.vector), self._words.sentence)
        self._most = np.zeros((len(batch), self._responses.shape[1]), np.float32)
        spoken = np.flatnonzero(np.diff(self._words.starts))
        if len(spoken):
            self._most[spoken] = np.maximum.reduceat(self._responses, self._words.starts[spoken], axis=0)
        terms = np.zeros((len(batch), len(model.concepts)), np.float32)
        for row, one in enumerate(batch):
            terms[row, [model.columns[term] for term in one.terms if term in model.columns]] = 1
        self.scores: Array = (self._linear(terms) + self._network(terms)) / 2

    def _linear(self, terms: Array) -> Array:
        linear = self._model.linear
        total: Array = linear["bias"] + self._means @ linear["means"] + terms @ linear["terms"]
        sentence, feature, self._scale = distinct(self._found, len(self._batch))
        known, rows = self._model.weighed(feature)
        bounds = np.searchsorted(sentence[known], np.arange(len(self._batch) + 1))
        total += summed(linear["weights"][rows], bounds) * self._scale[:, None]
        return total

    def _network(self, terms: Array) -> Array:
        filters = self._model.filters
        total: Array = self._most @ filters.out + filters.out_bias
        total[:, : terms.shape[1]] += terms * filters.terms
        return total

    def evidence(self, sentences: Array, columns: Array) -> list[tuple[int, int]]:
        """For each pair of a sentence and a concept, start and end of the run of words that speak most for it."""
        if not len(sentences):
            return []
        starts = np.cumsum([0, *np.diff(self._words.starts)[sentences]])
        pairs = _Pairs(sentences, columns, starts[:-1] - self._words.starts[sentences])
        shares = np.zeros(starts[-1])
        for place, worth in (*self._of_features(pairs), self._of_means(pairs), *self._of_filters(pairs)):
            shares += np.bincount(place, worth, len(shares))
        _, word = runs(self._words.starts, pairs.sentence)
        found = strongest_runs(shares, self._words.light[word], starts)
        return [self._characters(*one) for one in zip(sentences.tolist(), *found, strict=True)]

    def _of_features(self, pairs: "_Pairs") -> Iterator[tuple[Array, Array]]:
        """What each feature adds, in halves, to its first and to its last word."""
        known, rows = self._model.weighed(self._found.feature)
        order = np.argsort(self._found.sentence[known], kind="stable")
        known, rows = known[order], rows[order]
        bounds = np.searchsorted(self._found.sentence[known], np.arange(len(self._batch) + 1))
        pair, item = runs(bounds, pairs.sentence)
        worth = self._model.linear["weights"][rows[item], pairs.column[pair]] * self._scale[pairs.sentence[pair]] / 2
        for word in (self._found.first, self._found.last):
            yield pairs.shift[pair] + word[known[item]], worth

    def _of_means(self, pairs: "_Pairs") -> tuple[Array, Array]:
        """What each word adds by its part in the mean vector."""
        pair, word = runs(self._words.starts, pairs.sentence)
        weights = self._model.linear["means"].T[pairs.column]
        return pairs.shift[pair] + word, np.einsum("wd,wd->w", self._shares[word], weights[pair])

    def _of_filters(self, pairs: "_Pairs") -> Iterator[tuple[Array, Array]]:
        """What each filter adds, in equal parts, to the words of the place at which it finds most."""
        filters, (first, last) = self._model.filters, self._words.starts[[pairs.sentence, pairs.sentence + 1]]
        best = {s: self._words.starts[s] + self._part(s).argmax(axis=0) for s in set(pairs.sentence.tolist())}
        found = np.array([best[sentence] for sentence in pairs.sentence.tolist()])
        worth = self._most[pairs.sentence] * filters.out.T[pairs.column] / filters.widths
        for place in range(len(filters.taps)):
            at = found - filters.widths // 2 + place
            stands = (place < filters.widths) & (at >= first[:, None]) & (at < last[:, None])
            yield (pairs.shift[:, None] + at)[stands], worth[stands]

    def _part(self, sentence: int) -> Array:
        part: Array = self._responses[self._words.starts[sentence] : self._words.starts[sentence + 1]]
        return part

    def _characters(self, sentence: int, first: int, last: int) -> tuple[int, int]:
        """Where a run of words of a sentence begins and ends."""
        places = [match.span() for match in WORD.finditer(self._batch[sentence].text)]
        return places[first][0], places[last - 1][1]


class _Pairs(NamedTuple):
    """Pairs of a sentence and a concept; `shift` leads from a word's number to its place among the words of all pairs."""

    sentence: Array
    column: Array
    shift: Array


def strongest_runs(shares: Array, light: Array, starts: Array) -> tuple[list[int], list[int]]:
    """For each stretch of words, the run with the largest sum of shares above the mean; all of it where there is none.

    A run has from `SHORTEST` to `LONGEST` words and neither begins nor ends with a light one. `starts` is where stretches
    begin, and where the last ends; first and last word are counted from there.
    """
    lengths = np.diff(starts)
    inside = np.arange(lengths.max(initial=0)) < lengths[:, None]
    worth, heavy = np.zeros(inside.shape), np.zeros(inside.shape, bool)
    worth[inside], heavy[inside] = shares, ~light
    worth[inside] -= np.repeat(worth.sum(axis=1) / np.maximum(lengths, 1), lengths)
    sums = np.concatenate([np.zeros((len(lengths), 1)), worth.cumsum(axis=1)], axis=1)
    best, first, last = np.full(len(lengths), -np.inf), np.zeros_like(lengths), lengths.copy()
    for length in range(SHORTEST, min(LONGEST, inside.shape[1]) + 1):
        own = np.where(
            heavy[:, : 1 - length or None] & heavy[:, length - 1 :], sums[:, length:] - sums[:, :-length], -np.inf
        )
        place = own.argmax(axis=1)
        most = own[np.arange(len(own)), place]
        better = most > best
        best[better], first[better], last[better] = most[better], place[better], place[better] + length
    return first.tolist(), last.tolist()

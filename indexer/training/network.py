"""Trains the network of `language/sentence_model.py`: filters over runs of words, the maximum over time, a layer of outputs.

After Kim 2014, with fixed word vectors; gradients by hand, so that training needs nothing but numpy.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from indexer.language.sentence_model import Filters
from indexer.language.word_features import Words

Array = np.ndarray

WIDTHS, FILTERS = (1, 2, 3), 160
EPOCHS, BATCH, RATE = 14, 32, 2e-3
# Share of vectors' parts and of filters that is left out at random while training, and of words that are taken for unknown.
DROPPED, DROPPED_WORDS = 0.35, 0.1
DECAY = 1e-3
# Before training, nothing is likely.
START = -4.5
TERM_START = 2.0


@dataclass(frozen=True, slots=True)
class Rows:
    """The words of sentences, the concepts of which they have terms, what they express, and how much each of it counts."""

    words: Words
    terms: Array
    labels: Array
    weights: Array


class _Adam:
    """Adam with decoupled decay of weights (Loshchilov & Hutter 2019)."""

    def __init__(self, values: dict[str, Array]) -> None:
        self.values = values
        self._first = {name: np.zeros_like(value) for name, value in values.items()}
        self._second = {name: np.zeros_like(value) for name, value in values.items()}
        self._step = 0

    def step(self, gradients: dict[str, Array], rate: float) -> None:
        self._step += 1
        for name, gradient in gradients.items():
            first, second, value = self._first[name], self._second[name], self.values[name]
            first += 0.1 * (gradient - first)
            second += 0.001 * (gradient * gradient - second)
            unbiased = first / (1 - 0.9**self._step)
            spread = np.sqrt(second / (1 - 0.999**self._step)) + 1e-8
            value -= rate * (unbiased / spread + DECAY * value)


def train(rows: Rows, vectors: Array, seed: int = 0) -> Filters:
    """The filters and weights fitted to sentences; the last row of `vectors` is for unknown words."""
    random = np.random.default_rng(seed)
    values = _start(vectors.shape[1], rows, random)
    adam = _Adam(values)
    count = len(rows.labels)
    steps, done = EPOCHS * -(-count // BATCH), 0
    for _ in range(EPOCHS):
        for batch in _batches(rows, random):
            gradients = _gradients(values, vectors, rows, batch, random)
            adam.step(gradients, RATE * max(0.02, 1 - done / steps))
            done += 1
    taps = [values[f"taps{width}"] for width in WIDTHS]
    return Filters(taps, values["bias"], values["out"], values["out_bias"], values["terms"])


def _start(dimensions: int, rows: Rows, random: np.random.Generator) -> dict[str, Array]:
    outputs, terms = rows.labels.shape[1], rows.terms.shape[1]
    values = {"bias": np.zeros(FILTERS * len(WIDTHS), np.float32)}
    for width in WIDTHS:
        bound = 1 / np.sqrt(width * dimensions)
        values[f"taps{width}"] = random.uniform(-bound, bound, (width, dimensions, FILTERS)).astype(np.float32)
    bound = 1 / np.sqrt(FILTERS * len(WIDTHS))
    values["out"] = random.uniform(-bound, bound, (FILTERS * len(WIDTHS), outputs)).astype(np.float32)
    values["out_bias"] = np.full(outputs, START, np.float32)
    values["terms"] = np.full(terms, TERM_START, np.float32)
    return values


def _batches(rows: Rows, random: np.random.Generator) -> Iterator[Array]:
    """All sentences of any words in random batches, each of sentences of like length."""
    lengths = np.diff(rows.words.starts)
    order = random.permutation(np.flatnonzero(lengths))
    runs = [order[i : i + 20 * BATCH] for i in range(0, len(order), 20 * BATCH)]
    runs = [run[np.argsort(lengths[run], kind="stable")] for run in runs]
    batches = [run[i : i + BATCH] for run in runs for i in range(0, len(run), BATCH)]
    for place in random.permutation(len(batches)):
        yield batches[place]


def _gradients(
    values: dict[str, Array], vectors: Array, rows: Rows, batch: Array, random: np.random.Generator
) -> dict[str, Array]:
    """The gradients of the weighted cross-entropy, summed over outputs and averaged over the sentences of a batch."""
    words, present = _padded(rows.words, batch, len(vectors) - 1, random)
    drawn = vectors[words] * _kept(random, (*words.shape, vectors.shape[1])) * present[:, :, None]
    found, place, hidden = [], [], []
    for k, width in enumerate(WIDTHS):
        bias = values["bias"][k * FILTERS : (k + 1) * FILTERS]
        response = np.where(present[:, :, None], np.maximum(_convolved(drawn, values[f"taps{width}"]) + bias, 0), 0)
        place.append(response.argmax(axis=1))
        hidden.append(np.take_along_axis(response, place[-1][:, None], axis=1)[:, 0])
        found.append(response.shape)
    top = np.concatenate(hidden, axis=1)
    kept = _kept(random, top.shape)
    terms = rows.terms[batch]
    logits = (top * kept) @ values["out"] + values["out_bias"]
    logits[:, : terms.shape[1]] += terms * values["terms"]
    error = rows.weights[batch] * (1 / (1 + np.exp(-logits)) - rows.labels[batch]) / len(batch)
    gradients = {
        "out": (top * kept).T @ error,
        "out_bias": error.sum(axis=0),
        "terms": (error[:, : terms.shape[1]] * terms).sum(axis=0),
    }
    back = (error @ values["out"].T) * kept * (top > 0)
    gradients["bias"] = back.sum(axis=0)
    for k, width in enumerate(WIDTHS):
        part = np.zeros(found[k], np.float32)
        np.put_along_axis(part, place[k][:, None], back[:, None, k * FILTERS : (k + 1) * FILTERS], axis=1)
        flat = part.reshape(-1, FILTERS)
        gradients[f"taps{width}"] = np.stack(
            [_shifted(drawn, tap - width // 2).reshape(-1, drawn.shape[2]).T @ flat for tap in range(width)]
        )
    return gradients


def _padded(words: Words, batch: Array, unknown: int, random: np.random.Generator) -> tuple[Array, Array]:
    """The rows of the vectors of a batch's words, and where there are words."""
    ids = [words.vector[words.starts[i] : words.starts[i + 1]] for i in batch]
    longest = max(max(map(len, ids)), len(WIDTHS))
    padded, present = np.full((len(ids), longest), unknown), np.zeros((len(ids), longest), bool)
    for row, own in enumerate(ids):
        padded[row, : len(own)], present[row, : len(own)] = own, True
    padded[random.random(padded.shape) < DROPPED_WORDS] = unknown
    return padded, present


def _kept(random: np.random.Generator, shape: tuple[int, ...]) -> Array:
    return (random.random(shape, np.float32) >= DROPPED) / np.float32(1 - DROPPED)


def _convolved(drawn: Array, taps: Array) -> Array:
    width = len(taps)
    total: Array = sum(_shifted(drawn, tap - width // 2) @ taps[tap] for tap in range(width))
    return total


def _shifted(drawn: Array, by: int) -> Array:
    """The words moved so that at each place stands the word `by` places on; nothing where there is none."""
    if by == 0:
        return drawn
    moved = np.zeros_like(drawn)
    if by > 0:
        moved[:, :-by] = drawn[:, by:]
    else:
        moved[:, -by:] = drawn[:, :by]
    return moved

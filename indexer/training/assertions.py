"""The model of assertions: how mentions of concepts are meant, learned from marks of status, polarity and person."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from indexer.errors import ConfigError
from indexer.language.assertion import QUESTIONS, Rules, mention_of, occurrence
from indexer.language.assertion_model import AssertionFeatures, AssertionModel, Occurrence, words_of
from indexer.language.cues import read_assertion_rules
from indexer.language.wording import plain
from indexer.tag import Tagger
from indexer.taxonomy import Taxonomy
from indexer.training.data import marked_blocks, marked_passages

# Inverse strength of the penalty on weights; words and features that fewer mentions have are left out; of the rest, the
# weightiest stay.
STRENGTH = 3.0
LEAST_MENTIONS = 2
MOST_FEATURES = 40_000
# What is not affirmed counts so much more than what is: there is less of it.
NOT_AFFIRMED = 2.0
# What the names of a mention's place weigh beside its words, and what that the rules say.
PLACE_WEIGHT, RULE_WEIGHT = 0.5, 3.0


@dataclass(frozen=True, slots=True)
class Example:
    """A mention with the answers to the questions that are asked of it; None where there is none."""

    occurrence: Occurrence
    answers: Mapping[str, str | None]


def assertion_model(examples: Sequence[Example]) -> AssertionModel:
    """A model fitted to examples. Raises ConfigError when scikit-learn is not installed."""
    try:
        from scipy.sparse import csr_matrix, hstack
        from sklearn.linear_model import LogisticRegression
    except ImportError as error:
        raise ConfigError("training needs scikit-learn: pip install 'lessons[train]'") from error
    words, places = _words(examples), sorted({place for e in examples for place in e.occurrence.place})
    found = AssertionFeatures(words).of([e.occurrence for e in examples])
    numbers, column, counts = np.unique(found.number, return_inverse=True, return_counts=True)
    frequent = counts >= LEAST_MENTIONS
    table = csr_matrix((found.value, (found.mention, column)), shape=(len(examples), len(numbers)))[:, frequent]
    table = hstack([table, csr_matrix(_places(examples, places))]).tocsr()
    labels, fitted = {}, []
    for question in QUESTIONS:
        used = [row for row, e in enumerate(examples) if e.answers[question]]
        answers = [str(examples[row].answers[question]) for row in used]
        counted = [NOT_AFFIRMED if question == "status" and answer != "affirmed" else 1.0 for answer in answers]
        model = LogisticRegression(C=STRENGTH, max_iter=200).fit(table[used], answers, sample_weight=counted)
        labels[question] = model.classes_.tolist()
        fitted.append(model)
    weights = np.concatenate([_of_each(model.coef_) for model in fitted]).T.astype(np.float32)
    bias = np.concatenate([_of_each(model.intercept_) for model in fitted]).astype(np.float32)
    numbers = numbers[frequent]
    kept = np.sort(np.argsort(-np.abs(weights[: len(numbers)]).max(axis=1), kind="stable")[:MOST_FEATURES])
    of_places = weights[len(numbers) :] * np.array([[_weight(place)] for place in places], np.float32)
    return AssertionModel(labels, words, numbers[kept], weights[kept], places, of_places, bias)


def _of_each(weights: np.ndarray) -> np.ndarray:
    """The weights of each label; of two, scikit-learn gives those of the second."""
    return np.concatenate([-weights, weights]) if len(weights) == 1 else weights


def _words(examples: Sequence[Example]) -> list[str]:
    texts = {e.occurrence.sentence for e in examples}
    counts = Counter(word for text in texts for word in words_of(plain(text)))
    return sorted(word for word, count in counts.items() if count >= LEAST_MENTIONS)


def _places(examples: Sequence[Example], places: Sequence[str]) -> np.ndarray:
    column = {place: number for number, place in enumerate(places)}
    table = np.zeros((len(examples), len(places)), np.float32)
    for row, example in enumerate(examples):
        for place in example.occurrence.place:
            table[row, column[place]] = _weight(place)
    return table


def _weight(place: str) -> float:
    return RULE_WEIGHT if place.startswith("rule ") else PLACE_WEIGHT


# --- examples -----------------------------------------------------------------------------------------------------


def assertion_examples(corpus: Path, taxonomy: Taxonomy) -> list[Example]:
    """All marks to learn from: of the passages written for it, and of the reviews annotated for tuning."""
    rules, tagger = read_assertion_rules(corpus), Tagger(taxonomy, corpus, model=None)
    passages = (*marked_passages(corpus), *marked_blocks(corpus))
    return [example for passage in passages for example in _of(passage, taxonomy, rules, tagger)]


def _of(passage: Mapping[str, Any], taxonomy: Taxonomy, rules: Rules, tagger: Tagger) -> Iterator[Example]:
    text, section, heading = passage["text"], taxonomy.sections[passage["section"]], passage.get("kind") == "heading"
    terms = tagger.terms(text)
    for mark in passage.get("concepts", ()):
        concept = taxonomy.concepts[mark["id"]]
        for start, end in _spans(text, mark, terms):
            mention = mention_of(text, start, end, concept, passage["section"], heading, section.boilerplate)
            said = rules.status(mention)
            affirmed, about = mark["status"] == "affirmed" and not heading, mark.get("about")
            answers = {
                "status": None if said.sure else mark["status"],
                "polarity": mark.get("polarity") if affirmed and concept.facet == "theme" else None,
                "about": about if about != "agency" and concept.facet == "risk_factor" else None,
            }
            yield Example(occurrence(rules, mention, said.status), answers)


def _spans(text: str, mark: Mapping[str, Any], terms: Iterable[tuple[int, int, str]]) -> set[tuple[int, int]]:
    """The words marked, and those of them that are found without a mark: a marker takes "no sign of", a tagger does not."""
    start = text.find(mark["quote"])
    if start < 0:
        return set()
    end = start + len(mark["quote"])
    return {(start, end), *((a, b) for a, b, concept in terms if concept == mark["id"] and a < end and b > start)}

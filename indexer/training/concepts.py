"""The model of concepts: which themes and risk factors a sentence expresses in words of its own."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from indexer.errors import ConfigError
from indexer.language.concept_model import (
    ConceptModel,
    Features,
    Filters,
    Sentence,
    Vectors,
    sentence,
    words_of,
)
from indexer.language.rules import read_rules
from indexer.language.wording import Matching, Stems, sentences
from indexer.records import PRESENT
from indexer.tag import Tagger
from indexer.taxonomy import Taxonomy
from indexer.training import network
from indexer.training.data import marked_blocks, marked_passages

# Inverse strength of the penalty on weights; features that fewer sentences have are left out; of the rest the weightiest stay.
STRENGTH = 10.0
LEAST_SENTENCES = 2
MOST_TERMS = 14_000
# How surely a sentence must express a concept to be tagged: the same for all, found on reviews that were held out.
THRESHOLD = -2.1
# In the mean of a sentence a word of this share of all words counts half (Arora, Liang & Ma 2017).
COMMON = 1e-3
# A near miss and an example of the vocabulary count as so many sentences.
VOCABULARY_TIMES = 3


@dataclass(frozen=True, slots=True)
class Example:
    """A sentence with the concepts that it expresses."""

    sentence: Sentence
    concepts: frozenset[str]


def concept_model(examples: Sequence[Example], taxonomy: Taxonomy, corpus: Path) -> ConceptModel:
    """A model fitted to examples. Raises ConfigError when scikit-learn is not installed."""
    concepts, stem = list(taxonomy.concepts), Stems(read_rules(corpus, "matching", Matching))
    vectors = _vectors(corpus, examples)
    ids = [vectors.ids(words_of(e.sentence.text)) for e in examples]
    labels = np.array([[c in e.concepts for c in concepts] for e in examples], np.float32)
    terms, weights, mean_weights, bias = _linear(examples, ids, labels, vectors, Features(stem))
    filters = _network(examples, ids, labels, vectors, concepts)
    thresholds = np.full(len(concepts), THRESHOLD, np.float32)
    return ConceptModel(concepts, terms, weights, mean_weights, bias, vectors, filters, thresholds, stem)


def _vectors(corpus: Path, examples: Iterable[Example]) -> Vectors:
    """The vectors that were distilled for words (`vectors.npz`), with the weights of words in the mean."""
    with np.load(corpus / "training" / "vectors.npz", allow_pickle=False) as held:
        words = held["words"].tolist()
        table = held["table"].astype(np.float32) * held["scales"].astype(np.float32)[:, None]
    counts = Counter(word for e in examples for word in words_of(e.sentence.text))
    total = sum(counts.values())
    weights = np.array([COMMON / (COMMON + counts.get(word, 1) / total) for word in words], np.float32)
    return Vectors(words, table, weights)


def _linear(
    examples: Sequence[Example], ids: Sequence[Sequence[int]], labels: np.ndarray, vectors: Vectors, features: Features
) -> tuple[list[str], np.ndarray, np.ndarray, np.ndarray]:
    """Terms, their weights, the weights of the mean vector, and the bias, of one logistic regression for each concept."""
    try:
        from scipy.sparse import csr_matrix, hstack
        from sklearn.feature_extraction import DictVectorizer
        from sklearn.linear_model import LogisticRegression
    except ImportError as error:
        raise ConfigError("training needs scikit-learn: pip install 'lessons[train]'") from error
    found = [features.of(words_of(e.sentence.text), sorted(e.sentence.terms)) for e in examples]
    common = Counter(term for row in found for term in row)
    vectorizer = DictVectorizer(dtype=np.float32)
    table = vectorizer.fit_transform([{t: v for t, v in row.items() if common[t] >= LEAST_SENTENCES} for row in found])
    means = np.array([vectors.mean(row) for row in ids], np.float32)
    table = hstack([table, csr_matrix(means)]).tocsr()
    fitted = []
    for column in range(labels.shape[1]):
        model = LogisticRegression(C=STRENGTH, solver="liblinear", tol=1e-2, max_iter=200, random_state=0)
        fitted.append(model.fit(table, labels[:, column]))
    weights = np.concatenate([model.coef_ for model in fitted]).T.astype(np.float32)
    bias = np.array([model.intercept_[0] for model in fitted], np.float32)
    count = len(vectorizer.feature_names_)
    kept = np.sort(np.argsort(-np.abs(weights[:count]).max(axis=1), kind="stable")[:MOST_TERMS])
    return [vectorizer.feature_names_[i] for i in kept], weights[kept], weights[count:], bias


def _network(
    examples: Sequence[Example],
    ids: Sequence[Sequence[int]],
    labels: np.ndarray,
    vectors: Vectors,
    concepts: Sequence[str],
) -> Filters:
    terms = np.array([[c in e.sentence.terms for c in concepts] for e in examples], np.float32)
    table = np.concatenate([vectors.table, np.zeros((1, vectors.table.shape[1]), np.float32)])
    used = [place for place, row in enumerate(ids) if row]
    rows = network.Rows([ids[i] for i in used], labels[used], terms[used])
    return network.train(rows, table)


# --- examples -----------------------------------------------------------------------------------------------------


def concept_examples(corpus: Path, taxonomy: Taxonomy) -> list[Example]:
    """All sentences that teach concepts: passages written for it, reviews annotated for tuning, examples of the vocabulary."""
    tagger = Tagger(taxonomy, corpus, model=None)
    marked = (*marked_passages(corpus), *marked_blocks(corpus))
    return [
        *(example for passage in marked for example in _sentences(passage, tagger)),
        *(example for example in _of_vocabulary(taxonomy, tagger) for _ in range(VOCABULARY_TIMES)),
    ]


def _sentences(passage: dict[str, Any], tagger: Tagger) -> Iterator[Example]:
    """The sentences of an annotated passage; a mark counts in each sentence that it reaches into."""
    text = passage["text"]
    marks = [_place(text, c["quote"], c["id"]) for c in passage.get("concepts", ()) if c["status"] in PRESENT]
    tags = tagger.terms(text)
    for start, end in sentences(text):
        shown = [concept for a, b, concept in tags if a < end and b > start]
        meant = frozenset(concept for a, b, concept in marks if a < end and b > start)
        yield Example(sentence(text[start:end], shown), meant)


def _place(text: str, quote: str, concept: str) -> tuple[int, int, str]:
    """Where a mark begins and ends; of words that are not found as they stand, the whole text."""
    at = text.find(quote)
    return (at, at + len(quote), concept) if at >= 0 else (0, len(text), concept)


def _of_vocabulary(taxonomy: Taxonomy, tagger: Tagger) -> Iterator[Example]:
    """What the vocabulary says must be tagged, and what must not."""
    for concept in taxonomy.concepts.values():
        for text in concept.examples:
            yield Example(sentence(text, (c for _, _, c in tagger.terms(text))), frozenset([concept.id]))
        for near in concept.near_misses:
            if not near.literal:
                yield Example(sentence(near.text, (c for _, _, c in tagger.terms(near.text))), frozenset())

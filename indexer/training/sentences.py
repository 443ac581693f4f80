"""The model of sentences: which concepts a sentence expresses in words of its own, and what kind of statement it is."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from indexer.errors import ConfigError
from indexer.language.rules import read_rules
from indexer.language.sentence_model import TERM_WEIGHT, Sentence, SentenceModel, Vectors, sentence
from indexer.language.word_features import Lexicon, Words, distinct, parts, words_of
from indexer.language.wording import Matching, Stems, sentences
from indexer.records import PRESENT, STATED
from indexer.tag import Tagger
from indexer.taxonomy import Taxonomy
from indexer.training import network
from indexer.training.data import marked_blocks, marked_passages

# Inverse strength of the penalty on weights; features that fewer sentences have are left out; of the rest the weightiest stay.
STRENGTH = 10.0
LEAST_SENTENCES = 2
MOST_FEATURES = 14_000
# How surely a sentence must express a concept to be tagged: the same for all, found on reviews that were held out.
THRESHOLD = -2.1
# In the mean of a sentence a word of this share of all words counts half (Arora, Liang & Ma 2017).
COMMON = 1e-3
# A near miss and an example of the vocabulary count as so many sentences.
VOCABULARY_TIMES = 3
# Of several kinds of statement that a passage makes, the first of STATED counts; these are taken for others.
SAME = {"missed-opportunity": "finding", "research-reference": "boilerplate"}
# A sentence of a longer passage counts less where the passage as a whole is marked: not all say what the passage says.
SHORT, LONG_WEIGHT = 2, 0.5
# How much of an item's text shows that a sentence is part of it.
BEGINNING = 40


@dataclass(frozen=True, slots=True)
class Example:
    """A sentence with the concepts that it expresses and the kind of statement that it is; None of what nobody marked.

    `weight` is how much the kind counts.
    """

    sentence: Sentence
    concepts: frozenset[str] | None
    kind: str | None = None
    weight: float = 1.0


def sentence_model(examples: Sequence[Example], taxonomy: Taxonomy, corpus: Path) -> SentenceModel:
    """A model fitted to examples. Raises ConfigError when scikit-learn is not installed."""
    concepts, stem = list(taxonomy.concepts), Stems(read_rules(corpus, "matching", Matching))
    own = [words_of(e.sentence.text) for e in examples]
    vectors = _vectors(corpus, own)
    lexicon = Lexicon(vectors.words, {part for words in own for word in words for part in parts(word, stem)}, stem)
    words = lexicon.words([e.sentence.text for e in examples])
    terms = np.array([[c in e.sentence.terms for c in concepts] for e in examples], np.float32)
    labels, weights = _labels(examples, concepts)
    names, linear = _linear(lexicon, words, vectors.means(words)[0], terms, labels, weights)
    filters = network.train(network.Rows(words, terms, labels, weights), vectors.table)
    return SentenceModel(concepts, STATED, names, linear, vectors, filters, THRESHOLD, stem)


def _labels(examples: Sequence[Example], concepts: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
    """What is expressed by each sentence, concepts before kinds, and how much it counts; nothing of what nobody marked."""
    labels = [[*(c in (e.concepts or ()) for c in concepts), *(kind == e.kind for kind in STATED)] for e in examples]
    weights = [
        [*[float(e.concepts is not None)] * len(concepts), *[e.weight if e.kind else 0.0] * len(STATED)]
        for e in examples
    ]
    return np.array(labels, np.float32), np.array(weights, np.float32)


def _vectors(corpus: Path, own: Iterable[Iterable[str]]) -> Vectors:
    """The vectors that were distilled for words (`vectors.npz`), with the weights of words in the mean."""
    with np.load(corpus / "training" / "vectors.npz", allow_pickle=False) as held:
        words = held["words"].tolist()
        table = held["table"].astype(np.float32) * held["scales"].astype(np.float32)[:, None]
    counts = Counter(word for row in own for word in row)
    total = sum(counts.values())
    return Vectors(
        words, table, np.array([COMMON / (COMMON + counts.get(word, 1) / total) for word in words], np.float32)
    )


def _linear(
    lexicon: Lexicon, words: Words, means: np.ndarray, terms: np.ndarray, labels: np.ndarray, weights: np.ndarray
) -> tuple[list[str], dict[str, np.ndarray]]:
    """The names of features, and the weights of one logistic regression for each concept and kind."""
    try:
        from scipy.sparse import csr_matrix, hstack
        from sklearn.linear_model import LogisticRegression
    except ImportError as error:
        raise ConfigError("training needs scikit-learn: pip install 'lessons[train]'") from error
    row, feature, scale = distinct(lexicon.features(words), len(labels))
    known, column, counts = np.unique(feature, return_inverse=True, return_counts=True)
    table = csr_matrix((scale[row], (row, column)), shape=(len(labels), len(known)))[:, counts >= LEAST_SENTENCES]
    table = hstack([table, csr_matrix(terms * TERM_WEIGHT), csr_matrix(means)]).tocsr()
    fitted = []
    for label, weight in zip(labels.T, weights.T, strict=True):
        used = np.flatnonzero(weight)
        model = LogisticRegression(C=STRENGTH, solver="liblinear", tol=1e-2, max_iter=200, random_state=0)
        fitted.append(model.fit(table[used], label[used], sample_weight=weight[used]))
    found = np.concatenate([model.coef_ for model in fitted]).T.astype(np.float32)
    names = [lexicon.name(number) for number in known[counts >= LEAST_SENTENCES].tolist()]
    kept = np.sort(np.argsort(-np.abs(found[: len(names)]).max(axis=1), kind="stable")[:MOST_FEATURES])
    return [names[place] for place in kept.tolist()], {
        "weights": found[kept],
        "terms": found[len(names) : len(names) + terms.shape[1]] * TERM_WEIGHT,
        "means": found[len(names) + terms.shape[1] :],
        "bias": np.array([model.intercept_[0] for model in fitted], np.float32),
    }


# --- examples -----------------------------------------------------------------------------------------------------


def sentence_examples(corpus: Path, taxonomy: Taxonomy) -> list[Example]:
    """All sentences to learn from: passages written for it, reviews annotated for tuning, examples of the vocabulary."""
    tagger = Tagger(taxonomy, corpus, model=None)
    return [
        *(example for passage in marked_passages(corpus) for example in _of(passage, tagger)),
        *(example for block in marked_blocks(corpus) for example in _of(block, tagger)),
        *(example for example in _of_vocabulary(taxonomy, tagger) for _ in range(VOCABULARY_TIMES)),
    ]


def _of(passage: Mapping[str, Any], tagger: Tagger) -> Iterator[Example]:
    """The sentences of an annotated passage; a mark counts in each sentence that it reaches into."""
    text, concepts = passage["text"], passage.get("concepts")
    marks = [_place(text, c["quote"], c["id"]) for c in concepts or () if c["status"] in PRESENT]
    tags, kinds = tagger.terms(text), _kinds(passage)
    for start, end in sentences(text):
        shown = [concept for a, b, concept in tags if a < end and b > start]
        meant = frozenset(concept for a, b, concept in marks if a < end and b > start)
        kind, weight = kinds.get((start, end), (None, 0.0))
        yield Example(sentence(text[start:end], shown), None if concepts is None else meant, kind, weight)


def _place(text: str, quote: str, concept: str) -> tuple[int, int, str]:
    """Where a mark begins and ends; of words that are not found as they stand, the whole text."""
    at = text.find(quote)
    return (at, at + len(quote), concept) if at >= 0 else (0, len(text), concept)


def _kinds(passage: Mapping[str, Any]) -> dict[tuple[int, int], tuple[str, float]]:
    """What the sentences of a passage state, and how much that counts.

    Of a passage that is marked with its kinds as a whole nothing is sure where these are several.
    """
    spans, items = sentences(passage["text"]), passage.get("items")
    if items is None or passage.get("kind", "paragraph") not in ("paragraph", "list-item", "box"):
        return {}
    if not all(isinstance(item, str) for item in items):
        starts = {span: passage["text"][slice(*span)][:BEGINNING] for span in spans}
        return {span: (_kind([i["kind"] for i in items if start in i["text"]]), 1.0) for span, start in starts.items()}
    stated = {SAME.get(kind, kind) for kind in items if kind != "research-reference"}
    weight = 1.0 if len(spans) <= SHORT else LONG_WEIGHT
    return dict.fromkeys(spans, (_kind(items), weight)) if len(stated) <= 1 else {}


def _kind(items: Collection[str]) -> str:
    stated = {SAME.get(kind, kind) for kind in items}
    return next((kind for kind in STATED if kind in stated), "none")


def _of_vocabulary(taxonomy: Taxonomy, tagger: Tagger) -> Iterator[Example]:
    """What the vocabulary says must be tagged, and what must not."""
    for concept in taxonomy.concepts.values():
        for text in concept.examples:
            yield Example(sentence(text, (c for _, _, c in tagger.terms(text))), frozenset([concept.id]))
        for near in concept.near_misses:
            if not near.literal:
                yield Example(sentence(near.text, (c for _, _, c in tagger.terms(near.text))), frozenset())

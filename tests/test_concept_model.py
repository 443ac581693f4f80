"""The model of concepts: the same for one sentence and many, kept whole on disk, and evidence that stands in the sentence."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer import taxonomy
from indexer.errors import ConfigError
from indexer.language.concept_model import LONGEST, MODEL, SHORTEST, ConceptModel, sentence, strongest_run, words_of
from indexer.language.rules import read_rules
from indexer.language.wording import Matching, Stems
from indexer.tag import Tagger
from indexer.training import network

CORPUS = Path(__file__).resolve().parent.parent / "corpus"
VOCABULARY = taxonomy.load(CORPUS)
STEM = Stems(read_rules(CORPUS, "matching", Matching))
MODEL_OF_CONCEPTS = ConceptModel.load(MODEL, STEM)
TAGGER = Tagger(VOCABULARY, CORPUS)
TEXTS = st.lists(
    st.sampled_from(
        ["Nobody asked who else lived there.", "The midwife wrote it down.", "2014", "?", "Zxqv", "She didn’t come."]
    ),
    min_size=1,
    max_size=6,
)


def test_it_knows_all_concepts_of_the_vocabulary() -> None:
    assert set(MODEL_OF_CONCEPTS.concepts) == set(VOCABULARY.concepts)


@given(TEXTS)
def test_a_sentence_is_judged_the_same_alone_and_among_others(texts: list[str]) -> None:
    batch = [sentence(text) for text in texts]
    together = MODEL_OF_CONCEPTS.scores(batch)
    alone = np.concatenate([MODEL_OF_CONCEPTS.scores([one]) for one in batch])
    assert np.allclose(together, alone, atol=1e-3)


def test_it_is_the_same_after_it_was_saved(tmp_path: Path) -> None:
    MODEL_OF_CONCEPTS.save(tmp_path / "again.npz")
    again = ConceptModel.load(tmp_path / "again.npz", STEM)
    one = sentence("No one asked who else was sleeping at the flat.", ["unseen-men"])
    assert np.allclose(again.scores([one]), MODEL_OF_CONCEPTS.scores([one]), atol=0.05)


def test_a_file_that_is_no_model_is_named(tmp_path: Path) -> None:
    (tmp_path / "broken.npz").write_bytes(b"not a model")
    with pytest.raises(ConfigError, match=r"broken\.npz"):
        ConceptModel.load(tmp_path / "broken.npz", STEM)


@given(st.lists(st.tuples(st.floats(-3, 3), st.booleans()), min_size=1, max_size=40))
def test_evidence_is_a_run_of_words_of_the_sentence(words: list[tuple[float, bool]]) -> None:
    shares, light = np.array([share for share, _ in words], np.float32), [flag for _, flag in words]
    start, end = strongest_run(shares, light)
    assert 0 <= start < end <= len(words)
    if (start, end) != (0, len(words)):
        assert SHORTEST <= end - start <= LONGEST
        assert not light[start]
        assert not light[end - 1]


@pytest.mark.parametrize(
    ("concept", "text"),
    [
        ("information-sharing", "The school did not tell the health visitor what the teacher had seen that morning."),
        (
            "start-again-syndrome",
            "Each time the officers treated the call as though it were the first they had ever had.",
        ),
        ("voice-of-the-child", "In eleven visits no worker had a conversation with the boy on his own."),
    ],
)
def test_what_is_said_in_other_words_is_tagged_at_words_of_the_text(concept: str, text: str) -> None:
    (found,) = [tag for tag in TAGGER.tag_text(text) if tag.concept == concept]
    assert found.method == "model"
    assert text[found.start : found.end] == found.quote
    assert found.status == "affirmed"


def test_a_network_learns_what_it_is_shown_and_the_same_each_time() -> None:
    random = np.random.default_rng(1)
    vectors = np.concatenate([random.normal(size=(20, 16)), np.zeros((1, 16))]).astype(np.float32)
    ids = [list(random.integers(0, 20, 6)) for _ in range(2000)]
    labels = np.array([[3 in row, 7 in row] for row in ids], np.float32)
    rows = network.Rows(ids, labels, np.zeros_like(labels))
    first, second = network.train(rows, vectors), network.train(rows, vectors)
    assert all(np.array_equal(a, b) for a, b in zip(first.taps, second.taps, strict=True))
    right = 0
    for row, label in zip(ids, labels, strict=True):
        responses = first.responses(first.prepare(vectors[row]), np.zeros(1, np.int64))
        right += int(((responses.max(axis=0) @ first.out + first.out_bias > 0) == (label > 0)).all())
    assert right > 0.9 * len(ids)


def test_words_are_those_that_the_vectors_are_of() -> None:
    assert words_of(sentence("She didn’t come in 2014 - twice.").text) == [
        "she",
        "didn't",
        "come",
        "in",
        "2014",
        "twice",
    ]

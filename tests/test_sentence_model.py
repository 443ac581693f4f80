"""The model of sentences: the same for one sentence and many, kept whole on disk, and evidence that stands in the sentence."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer import taxonomy
from indexer.errors import ConfigError
from indexer.language.rules import read_rules
from indexer.language.sentence_model import LONGEST, MODEL, SHORTEST, SentenceModel, sentence, strongest_runs
from indexer.language.word_features import Lexicon, words_of
from indexer.language.wording import Matching, Stems
from indexer.records import STATED
from indexer.tag import Tagger
from indexer.training import network

CORPUS = Path(__file__).resolve().parent.parent / "corpus"
VOCABULARY = taxonomy.load(CORPUS)
STEM = Stems(read_rules(CORPUS, "matching", Matching))
SENTENCES = SentenceModel.load(MODEL, STEM)
TAGGER = Tagger(VOCABULARY, CORPUS)
TEXTS = st.lists(
    st.sampled_from(
        ["Nobody asked who else lived there.", "The midwife wrote it down.", "2014", "?", "Zxqv", "She didn’t come."]
    ),
    min_size=1,
    max_size=6,
)


def test_it_knows_all_concepts_of_the_vocabulary_and_all_kinds_of_statement() -> None:
    assert set(SENTENCES.concepts) == set(VOCABULARY.concepts)
    assert SENTENCES.kinds == STATED


@given(TEXTS)
def test_a_sentence_is_judged_the_same_alone_and_among_others(texts: list[str]) -> None:
    batch = [sentence(text) for text in texts]
    together = SENTENCES.judge(batch)
    alone = [SENTENCES.judge([one]) for one in batch]
    assert np.allclose(together.scores, np.concatenate([one.scores for one in alone]), atol=1e-3)
    spoken = [place for place, text in enumerate(texts) if words_of(sentence(text).text)]
    columns = np.arange(len(spoken)) % len(SENTENCES.concepts)
    apart = [alone[place].evidence(np.array([0]), columns[i : i + 1])[0] for i, place in enumerate(spoken)]
    assert together.evidence(np.array(spoken, np.int64), columns) == apart


def test_it_is_the_same_after_it_was_saved(tmp_path: Path) -> None:
    SENTENCES.save(tmp_path / "again.npz")
    again = SentenceModel.load(tmp_path / "again.npz", STEM)
    one = sentence("No one asked who else was sleeping at the flat.", ["unseen-men"])
    assert np.allclose(again.judge([one]).scores, SENTENCES.judge([one]).scores, atol=0.05)


def test_a_file_that_is_no_model_is_named(tmp_path: Path) -> None:
    (tmp_path / "broken.npz").write_bytes(b"not a model")
    with pytest.raises(ConfigError, match=r"broken\.npz"):
        SentenceModel.load(tmp_path / "broken.npz", STEM)


@given(st.lists(st.lists(st.tuples(st.floats(-3, 3), st.booleans()), min_size=1, max_size=40), max_size=4))
def test_evidence_is_the_strongest_run_of_words_of_each_stretch(stretches: list[list[tuple[float, bool]]]) -> None:
    words = [word for stretch in stretches for word in stretch]
    shares, light = np.array([share for share, _ in words]), np.array([flag for _, flag in words], bool)
    starts = np.cumsum([0, *map(len, stretches)])
    runs = list(zip(*strongest_runs(shares, light, starts), strict=True))
    assert len(runs) == len(stretches)
    for stretch, (start, end) in zip(stretches, runs, strict=True):
        allowed = {
            (i, j): sum(share for share, _ in stretch[i:j]) - (j - i) * sum(s for s, _ in stretch) / len(stretch)
            for i in range(len(stretch))
            for j in range(i + SHORTEST, min(len(stretch), i + LONGEST) + 1)
            if not stretch[i][1] and not stretch[j - 1][1]
        }
        if allowed:
            assert allowed[start, end] == pytest.approx(max(allowed.values()), abs=1e-6)
        else:
            assert (start, end) == (0, len(stretch))


@given(st.lists(st.sampled_from(["the", "midwife", "didn't", "wait", "2014", "for", "long", "zxqv"]), max_size=12))
def test_features_are_words_and_pairs_and_have_names(words: list[str]) -> None:
    lexicon = Lexicon(
        ["midwife"], {STEM(word) for word in ("midwife", "wait", "long", "the", "for")} | {"#", "not"}, STEM
    )
    found = lexicon.features(lexicon.words([" ".join(words), "wait"]))
    known = [number for number in found.feature.tolist() if all(n < len(lexicon.stems) for n in parts_of(number))]
    assert all(lexicon.number(lexicon.name(number)) == number for number in known)
    assert ((found.first <= found.last) & (found.last - found.first <= 12)).all()
    assert (found.sentence == 1).sum() == 1


def parts_of(number: int) -> tuple[int, int]:
    return number & (1 << 20) - 1, (number >> 20) & (1 << 20) - 1


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
    names = [chr(97 + i) * 2 for i in range(20)]
    vectors = np.concatenate([random.normal(size=(20, 16)), np.zeros((1, 16))]).astype(np.float32)
    ids = [list(random.integers(0, 20, 6)) for _ in range(2000)]
    labels = np.array([[3 in row, 7 in row] for row in ids], np.float32)
    words = Lexicon(names, set(), str).words([" ".join(names[i] for i in row) for row in ids])
    rows = network.Rows(words, np.zeros_like(labels), labels, np.ones_like(labels))
    first, second = network.train(rows, vectors), network.train(rows, vectors)
    assert all(np.array_equal(a, b) for a, b in zip(first.taps, second.taps, strict=True))
    responses = first.responses(first.prepare(vectors[words.vector]), words.sentence)
    most = np.maximum.reduceat(responses, words.starts[:-1], axis=0)
    assert ((most @ first.out + first.out_bias > 0) == (labels > 0)).all(axis=1).mean() > 0.9


def test_words_are_those_that_the_vectors_are_of() -> None:
    assert words_of(sentence("She didn’t come in 2014 - twice.").text) == [
        "she",
        "didn't",
        "come",
        "in",
        "2014",
        "twice",
    ]

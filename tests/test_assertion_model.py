"""The model of assertions: the same for one mention and many, kept whole on disk, with triggers that stand in the sentence."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer import taxonomy
from indexer.errors import ConfigError
from indexer.language.assertion import QUESTIONS, occurrence
from indexer.language.assertion import mention_of as mention
from indexer.language.assertion_model import MODEL, TRIGGER, AssertionModel, Occurrence, words_of
from indexer.language.cues import read_assertion_rules
from indexer.tag import assertions
from indexer.training.assertions import Example, assertion_model

CORPUS = Path(__file__).resolve().parent.parent / "corpus"
CONCEPTS = taxonomy.load(CORPUS).concepts
RULES, HELD, JUDGE = read_assertion_rules(CORPUS), AssertionModel.load(MODEL), assertions(CORPUS)
ABUSE = CONCEPTS["domestic-abuse"]
SENTENCES = st.sampled_from(
    [
        "Nobody who knew the couple had seen anything that pointed to domestic abuse.",
        "A neighbour told the school that there was domestic abuse next door.",
        "Domestic abuse?",
        "domestic abuse",
        "The mother's own mother had lived with domestic abuse for years, long before he was born; he had not.",
        "İ domestic abuse İ",
    ]
)


def of(text: str) -> Occurrence:
    start = text.lower().replace("i̇", "i").find("domestic abuse")
    found = mention(text, start, start + len("domestic abuse"), ABUSE, "family")
    return occurrence(RULES, found, RULES.status(found).status)


@given(st.lists(SENTENCES, min_size=1, max_size=8))
def test_a_mention_is_judged_the_same_alone_and_among_others(texts: list[str]) -> None:
    batch = [of(text) for text in texts]
    together = HELD.judge(batch)
    for row, one in enumerate(batch):
        alone = HELD.judge([one])
        assert np.allclose(together.scores[row], alone.scores[0], atol=1e-4)
        trigger = together.trigger(row, "status", "negated", "affirmed")
        assert trigger == alone.trigger(0, "status", "negated", "affirmed")
        assert trigger is None or (trigger in one.sentence and len(words_of(trigger.lower())) <= TRIGGER)


def test_it_is_the_same_after_it_was_saved(tmp_path: Path) -> None:
    HELD.save(tmp_path / "again.npz")
    again = AssertionModel.load(tmp_path / "again.npz")
    one = of("A neighbour told the school that there was domestic abuse next door.")
    assert again.labels == HELD.labels
    assert set(HELD.labels) == set(QUESTIONS)
    assert np.allclose(again.judge([one]).scores, HELD.judge([one]).scores, atol=0.05)


def test_a_file_that_is_no_model_is_named(tmp_path: Path) -> None:
    (tmp_path / "broken.npz").write_bytes(b"not a model")
    with pytest.raises(ConfigError, match=r"broken\.npz"):
        AssertionModel.load(tmp_path / "broken.npz")


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("Neighbours and teachers were asked, and none of them had any inkling of domestic abuse.", "negated"),
        ("According to the grandmother there had been domestic abuse for months.", "alleged"),
        ("Staff wondered at the time if domestic abuse lay behind the missed visits.", "hypothetical"),
        ("He hit her in front of the children, and the domestic abuse went on until June.", "affirmed"),
    ],
)
def test_wordings_that_no_rule_has_are_understood(text: str, status: str) -> None:
    start = text.index("domestic abuse")
    (found,) = JUDGE.judge([mention(text, start, start + len("domestic abuse"), ABUSE, "family")])
    assert found.status == status
    assert (found.trigger is None) == (status == "affirmed")
    assert found.trigger is None or found.trigger in text


def test_nothing_is_judged_of_nothing() -> None:
    assert JUDGE.judge([]) == []


def test_a_model_learns_what_it_is_shown() -> None:
    pytest.importorskip("sklearn", reason="training needs scikit-learn")
    texts = {f"Nobody saw domestic abuse on {day}.": "negated" for day in ("Monday", "Tuesday", "Friday")}
    texts |= {f"Everyone saw domestic abuse on {day}.": "affirmed" for day in ("Monday", "Tuesday", "Friday")}
    both = {"polarity": None, "about": None}
    examples = [Example(of(text), {"status": status, **both}) for text, status in texts.items()]
    examples += [
        Example(of("Domestic abuse."), {"status": None, "polarity": p, "about": None}) for p in ("mixed", "neutral")
    ]
    examples += [
        Example(of("Domestic abuse."), {"status": None, "polarity": None, "about": w}) for w in ("child", "other")
    ]
    model = assertion_model(examples)
    judged = model.judge([of("Nobody saw domestic abuse on Sunday."), of("Everyone saw domestic abuse on Sunday.")])
    assert judged.most_likely("status") == ["negated", "affirmed"]

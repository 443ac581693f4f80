"""Expressions that mean the same."""

from pathlib import Path

import pytest

from indexer.engine_whoosh import ANALYSER
from indexer.errors import ConfigError
from indexer.retrieval import thesaurus
from indexer.retrieval.thesaurus import Thesaurus

SHIPPED = Path(__file__).resolve().parent.parent / "corpus" / "taxonomies" / "synonyms.toml"
KNOWN = Thesaurus(
    ANALYSER, [["was not brought", "DNA", "missed appointment"], ["dna policy", "attendance policy"], ["dad", "father"]]
)


def expand(text: str) -> list[tuple[str, tuple[str, ...]]]:
    return [(found.text, found.added) for found in KNOWN.expand(ANALYSER.tokens(text))]


def test_each_of_a_group_finds_the_others() -> None:
    assert expand("why was not brought matters") == [("was not brought", ("DNA", "missed appointment"))]
    assert expand("dna") == [("dna", ("was not brought", "missed appointment"))]


def test_the_longest_expression_wins() -> None:
    assert expand("the DNA policy") == [("dna policy", ("attendance policy",))]


def test_inflections_and_several_expressions() -> None:
    assert [text for text, _ in expand("dads and missed appointments")] == ["dads", "missed appointments"]
    assert expand("nothing known") == []


def test_no_file_is_no_thesaurus(tmp_path: Path) -> None:
    assert thesaurus.load(tmp_path / "none.toml", ANALYSER).expand(ANALYSER.tokens("dad")) == []


@pytest.mark.parametrize(
    "text",
    [
        "groups = [",
        "other = 1",
        "groups = [['one']]",
        "groups = [['one', '']]",
        "groups = ['one']",
        "groups = [[1, 2]]",
    ],
)
def test_a_faulty_file_is_named(tmp_path: Path, text: str) -> None:
    path = tmp_path / "synonyms.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(ConfigError, match="synonyms"):
        thesaurus.load(path, ANALYSER)


def test_the_shipped_file_can_be_read() -> None:
    shipped = thesaurus.load(SHIPPED, ANALYSER)
    assert shipped.expand(ANALYSER.tokens("unseen men"))

"""From tagged passages and learning to the entries of the index."""

from dataclasses import fields, replace

from make_entries import REVIEW

from indexer import index
from indexer.records import Learning, LearningItem, Passage, Tag, TaggedPassage
from indexer.taxonomy import Concept, Taxonomy


def concept(name: str, facet: str, broader: str | None = None) -> Concept:
    return Concept(name, facet, name, "", broader, None, (), (), (), ())


CONCEPTS = [
    concept("sharing", "theme", "working-together"),
    concept("working-together", "theme"),
    concept("neglect", "risk_factor"),
]
TAXONOMY = Taxonomy(**{field.name: {} for field in fields(Taxonomy)} | {"concepts": {c.id: c for c in CONCEPTS}})  # type: ignore[arg-type]


def tag(name: str, facet: str, status: str = "affirmed") -> Tag:
    return Tag(name, facet, 0, 4, "text", status, None, None, None, "rule")


def passage(position: int, text: str = "text", section: str = "analysis") -> Passage:
    return Passage(f"p{position}", REVIEW.key, position, "paragraph", None, 1, 1, None, section, "", text, ())


def item(place: str) -> LearningItem:
    return LearningItem(f"i-{place}", None, "finding", None, "text", "text", (), place, 1, 0, 4, (), None)


def test_entries_join_passages_concepts_and_learning() -> None:
    tags = (tag("sharing", "theme"), tag("neglect", "risk_factor"), tag("sharing", "theme"))
    made = index.entries(
        REVIEW,
        [TaggedPassage(passage(0), tags), TaggedPassage(passage(1), ())],
        Learning((item("p1"), item("elsewhere"), item("p1")), ()),
        TAXONOMY,
    )
    assert [entry.passage.id for entry in made] == ["p0", "p1"]
    assert made[0].themes == ("sharing", "working-together")
    assert made[0].risk_factors == ("neglect",)
    assert [len(entry.learning) for entry in made] == [0, 2]
    assert made[0].review == REVIEW


def test_only_affirmed_concepts_count() -> None:
    statuses = ("negated", "hypothetical", "historical", "alleged", "other-case", "generic", "boilerplate")
    tagged = TaggedPassage(passage(0), tuple(tag("sharing", "theme", status) for status in statuses))
    assert index.entries(REVIEW, [tagged], Learning((), ()), TAXONOMY)[0].themes == ()


def test_contents_and_empty_passages_are_left_out() -> None:
    tagged = [
        TaggedPassage(one, ())
        for one in (passage(0, section="toc"), passage(1, "  "), replace(passage(2), kind="heading"))
    ]
    assert [entry.passage.id for entry in index.entries(REVIEW, tagged, Learning((), ()), TAXONOMY)] == ["p2"]

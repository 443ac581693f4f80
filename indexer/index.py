"""From what the other stages know about a document to the entries of the index, one a passage."""

from collections import defaultdict
from collections.abc import Sequence

from indexer.records import IndexEntry, Learning, LearningItem, Passage, ReviewRecord, TaggedPassage
from indexer.taxonomy import Taxonomy

LEFT_OUT = frozenset({"toc"})  # sections that only repeat the headings of others

VERSION = "1"


def entries(
    review: ReviewRecord, tagged: Sequence[TaggedPassage], learning: Learning, taxonomy: Taxonomy
) -> list[IndexEntry]:
    """One entry for each passage worth finding, in reading order; only affirmed concepts count."""
    items: dict[str, list[LearningItem]] = defaultdict(list)
    for item in learning.items:
        items[item.passage].append(item)
    return [
        IndexEntry(
            passage=one.passage,
            themes=_concepts(one, "theme", taxonomy),
            risk_factors=_concepts(one, "risk_factor", taxonomy),
            learning=tuple(items[one.passage.id]),
            review=review,
        )
        for one in tagged
        if worth_finding(one.passage)
    ]


def worth_finding(passage: Passage) -> bool:
    """Whether a passage has an entry in the index."""
    return passage.section not in LEFT_OUT and bool(passage.text.strip())


def _concepts(tagged: TaggedPassage, facet: str, taxonomy: Taxonomy) -> tuple[str, ...]:
    affirmed = {tag.concept for tag in tagged.tags if tag.facet == facet and tag.status == "affirmed"}
    return taxonomy.with_broader(tuple(sorted(affirmed)))

"""What teaches the model of sections: parts of reports, by heading and text."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from indexer.taxonomy import Section, Taxonomy
from indexer.training.data import blocks, lines
from indexer.training.texts import Example

# Sets of annotated reviews that rules and models may be made on.
TUNING = ("gold/tune", "reading/styles-a", "reading/styles-b")
# How much a heading of the vocabulary, or a single passage without its heading, counts beside a whole part.
WORDING_WEIGHT, PASSAGE_WEIGHT = 1.0, 0.3


def section_examples(corpus: Path, taxonomy: Taxonomy) -> list[Example]:
    """All that teaches sections: parts and passages written for it, the wordings of the vocabulary, the reviews annotated for tuning."""
    reviews = [path for name in TUNING for path in sorted((corpus / "evaluation" / name).glob("*.gold.json"))]
    return [
        *_parts(corpus / "training" / "sections.jsonl"),
        *_passages(corpus / "training" / "passages" / "mixed.jsonl"),
        *_wordings(taxonomy.sections.values()),
        *(example for path in reviews for example in annotated(path)),
    ]


def annotated(path: Path) -> list[Example]:
    """The parts of an annotated review."""
    parts: dict[tuple[str, str], list[str]] = {}
    for block in blocks(path):
        if block["kind"] in ("paragraph", "list-item", "box", "table-row") and block["section"] not in ("cover", "toc"):
            parts.setdefault((block["section"], block.get("heading") or ""), []).append(block["text"])
    return [Example(section, heading, tuple(texts)) for (section, heading), texts in parts.items()]


def _parts(path: Path) -> Iterator[Example]:
    for part in lines(path):
        yield Example(part["section"], part["heading"], tuple(part["texts"]))


def _passages(path: Path) -> Iterator[Example]:
    for passage in lines(path):
        yield Example(passage["section"], "", (passage["text"],), PASSAGE_WEIGHT)


def _wordings(sections: Iterable[Section]) -> Iterator[Example]:
    for section in sections:
        if section.id not in ("cover", "toc", "header_footer"):
            yield from (
                Example(section.id, wording, (), WORDING_WEIGHT) for wording in (*section.headings, *section.whole)
            )

"""The model of statements: what a sentence states, a finding or another kind of learning, a fact or nothing of these."""

from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

from indexer.language.wording import sentences
from indexer.training.data import marked_blocks, marked_passages
from indexer.training.texts import Example

# Of several kinds that a passage states, the first here counts.
ORDER = (
    *("recommendation", "question-for-board", "action", "action-already-taken", "learning-point", "good-practice"),
    *("finding", "context-fact", "boilerplate"),
)
SAME = {"missed-opportunity": "finding", "research-reference": "boilerplate"}
NONE = "none"
# Each sentence of a longer passage counts less: not all of them state what the passage states.
SHORT, LONG_WEIGHT = 2, 0.5
# How much of an item's text shows that a sentence is part of it.
BEGINNING = 40


def statement_examples(corpus: Path) -> list[Example]:
    """The sentences of passages that state one kind of thing, and of the reviews annotated for tuning."""
    blocks = (block for block in marked_blocks(corpus) if block["kind"] in ("paragraph", "list-item", "box"))
    return [
        *(example for passage in marked_passages(corpus) for example in _of_passage(passage)),
        *(example for block in blocks for example in _of(block)),
    ]


def _of_passage(passage: dict[str, Any]) -> Iterator[Example]:
    stated = {SAME.get(kind, kind) for kind in passage["items"] if kind != "research-reference"}
    spans = sentences(passage["text"])
    if len(stated) <= 1:
        weight = 1.0 if len(spans) <= SHORT else LONG_WEIGHT
        for start, end in spans:
            yield Example(_kind(passage["items"]), "", (passage["text"][start:end],), weight)


def _of(block: dict[str, Any]) -> Iterator[Example]:
    for start, end in sentences(block["text"]):
        text = block["text"][start:end]
        yield Example(_kind([i["kind"] for i in block.get("items", ()) if text[:BEGINNING] in i["text"]]), "", (text,))


def _kind(items: Collection[str]) -> str:
    stated = {SAME.get(kind, kind) for kind in items}
    return next((kind for kind in ORDER if kind in stated), NONE)

"""Which blocks are headings, which only look so, and how they look."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from indexer.page.numbering import opening
from indexer.records import Block

MAX_WORDS = 22
LARGER = 1.1
# The labels of a chart or a flow chart have no more words; so many of them in a row, or in a frame, make one.
LABEL_WORDS, LABEL_LINES = 8, 4
LABELS_IN_A_ROW, LABELS_IN_A_FRAME = 4, 3


@dataclass(frozen=True, slots=True)
class Style:
    """How a heading looks; the larger style stands higher."""

    size: float
    caps: bool
    bold: bool
    upright: bool

    @property
    def rank(self) -> tuple[float, bool, bool, bool]:
        return round(self.size * 2) / 2, self.caps, self.bold, self.upright


def looks_like_heading(block: Block, body_size: float) -> bool:
    """Whether a block is set as a heading: short, not a sentence, and larger, bold or in capitals."""
    text = " ".join(block.text.split())
    words = text.split()
    if block.cells or not words or len(words) > MAX_WORDS or len(block.lines) > 4 or not any(c.isalpha() for c in text):
        return False
    if text[0].islower() or (text[-1] in ".;," and not re.fullmatch(r"(?:\d+\.?\s*)?[^.]{3,60}\.", text)):
        return False
    style = style_of(block)
    if style.size > LARGER * body_size:
        return text[-1] != ":" or len(words) < 12
    if opening(block.text).bullet:
        return False
    return (style.bold or style.caps) and text[-1] not in ".:;," and (len(words) > 1 or len(text) > 3)


def style_of(block: Block) -> Style:
    letters = [c for c in block.text if c.isalpha()]
    caps = len(letters) > 4 and all(c.isupper() for c in letters)
    return Style(block.size, caps, block.bold, not all(line.italic for line in block.lines))


def labels(blocks: Sequence[Block], body_size: float) -> set[int]:
    """Which blocks of a page, counted from 0, are labels of a chart or a drawing: short texts with no text among them."""
    short = [_is_short(block) for block in blocks]
    if sum(short) < LABELS_IN_A_FRAME:
        return set()
    heads = [brief and looks_like_heading(block, body_size) for brief, block in zip(short, blocks, strict=True)]
    found: set[int] = set()
    for run in (list(held) for brief, held in groupby(range(len(blocks)), key=short.__getitem__) if brief):
        headed = [place for place in run if heads[place]]
        if len(headed) >= LABELS_IN_A_ROW and 2 * len(headed) > len(run):
            found.update(run[: len(run) - _chain(blocks, heads, run)])
    for frame, held in groupby(range(len(blocks)), key=lambda place: blocks[place].frame):
        places = list(held)
        if frame is not None and len(places) >= LABELS_IN_A_FRAME and all(short[place] for place in places):
            found.update(places)
    return found


def _is_short(block: Block) -> bool:
    if block.cells or len(block.lines) > LABEL_LINES:
        return False
    text = block.text.strip()
    if len(text.split()) > LABEL_WORDS or text[-1:] in ".:;?!":
        return False
    start = opening(text)
    return not start.number and not start.bullet


def _chain(blocks: Sequence[Block], heads: Sequence[bool], run: Sequence[int]) -> int:
    """How many blocks at the end of a run are headings of what follows it, each below the one before."""
    length = 0
    for place in reversed(run):
        below = style_of(blocks[place + 1]).rank if length else None
        if not heads[place] or (below is not None and style_of(blocks[place]).rank <= below):
            break
        length += 1
    return length

"""Which blocks are headings, and how they look."""

import re
from dataclasses import dataclass

from indexer.page.numbering import opening
from indexer.records import Block

MAX_WORDS = 22
LARGER = 1.1


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

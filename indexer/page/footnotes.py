"""Which blocks of a page are footnotes: small print at its foot, numbered or not."""

import re
from collections.abc import Sequence

from indexer.records import Block, Page

# A footnote is printed smaller than the text by so many points, and stands in this share of the page.
SMALLER = 0.8
LOW = 0.45
# A note without a number begins in this share of the page, and has at least so many words.
FOOT = 0.25
LEAST_WORDS = 5
SAME_EDGE = 4.0
NUMBERED = re.compile(r"^(?:\[?\d{1,3}\]?|[*†‡])[\s\t]?\S")


def footnotes(page: Page, blocks: Sequence[Block], body_size: float) -> list[bool]:
    """Whether each of the blocks of a page is a footnote, or goes on one."""
    found: list[bool] = []
    for place, block in enumerate(blocks):
        above = blocks[place - 1] if found and found[-1] else None
        found.append(
            _is_small(block, body_size)
            and (_is_numbered(page, block) or _goes_on(above, block) or _is_last(page, blocks, block, body_size))
        )
    return found


def _is_small(block: Block, body_size: float) -> bool:
    return not block.cells and block.size < body_size - SMALLER


def _is_numbered(page: Page, block: Block) -> bool:
    return block.box[3] < LOW * page.height and bool(NUMBERED.match(block.text))


def _goes_on(note: Block | None, block: Block) -> bool:
    """Whether a block is the next paragraph of the note above it."""
    if note is None or block.bold:
        return False
    return block.box[3] < note.box[3] and abs(block.size - note.size) < SMALLER and block.frame == note.frame


def _is_last(page: Page, blocks: Sequence[Block], block: Block, body_size: float) -> bool:
    """Whether a block without a number stands at the foot of a page, at the edge of the text and below all of it.

    Where such print stands between the text too, it is a quotation.
    """
    if block.frame is not None or block.box[3] > FOOT * page.height or len(block.text.split()) < LEAST_WORDS:
        return False
    text = [other for other in blocks if not _is_small(other, body_size)]
    if 2 * sum(len(other.text) for other in text) < sum(len(other.text) for other in blocks):
        return False
    lowest, left = min(other.box[1] for other in text), min(other.box[0] for other in text)
    alike = (other for other in blocks if abs(other.size - block.size) < SMALLER and _is_small(other, body_size))
    return block.box[0] < left + SAME_EDGE and all(other.box[3] < lowest + SAME_EDGE for other in alike)

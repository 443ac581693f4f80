"""Small shapes that are drawn before a line of print -> the bullets that they are to the eye."""

from collections.abc import Sequence

from indexer.page.paragraphs import is_label
from indexer.page.sheet import DOT, Sheet, Word
from indexer.records import Box

BULLET = "•"
# Shares of the font size of the line: the width and the height of a bullet, its distance from the text and from other print.
SMALLEST, LARGEST = 0.15, 0.75
FARTHEST, CLEAR = 3.5, 2.0
# A bullet is at most so many times as wide as it is high, or as high as it is wide.
SLENDER = 2.0


def drawn_bullets(sheet: Sheet, words: Sequence[Word]) -> list[Word]:
    """The bullets of a page that are drawn as shapes, each as a word on the line that it opens."""
    boxes = [*sheet.dots, *((r.x0, r.y0, r.x1, r.y1) for r in sheet.rules if r.fill and r.x1 - r.x0 <= DOT)]
    before: dict[int, list[Word]] = {}  # shapes by the word that they stand before: several are part of a drawing
    for box in {(round(box[0]), round(box[1])): box for box in boxes if _is_compact(box)}.values():  # often drawn twice
        middle = (box[1] + box[3]) / 2
        line = [w for w in words if w.base <= middle < w.base + 0.75 * w.height and not w.angle]
        first = min((w for w in line if w.x0 >= box[2] - 1), key=lambda w: w.x0, default=None)
        if first and _opens(box, first) and not any(_is_close(w, box, first) for w in line if w is not first):
            bullet = Word(BULLET, box[0], first.base, box[2], first.height, first.bold, False, 0, True)
            before.setdefault(id(first), []).append(bullet)
    return [shapes[0] for shapes in before.values() if len(shapes) == 1]


def _is_compact(box: Box) -> bool:
    wide, high = box[2] - box[0], box[3] - box[1]
    return 0 < wide <= min(DOT, SLENDER * high) and 0 < high <= min(DOT, SLENDER * wide)


def _opens(box: Box, first: Word) -> bool:
    """Whether a shape is as large as a bullet before this word, and as far from it; what is numbered needs none."""
    sides = (box[2] - box[0], box[3] - box[1])
    sized = all(SMALLEST * first.height <= side <= LARGEST * first.height for side in sides)
    return sized and not is_label(first.text) and first.x0 - box[2] <= FARTHEST * first.height


def _is_close(word: Word, box: Box, first: Word) -> bool:
    """Whether a word stands to the left of a shape, no further than a word of the same line."""
    return word.x0 < box[0] and box[0] - word.x1 < CLEAR * first.height

"""From the glyphs of a string, as they are drawn, to words with their places."""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from indexer.page.sheet import Word, in_frame

# A gap wider than this share of the font size is a space, even where no space is drawn.
SPACE_GAP = 0.15

Matrix = tuple[float, float, float, float, float, float]


@dataclass(slots=True)
class Font:
    """What is asked of a font again and again: style, how bytes are glyphs, and text and width of each glyph."""

    text_of: Callable[[int], str]
    width_of: Callable[[int], float]
    decode: Callable[[bytes], Iterable[int]]
    bold: bool
    italic: bool
    multibyte: bool
    vertical: bool
    glyphs: dict[int, tuple[str, float, bool]] = field(default_factory=dict)

    def glyph(self, cid: int) -> tuple[str, float, bool]:
        """The text of a glyph, its width as a share of the font size, and whether it is a space."""
        known = self.glyphs.get(cid)
        if known is None:
            text = self.text_of(cid)
            known = self.glyphs[cid] = (text, self.width_of(cid), text.isspace())
        return known


class Pen:
    """Draws one string: walks over its glyphs and cuts them into words where a space is drawn or left."""

    __slots__ = ("bold", "charspace", "font", "height", "matrix", "rise", "scaling", "size", "words", "wordspace")

    def __init__(self, font: Font, textstate: Any, matrix: Matrix, words: list[Word]) -> None:
        """`textstate` is what the operators of the content stream have set; words are added to `words`."""
        self.font, self.matrix, self.words = font, matrix, words
        self.size = textstate.fontsize
        self.scaling = textstate.scaling * 0.01
        self.charspace = textstate.charspace * self.scaling
        self.wordspace = 0 if font.multibyte else textstate.wordspace * self.scaling
        self.rise = textstate.rise
        self.bold = font.bold or textstate.render == 2
        self.height = abs(self.size) * (matrix[2] ** 2 + matrix[3] ** 2) ** 0.5

    def draw(self, seq: Any, position: tuple[float, float]) -> tuple[float, float]:
        """Draws strings, with numbers between them that move on, from a position; gives the position after them."""
        x, y = position
        if self.font.vertical:
            return self._draw_vertical(seq, x, y)
        text, start, end = "", x, x
        size, scaling, charspace = self.size, self.scaling, self.charspace
        per_unit, wide = 0.001 * size * scaling, SPACE_GAP * abs(size * scaling)
        known, glyph, decode = self.font.glyphs, self.font.glyph, self.font.decode
        for part in seq:
            if not isinstance(part, bytes):
                if isinstance(part, int | float):
                    x -= part * per_unit
                continue
            for cid in decode(part):
                char, width, space = known.get(cid) or glyph(cid)
                if space:
                    self._put(text, start, end, y, space=True)
                    text = ""
                else:
                    if not text:
                        start = x
                    elif abs(x - end) > wide and abs(x - end - charspace) > wide:
                        self._put(text, start, end, y, space=x > end)
                        text, start = "", x
                    text += char
                x += width * size * scaling
                if text:
                    end = x
                x += charspace + (self.wordspace if cid == 32 else 0)
        self._put(text, start, end, y)
        return x, y

    def _draw_vertical(self, seq: Any, x: float, y: float) -> tuple[float, float]:
        for part in seq:
            if isinstance(part, bytes):
                for cid in self.font.decode(part):
                    char, width, _ = self.font.glyph(cid)
                    self._put(char.strip(), x, x + self.size, y)
                    y += width * self.size + self.charspace
            elif isinstance(part, int | float):
                y -= part * 0.001 * self.size
        return x, y

    def _put(self, text: str, start: float, end: float, y: float, *, space: bool = False) -> None:
        words = self.words
        if not text:
            if space and words:
                words[-1].space = True
            return
        a, b, c, d, e, f = self.matrix
        y += self.rise
        x0, y0, x1, y1 = a * start + c * y + e, b * start + d * y + f, a * end + c * y + e, b * end + d * y + f
        angle = 0
        if y1 != y0 or x1 < x0:
            angle = round(math.degrees(math.atan2(y1 - y0, x1 - x0))) % 360
            if angle:
                (x0, y0), (x1, _) = in_frame(x0, y0, angle), in_frame(x1, y1, angle)
        words.append(Word(text, x0, y0, x1, self.height, self.bold, self.font.italic, angle, space))

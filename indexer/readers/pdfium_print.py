"""The words of a page, from PDFium's text page: its characters, each with the command of the PDF that drew it."""

import ctypes
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, NamedTuple

from pypdfium2 import raw

from indexer.page.sheet import Word, in_frame
from indexer.readers.pdfium_space import Matrix, address, moved, product

# A gap wider than this share of the font size is a space, even where no space is drawn.
SPACE_GAP = 0.15
# Letters no further apart than this share of the font size, all of them alike, are spaced print and no words of one letter.
SPACED_OUT = 0.6
BOLD = ("bold", "black", "heavy", "demi")
ITALIC = ("italic", "oblique")
# PDFium puts this where a word is broken at a line's end.
BROKEN = 0x02


class _Glyph(NamedTuple):
    """One character, and where it begins and ends along its line."""

    text: str
    start: float
    end: float


@dataclass(slots=True)
class _Font:
    """What is asked of a font again and again."""

    bold: bool
    italic: bool
    texts: dict[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Style:
    """How one command draws its print: `stretch` is the size along the line, `height` the one across it."""

    font: _Font
    stretch: float
    height: float
    bold: bool
    angle: int

    def words(self, glyphs: Sequence[_Glyph], base: float) -> Iterator[Word]:
        """Cuts print into words where a space is drawn or left; a word without text says that a space comes first."""
        wide = SPACE_GAP * self.stretch
        usual = self._letter_space(glyphs)
        held: list[_Glyph] = []
        for glyph in glyphs:
            blank = glyph.text.isspace()
            if blank or (held and _parted(held[-1], glyph, usual, wide)):
                yield self._word(held, base, blank or glyph.start > held[-1].end)
                held = []
            if not blank:
                held.append(glyph)
        if held:
            yield self._word(held, base, False)

    def _letter_space(self, glyphs: Sequence[_Glyph]) -> float:
        """What all letters are set apart, as PDFium does not tell it."""
        gaps = [
            after.start - glyph.end
            for glyph, after in pairwise(glyphs)
            if after.start > glyph.start and not (glyph.text.isspace() or after.text.isspace())
        ]
        least = min(gaps) if len(gaps) > 1 else 0.0
        return least if 0 < least <= SPACED_OUT * self.stretch else 0.0

    def _word(self, glyphs: Sequence[_Glyph], base: float, space: bool) -> Word:
        text = "".join(glyph.text for glyph in glyphs)
        if not text.isascii():  # PDFium gives rare signs as two halves
            text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        start, end = (glyphs[0].start, max(glyph.end for glyph in glyphs)) if glyphs else (0.0, 0.0)
        return Word(text, start, base, end, self.height, self.bold, self.font.italic, self.angle, space)


def _parted(before: _Glyph, glyph: _Glyph, usual: float, wide: float) -> bool:
    """Whether two characters belong to two words; the parts of a ligature stand in the same place."""
    return glyph.start != before.start and abs(glyph.start - before.end - usual) > wide


class Print:
    """The print of one page, as PDFium's text page holds it: characters with the command that drew each."""

    def __init__(self, text: Any, shown: Matrix) -> None:
        self.text, self.shown = text, shown
        self.fonts: dict[int, _Font] = {}
        self.last_of: dict[int, Word] = {}  # the last word that each command drew

    def words(self) -> list[Word]:
        """The words of the page; spaces and line ends that PDFium makes up have no command and are passed over."""
        words: list[Word] = []
        for command, start, end in self._runs():
            for word in self._run(start, end):
                if word.text:
                    words.append(word)
                elif words:
                    words[-1].space = True
            if words:
                self.last_of[command] = words[-1]
        return words

    def _runs(self) -> Iterator[tuple[int, int, int]]:
        """Each command with the first character of its print, and the one after its last."""
        text, command_of = self.text, _command_of
        begun, start = None, 0
        count = raw.FPDFText_CountChars(text)
        for i in range(count):
            command = command_of(text, i)
            if command != begun:
                if begun:
                    yield begun, start, i
                begun, start = command, i
        if begun:
            yield begun, start, count

    def _run(self, start: int, end: int) -> Iterator[Word]:
        style = self._style(start)
        _, base = self._origin(start, style.angle)
        if style.angle % 90:
            return style.words(self._aslant(start, end, style), base)
        if style.angle or self.shown[0] != 1:
            return style.words(self._turned(start, end, style), base)
        return style.words(self._level(start, end, style.font), base)

    def _style(self, index: int) -> _Style:
        text, matrix = self.text, raw.FS_MATRIX()
        raw.FPDFText_GetMatrix(text, index, matrix)
        a, b, c, d, _, _ = product((matrix.a, matrix.b, matrix.c, matrix.d, 0, 0), self.shown)
        size = raw.FPDFText_GetFontSize(text, index)
        sign = -1 if size < 0 else 1
        command = raw.FPDFText_GetTextObject(text, index)
        font = self._font(raw.FPDFTextObj_GetFont(command))
        bold = font.bold or raw.FPDFTextObj_GetTextRenderMode(command) == raw.FPDF_TEXTRENDERMODE_FILL_STROKE
        angle = round(math.degrees(math.atan2(sign * b, sign * a))) % 360
        return _Style(font, abs(size) * math.hypot(a, b), abs(size) * math.hypot(c, d), bold, angle)

    def _font(self, handle: Any) -> _Font:
        known = self.fonts.get(address(handle))
        if known is None:
            buffer = ctypes.create_string_buffer(256)
            raw.FPDFFont_GetBaseFontName(handle, buffer, 256)
            name = buffer.value.decode("latin-1").lower()
            known = _Font(any(b in name for b in BOLD), any(i in name for i in ITALIC))
            self.fonts[address(handle)] = known
        return known

    def _level(self, start: int, end: int, font: _Font) -> list[_Glyph]:
        """Characters that run from left to right."""
        text, code_of, box_of, known = self.text, raw.FPDFText_GetUnicode, raw.FPDFText_GetLooseCharBox, font.texts
        shift, box, glyphs = self.shown[4], raw.FS_RECTF(), []
        for i in range(start, end):
            box_of(text, i, box)
            code = code_of(text, i)
            glyphs.append(_Glyph(known.get(code) or self._new_char(i, code, font), box.left + shift, box.right + shift))
        return glyphs

    def _turned(self, start: int, end: int, style: _Style) -> list[_Glyph]:
        """Characters that run up, down, or from right to left: PDFium's upright boxes are turned with them."""
        box, glyphs = raw.FS_RECTF(), []
        for i in range(start, end):
            raw.FPDFText_GetLooseCharBox(self.text, i, box)
            corners = ((box.left, box.bottom), (box.right, box.top))
            xs = [in_frame(*moved(x, y, self.shown), style.angle)[0] for x, y in corners]
            glyphs.append(_Glyph(self._char(i, style.font), min(xs), max(xs)))
        return glyphs

    def _aslant(self, start: int, end: int, style: _Style) -> list[_Glyph]:
        """Characters that run aslant, where an upright box says little: each ends where the next one begins."""
        begins = [self._origin(i, style.angle)[0] for i in range(start, end)]
        ends = [*begins[1:], begins[-1] + style.stretch / 2]
        chars = [self._char(i, style.font) for i in range(start, end)]
        return [
            _Glyph(char, x, after if 0 <= after - x < 1.2 * style.stretch else x + style.stretch / 2)
            for char, x, after in zip(chars, begins, ends, strict=True)
        ]

    def _origin(self, index: int, angle: int) -> tuple[float, float]:
        """Where a character stands on its baseline, in a frame that is turned with it."""
        x, y = ctypes.c_double(), ctypes.c_double()
        raw.FPDFText_GetCharOrigin(self.text, index, x, y)
        at = moved(x.value, y.value, self.shown)
        return in_frame(*at, angle) if angle else at

    def _char(self, index: int, font: _Font) -> str:
        code: int = raw.FPDFText_GetUnicode(self.text, index)
        return font.texts.get(code) or self._new_char(index, code, font)

    def _new_char(self, index: int, code: int, font: _Font) -> str:
        """The text of a character that is met for the first time in its font."""
        if code == BROKEN and raw.FPDFText_IsHyphen(self.text, index) == 1:
            return "-"
        # Below 32 stands no text; any other code of a font that does not say what it means is most often its letter.
        char = font.texts[code] = chr(code) if code >= 32 else "\ufffd"
        return char


# The command that drew a character, as a plain number: pypdfium2's own binding makes an object for each.
_command_of = ctypes.PYFUNCTYPE(ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int)(
    ctypes.cast(raw.FPDFText_GetTextObject, ctypes.c_void_p).value or 0
)

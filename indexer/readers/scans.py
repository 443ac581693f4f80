"""Reads a page that is a picture: set straight, cleaned, read by Tesseract, and brought back to the points of the page."""

import math
import re
import statistics
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from PIL import Image

from indexer.page.ink import Ink, Pixels, cleaned, inverted, without
from indexer.page.sheet import Rule, Sheet, Word, in_frame
from indexer.readers.with_pdfium import POINTS_PER_INCH, picture
from indexer.readers.with_tesseract import COLUMN, PAGE, Glyphs, PrintedLine, printed_lines, upright

DPI = 300
MOST_PIXELS = 25_000_000
# The height from the lowest to the highest letter as a share of the font size.
LETTERS = 0.93
# Strokes thicker than the usual ones of a page by this much are bold.
BOLD = 1.2
# How wide letters are against an "n": capitals are a quarter wider, others not named here the same.
WIDTHS = (("ijl.,;:'|!’‘", 0.45), ('ftrI()[]-“”"/', 0.6), ("mMW@%—", 1.55), ("w", 1.35), ("sczJxykv", 0.92))
# Sizes of print that differ by a smaller share are the same size, measured unevenly.
SAME_SIZE = 0.15
# Print higher than this, in inches, is large; a line read with more confidence than this is not read again; running text is so high.
LARGE, SURE, TEXT_HEIGHT = 0.2, 0.88, 0.13
# A page read with less confidence may lie sideways or upside down.
DOUBTFUL = 0.7
# Shares of the height of a line: what parts columns; what is a margin of its own; what parts words.
PART_GAP, LABEL_GAP, SPACE = 1.2, 0.3, 0.2
BELOW = 0.1  # by which a bar, unlike the word "I", goes below the line
# Print left of the edge of the text is labels when it is no more than this share of all letters.
LABELS = 0.15
LABEL = re.compile(r"\(?[A-Z]{0,4}\d{1,3}(?:\.\d{1,3})*[.):]?|\(?[a-z]{1,4}\)|[a-z]\.")
# What the dot of a list is taken for, and its greatest size as a share of the height of the line.
DOT = 0.48
DOTS = frozenset("•e©¢°«»*®+¥@·¤")
# A word of one letter or digit, beside the letter of its neighbour.
NARROW = re.compile(r"[^\W\d_][aAI0-9B-HJ-Z]")


def read(path: Path, drawn: Sheet, seconds: float) -> tuple[Sheet, float]:
    """A page of a PDF as OCR reads it, set straight, and by how many degrees against the clock it was askew.

    `drawn` gives number and size of the page. Raises DocumentError when it cannot be read or takes longer than `seconds`.
    """
    dpi = fitting(drawn, DPI)
    seen = picture(path, drawn.number, dpi)
    scan = _scan(seen, dpi, 0, seconds)
    if scan.confidence < DOUBTFUL and (turn := upright(seen, seconds)):
        scan = max(scan, _scan(seen, dpi, turn, seconds), key=lambda s: s.confidence)
    return scan.sheet(drawn), scan.skew


def fitting(drawn: Sheet, dpi: int) -> int:
    """The dots per inch in which a page is drawn: fewer than `dpi` where it is huge."""
    most = math.sqrt(MOST_PIXELS / max(1.0, drawn.width * drawn.height)) * POINTS_PER_INCH
    return max(1, round(min(dpi, most)))


@dataclass(frozen=True, slots=True)
class _Scan:
    """The picture of a page and what was read in it, after it was turned by `angle` with the clock and set straight."""

    picture: Image.Image
    angle: int
    skew: float
    rules: tuple[Pixels, ...]
    lines: tuple[PrintedLine, ...]

    @property
    def confidence(self) -> float:
        """How sure Tesseract is of what it read; that of few letters counts less."""
        sure = [(word.confidence, len(word.text)) for line in self.lines for word in line.words]
        return sum(c * n for c, n in sure) / max(20, sum(n for _, n in sure))

    def sheet(self, drawn: Sheet) -> Sheet:
        """The words and rules in points, in the frame that is turned with the print."""
        frame = _Frame(drawn, self.picture, self.angle)
        ink = Ink(self.picture)
        sizes = _sizes(self.lines, frame.scale)
        strokes = [_stroke(ink, line) for line in self.lines]
        usual = _median([(stroke, line.letters) for stroke, line in zip(strokes, self.lines, strict=True)])
        words = [
            frame.word(line, glyphs, size, bold=stroke > BOLD * usual)
            for line, size, stroke in zip(self.lines, sizes, strokes, strict=True)
            for glyphs in _mended(line, ink)
        ]
        return replace(drawn, words=words, rules=[frame.rule(rule) for rule in self.rules])


def _scan(seen: Image.Image, dpi: int, angle: int, seconds: float) -> _Scan:
    turned = seen.rotate(-angle, expand=True) if angle else seen
    skew = Ink(turned).skew
    straight = turned.rotate(-skew, resample=Image.Resampling.BICUBIC, fillcolor=255) if skew else turned
    clean = cleaned(straight)
    rules, bands = tuple(Ink(clean).rules(dpi)), tuple(Ink(clean).bands(dpi))
    print_only = without(inverted(clean, bands), rules)
    lines = [_read_smaller(line, print_only, dpi, seconds) for line in printed_lines(print_only, dpi, PAGE, seconds)]
    edges = [(left, y, right, y) for left, top, right, bottom in bands for y in (top, bottom)]
    return _Scan(print_only, angle, skew, (*rules, *edges), tuple(_with_labels(lines, print_only, dpi, seconds)))


def _read_smaller(line: PrintedLine, picture: Image.Image, dpi: int, seconds: float) -> PrintedLine:
    """A line of large print that was read with doubt, read again at the size of running text, which Tesseract knows best."""
    if line.height < LARGE * dpi or line.confidence > SURE:
        return line
    left, top, right, bottom = _around(line)
    scale = TEXT_HEIGHT * dpi / line.height
    edge = round(line.height / 2)
    part = picture.crop((left - edge, top - edge, right + edge, bottom + edge))
    small = part.resize(
        (max(1, round(part.width * scale)), max(1, round(part.height * scale))), Image.Resampling.LANCZOS
    )
    again = printed_lines(small, dpi, COLUMN, seconds)
    if len(again) != 1 or again[0].confidence <= line.confidence:
        return line
    return replace(line, words=tuple(_moved(word, left - edge, top - edge, scale) for word in again[0].words))


def _around(line: PrintedLine) -> Pixels:
    lefts, tops, rights, bottoms = zip(*(word.box for word in line.words), strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)


def _moved(word: Glyphs, left: int, top: int, scale: float) -> Glyphs:
    """A word of a part that was read smaller, where it stands in the whole picture."""
    x0, y0, x1, y1 = (round(edge / scale) for edge in word.box)
    return replace(word, box=(left + x0, top + y0, left + x1, top + y1))


@dataclass(frozen=True, slots=True)
class _Frame:
    """Brings pixels of the upright picture to points in the frame of its print (see `in_frame` of sheets)."""

    drawn: Sheet
    picture: Image.Image
    angle: int

    @property
    def scale(self) -> float:
        return (self.drawn.width if self.angle % 180 else self.drawn.height) / self.picture.height

    def at(self, x: float, y: float) -> tuple[float, float]:
        """A point of the picture, from its top left, in the frame."""
        across, down = self.drawn.width, self.drawn.height
        left, bottom = {0: (0.0, 0.0), 90: (0.0, -across), 180: (-across, -down), 270: (-down, 0.0)}[self.angle]
        return left + x * self.scale, bottom + (self.picture.height - y) * self.scale

    def word(self, line: PrintedLine, glyphs: Glyphs, size: float, *, bold: bool) -> Word:
        left, _, right, _ = glyphs.box
        x0, base = self.at(left, line.base_at(left))
        x1, _ = self.at(right, 0)
        return Word(glyphs.text, x0, base, x1, size, bold, False, self.angle, True, glyphs.confidence)

    def rule(self, box: Pixels) -> Rule:
        """A rule where it stands on the page."""
        left, top, right, bottom = box
        ends = [in_frame(*self.at(x, y), -self.angle) for x, y in ((left, bottom), (right, top))]
        (ax, ay), (bx, by) = ends
        return Rule(min(ax, bx), min(ay, by), max(ax, bx), max(ay, by), True, False)


# --- labels -------------------------------------------------------------------------------------------------------


def _with_labels(lines: Sequence[PrintedLine], picture: Image.Image, dpi: int, seconds: float) -> Sequence[PrintedLine]:
    """The lines with the numbers that hang in the margin read once more, by themselves: among the text they are misread."""
    edge = _text_edge(lines)
    inside = [w for line in lines for w in line.words if w.box[2] < edge]
    if not edge or sum(len(w.text) for w in inside) > LABELS * sum(line.letters for line in lines):
        return lines
    over = [w.box for line in lines for w in line.words if w.box[0] < edge <= w.box[2]]
    margin = without(picture, over).crop((0, 0, edge, picture.height))
    if Ink(margin).blank:
        return lines
    for line in printed_lines(margin, dpi, COLUMN, seconds):
        text = "".join(word.text for word in line.words)
        if LABEL.fullmatch(text) or text in DOTS:
            lines = _labelled(lines, line, text, edge)
    return lines


def _text_edge(lines: Sequence[PrintedLine]) -> int:
    """The column of the picture where most lines of text begin, their hanging numbers aside, less a little."""
    edges: Counter[int] = Counter()
    height = _median([(line.height, line.letters) for line in lines])
    for line in lines:
        for before, word in zip([None, *line.words], line.words, strict=False):
            if before is None or word.box[0] - before.box[2] > PART_GAP * height:
                edges[round(2 * word.box[0] / max(1.0, height))] += 1
    if not edges:
        return 0
    return max(0, round((max(edges, key=lambda e: edges[e]) / 2 - LABEL_GAP) * height))


def _labelled(lines: Sequence[PrintedLine], label: PrintedLine, text: str, edge: int) -> list[PrintedLine]:
    """The lines with a label in its place: at the head of the line that it stands beside, or by itself."""
    (left, top, _, bottom), (_, _, right, _) = label.words[0].box, label.words[-1].box
    read = Glyphs(text, (left, top, right, bottom), min(word.confidence for word in label.words))
    middle = (top + bottom) / 2
    beside = [line for line in lines if line.base - 0.8 * line.height < middle < line.base + 0.1 * line.height]
    kept = [replace(line, words=tuple(w for w in line.words if w.box[2] >= edge)) for line in beside]
    kept = sorted((line for line in kept if line.words), key=lambda line: line.words[0].box[0])
    first = replace(kept[0], words=(read, *kept[0].words)) if kept else replace(label, words=(read,))
    return [*(line for line in lines if line not in beside), first, *kept[1:]]


# --- words --------------------------------------------------------------------------------------------------------


def _mended(line: PrintedLine, ink: Ink) -> Iterator[Glyphs]:
    """The words of a line with what Tesseract is known to take for something else put right."""
    for i, word in enumerate(line.words):
        if i == 0 and word.text in DOTS and len(line.words) > 1 and word.box[3] - word.box[1] < DOT * line.height:
            yield replace(word, text="•")
        elif word.text == "|" and word.box[3] < line.base_at(word.box[0]) + BELOW * line.height:
            yield replace(word, text="I")
        else:
            yield from _parted(word, line, ink)


def _parted(word: Glyphs, line: PrintedLine, ink: Ink) -> Iterator[Glyphs]:
    """A word of one letter that was read as the end or the start of its neighbour is a word again."""
    (left, top, right, bottom), text = word.box, word.text
    gaps = _wide_gaps(word, line, ink) if len(text) > 2 else []
    if gaps and NARROW.fullmatch(text[-2:]) and right - gaps[-1][1] < 0.8 * line.height:
        yield replace(word, text=text[:-1], box=(left, top, gaps[-1][0], bottom))
        yield replace(word, text=text[-1], box=(gaps[-1][1], top, right, bottom))
    elif gaps and NARROW.fullmatch(text[1::-1]) and gaps[0][0] - left < 0.8 * line.height:
        yield replace(word, text=text[0], box=(left, top, gaps[0][0], bottom))
        yield replace(word, text=text[1:], box=(gaps[0][1], top, right, bottom))
    else:
        yield word


def _wide_gaps(word: Glyphs, line: PrintedLine, ink: Ink) -> list[tuple[int, int]]:
    """The gaps in a word that are as wide as a space, and wider than those between its letters."""
    gaps = ink.gaps(word.box)
    least = min((end - start for start, end in gaps), default=0) if len(gaps) > 1 else 0
    return [gap for gap in gaps if gap[1] - gap[0] > max(SPACE * line.height, 1.5 * least)]


def _stroke(ink: Ink, line: PrintedLine) -> float:
    """The thickness of a line's strokes as a share of the width of its letters."""
    return _median([(ink.stroke(word.box), len(word.text)) for word in line.words]) / max(1.0, _letter_width(line))


def _sizes(lines: Sequence[PrintedLine], scale: float) -> list[float]:
    """The font size of each line in points: by how wide its letters are, since the heights that Tesseract gives are uneven."""
    widths = [_letter_width(line) for line in lines]
    heights = _median([(line.height * scale / LETTERS, line.letters) for line in lines])
    usual = _median([(width, line.letters) for width, line in zip(widths, lines, strict=True)])
    factor = heights / usual if usual else 0.0
    return _even([(factor * width, line.letters) for width, line in zip(widths, lines, strict=True)])


def _letter_width(line: PrintedLine) -> float:
    """How wide an "n" would be in the print of a line, in pixels."""
    drawn = sum(word.box[2] - word.box[0] for word in line.words)
    return drawn / sum(_width(letter) for word in line.words for letter in word.text)


def _width(letter: str) -> float:
    """How wide a letter is against an "n", in most fonts."""
    return next((width for letters, width in WIDTHS if letter in letters), 1.25 if letter.isupper() else 1.0)


def _even(sizes: Sequence[tuple[float, int]]) -> list[float]:
    """Sizes of print, each with its letters, brought to what most of the print near it has, in half points."""
    left = sorted(set(sizes), key=lambda pair: -pair[1])
    steps: list[float] = []
    while left:
        centre = _median([pair for pair in left if abs(pair[0] - left[0][0]) < SAME_SIZE * left[0][0]])
        steps.append(centre)
        left = [pair for pair in left if abs(pair[0] - centre) >= SAME_SIZE * centre and pair != left[0]]
    return [round(2 * min(steps, key=lambda step: abs(step - size))) / 2 for size, _ in sizes]


def _median(weighted: Sequence[tuple[float, int]]) -> float:
    """The median of values, each as often as its weight says."""
    return statistics.median([value for value, weight in weighted for _ in range(max(1, weight))]) if weighted else 0.0

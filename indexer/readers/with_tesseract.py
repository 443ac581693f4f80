"""Reads pictures of pages with Tesseract. The only file that knows pytesseract, which is an optional extra."""

import os
import re
import shutil
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from xml.etree import ElementTree

from PIL import Image

from indexer.errors import DocumentError
from indexer.page.ink import Ink, Pixels
from indexer.page.sheet import Rule, Sheet, Word
from indexer.readers.with_pdfium import POINTS_PER_INCH, picture

DPI = 300
MOST_PIXELS = 25_000_000
# The height from the lowest to the highest letter, which Tesseract measures, as a share of the font size.
LETTERS = 0.93
# Strokes thicker than the usual ones of a page by this much are bold.
BOLD = 1.25
# Sizes of print that differ by a smaller share are the same size, measured unevenly.
SAME_SIZE = 0.15
# Words of less confidence (0 to 1) are specks; marks that are neither letter nor digit must be surer.
LEAST_WORD, LEAST_MARK = 0.15, 0.5
# A page read with less confidence may lie sideways or upside down.
DOUBTFUL = 0.6
# What the dot of a list is taken for.
DOTS = frozenset("e©¢°«»*®+¥@·¤")


@dataclass(frozen=True, slots=True)
class _Print:
    """One line that Tesseract saw, in pixels from the top left: its words, where it stands, and the height of its print."""

    words: tuple[tuple[str, Pixels, float], ...]
    left: int
    base: float
    slope: float
    size: float

    @property
    def letters(self) -> int:
        return sum(len(text) for text, _, _ in self.words)


def missing() -> tuple[str, ...]:
    """The commands that would install what is missing here; none when scans can be read."""
    tesseract = () if shutil.which("tesseract") else ("apt-get install tesseract-ocr",)
    binding = () if find_spec("pytesseract") else ("pip install 'lessons[ocr]'",)
    return tesseract + binding


def read(path: Path, drawn: Sheet, seconds: float) -> tuple[Sheet, float]:
    """A page of a PDF as Tesseract reads it, set straight, and by how many degrees against the clock it was askew.

    `drawn` gives number and size of the page. Raises DocumentError when it cannot be read or takes longer than `seconds`.
    """
    dpi = min(DPI, (MOST_PIXELS / max(1.0, drawn.width * drawn.height)) ** 0.5 * POINTS_PER_INCH)
    seen = picture(path, drawn.number, round(dpi))
    skew = Ink(seen).skew
    straight = seen.rotate(-skew, resample=Image.Resampling.BICUBIC, fillcolor=255) if skew else seen
    prints = _prints(straight, seconds)
    return _sheet(drawn, straight, prints), skew


def _prints(straight: Image.Image, seconds: float) -> list[_Print]:
    import pytesseract

    os.environ.setdefault(
        "OMP_THREAD_LIMIT", "1"
    )  # more threads slow Tesseract down when several pages are read at once
    try:
        hocr = pytesseract.image_to_pdf_or_hocr(straight, extension="hocr", timeout=seconds, config=f"--dpi {DPI}")
        return list(_lines(ElementTree.fromstring(hocr)))
    except (pytesseract.TesseractError, pytesseract.TesseractNotFoundError, ElementTree.ParseError, OSError) as error:
        raise DocumentError(f"Tesseract failed: {str(error).splitlines()[0] if str(error) else error}") from error
    except RuntimeError as error:
        raise DocumentError(f"reading it by OCR took longer than {seconds:.0f} seconds") from error


def _lines(hocr: ElementTree.Element) -> Iterator[_Print]:
    for line in hocr.iterfind(".//{*}span"):
        if "x_size" not in (facts := line.get("title", "")):
            continue
        words = tuple(_words(line))
        if words:
            left, _, _, bottom = _numbers(facts, "bbox")
            slope, offset = _numbers(facts, "baseline") or (0.0, 0.0)
            yield _Print(words, int(left), bottom + offset, slope, _numbers(facts, "x_size")[0])


def _words(line: ElementTree.Element) -> Iterator[tuple[str, Pixels, float]]:
    for word in line:
        text, facts = "".join(word.itertext()).strip(), word.get("title", "")
        confidence = _numbers(facts, "x_wconf")[0] / 100
        if text and confidence >= (LEAST_WORD if any(map(str.isalnum, text)) else LEAST_MARK):
            left, top, right, bottom = map(int, _numbers(facts, "bbox"))
            yield text, (left, top, right, bottom), confidence


def _numbers(facts: str, name: str) -> list[float]:
    """The numbers after a name in the facts that hOCR gives: ``bbox 320 141 490 171; x_wconf 92``."""
    found = re.search(rf"\b{name} ([-\d. ]+)", facts)
    return [float(number) for number in found[1].split()] if found else []


def _sheet(drawn: Sheet, straight: Image.Image, prints: Sequence[_Print]) -> Sheet:
    across, down = drawn.width / straight.width, drawn.height / straight.height
    ink = Ink(straight)
    sizes = _even([(p.size * down / LETTERS, p.letters) for p in prints])
    strokes = [_stroke(ink, p) for p in prints]
    usual = _median([(stroke, p.letters) for stroke, p in zip(strokes, prints, strict=True)])
    words: list[Word] = []
    for line, size, stroke in zip(prints, sizes, strokes, strict=True):
        for i, (text, (left, _, right, _), confidence) in enumerate(line.words):
            base = drawn.height - (line.base + line.slope * (left - line.left)) * down
            if i == 0 and text in DOTS and len(line.words) > 1:
                text = "•"
            words.append(
                Word(
                    text, left * across, base, right * across, size, stroke > BOLD * usual, False, 0, False, confidence
                )
            )
    rules = [
        Rule(left * across, drawn.height - bottom * down, right * across, drawn.height - top * down, True, False)
        for left, top, right, bottom in ink.rules(POINTS_PER_INCH / down)
    ]
    return replace(drawn, words=words, rules=rules, pictured=0.0, curves=0)


def _stroke(ink: Ink, line: _Print) -> float:
    """The thickness of a line's strokes as a share of its height."""
    return _median([(ink.stroke(box), len(text)) for text, box, _ in line.words]) / line.size if line.size else 0.0


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

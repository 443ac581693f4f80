"""Reads the print in a picture with Tesseract. The only file that knows pytesseract, which is an optional extra."""

import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from xml.etree import ElementTree

from PIL import Image

from indexer.errors import DocumentError
from indexer.page.ink import Pixels

# Marks that are neither letter nor digit, and lines, of less confidence (0 to 1) are specks. A word is not: Tesseract has
# none at all in one that it reads rightly beside a wide gap.
LEAST_MARK, LEAST_LINE = 0.5, 0.5
FEW_LETTERS = 3  # may be higher than wide in upright print
# How Tesseract is told what to expect: a page with columns and boxes, or one column of lines.
PAGE, COLUMN = "--psm 3", "--psm 6"


@dataclass(frozen=True, slots=True)
class Glyphs:
    """A word in a picture, with Tesseract's confidence from 0 to 1."""

    text: str
    box: Pixels
    confidence: float


@dataclass(frozen=True, slots=True)
class PrintedLine:
    """A line of words in a picture: its left end and the baseline there, by how much that falls a pixel, and its height.

    The height is that from the lowest to the highest letter of the line's size of print, in pixels.
    """

    words: tuple[Glyphs, ...]
    left: int
    base: float
    slope: float
    height: float

    @property
    def letters(self) -> int:
        return sum(len(word.text) for word in self.words)

    @property
    def confidence(self) -> float:
        """That of its words, long words counting more."""
        return sum(word.confidence * len(word.text) for word in self.words) / self.letters

    def base_at(self, x: int) -> float:
        """The baseline at a column of the picture."""
        return self.base + self.slope * (x - self.left)


def missing() -> tuple[str, ...]:
    """The commands that would install what is missing here; none when pictures can be read."""
    tesseract = () if shutil.which("tesseract") else ("apt-get install tesseract-ocr",)
    binding = () if find_spec("pytesseract") else ("pip install 'lessons[ocr]'",)
    return tesseract + binding


def printed_lines(picture: Image.Image, dpi: int, expected: str, seconds: float) -> list[PrintedLine]:
    """The upright lines that Tesseract reads in a picture. Raises DocumentError when it fails or takes longer than `seconds`."""
    import pytesseract

    os.environ.setdefault(
        "OMP_THREAD_LIMIT", "1"
    )  # more threads slow Tesseract down when several pages are read at once
    try:
        hocr = pytesseract.image_to_pdf_or_hocr(
            picture, extension="hocr", config=f"{expected} --dpi {dpi}", timeout=seconds
        )
        return list(_lines(ElementTree.fromstring(hocr)))
    except (pytesseract.TesseractError, pytesseract.TesseractNotFoundError, ElementTree.ParseError, OSError) as error:
        raise DocumentError(f"Tesseract failed: {' '.join(str(error).split())[:200]}") from error
    except RuntimeError as error:
        raise DocumentError(f"OCR took longer than {seconds:.0f} seconds") from error


def upright(picture: Image.Image, seconds: float) -> int:
    """By how many degrees with the clock a picture has to be turned for its print to be upright; 0 where it cannot be told."""
    import pytesseract

    try:
        seen = pytesseract.image_to_osd(picture, output_type=pytesseract.Output.DICT, timeout=seconds)
    except (pytesseract.TesseractError, RuntimeError, OSError, KeyError, ValueError):
        return 0
    return int(seen["rotate"]) % 360


def _lines(hocr: ElementTree.Element) -> Iterator[PrintedLine]:
    for line in hocr.iterfind(".//{*}span"):
        facts = line.get("title", "")
        if "x_size" in facts and (words := tuple(_words(line))):
            left, top, right, bottom = _numbers(facts, "bbox")
            slope, offset = _numbers(facts, "baseline") or (0.0, 0.0)
            read = PrintedLine(words, int(left), bottom + offset, slope, _numbers(facts, "x_size")[0])
            stands = bottom - top < 2 * (right - left) or read.letters <= FEW_LETTERS
            if stands and read.confidence >= LEAST_LINE:
                yield read


def _words(line: ElementTree.Element) -> Iterator[Glyphs]:
    for word in line:
        text, facts = "".join(word.itertext()).strip(), word.get("title", "")
        confidence = _numbers(facts, "x_wconf")[0] / 100
        if text and (confidence >= LEAST_MARK or any(map(str.isalnum, text))):
            left, top, right, bottom = map(int, _numbers(facts, "bbox"))
            yield Glyphs(text, (left, top, right, bottom), confidence)


def _numbers(facts: str, name: str) -> list[float]:
    """The numbers after a name in the facts that hOCR gives: ``bbox 320 141 490 171; x_wconf 92``."""
    found = re.search(rf"\b{name} ([-\d. ]+)", facts)
    return [float(number) for number in found[1].split()] if found else []

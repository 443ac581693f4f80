"""Reads a PDF with the interpreter of pdfminer.six and a text device of our own. The only file that knows pdfminer."""

import logging
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache, partial
from itertools import groupby, pairwise
from operator import itemgetter
from pathlib import Path
from typing import Any, cast

from pdfminer.pdfdevice import PDFTextDevice
from pdfminer.pdfdocument import PDFDocument, PDFPasswordIncorrect
from pdfminer.pdfexceptions import PDFException
from pdfminer.pdffont import PDFFont, PDFUnicodeNotDefined
from pdfminer.pdfinterp import PDFGraphicState, PDFPageInterpreter, PDFResourceManager
from pdfminer.pdfpage import PDFPage
from pdfminer.pdfparser import PDFParser, PDFSyntaxError
from pdfminer.pdftypes import stream_value
from pdfminer.psexceptions import PSException
from pdfminer.psparser import LIT
from pdfminer.utils import Matrix, PathSegment, Point, Rect, apply_matrix_pt, apply_matrix_rect, mult_matrix

from indexer.errors import DocumentError
from indexer.page.sheet import MOST_CORNERS, MOST_DOTS, Rule, Sheet, Word, dot
from indexer.readers.content import operations
from indexer.readers.pen import Font, Pen
from indexer.records import Box

# No page of print has as many words or rules; what is drawn after them is not read.
MOST_WORDS, MOST_RULES = 50_000, 50_000
# Forms that draw forms that draw forms could go on for ever.
MOST_FIGURES = 50_000
BOLD = ("bold", "black", "heavy", "demi")
ITALIC = ("italic", "oblique")

# pdfminer describes every object it meets; formatting those messages takes a twentieth of the time.
logging.getLogger("pdfminer").setLevel(logging.CRITICAL)


def _text_of(font: PDFFont, cid: int) -> str:
    try:
        return font.to_unichr(cid)
    except (PDFUnicodeNotDefined, KeyError):
        return "\ufffd"


class _Device(PDFTextDevice):
    """Collects words and ruled lines while pdfminer's interpreter draws a page."""

    def __init__(self, resources: PDFResourceManager) -> None:
        super().__init__(resources)
        self.words: list[Word] = []
        self.rules: list[Rule] = []
        self.dots: list[Box] = []
        self.pictured = 0.0  # square points that images cover
        self.curves = self.figures = 0
        self._fonts: dict[int, Font] = {}

    def start(self) -> None:
        """Forgets the last page."""
        self.words, self.rules, self.dots = [], [], []
        self.pictured, self.curves, self.figures = 0.0, 0, 0

    def _font(self, font: PDFFont) -> Font:
        known = self._fonts.get(id(font))
        if known is None:
            name = str(font.fontname).lower()
            known = self._fonts[id(font)] = Font(
                text_of=partial(_text_of, font),
                width_of=font.char_width,
                decode=font.decode,
                bold=any(sign in name for sign in BOLD),
                italic=any(sign in name for sign in ITALIC),
                multibyte=font.is_multibyte(),
                vertical=font.is_vertical(),
            )
        return known

    def render_string(self, textstate: Any, seq: Any, ncs: Any, graphicstate: PDFGraphicState) -> None:
        """Draws one string: its glyphs are gathered into words, and the text position moves on."""
        if textstate.font is None or self.ctm is None:
            return
        if len(self.words) > MOST_WORDS:
            raise DocumentError(f"it has more than {MOST_WORDS} words")
        pen = Pen(self._font(textstate.font), textstate, mult_matrix(textstate.matrix, self.ctm), self.words)
        textstate.linematrix = pen.draw(seq, textstate.linematrix)

    def paint_path(
        self, graphicstate: PDFGraphicState, stroke: bool, fill: bool, evenodd: bool, path: Sequence[PathSegment]
    ) -> None:
        """Keeps straight lines and rectangles, which frame boxes and tables, and shapes as small as a bullet."""
        if self.ctm is None or not (stroke or fill) or len(self.rules) > MOST_RULES:
            return
        if len(path) > 5000:
            self.curves += len(path)
            return
        for points, curved in _subpaths(path):
            if curved:
                self.curves += 1
                self._dot(points)
            elif 2 <= len(points) <= MOST_CORNERS:
                drawn = [apply_matrix_pt(self.ctm, point) for point in points]
                xs, ys = [x for x, _ in drawn], [y for _, y in drawn]
                straight = all(abs(a[0] - b[0]) < 0.5 or abs(a[1] - b[1]) < 0.5 for a, b in pairwise(drawn))
                if straight:
                    self.rules.append(
                        Rule(min(xs), min(ys), max(xs), max(ys), stroke, fill and not _white(graphicstate.ncolor))
                    )
                else:
                    self._dot(points)

    def _dot(self, points: Sequence[Point]) -> None:
        if self.ctm is not None and len(self.dots) < MOST_DOTS:
            box = dot(points, partial(apply_matrix_pt, self.ctm))
            self.dots += [box] if box else []

    def begin_figure(self, name: str, bbox: Any, matrix: Matrix) -> None:
        """Counts what is drawn besides the page itself."""
        self.figures += 1
        if self.figures > MOST_FIGURES:
            raise DocumentError(f"it draws more than {MOST_FIGURES} figures")

    def render_image(self, name: str, stream: Any) -> None:
        """Adds up what images cover: the unit square, wherever the transformation puts it."""
        if self.ctm is not None:
            a, b, c, d, _, _ = self.ctm
            self.pictured += abs(a * d - b * c)


class _Interpreter(PDFPageInterpreter):
    """pdfminer's interpreter with a faster way through content streams."""

    def execute(self, streams: Sequence[object]) -> None:
        """Executes content streams; one that is being executed already is left out."""
        found = [stream_value(stream) for stream in streams]
        found = [s for s in found if s.objid is not None and s.objid not in self.parent_stream_ids]
        try:
            program = operations(b"\n".join(stream.get_data() for stream in found), LIT)
        except Exception:  # what can be read before the fault is read by pdfminer's own way
            program = None
        if program is None:
            super().execute(streams)
            return
        self.stream_ids = {cast(int, stream.objid) for stream in found}
        for operator, operands in program:
            self._operate(operator, operands)

    def _operate(self, operator: bytes, operands: list[Any]) -> None:
        method, takes = _method(operator)
        if self.argstack or len(operands) != takes:
            self.argstack += operands
            operands = self.pop(takes)
        if method and len(operands) == takes:
            method(self, *operands)

    def do_TJ(self, seq: Any) -> None:
        """Shows text; the device does not keep the state of the graphics, so that it need not be copied."""
        if self.textstate.font is not None:
            self.device.render_string(self.textstate, seq, self.graphicstate.ncs, self.graphicstate)

    def do_BDC(self, tag: Any, props: Any) -> None:
        """Marks content, which says nothing about words."""


@lru_cache(maxsize=500)
def _method(operator: bytes) -> tuple[Callable[..., None] | None, int]:
    """The method of the interpreter that does what an operator says, and how many operands it takes."""
    name = operator.decode("latin-1").replace("*", "_a").replace('"', "_w").replace("'", "_q")
    method = getattr(_Interpreter, f"do_{name}", None)
    return method, method.__code__.co_argcount - 1 if method else 0


def _subpaths(path: Sequence[PathSegment]) -> Iterator[tuple[list[Point], bool]]:
    """The corners of each part of a path, and whether there is a curve in it."""
    for _, part in groupby(_numbered(path), key=itemgetter(0)):
        segments = [segment for _, segment in part]
        corners = [_end(segment) if segment[0] != "h" else _end(segments[0]) for segment in segments]
        yield corners, not all(segment[0] in "mlh" for segment in segments)


def _numbered(path: Sequence[PathSegment]) -> Iterator[tuple[int, PathSegment]]:
    """Each segment with the number of the part that it belongs to; a move begins a part."""
    number = 0
    for segment in path:
        number += segment[0] == "m"
        yield number, segment


def _end(segment: PathSegment) -> Point:
    return cast(Point, segment[-2:])


def _white(colour: Any) -> bool:
    values = colour if isinstance(colour, tuple | list) else (colour,)
    return len(values) in (1, 3) and all(isinstance(v, int | float) and v >= 0.99 for v in values)


def sheets(path: Path) -> Iterator[Sheet]:
    """The pages of a PDF as they are drawn; a page that fails keeps what was drawn before the fault.

    Raises DocumentError, with a plain reason, when nothing can be read.
    """
    try:
        with path.open("rb") as file:
            yield from _sheets(PDFDocument(PDFParser(file)))
    except PDFPasswordIncorrect as error:
        raise DocumentError("the PDF is locked with a password") from error
    except OSError as error:
        raise DocumentError(f"the file cannot be read: {error.strerror or error}") from error
    except (RecursionError, MemoryError) as error:
        raise DocumentError("the PDF is damaged or too complex to read") from error
    except (PDFSyntaxError, PDFException, PSException) as error:
        raise DocumentError(f"the PDF is damaged: {error or type(error).__name__}") from error
    except DocumentError:
        raise
    except Exception as error:  # pdfminer raises anything on damaged input: KeyError, struct.error, zlib.error ...
        raise DocumentError(f"the PDF is damaged: {type(error).__name__}") from error


def _sheets(pdf: PDFDocument) -> Iterator[Sheet]:
    resources = PDFResourceManager()
    device = _Device(resources)
    interpreter = _Interpreter(resources, device)
    for number, drawn in enumerate(PDFPage.create_pages(pdf), start=1):
        device.start()
        drawn.mediabox, drawn.rotate = _shown(drawn), drawn.rotate // 90 * 90
        fault = None
        try:
            interpreter.process_page(drawn)
        except Exception as error:  # one bad page must not lose the others
            fault = _plainly(error)
        yield _sheet(number, drawn, device, fault)


def _plainly(error: Exception) -> str:
    """The reason why a page could not be read whole."""
    if isinstance(error, DocumentError):
        return str(error)
    if isinstance(error, MemoryError):
        return "it needs too much memory"
    return "it is nested too deeply" if isinstance(error, RecursionError) else f"it is damaged ({type(error).__name__})"


def _sheet(number: int, drawn: PDFPage, device: _Device, fault: str | None) -> Sheet:
    x0, y0, x1, y1 = apply_matrix_rect(_turn(drawn.rotate), drawn.mediabox)
    width, height = abs(x1 - x0), abs(y1 - y0)
    label = drawn.label if drawn.label and len(drawn.label) <= 12 else None
    pictured = min(1.0, device.pictured / (width * height)) if width and height else 0.0
    return Sheet(number, width, height, label, device.words, device.rules, pictured, device.curves, fault, device.dots)


def _shown(drawn: PDFPage) -> Rect:
    """The part of the page that is shown: pdfminer draws all of the MediaBox, the eye sees what the CropBox leaves of it."""
    media, crop = _upright(drawn.mediabox), _upright(drawn.cropbox)
    x0, y0, x1, y1 = max(media[0], crop[0]), max(media[1], crop[1]), min(media[2], crop[2]), min(media[3], crop[3])
    return (x0, y0, x1, y1) if x0 < x1 and y0 < y1 else media


def _upright(box: Rect) -> Rect:
    """A rectangle given by any two opposite corners, by its left lower and its right upper one."""
    return min(box[0], box[2]), min(box[1], box[3]), max(box[0], box[2]), max(box[1], box[3])


def _turn(rotate: int) -> Matrix:
    return (0, -1, 1, 0, 0, 0) if rotate in (90, 270) else (1, 0, 0, 1, 0, 0)

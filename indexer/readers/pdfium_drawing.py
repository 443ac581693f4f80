"""What a page draws besides print, from PDFium's list of its objects."""

import ctypes
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from pypdfium2 import raw

from indexer.page.sheet import MOST_CORNERS, MOST_DOTS, Rule, Word, dot
from indexer.readers.pdfium_space import Matrix, address, matrix_of, moved, product
from indexer.records import Box

MOST_SEGMENTS = 5000
DEEPEST = 20  # forms in forms


class Drawing:
    """Straight lines and rectangles of a page, which frame boxes and tables, small shapes, and how much else is drawn."""

    def __init__(self, last_of: Mapping[int, Word]) -> None:
        self.last_of = last_of
        self.last: Word | None = None
        self.rules: list[Rule] = []
        self.dots: list[Box] = []
        self.pictured = 0.0  # square points that images cover
        self.curves = 0

    def add(self, owner: Any, count: int, get: Callable[[Any, int], Any], matrix: Matrix, depth: int = 0) -> None:
        """Takes up what a page, or a form on it, draws."""
        for i in range(count):
            thing = get(owner, i)
            kind = raw.FPDFPageObj_GetType(thing)
            if kind == raw.FPDF_PAGEOBJ_TEXT:
                self._text(thing)
            elif kind == raw.FPDF_PAGEOBJ_PATH:
                self._path(thing, matrix)
            elif kind == raw.FPDF_PAGEOBJ_IMAGE:
                a, b, c, d, _, _ = product(matrix_of(thing), matrix)
                self.pictured += abs(a * d - b * c)
            elif kind == raw.FPDF_PAGEOBJ_FORM and depth < DEEPEST:
                inside = product(matrix_of(thing), matrix)
                self.add(thing, raw.FPDFFormObj_CountObjects(thing), raw.FPDFFormObj_GetObject, inside, depth + 1)

    def _text(self, command: Any) -> None:
        """Marks the word before a space that a command of its own draws: PDFium's text page leaves it out."""
        word = self.last_of.get(address(command))
        if word is None and self.last and _is_blank(command):
            self.last.space = True
        self.last = word or self.last

    def _path(self, path: Any, matrix: Matrix) -> None:
        fill, stroke = ctypes.c_int(), ctypes.c_int()
        raw.FPDFPath_GetDrawMode(path, fill, stroke)
        if not (fill.value or stroke.value):
            return
        count = raw.FPDFPath_CountSegments(path)
        if count > MOST_SEGMENTS:
            self.curves += count
            return
        filled = bool(fill.value) and not _white(path)
        matrix = product(matrix_of(path), matrix)
        for corners, curved in _subpaths(path, count):
            if curved:
                self.curves += 1
                self._dot(corners, matrix)
            elif 2 <= len(corners) <= MOST_CORNERS:
                points = [moved(x, y, matrix) for x, y in corners]
                if all(abs(a[0] - b[0]) < 0.5 or abs(a[1] - b[1]) < 0.5 for a, b in pairwise(points)):
                    xs, ys = [x for x, _ in points], [y for _, y in points]
                    self.rules.append(Rule(min(xs), min(ys), max(xs), max(ys), bool(stroke.value), filled))
                else:
                    self._dot(corners, matrix)

    def _dot(self, corners: Sequence[tuple[float, float]], matrix: Matrix) -> None:
        if len(self.dots) < MOST_DOTS:
            box = dot(corners, lambda point: moved(*point, matrix))
            self.dots += [box] if box else []


def _subpaths(path: Any, count: int) -> Iterator[tuple[list[tuple[float, float]], bool]]:
    """The corners of each part of a path, and whether there is a curve in it."""
    corners: list[tuple[float, float]] = []
    curved = False
    x, y = ctypes.c_float(), ctypes.c_float()
    for i in range(count):
        segment = raw.FPDFPath_GetPathSegment(path, i)
        kind = raw.FPDFPathSegment_GetType(segment)
        if kind == raw.FPDF_SEGMENT_MOVETO and corners:
            yield corners, curved
            corners, curved = [], False
        curved = curved or kind == raw.FPDF_SEGMENT_BEZIERTO
        raw.FPDFPathSegment_GetPoint(segment, x, y)
        corners.append((x.value, y.value))
        if raw.FPDFPathSegment_GetClose(segment) and corners[-1] != corners[0]:
            corners.append(corners[0])
    if corners:
        yield corners, curved


def _is_blank(command: Any) -> bool:
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    raw.FPDFPageObj_GetBounds(command, left, bottom, right, top)
    return min(right.value - left.value, top.value - bottom.value) < 0.01


def _white(path: Any) -> bool:
    colour = [ctypes.c_uint() for _ in range(4)]
    return bool(raw.FPDFPageObj_GetFillColor(path, *colour)) and all(part.value >= 253 for part in colour[:3])

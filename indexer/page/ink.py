"""What can be told from the picture of a page without reading it: whether it is blank, how far askew, where rules run.

A picture is in shades of grey, from 0 (black) to 255. Boxes are in pixels from the top left: left, top, right, bottom.
"""

from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter, ImageOps

# What is darker than the paper by this much is ink; what is hardly darker is its grain.
CONTRAST, GRAIN = 70, 30
BLANK = 0.0004  # A page with a smaller share of ink has specks on it at most.
# Skew is looked for up to this many degrees, on a picture about this many pixels wide.
MOST_SKEW = 3.0
SKEW_WIDTH = 700
FAINT = 15
# A rule is straight ink at least this many inches long, and no thicker than that.
RULE_LENGTH = 0.6
RULE_THICKNESS = 0.04
GAP = 4
# A dark band is looked for in a picture this many times smaller, in which it is darker than this; it is at most so many inches high.
FAR, DARK, BAND_THICKNESS = 8, 90, 1.2

Mask = NDArray[np.bool_]
Pixels = tuple[int, int, int, int]


def cleaned(picture: Image.Image) -> Image.Image:
    """A picture with white paper and black ink: the grain of a scan, left in, is read as print."""
    smooth = picture.filter(ImageFilter.GaussianBlur(1))
    white = _paper(smooth) - GRAIN
    black = min(white // 2, int(np.searchsorted(np.cumsum(smooth.histogram()), 0.01 * smooth.width * smooth.height)))
    steps = max(1, white - black)
    return smooth.point([round(255 * min(1.0, max(0.0, (shade - black) / steps))) for shade in range(256)])


def without(picture: Image.Image, boxes: Iterable[Pixels], edge: int = 2) -> Image.Image:
    """A picture with boxes painted over, each with so many pixels around it."""
    painted = picture.copy()
    draw = ImageDraw.Draw(painted)
    for left, top, right, bottom in boxes:
        draw.rectangle((left - edge, top - edge, right + edge, bottom + edge), fill=255)
    return painted


def inverted(picture: Image.Image, boxes: Iterable[Pixels]) -> Image.Image:
    """A picture with light and dark exchanged in boxes."""
    changed = picture.copy()
    for box in boxes:
        changed.paste(ImageOps.invert(picture.crop(box)), box[:2])
    return changed


def _paper(picture: Image.Image) -> int:
    """The commonest light shade."""
    return max(range(100, 256), key=picture.histogram().__getitem__)


class Ink:
    """The ink of a picture, told from the paper by the shade that most of the picture has."""

    def __init__(self, picture: Image.Image) -> None:
        self._picture = picture

    @cached_property
    def mask(self) -> Mask:
        """Where ink is, row by row from the top."""
        return np.asarray(self._picture) < _paper(self._picture) - CONTRAST

    @property
    def blank(self) -> bool:
        """Whether there is nothing on the page that could be print."""
        return bool(self.mask.mean() < BLANK)

    @cached_property
    def skew(self) -> float:
        """By how many degrees, against the clock, the lines of print rise: the turn that parts lines and gaps best."""
        scale = SKEW_WIDTH / max(self._picture.size)
        small = self._picture.resize([max(1, round(side * scale)) for side in self._picture.size], Image.Resampling.BOX)
        ink = Image.fromarray(Ink(small).mask.astype(np.uint8) * 255)
        best = 0.0
        for step, reach in ((0.5, MOST_SKEW), (0.1, 0.4)):
            angles = best + np.arange(-reach, reach + step / 2, step)
            best = float(max(angles, key=lambda angle: (_contrast_of_rows(ink, angle), -abs(angle))))
        return round(best, 1) if _contrast_of_rows(ink, best) > 1.03 * _contrast_of_rows(ink, 0.0) else 0.0

    def stroke(self, box: Pixels) -> float:
        """The thickness of the strokes in a part of the picture, in pixels: twice the area over the length of the edge."""
        left, top, right, bottom = box
        part = self.mask[top:bottom, left:right]
        edge = np.count_nonzero(part[:, 1:] != part[:, :-1]) + np.count_nonzero(part[1:] != part[:-1])
        return 2 * np.count_nonzero(part) / edge if edge else 0.0

    def gaps(self, box: Pixels) -> list[tuple[int, int]]:
        """Where no ink is between the glyphs of a part of the picture: first and last column of each gap, in pixels."""
        left, top, right, bottom = box
        columns = np.flatnonzero(self.mask[top:bottom, left:right].any(axis=0))
        return [(left + int(a) + 1, left + int(b)) for a, b in pairwise(columns) if b - a > 1]

    def rules(self, dpi: float) -> Iterator[Pixels]:
        """Straight lines across and down, of a cleaned picture, in which those of tables may be faint."""
        length, thickness = round(RULE_LENGTH * dpi), max(2, round(RULE_THICKNESS * dpi))
        faint = np.asarray(self._picture) < _paper(self._picture) - FAINT
        yield from _rules(faint, length, thickness)
        yield from ((top, left, bottom, right) for left, top, right, bottom in _rules(faint.T, length, thickness))

    def bands(self, dpi: float) -> Iterator[Pixels]:
        """Dark bands with light print in them, as heads of tables have: seen from so far off that the print melts into them."""
        far = self._picture.resize([max(1, side // FAR) for side in self._picture.size], Image.Resampling.BOX)
        length, thickness = round(RULE_LENGTH * dpi / FAR), round(BAND_THICKNESS * dpi / FAR)
        for left, top, right, bottom in _rules(np.asarray(far) < DARK, length, thickness):
            if bottom - top >= RULE_THICKNESS * dpi / FAR:
                yield left * FAR, top * FAR, (right + 1) * FAR, (bottom + 1) * FAR


def _contrast_of_rows(ink: Image.Image, angle: float) -> float:
    turned = ink.rotate(-angle, resample=Image.Resampling.NEAREST, fillcolor=0) if angle else ink
    rows = np.asarray(turned).sum(axis=1, dtype=np.float64)
    return float(np.square(np.diff(rows)).sum())


def _rules(mask: Mask, length: int, thickness: int) -> Iterator[Pixels]:
    """Runs of ink along the rows; rows of runs that lie on each other are one rule, unless it is thicker than a line."""
    open_: list[list[int]] = []
    for y in np.flatnonzero(mask.sum(axis=1) >= length):
        open_, done = [r for r in open_ if r[3] >= y - 2], [r for r in open_ if r[3] < y - 2]
        yield from (_pixels(r) for r in done if r[3] - r[1] <= thickness)
        for left, right in _runs(mask[y], length):
            rule = next((r for r in open_ if left < r[2] and right > r[0]), None)
            if rule is None:
                open_.append([left, int(y), right, int(y)])
            else:
                rule[0], rule[2], rule[3] = min(left, rule[0]), max(right, rule[2]), int(y)
    yield from (_pixels(r) for r in open_ if r[3] - r[1] <= thickness)


def _runs(row: Mask, length: int) -> Iterator[tuple[int, int]]:
    """Unbroken ink of at least a length; a gap of a few pixels breaks nothing."""
    at = np.flatnonzero(row)
    ends = np.flatnonzero(np.diff(at) > GAP)
    for start, end in pairwise([-1, *ends, len(at) - 1]):
        if at[end] - at[start + 1] >= length:
            yield int(at[start + 1]), int(at[end])


def _pixels(rule: list[int]) -> Pixels:
    return rule[0], rule[1], rule[2], rule[3]

"""What is drawn on a page, before anything of it is understood: words, ruled lines, and whether there is more than text."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from indexer.page.grids import Rule
from indexer.records import Box

__all__ = ["DOT", "MOST_CORNERS", "MOST_DOTS", "Rule", "Sheet", "Word", "dot", "in_frame"]

Point = tuple[float, float]
# A drawn shape that is no wider and no higher than this many points may be a bullet; no page has more of them.
DOT, MOST_DOTS = 12.0, 400
# A rectangle is drawn with four corners, or with more that lie on its sides; a path with more than this is none.
MOST_CORNERS = 9


@dataclass(slots=True)
class Word:
    """Glyphs drawn together: left and right edge, baseline and height in points; `space` when a space follows.

    `angle` is the direction of writing in whole degrees against the clock, 0 for print that runs from left to right; the
    edges of a turned word are those in a frame turned with it (see `in_frame`). `confidence` (0 to 1) is that of OCR.
    """

    text: str
    x0: float
    base: float
    x1: float
    height: float
    bold: bool
    italic: bool
    angle: int
    space: bool
    confidence: float | None = None

    @property
    def y0(self) -> float:
        return self.base - 0.22 * self.height

    @property
    def y1(self) -> float:
        return self.base + 0.75 * self.height


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a reader saw on one physical page of `width` by `height` points; `fault` says why it could not be read whole.

    `pictured` is the share of the page that images cover (0 to 1), `curves` the number of drawn shapes that are not
    straight rules: print drawn as outlines has thousands. `dots` are the boxes of those that are as small as a bullet.
    """

    number: int
    width: float
    height: float
    label: str | None
    words: list[Word]
    rules: list[Rule]
    pictured: float = 0.0
    curves: int = 0
    fault: str | None = None
    dots: list[Box] = field(default_factory=list)


def dot(points: Sequence[Point], moved: Callable[[Point], Point]) -> Box | None:
    """The box of a drawn shape that is as small as a bullet, once its points are `moved` to where the page shows them."""
    xs, ys = [x for x, _ in points], [y for _, y in points]
    (ax, ay), (bx, by) = moved((min(xs), min(ys))), moved((max(xs), max(ys)))
    box = min(ax, bx), min(ay, by), max(ax, bx), max(ay, by)
    return box if 0 < box[2] - box[0] <= DOT and 0 < box[3] - box[1] <= DOT else None


def in_frame(x: float, y: float, angle: int) -> tuple[float, float]:
    """A point of the page in a frame that is turned by `angle` degrees against the clock about the origin."""
    cos, sin = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    return x * cos + y * sin, y * cos - x * sin

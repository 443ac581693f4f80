"""Lines of one column -> blocks: where a paragraph ends, by space, indentation, alignment, style and wording."""

import re
import statistics
from collections.abc import Sequence
from itertools import pairwise

from indexer.page.numbering import BULLET_GLYPHS, BULLET_SIGNS, WORD_LABELS
from indexer.records import Block, Line

# Lines of one paragraph stand no further apart than the usual leading and this share of the font size more.
PARAGRAPH_GAP = 0.17
USUAL_LEADING = 1.25
WIDE_LEADING = 1.75
FARTHEST = 2.6
# Shares of the font size: a line set in by more is indented; by more than the second, it is centred or set to the right.
INDENT = 0.9
FAR = 6.0
# A line may stop short of the right edge by this share of the column, and by the next word, before it ends a paragraph.
SLACK = 0.15
# Font sizes that differ by a smaller share are the same; a link in the middle of a sentence may differ by the second.
SAME_SIZE = 0.08
OTHER_PRINT = 0.2
# Edges that differ by fewer points are the same edge.
SAME_EDGE = 2.0
ENDS = (".", "!", "?", ":", ";")
OPENERS = "([“‘\"'"
ADDRESS = "://"
CLOSERS = "”’\"')]»"

BULLET = re.compile(rf"^[{BULLET_GLYPHS}{BULLET_SIGNS}]$")
LABEL = re.compile(
    rf"""^(?: \(?[a-z]{{1,2}}\)\.? | \(?[ivxlc]{{1,6}}\)\.? | [a-z]\. | \[?\(?\d{{1,3}}[\])] | \d{{1,3}}(?:\.\d{{1,3}}){{0,4}}\.?
        | [A-Z]{{1,6}}\s?\d{{1,3}}(?:\.\d{{1,2}})*[a-z]?[.:)]? | [A-Z]\.\d{{0,2}}(?:\.\d{{1,3}})*\.?
        | (?:{WORD_LABELS}|appendix|chapter|section|part)\s\w{{1,4}}(?:\.\d{{1,2}})*[.:)]? )$""",
    re.VERBOSE | re.IGNORECASE,
)
CERTAIN_LABEL = re.compile(
    r"^(?:\d{1,2}(?:\.\d{1,3}){1,3}\.?|\([a-z]\)|\([ivx]+\)|[a-z]\)|\d{1,2}\)|\[\d{1,3}\]|[a-h]\.)$"
)
# A recommendation or the like that opens a line with its number: "R4 The Board", "Recommendation 4: ...".
NAMED_LABEL = re.compile(
    rf"^(?:(?i:{WORD_LABELS})\s(?:no\.?\s)?\d{{1,2}}[a-z]?\s?[:.–—-]\s"
    r"|(?:R|LP|F|REC|KL|Rec\.?)\s?\d{1,2}(?:\.\d{1,2})?[a-z]?[:.]?\s+(?=[A-Z“]))"
)
# Words after which a figure at the start of a line is part of the sentence: "as said in paragraph / 4.12 above".
REFERS = re.compile(
    r"(?<!;)\s(?:(?:paragraphs?|paras?|sections?|chapters?|recommendations?|findings?|stages?|years?|aged?|see|in|at|and|or|to|of|from|than|between)|[,–(])$",
    re.I,
)


def paragraphs_of(lines: Sequence[Line]) -> list[Block]:
    """The paragraphs, headings and list items that lines of one column make, in order."""
    column = _Column(lines)
    blocks: list[list[Line]] = []
    for line in lines:
        if blocks and column.goes_on(blocks[-1], line):
            blocks[-1].append(line)
        else:
            blocks.append([line])
    return [Block(tuple(block)) for block in blocks]


class _Column:
    """How the lines of one column are set: how far apart, and how far to the right they run."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self.rights: dict[int, float] = {}  # how far lines run that begin at the same edge
        for line in lines:
            self.rights[_edge(line)] = max(line.box[2], self.rights.get(_edge(line), 0.0))
        steps: dict[float, list[float]] = {}  # by font size, each as a share of it
        for above, below in pairwise(lines):
            if abs(above.size - below.size) < 0.5 and _step(above, below) < FARTHEST * below.size:
                steps.setdefault(round(below.size), []).append(_step(above, below) / below.size)
        self.leadings = {size: _leading(held) for size, held in steps.items()}

    def goes_on(self, block: Sequence[Line], line: Line) -> bool:
        """Whether a line goes on the paragraph that the block has so far."""
        last = block[-1]
        if not _same_print(last, line) or _step(last, line) > self._leading(line) * line.size:
            return False
        if _opens_alike(block[0], line, last) or (starts_item(line) and not refers(last, line)):
            return False
        if _is_aligned_otherwise(block, line):
            return True
        return not (_is_set_in(block, line) or _is_set_out(block, line) or self._was_ended(block, line))

    def _leading(self, line: Line) -> float:
        """How far apart lines of one paragraph stand at most, as a share of the font size."""
        return self.leadings.get(round(line.size), USUAL_LEADING) + PARAGRAPH_GAP

    def _was_ended(self, block: Sequence[Line], line: Line) -> bool:
        """Whether the last line stops although the next word had room on it: the paragraph was ended there."""
        last = block[-1]
        right = max(self.rights.get(_edge(line) + step, 0.0) for step in (-1, 0, 1))
        first_word = line.text.split(maxsplit=1)[0]
        needed = (len(first_word) + 1) * letter(line) + max(line.size, SLACK * (right - line.box[0]))
        fits = right - last.box[2] > needed
        finished = last.text.rstrip().rstrip(CLOSERS).endswith(ENDS)
        return fits and finished and not line.text[:1].islower()


def _leading(steps: Sequence[float]) -> float:
    """The usual distance of lines among the steps from line to line, of which the wide ones part paragraphs."""
    if len(steps) > 3:
        return statistics.quantiles(steps, n=10)[2]
    closest = min(steps)
    return closest if closest < WIDE_LEADING else USUAL_LEADING


def _step(above: Line, below: Line) -> float:
    return above.box[1] - below.box[1]


def _edge(line: Line) -> int:
    return round(line.box[0] / SAME_EDGE)


def letter(line: Line) -> float:
    """The mean width of a character."""
    return (line.box[2] - line.box[0]) / max(1, len(line.text))


def _same_print(last: Line, line: Line) -> bool:
    """Whether two lines are set alike; in the middle of a sentence the print may change a little."""
    in_sentence = is_in_sentence(last, line)
    sizes = abs(line.size - last.size) / last.size
    return sizes <= (OTHER_PRINT if in_sentence else SAME_SIZE) and (line.bold == last.bold or in_sentence)


def is_in_sentence(last: Line, line: Line) -> bool:
    """Whether a line goes on the sentence of the last: with a small letter, or in the middle of a link."""
    begun = line.text.lstrip(OPENERS)[:1].islower() or (ADDRESS in line.text and not line.bold)
    return begun and not last.text.rstrip().endswith(ENDS)


def _opens_alike(first: Line, line: Line, last: Line) -> bool:
    """Whether a line opens as the block did: with a dash after a finished line, or with a term before a gap."""
    if abs(first.box[0] - line.box[0]) > SAME_EDGE:
        return False
    dash = first.text[:1] in "-–—*o" and line.text[:1] == first.text[0] and line.text[1:2] in (" ", "\t")
    terms = "\t" in first.text and "\t" in line.text and len(line.text.partition("\t")[0]) < 30
    return (dash and line.text[2:3].isupper()) or (
        terms and line.text[:1].isupper() and last.text.rstrip()[-1:] not in ",-–"
    )


def _is_aligned_otherwise(block: Sequence[Line], line: Line) -> bool:
    """Whether the line is centred under the last one, or set to the right with it: then its left edge says nothing."""
    last = block[-1]
    if abs(line.box[0] - last.box[0]) <= SAME_EDGE:
        return False
    centred = abs(line.box[0] + line.box[2] - last.box[0] - last.box[2]) <= SAME_EDGE
    to_the_right = abs(line.box[2] - last.box[2]) <= SAME_EDGE and abs(line.box[0] - last.box[0]) > FAR * line.size
    return centred or to_the_right


def _is_set_in(block: Sequence[Line], line: Line) -> bool:
    return len(block) > 1 and line.box[0] - _text_left(block) > INDENT * line.size


def _is_set_out(block: Sequence[Line], line: Line) -> bool:
    """Whether the line stands out to the left where the block began: the next entry of a list with hanging lines."""
    hangs = len(block) > 1 and _text_left(block) - block[0].box[0] > INDENT * line.size
    return hangs and abs(line.box[0] - block[0].box[0]) <= SAME_EDGE


def refers(last: Line, line: Line) -> bool:
    """Whether a figure at the start of the line belongs to the sentence that the last line breaks off."""
    return line.text[:1].isdigit() and "\t" not in line.text[:12] and bool(REFERS.search(last.text.rstrip()))


def _text_left(block: Sequence[Line]) -> float:
    """Left edge of a paragraph's running text: that of its second line, since the first may hang or be indented."""
    return block[1].box[0] if len(block) > 1 else block[0].box[0]


def is_label(text: str) -> bool:
    """Whether a text is nothing but a bullet or the number of a paragraph."""
    return bool(BULLET.match(text.strip()) or LABEL.match(text.strip()))


def starts_item(line: Line) -> bool:
    """Whether a line opens a list item or a numbered paragraph: a bullet or a label, then a gap or text."""
    label, tab, rest = line.text.partition("\t")
    if tab and rest.strip() and is_label(label):
        return True
    first, _, more = line.text.partition(" ")
    if not more:
        return False
    certain = (BULLET.match(first) and first not in "o*-–—") or CERTAIN_LABEL.match(first)
    return bool(certain or NAMED_LABEL.match(line.text))

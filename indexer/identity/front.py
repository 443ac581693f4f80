"""The part of a document that says what it is: cover, running headers, first pages and the sentences that open it."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from indexer.language.wording import sentences
from indexer.page.contents import contents
from indexer.records import Block, Fact, Line, Page

FIRST_PAGES = 3
# A block of more words is running text, not print of a title page.
SHORT = 30
# Print of more words that ends with a stop is a sentence.
SENTENCE = 8
# Ages, harm and the date of the incident are told in so many words, contents pages aside.
OPENING_WORDS = 3000
# Print in this share of the page at top and bottom may be a running header or footer.
EDGE = 0.1
# Lines of one paragraph stand no further apart than this share of their size.
APART = 0.75
# Lines whose sizes differ by more points are different print.
OTHER_SIZE = 1.5
RUNNING_PAGES = 6


@dataclass(frozen=True, slots=True)
class Print:
    """Words printed together: a block, its lines parted by line breaks, or one sentence."""

    text: str
    page: int
    size: float = 0.0
    edge: bool = False

    @property
    def plain(self) -> str:
        return folded(self.text)

    def sentences(self) -> list["Print"]:
        """Its sentences, each by itself."""
        return [replace(self, text=self.text[start:end]) for start, end in sentences(self.text)]

    @property
    def is_sentence(self) -> bool:
        return len(self.text.split()) > SENTENCE and self.text.rstrip("”’\"'").endswith((".", ";", ","))

    @property
    def is_short(self) -> bool:
        return len(self.text.split()) <= SHORT


@dataclass(frozen=True, slots=True)
class Front:
    """`cover` is the short print of the first page with text, `running` what its headers and footers repeat, `pages` all
    blocks of the first pages, `opening` their sentences and those after them, `whole` the text of the document."""

    cover: tuple[Print, ...]
    running: tuple[Print, ...]
    pages: tuple[Print, ...]
    opening: tuple[Print, ...]
    whole: tuple[Print, ...]

    @property
    def credits(self) -> tuple[Print, ...]:
        """What may say who wrote and published it, and when: sentences of the first page, headers, other short print."""
        first = [p for p in self.pages if self.cover and p.page == self.cover[0].page]
        rest = (p for p in self.pages if p.is_short and p not in first)
        return (*(s for p in first for s in p.sentences()), *self.running, *rest)

    @property
    def short(self) -> tuple[Print, ...]:
        """Short print, that of the cover first."""
        rest = (p for p in self.pages if p.is_short and p not in self.cover)
        return (*self.cover, *self.running, *rest)


def folded(text: str) -> str:
    """The text with white space folded."""
    return " ".join(text.split())


def readable(text: str) -> str:
    """Lines printed in capitals in title case, every character in its place."""
    return "\n".join(_lowered(line) if line.isupper() else line for line in text.split("\n"))


_VOWEL = re.compile("[AEIOUY]")
_SMALL = re.compile(r"(?<!^)\b(?:OF|IN|ON|TO|BY|AT|AN|AND|THE|FOR|INTO|WITH)\b")


def _lowered(line: str) -> str:
    """A line of capitals in title case; a word without vowels is taken for an acronym."""
    line = _SMALL.sub(lambda word: word[0].lower(), line)
    line = re.sub(r"[^\W\d_]{3,}", lambda w: w[0][0] + w[0][1:].lower() if _VOWEL.search(w[0]) else w[0], line)
    return re.sub(r"(?<=[a-z][’'])S\b", "s", line)


def front_of(pages: Sequence[Page]) -> Front:
    """The front of a document; sheets of a collection must be gone."""
    first = next((page for page in pages if page.blocks), None)
    listed = {number for number, _ in contents(pages)}
    running = tuple(_running(pages))
    whole = tuple(_print(page, block) for page in pages for block in page.blocks)
    start = pages.index(first) if first else 0
    shown = [page for page in pages[start : start + FIRST_PAGES] if page.number not in listed]
    repeated = {_key(p.text) for p in running}
    held = tuple(p for page in shown for block in page.blocks for p in _parts(page, block))
    pages_read = tuple(p for p in held if not p.edge or _key(p.text) not in repeated)
    cover = tuple(p for p in pages_read if first and p.page == first.number and p.is_short)
    return Front(cover, running, pages_read, tuple(_opening(pages, listed, repeated)), whole)


def _print(page: Page, block: Block) -> Print:
    edge = block.box[1] > (1 - EDGE) * page.height or block.box[3] < EDGE * page.height
    return Print("\n".join(line.text for line in block.lines), page.number, block.size, edge)


def _parts(page: Page, block: Block) -> Iterator[Print]:
    """A block cut where its lines stand further apart than lines of one paragraph do."""
    lines = block.lines
    cuts = [i for i in range(1, len(lines)) if _apart(lines[i - 1], lines[i])]
    for start, end in zip([0, *cuts], [*cuts, len(lines)], strict=True):
        yield _print(page, Block(lines[start:end]))


def _apart(above: Line, below: Line) -> bool:
    far = above.box[1] - below.box[3] > APART * below.size
    return far or abs(above.size - below.size) > OTHER_SIZE


def _running(pages: Sequence[Page]) -> Iterator[Print]:
    """Headers and footers printed on more than one page, or at the edge of a document of one page."""
    edges = [p for page in pages[:RUNNING_PAGES] for block in page.blocks if (p := _print(page, block)).edge]
    counts = Counter(_key(p.text) for p in edges)
    seen: set[str] = set()
    for p in edges:
        if (counts[_key(p.text)] > 1 or len(pages) == 1) and _key(p.text) not in seen and len(_key(p.text)) > 3:
            seen.add(_key(p.text))
            yield p


def _key(text: str) -> str:
    return re.sub(r"\d{1,3}\b", "", folded(text)).strip().lower()


def _opening(pages: Sequence[Page], listed: set[int], repeated: set[str]) -> Iterator[Print]:
    left = OPENING_WORDS
    for page in pages:
        for block in page.blocks:
            p = _print(page, block)
            if page.number in listed or (p.edge and _key(p.text) in repeated):
                continue
            text = p.plain
            for start, end in sentences(text):
                yield Print(text[start:end], page.number, p.size)
            left -= len(text.split())
            if left < 0:
                return


def fact(
    field: str,
    value: str,
    words: str,
    page: int,
    confidence: float,
    kind: str | None = None,
    precision: str | None = None,
) -> Fact:
    """A fact taken from words of the document."""
    return Fact(field, value, folded(words), page, confidence, "document", kind, precision)

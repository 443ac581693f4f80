"""Where the print of a document went: every letter and figure is in one passage, or is left out with a reason."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from indexer.records import LeftOut, Page, Passage
from indexer.split import Split

DESTINATIONS = {"footnote": "notes", "heading": "headings", "table-row": "table rows", "box": "boxes"}


@dataclass(frozen=True, slots=True)
class Audit:
    """Counts of letters and figures: all that are printed, and where they went.

    `lost` are printed and stand nowhere, `added` stand somewhere and are not printed; both are empty when nothing is wrong.
    """

    printed: int
    kept: dict[str, int]
    left_out: dict[str, int]
    lost: Counter[str]
    added: Counter[str]
    items: tuple[LeftOut, ...]


def audit(pages: Sequence[Page], split: Split) -> Audit:
    """Compares what is printed on the pages of a document with what its passages hold."""
    lines = _characters(line.text for page in pages for block in page.blocks for line in block.lines)
    printed = lines + _characters(item.text for page in pages for item in page.left_out)
    kept: Counter[str] = Counter()
    by_kind: Counter[str] = Counter()
    for passage, label in zip(split.passages, split.labels, strict=True):
        held = _characters([label, passage.text])
        kept += held
        by_kind[_destination(passage)] += held.total()
    reasons: Counter[str] = Counter()
    for item in split.left_out:
        reasons[item.reason] += _characters([item.text]).total()
    accounted = kept + _characters(item.text for item in split.left_out)
    return Audit(
        printed.total(), dict(by_kind), dict(reasons), printed - accounted, accounted - printed, split.left_out
    )


def audit_text(found: Audit) -> str:
    """The audit for a person to read: totals first, then each piece of print that was left out, with its page and reason."""
    rows = [("printed", found.printed), *found.kept.items()]
    rows += [(f"left out: {reason}", count) for reason, count in found.left_out.items()]
    rows += [("lost", found.lost.total()), ("added", found.added.total())]
    lines = [f"{count:>9,}  {what}" for what, count in rows]
    lines += ["", *(f"p{item.page:<4} {item.reason}: {' '.join(item.text.split())[:120]}" for item in found.items)]
    return "\n".join(lines)


def _destination(passage: Passage) -> str:
    return "contents" if passage.section == "toc" else DESTINATIONS.get(passage.kind, "paragraphs and list items")


def _characters(texts: Iterable[str]) -> Counter[str]:
    """Letters and figures; white space, hyphens at line ends and other signs are joined or changed on the way."""
    return Counter(c for text in texts for c in text if c.isalnum())

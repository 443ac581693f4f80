"""The numbers, letters and bullets that open a paragraph, and the text after them."""

import re
from dataclasses import dataclass

WORD_LABELS = (
    "recommendation|overview recommendation|rec|finding|learning point|key learning point|key learning|learning|lesson|key lesson|"
    "question|theme|action|issue|point|priority|key message|message|practice point|action point|consideration|objective|standard|"
    "tor|term of reference|kloe|key line of enquiry|line of enquiry|key practice episode|key episode|episode|outcome|aim"
).replace(" ", r"\s")

# Glyphs that are bullets wherever they open a line, and signs that are bullets before a gap; both inside square brackets.
BULLET_GLYPHS = r"•●○◦▪▫■□➢➤►▶✓✔❖➔→·∙‣⁃\ufffd\ue000-\uf8ff"
BULLET_SIGNS = r"*o§–—-"
BULLET = re.compile(rf"^(?:[{BULLET_GLYPHS}]+|[{BULLET_SIGNS}](?=[\s\t]))[\s\t]*(?=\S)")

_NUMBER = re.compile(
    rf"""^(?P<label>
        (?P<word>(?i:{WORD_LABELS})\s+(?:[Nn]o\.?\s*)?(?:\d{{1,3}}(?:\.\d{{1,3}})*[a-z]?|[A-Z]|[ivx]{{1,4}}|(?i:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)))(?=\s*[:.)–—-]|\t|$|(?<=\d)\s+[A-Z“"‘'])
      | (?P<decimal>[A-Z]?\d{{1,3}}(?:\.\d{{1,3}}){{1,4}})(?=[.:)]?[\s\t]|[.:]?$)
      | (?P<prefixed>[A-Z]{{1,6}}[\s-]?\d{{1,3}}(?:\.\d{{1,3}})*[a-z]?)(?=[.:)]|\s*\t|\s[–—-]\s|$)
      | (?P<coded>(?:R|F|L|LP|LL|KF|KL|REC|Q|RR|P|KLP|PP)\s?\d{{1,2}}(?:\.\d{{1,2}})?[a-z]?)(?=\s+[A-Z“"‘'])
      | (?P<agency>[A-Z]{{2,5}}\d{{1,2}}[a-z]?)(?=\s+[A-Z](?:\S+\s+){{1,7}}?(?:should|must|will|to\s+(?:ensure|review|provide|consider|include|develop|seek|audit|remind|introduce|establish|agree|report|make|work|write|set|give|share|strengthen))\b)
      | (?P<bracketed>\(?(?:[a-zA-Z]|[ivxlc]{{1,6}}|\d{{1,3}})\))(?=[\s\t]|$)
      | (?P<squared>\[\d{{1,3}}\])(?=[\s\t]|$)
      | (?P<stopped>(?:\d{{1,3}}|[a-zA-Z]|[ivx]{{1,5}})\.)(?=\t|\s+[A-Z“"‘'(\[])
      | (?P<lettered>(?:[a-h]|[ivx]{{2,4}})\.)(?=\s+\S)
      | (?P<bare>\d{{1,3}}|[a-z]|[A-Z]\.\d{{1,2}})(?=\t)
    )[\s\t]*[.:)–—-]*[\s\t]*""",
    re.VERBOSE,
)


# The styles of number that may stand on a line of their own.
STANDS_ALONE = ("word", "prefixed", "coded", "decimal")


@dataclass(frozen=True, slots=True)
class Opening:
    """How a paragraph opens: `number` as printed without its final stop, `bullet` true for a bullet, and the `text` after."""

    number: str | None
    bullet: bool
    text: str
    style: str | None = None


def opening(text: str) -> Opening:
    """Takes the number or bullet off the start of a paragraph. A tab stands for a wide gap on the page."""
    bullet = BULLET.match(text)
    if not bullet:
        return _numbered(text)
    rest = text[bullet.end() :]
    inner = _numbered(rest)  # "• Recommendation 1: ..." bears a number too
    return (
        Opening(inner.number, True, inner.text, "bullet")
        if inner.style == "word"
        else Opening(None, True, rest, "bullet")
    )


def _numbered(text: str) -> Opening:
    match = _NUMBER.match(text)
    if not match:
        return Opening(None, False, text)
    style = next(name for name, value in match.groupdict().items() if value and name != "label")
    label, rest = match["label"], text[match.end() :]
    # "finding 2" in a sentence is words; a lone figure or letter numbers nothing.
    if (style == "word" and not label[0].isupper()) or (not rest.strip() and style not in STANDS_ALONE):
        return Opening(None, False, text)
    return Opening(" ".join(label.rstrip(".: ").split()), False, rest, style)


def heading_opening(text: str) -> Opening:
    """Takes the number off the start of a heading, where a plain figure before a capital is one too."""
    found = opening(text)
    plain = re.match(r"(\d{1,2})\s+(?=[A-Z])", text)
    return Opening(plain[1], False, text[plain.end() :], "bare") if found.style is None and plain else found


def depth(number: str) -> int | None:
    """How deep a heading's number is: 1 for "3", 2 for "3.1"; None when it is not made of figures."""
    figures = number.strip(".")
    return figures.count(".") + 1 if re.fullmatch(r"[A-Z]?\d+(\.\d+)*", figures) else None


def is_list_item(opening: Opening) -> bool:
    """Whether a paragraph that opens so is an item of a list: a bullet, a letter or a small Roman number."""
    return opening.bullet or (
        opening.style in ("bracketed", "stopped", "lettered", "bare")
        and not (opening.number or "").rstrip(".").isdigit()
    )

"""The part of a passage that shows best why it was found, as safe HTML with the words found marked."""

from collections.abc import Collection, Sequence
from html import escape

from indexer.retrieval.analysis import Token

WINDOW = 40  # words shown of a long passage
WHOLE = 60  # passages up to this many words are shown whole

Span = tuple[int, int]


def snippet(text: str, tokens: Sequence[Token], terms: Collection[str], phrases: Sequence[Sequence[str]]) -> str:
    """Escaped HTML with only <mark>: `tokens` are those of `text`; phrases are rows of words or of terms."""
    found = [token for token in tokens if token.term in terms] + _in_phrases(tokens, phrases)
    plain = [token for token in tokens if not token.joined]
    if len(plain) <= WHOLE:
        return _marked(text, found, (0, len(text)))
    first = min(_densest(found), len(plain) - WINDOW)
    last = first + WINDOW - 1
    start = plain[first].start if first else 0
    end = plain[last].end if last < len(plain) - 1 else len(text)
    return f"{'… ' if start else ''}{_marked(text, found, (start, end))}{' …' if end < len(text) else ''}"


def _in_phrases(tokens: Sequence[Token], phrases: Sequence[Sequence[str]]) -> list[Token]:
    plain = [token for token in tokens if not token.joined]
    found = []
    for phrase in phrases:
        for at in range(len(plain) - len(phrase) + 1):
            here = plain[at : at + len(phrase)]
            if all(wanted in (token.word, token.term) for wanted, token in zip(phrase, here, strict=True)):
                found += here
    return found


def _densest(found: Sequence[Token]) -> int:
    """The word at which the window with the most different terms, then the most words found, begins."""
    marks = sorted({(token.position, token.term) for token in found})
    best, best_worth = 0, (0, 0)
    for at, (start, _) in enumerate(marks):
        inside = [term for position, term in marks[at:] if position < start + WINDOW - 8]
        worth = (len(set(inside)), len(inside))
        if worth > best_worth:
            best, best_worth = max(0, start - 6), worth
    return best


def _marked(text: str, found: Sequence[Token], window: Span) -> str:
    start, end = window
    spans = _merged(text, [(token.start, token.end) for token in found if start <= token.start and token.end <= end])
    html, at = [], start
    for left, right in spans:
        html += [escape(text[at:left]), "<mark>", escape(text[left:right]), "</mark>"]
        at = right
    return "".join([*html, escape(text[at:end])]).strip()


def _merged(text: str, spans: Sequence[Span]) -> list[Span]:
    """Spans in order, those joined that overlap or have only a space or hyphen between them."""
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and (start <= merged[-1][1] or text[merged[-1][1] : start] in (" ", "-")):
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    return merged

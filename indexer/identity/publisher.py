"""Who published it: the board or body that signs the cover, the headers or the first pages."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from indexer.identity.front import Front, Print, fact, folded, readable
from indexer.identity.rules import Publisher, any_of, phrases, whole
from indexer.records import Fact

# What may stand between the capitalised words of a name.
JOINERS = frozenset(["and", "&", "of", "the", "upon", "with", "on", "in", "le", "y", "a", "under", "by"])
TOKEN = re.compile(r"[^\s,;:–—|()“”\"]+|[,;:–—|()“”\"]")
GENERIC = re.compile(
    r"(?:local |regional |area )*(?:safeguarding|child protection) ?(?:child(?:ren)?(?:['’]?s)?|children and young people|adults?)? ?"
    r"(?:board|partnership|committee)s?|lscb|lscp|acpc",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Named:
    """A board or body named in print; `alone` when nothing else stands on its lines."""

    name: str
    print_: Print
    start: int
    end: int
    alone: bool


def publisher(front: Front, rules: Publisher) -> tuple[Fact, ...]:
    """The publisher; two or more when boards sign together."""
    signs = tuple(_by_signs(front, rules))[:1]
    places = ((front.cover, 0.95, 0.75), (front.running, 0.85, 0.85), (front.pages, 0.7, 0.6), (front.whole, 0.5, 0.4))
    for prints, alone, within in places:
        if prints is front.pages and signs:
            return signs
        found = [named for p in prints for named in names_in(p, rules)]
        signed = _distinct([n for n in found if n.alone])
        if signed:
            return tuple(_fact(n, alone) for n in _together(signed))
        introduced = [n for n in found if any_of(rules.introduced).search(n.print_.text, 0, n.start)]
        if introduced:
            return (_fact(introduced[0], 0.85),)
        if found:
            return (_fact(_commonest(found, prints), within),)
    return ()


def _fact(named: Named, confidence: float) -> Fact:
    return fact("publisher", named.name, named.print_.text[named.start : named.end], named.print_.page, confidence)


def _distinct(found: list[Named]) -> list[Named]:
    seen: dict[str, Named] = {}
    for named in found:
        seen.setdefault(named.name.lower(), named)
    return list(seen.values())


def _together(signed: list[Named]) -> list[Named]:
    """Boards of one kind whose names stand right after each other sign together; else the first signs."""
    first, joint = signed[0], [signed[0]]
    for named in signed[1:]:
        same_kind = named.name.split()[-1] == first.name.split()[-1]
        if same_kind and named.print_.page == first.print_.page and abs(named.print_.size - first.print_.size) < 0.6:
            joint.append(named)
    return joint[:4]


def _commonest(found: list[Named], prints: tuple[Print, ...]) -> Named:
    counts = Counter(named.name.lower() for named in found)
    return max(found, key=lambda named: (counts[named.name.lower()], -prints.index(named.print_)))


def _by_signs(front: Front, rules: Publisher) -> Iterator[Fact]:
    for body, signs in rules.signs.items():
        for print_ in (*front.running, *front.whole):
            if match := any_of(signs).search(print_.text):
                yield fact("publisher", body, match[0], print_.page, 0.6)


def names_in(print_: Print, rules: Publisher) -> Iterator[Named]:
    """All boards and bodies that print names, generic ones ("the Safeguarding Board") aside."""
    text = readable(print_.text)
    taken = 0
    for body in phrases((*rules.bodies, *(b.replace(" and ", " & ") for b in rules.bodies))).finditer(text):
        name = next(b for b in rules.bodies if _plain(b) == _plain(body[0]))
        yield Named(name, print_, body.start(), body.end(), _alone(text, body.start(), body.end()))
        taken = max(taken, body.end())
    for board in whole((*rules.boards_of, *rules.boards)).finditer(text):
        if board.start() < taken or not _is_name(board[0]):
            continue
        start, end = _start(text, board.start(), rules), _end(text, board, rules)
        name = folded(text[start:end]).removeprefix("The ").removeprefix("the ")
        if start < board.start() or end > board.end():
            start += len(text[start:end]) - len(re.sub(r"^the\s+", "", text[start:end], flags=re.I))
            if GENERIC.sub("", name).strip():
                yield Named(name, print_, start, end, _alone(text, start, end))
                taken = end


def _plain(name: str) -> str:
    return folded(name).lower().replace("'", "’").replace(" & ", " and ").replace("-", " ")


def _is_name(board: str) -> bool:
    """Whether a kind of board is written as part of a name, not in passing ("the safeguarding partnership")."""
    return bool(re.match(r"[A-Z]", board)) or board.split()[-1][0].isupper()


def _start(text: str, start: int, rules: Publisher) -> int:
    """Where a name begins of which the kind of board begins at `start`: the capitalised words before it."""
    begin, joined, lines = start, False, 0
    strangers = {word.lower() for word in rules.not_name}
    for token in reversed(list(TOKEN.finditer(text, max(0, start - 120), start))):
        gap = text[token.end() : begin]
        lines += "\n" in gap
        if ("\n" in gap and begin < start and not joined and not _wraps(text, token.end())) or lines > 2:
            break
        word = token[0]
        if word == "," and joined and begin < start:
            continue
        if word.lower() in JOINERS and begin < start:
            joined = word.lower() in ("and", "&")
            continue
        if not word[0].isupper() or (word.lower() in strangers and begin >= start) or word.lower() in strangers:
            break
        begin = token.start()
    return begin


def _wraps(text: str, end: int) -> bool:
    """Whether the line that ends here goes on in the next: it ends with a word such as "and"."""
    last = text[:end].rsplit("\n", 1)[-1].split()
    return bool(last) and last[-1].lower() in JOINERS


def _end(text: str, board: re.Match[str], rules: Publisher) -> int:
    """Where a name ends that may go on with "for Thornby and Dale"."""
    if not re.search(r"\s(?:for|of)$", board[0], re.I):
        return board.end()
    place = re.match(r"\s+(?:the )?[A-Z][\w’'-]+(?:(?:,| and| &| of)?\s+[A-Z][\w’'-]+)*", text[board.end() :])
    return board.end() + (place.end() if place else 0)


def _alone(text: str, start: int, end: int) -> bool:
    """Whether little but an acronym, a web address or a name in another language stands on the same lines."""
    first = text.rfind("\n", 0, start) + 1
    last = text.find("\n", end)
    rest = text[first:start] + " " + text[end : last if last >= 0 else len(text)]
    rest = re.sub(
        r"\([A-Z]{2,8}\)|^\s*(?:the|[A-Z]{3,9}\s*[:–-])\s|(?:\d{1,2}\w* )?\w* ?(?:19|20)\d\d|[^\w]",
        " ",
        rest,
        flags=re.I,
    )
    return len(rest.split()) <= 1

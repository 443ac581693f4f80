"""Whom it is about: a letter, a code or a pseudonym, never a real name looked for elsewhere."""

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache

from indexer.identity.front import Front, Print, fact, folded, readable
from indexer.identity.rules import Rules, any_of
from indexer.records import Fact

_CODE = r"(?:[A-Z]{1,3}\d{0,3}|\d{1,3})"
_AND = r"(?:\s*,\s*(?:and\s+)?|\s+and\s+|\s*&\s*)"
_OPEN, _SHUT = "[“‘\"']", "[”’\"']"
_QUOTED = rf"{_OPEN}(?P<{{0}}>[A-Z][\w’-]{{0,20}}(?: [A-Z][\w-]{{0,15}})?){_SHUT}(?!\w)"
QUOTED = re.compile(rf"{_OPEN}[A-Z][\w-]{{0,20}}{_SHUT}(?!\w)(?:{_AND}{_OPEN}[A-Z][\w-]{{0,20}}{_SHUT}(?!\w)){{0,5}}")
FIRST = re.compile(r"[A-Z][\w-]*")


@cache
def _lettered(prefixes: tuple[str, ...]) -> re.Pattern[str]:
    """ "Child A", "Siblings K", "Children A, B and C", "Child F and Child G", "Young Person R’s" without the ending."""
    kinds = "|".join(
        re.escape(p)
        for p in sorted({*prefixes, *(p + "s" for p in prefixes), "Children", "Babies"}, key=lambda p: -len(p))
    )
    one = rf"(?:{kinds})[ \n-]{_CODE}"
    return re.compile(rf"\b{one}(?:{_AND}(?:{one}|{_CODE}))*\b(?![’'](?:[a-rt-z]))")


@cache
def _pseudonym(prefixes: tuple[str, ...], strangers: tuple[str, ...]) -> re.Pattern[str]:
    """ "Baby Wren", "Child Alex", "Family Smith": a prefix and a capitalised word that is no term of the trade."""
    kinds = "|".join(("Baby", "Infant", "Child", "Young Person", "Family", "Sibling"))
    return re.compile(
        rf"\b(?:{kinds})[ \n](?!(?i:{'|'.join(map(re.escape, strangers))})\b)[A-Z][a-z]+\b(?! (?:Safeguarding|Board|Protection))"
    )


@cache
def _introduced(introductions: tuple[str, ...], strangers: tuple[str, ...]) -> re.Pattern[str]:
    no = rf"(?!(?i:{'|'.join(map(re.escape, strangers))})\b)"
    name = rf"{no}[A-Z][a-z]+(?!\w)"
    return re.compile(
        rf"(?i:(?<!\w)(?:{'|'.join(re.escape(i).replace(chr(92) + '?', '?') for i in introductions)}))[ \n]+(?P<name>{name}(?:{_AND}{name}){{0,3}})(?![\w’'-]| [A-Z])"
    )


def name_in(text: str, rules: Rules, *, whole_line: bool = False) -> re.Match[str] | None:
    """The first name of a subject in a title or line; `whole_line` when nothing else may stand there."""
    patterns = (_lettered(rules.prefixes), _pseudonym(rules.prefixes, rules.subject.not_pseudonym), QUOTED)
    for pattern in patterns:
        found = pattern.fullmatch(text.strip()) if whole_line else pattern.search(text)
        if found:
            return found
    return None


def subject(front: Front, title: Fact | None, rules: Rules, *, of_one_case: bool = True) -> Fact | None:
    """The subject named in the title, on the cover, in the headers, most often on the first pages; last, the code of the case."""
    titles = (_as_print(title),) if title else ()
    for prints, confidence in ((titles, 0.95), (front.cover, 0.85), (front.running, 0.8))[: 3 if of_one_case else 1]:
        for print_ in prints:
            if (found := name_in(readable(print_.text), rules)) and found[0].strip():
                return _fact(found[0], print_, found.start(), found.end(), confidence)
    for print_ in (*(p for p in front.cover if title and p.plain in (title.words or "")), *titles):
        if named := _introduced_name(print_, rules):
            return named
    return (_commonest(front, rules) or _coded(front, rules)) if of_one_case else None


def _as_print(title: Fact) -> Print:
    return Print(title.words or "", title.page or 1)


def _introduced_name(print_: Print, rules: Rules) -> Fact | None:
    found = _introduced(rules.subject.introductions, rules.subject.not_pseudonym).search(readable(print_.text))
    if not found:
        return None
    return _fact(found["name"], print_, found.start("name"), found.end("name"), 0.7)


def _fact(name: str, print_: Print, start: int, end: int, confidence: float) -> Fact:
    return fact("subject", _value(name), print_.text[start:end], print_.page, confidence)


def _value(name: str) -> str:
    bare = re.sub(r"[“”\"]|(?<!\w)[‘']|[’'](?!\w)", "", folded(name))
    return re.sub(r"\s*&\s*", " and ", re.sub(r"(?<=[a-z])-(?=[A-Z]{1,2}\d*$)", " ", bare))


def _commonest(front: Front, rules: Rules) -> Fact | None:
    """The subject named most often by the sentences that open the document, relatives and staff aside."""
    lettered = _lettered(tuple(p for p in rules.prefixes if p not in ("Mr", "Ms", "Adult", "Case")))
    counts: Counter[str] = Counter()
    first: dict[str, tuple[Print, int, int]] = {}
    for print_ in front.opening[:120]:
        for match in lettered.finditer(print_.text):
            counts[_value(match[0])] += 1
            first.setdefault(_value(match[0]), (print_, match.start(), match.end()))
    name, count = counts.most_common(1)[0] if counts else ("", 0)
    if count < 2:
        return None
    print_, start, end = first[name]
    return _fact(name, print_, start, end, 0.6 if count < 5 else 0.75)


def _coded(front: Front, rules: Rules) -> Fact | None:
    for print_ in front.short:
        if code := any_of(rules.subject.codes, re.NOFLAG).search(print_.text):
            return _fact(code[0], print_, code.start(), code.end(), 0.6)
    return None


def names_of(subject: str | None, rules: Rules) -> tuple[str, ...]:
    """The single names of a subject, as running text uses them: "Child F", "F", "Rowan"."""
    if not subject:
        return ()
    parts = [p for p in re.split(r"\s*,\s*(?:and\s+)?|\s+and\s+", subject) if p]
    short = [p.rpartition(" ")[2] for p in parts if len(p.rpartition(" ")[2]) <= 4 or " " in p]
    return tuple(dict.fromkeys([*parts, *short, *_numbered(short)]))


def _numbered(short: list[str]) -> Iterator[str]:
    yield from (f"{code}{n}" for code in short if len(code) <= 2 for n in range(1, 7))


def is_plural(subject: str | None) -> bool:
    """Whether a subject is several children."""
    return bool(subject and re.search(r"\band\b|,|^(?:Siblings|Children|Family|Babies)\b", subject))

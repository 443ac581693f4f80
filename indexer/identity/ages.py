"""How old the child was, or the children were: at the incident, where the document says so."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from indexer.identity.front import Front, Print, fact
from indexer.identity.rules import Rules, whole
from indexer.identity.subject import is_plural, names_of
from indexer.records import Fact

_UNITS = [
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
    "twenty",
    "twenty-one",
    "twenty-two",
    "twenty-three",
    "twenty-four",
]
NUMBERS = {word: n for n, word in enumerate(_UNITS, 1)}
_N = "|".join([r"\d{1,2}", *sorted(NUMBERS, key=lambda w: -len(w))])
_UNIT = r"days?|weeks?|months?|years?"
AGE = re.compile(
    rf"\baged?\s+(?:of\s+|just\s+|only\s+|about\s+|around\s+|nearly\s+|almost\s+)?(?:between\s+)?(?P<a1>{_N})(?:\s*(?P<au1>{_UNIT}))?(?:\s*(?:and|to|–|-)\s*(?P<a2>{_N}))?(?:[\s-]+(?P<au>{_UNIT}))?(?!\w)(?!\s+(?:or under|or over|children\b))"
    rf"|\b(?P<b1>{_N})(?:\s+and\s+a\s+half)?[\s-]+(?P<bu>{_UNIT})[\s-]+(?:old|of\s+age)\b"
    rf"|\b(?:(?:was|were|is|turned|had\s+turned)\s+(?:just\s+|only\s+|about\s+|nearly\s+)?|(?:boy|girl|child|person|baby|toddler|teenager)\s+of\s+)(?P<c1>{_N})(?:[\s-]+(?P<cu>{_UNIT}))?(?=\s+(?:when|who|the\s+\w+\s+before|at the time|and|years)\b|[.,;)]|$)"
    rf"|\((?P<d1>{_N})(?:\s+(?P<du>{_UNIT}))?\)",
    re.I,
)
BANDS = (("under-1", 1.0), ("age-1-5", 6.0), ("age-6-10", 11.0), ("age-11-15", 16.0), ("age-16-17", 18.5))
PER_YEAR = {"day": 365.0, "week": 52.0, "month": 12.0, "year": 1.0}
# How far from an age a word still says whose it is, and how many children's ages the opening tells of.
REACH = 160
AT_INCIDENT, NAMED = 2.0, 1.0
# Of several children, ages told within so many sentences with an age are told together.
NEAR = 4


@dataclass(frozen=True, slots=True)
class _Told:
    """The bands that one sentence gives the child, and how surely it is the age at the incident."""

    bands: tuple[str, ...]
    print_: Print
    score: float


def age_bands(front: Front, subject: str | None, review: bool, rules: Rules) -> tuple[Fact, ...]:
    """The bands of the subjects' ages; of one child, the age at the incident; a name "Baby" is the last resort."""
    if not (subject or review):
        return ()
    told = [found for print_ in front.opening if (found := _told(print_, subject, rules))]
    if not told:
        return tuple(_by_name(front, subject))
    several = is_plural(subject) or (subject is None and len(told[0].bands) > 1)
    kept = _of_several(told) if several else [max(told, key=lambda t: t.score)]
    facts: dict[str, Fact] = {}
    for found in kept:
        confidence = 0.85 if found.score >= AT_INCIDENT else 0.7
        for band in found.bands:
            facts.setdefault(band, fact("age_band", band, found.print_.text, found.print_.page, confidence))
    order = [band for band, _ in BANDS]
    return tuple(sorted(facts.values(), key=lambda f: order.index(f.value) if f.value in order else -1))


def _of_several(told: list[_Told]) -> list[_Told]:
    """The sentences that give the children's ages: the best, and those near it."""
    best = max(told, key=lambda t: (len(t.bands), t.score))
    place = told.index(best)
    return [
        t
        for t in told[max(0, place - NEAR) : place + NEAR + 1]
        if t.score >= best.score - 1 and abs(t.print_.page - best.print_.page) <= 1
    ]


def _told(print_: Print, subject: str | None, rules: Rules) -> _Told | None:
    text = print_.text
    bands: list[str] = []
    for match in AGE.finditer(text):
        if _is_childs(text, match, subject, rules) and not _is_no_age(text, match, rules):
            bands += _bands(match)
    for band, wordings in rules.ages.words.items():
        if (
            (word := whole(wordings).search(text))
            and any(name in text for name in names_of(subject, rules)[:2])
            and not bands
        ):
            bands += [band] if _is_childs(text, word, subject, rules) else []
    if not bands:
        return None
    score = AT_INCIDENT * bool(whole(rules.dates.incident).search(text))
    score += NAMED * any(re.search(rf"\b{re.escape(name)}\b", text) for name in names_of(subject, rules))
    score -= (
        1.5 * bool(re.search(r"\b(?:review|period|first (?:known|came)|referred|moved|born)\b", text)) * (score < 3)
    )
    return _Told(tuple(dict.fromkeys(bands)), print_, score)


def _bands(match: re.Match[str]) -> Iterator[str]:
    for group, unit in (("a", match["au"] or match["au1"]), ("b", match["bu"]), ("c", match["cu"]), ("d", match["du"])):
        low = match[f"{group}1"]
        if low is None:
            continue
        per = _per_year(unit)
        own = _per_year(match["au1"]) if group == "a" and match["au1"] else per
        high = match["a2"] if group == "a" and (own == per or "between" in match[0].lower()) else None
        yield from _between(_number(low) / own, _number(high) / per if high else _number(low) / own)


def _per_year(unit: str | None) -> float:
    return PER_YEAR[(unit or "years").lower().rstrip("s")]


def _between(low: float, high: float) -> Iterator[str]:
    start = 0.0
    for band, end in BANDS:
        if low < end and high >= start and low < BANDS[-1][1]:
            yield band
        start = end


def _number(word: str) -> int:
    return int(word) if word.isdigit() else NUMBERS[word.lower()]


def _is_childs(text: str, age: re.Match[str], subject: str | None, rules: Rules) -> bool:
    """Whether the person named nearest, before the age or right after it, is the child."""
    names = tuple(re.escape(name) for name in names_of(subject, rules))
    siblings = rules.ages.siblings
    family = is_plural(subject)
    child = whole((*names, *(siblings if family else ()), *rules.ages.child))
    other = whole((*rules.ages.other, *(() if family else siblings)))
    followed = _follows(text, age.end(), child, other) if age.groupdict().get("b1") else None
    if followed is not None:
        return followed
    left = max(0, age.start() - REACH)
    mine = max((m.end() for m in child.finditer(text, left, age.start() + 6)), default=-1)
    theirs = max((m.end() for m in other.finditer(text, left, age.start() + 6)), default=-1)
    return mine > theirs if mine >= 0 or theirs >= 0 else False


RELATIVE = re.compile(r"(?:half|step|older|elder|younger|brother|sister|sibling|mother|father|parent)", re.I)


def _follows(text: str, end: int, child: re.Pattern[str], other: re.Pattern[str]) -> bool | None:
    """Whether the word or two after "three-month-old" is the child; None where it is nobody."""
    for gap in (r"[\s,-]*", r"[\s,-]*\w+\s"):
        space = re.match(gap, text[end:])
        start = end + (space.end() if space else 0)
        if RELATIVE.match(text, start) or other.match(text, start):
            return False
        if child.match(text, start):
            return True
    return None


def _is_no_age(text: str, age: re.Match[str], rules: Rules) -> bool:
    before = text[max(0, age.start() - 25) : age.start()]
    after = text[age.end() : age.end() + 20]
    near = whole(rules.ages.not_age)
    last = before.split()[-1:] or [""]
    return bool(near.match(after.strip()) or near.fullmatch(last[0]) or re.search(r"born at\s*$|until\s*$", before))


def _by_name(front: Front, subject: str | None) -> Iterator[Fact]:
    """A subject called Baby or Infant was under one, as a rule."""
    if subject and re.match(r"(?:Baby|Infant)\b", subject):
        for print_ in (*front.cover, *front.pages):
            if found := re.search(r"\b(?:baby|infant)\b", print_.text, re.I):
                yield fact("age_band", "under-1", found[0], print_.page, 0.5)
                return

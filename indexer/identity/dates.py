"""Dates of a document: of its incident, its completion, its publication, and the period that it looks at."""

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass

from indexer.identity.front import Front, Print, fact
from indexer.identity.rules import Rules, whole
from indexer.records import Fact

MONTHS = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]
_MONTH = "|".join([*MONTHS, *(month[:3] for month in MONTHS if month != "may"), "sept"])
_YEAR = r"(?:19|20)\d\d"
DATE = re.compile(
    rf"\b(?:(?P<day>\d{{1,2}})\s?(?:st|nd|rd|th)?\s+(?:of\s+)?)?(?P<month>{_MONTH})\b\.?,?\s+(?:(?P<after>\d{{1,2}})(?:st|nd|rd|th)?,?\s+)?(?P<year>{_YEAR})\b"
    rf"|\b(?P<d>\d{{1,2}})[./-](?P<m>\d{{1,2}})[./-](?P<y>{_YEAR}|\d\d)\b"
    rf"|\b(?P<iso>{_YEAR}-\d\d-\d\d)\b"
    rf"|(?<![\d/.-])(?P<only>{_YEAR})(?![\d/-])\b",
    re.I,
)
FIGURE = re.compile(r"\d\d")  # every date has one, most sentences none
PRECISION = {4: "year", 7: "month", 10: "day"}
TO = re.compile(
    r"(?:,[^,.;]{3,60},)?\s*(?:to|until|up to|up until|through to|and|–|—|-|till)\s*(?:the end of\s*)?(?:late |early |mid-?)?",
    re.I,
)
# What a year may be part of without being a date: a span, the code of a case.
NO_YEAR = re.compile(r"\bto\b|[-–/]|\b[A-Z]{3,}\b")
# A label stands at most so many characters before its date.
REACH = 90
OWN = re.compile(
    r"\b(?:this|the) (?:\w+ ){0,3}(?:report|review|summary|document|briefing|version)\b|^[^.]{0,40}\d{4}\.", re.I
)


@dataclass(frozen=True, slots=True)
class Dated:
    """A date in a text, in ISO 8601 cut to what is known."""

    value: str
    start: int
    end: int


def dates_in(text: str) -> list[Dated]:
    """All dates that a text gives, in order."""
    if not FIGURE.search(text):
        return []
    return [Dated(value, m.start(), m.end()) for m in DATE.finditer(text) if (value := _iso(m))]


def _iso(date: re.Match[str]) -> str | None:
    if date["only"] or date["iso"]:
        return date["only"] or date["iso"]
    if date["month"]:
        month = next(i for i, name in enumerate(MONTHS, 1) if name.startswith(date["month"].lower()[:3]))
        return _joined(date["year"], month, int(date["day"] or date["after"] or 0))
    year = date["y"] if len(date["y"]) == 4 else f"20{date['y']}"
    return _joined(year, int(date["m"]), int(date["d"])) if 1 <= int(date["m"]) <= 12 else None


def _joined(year: str, month: int, day: int) -> str:
    return f"{year}-{month:02d}" + (f"-{day:02d}" if 1 <= day <= 31 else "")


def dates(front: Front, rules: Rules) -> Iterator[Fact]:
    """The dates that a document gives, the surest of each kind."""
    for found in (_published(front, rules), _completed(front, rules), _period(front, rules), _incident(front, rules)):
        if found:
            yield found


def _fact(kind: str, date: Dated, print_: Print, confidence: float, start: int | None = None) -> Fact:
    words = print_.text[date.start if start is None else start : date.end]
    return fact("date", date.value, words, print_.page, confidence, kind, PRECISION[len(date.value)])


# --- of the document ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Labelled:
    """A date with the label before it: published, completed, other or none."""

    date: Dated
    print_: Print
    label: str
    start: int


def _labelled(front: Front, rules: Rules) -> Iterator[_Labelled]:
    labels = {kind: whole(getattr(rules.dates, kind)) for kind in ("published", "completed", "other")}
    before = ""
    for print_ in front.credits:
        end = 0
        if _tells_of_others(print_.plain):
            continue
        for date in dates_in(print_.text):
            lead = print_.text[max(end, date.start - REACH) : date.start]
            offset = date.start - len(lead)
            if not lead.strip(" \n\t:–-") and end == 0 and len(before) < 60:
                lead = before.rpartition("\n")[2]
                offset = date.start
            label, at = _label(lead, labels)
            if end and TO.fullmatch(print_.text, end, date.start):
                label = "other"  # the end of a span
            yield _Labelled(date, print_, label, offset + at if offset != date.start else date.start)
            end = date.end
        before = print_.text


def _tells_of_others(text: str) -> bool:
    """Whether print is a sentence, and not one that tells of this report."""
    return len(text.split()) > 8 and text.endswith((".", "”", "’")) and not OWN.search(text)


def _label(lead: str, labels: dict[str, re.Pattern[str]]) -> tuple[str, int]:
    """The label that stands last in the words before a date, and where."""
    found = [(match.end(), match.start(), kind) for kind, label in labels.items() for match in label.finditer(lead)]
    last = max(found, default=None, key=lambda row: (row[0], -row[1]))
    if last is None or len(lead[last[0] :].split()) > 5 or "." in lead[last[0] :].strip():
        return "", len(lead)
    return last[2], last[1]


def _published(front: Front, rules: Rules) -> Fact | None:
    """The date after a word such as "Published" on the cover; else one that no word claims; else one said further on."""
    found = list(_labelled(front, rules))
    said = [row for row in found if row.label == "published"]
    first = front.cover[0].page if front.cover else 0
    for row in said:
        if row.print_.page == first or row.print_.edge:
            return _fact("published", row.date, row.print_, 0.95, row.start)
    return _unclaimed(found, front, first) or next(
        (_fact("published", r.date, r.print_, 0.75, r.start) for r in said if len(r.date.value) > 4), None
    )


def _unclaimed(found: list[_Labelled], front: Front, first: int) -> Fact | None:
    """The last date of the cover, or of a running header, that no word claims."""
    for prints, confidence in ((front.credits, 0.7), (front.running, 0.6)):
        free = [row for row in found if not row.label and row.print_ in prints and row.print_.page == first]
        free = [row for row in free if _stands_free(row, prints)]
        months = [row for row in free if len(row.date.value) > 4]
        if months:
            return _fact("published", months[-1].date, months[-1].print_, confidence)
        if free and confidence == 0.7 and not any(row.label == "completed" for row in found):
            return _fact("published", free[-1].date, free[-1].print_, 0.4)
    return None


def _stands_free(row: _Labelled, prints: tuple[Print, ...]) -> bool:
    """Whether a date is a line of its own or ends one; not part of a sentence, a title or a range of years."""
    line = row.print_.text[row.print_.text.rfind("\n", 0, row.date.start) + 1 :].partition("\n")[0]
    largest = max(p.size for p in prints)
    if len(row.date.value) == 4:
        rest = DATE.sub("", line)
        spare = len(rest.split()) <= 3 and row.print_.size < largest and not NO_YEAR.search(line)
        return spare or not rest.split()
    return len(line.split()) <= 14 or row.print_.edge


def _completed(front: Front, rules: Rules) -> Fact | None:
    rows = [row for row in _labelled(front, rules) if row.label == "completed" and row.print_.is_short]
    cover = [row for row in rows if row.print_ in front.cover or row.print_ in front.running]
    best = next(iter(cover or rows), None)
    return _fact("completed", best.date, best.print_, 0.9 if cover else 0.7, best.start) if best else None


# --- of what it tells ---------------------------------------------------------------------------------------------


def _period(front: Front, rules: Rules) -> Fact | None:
    """Two dates with "to" between them, after words such as "the period under review"."""
    best: tuple[float, Fact] | None = None
    for print_ in front.opening:
        found = dates_in(print_.text)
        for one, two in itertools.pairwise(found):
            cue = list(whole(rules.dates.period).finditer(print_.text, max(0, one.start - REACH), one.start))
            if not cue or not TO.fullmatch(print_.text, one.end, two.start) or one.value > two.value:
                continue
            sure = 0.85 if re.search(r"review|period|time ?frame|time ?line|scope", print_.text, re.I) else 0.5
            if best is None or sure > best[0]:
                value = f"{one.value}/{two.value}"
                words = print_.text[cue[0].start() : two.end]
                precision = PRECISION[min(len(one.value), len(two.value))]
                best = sure, fact("date", value, words, print_.page, sure, "period", precision)
    return best[1] if best else None


def _incident(front: Front, rules: Rules) -> Fact | None:
    """The date nearest to the words that tell of a death or injury, in the first sentence that has both."""
    verbs, passed = whole(rules.dates.incident), whole(rules.dates.not_incident)
    best: tuple[float, Fact] | None = None
    for print_ in front.opening:
        found = [d for d in dates_in(print_.text) if not _of_period(d, print_.text)]
        told = list(verbs.finditer(print_.text))
        if not found or not told:
            continue
        date = min(found, key=lambda d: min(_gap(d, verb) for verb in told))
        gap = min(_gap(date, verb) for verb in told)
        clause = print_.text[max(0, date.start - 40) : date.end + 12]
        sure = 0.8 - 0.3 * bool(passed.search(clause)) - (0.15 if gap > 90 else 0) - 0.2 * (len(date.value) == 4)
        if best is None or sure > best[0] + 0.1:
            best = (
                sure,
                fact(
                    "date", date.value, print_.text, print_.page, round(sure, 2), "incident", PRECISION[len(date.value)]
                ),
            )
    return best[1] if best and best[0] >= 0.5 else None


def _gap(date: Dated, verb: re.Match[str]) -> int:
    return date.start - verb.end() if verb.end() <= date.start else int(1.5 * (verb.start() - date.end)) + 5


def _of_period(date: Dated, text: str) -> bool:
    return bool(
        re.search(
            r"\b(?:born|birth|between|from|until)\s+(?:in |on )?(?:\w+ ){0,2}$",
            text[max(0, date.start - 25) : date.start],
            re.I,
        )
    )

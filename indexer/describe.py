"""First pages + catalogue -> ReviewRecord: what a document is, by its source's catalogue first and its own words second."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from indexer.records import Block, Document, Extracted, Page, ReviewRecord
from indexer.taxonomy import Case, CataloguedDocument, Source, Taxonomy, Term

VERSION = "2"

FIRST_PAGES = 3
# A block of more words is running text, not print of a title page.
SHORT = 30
# A review of more words than this is a report in full.
REPORT_WORDS = 4000
SMALL_WORDS = frozenset(
    ["a", "an", "and", "at", "by", "for", "from", "in", "into", "of", "on", "or", "the", "to", "upon", "with"]
)
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
_MONTH = "|".join(MONTHS) + "|" + "|".join(m[:3] for m in MONTHS if m != "may") + "|sept"
DATE = re.compile(
    rf"\b(?:(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?)?(?P<month>{_MONTH})\.?,?\s+(?P<year>(?:19|20)\d\d)\b|\b(?P<only>(?:19|20)\d\d)\b",
    re.I,
)
PUBLISHED = re.compile(
    r"(?:\bdate of publication|\bpublication date|\bpublished(?: on| in)?|\bpublication)\s*:?\s*(?:on |in )?", re.I
)
NAMED = r"(?:\b[A-Z][\w’']{1,30}(?:,? (?:and|of|the|upon|with|on) |,? |-))"
PUBLISHER = re.compile(
    rf"(?:{NAMED}{{1,5}}(?:Local |Regional )?(?:Safeguarding (?:Children(?:[’']s)?|Child|Children and Adults?) (?:Board|Partnership)|Safeguarding Board|"
    r"Child Protection Committee|Area Child Protection Committee)|Child Safeguarding Practice Review Panel|Safeguarding Board for Northern Ireland|Ofsted|HM Government|Department for Education)"
)
TELLING = re.compile(r"(?:overview|executive|concise|extended)\b.{0,40}$", re.I)
GENERIC = re.compile(
    r"(?:the )?(?:local |regional )?safeguarding (?:children['’]?s?|child) (?:board|partnership)", re.I
)
NOT_NAME = re.compile(
    r"^(?:(?:The|This|A|An|Of|By|In|For|To|At|Review|Case|Serious|Report|Independent|Chair|Overview|Author|From|Statement)\b,?\s*(?:of the |of )?)+",
    re.I,
)
SUBJECT = re.compile(
    r"\b(?:Baby|Infant|Child|Young Person|Family|Sibling|Adult|Unborn|Case)(?:ren)? (?:[A-Z]{1,3}\d{0,3}|[A-Z]\d?(?:(?:,| and|, and) [A-Z]\d?)+)\b(?! ?[’']?[a-z])"
)
_PERSON = r"(?!The\b)(?:(?:Dr|Mr|Mrs|Ms|Professor|Prof)\.? )?[A-Z][\w’'-]+(?: [A-Z][\w’'-]+){1,2}"
AUTHOR = re.compile(
    r"(?i:(?:independent )?(?:lead |overview |overview report )?(?:reviewer|author)s?|written by|prepared by|report by)\s*:?\s+"
    rf"({_PERSON}(?:(?: and |, ){_PERSON})?)"
)
NUMBERS = {
    word: number
    for number, word in enumerate(
        [
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
        ],
        1,
    )
}
_NUMBER = "|".join([r"\d{1,2}", *NUMBERS])
AGE = re.compile(
    rf"\b(?:aged? (?:of )?|at the age of )?(?P<n>{_NUMBER})(?: and a half)?[- ]"
    rf"(?P<unit>days?|weeks?|months?|years?)(?:[- ]old)?\b|\baged (?P<years>{_NUMBER})\b",
    re.I,
)
NATIONAL_TYPES = frozenset({"national-cspr"})
NATIONAL_PUBLISHERS = (
    "Child Safeguarding Practice Review Panel",
    "Ofsted",
    "HM Government",
    "Department for Education",
)
# What an invented review says of itself on its cover.
FICTIONAL = re.compile(r"fictional example", re.I)
CONFIDENTIAL = re.compile(
    rf"confidential|{FICTIONAL.pattern}|not for (?:circulation|publication)|^draft|^final$|^page \d", re.I
)


@dataclass(frozen=True, slots=True)
class _Front:
    """What the first pages say: title, short print of the first page, all their text, running headers; and the whole text."""

    title: str
    cover: str
    text: str
    running: str
    whole: str


class Describer:
    """Says what documents are, with one vocabulary and the catalogues of the sources."""

    def __init__(self, taxonomy: Taxonomy, sources: Mapping[str, Source]) -> None:
        self._taxonomy = taxonomy
        self._sources = sources

    def describe(self, document: Document, extracted: Extracted) -> ReviewRecord:
        """What is known about a document. What neither catalogue nor first pages say is None or ()."""
        source = self._sources.get(document.source)
        case, listed = _catalogued(source, document)
        front = _front(extracted.pages)
        publisher = (listed and listed.publisher) or (source and source.name) or _publisher(front)
        review_type = (case and case.review_type) or self._review_type(front)
        kinds = (listed and listed.types) or self._kinds(front, review_type)
        subject = (case and case.subject) or _subject(front)
        title = (
            (listed and listed.title)
            or front.title
            or document.key.rpartition("/")[2].replace("-", " ").replace("_", " ")
        )
        return ReviewRecord(
            document=document.id,
            key=document.key,
            case=f"{document.source}/{case.id}" if case else document.key,
            case_title=case.title if case else title,
            title=title,
            publisher=publisher or None,
            subject=subject,
            scope=source.scope if source else _scope(review_type, publisher),
            nation=(source and source.nation) or _nation(publisher, front),
            review_type=review_type,
            document_types=tuple(kinds),
            published=listed.published if listed and listed.published else _published(front),
            author=_author(front),
            review_method=self._method(front),
            age_bands=_age_bands(front, subject),
            harm_types=self._harm(front),
            agencies=self._named_agencies(front.whole),
            fictional=source.fictional if source else bool(FICTIONAL.search(front.text)),
            pages=len(extracted.pages),
            pages_without_text=tuple(p.number for p in extracted.pages if not p.blocks),
            warnings=extracted.warnings,
            pages_unread=extracted.unread,
        )

    def _kinds(self, front: _Front, review_type: str | None) -> tuple[str, ...]:
        """Kinds of document named in the title or, where none is, in the other short print of the first page or its header.

        A long review that names no kind is an overview report.
        """
        terms = self._taxonomy.document_types.values()
        named = next(
            (found for text in (front.title, front.cover, front.running) if (found := _named(terms, text))), ()
        )
        if named:
            return named
        return ("overview-report",) if review_type and len(front.whole.split()) > REPORT_WORDS else ()

    def _review_type(self, front: _Front) -> str | None:
        """The type of review named in the title, on the first page, or most often in the text."""
        terms = list(self._taxonomy.review_types.values())
        for text in (front.title, front.cover):
            found = _named(terms, text)
            if found:
                return found[0]
        return _most_named(terms, front.text, least=3)

    def _method(self, front: _Front) -> str | None:
        return _most_named(self._taxonomy.review_methods.values(), front.whole, least=3)

    def _harm(self, front: _Front) -> tuple[str, ...]:
        harm = _most_named(self._taxonomy.harm_types.values(), front.whole[:6000], least=2)
        return (harm,) if harm else ()

    def _named_agencies(self, text: str) -> tuple[str, ...]:
        return tuple(agency for agency, count in _counts(self._taxonomy.agencies.values(), text).items() if count >= 2)


def _catalogued(source: Source | None, document: Document) -> tuple[Case | None, CataloguedDocument | None]:
    if source is None or source.folder is None or not document.path.is_relative_to(source.folder):
        return None, None
    file = document.path.relative_to(source.folder).as_posix()
    return next(
        ((case, listed) for case in source.cases for listed in case.documents if listed.file == file), (None, None)
    )


def _front(pages: Sequence[Page]) -> _Front:
    first = pages[:FIRST_PAGES]
    whole = "\n".join(_plain(block) for page in pages for block in page.blocks)
    edges = [
        _plain(block)
        for page in pages[:6]
        for block in page.blocks
        if block.box[1] > 0.9 * page.height or block.box[3] < 0.1 * page.height
    ]
    running = Counter(re.sub(r"\b\d{1,3}\b", "", edge) for edge in edges).most_common(3)
    page = next((p for p in first if p.blocks), None)
    return _Front(
        title=_title(page) if page else "",
        cover="\n".join(_plain(b) for b in page.blocks if len(b.text.split()) <= SHORT) if page else "",
        text="\n".join(_plain(block) for page in first for block in page.blocks),
        running="\n".join(text for text, count in running if count > 1),
        whole=whole,
    )


def _plain(block: Block) -> str:
    return " ".join(block.text.split())


def _title(page: Page) -> str:
    """The largest print of a page and the large or telling print right after it."""
    blocks = [b for b in page.blocks if not CONFIDENTIAL.search(_plain(b)) and any(c.isalpha() for c in b.text)]
    if not blocks:
        return ""
    largest = max(b.size for b in blocks)
    start = next(i for i, b in enumerate(blocks) if b.size > 0.95 * largest)
    title, last = "", blocks[start].size
    for block in blocks[start : start + 4]:
        text = _plain(block)
        telling = block.size > 0.8 * largest or SUBJECT.fullmatch(text) or TELLING.match(text)
        if not telling or len(text.split()) > SHORT or len(title) + len(text) > 200:
            break
        if not PUBLISHER.fullmatch(text) or len(blocks) == 1:
            title += (
                (" " if abs(block.size - last) < 0.1 and title[-1:].islower() and text[:1].islower() else ": ") + text
                if title
                else text
            )
            last = block.size
    return _readable(title or _plain(blocks[start])[:200])


def _readable(text: str) -> str:
    """A title printed in capitals in the usual case."""
    if any(c.islower() for c in text):
        return text
    words = text.title().split()
    return " ".join(w.lower() if i and w.lower() in SMALL_WORDS else w for i, w in enumerate(words))


def _publisher(front: _Front) -> str | None:
    """The board or body named most often on the first pages."""
    texts = "\n".join(
        _readable(line) for line in f"{front.title}\n{front.cover}\n{front.running}\n{front.text}".split("\n")
    )
    names = Counter(NOT_NAME.sub("", " ".join(match[0].split())) for match in PUBLISHER.finditer(texts))
    named = [name for name, _ in names.most_common() if not GENERIC.fullmatch(name)]
    return named[0] if named else None


def _subject(front: _Front) -> str | None:
    in_title = SUBJECT.search(front.title)
    if in_title:
        return in_title[0]
    names = Counter(m[0] for m in SUBJECT.finditer(front.text))
    return names.most_common(1)[0][0] if names and names.most_common(1)[0][1] >= 3 else None


def _scope(review_type: str | None, publisher: str | None) -> str | None:
    """National for the reviews and publishers that are; local for a board's; else not known."""
    if review_type in NATIONAL_TYPES or (publisher or "").endswith(NATIONAL_PUBLISHERS):
        return "national"
    return "local" if publisher else None


def _nation(publisher: str | None, front: _Front) -> str | None:
    for nation, sign in {
        "Wales": r"\bWales\b|\bWelsh\b|Cymru|Bwrdd|Regional Safeguarding|child practice review",
        "Scotland": r"\bScotland\b|Child Protection Committee|significant case review",
        "Northern Ireland": r"Northern Ireland|\bSBNI\b|case management review",
    }.items():
        if re.search(sign, f"{publisher}\n{front.title}", re.I):
            return nation
    return "England" if publisher and re.search(r"Safeguarding Child|Practice Review Panel|Ofsted", publisher) else None


def _published(front: _Front) -> str | None:
    """The date after a word such as "Published", else the last month on the title page, else one in the running header."""
    for word in PUBLISHED.finditer(front.text[:5000]):
        date = DATE.match(front.text, word.end())
        if date:
            return _iso(date)
    for text in (front.cover, front.running):
        months = [date for date in DATE.finditer(text) if date["month"]]
        if months:
            return _iso(months[-1])
    return None


def _iso(date: re.Match[str]) -> str:
    if date["only"]:
        return date["only"]
    month = next(i for i, name in enumerate(MONTHS, 1) if name.startswith(date["month"].lower()[:3]))
    day = int(date["day"]) if date["day"] else 0
    return f"{date['year']}-{month:02d}" + (f"-{day:02d}" if 1 <= day <= 31 else "")


def _author(front: _Front) -> str | None:
    match = AUTHOR.search(front.text[:3000])
    return match[1] if match else None


def _age_bands(front: _Front, subject: str | None) -> tuple[str, ...]:
    """The age said of the subject in the same breath, at the first place where one is; a name "Baby" is the last resort."""
    if not subject:
        return ()
    for sentence in re.split(r"(?<=[.!?])\s+", front.whole[:15000]):
        if subject in sentence and (match := AGE.search(sentence)):
            band = _band(match)
            if band:
                return (band,)
    return ("under-1",) if subject.startswith(("Baby", "Infant")) else ()


def _band(match: re.Match[str]) -> str | None:
    word = (match["n"] or match["years"]).lower()
    number = int(word) if word.isdigit() else NUMBERS[word]
    unit = (match["unit"] or "years").rstrip("s").lower()
    years = {"day": number / 365, "week": number / 52, "month": number / 12, "year": float(number)}[unit]
    bands = (("under-1", 1), ("age-1-5", 6), ("age-6-10", 11), ("age-11-15", 16), ("age-16-17", 18.5))
    return next((band for band, end in bands if years < end), None)


@cache
def _any_of(phrases: tuple[str, ...]) -> re.Pattern[str]:
    """A pattern for any of the phrases as whole words; one in capitals is matched as it stands, others in any case."""
    parts = []
    for phrase in sorted(phrases, key=lambda p: -len(p)):
        body = re.escape(phrase).replace(r"\ ", r"[\s-]").replace(r"\-", r"[\s-]").replace("'", "[’']")
        parts.append(body if phrase.isupper() else f"(?i:{body})")
    return re.compile(rf"(?<!\w)(?:{'|'.join(parts)})(?!\w)") if parts else re.compile(r"(?!)")


def _counts(terms: Iterable[Term], text: str) -> dict[str, int]:
    """How often each term is named in a text."""
    return {term.id: len(_any_of(term.aliases).findall(text)) for term in terms if term.aliases}


def _most_named(terms: Iterable[Term], text: str, *, least: int) -> str | None:
    """The term that a text names most often, if it names it at least so often."""
    counts = _counts(terms, text)
    best = max(counts, key=lambda term: counts[term], default=None)
    return best if best and counts[best] >= least else None


def _named(terms: Iterable[Term], text: str) -> tuple[str, ...]:
    """The terms named in a text, the longest wording first; words inside a longer wording do not count again."""
    by_alias = {alias.lower(): term.id for term in terms for alias in (*term.aliases, term.label)}
    found: list[tuple[int, str]] = []
    for match in _any_of(tuple(by_alias)).finditer(text):
        term = by_alias.get(re.sub(r"[\s-]", " ", match[0].lower())) or by_alias.get(match[0].lower().replace("’", "'"))
        if term and term not in [t for _, t in found]:
            found.append((match.start(), term))
    return tuple(term for _, term in found)

"""First pages + catalogue -> ReviewRecord: what a document is, by its source's catalogue first and its own words second."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from indexer.records import Block, Document, Extracted, Page, ReviewRecord
from indexer.taxonomy import Case, CataloguedDocument, Source, Taxonomy, Term

VERSION = "1"

FIRST_PAGES = 3
MONTHS = "january february march april may june july august september october november december".split()
_MONTH = "|".join(MONTHS) + "|" + "|".join(m[:3] for m in MONTHS if m != "may") + "|sept"
DATE = re.compile(rf"\b(?:(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?)?(?P<month>{_MONTH})\.?,?\s+(?P<year>(?:19|20)\d\d)\b|\b(?P<only>(?:19|20)\d\d)\b", re.I)
PUBLISHED = re.compile(r"(?:\bdate of publication|\bpublication date|\bpublished(?: on| in)?|\bpublication)\s*:?\s*(?:on |in )?", re.I)
NAMED = r"(?:[A-Z][\w’'-]+(?:,? (?:and|of|the|upon|with|on) |,? |-))"
PUBLISHER = re.compile(
    rf"(?:{NAMED}{{1,5}}(?:Local |Regional )?(?:Safeguarding (?:Children(?:[’']s)?|Child|Children and Adults?) (?:Board|Partnership)|Safeguarding Board|"
    r"Child Protection Committee|Area Child Protection Committee)|Child Safeguarding Practice Review Panel|Safeguarding Board for Northern Ireland|Ofsted|HM Government|Department for Education)"
)
SUBJECT = re.compile(r"\b(?:Baby|Infant|Child|Young Person|Family|Sibling|Adult|Unborn|Case)(?:ren)? (?:[A-Z]{1,3}\d{0,3}|[A-Z]\d?(?:(?:,| and|, and) [A-Z]\d?)+)\b(?! ?[’']?[a-z])")
AUTHOR = re.compile(r"(?:independent )?(?:(?:lead |overview |overview report )?(?:reviewer|author|report author)s?|written by|prepared by|report by)\s*:?\s+((?:(?:Dr|Mr|Mrs|Ms|Professor|Prof) )?[A-Z][\w’'-]+(?: [A-Z][\w’'.-]*){1,2}(?:(?: and |, )[A-Z][\w’'-]+(?: [A-Z][\w’'.-]*){1,2})?)", re.I)
AGE = re.compile(
    r"\b(?:aged? (?:of )?|at the age of )?(?P<n>\d{1,2}|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen)(?: and a half)?[- ]"
    r"(?P<unit>days?|weeks?|months?|years?)(?:[- ]old)?\b|\baged (?P<years>\d{1,2}|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen)\b",
    re.I,
)
NUMBERS = {w: i for i, w in enumerate("zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen".split())}
NATIONAL_TYPES = frozenset({"national-cspr"})
NATIONAL_PUBLISHERS = ("Child Safeguarding Practice Review Panel", "Ofsted", "HM Government", "Department for Education")
CONFIDENTIAL = re.compile(r"confidential|fictional example|not for (?:circulation|publication)|^draft|^final$|^page \d", re.I)


@dataclass(frozen=True, slots=True)
class _Front:
    """The first pages as text, and the large print of the first."""

    text: str
    whole: str
    title: str
    running: str


class Describer:
    """Says what documents are, with one vocabulary and the catalogues of the sources."""

    def __init__(self, taxonomy: Taxonomy, sources: Mapping[str, Source]) -> None:
        self._taxonomy = taxonomy
        self._sources = sources
        self._agencies = {a.id: _any_of(a.aliases) for a in taxonomy.agencies.values()}

    def describe(self, document: Document, extracted: Extracted) -> ReviewRecord:
        """What is known about a document. What neither catalogue nor first pages say is None or ()."""
        source = self._sources.get(document.source)
        case, listed = _catalogued(source, document)
        front = _front(extracted.pages)
        publisher = (listed and listed.publisher) or (source and source.name) or _publisher(front)
        kinds = (listed and listed.types) or self._kinds(front)
        review_type = (case and case.review_type) or _first_named(self._taxonomy.review_types.values(), front.title, front.text)
        subject = (case and case.subject) or _subject(front)
        title = (listed and listed.title) or front.title or document.key.rpartition("/")[2].replace("-", " ").replace("_", " ")
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
            fictional=source.fictional if source else bool(re.search(r"fictional example", front.text, re.I)),
            pages=len(extracted.pages),
            pages_without_text=tuple(p.number for p in extracted.pages if not p.blocks),
            warnings=extracted.warnings,
        )

    def _kinds(self, front: _Front) -> tuple[str, ...]:
        """Kinds of document named in the title, else in the print of the first page, else in the running header."""
        for text in (front.title, front.running, front.text[:1200]):
            found = _named(self._taxonomy.document_types.values(), text)
            if found:
                return found
        return ()

    def _method(self, front: _Front) -> str | None:
        counts = {m.id: len(_any_of(m.aliases).findall(front.whole)) for m in self._taxonomy.review_methods.values() if m.aliases}
        best = max(counts, key=lambda m: counts[m], default=None)
        return best if best and counts[best] >= 3 else None

    def _harm(self, front: _Front) -> tuple[str, ...]:
        start = front.whole[:6000]
        counts = {h.id: len(_any_of(h.aliases).findall(start)) for h in self._taxonomy.harm_types.values() if h.aliases}
        best = max(counts, key=lambda h: counts[h], default=None)
        return (best,) if best and counts[best] >= 2 else ()

    def _named_agencies(self, text: str) -> tuple[str, ...]:
        return tuple(agency for agency, pattern in self._agencies.items() if sum(1 for _ in pattern.finditer(text)) >= 2)


def _catalogued(source: Source | None, document: Document) -> tuple[Case | None, CataloguedDocument | None]:
    name = document.path.name
    for case in source.cases if source else ():
        for listed in case.documents:
            if listed.file and listed.file.rpartition("/")[2] == name:
                return case, listed
    return None, None


def _front(pages: Sequence[Page]) -> _Front:
    first = pages[:FIRST_PAGES]
    text = "\n".join(_plain(block) for page in first for block in page.blocks)
    whole = "\n".join(_plain(block) for page in pages for block in page.blocks)
    edges = [_plain(b) for page in pages[1:6] for b in page.blocks if b.box[1] > 0.9 * page.height or b.box[3] < 0.1 * page.height]
    running = Counter(re.sub(r"\d+", "", e) for e in edges).most_common(2)
    return _Front(text, whole, _title(pages), "\n".join(text for text, count in running if count > 1))


def _plain(block: Block) -> str:
    return " ".join(block.text.split())


def _title(pages: Sequence[Page]) -> str:
    """The large print of the first page that has any text, in order."""
    page = next((p for p in pages[:FIRST_PAGES] if p.blocks), None)
    if page is None:
        return ""
    blocks = [b for b in page.blocks if not CONFIDENTIAL.search(_plain(b)) and any(c.isalpha() for c in b.text)]
    largest = max((b.size for b in blocks), default=0)
    large = [b for b in blocks if b.size >= max(0.6 * largest, 12.5) and (b.size > 0.8 * largest or b.bold)]
    parts: list[str] = []
    for text in (_plain(b) for b in large if len(b.text) < 220):
        if text not in parts and not re.fullmatch(PUBLISHER, text) and len(" ".join(parts)) < 160:
            parts.append(text)
    return ": ".join(parts) if parts else (_plain(large[0]) if large else "")


def _publisher(front: _Front) -> str | None:
    names = Counter(" ".join(m[0].split()) for m in PUBLISHER.finditer(f"{front.title}\n{front.running}\n{front.text}"))
    cleaned: Counter[str] = Counter()
    for name, count in names.items():
        cleaned[re.sub(r"^(?:The|This|A|An|Of|By|In|For|Review|Case|Serious|Report|Independent|Chair|from|Statement)\b\s*", "", name)] += count
    return cleaned.most_common(1)[0][0] if cleaned else None


def _subject(front: _Front) -> str | None:
    in_title = SUBJECT.search(front.title)
    if in_title:
        return in_title[0]
    names = Counter(m[0] for m in SUBJECT.finditer(front.text))
    return names.most_common(1)[0][0] if names and names.most_common(1)[0][1] >= 3 else None


def _scope(review_type: str | None, publisher: str | None) -> str:
    return "national" if review_type in NATIONAL_TYPES or (publisher or "").endswith(NATIONAL_PUBLISHERS) else "local"


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
    """The date after a word such as "Published", else the last date on the title page, else in the running header."""
    for word in PUBLISHED.finditer(front.text[:5000]):
        date = DATE.match(front.text, word.end())
        if date:
            return _iso(date)
    for text in (front.text[:800], front.running):
        months = [d for d in DATE.finditer(text) if d["month"]]
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
    return match[1] if match and match[1][:1].isupper() else None


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


def _any_of(phrases: Iterable[str]) -> re.Pattern[str]:
    """A pattern for any of the phrases as whole words; one in capitals is matched as it stands, others in any case."""
    parts = []
    for phrase in sorted(phrases, key=lambda p: -len(p)):
        body = re.escape(phrase).replace(r"\ ", r"[\s-]").replace(r"\-", r"[\s-]").replace("'", "[’']")
        parts.append(body if phrase.isupper() else f"(?i:{body})")
    return re.compile(rf"(?<!\w)(?:{'|'.join(parts)})(?!\w)") if parts else re.compile(r"(?!)")


def _named(terms: Iterable[Term], text: str) -> tuple[str, ...]:
    """The terms named in a text, the longest wording first; words inside a longer wording do not count again."""
    by_alias = {alias.lower(): term.id for term in terms for alias in (*term.aliases, term.label)}
    found: list[tuple[int, str]] = []
    for match in _any_of(by_alias).finditer(text):
        term = by_alias.get(re.sub(r"[\s-]", " ", match[0].lower())) or by_alias.get(match[0].lower().replace("’", "'"))
        if term and term not in [t for _, t in found]:
            found.append((match.start(), term))
    return tuple(term for _, term in found)


def _first_named(terms: Iterable[Term], *texts: str) -> str | None:
    terms = list(terms)
    return next((found[0] for text in texts if (found := _named(terms, text))), None)

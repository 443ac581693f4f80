"""What kind of review and of document it is, by what method it was done, and which agencies it names."""

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain, islice

from indexer.identity.front import Front, Print, fact
from indexer.identity.publisher import names_in
from indexer.identity.rules import Phrases, Rules, named, normal, phrases, whole
from indexer.records import Fact
from indexer.taxonomy import Taxonomy, Term

# A review of more words than this is a report in full.
REPORT_WORDS = 4000
# What shows a method: its name, its name where the text tells how it was done, and each cue once.
METHOD_LEAST, NAME_WEIGHT, NAME_TOLD, NAMES_COUNTED = 3, 2, 5, 4
TELLS_HOW = re.compile(r"\b(?:methodology|model|approach|method|process|conducted|carried out|using)\b", re.I)
LEARNING_REVIEW = ("learning review", "learning-review-scotland")
# How often the first pages must name a kind of review that no title names.
TYPE_LEAST = 2
# How sure a heading of a later page makes: there an "executive summary" is a part of a report.
HEADED = 0.6
THEMATIC = ("thematic-scr", "thematic-review-report")


def aliases(terms: Iterable[Term]) -> dict[str, str]:
    """The ids of terms by the wordings that name them."""
    return {alias: term.id for term in terms for alias in (*term.aliases, term.label)}


class Kinds:
    """Tells kinds by the wordings of the vocabulary."""

    def __init__(self, rules: Rules, taxonomy: Taxonomy) -> None:
        self._rules, self._taxonomy = rules, taxonomy
        self._reviews = aliases(taxonomy.review_types.values())
        self._documents = aliases(taxonomy.document_types.values())

    def review_type(self, front: Front, title: Fact | None, nation: str | None) -> Fact | None:
        """The kind of review that title or cover name, or the first pages name most."""
        for prints, confidence in ((_of(title), 0.95), (front.cover, 0.85), (front.running, 0.75)):
            for print_ in prints:
                for term, match in named(self._reviews, self._masked(print_)):
                    return _fact("review_type", self._in_nation(term, match[0], nation), print_, match, confidence)
        return self._most_named_type(front, nation)

    def _masked(self, print_: Print) -> str:
        """The text with the names of boards blanked, which may hold the words of a kind of review."""
        text = print_.text
        for board in names_in(print_, self._rules.publisher):
            text = text[: board.start] + " " * (board.end - board.start) + text[board.end :]
        return text

    def _in_nation(self, term: str, words: str, nation: str | None) -> str:
        """The same words mean another kind of review in Scotland."""
        return LEARNING_REVIEW[1] if nation == "Scotland" and words.lower() == LEARNING_REVIEW[0] else term

    def _most_named_type(self, front: Front, nation: str | None) -> Fact | None:
        terms = self._taxonomy.review_types.values()
        found = _most(front.pages, {term.id: term.aliases for term in terms if term.id != "other-parallel-process"})
        if not found or found[1] < TYPE_LEAST:
            return None
        term, _, print_, match = found
        return _fact("review_type", self._in_nation(term, match[0], nation), print_, match, 0.5)

    def document_types(self, front: Front, title: Fact | None, review_type: Fact | None) -> tuple[Fact, ...]:
        """All kinds of document that the title names, else the cover, else the headers; a long review is a report in full."""
        for prints, confidence in (
            (_of(title), 0.9),
            (_displayed(front), 0.75),
            (front.running, 0.7),
            (_headings(front), HEADED),
        ):
            found = [
                _fact("document_type", term, print_, match, confidence)
                for print_ in prints
                for term, match in named(self._documents, self._masked(print_))
                if confidence > HEADED or term == "overview-report"
            ]
            if found:
                also = [
                    _again(f, kind, f.confidence) for f in found for kind in self._rules.implied_kinds.get(f.value, ())
                ]
                return tuple({f.value: f for f in reversed([*found, *also])}.values())[::-1]
        if review_type and review_type.value == THEMATIC[0]:
            return (_again(review_type, THEMATIC[1], 0.6),)
        if review_type and sum(len(p.text.split()) for p in front.whole) > REPORT_WORDS:
            return (_again(review_type, "overview-report", 0.5),)
        return ()

    def method(self, front: Front) -> Fact | None:
        """The method whose names and cues the document shows most."""
        cues = {term.id: term.aliases for term in self._taxonomy.review_methods.values()}
        scores: dict[str, float] = {}
        first: dict[str, tuple[Print, re.Match[str]]] = {}
        any_cue = phrases(tuple(chain(*cues.values())))
        telling = [p for p in front.whole if any_cue.search(p.text)]
        for term in cues:
            names = list(_found(whole(self._rules.methods.get(term, ())), front.whole))
            for print_, _match in names[:NAMES_COUNTED]:
                scores[term] = scores.get(term, 0) + (NAME_TOLD if TELLS_HOW.search(print_.text) else NAME_WEIGHT)
            shown = list(_found(phrases(cues[term]), telling))
            scores[term] = scores.get(term, 0) + len({match[0].lower() for _, match in shown})
            if names or shown:
                first[term] = (names or shown)[0]
        best = max(scores, key=lambda term: scores[term], default=None)
        if best is None or scores[best] < METHOD_LEAST:
            return None
        rest = sum(score for term, score in scores.items() if term != best)
        return _fact(
            "review_method", best, *first[best], round(min(0.9, 0.4 + 0.5 * scores[best] / (scores[best] + rest)), 2)
        )

    def agencies(self, front: Front) -> tuple[str, ...]:
        """The agencies that the document names at least twice."""
        text = "\n".join(p.plain for p in front.whole)
        known = normal(text)  # most terms are not named at all: to look for them plainly takes a tenth of the time
        terms = (t for t in self._taxonomy.agencies.values() if any(normal(alias) in known for alias in t.aliases))
        return tuple(term.id for term in terms if len(list(islice(phrases(term.aliases).finditer(text), 2))) == 2)


def _of(title: Fact | None) -> tuple[Print, ...]:
    return (Print(title.words or "", title.page or 1),) if title else ()


def _displayed(front: Front) -> tuple[Print, ...]:
    """The print of the cover that is no running text, which may speak of other documents."""
    return tuple(p for p in front.cover if not p.is_sentence)


def _headings(front: Front) -> tuple[Print, ...]:
    """Large short print of the pages after the cover."""
    largest = max((p.size for p in front.cover), default=0.0)
    pages = {p.page for p in front.cover}
    return tuple(
        p for p in front.pages if p.page not in pages and len(p.text.split()) <= 8 and p.size >= min(12.0, largest)
    )[:2]


def _fact(field: str, value: str, print_: Print, match: re.Match[str], confidence: float) -> Fact:
    return fact(field, value, print_.text[match.start() : match.end()], print_.page, confidence)


def _again(known: Fact, value: str, confidence: float) -> Fact:
    return fact("document_type", value, known.words or "", known.page or 1, confidence)


def _found(pattern: "re.Pattern[str] | Phrases", prints: Iterable[Print]) -> Iterator[tuple[Print, re.Match[str]]]:
    return ((print_, match) for print_ in prints for match in pattern.finditer(print_.text))


def _most(
    prints: Iterable[Print], terms: Mapping[str, tuple[str, ...]]
) -> tuple[str, int, Print, re.Match[str]] | None:
    """The term named most often, how often, and where first."""
    found = {term: list(_found(phrases(words), prints)) for term, words in terms.items() if words}
    best = max(found, key=lambda term: len(found[term]), default=None)
    return (best, len(found[best]), *found[best][0]) if best and found[best] else None

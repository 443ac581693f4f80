"""Tags: passages in, the same passages with the concepts that their words show out.

A spaCy pipeline: `sentences` marks where sentences begin, `concepts` finds the words of the vocabulary, `paraphrase` what is
said in other words and what sentences state (a model, see `language/sentence_model.py`), `assertion` whether it is meant, how practice is judged by it and
whom it concerns (rules and a model, see `language/assertion.py`). Its rules are data.
"""

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy
import spacy
from spacy.language import Language
from spacy.matcher import PhraseMatcher
from spacy.tokens import Doc, Span
from spacy.util import filter_spans, minibatch

from indexer.language.assertion import Assertion, Assertions, Mention, mention_of, sentence_at
from indexer.language.assertion_model import MODEL as ASSERTIONS
from indexer.language.assertion_model import AssertionModel
from indexer.language.cues import read_assertion_rules
from indexer.language.phrases import GappedPhrases
from indexer.language.rules import read_rules
from indexer.language.sentence_model import MODEL, Judged, Sentence, SentenceModel, sentence
from indexer.language.wording import AnyOf, Matching, Stems, fold, sentences, singular
from indexer.records import Passage, Stated, Tag, TaggedPassage
from indexer.taxonomy import Concept, Taxonomy

VERSION = "4"

# A plain tokenizer needs no limit for memory; a text longer than any report is not one.
LONGEST_TEXT = 20_000_000

# A run of print this long without a space is no language, and a tokenizer needs ages for it.
NO_WORDS = re.compile(r"\S{1000}")
_PARENTHESIS = re.compile(r"\s*\([^)]*\)")
_ACRONYM = re.compile(r"[A-Z][A-Z0-9&/]+")
# Of fewer words a model cannot tell what they are about.
FEWEST_WORDS = 5
# How many passages are held, and how many sentences and mentions of them are judged, at a time.
BATCH, SENTENCES, MENTIONS = 128, 96, 128
# What a tag was found by.
_RULE, _MODEL = "rule", "model"
# How much a term shows: its concept by itself; by itself in a statement of learning; beside a term that shows it; none; that its
# words, though near to the concept, mean something else.
_STRONG, _WEAK, _BESIDE, _NONE, _NEAR = "strong", "weak", "beside", "none", "near"


@dataclass(frozen=True, slots=True)
class _Place:
    """What a text is part of; plain text is part of nothing."""

    text: str
    section: str = ""
    heading: bool = False
    boilerplate: bool = False
    learning: bool = False


class _Term(NamedTuple):
    """A term of the vocabulary found in a text."""

    span: Span
    concept: str
    strength: str


class Tagger:
    """Tags passages with the concepts of a vocabulary, by the rules of a corpus."""

    def __init__(self, taxonomy: Taxonomy, corpus: Path, model: Path | None = MODEL) -> None:
        """Without a `model`, only the words of the vocabulary are found. Raises ConfigError when rules or model are faulty."""
        self._taxonomy = taxonomy
        matching = read_rules(corpus, "matching", Matching)
        stems = Stems(matching)
        self._learning_sections = matching.context.sections
        self._learning_cue = AnyOf(matching.context.cues)
        self._nlp = spacy.blank("en")
        self._nlp.max_length = LONGEST_TEXT
        self._nlp.vocab.lex_attr_getters[self._nlp.vocab.strings["NORM"]] = stems  # type: ignore[attr-defined]
        self._nlp.add_pipe("lessons_sentences")
        self._nlp.add_pipe("lessons_concepts").load(taxonomy, matching)  # type: ignore[attr-defined]
        if model:
            self._nlp.add_pipe("lessons_paraphrase").load(SentenceModel.load(model, stems))  # type: ignore[attr-defined]
        self._nlp.add_pipe("lessons_assertion").load(taxonomy, assertions(corpus))  # type: ignore[attr-defined]

    def tag(self, passages: Iterable[Passage]) -> list[TaggedPassage]:
        """The passages in the same order, each with its tags in the order of their words."""
        held = list(passages)
        docs = self._docs(map(self._place, held))
        return [
            TaggedPassage(passage, tuple(doc.user_data["tags"]), tuple(doc.user_data["stated"]))
            for passage, doc in zip(held, docs, strict=True)
        ]

    def terms(self, text: str) -> list[tuple[int, int, str]]:
        """Start, end and concept of the terms of the vocabulary in a text, whatever is said of them."""
        doc = self._doc(_Place(text, learning=bool(self._learning_cue.search(text))))
        for name in ("lessons_sentences", "lessons_concepts"):
            doc = self._nlp.get_pipe(name)(doc)
        return [(span.start_char, span.end_char, span.label_) for span in doc.spans["concepts"]]

    def tag_text(self, text: str) -> tuple[Tag, ...]:
        """The tags of a plain text that is part of no review."""
        (doc,) = self._docs([_Place(text, learning=bool(self._learning_cue.search(text)))])
        return tuple(doc.user_data["tags"])

    def _place(self, passage: Passage) -> _Place:
        section = self._taxonomy.sections.get(passage.section)
        heading = passage.kind == "heading"
        learning = passage.section in self._learning_sections or bool(self._learning_cue.search(passage.text))
        return _Place(
            passage.text, passage.section, heading, bool(section and section.boilerplate), learning and not heading
        )

    def _docs(self, places: Iterable[_Place]) -> Iterator[Doc]:
        return self._nlp.pipe(map(self._doc, places), batch_size=BATCH)

    def _doc(self, place: _Place) -> Doc:
        """A text cut into words, with the place that it stands in; none of what is no language."""
        text = "" if NO_WORDS.search(place.text) else fold(place.text)
        doc = self._nlp.make_doc(text)
        # The text too: a Doc puts its own together anew whenever it is asked.
        doc.user_data.update(place=place, text=text, stated=[], added=[], tags=[])
        return doc


def assertions(corpus: Path) -> Assertions:
    """What judges mentions, by the rules of a corpus. Raises ConfigError when rules or model are faulty."""
    return Assertions(read_assertion_rules(corpus), AssertionModel.load(ASSERTIONS))


@Language.component("lessons_sentences")
def mark_sentences(doc: Doc) -> Doc:
    """Marks the first token of every sentence."""
    doc.user_data["sentences"] = sentences(doc.user_data["text"])
    doc.user_data["begins"] = doc.to_array("IDX").tolist()
    starts = {start for start, _ in doc.user_data["sentences"]}
    flags = [1 if start in starts or not start else -1 for start in doc.user_data["begins"]]
    column = numpy.array(flags, dtype="int64").view("uint64").reshape(-1, 1)
    return doc.from_array(["SENT_START"], column)  # type: ignore[arg-type]


@Language.factory("lessons_concepts")
class ConceptMatcher:
    """Finds the words of the vocabulary: the spans ``doc.spans["concepts"]``, each labelled with its concept."""

    def __init__(self, nlp: Language, name: str) -> None:
        self._nlp = nlp
        self._matcher = PhraseMatcher(nlp.vocab, attr="NORM")
        self._gapped = GappedPhrases((), frozenset(), 0)
        self._strength: dict[str, tuple[str, str]] = {}
        self._single: dict[str, set[str]] = defaultdict(set)

    def load(self, taxonomy: Taxonomy, matching: Matching) -> None:
        """Takes the words to be found from a vocabulary, and how they match from the rules."""
        self._prefix = re.compile(rf"\b({'|'.join(matching.prefixes)})[- ]?(?=[a-z]{{3}})", re.IGNORECASE)
        for concept in taxonomy.concepts.values():
            common = matching.too_common.get(concept.id, frozenset())
            self._add(concept.id, _STRONG, set(concept.aliases) - common)
            self._add(concept.id, _WEAK, set(concept.needs_context) - common)
            self._add(concept.id, _BESIDE, common)
            self._add(concept.id, _NEAR, (near.text for near in concept.near_misses if not near.literal))
        for group, phrases in matching.exclusions.items():
            self._add(group, _NONE, phrases)
        self._gapped = self._gapped_phrases(taxonomy.concepts.values(), matching)

    def _add(self, concept: str, strength: str, terms: Iterable[str]) -> None:
        label = f"{concept}/{strength}"
        self._strength[label] = (concept, strength)
        docs = [self._nlp.make_doc(variant) for term in terms for variant in self._variants(term)]
        self._matcher.add(label, docs)
        self._single[label].update(_printed(doc.text) for doc in docs if len(doc) == 1)

    def _variants(self, term: str) -> set[str]:
        """The term with its hyphens open and closed."""
        plain = fold(_PARENTHESIS.sub("", term))
        joined = {self._prefix.sub(r"\1", plain), term.replace("-", "") if "-" in term and " " not in term else plain}
        return {plain, self._prefix.sub(r"\1 ", plain), *joined}

    def _gapped_phrases(self, concepts: Iterable[Concept], matching: Matching) -> GappedPhrases:
        skipped = frozenset(self._norm(word) for word in matching.function_words)
        negations = frozenset(self._norm(word) for word in matching.negations)
        phrases = []
        for concept in concepts:
            for alias in set(concept.aliases) - matching.too_common.get(concept.id, frozenset()):
                doc = self._nlp.make_doc(fold(_PARENTHESIS.sub("", alias)))
                words = tuple(token.norm for token in doc if token.norm not in skipped and not token.is_punct)
                if len(set(words) - negations) > 1:
                    phrases.append((concept.id, words))
        return GappedPhrases(phrases, skipped, matching.gap)

    def _norm(self, word: str) -> int:
        return int(self._nlp.vocab[word].norm)

    def __call__(self, doc: Doc) -> Doc:
        place: _Place = doc.user_data["place"]
        found = self._terms(doc)
        doc.user_data["near"] = [term for term in found if term.strength == _NEAR]
        terms = [term for term in found if term.strength != _NEAR]
        excluded = [term.span for term in terms if term.strength == _NONE]
        strong = {term.concept for term in terms if term.strength == _STRONG}
        kept = [
            Span(doc, term.span.start, term.span.end, label=term.concept)
            for term in terms
            if (term.strength == _STRONG or (term.strength == _WEAK and place.learning) or term.concept in strong)
            and not any(_longer(other.span, term.span) and _inside(term.span, other.span) for other in terms)
            and not any(_longer(other, term.span) and _overlap(term.span, other) for other in excluded)
        ]
        apart = [span for span in self._apart(doc) if not any(_overlap(span, other) for other in excluded)]
        doc.spans["concepts"] = _without_overlap([*kept, *apart])
        return doc

    def _terms(self, doc: Doc) -> list[_Term]:
        return [
            _Term(doc[start:end], *self._strength[label])
            for label, start, end in ((doc.vocab.strings[key], i, j) for key, i, j in self._matcher(doc))
            if end - start > 1 or self._stands(doc[start].text, label)
        ]

    def _stands(self, word: str, label: str) -> bool:
        """Whether a single word stands as the vocabulary has it: an acronym in capitals, another at most in the plural."""
        printed, known = _printed(word), self._single[label]
        return not known.isdisjoint({printed, printed.lower(), singular(printed)})

    def _apart(self, doc: Doc) -> Iterator[Span]:
        norms = doc.to_array("NORM").tolist()
        for start, end in _clauses(doc):
            for found in self._gapped.find(norms[start:end], start):
                yield Span(doc, found.start, found.end, label=found.label)


def _clauses(doc: Doc) -> Iterator[tuple[int, int]]:
    """The stretches of two tokens or more between marks of punctuation and ends of sentences."""
    start = 0
    flags = doc.to_array(["IS_PUNCT", "IS_QUOTE", "SENT_START"]).tolist()
    for i, (punctuation, quote, begins) in enumerate([*flags, (0, 0, 1)]):
        cut = punctuation and not quote
        if cut or begins == 1:
            if i - start > 1:
                yield start, i
            start = i + 1 if cut else i


def _printed(word: str) -> str:
    """An acronym in its capitals and without a plural ending, any other word in lower case."""
    acronym = _ACRONYM.fullmatch(word.removesuffix("s"))
    return acronym.group() if acronym else word.lower().removesuffix("'s")


def _longer(span: Span, other: Span) -> bool:
    return len(span) > len(other)


def _inside(span: Span, other: Span) -> bool:
    return other.start <= span.start and span.end <= other.end


def _overlap(span: Span, other: Span) -> bool:
    return span.start < other.end and other.start < span.end


def _without_overlap(spans: Iterable[Span]) -> list[Span]:
    """Of the spans of one concept that overlap the longest, in reading order."""
    by_concept: dict[str, list[Span]] = defaultdict(list)
    for span in spans:
        by_concept[span.label_].append(span)
    kept = [span for group in by_concept.values() for span in filter_spans(group)]
    return sorted(kept, key=lambda span: (span.start, span.end, span.label_))


@Language.factory("lessons_paraphrase")
class ParaphraseFinder:
    """Adds a span where a sentence expresses a concept in words of its own; not where it has a near miss of that concept.

    What each sentence states is kept as well: ``doc.user_data["stated"]``.
    """

    def __init__(self, nlp: Language, name: str) -> None:
        pass

    def load(self, model: SentenceModel) -> None:
        """Takes the model to judge by."""
        self._model = model

    def __call__(self, doc: Doc) -> Doc:
        return next(self.pipe([doc]))

    def pipe(self, stream: Iterable[Doc], batch_size: int = BATCH) -> Iterator[Doc]:
        """The texts in order, judged many sentences at a time."""
        for docs in minibatch(stream, batch_size):  # type: ignore[no-untyped-call]
            spoken = (one for doc in docs if not _is_boilerplate(doc) for one in _spoken(doc))
            for batch in minibatch(spoken, SENTENCES):  # type: ignore[no-untyped-call]
                self._judge(batch)
            for doc in docs:
                found = [*doc.spans["concepts"], *doc.user_data["added"]]
                doc.spans["concepts"] = sorted(found, key=lambda span: (span.start, span.end, span.label_))
            yield from docs

    def _judge(self, batch: Sequence["_Spoken"]) -> None:
        judged = self._model.judge([one.sentence for one in batch])
        for one, logits in zip(batch, judged.scores[:, len(self._model.concepts) :].round(2).tolist(), strict=True):
            one.doc.user_data["stated"].append(Stated(one.start, one.end, tuple(logits)))
        for one, span in self._found(batch, judged):
            one.doc.user_data["added"].append(span)

    def _found(self, batch: Sequence["_Spoken"], judged: Judged) -> Iterator[tuple["_Spoken", Span]]:
        """The sentences that express what they have no term of, each with the span that shows it."""
        sure = numpy.argwhere(judged.scores[:, : len(self._model.concepts)] > self._model.threshold).tolist()
        concepts = self._model.concepts
        pairs = [(row, column) for row, column in sure if batch[row].may_express(concepts[column])]
        rows, columns = numpy.array(pairs, numpy.int64).reshape(-1, 2).T
        for (row, column), (start, end) in zip(pairs, judged.evidence(rows, columns), strict=True):
            yield batch[row], batch[row].span(start, end, concepts[column])


def _is_boilerplate(doc: Doc) -> bool:
    return bool(doc.user_data["place"].boilerplate)


class _Spoken(NamedTuple):
    """A sentence of a text, its place there, and the concepts that it comes near to."""

    doc: Doc
    start: int
    end: int
    sentence: Sentence
    near: frozenset[str]

    def may_express(self, concept: str) -> bool:
        """Whether a model may find a concept here: that no term shows already, in enough words, none of them a near miss."""
        known = concept in self.sentence.terms or concept in self.near
        return not known and len(self.sentence.text.split()) >= FEWEST_WORDS

    def span(self, start: int, end: int, concept: str) -> Span:
        """The tokens between two characters of the sentence."""
        begins = self.doc.user_data["begins"]
        left = bisect_right(begins, self.start + start) - 1
        right = bisect_left(begins, self.start + end)
        return Span(self.doc, left, right, label=concept, span_id=_MODEL)


def _spoken(doc: Doc) -> Iterator[_Spoken]:
    """The sentences of a text, to be judged."""
    places = doc.user_data["sentences"]
    terms, near = defaultdict(set), defaultdict(set)
    for span in doc.spans["concepts"]:
        terms[sentence_at(places, span.start_char)].add(span.label_)
    for term in doc.user_data["near"]:
        near[sentence_at(places, term.span.start_char)].add(term.concept)
    for number, (start, end) in enumerate(places):
        text = doc.user_data["text"][start:end]
        yield _Spoken(doc, start, end, sentence(text, terms[number]), frozenset(near[number]))


@Language.factory("lessons_assertion")
class AssertionJudge:
    """Makes a tag of each span, with status, trigger, polarity and whom it is about: ``doc.user_data["tags"]``."""

    def __init__(self, nlp: Language, name: str) -> None:
        self._concepts: dict[str, Concept] = {}

    def load(self, taxonomy: Taxonomy, assertions: Assertions) -> None:
        """Takes what judges."""
        self._concepts = dict(taxonomy.concepts)
        self._assertions = assertions

    def __call__(self, doc: Doc) -> Doc:
        return next(self.pipe([doc]))

    def pipe(self, stream: Iterable[Doc], batch_size: int = BATCH) -> Iterator[Doc]:
        """The texts in order, judged many mentions at a time."""
        for docs in minibatch(stream, batch_size):  # type: ignore[no-untyped-call]
            spans = ((doc, span) for doc in docs for span in doc.spans["concepts"])
            for batch in minibatch(spans, MENTIONS):  # type: ignore[no-untyped-call]
                mentions = [self._mention(doc, span) for doc, span in batch]
                for (doc, span), mention, found in zip(batch, mentions, self._assertions.judge(mentions), strict=True):
                    doc.user_data["tags"].append(_tag(span, mention, found))
            yield from docs

    def _mention(self, doc: Doc, span: Span) -> Mention:
        place: _Place = doc.user_data["place"]
        return mention_of(
            place.text,
            span.start_char,
            span.end_char,
            self._concepts[span.label_],
            place.section,
            place.heading,
            place.boilerplate,
            doc.user_data["sentences"],
        )


def _tag(span: Span, mention: Mention, found: Assertion) -> Tag:
    return Tag(
        mention.concept.id,
        mention.concept.facet,
        span.start_char,
        span.end_char,
        mention.words,
        found.status,
        found.polarity,
        found.about,
        found.trigger,
        span.id_ or _RULE,
    )

"""Which section of a report each part is: by its heading, by the part it stands in, and by what its text is like."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import takewhile

from indexer.page.draft import Draft
from indexer.page.outline import Part
from indexer.taxonomy import Section
from indexer.text_model import TextModel

# Under these a heading changes the section only when it is a section's own name.
STEADY = frozenset(
    {"recommendations", "action_plan", "glossary", "references", "terms_of_reference", "toc", "questions_for_board"}
)
# Under these it changes only for a wording of several words: their sub-headings speak of anything.
FIRM = frozenset({"findings", "learning"})
# Named for its place in the report: what stands under the heading may be anything that comes first.
LOOSE = frozenset({"introduction"})
APPENDIX = "appendix_other"
APPENDIX_NUMBER = re.compile(r"^\s*\w+\s+(?:\d{1,2}|[A-Z]|[ivxIVX]{1,4})\s*[:.)–—-]?\s*")


# What the evidence for a section weighs beside the model's logarithm of probability.
EXACT_NAME, NUMBERED_NAME, SEVERAL_WORDS, ONE_WORD = 6.0, 1.0, 2.5, 1.0
AS_PARENT, AS_STEADY_PARENT, AS_FIRM_PARENT = 1.5, 6.0, 4.5
AS_DEFAULT = 2.5
UNKNOWN = -8.0
# In these a list may be of another section, when the sentence before it says so.
OPEN_TO_LEAD_INS = frozenset({"introduction", "process", "methodology", "questions_for_board"})
BACKWARDS = 1.0


class SectionLabeller:
    """Labels the parts of reports with the sections of one vocabulary, by their names and by what the model makes of them."""

    def __init__(
        self, sections: Mapping[str, Section], model: TextModel, is_action_plan: Callable[[Sequence[str]], bool]
    ) -> None:
        """`is_action_plan` tells an action plan by the heads of its columns."""
        self._names = SectionNames(sections)
        self._model = model
        self._is_action_plan = is_action_plan
        self._lead_ins = {s.id: [re.compile(p, re.I) for p in s.lead_ins] for s in sections.values() if s.lead_ins}
        self._order = {section: place for place, section in enumerate(sections)}
        self._defaults = {kind: section.id for section in sections.values() for kind in section.default_for}

    def label(self, parts: Sequence[Part], document_types: Sequence[str]) -> None:
        """Sets the section of each part; the kinds of the document say what a part without a telling heading is."""
        default = next((self._defaults[kind] for kind in document_types if kind in self._defaults), "analysis")
        before = "cover"
        for place, part in enumerate(parts):
            if part.contents:
                part.section = "toc"
            elif place == 0:
                part.section = "cover"
            else:
                part.section = self._section(part, _texts_under(part, parts[place + 1 :]), before, default)
            before = part.section

    def _section(self, part: Part, texts: Sequence[str], before: str, default: str) -> str:
        """The likeliest section: of its name, of its text, of the part that it stands in and of what comes before it."""
        appendix = self._names.numbered(part.heading) == APPENDIX
        title = APPENDIX_NUMBER.sub("", part.heading) if appendix else part.heading
        scores = self._model.likelihoods(title or part.heading, texts)
        for section, weight in self._named(part.heading):
            scores[section] = scores.get(section, UNKNOWN) + weight
        if part.parent and part.parent.section in scores:
            scores[part.parent.section] += _hold(part.parent.section)
        elif default in scores:
            scores[default] += AS_DEFAULT
        if not part.parent and before in self._order:
            for section in scores:
                scores[section] -= BACKWARDS * (self._order[section] < self._order[before])
        return max(scores, key=lambda section: scores[section])

    def _named(self, heading: str) -> Iterator[tuple[str, float]]:
        """The sections that a heading names, and what that weighs."""
        exact, numbered, within = self._names.exact(heading), self._names.numbered(heading), self._names.within(heading)
        if exact:
            yield exact, ONE_WORD if exact in LOOSE else EXACT_NAME
        if numbered:
            yield numbered, NUMBERED_NAME
        if within and within[0] != exact:
            yield within[0], SEVERAL_WORDS if within[1] else ONE_WORD

    def section(self, draft: Draft, lead_in: str) -> str:
        """The section of one passage: that of its part, unless its table or the sentence that leads to it says otherwise."""
        if draft.headers and self._is_action_plan(draft.headers):
            return "action_plan"
        for section, patterns in self._lead_ins.items():
            if draft.part.section in OPEN_TO_LEAD_INS and any(p.search(lead_in) for p in patterns):
                return section
        return draft.part.section


def _hold(section: str) -> float:
    return AS_STEADY_PARENT if section in STEADY else AS_FIRM_PARENT if section in FIRM else AS_PARENT


def _texts_under(part: Part, later: Sequence[Part]) -> Sequence[str]:
    """The text of a part; of one that is nothing but a heading over others, the text of these."""
    if part.texts:
        return part.texts
    under = takewhile(lambda p: p.level > part.level, later)
    return [text for below in under for text in below.texts]


class SectionNames:
    """Finds the section that a heading opens, from the wordings in the vocabulary."""

    def __init__(self, sections: Mapping[str, Section]) -> None:
        self._exact: dict[str, str] = {}
        within: dict[str, str] = {}
        self._numbered: dict[str, str] = {}
        for section in sections.values():
            self._numbered.update({folded(word): section.id for word in section.numbered})
            within.update({folded(wording): section.id for wording in section.headings})
            self._exact.update({folded(wording): section.id for wording in (*section.headings, *section.whole)})
        self._within = sorted(within.items(), key=lambda pair: -len(pair[0]))

    def exact(self, heading: str) -> str | None:
        """The section whose name this is."""
        return self._exact.get(folded(heading))

    def numbered(self, heading: str) -> str | None:
        """The section of a heading such as "Finding 2: ..." or "Theme B"."""
        match = re.match(
            r"([a-z ]+?)\s+(?:no\.?\s*)?(?:\d{1,2}|[a-z]|[ivx]{1,4})(?:\s*[:.)–—-]|\s|$)", heading.strip().lower()
        )
        return self._numbered.get(folded(match[1])) if match else None

    def within(self, heading: str) -> tuple[str, bool] | None:
        """The section whose name the heading contains, and whether the name is of several words; the longest name wins."""
        text = f" {folded(heading)} "
        found = ((section, " " in wording) for wording, section in self._within if f" {wording} " in text)
        return next(found, None)


def folded(heading: str) -> str:
    """A heading without numbers, punctuation and capitals."""
    text = re.sub(r"[’']s\b", "s", heading.lower())
    text = re.sub(r"^\s*(?:section|chapter|part)\s+\w{1,4}\b", " ", text)
    text = re.sub(r"\b[ivx]{2,5}\b|\d+", " ", text)
    return " ".join(re.findall(r"[a-z&]+", text.replace("&", " and ")))

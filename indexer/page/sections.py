"""Which section of a report each part is: by its heading, by the part it stands in, and by what its text is like."""

import re
from collections.abc import Mapping, Sequence

from indexer.page.draft import Draft
from indexer.page.outline import Part
from indexer.taxonomy import Section

# Under these a heading changes the section only when it is a section's own name.
STEADY = frozenset(
    {"recommendations", "action_plan", "glossary", "references", "terms_of_reference", "toc", "questions_for_board"}
)
# Under these it changes only for a wording of several words: their sub-headings speak of anything.
FIRM = frozenset({"findings", "learning"})
FRONT = frozenset({"cover", "toc", "foreword"})


class SectionLabeller:
    """Labels the parts of reports with the sections of one vocabulary."""

    def __init__(self, sections: Mapping[str, Section]) -> None:
        self._names = SectionNames(sections)
        self._defaults = {kind: section.id for section in sections.values() for kind in section.default_for}

    def label(self, parts: Sequence[Part], document_types: Sequence[str]) -> None:
        """Sets the section of each part; the kinds of the document say what a part without a telling heading is."""
        default = next((self._defaults[kind] for kind in document_types if kind in self._defaults), "analysis")
        before = "cover"
        for part in parts:
            part.section = self._section(part, before, default)
            before = part.section

    def _section(self, part: Part, before: str, default: str) -> str:
        if part.contents:
            return "toc"
        if not part.heading:
            return before
        parent = part.parent.section if part.parent else None
        return self._names.section(part.heading, parent, before=before, default=default)

    def section(self, draft: Draft, text: str) -> str:
        """The section of one passage: that of its part, unless the passage itself says otherwise."""
        return draft.part.section


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

    def within(self, heading: str) -> str | None:
        """The section whose name the heading contains; the longest name wins."""
        text = f" {folded(heading)} "
        return next((section for wording, section in self._within if f" {wording} " in text), None)

    def _several_words(self, heading: str) -> bool:
        text = f" {folded(heading)} "
        return any(f" {wording} " in text for wording, _ in self._within if " " in wording)

    def section(self, heading: str, parent: str | None, *, before: str, default: str) -> str:
        """The section that a heading opens under the section `parent`; `before` is the section that it follows."""
        exact, numbered, within = self.exact(heading), self.numbered(heading), self.within(heading)
        if exact:
            return exact
        if parent in STEADY:
            return parent
        if numbered == "appendix_other":
            return within or numbered
        if parent in FIRM and not (numbered or (within and self._several_words(heading))):
            return parent
        found = numbered or within
        if found:
            return found
        if parent:
            return parent
        return "introduction" if before in FRONT and default == "analysis" else default


def folded(heading: str) -> str:
    """A heading without numbers, punctuation and capitals."""
    text = re.sub(r"[’']s\b", "s", heading.lower())
    text = re.sub(r"^\s*(?:section|chapter|part)\s+\w{1,4}\b", " ", text)
    text = re.sub(r"\b[ivx]{2,5}\b|\d+", " ", text)
    return " ".join(re.findall(r"[a-z&]+", text.replace("&", " and ")))

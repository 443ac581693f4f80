"""What it is called: the largest print of the cover, and the telling print around it."""

import re
from collections.abc import Sequence

from indexer.identity.dates import DATE
from indexer.identity.front import SHORT, Front, Print, fact, folded, readable
from indexer.identity.publisher import JOINERS, names_in
from indexer.identity.rules import Rules, any_of, phrases, whole
from indexer.identity.subject import QUOTED, name_in
from indexer.records import Fact
from indexer.taxonomy import Taxonomy

MOST_CHARACTERS = 240
# A title is no longer than this, and small print goes on with it up to so many words.
MOST_WORDS, SMALL_WORDS = 40, 17
# The largest print is no title when it is but the name of an authority.
PLACE = re.compile(r"\b(?:council|borough|county|city)\b|^\S+(?: \S+){0,2}$", re.I)
# A line of so few words that has a pseudonym in quotation marks is about its subject.
NAMED_WORDS = 8
# Print of more points than this is larger than running text.
BODY = 12.5
ENDS = re.compile(r"[.!][”’\"']?$")


class Titles:
    """Finds titles, with the kinds of review and document that a title may name."""

    def __init__(self, rules: Rules, taxonomy: Taxonomy) -> None:
        self._rules = rules
        terms = (*taxonomy.review_types.values(), *taxonomy.document_types.values())
        names = [name for term in terms for name in (*term.aliases, term.label) if len(name) > 4]
        self._kinds = phrases(tuple(names))

    def title(self, front: Front) -> Fact | None:
        """The title, None of a cover without print."""
        page = front.cover[0].page if front.cover else 0
        prints = [p for p in front.pages if p.page == page and (not p.edge or len(front.cover) < 3)]
        usable = [p for p in prints if self._may_be_title(p)]
        if not usable:
            usable = [p for p in prints if any(c.isalpha() for c in p.text)][:1]
        if not usable:
            return None
        largest = max(p.size for p in usable)
        start = prints.index(self._anchor(usable, largest))
        first = self._upwards(prints, start, largest)
        last = self._downwards(prints, start, largest)
        parts = [p for p in prints[first : last + 1] if self._may_be_title(p) or p is prints[start]]
        words = folded(" ".join(p.text for p in prints[first : last + 1]))
        at_large = prints[start].size > 1.15 * min(p.size for p in prints)
        return fact("title", _joined(parts), words, prints[start].page, 0.9 if at_large and len(usable) > 1 else 0.6)

    def _anchor(self, usable: Sequence[Print], largest: float) -> Print:
        """The first large print, and of several the first telling one; of one size of print, the first that tells."""
        large = [p for p in usable if p.size > 0.95 * largest]
        return next((p for p in large if self._tells(p)), large[0])

    def _upwards(self, prints: Sequence[Print], start: int, largest: float) -> int:
        first = start
        for place in range(start - 1, max(-1, start - 4), -1):
            p = prints[place]
            if (
                self._may_be_title(p)
                and (p.size > 0.75 * largest or self._tells(p))
                and not self._is_plain(p, prints[start])
            ):
                first = place
            elif not self._is_publisher(p):
                break
        return first

    def _downwards(self, prints: Sequence[Print], start: int, largest: float) -> int:
        last, words = start, len(prints[start].text.split())
        told = self._tells(prints[start]) or not PLACE.search(prints[start].plain)
        for place in range(start + 1, min(len(prints), start + 7)):
            p = prints[place]
            if self._is_publisher(p):
                continue
            large = p.size > 0.75 * largest and largest > BODY and not ENDS.search(p.plain)
            words += len(p.text.split())
            goes_on = (
                large
                or _unfinished(prints[last], p)
                or (self._is_more(p, prints) if words <= SMALL_WORDS else not told and self._tells(p))
            )
            if not goes_on or not self._may_be_title(p) or words > MOST_WORDS:
                break
            last, told = place, told or self._tells(p)
        return last

    def _is_more(self, p: Print, prints: Sequence[Print]) -> bool:
        """Whether smaller print belongs to a title: it tells of the review, or is well above running text."""
        return self._tells(p) or _is_subtitle(p, prints)

    def _is_plain(self, p: Print, anchor: Print) -> bool:
        return p.size < 0.95 * anchor.size and not self._tells(p)

    def _may_be_title(self, p: Print) -> bool:
        text = p.plain
        if (
            not any(c.isalpha() for c in text)
            or len(text.split()) > SHORT
            or any_of(self._rules.cover.markings).search(text)
        ):
            return False
        return not (self._is_publisher(p) or self._is_credit(text) or _is_date(text))

    def _is_publisher(self, p: Print) -> bool:
        found = list(names_in(p, self._rules.publisher))
        rest = p.text
        for named in reversed(found):
            rest = rest[: named.start] + rest[named.end :]
        return bool(found) and len(re.findall(r"\w{2,}", rest)) <= 2

    def _is_credit(self, text: str) -> bool:
        """Whether a line names an author, a chair or a role."""
        return bool(
            (whole(self._rules.author.labels).match(text) and not self._kinds.match(text))
            or re.match(
                r"(?:independent )?(?:chair|facilitat|lead|commissioned|issued|produced|prepared|date|published|publication(?! of))\w*\b",
                text,
                re.I,
            )
        )

    def _tells(self, p: Print) -> bool:
        """Whether print names a kind of review or document, the subject, or goes on from a title."""
        text = p.plain
        if ENDS.search(text) or re.match(r"\d+(?:\.\d+)*\.?\s", text) or len(text.split()) > 25:
            return False
        tells = any_of(self._rules.cover.telling).search(text) or self._kinds.search(text)
        named = len(text.split()) <= NAMED_WORDS and QUOTED.search(text)
        return bool(tells or named or name_in(readable(p.text), self._rules, whole_line=True))


def _is_date(text: str) -> bool:
    return len(re.findall(r"[^\W\d_]{2,}", DATE.sub("", text))) <= (2 if DATE.search(text) else 0)


def _is_subtitle(p: Print, prints: Sequence[Print]) -> bool:
    """Whether print is well above the size of the smallest, though below the title's."""
    return (
        p.size >= 1.3 * min(q.size for q in prints)
        and p.size > BODY
        and len(p.text.split()) <= 20
        and not p.plain[:1].isdigit()
    )


def _unfinished(before: Print, after: Print) -> bool:
    """Whether a line goes on in the next: it ends with "and" or the like, or the same print runs on in small letters."""
    if before.plain.rpartition(" ")[2].lower() in JOINERS:
        return True
    return abs(before.size - after.size) < 0.1 and before.text[-1:].islower() and after.text[:1].islower()


def _joined(parts: Sequence[Print]) -> str:
    title, last = "", parts[0]
    for p in parts:
        text = folded(readable(p.text))
        if not title:
            title = text
        else:
            goes_on = (
                text[:1].islower() or title.endswith((":", ",", "-", "–", " of", " in", " the")) or _unfinished(last, p)
            )
            title += (" " if goes_on else ": ") + text
        last = p
    return title[:MOST_CHARACTERS]

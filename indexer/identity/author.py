"""Who wrote it: a person named after or before a word such as "Author", never a board, a place or a job."""

import re
from collections.abc import Sequence
from functools import cache

from indexer.identity.front import Front, Print, fact, folded, readable
from indexer.identity.rules import Author, whole
from indexer.records import Fact

_HONORIFIC = r"(?:(?:Dr|Mr|Mrs|Ms|Miss|Professor|Prof|Sir|Dame|Baroness|Lady|Lord|His Honour|Judge)\.?\s)"
_PART = r"(?:[A-Z]\.?(?:\s?[A-Z]\.)*|(?:[A-Z][’'])?[A-Z][a-zéèáíóúöüñâêôŵŷ]+(?:[’'-](?:[A-Z]?[a-zéèáíóúöü]+))*|Mc[A-Z][a-z]+|Mac[A-Z][a-z]+)"
_LAST = r"(?:(?:[A-Z][’'])?(?:Mc|Mac)?[A-Z][a-zéèáíóúöüñâêôŵŷ]+(?:[’'-](?:[A-Z][’'])?[A-Z]?[a-zéèáíóúöü]+)*)"
PERSON = (
    rf"{_HONORIFIC}?{_PART}(?:[ \t]+(?:de |van |von |ap |le )?{_PART}){{0,2}}[ \t]+(?:de |van |von |ap |le )?{_LAST}"
)
_AND = r"(?:\s*,\s*(?:and\s+)?|\s+and\s+|\s*&\s*|\s*;\s*|\s*/\s*)"
_WITH = r"(?:\s*\((?:[^()\n]{2,60})\))?"
PEOPLE = rf"{PERSON}(?:{_WITH}(?:{_AND}|[ \t]*\n[ \t]*){PERSON}){{0,3}}"
SEPARATOR = r"[ \t]*(?:\n[ \t]*)?(?::|–|—|-|\||\t)?\s*"


# A signature at the end of a report is no longer than this.
SIGNED_WORDS = 15


def author(front: Front, rules: Author, kinds: Sequence[str]) -> Fact | None:
    """The author or authors; the running text of a response or briefing names those of another document."""
    for prints, confidence in ((front.cover, 0.95), (front.credits, 0.85)):
        for print_ in prints:
            if print_.is_short and (found := _labelled(print_, rules) or _before_role(print_, rules)):
                return fact("author", found[0], found[1], print_.page, confidence)
    split = _in_two_blocks(front, rules)
    if split or set(kinds) & set(rules.others_work):
        return split
    for print_ in front.opening:
        if found := _said(print_, rules):
            return fact("author", found[0], found[1], print_.page, 0.75)
    signed = [(p, found) for p in front.whole if len(p.text.split()) <= SIGNED_WORDS and (found := _labelled(p, rules))]
    if not signed:
        return None
    page, words = signed[0][0].page, signed[0][1][1]
    names = dict.fromkeys(name for p, (who, _) in signed if p.page == page for name in who.split(" and "))
    return fact("author", _listed(list(names)), words, page, 0.6)


@cache
def _after_label(rules: Author) -> re.Pattern[str]:
    return re.compile(rf"{whole(rules.labels).pattern.replace('(?:', '(?i:', 1)}{SEPARATOR}(?P<who>{PEOPLE})")


def _labelled(print_: Print, rules: Author) -> tuple[str, str] | None:
    """The people after a label; of numbered labels ("Reviewer 2") those of all."""
    text = readable(print_.text)
    sentence = len(text.split()) > SIGNED_WORDS
    found: list[tuple[str, int, int]] = []
    for match in _after_label(rules).finditer(text):
        if sentence and match.start() > 2 and text[match.start() - 1] != "\n":
            continue  # in running text the label may be that of another document
        if who := _people(match["who"], rules):
            found.append((who, match.start(), match.start("who") + len(match["who"])))
            if not re.search(r"\d", text[match.start() : match.start("who")]):
                break
    if not found:
        return None
    return _listed([who for who, _, _ in found]), print_.text[found[0][1] : found[-1][2]]


def _before_role(print_: Print, rules: Author) -> tuple[str, str] | None:
    """ "Jane Example, Independent Reviewer", on a line or two of their own."""
    roles = "|".join(w.replace(" ", r"\s") for w in rules.roles)
    match = re.fullmatch(
        rf"\s*(?:by\s+)?(?P<who>{PEOPLE})[ \t]*(?:,|\n|–|-|\()\s*(?:the )?(?i:{roles})\b.{{0,60}}",
        readable(print_.text),
        re.S,
    )
    who = _people(match["who"], rules) if match else None
    return (who, print_.text.strip()) if who else None


def _in_two_blocks(front: Front, rules: Author) -> Fact | None:
    """A label and a name printed apart, the one below the other; or "By" and a name alone on a cover."""
    for one, other in zip(front.cover, front.cover[1:], strict=False):
        label = whole(rules.labels).fullmatch(one.plain.rstrip(" :–-"))
        role = re.compile("|".join(rules.roles), re.I).fullmatch(other.plain)
        for found, name in ((label, other), (role, one)):
            match = re.match(rf"\s*(?P<who>{PEOPLE})", readable(name.text)) if found else None
            if match and (who := _people(match["who"], rules)):
                return fact("author", who, f"{one.text} {other.text}", one.page, 0.8)
    for print_ in front.cover:
        match = re.fullmatch(rf"\s*[Bb]y:?\s+(?P<who>{PEOPLE})\s*", readable(print_.text))
        if match and (who := _people(match["who"], rules)):
            return fact("author", who, print_.text, print_.page, 0.8)
    return None


def _said(print_: Print, rules: Author) -> tuple[str, str] | None:
    said = whole(rules.said).pattern.replace("(?:", "(?i:", 1).removesuffix(r"(?!\w)")
    appointed = whole(rules.appointed).pattern.replace("(?:", "(?i:", 1).removeprefix(r"\b")
    for pattern in (rf"{said}\s*(?P<who>{PEOPLE})", rf"(?P<who>{PEOPLE}){_WITH}{appointed}"):
        for match in re.finditer(pattern, print_.text):
            if who := _people(match["who"], rules):
                return who, match[0]
    return None


def _people(text: str, rules: Author) -> str | None:
    """The persons in a list of names, as one text; None where the first is none."""
    strangers = set(rules.not_person)
    people: list[str] = []
    for name in re.split(rf"{_AND}|\s*\n\s*", re.sub(r"\s*\([^()]*\)", "", text.strip())):
        kept = folded(name)
        if {re.sub(r"[^\w]", "", word).lower() for word in kept.split()} & strangers:
            break
        people.append(kept)
    return _listed(people) if people else None


def _listed(people: list[str]) -> str:
    return people[0] if len(people) == 1 else f"{', '.join(people[:-1])} and {people[-1]}"

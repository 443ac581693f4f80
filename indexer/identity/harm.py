"""What happened to the child: the kinds of harm that led to the review, as its opening tells them."""

import re
from collections.abc import Iterator, Mapping
from itertools import chain

from indexer.identity.front import Front, Print, fact
from indexer.identity.rules import Harm, Rules, phrases, whole
from indexer.identity.subject import names_of
from indexer.records import Fact
from indexer.taxonomy import Term

IN_TITLE, AT_INCIDENT, OF_CHILD, IN_OPENING = 3.0, 2.0, 1.0, 0.4
# A kind of harm counts when it scores at least this, and this share of the strongest.
LEAST, SHARE = 1.0, 0.5
# The circumstances are told in the first so many sentences that name the child or the harm.
SENTENCES = 160
# A denial stands at most so many characters before what it denies.
REACH = 45
CONVICTED = re.compile(r"\b(?:convicted|pleaded guilty|found guilty|charged with)\b", re.I)
# A topic counts when the document has so many of its words, and so large a share of those of all topics.
TOPIC_LEAST, TOPIC_SHARE, TOPIC_WORTH = 8, 0.5, 1.2


def harm_types(
    front: Front, title: Fact | None, subject: str | None, review: bool, rules: Rules, terms: Mapping[str, Term]
) -> tuple[Fact, ...]:
    """The kinds of harm, the strongest first; those that go without saying are left out."""
    if not (subject or review):
        return ()
    scores: dict[str, float] = {}
    best: dict[str, tuple[float, Print]] = {}
    titles = (Print(title.words or "", title.page or 1),) if title else ()
    any_kind = phrases(tuple(a for term in terms.values() for a in term.aliases))
    any_cue = whole(tuple(chain(*rules.harm.cues.values())))
    for print_, worth in _worth(titles, front, subject, rules):
        if not (any_kind.search(print_.text) or any_cue.search(print_.text)):
            continue
        for harm in set(_named(print_.text, rules.harm, terms)):
            scores[harm] = scores.get(harm, 0.0) + worth
            if harm not in best or worth > best[harm][0]:
                best[harm] = worth, print_
    if topic := _topic(front, rules.harm):
        scores[topic[0]] = scores.get(topic[0], 0.0) + TOPIC_WORTH
        best.setdefault(topic[0], (0.0, topic[1]))
    strongest = max(scores.values(), default=0.0)
    kept = [harm for harm, score in scores.items() if score >= max(LEAST, SHARE * strongest)]
    implied = {narrow for harm in kept for narrow in (*rules.harm.implied.get(harm, ()), terms[harm].broader)}
    kept = sorted((h for h in kept if h not in implied), key=lambda h: -scores[h])[:3]
    return tuple(
        fact("harm_type", harm, best[harm][1].text, best[harm][1].page, 0.8 if scores[harm] >= 3 else 0.6)
        for harm in kept
    )


def _worth(titles: tuple[Print, ...], front: Front, subject: str | None, rules: Rules) -> Iterator[tuple[Print, float]]:
    """The title, and the sentences that tell of this case, each with what a mention in it is worth."""
    yield from ((print_, IN_TITLE) for print_ in titles)
    incident, generic = whole(rules.dates.incident), whole(rules.harm.generic)
    child = whole((*names_of(subject, rules), *rules.ages.child, "he", "she", "they"))
    told = 0
    for print_ in front.opening[:SENTENCES]:
        if generic.search(print_.text):
            continue
        of_child = bool(child.search(print_.text))
        tells = (of_child and bool(incident.search(print_.text))) or bool(CONVICTED.search(print_.text))
        worth = AT_INCIDENT if tells else OF_CHILD if of_child else IN_OPENING
        told += tells
        yield print_, worth / (1 + told // 3)


def _topic(front: Front, rules: Harm) -> tuple[str, Print] | None:
    """The kind of harm of whose words the document is full, and the first print that has one."""
    any_topic = whole(tuple(chain(*rules.topics.values())))
    told = [p for p in front.whole if any_topic.search(p.text)]
    found = {harm: [p for p in told for _ in whole(words).finditer(p.text)] for harm, words in rules.topics.items()}
    harm = max(found, key=lambda name: len(found[name]))
    total = sum(map(len, found.values()))
    if len(found[harm]) < TOPIC_LEAST or len(found[harm]) < TOPIC_SHARE * total:
        return None
    return harm, found[harm][0]


def _named(text: str, rules: Harm, terms: Mapping[str, Term]) -> Iterator[str]:
    """The kinds that a text names and does not deny; words inside the longer wording of another do not count."""
    found = [
        (match.start(), match.end(), harm)
        for harm, term in terms.items()
        for pattern in (phrases(term.aliases), whole(rules.cues.get(harm, ())))
        for match in pattern.finditer(text)
        if not _denied(text, match.start(), rules)
    ]
    for start, end, harm in found:
        if not any(s <= start and end <= e and e - s > end - start and other != harm for s, e, other in found):
            yield harm


def _denied(text: str, start: int, rules: Harm) -> bool:
    before = text[max(0, start - REACH) : start]
    return bool(whole(rules.negated).search(before.rpartition(",")[2]))

"""Which words count as the same, and where sentences begin and end."""

import re
from collections.abc import Iterable, Iterator, Mapping

import msgspec

# A full stop after these does not end a sentence.
_ABBREVIATIONS = frozenset(
    [
        "mr",
        "mrs",
        "ms",
        "dr",
        "prof",
        "st",
        "no",
        "nos",
        "para",
        "paras",
        "fig",
        "e.g",
        "i.e",
        "etc",
        "cf",
        "vs",
        "approx",
        "rec",
        "ref",
        "al",
    ]
)
_END = re.compile(r"[.!?…]{1,6}[\"'”’)\]*]{0,4}(?=\s{1,9}[\"'“‘(\[]{0,4}[A-Z0-9£])")
_LAST_WORD = re.compile(r"[A-Za-z.]+$")
# A hyphen or dash between letters, and the digits of a footnote glued to a word.
_JOINT = re.compile(r"(?<=\w)[-\u2010\u2011\u2012\u2013/](?=\w)|(?<=[a-z]{4})\d{1,2}(?![\w%])")
_QUOTES = str.maketrans("‘’ʼ`\u00a0", "'''' ")
_CASED = re.compile(r"\(\?-i:|(?<!\\)[A-Z]")
_VOWEL = re.compile(r"[aeiouy]")
_TOKEN = re.compile(r"[a-z0-9]+")


class Context(msgspec.Struct, frozen=True):
    """What makes a passage a statement of learning: sections, and wordings as regular expressions."""

    sections: tuple[str, ...]
    cues: tuple[str, ...]


class Matching(msgspec.Struct, frozen=True):
    """The rules of ``matching.toml``."""

    function_words: frozenset[str]
    negations: frozenset[str]
    gap: int
    spelling: tuple[tuple[str, str], ...]
    prefixes: tuple[str, ...]
    irregular: Mapping[str, tuple[str, ...]]
    context: Context
    exclusions: Mapping[str, tuple[str, ...]]
    too_common: Mapping[str, frozenset[str]]


def fold(text: str) -> str:
    """The text with curly apostrophes straight, and hyphens between words and glued note numbers blank; as long as before."""
    return _JOINT.sub(lambda match: " " * len(match.group()), text.translate(_QUOTES))


def in_small(text: str) -> str:
    """The text in small letters, every character in its place."""
    small = text.lower()
    return small if len(small) == len(text) else "".join(c.lower() if len(c.lower()) == 1 else c for c in text)


def plain(text: str) -> str:
    """The text in small letters with apostrophes straight, every character in its place: as models take it."""
    return in_small(text).replace("’", "'")


class AnyOf:
    """Finds any of some wordings, given as regular expressions, as whole words and in any case.

    Where a wording asks for capitals or small letters ("(?-i:...)", "[A-Z]") it gets the text as it stands, else, which is
    twice as fast, in small letters; what is found is told by its place.
    """

    def __init__(self, patterns: Iterable[str], whole: bool = True) -> None:
        """`whole`: only where no letter stands before and after."""
        held = list(patterns)
        cased = [pattern for pattern in held if _CASED.search(pattern)]
        small = [pattern for pattern in held if not _CASED.search(pattern)]
        form = r"(?<!\w)(?:{})(?!\w)" if whole else "{}"
        self._small = re.compile(form.format("|".join(small))) if small else None
        self._cased = re.compile(form.format("|".join(cased)), re.IGNORECASE) if cased else None

    def finditer(self, text: str, start: int = 0) -> Iterator[re.Match[str]]:
        """The places of the wordings."""
        if self._small:
            yield from self._small.finditer(in_small(text), start)
        if self._cased:
            yield from self._cased.finditer(text, start)

    def search(self, text: str, start: int = 0) -> re.Match[str] | None:
        """A place of one of the wordings: the first, unless only another asks for capitals."""
        found = self._small.search(in_small(text), start) if self._small else None
        return found or (self._cased.search(text, start) if self._cased else None)


def singular(word: str) -> str:
    """The word in lower case without a plural or possessive ending."""
    word = word.lower().removesuffix("'s").removesuffix("'")
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


class Stems:
    """Reduces words to the stem that their spellings, numbers and tenses share."""

    def __init__(self, matching: Matching) -> None:
        self._spelling = matching.spelling
        self._irregular = {form: word for word, forms in matching.irregular.items() for form in forms}

    def __call__(self, word: str) -> str:
        """The stem of a word; not always a word itself."""
        word = word.lower()
        if word in self._irregular:
            return self._irregular[word]
        word = singular(word)
        for variant, standard in self._spelling:
            word = word.replace(variant, standard)
        return self._irregular.get(word) or _without_ending(word)


def _without_ending(word: str) -> str:
    for ending in ("ing", "ed"):
        stem = word.removesuffix(ending)
        if stem != word and len(stem) >= 3 and _VOWEL.search(stem):
            word = stem
            break
    if len(word) > 3 and (word.endswith("e") or word[-1] == word[-2]):
        return word[:-1]
    return word


def shingles(text: str, size: int = 3) -> frozenset[tuple[str, ...]]:
    """The runs of `size` words in a text, in lower case; the whole of a shorter text."""
    words = _TOKEN.findall(text.lower())
    if len(words) < size:
        return frozenset([tuple(words)] if words else [])
    return frozenset(tuple(words[i : i + size]) for i in range(len(words) - size + 1))


def sentences(text: str) -> list[tuple[int, int]]:
    """Start and end of each sentence, without surrounding white space; together they hold all that is not white space."""
    spans, start = [], 0
    for end in _ends(text):
        span = _trimmed(text, start, end)
        if span:
            spans.append(span)
        start = end
    return spans


def _ends(text: str) -> list[int]:
    ends = []
    for match in _END.finditer(text):
        word = _LAST_WORD.search(text, max(0, match.start() - 12), match.start())
        if match.group().startswith(".") and word and word.group().lower() in _ABBREVIATIONS:
            continue
        ends.append(match.end())
    return [*ends, len(text)]


def _trimmed(text: str, start: int, end: int) -> tuple[int, int] | None:
    part = text[start:end]
    left = len(part) - len(part.lstrip())
    right = len(part.rstrip())
    return (start + left, start + right) if right > left else None

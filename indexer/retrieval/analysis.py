"""How text and queries become the terms that are compared: case, accents, apostrophes and hyphens folded, words stemmed."""

import re
import unicodedata
import zlib
from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

LONGEST_WORD = 64  # characters; what is longer is cut

_HYPHENS = "-\u2010\u2011"
_APOSTROPHES = "'\u2019\u02bc\u2018"
_PART = rf"[^\W_]+(?:[{_APOSTROPHES}\u00ad][^\W_]+)*"
_RAW_WORD = re.compile(rf"\d+(?:\.\d+)+|{_PART}(?:[{_HYPHENS}]{_PART})*")
_HYPHEN = re.compile(f"[{_HYPHENS}]")
_APOSTROPHE = re.compile(f"[{_APOSTROPHES}\u00ad]")
_POSSESSIVE = re.compile(f"[{_APOSTROPHES}]s$", re.IGNORECASE)
_AMERICAN = re.compile(r"(?<=\w\w\w)iz(?=(?:e|ed|es|er|ers|ing|ation|ations|ational)$)")

_STOP_WORDS = """
    a about above across after again against all almost also although always am among an and any anyone anything are
    around as ask asked at away be became because been before being below between both but by came can cannot come could
    did do does doing done down during each either else ever every everyone few find for found from further gave get give given
    go goes gone got had has have having he her here hers herself him himself his how however i if in into is it its
    itself just kind know known let like made make many may me might mine more most much must my myself near neither never no
    nor not nothing now of off often on once one only onto or other others ought our ours ourselves out over own per perhaps
    please put quite rather said same say says see seen shall she should show since so some something sometimes still such take
    tell than that the their theirs them themselves then there therefore these they thing things this those though through
    to together too toward towards under until up upon us use used using very via was we well were what whatever when where
    whether which while who whoever whole whom whose why will with within without would yet you your yours yourself
    learn learned learnt lesson lessons review reviews taught teach teaches
"""
STOP_WORDS = frozenset(_STOP_WORDS.split())


_IRREGULAR_FORMS = """
    bite bit bitten; break broke broken; bring brought; child children; die died dying; draw drew drawn; drink drank drunk;
    fall fell fallen; feel felt; foot feet; grow grew grown; hear heard; hide hid hidden; hold held; keep kept; know knew known;
    leave left; life lives; lose lost; man men; meet met; midwife midwives; pay paid; run ran; see saw seen; seek sought;
    send sent; shake shook shaken; sleep slept; speak spoke spoken; tell told; tooth teeth; understand understood;
    wife wives; woman women; write wrote written; 2 two; 3 three; 4 four; 5 five; 6 six; 7 seven; 8 eight; 9 nine; 10 ten;
    11 eleven; 12 twelve; 13 thirteen; 14 fourteen; 15 fifteen; 16 sixteen; 17 seventeen; 18 eighteen; 19 nineteen; 20 twenty
"""
_IRREGULAR = {form: base for row in _IRREGULAR_FORMS.split(";") for base, *forms in [row.split()] for form in forms}


class Token(NamedTuple):
    """A word of a text: the term it is compared by, the folded word, its place among the words and among the characters.

    The parts of a hyphenated word have places of their own; `joined` marks the word that they make together, which
    stands at the place of the first part.
    """

    term: str
    word: str
    position: int
    start: int
    end: int
    joined: bool


class _Form(NamedTuple):
    term: str
    word: str
    start: int
    end: int
    joined: bool


class Analyser:
    """Turns text into tokens with a given stemmer; safe for many threads."""

    def __init__(self, stem: Callable[[str], str]) -> None:
        self._stem = stem
        self._forms = lru_cache(maxsize=200_000)(self._split)

    def tokens(self, text: str) -> list[Token]:
        """The words of a text in order; offsets are characters of `text`."""
        found, position = [], 0
        for match in _RAW_WORD.finditer(text):
            base, parts = match.start(), 0
            for form in self._forms(match.group()):
                at = position if form.joined else position + parts
                found.append(Token(form.term, form.word, at, base + form.start, base + form.end, form.joined))
                parts += not form.joined
            position += parts
        return found

    def words(self, text: str) -> list[str]:
        """The folded words of a text in order, not stemmed, hyphenated words in their parts."""
        return [form.word for raw in _RAW_WORD.findall(text) for form in self._forms(raw) if not form.joined]

    def _split(self, raw: str) -> tuple[_Form, ...]:
        """The words in one run of print: itself, or its hyphenated parts and what they make together."""
        forms, start = [], 0
        for part in _HYPHEN.split(raw):
            word = fold(part)
            term = self._stem(_IRREGULAR.get(word, word))
            forms.append(_Form(term, word, start, start + len(part), joined=False))
            start += len(part) + 1
        if len(forms) > 1:
            word = "".join(form.word for form in forms)[:LONGEST_WORD]
            forms.append(_Form(self._stem(word), word, 0, len(raw), joined=True))
        return tuple(forms)


def fold(word: str) -> str:
    """A word without case, accents, apostrophes and possessive s, in British spelling of -ise."""
    word = _POSSESSIVE.sub("", word)
    if not word.isascii():
        decomposed = unicodedata.normalize("NFKD", word)
        word = "".join(c for c in decomposed if not unicodedata.combining(c))
    return _AMERICAN.sub("is", _APOSTROPHE.sub("", word).casefold())[:LONGEST_WORD]


def spelling_code(word: str) -> int:
    """A number from 0 to 65,535 that tells the inflections of one term apart."""
    return zlib.crc32(word.encode("utf-8", "surrogatepass")) & 0xFFFF

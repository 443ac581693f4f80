"""Whether the words that a PDF gives for a page are what a reader sees on it, and if not, why OCR has to read the page."""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

from indexer.page.sheet import Sheet

PICTURE = "a picture of text"
OUTLINES = "text drawn as outlines"
GARBLED = "text in a garbled encoding"

# A page without words is looked at when images cover this share of it, or so many curves are drawn.
SOME_PICTURE, SOME_CURVES = 0.03, 100
# With a header and a footer of words, it takes more: words within this share of the height from top and bottom.
MUCH_PICTURE, MANY_CURVES = 0.5, 1000
MARGIN = 0.12
MARGIN_LETTERS = 400
FEW_LETTERS = 3
# Of the characters of a page, this share without a meaning, or so few that are letters or digits, is garbled.
MEANINGLESS, MEANINGFUL = 0.15, 0.45
ENOUGH_CHARACTERS = 60
# Of the pairs of letters, this share that neither English nor Welsh has; the few of a short text must be surer.
ODD_PAIRS, ENOUGH_PAIRS = 0.18, 50
ODD_PAIRS_OF_FEW, FEW_PAIRS = 0.35, 14
ACCENTED = 0.2  # of the letters; Welsh has one in a hundred

# What follows each letter in 98.5 % of all pairs of letters in English reports, and in Welsh ones.
FOLLOWS = {
    "a": "bcdefgiklmnoprstuvwy",
    "b": "aeilorsuwy",
    "c": "acehikloqrstuwy",
    "d": "adeghiorsuvlnwy",
    "e": "acdefgilmnopqrstuvwxy",
    "f": "aefilorstuwy",
    "g": "aeghilnorsuwy",
    "h": "aeiorntuwy",
    "i": "abcdefgiklmnoprstuvwyz",
    "j": "aeou",
    "k": "aeilnsy",
    "l": "adefiklmoprstuvwy",
    "m": "abehimopsuwy",
    "n": "acdefghiklnostuvwyj",
    "o": "abcdefghiklmnoprstuvwy",
    "p": "aehiloprstuwy",
    "q": "u",
    "r": "acdefghiklmnoprstuvwy",
    "s": "acehiklmnopqstuwyg",
    "t": "aehilmnorstuwy",
    "u": "abcdefgiklmnprstwy",
    "v": "aeioy",
    "w": "abcdefghilnorstuy",
    "x": "aceipt",
    "y": "abcdefghilmnoprstuw",
    "z": "aeioz",
}
PAIRS = frozenset(first + second for first, seconds in FOLLOWS.items() for second in seconds)

NOT_MAPPED = re.compile(r"\(cid:\d+\)")
LETTERS = re.compile(r"[^\W\d_]+")
ADDRESS = ("www.", "://", "@")
REPEATED = re.compile(r"([^\w\s])\1+")


def why_unread(sheet: Sheet) -> str | None:
    """Why the words of a sheet are not what is printed on the page, so far as it can be told without seeing it."""
    pictured = _pictured(sheet)
    if pictured:
        return pictured
    return GARBLED if garbled([word.text for word in sheet.words]) else None


def _pictured(sheet: Sheet) -> str | None:
    letters = sum(len(word.text) for word in sheet.words)
    if letters <= FEW_LETTERS:
        least_picture, least_curves = SOME_PICTURE, SOME_CURVES
    elif letters <= MARGIN_LETTERS and all(_in_margin(word.base, sheet.height) for word in sheet.words):
        least_picture, least_curves = MUCH_PICTURE, MANY_CURVES
    else:
        return None
    if sheet.pictured >= least_picture:
        return PICTURE
    return OUTLINES if sheet.curves >= least_curves else None


def _in_margin(base: float, height: float) -> bool:
    return base < MARGIN * height or base > (1 - MARGIN) * height


def garbled(words: Sequence[str]) -> bool:
    """Whether words are letters put in the place of others, or signs without a meaning, and no language at all."""
    text = " ".join(words)
    without_meaning = len(NOT_MAPPED.findall(text)) + sum(text.count(c) for c in set(text) if _meaningless(c))
    shown = REPEATED.sub(r"\1", NOT_MAPPED.sub("", text)).replace(" ", "")
    characters = len(shown) + len(NOT_MAPPED.findall(text))
    if characters >= ENOUGH_CHARACTERS:
        if without_meaning > MEANINGLESS * characters:
            return True
        if sum(map(str.isalnum, shown)) < MEANINGFUL * len(shown):
            return True
    told = " ".join(word for word in text.split() if not any(sign in word for sign in ADDRESS))
    letters = [word for word in LETTERS.findall(told) if len(set(word)) > 1]
    return _odd_accents("".join(letters)) or _odd_letters(letters)


def _meaningless(char: str) -> bool:
    return char == "\ufffd" or unicodedata.category(char) in ("Co", "Cn", "Cc")


def _odd_accents(letters: str) -> bool:
    """Whether so many letters of a text in Latin letters bear accents as no language has."""
    accented = 0 if letters.isascii() else sum("\u00c0" <= letter < "\u0250" for letter in letters)
    return len(letters) >= ENOUGH_CHARACTERS and accented > ACCENTED * len(letters)


def _odd_letters(words: Sequence[str]) -> bool:
    """Whether the letters of words follow each other as in no text in English or Welsh; acronyms are left aside."""
    mostly_capitals = sum(word.isupper() for word in words) > len(words) / 2
    plain = [_plain(word) for word in words if mostly_capitals or not word.isupper()]
    latin = [word for word in plain if word.isascii()]
    if len(latin) < len(plain) / 2:
        return False  # another script, of which nothing is known here
    pairs, odd = sum(len(word) - 1 for word in latin), sum(map(_odd_pairs, latin))
    if pairs >= ENOUGH_PAIRS:
        return odd > ODD_PAIRS * pairs
    return pairs >= FEW_PAIRS and odd > ODD_PAIRS_OF_FEW * pairs


@lru_cache(maxsize=1 << 15)
def _odd_pairs(word: str) -> int:
    return sum(a + b not in PAIRS for a, b in pairwise(word))


def _plain(word: str) -> str:
    """A word in small letters without accents."""
    if word.isascii():
        return word.lower()
    return "".join(c for c in unicodedata.normalize("NFKD", word.lower()) if not unicodedata.combining(c))

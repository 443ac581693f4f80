"""Content streams of PDF pages as operators with their operands, by regular expressions over whole streams.

A tokenizer that takes one byte after another is 40 % of the time of reading a PDF. This one knows the plain forms, which
are nearly all there is; `operations` says None to everything else, which is left to a full parser.
"""

import re
from collections.abc import Callable, Iterator

Operation = tuple[bytes, list[object]]

# A stream longer than this is not held as a whole.
LONGEST = 32 << 20

_SPACE = rb"[\s\0]*+"
_ENDS = rb"#/%\[\]()<>{}\s"
_NUMBER = rb"[-+]?(?:\d++(?:\.\d*+)?+|\.\d++)"
_TEXT = rb"\((?:[^()\\]++|\\.|\((?:[^()\\]++|\\.)*+\))*+\)"
_HEX = rb"<[0-9A-Fa-f\s]*+>"
_NAME = rb"/[^" + _ENDS + rb"]*+(?!\#)"
_PART = b"|".join((_NUMBER, _TEXT, _HEX + rb"(?!>)", _NAME))
_ARRAY = rb"\[(?:" + _SPACE + rb"(?:" + _PART + rb"))*+" + _SPACE + rb"\]"
_DICTIONARY = rb"<<(?:[^<>()\\%]++|" + _HEX + b"|" + _TEXT + rb")*+>>"
_OPERATOR = rb"(?!(?:BI|true|false)\b)[A-Za-z][^" + _ENDS + rb"]*+|['\"]"
_COMMENT = rb"%[^\r\n]*+"
_TOKEN = b"|".join((_PART, _OPERATOR, _ARRAY, _DICTIONARY, _COMMENT))

_token = re.compile(_TOKEN, re.DOTALL)
_part = re.compile(_PART, re.DOTALL)
_plain = re.compile(rb"(?:" + _SPACE + rb"(?:" + _TOKEN + rb"))*+" + _SPACE, re.DOTALL)
_escape = re.compile(rb"\\([0-7]{1,3}|\r\n|.)", re.DOTALL)
_pair = re.compile(rb"..?", re.DOTALL)
_space = re.compile(rb"\s")

_ESCAPED = {b"b": b"\b", b"t": b"\t", b"n": b"\n", b"f": b"\f", b"r": b"\r", b"(": b"(", b")": b")", b"\\": b"\\"}
_IN_NUMBERS = frozenset(b"0123456789+-.")
_IN_OPERATORS = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'\"")


def operations(data: bytes, name: Callable[[str | bytes], object]) -> Iterator[Operation] | None:
    """Each operator with the operands before it; `name` makes a name object. None when the stream is not of plain form.

    Dictionaries, which only mark content, are None among the operands.
    """
    if len(data) > LONGEST or not _plain.fullmatch(data):
        return None
    return _operations(data, name)


def _operations(data: bytes, name: Callable[[str | bytes], object]) -> Iterator[Operation]:
    operands: list[object] = []
    operand_of = _Operands(name)
    for token in _token.findall(data):
        first = token[0]
        if first in _IN_OPERATORS:
            yield token, operands
            operands = []
        elif first == 0x5B:
            operands.append([operand_of[part] for part in _part.findall(token)])
        elif first != 0x25:
            operands.append(operand_of[token])


class _Operands(dict[bytes, object]):
    """What tokens stand for; most come again and again in one stream."""

    def __init__(self, name: Callable[[str | bytes], object]) -> None:
        super().__init__()
        self._name = name

    def __missing__(self, token: bytes) -> object:
        value = self[token] = _operand(token, self._name)
        return value


def _operand(token: bytes, name: Callable[[str | bytes], object]) -> object:
    first = token[0]
    if first in _IN_NUMBERS:
        return float(token) if b"." in token else int(token)
    if first == 0x28:
        return _escape.sub(_unescaped, token[1:-1]) if b"\\" in token else token[1:-1]
    if first == 0x2F:
        return name(_decoded(token[1:]))
    return None if token[1] == 0x3C else _from_hex(token[1:-1])


def _unescaped(match: re.Match[bytes]) -> bytes:
    """What a backslash and what follows stand for; nothing when they have no meaning."""
    code = match[1]
    return bytes((int(code, 8) & 0xFF,)) if code.isdigit() and code < b"8" else _ESCAPED.get(code, b"")


def _from_hex(digits: bytes) -> bytes:
    try:
        return bytes.fromhex(digits.decode())
    except ValueError:  # an odd digit at the end stands for itself, or a space parts the two of a byte
        return bytes(int(pair, 16) for pair in _pair.findall(_space.sub(b"", digits)))


def _decoded(name: bytes) -> str | bytes:
    try:
        return name.decode()
    except UnicodeDecodeError:
        return name

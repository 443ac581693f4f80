"""Expressions that mean the same in case reviews, so that a search for one finds the others too, ranked lower."""

import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from indexer.errors import ConfigError
from indexer.retrieval.analysis import Analyser, Token


@dataclass(frozen=True, slots=True)
class Synonym:
    """What was recognised among the tokens of a query, as text, and the expressions to search for besides."""

    text: str
    added: tuple[str, ...]


class Thesaurus:
    """Groups of expressions with the same meaning, recognised whatever their inflection and hyphens."""

    def __init__(self, analyser: Analyser, groups: Iterable[Sequence[str]] = ()) -> None:
        self._others: dict[tuple[str, ...], tuple[str, ...]] = {}
        for group in groups:
            keys = [_key(analyser.tokens(expression)) for expression in group]
            for key in dict.fromkeys(keys):
                others = tuple(text for text, other in zip(group, keys, strict=True) if other != key)
                self._others[key] = tuple(dict.fromkeys(self._others.get(key, ()) + others))
        self._longest = max(map(len, self._others), default=0)

    def expand(self, tokens: Sequence[Token]) -> list[Synonym]:
        """The longest known expressions in a query, from left to right."""
        plain = [token for token in tokens if not token.joined]
        found, at = [], 0
        while at < len(plain):
            size = self._known(plain, at)
            if size:
                here = plain[at : at + size]
                found.append(Synonym(" ".join(token.word for token in here), self._others[_key(here)]))
            at += size or 1
        return found

    def _known(self, tokens: Sequence[Token], at: int) -> int:
        """How many tokens from `at` make the longest known expression; 0 when none does."""
        longest = min(self._longest, len(tokens) - at)
        return next((size for size in range(longest, 0, -1) if _key(tokens[at : at + size]) in self._others), 0)


def _key(tokens: Sequence[Token]) -> tuple[str, ...]:
    return tuple(token.term for token in tokens if not token.joined)


def load(path: Path, analyser: Analyser) -> Thesaurus:
    """The thesaurus in a file; an empty one when there is no file. Raises ConfigError when the file is faulty."""
    if not path.exists():
        return Thesaurus(analyser)
    try:
        groups = tomllib.loads(path.read_text("utf-8"))["groups"]
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"{path}: {error}") from error
    except KeyError as error:
        raise ConfigError(f"{path}: 'groups' is missing") from error
    for group in groups:
        if (
            not isinstance(group, list)
            or len(group) < 2
            or not all(isinstance(text, str) and text.strip() for text in group)
        ):
            raise ConfigError(f"{path}: groups: each must be a list of two or more expressions, not {group!r}")
    return Thesaurus(analyser, groups)

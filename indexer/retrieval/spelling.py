"""Finds the known word that somebody most likely meant."""

from collections.abc import Iterable

SHORTEST = 4  # letters; shorter words are not corrected
LONG = 7  # letters from which two mistakes are allowed


def candidates(word: str, vocabulary: Iterable[str]) -> list[tuple[str, int]]:
    """Known words with the same first letter and at most one mistake (two in long words), with their mistakes."""
    if len(word) < SHORTEST or not word.isalpha():
        return []
    allowed = 1 if len(word) < LONG else 2
    alike = (other for other in vocabulary if other[:1] == word[0] and abs(len(other) - len(word)) <= allowed)
    near = ((other, distance(word, other, allowed)) for other in alike)
    return [(other, mistakes) for other, mistakes in near if mistakes <= allowed]


def distance(left: str, right: str, limit: int) -> int:
    """Letters changed, added, left out or exchanged with a neighbour between two words; more than `limit` when too many."""
    before: list[int] = []
    row = list(range(len(right) + 1))
    for i, a in enumerate(left, 1):
        earlier, before, row = before, row, [i]
        for j, b in enumerate(right, 1):
            steps = min(before[j] + 1, row[-1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == right[j - 2] and left[i - 2] == b:
                steps = min(steps, earlier[j - 2] + 1)
            row.append(steps)
        if min(row) > limit:
            return limit + 1
    return row[-1]

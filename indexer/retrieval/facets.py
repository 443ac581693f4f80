"""The values of one filter over all passages, held as arrays so that they are counted in a moment."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from indexer.records import FacetValue


@dataclass(frozen=True)
class FilterColumn:
    """Pairs of a passage and a value that it has, as two arrays; `ids` point into `values`, which are sorted."""

    size: int
    values: Sequence[str]
    docs: NDArray[np.int64]
    ids: NDArray[np.int64]

    @cached_property
    def _numbers(self) -> dict[str, int]:
        return {value: number for number, value in enumerate(self.values)}

    def mask(self, values: Iterable[str]) -> NDArray[np.bool_]:
        """Passages that have any of the values."""
        wanted = np.zeros(len(self.values) + 1, np.bool_)
        wanted[[self._numbers.get(value, -1) for value in values]] = True
        wanted[-1] = False  # stands for the values that no passage has
        mask = np.zeros(self.size, np.bool_)
        mask[self.docs[wanted[self.ids]]] = True
        return mask

    def counts(self, mask: NDArray[np.bool_], selected: Sequence[str]) -> tuple[FacetValue, ...]:
        """How many of the passages in the mask have each value, the commonest first; selected values are always named."""
        totals = np.bincount(self.ids[mask[self.docs]], minlength=len(self.values))
        counted = {self.values[int(i)]: int(totals[i]) for i in np.flatnonzero(totals)}
        found = dict.fromkeys(selected, 0) | counted
        return tuple(
            FacetValue(value, count) for value, count in sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))
        )

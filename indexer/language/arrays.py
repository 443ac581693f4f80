"""What the models share: runs of rows in a table, their sums, and the rows of numbers in an ordered list."""

import numpy as np

Array = np.ndarray


def summed(rows: Array, starts: Array) -> Array:
    """The sum of the rows of each run that begins at `starts`, whose last entry is the end of the last run."""
    totals = np.zeros((len(starts) - 1, rows.shape[1]), np.float32)
    filled = np.flatnonzero(np.diff(starts))
    if len(filled):
        totals[filled] = np.add.reduceat(rows, starts[filled], axis=0)
    return totals


def runs(bounds: Array, which: Array) -> tuple[Array, Array]:
    """The members of the runs numbered in `which`, where run i lies between `bounds[i]` and `bounds[i + 1]`.

    For each member, the place in `which` that it is taken for, and its own number.
    """
    counts = bounds[which + 1] - bounds[which]
    taken = np.repeat(np.arange(len(which)), counts)
    return taken, np.arange(len(taken)) + np.repeat(bounds[which] - np.cumsum(counts) + counts, counts)


def rows_of(numbers: Array, wanted: Array) -> tuple[Array, Array]:
    """The places in `wanted` of what stands in `numbers`, which rise, and the rows where it stands there."""
    rows = np.minimum(np.searchsorted(numbers, wanted), len(numbers) - 1)
    known = np.flatnonzero(numbers[rows] == wanted)
    return known, rows[known]

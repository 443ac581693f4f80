"""Where things lie on a page, as PDFium counts, and how its handles are told apart."""

import ctypes
from typing import Any

from pypdfium2 import raw

Matrix = tuple[float, float, float, float, float, float]


def product(inner: Matrix, outer: Matrix) -> Matrix:
    """The transformation that does `inner` first and `outer` after it."""
    a, b, c, d, e, f = inner
    m, n, o, p, q, r = outer
    return a * m + b * o, a * n + b * p, c * m + d * o, c * n + d * p, e * m + f * o + q, e * n + f * p + r


def moved(x: float, y: float, by: Matrix) -> tuple[float, float]:
    a, b, c, d, e, f = by
    return a * x + c * y + e, b * x + d * y + f


def matrix_of(thing: Any) -> Matrix:
    matrix = raw.FS_MATRIX()
    if not raw.FPDFPageObj_GetMatrix(thing, matrix):
        return 1, 0, 0, 1, 0, 0
    return matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f


def address(handle: Any) -> int:
    return ctypes.cast(handle, ctypes.c_void_p).value or 0

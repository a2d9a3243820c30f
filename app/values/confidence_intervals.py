"""Exact intervals of a share, after Clopper and Pearson (Biometrika 1934;26:404-13)."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from math import exp, lgamma, log, log1p

STEPS = 200  # of a continued fraction, which settles in about sqrt(n) of them
TINY = 1e-300
SMALLEST_STEP = 1e-16


@cache
def exact_interval(affected: int, at_risk: int, level: float = 0.95) -> tuple[float, float]:
    """The shares between which `affected` of `at_risk` is no surprise, from 0 to 1.

    0 of n has an upper bound and n of n a lower one. Raises ValueError unless
    0 <= affected <= at_risk, at_risk > 0 and 0 < level < 1.
    """
    if not (0 <= affected <= at_risk and at_risk > 0 and 0 < level < 1):
        raise ValueError(f"there is no interval for {affected} of {at_risk} at {level}")
    tail = (1 - level) / 2
    rest = at_risk - affected
    low = 0.0 if affected == 0 else _root(lambda x: _beta(affected, rest + 1, x) - tail)
    high = 1.0 if rest == 0 else _root(lambda x: _beta(affected + 1, rest, x) - (1 - tail))
    return low, high


def _root(rising: Callable[[float], float]) -> float:
    """Where a function that rises from below to above 0 between 0 and 1 passes 0."""
    low, high = 0.0, 1.0
    while True:
        middle = (low + high) / 2
        if middle in (low, high):
            return middle
        if rising(middle) < 0:
            low = middle
        else:
            high = middle


def _beta(a: float, b: float, x: float) -> float:
    """The regularised incomplete beta function (NIST DLMF 8.17.22)."""
    if x <= 0 or x >= 1:
        return float(x >= 1)
    front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x))
    if x > (a + 1) / (a + b + 2):  # the fraction settles quickly on this side only
        return 1 - front * _fraction(b, a, 1 - x) / b
    return front * _fraction(a, b, x) / a


def _fraction(a: float, b: float, x: float) -> float:
    """The continued fraction of the beta function, by Lentz's method."""
    c, d = 1.0, 1 / _away_from_zero(1 - (a + b) * x / (a + 1))
    found = d
    for m in range(1, STEPS + int((a + b) ** 0.5)):
        for step in (
            m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
        ):
            d, c = 1 / _away_from_zero(1 + step * d), _away_from_zero(1 + step / c)
            found *= c * d
        if abs(c * d - 1) < SMALLEST_STEP:
            break
    return found


def _away_from_zero(value: float) -> float:
    """A number that may be divided by."""
    return value if abs(value) > TINY else TINY

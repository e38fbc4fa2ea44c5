"""Precision: how often a source is right, as a Beta posterior over the decisions of a rolling window.

    precision | decisions  ~  Beta(PRIOR_AGREED + agreed, PRIOR_DISAGREED + disagreed)

The mean feeds the rank; the central interval says how far the mean can be trusted. Both are pure Python.

Source: Gelman et al., Bayesian Data Analysis, section 2.4; docs/sources.md says what it means in words.
"""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

PRIOR_AGREED, PRIOR_DISAGREED = 2.0, 2.0  # as if each source had been right twice and wrong twice before
WINDOW_DAYS = 180  # decisions older than this say nothing any more
INTERVAL_MASS = 0.95

_TINY = 1e-300
_CLOSE = 1e-15
_MOST_TERMS = 100_000
_HALVINGS = 40  # to 1e-12


@dataclass(frozen=True, slots=True)
class Precision:
    """The posterior in three numbers, each from 0 to 1: its mean and the ends of its central 95 % interval."""

    mean: float
    low: float
    high: float


def window_start(at: datetime) -> datetime:
    """Decisions from this instant on count at `at`."""
    return at - timedelta(days=WINDOW_DAYS)


def mean(agreed: int, disagreed: int) -> float:
    """How often a source is right: the posterior's mean. Without any decision it is 0.5."""
    return (agreed + PRIOR_AGREED) / (agreed + disagreed + PRIOR_AGREED + PRIOR_DISAGREED)


@lru_cache(maxsize=4096)
def posterior(agreed: int, disagreed: int) -> Precision:
    """The posterior of a source with so many agreed and disagreed flags in the window."""
    a, b = agreed + PRIOR_AGREED, disagreed + PRIOR_DISAGREED
    tail = (1 - INTERVAL_MASS) / 2
    return Precision(mean(agreed, disagreed), beta_quantile(a, b, tail), beta_quantile(a, b, 1 - tail))


def beta_quantile(a: float, b: float, probability: float) -> float:
    """The x at which the Beta(a, b) distribution function reaches `probability` (between 0 and 1), by halving: the
    function grows with x, so each step halves what is left of (0, 1)."""
    low, high = 0.0, 1.0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if beta_distribution(a, b, middle) < probability:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def beta_distribution(a: float, b: float, x: float) -> float:
    """The regularized incomplete beta function I_x(a, b): the share of Beta(a, b) that lies below x.

    Takes a and b above 0 and x from 0 to 1. The continued fraction converges fast below the mean's neighbourhood;
    above it the symmetry I_x(a, b) = 1 − I_{1−x}(b, a) is used. Source: NIST DLMF 8.17.22 and 8.17.4.
    """
    if x <= 0 or x >= 1:
        return float(x >= 1)
    if x > (a + 1) / (a + b + 2):
        return 1 - beta_distribution(b, a, 1 - x)
    log_front = a * math.log(x) + b * math.log1p(-x) + math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b)
    return math.exp(log_front) / a * _continued_fraction(a, b, x)


def _continued_fraction(a: float, b: float, x: float) -> float:
    """1/(1+ d1/(1+ d2/(1+ …))) with DLMF 8.17.23's coefficients, by the modified Lentz method (DLMF 3.10(iii))."""
    value, upper, lower = 1.0, 1.0, 0.0
    for term in range(_MOST_TERMS):
        half, is_odd = divmod(term, 2)
        if term == 0:
            coefficient = 1.0
        elif is_odd:
            coefficient = -(a + half) * (a + b + half) * x / ((a + 2 * half) * (a + 2 * half + 1))
        else:
            coefficient = half * (b - half) * x / ((a + 2 * half - 1) * (a + 2 * half))
        lower = 1 / _apart_from_zero(1 + coefficient * lower)
        upper = _apart_from_zero(1 + coefficient / upper)
        value *= upper * lower
        if abs(upper * lower - 1) < _CLOSE:
            break
    return value - 1


def _apart_from_zero(number: float) -> float:
    return number if abs(number) > _TINY else _TINY

"""Precision: the Beta posterior in pure Python, against closed forms, exact sums and a published example."""

from datetime import UTC, datetime
from fractions import Fraction
from math import comb, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviews.rules import precision
from reviews.rules.precision import beta_distribution, beta_quantile

CLOSE = 1e-6
counts = st.integers(0, 2000)


def exact_share_below(a: int, b: int, x: Fraction) -> float:
    """I_x(a, b) for whole a and b as a binomial tail, in exact fractions. Source: NIST DLMF 8.17.5."""
    trials = a + b - 1
    return float(sum(comb(trials, hits) * x**hits * (1 - x) ** (trials - hits) for hits in range(a, trials + 1)))


@given(st.integers(1, 120), st.integers(1, 120), st.integers(0, 1000))
def test_the_distribution_is_the_exact_binomial_tail(a: int, b: int, thousandths: int) -> None:
    x = Fraction(thousandths, 1000)
    assert beta_distribution(a, b, float(x)) == pytest.approx(exact_share_below(a, b, x), abs=1e-10)


@pytest.mark.parametrize(
    ("a", "b", "probability", "x"),
    [
        (1, 1, 0.025, 0.025),  # uniform
        (3, 1, 0.125, 0.5),  # x³
        (1, 2, 0.75, 0.5),  # 1 − (1 − x)²
        (0.5, 0.5, 0.25, (1 - sqrt(0.5)) / 2),  # the arcsine law
        (2, 2, 0.5, 0.5),
    ],
)
def test_quantiles_with_a_closed_form(a: float, b: float, probability: float, x: float) -> None:
    assert beta_quantile(a, b, probability) == pytest.approx(x, abs=CLOSE)


def test_the_textbooks_interval() -> None:
    """Gelman et al., Bayesian Data Analysis, section 2.4: 437 girls among 980 births, uniform prior."""
    assert round(beta_quantile(438, 544, 0.025), 3) == 0.415
    assert round(beta_quantile(438, 544, 0.975), 3) == 0.477


@given(st.integers(1, 10**7), st.integers(1, 10**7), st.floats(0.001, 0.999))
def test_a_quantile_is_where_the_distribution_reaches_it(a: int, b: int, probability: float) -> None:
    """To five digits: of ten million flags, the logarithms that are subtracted from each other leave no more."""
    assert beta_distribution(a, b, beta_quantile(a, b, probability)) == pytest.approx(probability, abs=1e-5)


@given(counts, counts)
def test_the_interval_holds_the_mean_and_95_percent(agreed: int, disagreed: int) -> None:
    found = precision.posterior(agreed, disagreed)
    a, b = agreed + precision.PRIOR_AGREED, disagreed + precision.PRIOR_DISAGREED
    assert 0 <= found.low < found.mean < found.high <= 1
    assert beta_distribution(a, b, found.high) - beta_distribution(a, b, found.low) == pytest.approx(0.95, abs=CLOSE)


@given(counts, counts)
def test_an_agreed_flag_raises_precision_and_a_disagreed_one_lowers_it(agreed: int, disagreed: int) -> None:
    before = precision.mean(agreed, disagreed)
    assert precision.mean(agreed + 1, disagreed) > before > precision.mean(agreed, disagreed + 1)


def test_the_window_is_180_days() -> None:
    assert precision.window_start(datetime(2026, 6, 30, tzinfo=UTC)) == datetime(2026, 1, 1, tzinfo=UTC)

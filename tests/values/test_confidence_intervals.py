"""Exact intervals agree with the reference."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from app.values.confidence_intervals import exact_interval


@given(st.data())
def test_an_interval_agrees_with_scipy(data: st.DataObject) -> None:
    at_risk = data.draw(st.integers(1, 100_000), "at risk")
    affected = data.draw(st.integers(0, at_risk), "affected")
    level = data.draw(st.sampled_from([0.8, 0.9, 0.95, 0.99]), "level")

    expected = binomtest(affected, at_risk).proportion_ci(level, method="exact")

    assert exact_interval(affected, at_risk, level) == pytest.approx(
        (expected.low, expected.high), rel=0, abs=1e-9
    )


def test_none_of_some_has_an_upper_bound_and_all_of_some_a_lower_one() -> None:
    assert exact_interval(0, 12) == pytest.approx((0.0, 0.264648), abs=1e-6)
    assert exact_interval(12, 12) == pytest.approx((0.735352, 1.0), abs=1e-6)


@pytest.mark.parametrize("counts", [(-1, 3), (4, 3), (0, 0)])
def test_impossible_counts_have_no_interval(counts: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="there is no interval"):
        exact_interval(*counts)

"""Rounding: once, at output, half up, with no negative zero; quantities as short as they are."""

from decimal import Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omen_cli.intelligence.rounding import EXACT, percent, quantity, ratio, rounded, two_decimals


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("0.005", "0.01"),
        ("0.0049999999", "0.00"),
        ("2.675", "2.68"),
        ("0.125", "0.13"),
        ("0.135", "0.14"),
        ("-0.005", "-0.01"),
        ("-2.675", "-2.68"),
        ("-0.004", "0.00"),
        ("-0.00", "0.00"),
        ("0", "0.00"),
        ("7", "7.00"),
        ("1E+3", "1000.00"),
        ("99999999999999999999999999.995", "100000000000000000000000000.00"),
    ],
)
def test_two_decimals_are_rounded_half_up_without_a_negative_zero(value, shown):
    assert str(two_decimals(Decimal(value))) == shown


def test_unknown_stays_unknown():
    assert two_decimals(None) is None
    assert quantity(None) is None


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("3.0000", "3"),
        ("3.5000", "3.5"),
        ("0.0001", "0.0001"),
        ("-2.50", "-2.5"),
        ("-0.0000", "0"),
        ("1200", "1200"),
        ("1.2E+3", "1200"),
    ],
)
def test_a_quantity_has_no_trailing_zeros(value, shown):
    assert f"{quantity(Decimal(value)):f}" == shown == str(quantity(Decimal(value)))


def test_a_number_is_written_as_its_unit_is():
    assert str(rounded(Decimal("3.50"), "quantity")) == "3.5"
    assert str(rounded(Decimal("3.0"), "count")) == "3"
    for unit in ("money", "percent", "days", "quantity_per_day"):
        assert str(rounded(Decimal("3.505"), unit)) == "3.51"


@pytest.mark.parametrize("denominator", ["0", "-0.01"])
def test_there_is_no_ratio_to_what_is_not_above_zero(denominator):
    assert ratio(Decimal(1), Decimal(denominator)) is None
    assert percent(Decimal(1), Decimal(denominator)) is None


def test_thirds_that_add_up_to_a_half_cent_round_as_one():
    parts = [ratio(Decimal(amount), Decimal(3)) for amount in ("0.004", "0.004", "0.007")]
    with localcontext(EXACT):
        total = sum((part for part in parts if part is not None), Decimal(0))
    assert total < Decimal("0.005")
    assert two_decimals(total) == Decimal("0.01")


MONEY = st.decimals(-(10**12), 10**12, places=4)


@given(MONEY, st.decimals("0.0001", 10**9, places=4))
def test_a_percentage_is_the_nearest_hundredth_of_the_exact_one(part, whole):
    exact = Fraction(part) / Fraction(whole) * 100
    found = two_decimals(percent(part, whole))
    assert abs(Fraction(found) - exact) <= Fraction(1, 200)
    if abs(Fraction(found) - exact) == Fraction(1, 200):
        assert abs(Fraction(found)) > abs(exact)

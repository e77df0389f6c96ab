"""Exact fractions until the end, and the one rounding there."""

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction

ZERO = Fraction(0)


def total(values: Iterable[Fraction | None]) -> Fraction:
    """Return the exact sum of what is known."""
    return sum((value for value in values if value is not None), ZERO)


def cents(value: Fraction | None) -> Decimal | None:
    """Round half up (away from zero) to two decimals."""
    if value is None:
        return None
    hundredths = (abs(value) * 200 + 1) // 2
    return Decimal(int(hundredths) * (-1 if value < 0 else 1)).scaleb(-2)


def shown(value: Fraction) -> Decimal:
    """Return the two decimals of a value that is known."""
    rounded = cents(value)
    assert rounded is not None
    return rounded


def plain(value: Fraction | None) -> Decimal | None:
    """Return a quantity with the decimals that it has."""
    return None if value is None else Decimal(value.numerator) / Decimal(value.denominator)


def falling(value: Decimal | Fraction | None) -> tuple[bool, Decimal | Fraction]:
    """Return what sorts the greatest first and None last."""
    return value is None, -(value or 0)

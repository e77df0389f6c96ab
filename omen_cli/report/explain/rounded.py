"""Exact values become numbers as a snapshot writes them: half up, two decimals, quantities as they are."""

from datetime import date
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction

from omen_cli.report.explain.tree import Exact, Known, ShownUnit

_EXACT = Context(prec=60, rounding=ROUND_HALF_UP)
_CENT = Decimal("0.01")
_LAST_DAY = date.max.toordinal()


def to_decimal(value: Fraction) -> Decimal:
    """Return the number in as few decimals as it needs, 60 digits at most."""
    quotient = _EXACT.divide(Decimal(value.numerator), Decimal(value.denominator))
    whole = quotient.to_integral_value()
    return Decimal(int(whole)) if whole == quotient else quotient.normalize(_EXACT)


def as_written(value: Exact, unit: ShownUnit) -> Known | None:
    """Return the value as the snapshot writes its unit; None for a day that no calendar has."""
    if isinstance(value, bool):
        return value
    if unit == "date":
        return date.fromordinal(int(value)) if 0 < value <= _LAST_DAY else None
    number = to_decimal(value)
    if unit in ("count", "quantity"):
        return number
    cents = number.quantize(_CENT, rounding=ROUND_HALF_UP, context=_EXACT)
    return cents if cents else abs(cents)

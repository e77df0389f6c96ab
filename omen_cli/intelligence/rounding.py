"""The one place where numbers are rounded: at output, once, half up. Source: docs/kpis.md, "rounding"."""

from decimal import ROUND_HALF_UP, Context, Decimal

from omen_cli.model.content import Unit

EXACT = Context(prec=60, rounding=ROUND_HALF_UP)
_GUARD = Context(prec=50, rounding=ROUND_HALF_UP)  # 1/3 + 1/6 is a half again, and rounds as one
_CENT = Decimal("0.01")


def two_decimals(value: Decimal | None) -> Decimal | None:
    """Return money, a percentage, a velocity or days with two decimals; never a negative zero."""
    if value is None:
        return None
    rounded_value = _GUARD.plus(value).quantize(_CENT, rounding=ROUND_HALF_UP, context=EXACT)
    return rounded_value if rounded_value else abs(rounded_value)


def quantity(value: Decimal | None) -> Decimal | None:
    """Return a quantity in as few decimals as it needs: 3, 3.5; exports carry at most four."""
    if value is None:
        return None
    whole = value.to_integral_value()
    return Decimal(int(whole)) if whole == value else value.normalize(EXACT)


def rounded(value: Decimal | None, unit: Unit) -> Decimal | None:
    """Return a number as its unit is written: counts and quantities as they are, all else with two decimals."""
    return quantity(value) if unit in ("count", "quantity") else two_decimals(value)


def ratio(numerator: Decimal, denominator: Decimal) -> Decimal | None:
    """Return numerator ÷ denominator, unrounded; None when the denominator is not above 0."""
    return EXACT.divide(numerator, denominator) if denominator > 0 else None


def percent(numerator: Decimal, denominator: Decimal) -> Decimal | None:
    """Return numerator ÷ denominator × 100, unrounded; None when the denominator is not above 0."""
    part = ratio(numerator, denominator)
    return None if part is None else part * 100

"""What two numbers differ by, and the KPIs of two snapshots beside each other."""

from collections.abc import Mapping
from decimal import Decimal

from omen_cli.intelligence.rounding import percent, two_decimals
from omen_cli.model.content import Kpi, Unit
from omen_cli.model.difference import NumberDifference


def number_difference(
    name: str, unit: Unit, before: Decimal | None, now: Decimal | None, *, is_alike: bool
) -> NumberDifference:
    """Return two numbers with their change; none when they are not `is_alike`, in one unit and one currency.

    Source: docs/kpis.md, "change".
    """
    if not is_alike or before is None or now is None:
        change = change_pct = None
    else:
        change, change_pct = now - before, two_decimals(percent(now - before, before))
    return NumberDifference(name=name, unit=unit, before=before, now=now, change=change, change_pct=change_pct)


def kpi_differences(
    before: Mapping[str, Kpi], now: Mapping[str, Kpi], *, is_one_currency: bool
) -> tuple[NumberDifference, ...]:
    """Return every KPI of either side, those of now first, in their order."""
    names = [*now, *(name for name in before if name not in now)]
    return tuple(_compared(name, before.get(name), now.get(name), is_one_currency=is_one_currency) for name in names)


def _compared(name: str, before: Kpi | None, now: Kpi | None, *, is_one_currency: bool) -> NumberDifference:
    units = [kpi.unit for kpi in (now, before) if kpi]
    was, is_now = before.value if before else None, now.value if now else None
    is_alike = len(set(units)) == 1 and (is_one_currency or units[0] != "money")
    return number_difference(name, units[0], was, is_now, is_alike=is_alike)

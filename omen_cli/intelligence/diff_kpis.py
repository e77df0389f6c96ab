"""What two numbers differ by, and the KPIs of two snapshots beside each other."""

from collections.abc import Mapping
from decimal import Decimal

from omen_cli.intelligence.rounding import percent, two_decimals
from omen_cli.model.content import Kpi
from omen_cli.model.difference import KpiDifference


def change_of(before: Decimal | None, now: Decimal | None) -> tuple[Decimal | None, Decimal | None]:
    """Return now − before, and that in percent of before: None where it is undefined, never 0.

    Source: docs/kpis.md, "change".
    """
    if before is None or now is None:
        return None, None
    return now - before, two_decimals(percent(now - before, before))


def kpi_differences(
    before: Mapping[str, Kpi], now: Mapping[str, Kpi], *, is_one_currency: bool
) -> tuple[KpiDifference, ...]:
    """Return every KPI of either side, those of now first, in their order."""
    names = [*now, *(name for name in before if name not in now)]
    return tuple(_compared(name, before.get(name), now.get(name), is_one_currency=is_one_currency) for name in names)


def _compared(name: str, before: Kpi | None, now: Kpi | None, *, is_one_currency: bool) -> KpiDifference:
    units = [kpi.unit for kpi in (now, before) if kpi]
    was, is_now = before.value if before else None, now.value if now else None
    is_alike = len(set(units)) == 1 and (is_one_currency or units[0] != "money")
    change, change_pct = change_of(was, is_now) if is_alike else (None, None)
    return KpiDifference(name=name, unit=units[0], before=was, now=is_now, change=change, change_pct=change_pct)

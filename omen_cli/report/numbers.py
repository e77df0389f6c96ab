"""Numbers and dates as a store's own people write them: the one door to Babel."""

from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache

from babel import Locale
from babel.dates import format_date, format_interval
from babel.numbers import format_currency, format_decimal

from omen_cli.model.content import Unit

UNKNOWN = "–"


class Numbers:
    """The number and date forms of one store."""

    def __init__(self, locale: str, currency: str) -> None:
        self._locale = _parsed(locale)
        self._currency = currency

    def amount(self, value: Decimal | None, unit: Unit) -> str:
        """Return a number with its unit; a dash for what is unknown."""
        if value is None:
            return UNKNOWN
        if unit == "money":
            return str(format_currency(value, self._currency, locale=self._locale))
        if unit in ("count", "quantity"):
            return str(format_decimal(value, format="#,##0.####", locale=self._locale))
        text = str(format_decimal(value, format="#,##0.00", locale=self._locale))
        return f"{text} %" if unit == "percent" else text

    def change(self, value: Decimal | None, suffix: str) -> str:
        """Return a signed change such as `+11.44 %`; a dash for what is unknown."""
        if value is None:
            return UNKNOWN
        return str(format_decimal(value, format="+#,##0.00;-#,##0.00", locale=self._locale)) + f" {suffix}"

    def span(self, start: date, end: date) -> str:
        """Return the days from `start` up to, not including, `end`, such as `Jan 5 – 11, 2026`."""
        last = end - timedelta(days=1)
        if last == start:
            return str(format_date(start, format="medium", locale=self._locale))
        return str(format_interval(start, last, skeleton="yMMMd", locale=self._locale)).replace("\u2009", " ")


@lru_cache(maxsize=8)
def _parsed(locale: str) -> Locale:
    try:
        return Locale.parse(locale)
    except (ValueError, LookupError):
        return Locale("en")

"""Numbers and dates as a store's own people write them: the one door to Babel."""

from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_interval
from babel.numbers import format_currency, format_decimal

from omen_cli.model.content import Unit

UNKNOWN = "–"
_SPACES = str.maketrans(dict.fromkeys("\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}\N{THIN SPACE}", " "))


class Numbers:
    """The number and date forms of one store; every space in them is a plain one, since terminals get no others."""

    def __init__(self, locale: str, currency: str) -> None:
        self._locale = _parsed(locale)
        self._currency = currency

    def amount(self, value: Decimal | None, unit: Unit) -> str:
        """Return a number with its unit; a dash for what is unknown."""
        if value is None:
            return UNKNOWN
        if unit == "money":
            return str(format_currency(value, self._currency, locale=self._locale)).translate(_SPACES)
        if unit in ("count", "quantity"):
            return self._decimal(value, "#,##0.####")
        text = self.two_decimals(value)
        return f"{text} %" if unit == "percent" else text

    def change(self, value: Decimal | None, suffix: str) -> str:
        """Return a signed change such as `+11.44 %`; a dash for what is unknown."""
        if value is None:
            return UNKNOWN
        signed = "+#,##0.00;-#,##0.00" if value else "#,##0.00"
        return f"{self._decimal(value, signed)} {suffix}"

    def signed(self, value: Decimal | None, unit: Unit) -> str:
        """Return a change in its unit with its sign, such as `+12`; nothing stands before zero, a dash for unknown."""
        if value is None or unit == "percent":
            return self.change(value, "points")
        return f"{'+' if value > 0 else ''}{self.amount(value, unit)}"

    def signed_money(self, value: Decimal) -> str:
        """Return money with its sign, such as `+$5.00`; nothing stands before zero."""
        return self.signed(value, "money")

    def two_decimals(self, value: Decimal) -> str:
        """Return a bare number with two decimals."""
        return self._decimal(value, "#,##0.00")

    def day(self, day: date) -> str:
        """Return a day such as `Jan 11, 2026`."""
        return str(format_date(day, format="medium", locale=self._locale)).translate(_SPACES)

    def span(self, start: date, end: date) -> str:
        """Return the days from `start` up to, not including, `end`, such as `Jan 5 – 11, 2026`."""
        last = end - timedelta(days=1)
        if last == start:
            return self.day(start)
        return str(format_interval(start, last, skeleton="yMMMd", locale=self._locale)).translate(_SPACES)

    def _decimal(self, value: Decimal, pattern: str) -> str:
        return str(format_decimal(value, format=pattern, locale=self._locale)).translate(_SPACES)


@lru_cache(maxsize=8)
def _parsed(locale: str) -> Locale:
    try:
        return Locale.parse(locale)
    except (UnknownLocaleError, ValueError):
        return Locale("en")

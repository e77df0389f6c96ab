"""Numbers and dates as a store's own people write them: the one door to Babel."""

import re
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_interval, format_skeleton
from babel.numbers import format_compact_currency, format_currency, format_decimal

from omen_cli.model.content import Unit

UNKNOWN = "–"
_SPACES = dict.fromkeys("\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}\N{THIN SPACE}", " ")
_MARKS = dict.fromkeys("\N{LEFT-TO-RIGHT MARK}\N{RIGHT-TO-LEFT MARK}\N{ARABIC LETTER MARK}")
_PLAIN = str.maketrans({**_SPACES, **_MARKS})
_AROUND_DASH = re.compile(" *([–～]) *")
_MOST_OF_ROUND_MONEY = 8
_COMPACT_FROM, _DIGITS_OF_LONG = 10_000, 5


class Numbers:
    """The number and date forms of one store; every space is a plain one, and bidi marks are left out."""

    def __init__(self, locale: str, currency: str) -> None:
        self._locale = _parsed(locale)
        self._currency = currency

    def in_currency(self, currency: str) -> "Numbers":
        """Return the same forms for another currency."""
        return Numbers(str(self._locale), currency)

    @property
    def language(self) -> str:
        """Return the locale as HTML names it, such as `de-DE`."""
        return "-".join(part for part in (self._locale.language, self._locale.script, self._locale.territory) if part)

    @property
    def is_rtl(self) -> bool:
        """Tell whether the people of this locale write from right to left."""
        return self._locale.text_direction == "rtl"

    def amount(self, value: Decimal | None, unit: Unit) -> str:
        """Return a number with its unit; a dash for what is unknown."""
        if value is None:
            return UNKNOWN
        if unit == "money":
            return str(format_currency(value, self._currency, locale=self._locale)).translate(_PLAIN)
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
        return str(format_date(day, format="medium", locale=self._locale)).translate(_PLAIN)

    def span(self, start: date, end: date) -> str:
        """Return the days from `start` up to, not including, `end`, such as `Jan 5–11, 2026`."""
        last = end - timedelta(days=1)
        if last == start:
            return self.day(start)
        text = str(format_interval(start, last, skeleton="yMMMd", locale=self._locale)).translate(_PLAIN)
        return _AROUND_DASH.sub(r"\1", text)

    def month(self, day: date) -> str:
        """Return a day's month, such as `January 2026`."""
        return self._skeleton("yMMMM", day)

    def short_month(self, day: date) -> str:
        """Return a day's month without its year, such as `Jan`."""
        return self._skeleton("MMM", day)

    def short_day(self, day: date) -> str:
        """Return a day without its year, such as `Jan 5`."""
        return self._skeleton("MMMd", day)

    def round_money(self, value: Decimal) -> str:
        """Return money without cents, rounded half up, such as `$21,694`; what would be long is shortened: `$1.2B`."""
        whole = value.quantize(Decimal(1), ROUND_HALF_UP)
        pattern = self._locale.currency_formats["standard"].pattern.replace("0.00", "0")
        text = str(format_currency(whole, self._currency, pattern, locale=self._locale, currency_digits=False))
        if len(text) > _MOST_OF_ROUND_MONEY:
            text = str(format_compact_currency(whole, self._currency, locale=self._locale, fraction_digits=1))
        return text.translate(_PLAIN)

    def axis_money(self, value: Decimal) -> str:
        """Return money as an axis wants it, no digit of it lost that it has: `$7.50`, `$750`, `$12.5K`."""
        if value != value.to_integral_value():
            return self.amount(value, "money")
        if abs(value) >= _COMPACT_FROM:
            short = str(format_compact_currency(value, self._currency, locale=self._locale, fraction_digits=1))
            if sum(map(str.isdigit, short)) < _DIGITS_OF_LONG:  # some languages have no word for a thousand
                return short.translate(_PLAIN)
        pattern = self._locale.currency_formats["standard"].pattern.replace("0.00", "0")
        whole = format_currency(value, self._currency, pattern, self._locale, currency_digits=False)
        return str(whole).translate(_PLAIN)

    def weekday(self, day: date) -> str:
        """Return the day of the week, such as `Sun`."""
        return str(format_date(day, format="ccc", locale=self._locale)).translate(_PLAIN)

    def _skeleton(self, skeleton: str, day: date) -> str:
        return str(format_skeleton(skeleton, day, locale=self._locale)).translate(_PLAIN)

    def _decimal(self, value: Decimal, pattern: str) -> str:
        return str(format_decimal(value, format=pattern, locale=self._locale)).translate(_PLAIN)


@lru_cache(maxsize=8)
def _parsed(locale: str) -> Locale:
    try:
        return Locale.parse(locale)
    except (UnknownLocaleError, ValueError):
        return Locale("en")

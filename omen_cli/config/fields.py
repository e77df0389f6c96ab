"""The kinds of text that a store's settings hold, each with its check.

A check's message reads after the value as the file has it, and never holds the value itself: that may have come from
the environment.
"""

import re
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, BaseModel, ConfigDict

from omen_cli.model.ids import STORE_ID_RULE, is_store_id

_ZONE = re.compile(r"[A-Za-z0-9_+-]+(/[A-Za-z0-9_+-]+)*")
_NOT_IANA = ("posix/", "right/", "localtime", "posixrules", "Factory")
_MAX_NAME = 100
_MAX_PARTY = 200


class Frozen(BaseModel):
    """A frozen part of the settings that forbids unknown keys; named as in stores.yaml, in snake_case."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", populate_by_name=True, validate_default=True, hide_input_in_errors=True
    )


def _checked_store_id(value: str) -> str:
    if not is_store_id(value):
        raise ValueError(f"is not a store id; use {STORE_ID_RULE}")
    return value


def _checked_name(value: str) -> str:
    if not value.strip() or len(value) > _MAX_NAME or "=?" in value or not value.isprintable():
        raise ValueError(f"cannot be a name; use 1 to {_MAX_NAME} printable characters, without =?")
    return value


def _checked_zone(value: str) -> str:
    if _ZONE.fullmatch(value) and not value.startswith(_NOT_IANA):
        try:
            return ZoneInfo(value).key
        except (LookupError, ValueError, OSError):
            pass
    near = get_close_matches(value[:50], available_timezones(), n=1)
    advice = f"did you mean {near[0]}?" if near else "write one like America/New_York"
    raise ValueError(f"is not an IANA time zone; {advice}")


def _checked_currency(value: str) -> str:
    if re.fullmatch(r"[A-Z]{3}", value) is None:
        raise ValueError("is not an ISO 4217 code; write three capitals, like USD")
    return value


def _checked_locale(value: str) -> str:
    if re.fullmatch(r"[a-z]{2,3}(_[A-Z][a-z]{3})?(_([A-Z]{2}|[0-9]{3}))?", value) is None:
        raise ValueError("is not a locale; write one like en_US or es")
    return value


def unique(values: tuple[str, ...]) -> tuple[str, ...]:
    """Return the values as they are.

    Raises:
        ValueError: two of them differ in case at most.
    """
    if len({value.casefold() for value in values}) < len(values):
        raise ValueError("names one twice; keep one of each")
    return values


def not_empty(values: tuple[str, ...]) -> tuple[str, ...]:
    """Return the values as they are.

    Raises:
        ValueError: there are none.
    """
    if not values:
        raise ValueError("is empty; write at least one")
    return values


def absolute_path(value: Path) -> Path:
    """Return the path as it is.

    Raises:
        ValueError: it is relative; loading has made it absolute, so only a value built by hand can be.
    """
    if not value.is_absolute():
        raise ValueError("is not an absolute path")
    return value


def _checked_party(value: str) -> str:
    if not value.strip() or len(value) > _MAX_PARTY or not value.isprintable():
        raise ValueError(f"cannot be an issuer or audience; use 1 to {_MAX_PARTY} printable characters")
    return value


StoreId = Annotated[str, AfterValidator(_checked_store_id)]
StoreName = Annotated[str, AfterValidator(_checked_name)]
Zone = Annotated[str, AfterValidator(_checked_zone)]
Currency = Annotated[str, AfterValidator(_checked_currency)]
Locale = Annotated[str, AfterValidator(_checked_locale)]
Party = Annotated[str, AfterValidator(_checked_party)]

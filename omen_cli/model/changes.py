"""What differs between two values that are meant to be alike: their fields, and the settings of a store."""

from collections.abc import Mapping
from decimal import Decimal

from omen_cli.model.base import Value
from omen_cli.model.canonical import dump_canonical
from omen_cli.model.snapshot import SettingsEntered


class SettingChange(Value):
    """A setting of the store that is not what it was; None where one of the two has none of that name."""

    name: str
    before: str | Decimal | None
    now: str | Decimal | None


def setting_changes(before: SettingsEntered, now: SettingsEntered) -> tuple[SettingChange, ...]:
    """Return what differs: time zone, currency, `thresholds.<name>`, `thresholds.categories.<category>.<name>`."""
    was, is_now = _by_name(before), _by_name(now)
    names = [*was, *(name for name in is_now if name not in was)]
    changes = (SettingChange(name=name, before=was.get(name), now=is_now.get(name)) for name in names)
    return tuple(change for change in changes if change.before != change.now)


def fields_that_differ(before: Mapping[str, object], now: Mapping[str, object]) -> tuple[str, ...]:
    """Return the keys under which two plain values are not the same bytes, in the order of the first."""
    names = [*before, *(name for name in now if name not in before)]
    return tuple(name for name in names if dump_canonical(before.get(name)) != dump_canonical(now.get(name)))


def _by_name(settings: SettingsEntered) -> dict[str, str | Decimal]:
    own = {
        f"thresholds.categories.{category}.{name}": value
        for category, thresholds in settings.category_thresholds.items()
        for name, value in thresholds.items()
    }
    thresholds = {f"thresholds.{name}": value for name, value in settings.thresholds.items()}
    return {"timezone": settings.timezone, "currency": settings.currency, **thresholds, **own}

"""From alarms to one message: which of them to tell, in which words, and what is remembered of it."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from omen_cli.archive.alert_memory import Met, claim, settle
from omen_cli.archive.layout import Layout
from omen_cli.config.settings import Settings
from omen_cli.errors import Busy, OmenError
from omen_cli.model.alarm import Alarm
from omen_cli.model.counted import counted

MAX_BODY = 1_800  # what a chat takes in one message
_MOST_NAMED = 5


def fresh_alarms(
    settings: Settings, alarms: Sequence[Alarm], now: Callable[[], datetime]
) -> tuple[tuple[Alarm, Met | None], ...]:
    """Return the alarms to tell now, with what is known of each, and claim them for the caller.

    Whatever is wrong with the memory, an alarm is rather told once more.
    """
    repeat = timedelta(hours=settings.limits.alert_repeat_hours)
    if repeat:
        with suppress(Exception):
            mine = claim(_layout(settings), [one.key for one in alarms], now, repeat)
            return tuple((one, mine[one.key]) for one in alarms if one.key in mine)
    return tuple((one, None) for one in alarms)


def remember(settings: Settings, alarms: Sequence[Alarm], now: Callable[[], datetime], *, is_told: bool) -> str:
    """Remember that the claimed alarms were told, or that they could not be, best effort.

    Return why that is not remembered, "" where it is; a lock that others hold passes by itself.
    """
    if settings.limits.alert_repeat_hours:
        layout = _layout(settings)
        try:
            settle(layout, [one.key for one in alarms], now, is_told=is_told)
        except Busy:
            return ""
        except OmenError as error:
            return f"{layout.alerts_memory} cannot be written ({error.message}); {error.hint}"
    return ""


def message_of(fresh: Sequence[tuple[Alarm, Met | None]]) -> tuple[str, str]:
    """Return title and body: a paragraph an alarm, as many as a chat takes; of the rest how many, and whose."""
    alarms = [alarm for alarm, _ in fresh]
    stores = ", ".join(_named([one.store_id or one.kind for one in alarms]))
    title = f"OMEN: {counted(len(alarms), 'trouble')} ({stores})"
    parts: list[str] = []
    for number, (alarm, met) in enumerate(fresh):
        part = _paragraph(alarm, met)
        if parts and sum(map(len, parts)) + len(part) > MAX_BODY:
            rest = alarms[number:]
            named = ", ".join(_named([one.store_id or one.kind for one in rest]))
            parts.append(f"And {counted(len(rest), 'more trouble')} ({named}): omen check tells what stands.")
            break
        parts.append(part)
    return title, "\n\n".join(parts)


def _paragraph(alarm: Alarm, met: Met | None) -> str:
    lines = [
        f"{alarm.kind.upper()}: {alarm.what}",
        f"Store: {alarm.store_id or 'none in particular'}",
        f"To do: {alarm.to_do}",
    ]
    if again := _again(met):
        lines.append(again)
    return "\n".join(lines)


def _again(met: Met | None) -> str:
    """Return how often it was met since it was told last, or, where it could not be told, since it was met first."""
    if met is None or (met.told_at is None and met.times < 2):
        return ""
    since = f"{met.since:%Y-%m-%d %H:%M} UTC"
    times = "once" if met.times == 1 else f"{met.times} times"
    return (
        f"Told before, {since}; met {times} since." if met.told_at else f"Met {times} since {since}, and not told yet."
    )


def _named(names: Sequence[str]) -> list[str]:
    known = list(dict.fromkeys(names))
    return known[:_MOST_NAMED] + ([f"{len(known) - _MOST_NAMED} more"] if len(known) > _MOST_NAMED else [])


def _layout(settings: Settings) -> Layout:
    return Layout(settings.data, next(iter(settings.stores)))

"""Which troubles of a tick are news, and remembering that they were told: at the next tick they are none."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from omen_cli.archive.run_memory import Told, audit_troubles, read_told, write_told
from omen_cli.config.settings import Settings
from omen_cli.errors import OmenError
from omen_cli.workflows.request import Caller
from omen_cli.workflows.run import layout_of
from omen_cli.workflows.tick import Tick, Trouble

_AUDIT_WAIT_S = 1.0


@dataclass(frozen=True)
class News:
    """The troubles of a tick that nobody was told of yet, and those that somebody was told of before it."""

    fresh: tuple[Trouble, ...]
    told: dict[str, Told]


def news_of(settings: Settings, tick: Tick) -> News:
    """Return what is new of a tick."""
    told = read_told(layout_of(settings))
    return News(tick.new(told), told)


def remember(settings: Settings, caller: Caller, tick: Tick, news: News) -> str:
    """Record what was told, best effort; return why it is not remembered (and is told once more), "" where it is."""
    layout = layout_of(settings)
    after = tick.still_told(news.told, caller.at)
    problem = ""
    try:
        if after != news.told:
            write_told(layout, after)
    except OmenError as error:
        problem = f"{layout.run_memory} cannot be written ({error.message}); {error.hint}"
    with suppress(OmenError):
        if news.fresh:
            each = _details(news.fresh, caller.request_id)
            audit_troubles(layout, each, at=caller.at, by=caller.name, wait_s=_AUDIT_WAIT_S)
    return problem


def _details(troubles: Sequence[Trouble], request_id: str) -> list[dict[str, object]]:
    return [
        {
            "storeId": one.store_id,
            "about": one.about,
            "code": one.code,
            "reason": one.error.message if isinstance(one.error, OmenError) else type(one.error).__name__,
            "requestId": request_id,
        }
        for one in troubles
    ]

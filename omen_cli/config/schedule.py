"""When `run` is due for a store, as stores.yaml writes it."""

import re
from collections.abc import Callable
from typing import Annotated

from pydantic import AfterValidator

from omen_cli.config.fields import Frozen
from omen_cli.model.ids import TIMEFRAMES, Timeframe

_TIME = r"([01][0-9]|2[0-3]):[0-5][0-9]"


def _like(pattern: str, advice: str) -> Callable[[str], str]:
    """Return a check that a text matches `pattern` whole."""
    compiled = re.compile(pattern)

    def checked(value: str) -> str:
        if compiled.fullmatch(value) is None:
            raise ValueError(f"is not {advice}")
        return value

    return checked


Daily = Annotated[str, AfterValidator(_like(_TIME, "a time; write HH:MM, like 07:00"))]
Weekly = Annotated[
    str, AfterValidator(_like(f"(MON|TUE|WED|THU|FRI|SAT|SUN) {_TIME}", "a day and a time; write one like MON 08:00"))
]
Monthly = Annotated[
    str,
    AfterValidator(_like(f"([1-9]|1[0-9]|2[0-8]) {_TIME}", "a day from 1 to 28 and a time; write one like 1 09:00")),
]


class StoreSchedule(Frozen):
    """One text for each scheduled timeframe, in the store's own time zone; None when it is not scheduled."""

    daily: Daily | None = None
    weekly: Weekly | None = None
    monthly: Monthly | None = None

    def by_timeframe(self) -> dict[Timeframe, str]:
        """Return what is scheduled: daily, weekly, monthly."""
        texts = self.model_dump()
        return {timeframe: texts[timeframe] for timeframe in TIMEFRAMES if texts[timeframe] is not None}

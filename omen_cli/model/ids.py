"""Store ids and snapshot ids: the only names that ever become part of a path."""

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Literal, get_args

Timeframe = Literal["daily", "weekly", "monthly"]
TIMEFRAMES: tuple[Timeframe, ...] = get_args(Timeframe)

STORE_ID_RULE = "3 to 50 of A-Z a-z 0-9 _ -, starting with a letter or digit"
_STORE_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{2,49}")
_SNAPSHOT_ID = re.compile(r"snapshot_(daily|weekly|monthly)_(\d{4}-\d{2}-\d{2})_([0-9]{1,15})_([0-9a-f]{8})", re.ASCII)
_END_MS = 253_370_764_800_000  # the year 9999 begins: of what lies there, the end of a period may be no date any more


@dataclass(frozen=True, order=True)
class SnapshotId:
    """The parts of an id: `snapshot_<timeframe>_<asOfDate>_<epoch milliseconds>_<first 8 of contentSha256>`."""

    timeframe: Timeframe
    as_of_date: date
    epoch_ms: int
    hash8: str

    def __str__(self) -> str:
        """Return the id as it names the file."""
        return f"snapshot_{self.timeframe}_{self.as_of_date.isoformat()}_{self.epoch_ms}_{self.hash8}"


def is_store_id(text: str) -> bool:
    """Tell whether `text` is a store id: an ASCII allow-list, matched whole."""
    return _STORE_ID.fullmatch(text) is not None


@lru_cache(maxsize=4096)  # each name is asked for several times: a command looks from many sides
def parse_snapshot_id(text: str) -> SnapshotId | None:
    """Return the parts of a snapshot id; None when `text` is not one, to the letter, or of no time there is."""
    match = _SNAPSHOT_ID.fullmatch(text)
    if match is None:
        return None
    said, day, epoch_ms, hash8 = match.groups()
    timeframe = TIMEFRAMES[TIMEFRAMES.index(said)]  # one text for all ids, not one each
    try:
        parsed = SnapshotId(timeframe, date.fromisoformat(day), int(epoch_ms), hash8)
    except ValueError:
        return None
    return parsed if str(parsed) == text and parsed.epoch_ms < _END_MS else None

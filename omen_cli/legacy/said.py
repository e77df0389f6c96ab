"""What an old entry says of itself: which snapshot it is, and the numbers that still mean what they meant."""

import sys
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from omen_cli.legacy.texts import Fields, count_of, day_of, period_of, timeframe_of, version_of
from omen_cli.model.ids import SnapshotId, is_store_id, parse_snapshot_id
from omen_cli.model.old_content import fields_of

_MOST_VERSIONS = 1_000_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class OldCounts(NamedTuple):
    """What a snapshot keeps of an entry's numbers, each None and `period` "" where it does not say."""

    item_count: int | None = None
    recommendation_count: int | None = None
    items_priced: int | None = None
    period: str = ""


def identity_of(fields: Fields) -> SnapshotId | str:  # size: one check a line
    """Return the id of an entry, or what is wrong with what it says of itself."""
    shown = str(fields.get("id"))[:100]
    identity = parse_snapshot_id(shown) if isinstance(fields.get("id"), str) else None
    if identity is None:
        return f"its id is not one of a snapshot: {shown!r}"
    timeframe, as_of = fields.get("timeframe"), fields.get("asOfDate")
    if timeframe is not None and timeframe_of(timeframe) != identity.timeframe:
        return f"its timeframe is not that of its id: {str(timeframe)[:40]!r}"
    if as_of is not None and day_of(as_of) != identity.as_of_date:
        return f"its asOfDate is not that of its id: {str(as_of)[:40]!r}"
    if not 0 < (version_of(fields.get("version")) or 0) <= _MOST_VERSIONS:
        return f"its version is no number from 1 on: {str(fields.get('version'))[:40]!r}"
    store = fields.get("store")
    if store not in (None, "") and not (isinstance(store, str) and is_store_id(store)):
        return f"its store is no store id: {str(store)[:60]!r}"
    return identity


def time_in(identity: SnapshotId) -> datetime:
    """Return the time that an id holds; the epoch where that is past all calendars."""
    try:
        return _EPOCH + timedelta(milliseconds=identity.epoch_ms)
    except OverflowError:
        return _EPOCH


def counts_in(fields: Fields) -> OldCounts:
    """Return what means today what it meant then: counts, but no money, which was worth the stock, not the sales."""
    summary, meta = fields_of(fields.get("summary")), fields_of(fields.get("diffMetadata"))
    return OldCounts(
        item_count=count_of(summary.get("itemCount")),
        recommendation_count=count_of(summary.get("recommendationCount")),
        items_priced=count_of(meta.get("itemsWithPricing")),
        period=sys.intern(period_of(meta.get("dateRange"))),
    )

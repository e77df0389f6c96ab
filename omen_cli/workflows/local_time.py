"""Times as a person at the store reads them."""

from datetime import datetime
from zoneinfo import ZoneInfo


def at_the_store(at: datetime, timezone: str) -> str:
    """Return a time to the minute in a zone, with its offset, as `2026-01-19 08:00-05:00`."""
    return at.astimezone(ZoneInfo(timezone)).isoformat(sep=" ", timespec="minutes")

"""What the names of an archive's snapshot files tell by themselves: most of the time that is all that is asked."""

from bisect import bisect_left
from datetime import date
from itertools import islice, takewhile

from omen_cli.archive.files import names
from omen_cli.archive.layout import Layout
from omen_cli.model.ids import SnapshotId, Timeframe, parse_snapshot_id


class SnapshotNames:
    """The names of an archive's snapshot files, listed once; only those that are asked for are parsed."""

    def __init__(self, layout: Layout) -> None:
        self._names = names(layout.root)

    def since(self, timeframe: Timeframe, day: date) -> tuple[SnapshotId, ...]:
        """Return the ids of one timeframe with an as-of date of `day` or later, by that, then as they were made."""
        first = bisect_left(self._names, f"snapshot_{timeframe}_{day.isoformat()}")
        found = takewhile(lambda name: name.startswith(f"snapshot_{timeframe}_"), islice(self._names, first, None))
        ids = (parse_snapshot_id(name.removesuffix(".json")) for name in found if name.endswith(".json"))
        return tuple(sorted((one for one in ids if one), key=lambda one: (one.as_of_date, one.epoch_ms)))

    def first(self, timeframe: Timeframe) -> SnapshotId | None:
        """Return the first id of a timeframe by as-of date; None when there is none."""
        prefix = f"snapshot_{timeframe}_"
        found = takewhile(
            lambda name: name.startswith(prefix), islice(self._names, bisect_left(self._names, prefix), None)
        )
        ids = (parse_snapshot_id(name.removesuffix(".json")) for name in found if name.endswith(".json"))
        return next((one for one in ids if one), None)

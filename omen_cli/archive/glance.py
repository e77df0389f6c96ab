"""A look at the index that costs next to nothing: most of the time it tells that nothing is to be finished."""

import re
from collections.abc import Iterable

from omen_cli.archive.failures import FileDamaged
from omen_cli.archive.files import read_file
from omen_cli.archive.layout import Layout, month_of
from omen_cli.model.ids import SnapshotId

_SENT = re.compile(rb'"messageId":"<([0-9A-Za-z]{1,64})@[^"\\]*","recipient":"[^"\\]*","state":"sent"')


class Glance:
    """The deliveries that the shards of an archive call sent, by their bytes alone; a shard is read once.

    What is not found may be there all the same, written in another order: then only a real look can tell.
    """

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._sent: dict[str, frozenset[str]] = {}

    def are_sent(self, identity: SnapshotId, keys: Iterable[str]) -> bool:
        """Tell whether the index certainly calls every one of these deliveries sent."""
        month = month_of(identity.as_of_date)
        if month not in self._sent:
            self._sent[month] = self._read(month)
        return self._sent[month].issuperset(keys)

    def _read(self, month: str) -> frozenset[str]:
        try:
            raw = read_file(self._layout.shard(month)) or b""
        except FileDamaged:
            return frozenset()
        return frozenset(found.decode("ascii") for found in _SENT.findall(raw))

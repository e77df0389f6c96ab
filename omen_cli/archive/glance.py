"""A look at the index that costs next to nothing: most of the time it tells that nothing is to be finished."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

from omen_cli.archive.audit import audit_files
from omen_cli.archive.failures import FileDamaged
from omen_cli.archive.files import read_file
from omen_cli.archive.layout import Layout, month_of
from omen_cli.model.ids import SnapshotId

_SENT = re.compile(rb'"messageId":"<([0-9A-Za-z]{1,64})@[^"\\]*","recipient":"[^"\\]*","state":"sent"')
_KEPT = b'"reply":"folder: '


class Glance:
    """The deliveries that the shards of an archive call sent, by their bytes alone; a file is read once.

    What is not found may be there all the same, written in another order: then only a real look can tell.
    """

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._sent: dict[str, frozenset[str]] = {}
        self._kept: dict[Path, bool] = {}

    def are_sent(self, identity: SnapshotId, keys: Iterable[str]) -> bool:
        """Tell whether the index certainly calls every one of these deliveries sent."""
        month = month_of(identity.as_of_date)
        if month not in self._sent:
            self._sent[month] = self._read(month)
        return self._sent[month].issuperset(keys)

    def may_have_kept(self, since: datetime) -> bool:
        """Tell whether the audit has a word, from `since` (aware) on, of a message that only went into a folder."""
        first = f"{since.astimezone(UTC):%Y-%m}"
        files = [path for path in self._audit if path.stem >= first]
        for path in files:
            if path not in self._kept:
                self._kept[path] = _holds(path, _KEPT)
        return any(self._kept[path] for path in files)

    @cached_property
    def _audit(self) -> tuple[Path, ...]:
        return audit_files(self._layout.audit_dir)

    def _read(self, month: str) -> frozenset[str]:
        try:
            raw = read_file(self._layout.shard(month)) or b""
        except FileDamaged:
            return frozenset()
        return frozenset(found.decode("ascii") for found in _SENT.findall(raw))


def _holds(path: Path, word: bytes) -> bool:
    """Tell whether a word stands in a file; of one that cannot be read that is not known, so it may."""
    try:
        return word in (read_file(path) or b"")
    except FileDamaged:
        return True

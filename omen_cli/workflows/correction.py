"""What a message says where an older version of its snapshot may have arrived already."""

from contextlib import suppress

from omen_cli.archive.archive import Archive
from omen_cli.errors import OmenError
from omen_cli.intelligence.diff import diff
from omen_cli.model.delivery import DONE
from omen_cli.model.difference import Difference
from omen_cli.model.letter import Correction
from omen_cli.model.snapshot import Entry, Snapshot
from omen_cli.workflows.lookup import versions_of


def correction_of(archive: Archive, entry: Entry, snapshot: Snapshot) -> Correction | None:
    """Return what the newest older version that was sent, to whomever, is replaced by; None when none was."""
    older = [one for one in versions_of(archive, entry) if one.version < entry.version and _was_sent(one)]
    if not older:
        return None
    before = max(older, key=lambda one: one.version)
    return Correction(before.id, before.version, snapshot.reason, _difference(archive, before, snapshot))


def _was_sent(entry: Entry) -> bool:
    return entry.email_sent or any(one.state in DONE for one in entry.deliveries)


def _difference(archive: Archive, before: Entry, now: Snapshot) -> Difference | None:
    """Return what differs; None when the older version is lost: that keeps nobody from the newer one."""
    with suppress(OmenError):
        return diff(archive.load(before), now)
    return None

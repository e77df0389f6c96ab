"""The frozen messages of an archive: their names, and, looked at closely, whether they are what was frozen."""

import stat
from collections.abc import Iterable, Iterator, Set
from hashlib import sha256
from pathlib import Path

from omen_cli.archive.deliveries import Delivery, delivered_ids, is_message_name, message_drafts, superfluous_messages
from omen_cli.archive.failures import FileDamaged
from omen_cli.archive.files import lstat, names, read_file
from omen_cli.archive.findings import Finding
from omen_cli.archive.layout import Layout
from omen_cli.archive.ledger import Ledger, read_ledger
from omen_cli.archive.marks import found_deliveries, key_of_message
from omen_cli.archive.messages import try_addressed
from omen_cli.errors import ArchiveDamaged


def drafts_of_messages(layout: Layout) -> tuple[Path, ...]:
    """Return the drafts of messages that a dead command left; only under `.lock` they are certainly nobody's."""
    return tuple(path for one in delivered_ids(layout) for path in message_drafts(layout, one) if _is_file(path))


def strays_among_messages(layout: Layout) -> tuple[Path, ...]:
    """Return what stands in the folders of messages and is none by its name, or no regular file."""
    folders = (layout.delivery_folder(one) for one in delivered_ids(layout))
    found = (folder / name for folder in folders if _is_folder(folder) for name in names(folder))
    strays = tuple(path for path in found if not (is_message_name(path.name) and _is_file(path)))
    return (*strays, *(path for one in delivered_ids(layout) for path in superfluous_messages(layout, one)))


def foreign_folders(layout: Layout, ledger: Ledger, ids: Set[str]) -> tuple[Path, ...]:
    """Return the folders of messages of snapshots that neither have a file, as `ids` do, nor are in the audit."""
    known = ids | ledger.created.keys() | ledger.pruned.keys()
    return tuple(layout.delivery_folder(one) for one in delivered_ids(layout) if one not in known)


def damaged_messages(layout: Layout, ledger: Ledger) -> tuple[Path, ...]:
    """Return the messages whose bytes are not those that the audit recorded when they were frozen."""
    return tuple(path for one in delivered_ids(layout) for path in _damaged(layout, one, ledger))


def of_foreign_folders(layout: Layout, folders: Iterable[Path]) -> Iterator[Finding]:
    """Yield the folders of messages as what they are."""
    for path in folders:
        yield Finding("foreign", str(path.relative_to(layout.root)), "messages of a snapshot that nobody knows")


def inspect_messages(layout: Layout, ledger: Ledger) -> Iterator[Finding]:
    """Yield the messages that are not what was frozen; each is read."""
    for path in damaged_messages(layout, ledger):
        yield Finding("message_damaged", str(path.relative_to(layout.root)), "is not the message that was queued")


def require_as_frozen(layout: Layout, delivery: Delivery) -> None:
    """Insist that a message is to the byte what was frozen, as the audit recorded it; reads the whole audit.

    Raises:
        ArchiveDamaged: somebody changed it, and it is not to be sent.
    """
    recorded = frozen_hashes(read_ledger(layout.audit_dir, is_tolerant=True), delivery.snapshot_id)
    path = delivery.path(layout)
    if delivery.key in recorded and _hash(path) != recorded[delivery.key]:
        raise ArchiveDamaged(
            f"{path}: is not the message that was queued",
            hint=f"run: omen verify --store {layout.store_id} --deep --repair; the next send then makes it anew",
        )


def _damaged(layout: Layout, snapshot_id: str, ledger: Ledger) -> Iterator[Path]:
    recorded = frozen_hashes(ledger, snapshot_id)
    for one in found_deliveries(layout, snapshot_id):
        path = one.path(layout)
        is_recorded = one.key in recorded
        if _hash(path) != recorded[one.key] if is_recorded else _is_of_another_key(layout, one):
            yield path


def _is_of_another_key(layout: Layout, delivery: Delivery) -> bool:
    about = try_addressed(layout, delivery)
    return about is not None and key_of_message(about.message_id) != delivery.key


def frozen_hashes(ledger: Ledger, snapshot_id: str) -> dict[str, object]:
    """Return the SHA-256 of each message of a snapshot by key, as the audit recorded it when it was last frozen."""
    events = ledger.deliveries.get(snapshot_id, ())
    return {str(event.get("key")): event["messageSha256"] for event in events if event.get("messageSha256")}


def _hash(path: Path) -> str | None:
    try:
        raw = read_file(path)
    except FileDamaged:
        return ""
    return None if raw is None else sha256(raw).hexdigest()


def _is_file(path: Path) -> bool:
    found = lstat(path)
    return found is not None and stat.S_ISREG(found.st_mode)


def _is_folder(path: Path) -> bool:
    found = lstat(path)
    return found is not None and stat.S_ISDIR(found.st_mode)

"""A snapshot of the old system as it is kept: made of its old entry and of the bytes of its old file."""

from hashlib import sha256
from pathlib import Path

from omen_cli.errors import ArchiveDamaged
from omen_cli.legacy.files import OldFile
from omen_cli.legacy.plan import Planned
from omen_cli.legacy.tree import read_old
from omen_cli.model.legacy import LegacyCounts, LegacySnapshot, legacy_sha256, payload_of
from omen_cli.model.version import VERSION
from omen_cli.workflows.old_tree import CHANGED_HINT


def composed(planned: Planned, root: Path, store_name: str) -> LegacySnapshot:
    """Return the snapshot that is made of an old entry and an old file; the file is read here.

    Raises:
        ArchiveDamaged: the file is not what it was when the plan was made.
    """
    payload = payload_of(planned.file.name, bytes_of(root, planned.file)) if planned.file else None
    return LegacySnapshot(
        id=planned.id,
        store_id=planned.store_id,
        store_name=store_name,
        timeframe=planned.timeframe,
        as_of_date=planned.as_of,
        version=planned.version,
        supersedes=planned.supersedes,
        reason=None,
        generated_at=planned.generated_at,
        request_id=planned.request_id,
        created_by=planned.created_by,
        omen_version=VERSION,
        email_sent=planned.marks.is_sent,
        email_sent_at=planned.marks.sent_at,
        email_recipient=planned.marks.recipient,
        delivered_to=planned.marks.delivered_to,
        counts=LegacyCounts(**planned.counts._asdict()),
        content_sha256=legacy_sha256(planned.entry_text, payload),
        old_entry=planned.entry_text,
        payload=payload,
    )


def bytes_of(root: Path, file: OldFile) -> bytes:
    """Return the bytes of an old file, when they are what they were.

    Raises:
        ArchiveDamaged: they are not.
    """
    raw = read_old(root / file.path)
    if raw is None or sha256(raw).hexdigest() != file.sha256:
        raise ArchiveDamaged(f"{root / file.path}: changed since the old archive was read", hint=CHANGED_HINT)
    return raw

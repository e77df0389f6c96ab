"""A snapshot that was brought over before, and what the old tree says of it now: whether that is the same, and who."""

from collections.abc import Callable
from functools import partial
from hashlib import sha256
from typing import cast

from omen_cli.archive.archive import Archive
from omen_cli.archive.documents import decode
from omen_cli.archive.failures import FileDamaged
from omen_cli.archive.files import read_file
from omen_cli.archive.standing import Had
from omen_cli.errors import ArchiveDamaged
from omen_cli.legacy.plan import Kind, Planned
from omen_cli.model.canonical import canonical_sha256, load_strict
from omen_cli.model.delivery import delivery_key
from omen_cli.model.legacy import NOT_KNOWN, LegacySnapshot
from omen_cli.model.old_content import fields_of

_NOT_REWRITTEN = "a snapshot is never written anew: what it keeps stays"


def stored(archive: Archive, snapshot_id: str, had: Had) -> Callable[[], LegacySnapshot]:
    """Return what reads a snapshot of the archive; that its file is what the index says is looked at here.

    Raises:
        ArchiveDamaged: it is not, or it is gone.
    """
    path, raw = archive.layout.snapshot(snapshot_id), None
    try:
        raw = read_file(path)
    except FileDamaged as error:
        problem = error.reason
    else:
        problem = "is gone" if raw is None else "is not what was written"
    if raw is None or sha256(raw).hexdigest() != had.sha256:
        store_id = archive.layout.store_id
        raise ArchiveDamaged(
            f"{path}: {problem}, and the old system's file or entry of it is still here",
            hint=f"run: omen verify --store {store_id} --deep --repair; then omen verify --store {store_id} --accept "
            f"{snapshot_id} --reason TEXT; then omen migrate again: it brings this one over anew",
        )
    return partial(_legacy, raw, archive.layout.store_id)


def _legacy(raw: bytes, store_id: str) -> LegacySnapshot:
    return cast("LegacySnapshot", decode(raw, store_id))


def untold(one: Planned, snapshot_id: str, had: Had) -> tuple[str, ...]:
    """Return the recipients by the old system that the archive does not know, nor has a delivery of its own to.

    One of its own that did not arrive is none. That nobody knows of any is nothing new of a snapshot that is there.
    """
    each = (name for name in one.marks.delivered_to if name != NOT_KNOWN)
    return tuple(name for name in each if delivery_key(one.store_id, snapshot_id, name) not in had.known)


def what_changed(before: LegacySnapshot, now: LegacySnapshot) -> dict[Kind, str]:
    """Return in what the old entry and the old file say something else now; what is gone says nothing."""
    found: dict[Kind, str] = {}
    if now.old_entry is not None and (names := _other_fields(before.old_entry, now.old_entry)):
        found["entry"] = f"says something else than when it was brought over ({', '.join(names)}); {_NOT_REWRITTEN}"
    if now.payload is not None and before.payload is None:
        found["file"] = f"belongs to {before.id}, whose entry was brought over without it; {_NOT_REWRITTEN}"
    elif now.payload and before.payload and now.payload.sha256 != before.payload.sha256:
        found["file"] = f"is not the file that was brought over as {before.id}; {_NOT_REWRITTEN}"
    return found


def _other_fields(before: str | None, now: str) -> list[str]:
    """Return the names of the fields that differ; all of them where there was no entry before."""
    was, is_now = _parsed(before), _parsed(now)
    return sorted(name for name in {*was, *is_now} if _sense(was, name) != _sense(is_now, name))


def _parsed(text: str | None) -> dict[str, object]:
    return fields_of(load_strict(text.encode("utf-8"), is_foreign=True)) if text is not None else {}


def _sense(fields: dict[str, object], name: str) -> str:
    return canonical_sha256(fields[name]) if name in fields else ""

"""A snapshot as the bytes of its file, and back: nothing is believed that does not prove itself."""

from typing import cast

from omen_cli.archive.failures import FileDamaged, reason_of
from omen_cli.archive.files import read_file
from omen_cli.archive.layout import Layout
from omen_cli.model.canonical import canonical_sha256, dump_canonical, load_strict
from omen_cli.model.ids import parse_snapshot_id
from omen_cli.model.snapshot import Snapshot


def encode(snapshot: Snapshot) -> bytes:
    """Return the bytes of the snapshot's file: canonical JSON and one newline."""
    return dump_canonical(snapshot.plain()) + b"\n"


def decode(raw: bytes, store_id: str) -> Snapshot:
    """Return the snapshot of a file's bytes.

    Raises:
        ValueError: not to the byte what omen writes, hashes or ids that do not fit, or another store's.
    """
    try:
        snapshot = Snapshot.model_validate(load_strict(raw))
        is_canonical = encode(snapshot) == raw
    except ValueError as error:
        raise ValueError(f"not a snapshot: {reason_of(error)}") from error
    if not is_canonical:
        raise ValueError("not in the canonical form that omen writes")
    fault = _fault(snapshot, store_id)
    if fault:
        raise ValueError(fault)
    return snapshot


def read_snapshot(layout: Layout, snapshot_id: str) -> tuple[Snapshot, bytes] | None:
    """Return a snapshot and the bytes of its file; None when the file is absent.

    Raises:
        FileDamaged: the file is not the snapshot that its name promises.
    """
    path = layout.snapshot(snapshot_id)
    raw = read_file(path)
    if raw is None:
        return None
    try:
        snapshot = decode(raw, layout.store_id)
    except ValueError as error:
        raise FileDamaged(path, str(error)) from error
    if snapshot.id != snapshot_id:
        raise FileDamaged(path, f"says that it is {snapshot.id}")
    return snapshot, raw


def ids_of(raw: bytes) -> tuple[str, ...] | None:
    """Return the snapshot ids of a `.pending` that says {"ids": […]}; None when it says something else."""
    try:
        document = load_strict(raw)
    except ValueError:
        return None
    if not isinstance(document, dict) or set(document) != {"ids"} or not isinstance(document["ids"], list):
        return None
    ids = cast("list[object]", document["ids"])
    return tuple(item for item in ids if isinstance(item, str) and parse_snapshot_id(item))


def _fault(snapshot: Snapshot, store_id: str) -> str | None:
    """Return what the snapshot contradicts; None when everything fits."""
    identity = parse_snapshot_id(snapshot.id)
    if snapshot.store_id != store_id:
        return f"belongs to the store {snapshot.store_id!r}, not to {store_id!r}"
    if snapshot.content_sha256 != canonical_sha256(snapshot.content.plain()):
        return "its contentSha256 is not the hash of its content"
    if identity is None:
        return f"its id is none: {snapshot.id!r}"
    said = (snapshot.timeframe, snapshot.as_of_date, snapshot.content_sha256[:8])
    if (identity.timeframe, identity.as_of_date, identity.hash8) != said or snapshot.version < 1:
        return f"its id does not fit what it says: {snapshot.id}"
    return None

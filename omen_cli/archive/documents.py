"""A snapshot as the bytes of its file, and back: nothing is believed that does not prove itself."""

from typing import cast

from omen_cli.archive.failures import FileDamaged, reason_of
from omen_cli.archive.files import read_file
from omen_cli.archive.layout import Layout
from omen_cli.model.canonical import canonical_sha256, dump_canonical, load_strict
from omen_cli.model.ids import parse_snapshot_id
from omen_cli.model.legacy import LEGACY_FORMAT, AnySnapshot, LegacySnapshot, legacy_fault
from omen_cli.model.snapshot import Snapshot


def encode(snapshot: AnySnapshot) -> bytes:
    """Return the bytes of the snapshot's file: canonical JSON and one newline."""
    return dump_canonical(snapshot.plain()) + b"\n"


def decode(raw: bytes, store_id: str) -> AnySnapshot:
    """Return the snapshot of a file's bytes.

    Raises:
        ValueError: not to the byte what omen writes, hashes or ids that do not fit, or another store's.
    """
    try:
        snapshot = _modelled(load_strict(raw))
        is_canonical = encode(snapshot) == raw
    except ValueError as error:
        raise ValueError(f"not a snapshot: {reason_of(error)}") from error
    if not is_canonical:
        raise ValueError("not in the canonical form that omen writes")
    fault = _fault(snapshot, store_id)
    if fault:
        raise ValueError(fault)
    return snapshot


def read_snapshot(layout: Layout, snapshot_id: str) -> tuple[AnySnapshot, bytes] | None:
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


def _modelled(document: object) -> AnySnapshot:
    """Return the document as what its format says that it is."""
    is_legacy = isinstance(document, dict) and document.get("format") == LEGACY_FORMAT
    return LegacySnapshot.model_validate(document) if is_legacy else Snapshot.model_validate(document)


def _fault(snapshot: AnySnapshot, store_id: str) -> str | None:
    """Return what the snapshot contradicts; None when everything fits."""
    identity = parse_snapshot_id(snapshot.id)
    if snapshot.store_id != store_id:
        return f"belongs to the store {snapshot.store_id!r}, not to {store_id!r}"
    if fault := legacy_fault(snapshot) if isinstance(snapshot, LegacySnapshot) else _content_fault(snapshot):
        return fault
    if identity is None:
        return f"its id is none: {snapshot.id!r}"
    hash8 = identity.hash8 if isinstance(snapshot, LegacySnapshot) else snapshot.content_sha256[:8]
    said = (snapshot.timeframe, snapshot.as_of_date, hash8)
    if (identity.timeframe, identity.as_of_date, identity.hash8) != said or snapshot.version < 1:
        return f"its id does not fit what it says: {snapshot.id}"
    return None


def _content_fault(snapshot: Snapshot) -> str | None:
    is_its_hash = snapshot.content_sha256 == canonical_sha256(snapshot.content.plain())
    return None if is_its_hash else "its contentSha256 is not the hash of its content"

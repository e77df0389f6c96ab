"""The files of the old system: wrappers named by timeframe and date, files named by id, mistakes."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path, PurePosixPath

from omen_cli.legacy.texts import Fields, day_of, store_of, text_of, time_of, timeframe_of
from omen_cli.legacy.tree import MAX_READ, Found, hash_old, printable, read_old
from omen_cli.model.canonical import canonical_sha256
from omen_cli.model.ids import Timeframe, is_store_id, parse_snapshot_id
from omen_cli.model.old_content import fields_of, load_old, snapshot_in

MAX_PAYLOAD = 8 * 1024 * 1024
_MOST_SEARCHED = 100_000
_SAID = (b"requestId", b"snapshotId", b"store")
_SAYS = re.compile(rb'"(requestId|snapshotId|store)"\s*+:\s*+"([^"\\]{1,300})"')
_BY_DATE = re.compile(r"snapshot_(daily|weekly|monthly)_(\d{4}-\d{2}-\d{2})", re.ASCII)


@dataclass(frozen=True, slots=True)
class OldFile:
    """A file of the old tree; `path` as the system has it, `problem` why it is no snapshot, None of one that is.

    `is_mistaken` where its payload stands in the place of the date. `snapshot_id` is what the payload calls itself,
    `store` is the payload's. `sense` is the hash of the payload as JSON.
    """

    path: str
    size_bytes: int
    sha256: str
    problem: str | None = None
    is_mistaken: bool = False
    sense: str = ""
    request_id: str | None = None
    snapshot_id: str | None = None
    store: str | None = None
    timeframe: Timeframe | None = None
    as_of: date | None = None
    generated_at: datetime | None = None

    @property
    def name(self) -> str:
        """Return the path as text."""
        return printable(self.path)

    @property
    def name_id(self) -> str | None:
        """Return the id that the file is named by; None when it is named otherwise."""
        stem = PurePosixPath(self.path).stem
        return stem if parse_snapshot_id(stem) else None

    @property
    def can_be_copied(self) -> bool:
        """Tell whether its bytes can be kept elsewhere: a regular file, and not too large for one of omen's."""
        return bool(self.sha256) and self.size_bytes <= MAX_READ


def read_old_file(root: Path, found: Found) -> OldFile:
    """Return what an old file is; of its bytes only their hash is kept.

    Raises:
        ArchiveDamaged: it cannot be read.
    """
    if not found.is_file:
        return _damaged(found.path, 0, "", "is no regular file; it is left where it is")
    raw = read_old(root / found.path, MAX_PAYLOAD)
    if raw is None:
        digest = hash_old(root / found.path)
        left = "; it is left where it is" if found.size_bytes > MAX_READ else ""
        return _damaged(found.path, found.size_bytes, digest, f"is over {MAX_PAYLOAD // 1024 // 1024} MiB{left}")
    digest = sha256(raw).hexdigest()
    try:
        wrapper = fields_of(load_old(raw))
    except (ValueError, RecursionError) as error:
        return _damaged(found.path, len(raw), digest, f"does not parse: {error}"[:300], raw)
    payload, is_mistaken = snapshot_in(wrapper)
    if payload is None:
        return _damaged(found.path, len(raw), digest, "is no snapshot of the old system", raw)
    return _described(found.path, len(raw), digest, wrapper, payload, is_mistaken=is_mistaken)


def _damaged(path: str, size_bytes: int, digest: str, problem: str, raw: bytes = b"") -> OldFile:
    """Return a file that is no snapshot, with what its name and its first bytes tell of whose it was."""
    named = _BY_DATE.fullmatch(PurePosixPath(path).stem)
    said = dict(reversed(_SAYS.findall(raw[:_MOST_SEARCHED])))
    request_id, own_id, store = (said.get(name, b"").decode("utf-8", "replace") for name in _SAID)
    return OldFile(
        path=path,
        size_bytes=size_bytes,
        sha256=digest,
        problem=problem,
        request_id=text_of(request_id),
        snapshot_id=own_id if parse_snapshot_id(own_id) else None,
        store=store if is_store_id(store) else None,
        timeframe=timeframe_of(named and named[1]),
        as_of=day_of(named and named[2]),
    )


def _described(
    path: str, size_bytes: int, digest: str, wrapper: Fields, payload: Fields, *, is_mistaken: bool
) -> OldFile:
    named = _BY_DATE.fullmatch(PurePosixPath(path).stem)
    own_id, store = payload.get("snapshotId"), payload.get("store")
    return OldFile(
        path=path,
        size_bytes=size_bytes,
        sha256=digest,
        problem=f"its store is no store id: {str(store)[:60]!r}" if _is_odd(store) else None,
        is_mistaken=is_mistaken,
        sense=canonical_sha256(payload),
        request_id=text_of(payload.get("requestId")),
        snapshot_id=own_id if isinstance(own_id, str) and parse_snapshot_id(own_id) else None,
        store=store_of(store),
        timeframe=timeframe_of(payload.get("timeframe"))
        or timeframe_of(wrapper.get("timeframe"))
        or timeframe_of(named and named[1]),
        as_of=day_of(payload.get("asOfDate")) or day_of(wrapper.get("asOfDate")) or day_of(named and named[2]),
        generated_at=time_of(payload.get("generatedAt")) or time_of(wrapper.get("cachedAt")),
    )


def _is_odd(store: object) -> bool:
    return store not in (None, "") and not (isinstance(store, str) and is_store_id(store))

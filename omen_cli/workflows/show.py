"""Show: one snapshot of one store, chosen by its id or by timeframe and as-of date."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import date

from omen_cli.archive.archive import Archive
from omen_cli.archive.record import record
from omen_cli.config.settings import Settings, StoreSettings
from omen_cli.errors import Forbidden, InvalidArgument, NotFound, OmenError
from omen_cli.model.ids import Timeframe, parse_snapshot_id
from omen_cli.model.safe_text import safe_text
from omen_cli.model.snapshot import Entry, Snapshot
from omen_cli.workflows.request import Caller

_AUDIT_WAIT_S = 1.0


@dataclass(frozen=True)
class Shown:
    """The entry, the snapshot, the file's bytes, and what was wrong with the archive on the way."""

    entry: Entry
    snapshot: Snapshot
    raw: bytes
    warnings: tuple[str, ...]


def show_snapshot(
    settings: Settings,
    store: StoreSettings,
    snapshot_id: str | None,
    timeframe: Timeframe | None,
    as_of: date | None,
    caller: Caller,
) -> Shown:
    """Return the snapshot with this id, or the newest version of timeframe and date; without a date the newest.

    Raises:
        InvalidArgument: the id is none.
        NotFound: the store has no such snapshot; the hint says what to run.
        Forbidden: the id is another store's; audited in both archives.
        ArchiveDamaged: the file is lost or damaged.
    """
    archive = Archive(settings.data, store.store_id)
    if snapshot_id is not None:
        entry = _by_id(settings, archive, snapshot_id, caller)
    else:
        entry = _by_key(archive, store, timeframe or store.timeframes[0], as_of)
    snapshot, raw = archive.read(entry)
    return Shown(entry, snapshot, raw, tuple(archive.warnings))


def _by_key(archive: Archive, store: StoreSettings, timeframe: Timeframe, as_of: date | None) -> Entry:
    entry = archive.find(timeframe, as_of) if as_of else archive.newest(timeframe)
    if entry is None:
        raise _absent(store, timeframe, as_of)
    return entry


def _by_id(settings: Settings, archive: Archive, snapshot_id: str, caller: Caller) -> Entry:
    if parse_snapshot_id(snapshot_id) is None:
        shown = safe_text(snapshot_id[:80])
        raise InvalidArgument(f"snapshot {shown!r}: not a snapshot id", hint="`omen history` lists the ids")
    if entry := archive.find_id(snapshot_id):
        return entry
    own = archive.layout.store_id
    for other in settings.stores:
        theirs = Archive(settings.data, other)
        if other != own and _has(theirs, snapshot_id):
            _audit_denied(archive, theirs, snapshot_id, caller)
            raise Forbidden(
                f"{snapshot_id}: not a snapshot of {own}", hint=f"`omen history --store {own}` lists its own"
            )
    raise NotFound(f"{snapshot_id}: {own} has no such snapshot", hint=f"`omen history --store {own}` lists them")


def _has(theirs: Archive, snapshot_id: str) -> bool:
    """Tell whether another archive has the id; one that cannot be read is its own store's trouble."""
    with suppress(OmenError):
        return theirs.find_id(snapshot_id) is not None
    return False


def _audit_denied(own: Archive, theirs: Archive, snapshot_id: str, caller: Caller) -> None:
    """Audit the attempt in each archive, one after the other; best effort, the refusal stands regardless."""
    details = {"requestedFor": own.layout.store_id, "snapshotId": snapshot_id, "requestId": caller.request_id}
    for archive in (own, theirs):
        with suppress(OmenError):
            record(archive, "access.denied", details, at=caller.at, by=caller.name, wait_s=_AUDIT_WAIT_S)


def _absent(store: StoreSettings, timeframe: Timeframe, as_of: date | None) -> NotFound:
    about = f" of {as_of}" if as_of else ""
    return NotFound(
        f"{store.store_id}: no {timeframe} snapshot{about}",
        hint=f"run: omen generate --store {store.store_id} --timeframe {timeframe}"
        + (f" --as-of {as_of}" if as_of else ""),
    )

"""Show: one snapshot of one store, chosen by its id or by timeframe and as-of date."""

from dataclasses import dataclass
from datetime import date

from omen_cli.archive.archive import Archive
from omen_cli.archive.set_aside import found_for
from omen_cli.config.settings import Settings, StoreSettings
from omen_cli.model.ids import Timeframe
from omen_cli.model.legacy import AnySnapshot
from omen_cli.model.snapshot import Entry
from omen_cli.workflows.lookup import entry_by_id, entry_by_key
from omen_cli.workflows.request import Caller


@dataclass(frozen=True)
class Shown:
    """The entry, the snapshot, the file's bytes, and what is to be known: what was wrong with the archive on the way.

    Also where the old file is kept that was found only after its entry was brought over without it.
    """

    entry: Entry
    snapshot: AnySnapshot
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
        entry = entry_by_id(settings, archive, snapshot_id, caller)
    else:
        entry = entry_by_key(archive, timeframe or store.timeframes[0], as_of)
    snapshot, raw = archive.read(entry)
    if entry.status == "no_payload":
        for path in found_for(archive.layout, entry.id):
            archive.warn(f"{entry.id}: an old file of it could not be brought over, and is kept as {path}")
    return Shown(entry, snapshot, raw, tuple(archive.warnings))

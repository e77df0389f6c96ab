"""A snapshot by its id or its key, in the store's own archive; another store's is refused, and audited."""

from contextlib import suppress
from datetime import date
from itertools import takewhile

from omen_cli.archive.archive import Archive
from omen_cli.archive.audit import PRUNED
from omen_cli.archive.migration_mark import read_mark
from omen_cli.archive.safety import is_unmigrated
from omen_cli.config.settings import Settings
from omen_cli.errors import Forbidden, InvalidArgument, NotFound, OmenError
from omen_cli.model.ids import Timeframe, parse_snapshot_id
from omen_cli.model.safe_text import safe_text
from omen_cli.model.snapshot import Entry
from omen_cli.workflows.denied import About, audit_denied, denial_of
from omen_cli.workflows.request import Caller


def entry_by_id(settings: Settings, archive: Archive, snapshot_id: str, caller: Caller) -> Entry:
    """Return the entry of the store's own snapshot with this id.

    Raises:
        InvalidArgument: the id is none.
        NotFound: no store has such a snapshot.
        Forbidden: the id is another store's; audited in both archives, and in `data/audit`.
    """
    if parse_snapshot_id(snapshot_id) is None:
        shown = safe_text(snapshot_id[:80])
        raise InvalidArgument(f"snapshot {shown!r}: not a snapshot id", hint="`omen history` lists the ids")
    if entry := archive.find_id(snapshot_id):
        return entry
    own = archive.layout.store_id
    for other in settings.stores:
        theirs = Archive(settings.data, other)
        if other != own and _has(theirs, snapshot_id):
            refused = f"{snapshot_id}: not a snapshot of {own}"
            about = About(other, own, refused, snapshot_id=snapshot_id)
            audit_denied(settings, (own, other), denial_of(caller, "snapshot", about))
            raise Forbidden(refused, hint=f"`omen history --store {own}` lists its own", between=(own, other))
    raise _absent(archive, snapshot_id)


def entry_by_key(archive: Archive, timeframe: Timeframe, as_of: date | None) -> Entry:
    """Return the newest version of timeframe and date; without a date that of the newest.

    Raises:
        NotFound: the store has no such snapshot; the hint makes one.
    """
    if entry := archive.find(timeframe, as_of) if as_of else archive.newest(timeframe):
        return entry
    own = archive.layout.store_id
    made = f"run: omen generate --store {own} --timeframe {timeframe}{f' --as-of {as_of}' if as_of else ''}"
    raise NotFound(
        f"{own}: no {timeframe} snapshot{f' of {as_of}' if as_of else ''}", hint=migration_first(archive) or made
    )


def migration_first(archive: Archive) -> str | None:
    """Return what to do before anything else where an old archive is not migrated yet, or not to its end; else None."""
    if mark := read_mark(archive.layout):
        return f"a migration was begun, and is not finished; run: {mark.command}"
    if not is_unmigrated(archive.layout):
        return None
    command = f"omen migrate --from {archive.layout.snapshots} --dry-run"
    return f"an archive of the old system is here, not migrated; run: {command}"


def versions_of(archive: Archive, entry: Entry) -> tuple[Entry, ...]:
    """Return every version of the entry's timeframe and as-of date, the newest first."""
    key = entry.timeframe, entry.as_of_date
    of_the_day = takewhile(lambda one: one.as_of_date >= entry.as_of_date, archive.entries(until=entry.as_of_date))
    return tuple(one for one in of_the_day if (one.timeframe, one.as_of_date) == key)


def _absent(archive: Archive, snapshot_id: str) -> NotFound:
    """Return that there is no such snapshot, or that there was one, and who removed it or gave it up."""
    own, event = archive.layout.store_id, archive.settling(snapshot_id)
    hint = f"`omen history --store {own}` lists what there is"
    if event is None:
        return NotFound(f"{snapshot_id}: {own} has no such snapshot", hint=hint)
    when, who = safe_text(str(event.get("at"))[:10]), safe_text(str(event.get("by"))[:80])
    how, why = ("pruned", "rules") if event.get("event") == PRUNED else ("accepted as lost", "reason")
    return NotFound(f"{snapshot_id}: {how} on {when} by {who} ({safe_text(str(event.get(why))[:200])})", hint=hint)


def _has(theirs: Archive, snapshot_id: str) -> bool:
    """Tell whether another archive has the id; one that cannot be read is its own store's trouble."""
    with suppress(OmenError):
        return theirs.find_id(snapshot_id) is not None
    return False

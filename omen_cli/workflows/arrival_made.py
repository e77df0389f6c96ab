"""The story of a snapshot that is there: who made it, whether it is whole, and what keeps it back."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from omen_cli.archive.archive import Archive
from omen_cli.archive.audit import PRUNED
from omen_cli.config.settings import StoreSettings
from omen_cli.errors import OmenError
from omen_cli.model.snapshot import Entry, Snapshot
from omen_cli.workflows.audited_before import audited_before
from omen_cli.workflows.doctor_check import Check
from omen_cli.workflows.local_time import at_the_store
from omen_cli.workflows.request import local_today
from omen_cli.workflows.run_generate import held


def made_checks(archive: Archive, versions: Sequence[Entry], store: StoreSettings, at: datetime) -> Iterator[Check]:
    """Yield what is to be said of the newest of the versions (the first), and of those that it superseded."""
    entry = versions[0]
    yield Check("ok", "generated", _made(entry, store))
    for older in versions[1:]:
        to = f", sent to {older.email_recipient or 'somebody'}" if older.email_sent else ", sent to nobody"
        why = f" ({entry.reason})" if older is versions[1] and entry.reason else ""
        yield Check("ok", "superseded", f"version {older.version}, {older.id}{to}{why}")
    if archive.is_unfinished():
        fix = "wait for it; when nothing runs, the next writing command finishes it"
        yield Check("warning", "change", "one is under way, or was left by a command that died", fix)
    yield from _kept(archive, entry)
    if entry.provisional:
        yield _provisional(entry, store, at)


def gone_checks(archive: Archive, entry: Entry, *, has_server: bool) -> Iterator[Check]:
    """Yield what was made of the entry's key before it and is gone for good, and whether somebody has it."""
    for one in audited_before(archive, entry.timeframe, entry.as_of_date, entry.id):
        if one.settled:
            how = "pruned" if one.settled.get("event") == PRUNED else "accepted as lost"
            gone = f"{how} on {str(one.settled.get('at'))[:10]} by {one.settled.get('by')}"
            to = "somebody may have it" if one.went_out(has_server=has_server) else "it went to nobody"
            yield Check("ok", "removed", f"version {one.version or 'not known'}, {one.id}, {gone}; {to}")


def _made(entry: Entry, store: StoreSettings) -> str:
    when = at_the_store(entry.generated_at, store.timezone)
    return f"{entry.id}, version {entry.version}, {when} by {entry.created_by} ({entry.created_via})"


def _kept(archive: Archive, entry: Entry) -> Iterator[Check]:
    """Yield whether the file is whole, and why it is held."""
    try:
        snapshot = archive.load(entry)
    except OmenError as error:
        yield Check.of_error("file", error)
        return
    if not isinstance(snapshot, Snapshot):  # the old system held nothing
        return
    if entry.status != "held":
        yield Check("ok", "held", "no: it looked right")
        return
    reasons = "; ".join(snapshot.hold.reasons)
    told = held(entry).error
    yield Check("failed", "held", reasons or str(told), told.hint if isinstance(told, OmenError) else "")


def _provisional(entry: Entry, store: StoreSettings, at: datetime) -> Check:
    found = "made before its day had ended: omen run never sends it"
    if local_today(store, at) > entry.as_of_date:
        again = f"omen generate --store {store.store_id} --timeframe {entry.timeframe} --as-of {entry.as_of_date}"
        return Check("failed", "provisional", found, f"its day has ended: {again} makes the next version")
    return Check("failed", "provisional", found, "wait until its day has ended: the next version is made then")

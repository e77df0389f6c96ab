"""Which snapshot is to be sent: the one that was named and no other; `latest` is the old way, and is said."""

from dataclasses import dataclass
from datetime import date
from itertools import takewhile

from omen_cli.archive.archive import Archive
from omen_cli.config.settings import Settings
from omen_cli.errors import InvalidArgument, NotFound
from omen_cli.model.ids import Timeframe
from omen_cli.model.snapshot import Entry
from omen_cli.workflows.lookup import entry_by_id, entry_by_key, migration_first
from omen_cli.workflows.request import Caller


@dataclass(frozen=True)
class Choice:
    """One snapshot, named by its id, or by timeframe and as-of date (the newest version of it), or the latest."""

    snapshot_id: str | None = None
    timeframe: Timeframe | None = None
    as_of: date | None = None
    is_latest: bool = False


def chosen(settings: Settings, archive: Archive, choice: Choice, caller: Caller, *, is_strict: bool) -> Entry:
    """Return the entry of the snapshot that was named.

    Raises:
        InvalidArgument: none was named, or `latest` was asked for where only named ones are sent.
        NotFound: there is no such snapshot; the hint makes one.
        Forbidden: the id is another store's; audited in both archives.
    """
    if choice.snapshot_id is not None:
        return entry_by_id(settings, archive, choice.snapshot_id, caller)
    if choice.timeframe is not None and choice.as_of is not None:
        return entry_by_key(archive, choice.timeframe, choice.as_of)
    own = archive.layout.store_id
    if not choice.is_latest:
        raise InvalidArgument(
            f"{own}: which snapshot?",
            hint="name it: --snapshot ID, or --timeframe T with --as-of DATE; "
            f"omen history --store {own} lists what there is",
        )
    if is_strict:
        raise InvalidArgument(
            "--latest: refused here, since it sends what was made last, whatever that is (OMEN_STRICT, strict_send)",
            hint="name the snapshot: --snapshot ID, or --timeframe T with --as-of DATE",
        )
    return _latest(archive)


def _latest(archive: Archive) -> Entry:
    """Return the entry with the greatest as-of date, then the greatest version, of whatever timeframe."""
    first = next(iter(archive.entries()), None)
    if first is None:
        own = archive.layout.store_id
        raise NotFound(f"{own}: no snapshot yet", hint=migration_first(archive) or f"run: omen generate --store {own}")
    of_the_day = takewhile(lambda one: one.as_of_date == first.as_of_date, archive.entries(until=first.as_of_date))
    return max(of_the_day, key=lambda one: (one.version, one.generated_at))

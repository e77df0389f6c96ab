"""The index: one shard a month, derived from the snapshots; a reader proves it before it believes it."""

from collections import Counter
from collections.abc import Iterable
from typing import Literal

from omen_cli.archive.entries import key_of, with_successors
from omen_cli.archive.failures import FileDamaged, reason_of
from omen_cli.archive.files import fsync_folder, names, read_file, rename, unlink, write_new
from omen_cli.archive.layout import Layout, is_month, month_of
from omen_cli.model.base import Value
from omen_cli.model.canonical import dump_canonical, load_strict
from omen_cli.model.ids import parse_snapshot_id
from omen_cli.model.snapshot import Entry


class Shard(Value):
    """The file of one month's entries, sorted by as-of date, timeframe and version."""

    format: Literal["omen.index/1"] = "omen.index/1"
    store_id: str
    month: str
    entries: tuple[Entry, ...]


def shard_months(layout: Layout) -> tuple[str, ...]:
    """Return the months that have a shard, oldest first."""
    stems = (name.removesuffix(".json") for name in names(layout.index_dir) if name.endswith(".json"))
    return tuple(stem for stem in stems if is_month(stem))


def read_shard(layout: Layout, month: str) -> tuple[Entry, ...] | None:
    """Return the month's entries in their order; None when the shard is absent.

    Raises:
        FileDamaged: not a regular file, too large, not a shard of this store and month, or not true in itself.
    """
    raw = read_file(layout.shard(month))
    if raw is None:
        return None
    try:
        shard = Shard.model_validate(load_strict(raw))
    except ValueError as error:
        raise FileDamaged(layout.shard(month), f"does not parse ({reason_of(error)})") from error
    fault = _fault(shard, layout.store_id, month)
    if fault:
        raise FileDamaged(layout.shard(month), fault)
    return shard.entries


def write_shard(layout: Layout, month: str, entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """Replace the month's shard atomically and durably, and return its entries; call it under `.lock` only.

    A month without entries has no shard.
    """
    shard = Shard(store_id=layout.store_id, month=month, entries=with_successors(entries))
    draft = layout.shard_draft(month)
    unlink(draft)
    if shard.entries:
        write_new(draft, dump_canonical(shard.plain()) + b"\n")
        rename(draft, layout.shard(month))
    else:
        unlink(layout.shard(month))
    fsync_folder(layout.index_dir)
    return shard.entries


def _fault(shard: Shard, store_id: str, month: str) -> str | None:
    """Return what the shard contradicts; None when everything fits."""
    if (shard.store_id, shard.month) != (store_id, month):
        return f"is the shard of {shard.store_id!r}, {shard.month!r}"
    for entry in shard.entries:
        if not fits(entry, store_id, month):
            return f"has an entry that does not fit its id: {entry.id!r}"
    twice = [key for key, count in Counter(map(key_of, shard.entries)).items() if count > 1]
    if twice:
        return f"has two entries for {twice[0][0]} {twice[0][1]} version {twice[0][2]}"
    if shard.entries != with_successors(shard.entries):
        return "is out of order, or does not say which version superseded which"
    return None


def fits(entry: Entry, store_id: str, month: str) -> bool:
    """Tell whether an entry is one of this store and month, and says what its id says."""
    identity = parse_snapshot_id(entry.id)
    return (
        identity is not None
        and (identity.timeframe, identity.as_of_date) == (entry.timeframe, entry.as_of_date)
        and (entry.created_via == "migrate" or identity.hash8 == entry.content_sha256[:8])
        and month_of(entry.as_of_date) == month
        and entry.store_id == store_id
        and entry.file_path == f"{entry.id}.json"
        and entry.version >= 1
    )

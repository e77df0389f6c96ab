"""The plan of a migration: pure, and the same for the same old tree; each part of it gets exactly one end."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from omen_cli.legacy.claims import one_a_version, quarantined, unrepeated
from omen_cli.legacy.entries import DamagedEntry, OldEntry
from omen_cli.legacy.files import OldFile
from omen_cli.legacy.match import match
from omen_cli.legacy.names import require_distinct, require_stores
from omen_cli.legacy.orphans import Taken, adopted
from omen_cli.legacy.plan import End, Plan, Planned
from omen_cli.model.legacy import LegacyCounts

NOBODY = "unknown"


def plan(
    found: Sequence[OldEntry | DamagedEntry],
    files: Sequence[OldFile],
    default_store: str | None,
    folders: Sequence[str],
) -> Plan:
    """Return what becomes of the old entries and files.

    Args:
        found: the entries, in the order of the index.
        files: by path.
        default_store: whose those are that name no store; None refuses them.
        folders: the stores of stores.yaml: a file that names no store is that of its folder, when it has such a name.

    Raises:
        InvalidArgument: an entry or file names no store and there is no default, or two names differ in case only.
    """
    damaged = [quarantined(one, one.reason) for one in found if isinstance(one, DamagedEntry)]
    entries, repeated = unrepeated(one for one in found if isinstance(one, OldEntry))
    stores = _stores_of(entries, default_store)
    usable, unusable = _usable(files, default_store, folders)
    require_distinct([*stores.values(), *(file.store for file in usable if file.store)], "stores")
    require_distinct([*(entry.id for entry in entries), *(file.snapshot_id or "" for file in usable)], "snapshots")
    matched = match(entries, usable, stores)
    kept, rivals = one_a_version(entries, stores, matched.by_id)
    made = [_planned(entry, stores[entry.id], matched.by_id.get(entry.id, ())) for entry in kept]
    others = [*damaged, *repeated, *unusable, *rivals]
    others += [end for one in made for end in _of_more_files(one, matched.by_id.get(one.id, ()))]
    owners = {file.path: _store_of(file, default_store, folders) for file in matched.rest}
    require_stores([one.name for one in matched.rest if owners[one.path] is None and not one.is_mistaken], "files")
    taken = Taken(made, entries, {entry.id: stores[entry.id] for entry in entries})
    for file in sorted(matched.rest, key=_oldest_first):
        orphan = adopted(file, owners[file.path], taken)
        if isinstance(orphan, Planned):
            taken.add(orphan)
        else:
            others.append(orphan)
    return Plan(tuple(sorted(taken.made, key=lambda one: one.key)), tuple(others))


def _oldest_first(file: OldFile) -> tuple[bool, datetime | None, str]:
    return file.generated_at is None, file.generated_at, file.path


def _stores_of(entries: Iterable[OldEntry], default_store: str | None) -> dict[str, str]:
    stores = {entry.id: entry.store or default_store for entry in entries}
    require_stores([one for one, store in stores.items() if store is None], "entries")
    return {one: store for one, store in stores.items() if store}


def _usable(
    files: Iterable[OldFile], default_store: str | None, folders: Sequence[str]
) -> tuple[list[OldFile], list[End]]:
    """Return the files that are snapshots, and the ends of those that are none."""
    usable, ends = [], []
    for file in files:
        if file.problem:
            store = _store_of(file, default_store, folders)
            ends.append(End("file", file.name, "quarantined", store, reason=file.problem, file=file))
        else:
            usable.append(file)
    return usable, ends


def _store_of(file: OldFile, default_store: str | None, folders: Sequence[str]) -> str | None:
    return file.store or (file.folder if file.folder in folders else default_store)


def _planned(entry: OldEntry, store_id: str, files: Sequence[OldFile]) -> Planned:
    return Planned(
        store_id=store_id,
        id=entry.id,
        timeframe=entry.timeframe,
        as_of=entry.as_of,
        version=entry.version,
        supersedes=entry.supersedes,
        generated_at=entry.generated_at,
        request_id=entry.request_id or "",
        created_by=entry.created_by or NOBODY,
        marks=entry.marks,
        counts=entry.counts or LegacyCounts(),
        entry_name=entry.name,
        entry_text=entry.text,
        file=files[0] if files else None,
    )


def _of_more_files(made: Planned, files: Sequence[OldFile]) -> Iterable[End]:
    """Yield the ends of those files of an entry that are not its payload."""
    for file in files[1:]:
        if made.file and file.sense == made.file.sense:
            yield End("file", file.name, "duplicate", made.store_id, made.id, f"says what {made.file.name} says", file)
        else:
            first = made.file.name if made.file else ""
            reason = f"says something else of the same request than {first}, the payload of {made.id}"
            yield End("file", file.name, "quarantined", made.store_id, reason=reason, file=file)

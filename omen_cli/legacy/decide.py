"""The plan of a migration: pure, and the same for the same old tree; each part of it gets exactly one end."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from omen_cli.legacy.claims import one_a_version, quarantined, unrepeated
from omen_cli.legacy.damaged import DamagedEntry
from omen_cli.legacy.damaged_files import told_apart
from omen_cli.legacy.entries import OldEntry
from omen_cli.legacy.files import OldFile
from omen_cli.legacy.match import match
from omen_cli.legacy.names import require_distinct, require_stores
from omen_cli.legacy.orphans import Taken, adopted
from omen_cli.legacy.owners import Owners, owners_of
from omen_cli.legacy.plan import End, Plan, Planned
from omen_cli.legacy.remembered import Remembered

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
        InvalidArgument: an entry or file names no store and there is no default, or the default is nobody; two names
            differ in case only, also from one of stores.yaml.
    """
    damaged = [quarantined(one, one.reason) for one in found if isinstance(one, DamagedEntry)]
    entries, repeated = unrepeated(one for one in found if isinstance(one, OldEntry))
    owners = owners_of(found, files, default_store, folders)
    usable, unusable = _usable(files, owners)
    stores = owners.of_entries(entries, usable)
    require_distinct([*stores.values(), *(file.store for file in usable if file.store), *folders], "stores")
    require_distinct([*(entry.id for entry in entries), *(file.snapshot_id or "" for file in usable)], "snapshots")
    matched = match(entries, usable, stores, owners)
    owners.require_told(usable, matched.by_id, frozenset(entry.id for entry in entries if entry.store))
    rivals, lost = one_a_version(entries, stores, matched.by_id)
    losers = {entry.id for entry, _ in rivals}
    kept = [entry for entry in entries if entry.id not in losers]
    made = [_planned(entry, stores[entry.id], matched.by_id.get(entry.id, ())) for entry in kept]
    made, broken = told_apart(made, unusable, owners)
    others = [*damaged, *repeated, *broken, *lost]
    others += [end for one in made for end in _of_more_files(one, matched.by_id.get(one.id, ()))]
    taken, orphans = _with_orphans(made, matched.rest, owners, entries, stores)
    remembered = Remembered(found, entries, rivals)
    snapshots = (remembered.in_mind(one) for one in taken)
    return Plan(tuple(sorted(snapshots, key=lambda one: one.key)), (*others, *orphans))


def _with_orphans(
    made: Sequence[Planned],
    rest: Sequence[OldFile],
    owners: Owners,
    entries: Sequence[OldEntry],
    stores: Mapping[str, str],
) -> tuple[Sequence[Planned], list[End]]:
    """Return the snapshots with those that files without an entry become, and the ends of the other files."""
    require_stores([one.name for one in rest if owners.of_file(one) is None and not one.is_mistaken], "files")
    taken = Taken(made, entries, stores)
    others: list[End] = []
    for file in sorted(rest, key=_oldest_first):
        orphan = adopted(file, owners.of_file(file), taken)
        if isinstance(orphan, Planned):
            taken.add(orphan)
        else:
            others.append(orphan)
    return taken.made, others


def _oldest_first(file: OldFile) -> tuple[bool, datetime | None, str]:
    return file.generated_at is None, file.generated_at, file.path


def _usable(files: Iterable[OldFile], owners: Owners) -> tuple[list[OldFile], list[End]]:
    """Return the files that are snapshots, and the ends of those that are none."""
    usable, ends = [], []
    for file in files:
        if file.problem:
            ends.append(End("file", file.name, "quarantined", owners.of_file(file), reason=file.problem, file=file))
        else:
            usable.append(file)
    return usable, ends


def _planned(entry: OldEntry, store_id: str, files: Sequence[OldFile]) -> Planned:
    return Planned(
        store_id=store_id,
        id=entry.id,
        timeframe=entry.timeframe,
        as_of=entry.as_of,
        version=entry.version,
        supersedes=entry.supersedes,
        supersedes_said=entry.supersedes_said,
        generated_at=entry.generated_at,
        request_id=entry.request_id or "",
        created_by=entry.created_by or NOBODY,
        marks=entry.marks,
        counts=entry.counts,
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

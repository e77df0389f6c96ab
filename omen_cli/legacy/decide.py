"""The plan of a migration: pure, and the same for the same old tree; each part of it gets exactly one end."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from omen_cli.errors import InvalidArgument
from omen_cli.legacy.entries import DamagedEntry, OldEntry
from omen_cli.legacy.files import OldFile
from omen_cli.legacy.match import match
from omen_cli.legacy.orphans import Taken, adopted
from omen_cli.legacy.plan import End, Plan, Planned
from omen_cli.model.legacy import LegacyCounts

_MOST_NAMED = 5
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
    damaged = [_quarantined(one, one.reason) for one in found if isinstance(one, DamagedEntry)]
    entries, repeated = _unrepeated(one for one in found if isinstance(one, OldEntry))
    stores = _stores_of(entries, default_store)
    usable, unusable = _usable(files, default_store, folders)
    _require_distinct([*stores.values(), *(file.store for file in usable if file.store)], "stores")
    _require_distinct([*(entry.id for entry in entries), *(file.snapshot_id or "" for file in usable)], "snapshots")
    matched = match(entries, usable, stores)
    kept, rivals = _one_a_version(entries, stores, matched.by_id)
    made = [_planned(entry, stores[entry.id], matched.by_id.get(entry.id, ())) for entry in kept]
    others = [*damaged, *repeated, *unusable, *rivals]
    others += [end for one in made for end in _of_more_files(one, matched.by_id.get(one.id, ()))]
    owners = {file.path: _store_of(file, default_store, folders) for file in matched.rest}
    _require_stores([one.name for one in matched.rest if owners[one.path] is None and not one.is_mistaken], "files")
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


def _quarantined(entry: OldEntry | DamagedEntry, reason: str, store_id: str | None = None) -> End:
    raw = entry.raw if isinstance(entry, DamagedEntry) else entry.text.encode("utf-8")
    return End("entry", entry.name, "quarantined", store_id, reason=reason, raw=raw)


def _unrepeated(entries: Iterable[OldEntry]) -> tuple[list[OldEntry], list[End]]:
    """Return one entry an id, the first, and the ends of the others."""
    first: dict[str, OldEntry] = {}
    ends: list[End] = []
    for entry in entries:
        known = first.setdefault(entry.id, entry)
        if known is entry:
            continue
        if known.sense == entry.sense:
            ends.append(End("entry", entry.name, "duplicate", known.store, known.id, f"repeats {known.name}"))
        else:
            ends.append(_quarantined(entry, f"its id {entry.id} is that of {known.name}, which says something else"))
    return list(first.values()), ends


def _stores_of(entries: Iterable[OldEntry], default_store: str | None) -> dict[str, str]:
    stores = {entry.id: entry.store or default_store for entry in entries}
    _require_stores([one for one, store in stores.items() if store is None], "entries")
    return {one: store for one, store in stores.items() if store}


def _require_stores(storeless: Sequence[str], what: str) -> None:
    if storeless:
        more = f" and {len(storeless) - _MOST_NAMED} more" if len(storeless) > _MOST_NAMED else ""
        raise InvalidArgument(
            f"{', '.join(storeless[:_MOST_NAMED])}{more}: {what} that name no store",
            hint="say whose they are with --default-store ID; nothing was written",
        )


def _require_distinct(names: Iterable[str], what: str) -> None:
    """Refuse two names that would be one file or folder where case does not count."""
    known: dict[str, str] = {}
    for name in filter(None, names):
        other = known.setdefault(name.casefold(), name)
        if other != name:
            raise InvalidArgument(
                f"{other} and {name}: two {what} of the old archive that differ in case only would fall into one place",
                hint="correct one of them in a copy of the old archive, and migrate that; nothing was written",
            )


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


def _one_a_version(
    entries: Sequence[OldEntry], stores: Mapping[str, str], files: Mapping[str, Sequence[OldFile]]
) -> tuple[list[OldEntry], list[End]]:
    """Return one entry a version: with a file first, then e-mailed, then the latest; and the ends of the others."""
    claims: dict[tuple[object, ...], list[OldEntry]] = defaultdict(list)
    for entry in entries:
        claims[stores[entry.id], entry.timeframe, entry.as_of, entry.version].append(entry)
    kept: list[OldEntry] = []
    ends: list[End] = []
    for rivals in claims.values():
        best = max(rivals, key=lambda one: (one.id in files, one.marks.is_sent, one.generated_at, one.id))
        kept.append(best)
        for one in rivals:
            if one is not best:
                reason = f"version {one.version} of {one.timeframe} {one.as_of} is {best.id}"
                store = stores[one.id]
                ends.append(_quarantined(one, reason, store))
                why = f"is the payload of {one.id}, and {reason}"
                ends += [
                    End("file", file.name, "quarantined", store, reason=why, file=file)
                    for file in files.get(one.id, ())
                ]
    return kept, ends


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

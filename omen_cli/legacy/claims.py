"""Old entries that claim one thing: an id, or a version of one timeframe and date; one of them has it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from omen_cli.legacy.entries import DamagedEntry, OldEntry
from omen_cli.legacy.files import OldFile
from omen_cli.legacy.plan import End


def quarantined(entry: OldEntry | DamagedEntry, reason: str, store_id: str | None = None) -> End:
    """Return the end of an entry that is set aside, with its bytes."""
    raw = entry.raw if isinstance(entry, DamagedEntry) else entry.text.encode("utf-8")
    return End("entry", entry.name, "quarantined", store_id, reason=reason, raw=raw)


def unrepeated(entries: Iterable[OldEntry]) -> tuple[list[OldEntry], list[End]]:
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
            ends.append(quarantined(entry, f"its id {entry.id} is that of {known.name}, which says something else"))
    return list(first.values()), ends


def one_a_version(
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
                ends.append(quarantined(one, reason, store))
                why = f"is the payload of {one.id}, and {reason}"
                ends += [
                    End("file", file.name, "quarantined", store, reason=why, file=file)
                    for file in files.get(one.id, ())
                ]
    return kept, ends

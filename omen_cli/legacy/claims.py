"""Old entries that claim one thing: an id, or a version of one timeframe and date; one of them has it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from omen_cli.legacy.damaged import DamagedEntry
from omen_cli.legacy.entries import OldEntry
from omen_cli.legacy.files import OldFile
from omen_cli.legacy.plan import End


def quarantined(entry: OldEntry | DamagedEntry, reason: str, store_id: str | None = None) -> End:
    """Return the end of an entry that is set aside, with its bytes."""
    raw = entry.raw if isinstance(entry, DamagedEntry) else entry.text.encode("utf-8")
    return End("entry", entry.name, "quarantined", store_id, reason=reason, raw=raw)


def unrepeated(entries: Iterable[OldEntry]) -> tuple[list[OldEntry], list[End]]:
    """Return one entry an id, the first that was e-mailed of the first one's request, and the ends of the others."""
    claims: dict[str, list[OldEntry]] = defaultdict(list)
    for entry in entries:
        claims[entry.id].append(entry)
    kept: list[OldEntry] = []
    ends: list[End] = []
    for one_id, rivals in claims.items():
        same = (one for one in rivals if one.request_id == rivals[0].request_id)
        best = max(same, key=lambda one: (one.marks.is_sent, -one.number))
        kept.append(best)
        for one in (one for one in rivals if one is not best):
            if one.sense == best.sense:
                ends.append(End("entry", one.name, "duplicate", best.store, one_id, f"repeats {best.name}"))
            else:
                ends.append(quarantined(one, f"its id {one_id} is that of {best.name}, which says something else"))
    return kept, ends


def one_a_version(
    entries: Sequence[OldEntry], stores: Mapping[str, str], files: Mapping[str, Sequence[OldFile]]
) -> tuple[list[tuple[OldEntry, OldEntry]], list[End]]:
    """Return the entries that lose their version, each with the one that has it, and the ends of what is theirs.

    The one with a file has it, then the one that was e-mailed, then the latest.
    """
    claims: dict[tuple[object, ...], list[OldEntry]] = defaultdict(list)
    for entry in entries:
        claims[stores[entry.id], entry.timeframe, entry.as_of, entry.version].append(entry)
    lost: list[tuple[OldEntry, OldEntry]] = []
    ends: list[End] = []
    for rivals in claims.values():
        best = max(rivals, key=lambda one: (one.id in files, one.marks.is_sent, one.generated_at, one.id))
        for one in rivals:
            if one is not best:
                lost.append((one, best))
                reason = f"version {one.version} of {one.timeframe} {one.as_of} is {best.id}"
                store = stores[one.id]
                ends.append(quarantined(one, reason, store))
                why = f"is the payload of {one.id}, and {reason}"
                ends += [
                    End("file", file.name, "quarantined", store, reason=why, file=file)
                    for file in files.get(one.id, ())
                ]
    return lost, ends

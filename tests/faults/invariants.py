"""What must hold of an installation after every command and every fault, whatever died before: shared by all layers."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path

from omen_cli.archive.archive import Archive
from omen_cli.archive.verification import verify
from omen_cli.errors import OmenError
from omen_cli.model.snapshot import Entry
from tests.architecture.exit_table import readme_table
from tests.faults.images import DATA, Image, capture, files
from tests.faults.taken import DELIVERY, broken_promises

BUG = 70
_ARCHIVES = "snapshots"


@dataclass(frozen=True)
class Start:
    """The installation before the command: its image, and what was intact then: (store, id)."""

    image: Image
    intact: frozenset[tuple[str, str]]


def start_of(folder: Path) -> Start:
    """Return what is there before the command; a snapshot is intact when index, file and audit agree on it."""
    intact = set()
    for store in _stores(folder):
        created = Counter(event["id"] for event in events_of(folder, store) if event["event"] == "snapshot.created")
        archive = Archive(folder / DATA, store)
        for entry in archive.entries():
            if created[entry.id] == 1 and not _unreadable(archive, entry):
                intact.add((store, entry.id))
    return Start(capture(folder), frozenset(intact))


def assert_intact(
    folder: Path,
    acknowledged: Iterable[tuple[str, str]],
    *,
    start: Start | None = None,
    untouched: Iterable[str] = (),
    is_settled: bool = False,
) -> None:
    """Insist that nothing acknowledged is lost or doubled; the same as `problems`, as an assertion."""
    found = problems(folder, acknowledged, start=start, untouched=untouched, is_settled=is_settled)
    assert not found, "; ".join(found)


def problems(
    folder: Path,
    acknowledged: Iterable[tuple[str, str]],
    *,
    start: Start | None = None,
    untouched: Iterable[str] = (),
    is_settled: bool = False,
) -> list[str]:
    """Return what is broken in the installation at `folder`, a line each.

    Args:
        folder: where stores.yaml and data/ are.
        acknowledged: the (store, id) that a command said are kept, and the (store, `delivery KEY`) that it said were sent.
        start: what was there before; then its bytes must be there still, and what was intact counts as acknowledged.
        untouched: stores whose archive must be byte for byte as at the start.
        is_settled: a writing command has just been run to its end in every archive: no trace of a crash may be left.
    """
    kept = set(acknowledged) | (start.intact if start else set())
    found: list[str] = []
    for store in sorted({*_stores(folder), *(store for store, _ in kept)}):
        try:
            ids = {one for of, one in kept if of == store and not one.startswith(DELIVERY)}
            found += [f"{store}: {line}" for line in _of_store(folder, store, ids, is_settled=is_settled)]
        except OmenError as error:
            found.append(f"{store}: cannot be read: {error.message}")
        except Exception as error:  # noqa: BLE001  a trace is a violation like any other
            found.append(f"{store}: a trace: {type(error).__name__}: {error}")
    found += broken_promises(folder, kept)
    found += [f"data/audit: {line}" for line in _broken_links(folder / DATA / "audit")]
    if start:
        found += _missing_bytes(folder, start)
        found += _touched(folder, start, untouched)
    if is_settled:
        found += [f"left behind: {path.relative_to(folder)}" for path in left_behind(folder)]
    return found


def findings(folder: Path) -> list[str]:
    """Return what `omen verify --deep` finds in any archive, a line each, the kind first."""
    found = []
    for store in _stores(folder):
        archive = Archive(folder / DATA, store)
        inspected = verify(archive, is_deep=True, wait_s=1).findings if archive.exists() else ()
        found += [f"{one.kind} {store} {one.subject}: {one.problem}" for one in inspected]
    return found


def audits(folder: Path) -> dict[str, bytes]:
    """Return the bytes of every archive's audit, by store."""
    root = folder / DATA / _ARCHIVES
    return {
        store: b"".join(map(Path.read_bytes, sorted((root / store / "audit").glob("*")))) for store in _stores(folder)
    }


def judge(status: int, text: str) -> list[str]:
    """Return what is wrong with how a command ended: a status outside README.md's table, a bug, a trace."""
    found = []
    if status not in statuses():
        found.append(f"exit status {status} is not in the table")
    if status == BUG or "Traceback" in text:
        found.append(f"a bug or a trace: {text[-300:]!r}")
    return found


@cache
def statuses() -> frozenset[int]:
    """Return every exit status that README.md promises."""
    return frozenset(status for row in readme_table() for status in row.exits)


def left_behind(folder: Path) -> list[Path]:
    """Return what only a command under way may have: drafts and `.pending`."""
    data = folder / DATA
    return sorted((*data.rglob(".*.tmp"), *data.rglob(".pending")))


def events_of(folder: Path, store: str) -> list[dict]:
    """Return the audit of a store, oldest first, read without omen; lines that are no objects are left out."""
    return [event for _, event in _lines(folder / DATA / _ARCHIVES / store / "audit") if event is not None]


def _lines(audit: Path) -> Iterator[tuple[bytes, dict | None]]:
    for month in sorted(audit.glob("*.jsonl")):
        raw = month.read_bytes()
        for line in raw.removesuffix(b"\n").split(b"\n") if raw else ():
            try:
                event = json.loads(line)
            except ValueError:
                event = None
            yield line, event if isinstance(event, dict) else None


def _stores(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / DATA / _ARCHIVES).glob("*") if path.is_dir())


def _of_store(folder: Path, store: str, kept: set[str], *, is_settled: bool) -> Iterator[str]:
    archive = Archive(folder / DATA, store)
    entries = {entry.id: entry for entry in archive.entries()}
    events = events_of(folder, store)
    created = Counter(str(event["id"]) for event in events if event["event"] == "snapshot.created")
    pruned = {str(event["id"]) for event in events if event["event"] == "snapshot.pruned"}
    yield from _lost(archive, entries, created, kept - pruned)
    yield from (f"{one} was pruned and answers again" for one in sorted(pruned & set(entries)) if is_settled)
    keys = Counter((entry.timeframe, entry.as_of_date, entry.version) for entry in entries.values())
    yield from (f"two snapshots for {key}" for key, count in keys.items() if count > 1)
    yield from (f"{count} audit lines say that {one} was created" for one, count in created.items() if count > 1)
    yield from _broken_links(folder / DATA / _ARCHIVES / store / "audit")
    if is_settled:
        yield from archive.warnings
        files_there = {path.stem for path in archive.layout.root.glob("snapshot_*.json")}
        yield from (f"{one} has a file and no entry" for one in sorted(files_there - set(entries)))
        yield from (f"{one} is not audited" for one in sorted(set(entries) - set(created)))


def _lost(archive: Archive, entries: dict[str, Entry], created: Counter[str], kept: set[str]) -> Iterator[str]:
    for one in sorted(kept):
        if one not in entries:
            yield f"acknowledged and lost: {one} is not in the index"
            continue
        unreadable = _unreadable(archive, entries[one])
        if unreadable:
            yield f"acknowledged and lost: {unreadable}"
        if not created[one]:
            yield f"acknowledged and not audited: {one}"


def _unreadable(archive: Archive, entry: Entry) -> str:
    """Return why the snapshot cannot be read; the proofs of the same entry and the same bytes are made once."""
    path = archive.layout.snapshot(entry.id)
    is_plain = path.is_file() and not path.is_symlink()
    known = (entry, sha256(path.read_bytes()).digest() if is_plain else b"")
    if is_plain and known in _PROVEN:
        return ""
    try:
        archive.read(entry)
    except OmenError as error:
        return error.message
    _PROVEN.add(known)
    return ""


_PROVEN: set[tuple[Entry, bytes]] = set()


def _broken_links(audit: Path) -> Iterator[str]:
    """Yield the lines whose `prev` is not the hash of the physical line before, across the months."""
    before: bytes | None = None
    for number, (line, event) in enumerate(_lines(audit), start=1):
        if event is not None and event.get("prev") != (sha256(before).hexdigest() if before is not None else ""):
            yield f"the audit's chain breaks at line {number}"
        before = line


def _missing_bytes(folder: Path, start: Start) -> Iterator[str]:
    """Yield the snapshot files of the start whose bytes are nowhere any more, though nobody pruned them."""
    for store in _stores(folder):
        root = f"{DATA}/{_ARCHIVES}/{store}"
        pruned = {str(event.get("id")) for event in events_of(folder, store) if event["event"] == "snapshot.pruned"}
        here = folder / root
        there = {path.read_bytes() for path in here.rglob("*") if path.is_file()}
        for name, raw in files(start.image, root).items():
            stem = Path(name).stem
            if stem.startswith("snapshot_") and raw is not None and raw not in there and stem not in pruned:
                yield f"{store}: the bytes of {stem} are gone"


def _touched(folder: Path, start: Start, untouched: Iterable[str]) -> Iterator[str]:
    now = capture(folder) if untouched else {}
    for store in untouched:
        root = f"{DATA}/{_ARCHIVES}/{store}"
        after, before = files(now, root), files(start.image, root)
        if after != before:
            changed = sorted(name for name in after.keys() | before.keys() if after.get(name, 0) != before.get(name, 0))
            yield f"an archive was touched that is another's: {', '.join(changed)}"

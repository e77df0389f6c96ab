"""What must be true of an archive after every command, whatever happened before it."""

from hashlib import sha256
from pathlib import Path

from omen_cli.archive.archive import Archive
from omen_cli.archive.audit import audit_files, read_events
from omen_cli.archive.entries import key_of
from omen_cli.model.snapshot import Entry
from tests.archive.factories import STORE


def audit_of(data: Path, store: str = STORE) -> list[dict[str, object]]:
    folder = data / "snapshots" / store / "audit"
    return [event for path in audit_files(folder) for event in read_events(path).events]


def created_ids(data: Path, store: str = STORE) -> list[object]:
    return [event["id"] for event in audit_of(data, store) if event["event"] == "snapshot.created"]


def assert_chained(folder: Path) -> None:
    """Each line that is an event has the hash of the physical line before it, across the files."""
    before: bytes | None = None
    for path in audit_files(folder):
        raw = path.read_bytes()
        for line in raw.removesuffix(b"\n").split(b"\n") if raw else ():
            prev = sha256(before).hexdigest() if before is not None else ""
            if line.endswith(b"}"):
                assert f'"prev":"{prev}"'.encode() in line
            before = line


def assert_sound(data: Path, store: str = STORE) -> list[Entry]:
    """Nothing pending or half written; files, entries and `created` records are the same set, each once."""
    archive = Archive(data, store)
    entries = list(archive.entries())
    assert archive.warnings == []
    assert not archive.layout.pending.exists()
    assert len({key_of(entry) for entry in entries}) == len(entries)
    ids = sorted(entry.id for entry in entries)
    assert sorted(path.stem for path in archive.layout.root.glob("snapshot_*.json")) == ids
    assert sorted(map(str, created_ids(data, store))) == ids
    for entry in entries:
        assert archive.load(entry).id == entry.id
    assert_chained(archive.layout.audit_dir)
    return entries

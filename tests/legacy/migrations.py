"""An installation with an old archive, `omen migrate` on it, and what it said and did as an `Outcome`.

Documents are read from the disk and the answer from stdout, without omen's own readers.
"""

import json
import os
import tempfile
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.conftest import Clock, Omen, Run
from tests.factories import STORES, STORES_YAML
from tests.faults.images import LOG
from tests.legacy.old_archives import OldArchive, hashes, write
from tests.legacy.old_hostile import ids_that_differ_only_in_case
from tests.legacy.old_reading import DEFAULT_STORE, read
from tests.legacy.oracle import DUPLICATE, MIGRATED, QUARANTINED, WITHOUT
from tests.legacy.outcomes import Document, Outcome

_ENDS = {"migrated": MIGRATED, "migrated_without_payload": WITHOUT, "duplicate": DUPLICATE, "quarantined": QUARANTINED}
_COUNTS = {"migrated": MIGRATED, "migratedWithoutPayload": WITHOUT, "duplicate": DUPLICATE, "quarantined": QUARANTINED}
MAY_BE_REFUSED = {ids_that_differ_only_in_case.__name__}


@dataclass(frozen=True)
class Installation:
    """stores.yaml with both stores, an old archive in `root`, and no new one yet; `omen` runs commands there."""

    folder: Path
    root: Path
    old: OldArchive
    omen: Omen

    def migrate(self, *more: str) -> Run:
        """Run `omen migrate`; what names no store is NJWeedWizard's."""
        return self.omen("migrate", "--from", self.root, "--default-store", DEFAULT_STORE, "--json", *more)

    def standing(self) -> Mapping[str, str]:
        """Return what stands at every path of the old archive, as a hash."""
        return hashes(self.root, self.old)

    def tree(self, *, with_audit: bool = True) -> Mapping[str, bytes | None]:
        """Return every regular file and folder of the installation, by path, but for the log of commands."""
        found = {}
        for path in sorted(self.folder.rglob("*")):
            if path.is_relative_to(self.folder / LOG):
                continue
            name = str(path.relative_to(self.folder))
            if not path.is_symlink() and (path.is_file() or path.is_dir()) and (with_audit or "/audit/" not in name):
                found[name] = path.read_bytes() if path.is_file() else None
        return found

    def documents(self) -> tuple[Document, ...]:
        """Return the snapshots of all archives that were brought over, by folder and id."""
        archives = self.folder / "data" / "snapshots"
        paths = [path for store in STORES for path in sorted((archives / store).glob("snapshot_*.json"))]
        return tuple(_document(path) for path in paths if path.is_file() and b'"omen.legacy/1"' in path.read_bytes())

    def outcome(self, run: Run, before: Mapping[str, str]) -> Outcome:
        """Return what the run said and did, with the old tree's hashes from before it and from now."""
        paths = {printable(path): path for path in (*self.old.files, *self.old.nodes)}
        items = run.data["items"]
        entries = sorted(_entry(item) for item in items if item["kind"] == "entry")
        assert [number for number, _ in entries] == list(range(1, len(entries) + 1)), "entries twice, or not at all"
        files = [
            (paths.get(item["name"], item["name"]), _ENDS[item["end"]]) for item in items if item["kind"] == "file"
        ]
        assert len(dict(files)) == len(files), "a file twice"
        assert all(item["reason"] for item in items if item["end"] == "quarantined"), "quarantined without a reason"
        counts = {kind: {_COUNTS[end]: int(n) for end, n in run.data[kind].items()} for kind in ("entries", "files")}
        ends = tuple(end for _, end in entries)
        return Outcome(ends, dict(files), self.documents(), run.data["found"], counts, before, self.standing())


def install(tmp_path: Path, old: OldArchive, *, in_place: bool = False) -> Installation:
    """Make an installation in a new folder below `tmp_path`; `in_place`: the new archives go where the old one is."""
    folder = Path(tempfile.mkdtemp(dir=tmp_path))
    (folder / "stores.yaml").write_text(f"{STORES_YAML}disk: {{warn_free_gb: 0, min_free_gb: 0}}\n", "utf-8")
    root = folder / ("data" if in_place else "old/data") / "snapshots"
    write(old, root)
    return Installation(folder, root, old, Omen(folder, Clock()))


def printable(path: str) -> str:
    """Return a path as the report has it: what is no UTF-8 in hex."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def may_be_refused(old: OldArchive, *, in_place: bool) -> bool:
    """Tell whether a careful reader may refuse the archive as a whole, and write nothing."""
    own = [path for path in old.files if path.partition("/")[0] in STORES and path.count("_") > 2]
    is_empty = old.index is None and all(one.is_mistaken or not one.payload for one in map(read, old.files.values()))
    return is_empty or bool(old.shapes & MAY_BE_REFUSED) or (in_place and bool(own))


def _entry(item: Mapping[str, Any]) -> tuple[int, str]:
    name, _, number = item["name"].partition("#")
    assert name == "index.json"
    return int(number), _ENDS[item["end"]]


def _document(path: Path) -> Document:
    said = json.loads(path.read_bytes())
    assert path.stem == said["id"]
    payload, held = said["payload"], None
    if payload is not None:
        text = payload["text"]
        held = text.encode("utf-8") if payload["encoding"] == "utf-8" else b64decode(text, validate=True)
        assert len(held) == payload["bytes"]
    marks = (said["emailSent"], said["emailSentAt"], said["emailRecipient"])
    key = (said["storeId"], said["id"], said["timeframe"], said["asOfDate"], said["version"], said["supersedes"])
    claimed = payload["sha256"] if payload else None
    return Document(
        path.parent.name,
        *key,
        said["requestId"],
        (said["generatedAt"],),
        marks,
        held,
        claimed,
        tuple(said["deliveredTo"]),
    )

"""The sound archive that hostile files are planted in: made once by the real commands, then copied for every case.

Two stores; months from 2025-12 to 2026-02 in index and audit; a key with two versions; a quarantined file with its
reason; a delivery; an event in `data/audit`. What is computed once is kept, so that no case needs the database.
"""

import json
import os
import stat
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

from omen_cli.model.canonical import dump_canonical, load_strict
from omen_cli.model.ids import Timeframe, parse_snapshot_id
from omen_cli.model.snapshot import Computed, Snapshot
from tests.factories import STORES, write_two_stores
from tests.faults.hostile_world import run_omen
from tests.faults.images import LOG

NJ, CALI = STORES
ROOT = f"data/snapshots/{NJ}"
THEIRS = f"data/snapshots/{CALI}"
KEY: tuple[Timeframe, str] = ("weekly", "2026-01-11")
NEW_KEY: tuple[Timeframe, str] = ("daily", "2026-01-15")
PENDING_KEY: tuple[Timeframe, str] = ("daily", "2026-01-16")
NOW = datetime(2026, 2, 3, 15, 0, tzinfo=UTC)
_MADE = (  # store, timeframe, as-of date, made at, more words
    (NJ, "weekly", "2025-12-28", "2025-12-30T15:00:00+00:00", ()),
    (CALI, "weekly", "2025-12-28", "2025-12-30T15:00:00+00:00", ()),
    (NJ, "monthly", "2025-12-31", "2026-01-12T15:00:00+00:00", ()),
    (NJ, *KEY, "2026-01-12T15:00:01+00:00", ()),
    (CALI, *KEY, "2026-01-12T15:00:02+00:00", ()),
    (NJ, "daily", "2026-01-14", "2026-01-16T15:00:00+00:00", ()),
    (NJ, *KEY, "2026-01-19T15:00:00+00:00", ("--force", "--reason", "the export was incomplete")),
    (NJ, "weekly", "2026-02-01", "2026-02-02T15:00:00+00:00", ()),
)
_STRAY = "snapshot_weekly_2026-01-11_1_00000000.json"
_FULL_DISK = "disk: {warn_free_gb: 2000000, min_free_gb: 1000000}\nstores:"
_STORES = """\
version: 1
data: data
defaults: {timezone: America/New_York, currency: USD, timeframes: [weekly]}
stores:
  NJWeedWizard: {name: NJ Weed Wizard, sources: {inventory: {path: exports/NJWeedWizard/inventory.csv}, orders: {path: exports/NJWeedWizard/orders-2026-01.csv}}}
  CaliCannabis: {name: California Cannabis Co, sources: {inventory: {path: exports/CaliCannabis/inventory.csv}, orders: {path: exports/CaliCannabis/orders-2026-01.csv}}}
"""
_MAIL = (
    b"Message-ID: <0123456789abcdef@example.com>\r\nTo: owner@njweedwizard.example\r\nSubject: weekly\r\n\r\nHello\r\n"
)


@dataclass(frozen=True)
class Item:
    """One thing of the sound tree; `raw` is None of a folder."""

    mode: int
    raw: bytes | None


@dataclass(frozen=True)
class Ground:
    """The sound tree by path, and what its snapshots say; `folder` is where it was made, and is left alone."""

    folder: Path
    items: dict[str, Item]
    documents: dict[str, dict[str, object]]
    computed: dict[tuple[str, str], Computed]
    pending: bytes

    def raw(self, path: str) -> bytes:
        """Return the bytes of one file of the tree."""
        found = self.items[path].raw
        assert found is not None, path
        return found

    def snapshot_id(self, key: tuple[str, str], version: int) -> str:
        """Return the id of one of NJ's snapshots."""
        return next(
            snapshot_id
            for snapshot_id, document in self.documents.items()
            if (document["timeframe"], document["asOfDate"], document["version"]) == (*key, version)
        )

    def copy_to(self, folder: Path) -> None:
        """Make the tree anew in `folder`."""
        for path, item in self.items.items():
            place = f"{folder}/{path}"
            if item.raw is None:
                Path(place).mkdir(item.mode)
            else:
                descriptor = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, item.mode)
                os.write(descriptor, item.raw)
                os.close(descriptor)


def make_ground(folder: Path) -> Ground:
    """Run the real commands in `folder`, in a child, since the database must not be loaded here."""
    child = os.fork()
    if child == 0:
        try:
            _make(folder / "sound")
            _make_new_keys(folder / "later")
            os._exit(0)
        except BaseException as error:  # noqa: BLE001 (the child must end here, whatever it was)
            print(f"the sound archive could not be made: {error!r}", flush=True)
            os._exit(1)
    assert os.waitpid(child, 0)[1] == 0
    return _read(folder)


def _make(folder: Path) -> None:
    folder.mkdir()
    config = _configure(folder)
    for store, timeframe, as_of, at, more in _MADE:
        _generate(folder, store, timeframe, as_of, *more, at=at)
    (folder / ROOT / _STRAY).write_bytes(b"a stray")
    (folder / ROOT / _STRAY).chmod(0o600)
    _generate(folder, NJ, *KEY, at="2026-02-02T16:00:00+00:00")
    text = config.read_text("utf-8")
    config.write_text(text.replace("stores:", _FULL_DISK), "utf-8")
    _generate(folder, NJ, *NEW_KEY, at="2026-02-02T17:00:00+00:00", status=12)
    config.write_text(text, "utf-8")
    newest = next(path.stem for path in (folder / ROOT).glob("snapshot_weekly_2026-02-01_*.json"))
    mail = folder / ROOT / "deliveries" / newest
    mail.mkdir(mode=0o700)
    (mail / "0123456789abcdef.sent.eml").write_bytes(_MAIL)
    (mail / "0123456789abcdef.sent.eml").chmod(0o600)


def _make_new_keys(folder: Path) -> None:
    """Make what the cases will generate, elsewhere: only their content is taken."""
    folder.mkdir()
    _configure(folder)
    for key in (NEW_KEY, PENDING_KEY):
        _generate(folder, NJ, *key, at=NOW.isoformat())


def _configure(folder: Path) -> Path:
    """Write the exports, and a stores.yaml that is read quickly."""
    config = write_two_stores(folder)
    config.write_text(_STORES, "utf-8")
    return config


def _generate(folder: Path, store: str, timeframe: str, as_of: str, *more: str, at: str, status: int = 0) -> None:
    words = ("generate", "--store", store, "--timeframe", timeframe, "--as-of", as_of, *more)
    answer = run_omen(folder, datetime.fromisoformat(at), words)
    assert answer.status == status, f"{words}: {answer}"


def _read(folder: Path) -> Ground:
    sound, later = folder / "sound", folder / "later"
    items = {
        str(path.relative_to(sound)): Item(
            stat.S_IMODE(path.lstat().st_mode), None if path.is_dir() else path.read_bytes()
        )
        for path in sorted(sound.rglob("*"))
        if "exports" not in path.relative_to(sound).parts and not path.is_relative_to(sound / LOG)
    }
    snapshots = [*_snapshots(sound), *_snapshots(later)]
    assert len(_snapshots(sound)) == sum(made[0] == NJ for made in _MADE)
    pending = next(raw for snapshot, raw in snapshots if (snapshot.timeframe, str(snapshot.as_of_date)) == PENDING_KEY)
    return Ground(
        sound,
        items,
        {snapshot.id: json.loads(raw, parse_float=Decimal) for snapshot, raw in _snapshots(sound)},
        {(snapshot.timeframe, str(snapshot.as_of_date)): _computed(snapshot) for snapshot, _ in snapshots},
        pending,
    )


def _snapshots(folder: Path) -> list[tuple[Snapshot, bytes]]:
    raws = [path.read_bytes() for path in sorted((folder / ROOT).glob("snapshot_*.json"))]
    return [(Snapshot.model_validate(load_strict(raw)), raw) for raw in raws]


def _computed(snapshot: Snapshot) -> Computed:
    fields = {name: getattr(snapshot, name) for name in Computed.model_fields}
    return Computed.model_validate(fields)


def day_of(snapshot_id: str) -> date:
    """Return the as-of date of an id."""
    found = parse_snapshot_id(snapshot_id)
    assert found
    return found.as_of_date


def sealed(document: dict[str, object]) -> bytes:
    """Return a snapshot's bytes, whole in themselves: hash and id made to fit what the document says."""
    from omen_cli.model.canonical import canonical_sha256

    sha256 = canonical_sha256(document["content"])
    stem = str(document["id"]).rpartition("_")[0]
    return dump_canonical(document | {"contentSha256": sha256, "id": f"{stem}_{sha256[:8]}"}) + b"\n"

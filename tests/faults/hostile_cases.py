"""Every hostile file of the layer: what is planted, and where."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from random import Random

from omen_cli.model.canonical import dump_canonical, load_strict
from tests.faults import hostile_bytes as bytes_of
from tests.faults import hostile_nodes as planting
from tests.faults.hostile_ground import KEY, NJ, ROOT, THEIRS, Ground, sealed
from tests.faults.hostile_nodes import Plant

PENDING = f"{ROOT}/.pending"
FORMAT = "data/.omen-format"
_QUIET = 10  # contents of each kind for a file that is hardly ever read
FOLDERS = ("index", "audit", "quarantine", "deliveries", "locks")


@dataclass(frozen=True)
class Case:
    """One hostile file: `path` is where it is planted, `raw` its bytes where it is a plain file.

    `may_list` are ids of whole snapshots in it, which an archive may adopt; `without_index` cases lose the shard too.
    """

    kind: str
    what: str
    path: str
    plant: Plant
    raw: bytes | None = None
    as_nobody: bool = False
    without_index: bool = False
    may_list: frozenset[str] = frozenset()

    def __str__(self) -> str:
        lost = ", the shard is lost" if self.without_index else ""
        return ascii(f"{self.kind} ({self.path}): {self.what}{lost}")[1:-1]


@dataclass(frozen=True)
class Kind:
    """A kind of file: where it stands, a sound one's bytes, the other store's, and what edits suit it."""

    name: str
    path: str
    raw: bytes
    theirs: str
    edits: Callable[[Random], Iterator[bytes_of.Named]]
    flips: int
    nodes: bool = True
    is_quiet: bool = False


def all_cases(ground: Ground, random: Random) -> list[Case]:
    """Return every case, each file once, in an order that the seed decides within each kind."""
    found: dict[tuple[object, ...], Case] = {}
    for case in (*_files(ground, random), *_folders(), *_names(ground)):
        found.setdefault((case.path, case.raw or case.what, case.without_index), case)
    return list(found.values())


def _files(ground: Ground, random: Random) -> Iterator[Case]:
    for kind in _kinds(ground):
        for what, raw in _bytes_of(kind, random):
            yield Case(kind.name, what, kind.path, planting.writing(raw), raw)
        if kind.nodes:
            for what, plant in planting.in_place_of_a_file(kind.raw, kind.theirs):
                yield Case(kind.name, what, kind.path, plant)
        if kind.path in ground.items:
            for what, plant in (("unreadable", planting.unreadable), ("unwritable", planting.unwritable)):
                yield Case(kind.name, what, kind.path, plant, as_nobody=True)
    yield from _resealed(ground, random)


def _bytes_of(kind: Kind, random: Random) -> Iterator[bytes_of.Named]:
    general: list[bytes_of.Named] = [*bytes_of.documents()]
    if kind.raw:
        general += [*bytes_of.truncated(kind.raw), *bytes_of.reencoded(kind.raw)]
        yield from bytes_of.flipped(kind.raw, random, kind.flips)
    yield from random.sample(general, min(_QUIET, len(general))) if kind.is_quiet else general
    yield from kind.edits(random)


def _kinds(ground: Ground) -> Iterator[Kind]:
    newest, before = ground.snapshot_id(KEY, 2), ground.snapshot_id(KEY, 1)
    theirs = next(path for path in ground.items if path.startswith(f"{THEIRS}/snapshot_weekly_2026-01-11"))
    for name, snapshot_id, count in (("snapshot", newest, 50), ("superseded snapshot", before, 20)):
        path = f"{ROOT}/{snapshot_id}.json"
        raw = ground.raw(path)
        others = tuple(path for path in ground.items if "/snapshot_" in path and path.endswith(".json"))
        yield Kind(name, path, raw, theirs, partial(_object_edits, ground, raw, others, count), count)
    for month, count in (("2026-01", 130), ("2025-12", 30)):
        path = f"{ROOT}/index/{month}.json"
        raw = ground.raw(path)
        others = tuple(path for path in ground.items if "/index/" in path)
        yield Kind(
            f"index of {month}",
            path,
            raw,
            f"{THEIRS}/index/{month}.json",
            partial(_shard_edits, ground, raw, others, count),
            count // 2,
        )
    for month, count in (("2026-02", 25), ("2026-01", 10)):
        path = f"{ROOT}/audit/{month}.jsonl"
        yield Kind(
            f"audit of {month}",
            path,
            ground.raw(path),
            f"{THEIRS}/audit/2026-01.jsonl",
            partial(_line_edits, ground, ground.raw(path), count),
            count,
        )
    raw = ground.raw("data/audit/2026-02.jsonl")
    own = f"{ROOT}/audit/2026-02.jsonl"
    yield Kind("data/audit", "data/audit/2026-02.jsonl", raw, own, partial(_line_edits, ground, raw, 5), 10)
    others = tuple(path for path in ground.items if "/snapshot_" in path and path.endswith(".json"))
    whole = partial(_object_edits, ground, ground.pending, others, 40)
    yield Kind("pending snapshot", PENDING, ground.pending, theirs, whole, 40)
    ids = dump_canonical({"ids": [newest]}) + b"\n"
    yield Kind("pending ids", PENDING, ids, theirs, partial(_ids_edits, ground, ids), 30, nodes=False)
    raw = ground.raw(FORMAT)
    yield Kind("format", FORMAT, raw, f"{THEIRS}/README", partial(_object_edits, ground, raw, (), 20), 52)
    yield from _quiet_kinds(ground)


def _quiet_kinds(ground: Ground) -> Iterator[Kind]:
    """Yield the files whose bytes no command but a careful one ever reads."""
    for path in ground.items:
        name = path.removeprefix(f"{ROOT}/")
        is_quiet = name in ("README", ".lock", ".send.lock", "data/.lock") or name.startswith(
            ("locks/", "deliveries/", "quarantine/")
        )
        if not is_quiet or ground.items[path].raw is None:
            continue
        raw = ground.raw(path)
        theirs = f"{THEIRS}/{name}" if f"{THEIRS}/{name}" in ground.items else f"{THEIRS}/README"
        is_object = name.endswith(".reason.json")
        edits = partial(_object_edits, ground, raw, (), 15) if is_object else _no_edits
        yield Kind(
            name if "/" not in name else f"{name.split('/')[0]} file", path, raw, theirs, edits, 4, is_quiet=True
        )


def _no_edits(random: Random) -> Iterator[bytes_of.Named]:
    yield from ()


def _object_edits(
    ground: Ground, raw: bytes, others: tuple[str, ...], count: int, random: Random
) -> Iterator[bytes_of.Named]:
    yield from bytes_of.duplicated(raw)
    yield from bytes_of.edited(raw, random, count)
    for path in others:
        if ground.raw(path) != raw:
            yield f"the bytes of {path}", ground.raw(path)


def _shard_edits(
    ground: Ground, raw: bytes, others: tuple[str, ...], count: int, random: Random
) -> Iterator[bytes_of.Named]:
    yield from _object_edits(ground, raw, others, count, random)
    entries = json.loads(raw)["entries"]
    for what, changed in (
        ("no entries", []),
        ("without its last entry", entries[:-1]),
        ("without its first entry", entries[1:]),
        ("backwards", entries[::-1]),
        ("each entry twice", entries * 2),
        ("the first entry as version 2, too", [*entries, {**entries[-1], "version": 9}]),
    ):
        yield what, bytes_of.edited_field(raw, ("entries",), changed)
    for field, values in _ENTRY_LIES.items():
        for value in values:
            place = len(entries) - 1
            yield (
                f"entries.{place}.{field} is {value!r:.40}",
                bytes_of.edited_field(raw, ("entries", place, field), value),
            )
    own = entries[-1]["id"]
    walking = (
        f"../{NJ}/{own}",
        f"../../{own}",
        "../CaliCannabis/x",
        f"/{own}",
        f"{own}/../{own}",
        f"{own}\n",
        f"{own}\x00",
    )
    for snapshot_id in walking:
        yield f"the id {snapshot_id!r}", raw.replace(own.encode(), json.dumps(snapshot_id)[1:-1].encode())
    later = own.rpartition("_")[0] + "9_" + own.rpartition("_")[2]
    yield "the id of no file, throughout", raw.replace(own.encode(), later.encode())


_ENTRY_LIES: dict[str, tuple[object, ...]] = {
    "filePath": ("../../x.json", "/etc/passwd", "../CaliCannabis/x.json", "", "\x00"),
    "sizeBytes": (0, -1, 10**30, 1),
    "sha256": ("0" * 64, "", "\x1b[2J"),
    "version": (0, -1, 7, 10**50),
    "supersededBy": ("../../x", "\x1b[2J", "snapshot_weekly_2026-01-11_1_00000000"),
    "supersedes": ("../../x", None),
    "generatedAt": ("0001-01-01T00:00:00.000+23:00", "9999-12-31T23:59:59.999-23:00", "2026-01-11T00:00:00.000"),
    "storeName": ("\x1b[2J\u202e", "=1+1", "[/red]", "x" * 100_000),
    "reason": ("\x1b]0;pwned\x07", "a\nb"),
    "provisional": (True,),
    "emailSentAt": ("0001-01-01T00:00:00.000+23:00",),
    "emailSent": (True,),
    "deliveries": ([{"recipient": "a\nb", "state": "../x", "at": "0001-01-01T00:00:00.000+23:00", "messageId": "\x1b"}],),
}  # fmt: skip


def _line_edits(ground: Ground, raw: bytes, count: int, random: Random) -> Iterator[bytes_of.Named]:
    lines = raw.splitlines(keepends=True)
    for which in sorted({0, len(lines) // 2, len(lines) - 1}):
        yield from bytes_of.in_a_line(raw, which, lambda line: bytes_of.edited(line, random, count))
        yield from bytes_of.in_a_line(raw, which, bytes_of.duplicated)
        yield f"without line {which + 1}", b"".join(lines[:which] + lines[which + 1 :])
    yield "its lines backwards", b"".join(lines[::-1])
    yield "with an empty line between", b"\n\n".join(line.rstrip(b"\n") for line in lines) + b"\n"
    yield "with a torn line behind", raw + b'{"at":"2026-02-0'
    yield "with a line without end behind", raw + b"x" * 300_000
    yield "with a line of 200,000 brackets", raw + b"[" * bytes_of.DEPTH + b"\n"
    yield (
        "with events that are none",
        raw + b"[]\n1\nnull\n{}\n" + b'{"event":1,"id":[]}\n{"event":"snapshot.created"}\n',
    )
    for path in ground.items:
        if "/audit/" in path and path.endswith(".jsonl"):
            yield f"the bytes of {path}", ground.raw(path)
    lied = {"event": "snapshot.created", "id": "../../x", "by": "\x1b[2J", "at": "x", "prev": ""}
    yield "with a created event that lies", raw + dump_canonical(lied) + b"\n"
    for event in ("snapshot.pruned", "snapshot.quarantined", "finding.accepted"):
        for value in ("../../x", ["../../x"], 1, {}, None):
            lie = {"event": event, "id": value, "ids": value, "subject": value, "by": 1, "at": 2, "prev": 3}
            yield f"with {event} of {value!r}", raw + dump_canonical(lie) + b"\n"


def _ids_edits(ground: Ground, raw: bytes, random: Random) -> Iterator[bytes_of.Named]:
    yield from bytes_of.duplicated(raw)
    yield from bytes_of.edited(raw, random, 40)
    lists: tuple[list[object], ...] = (
        [],
        ["../../x"],
        ["snapshot_weekly_2026-01-11_1_00000000"],
        ["snapshot_weekly_0001-01-01_1_00000000", "snapshot_weekly_9999-12-31_1_00000000"],
        ["snapshot_weekly_2026-01-09_1_zzzzzzzz", 1, None, [], {}],
        [*ground.documents],
        [f"snapshot_daily_{year}-{month:02}-01_1_00000000" for year in range(2000, 2020) for month in range(1, 13)],
        ["\x1b[2J"] * 1000,
    )
    for ids in lists:
        yield f"the ids {ids!r:.60}", dump_canonical({"ids": ids}) + b"\n"


def _resealed(ground: Ground, random: Random) -> Iterator[Case]:
    """Yield snapshots that are whole in themselves, yet not what was acknowledged."""
    for version, name in ((2, "snapshot"), (1, "superseded snapshot")):
        path = f"{ROOT}/{ground.snapshot_id(KEY, version)}.json"
        for what, raw in bytes_of.resealed(ground.raw(path), random, 15):
            for without_index in (False, True):
                yield Case(name, what, path, planting.writing(raw), raw, without_index=without_index)
    for what, raw in bytes_of.resealed(ground.pending, random, 15):
        found = load_strict(raw)
        listed = {str(found["id"])} if isinstance(found, dict) else set()
        may_list = frozenset(listed)
        yield Case("pending snapshot", what, PENDING, planting.writing(raw), raw, may_list=may_list)


def _folders() -> Iterator[Case]:
    for path in ("data", "data/snapshots", ROOT, "data/audit", *(f"{ROOT}/{name}" for name in FOLDERS)):
        theirs = path.replace(NJ, "CaliCannabis") if NJ in path else "exports"
        for what, plant in planting.in_place_of_a_folder(theirs):
            yield Case("folder", what, path, plant)
        yield Case("folder", "unreadable", path, planting.unreadable, as_nobody=True)
        yield Case("folder", "unwritable", path, planting.unwritable, as_nobody=True)


def _names(ground: Ground) -> Iterator[Case]:
    """Yield hostile names, in every folder, and names that nearly are omen's, with hostile things under them."""
    for folder in ("data", "data/snapshots", ROOT, "data/audit", *(f"{ROOT}/{name}" for name in FOLDERS)):
        for name in _HOSTILE_NAMES:
            yield Case("name", "a file", f"{folder}/{name}", planting.writing(b"CANARY"), b"CANARY")
    for name, raws in _near_names(ground).items():
        for what, raw in raws.items():
            yield Case("near name", what, f"{ROOT}/{name}", planting.writing(raw), raw)
    for name in _NODE_NAMES:
        for what, plant in planting.nodes():
            yield Case("near name", what, f"{ROOT}/{name}", plant)
    yield from _usurpers(ground)


def _near_names(ground: Ground) -> dict[str, dict[str, bytes]]:
    newest = ground.snapshot_id(KEY, 2)
    raw = ground.raw(f"{ROOT}/{newest}.json")
    theirs = next(ground.raw(path) for path in ground.items if path.startswith(f"{THEIRS}/snapshot_weekly_2026-01-11"))
    contents = {"empty": b"", "garbage": b"garbage", "a good snapshot's bytes": raw, "the other store's": theirs}
    shards = {"empty": b"", "garbage": b"garbage", "a good shard": ground.raw(f"{ROOT}/index/2026-01.json")}
    audits = {"empty": b"", "garbage": b"garbage", "good lines": ground.raw(f"{ROOT}/audit/2026-01.jsonl")}
    snapshots = [*_SNAPSHOT_NAMES, f"{newest}.json.tmp", f"{newest}.JSON", f"{newest}.json ", f"{newest}.json\n"]
    snapshots += [f".{newest}.json", f"{newest}", f"{newest.upper()}.json", f"{newest}.json.json"]
    return {
        **dict.fromkeys(snapshots, contents),
        **dict.fromkeys((f"index/{name}" for name in _SHARD_NAMES), shards),
        **dict.fromkeys((f"audit/{name}" for name in _AUDIT_NAMES), audits),
        **{name: {"empty": b"", "garbage": b"garbage"} for name in _OTHER_NAMES},
    }


_HOSTILE_NAMES = (
    "a\nb",
    "\x1b[2J\x1b]0;pwned\x07",
    "x" * 255,
    "\udcff\udcfe.json",
    "\u202egpj.json",
    "-rf",
    "*",
    "...",
    " ",
    "\u00e9\u0301.json",
    "[red]x",
    "\t.jsonl",
)
_SNAPSHOT_NAMES = (
    "snapshot_weekly_2026-01-09_1_zzzzzzzz.json",
    "snapshot_weekly_2026-01-11_1_00000000.json",
    "snapshot_weekly_2026-01-11_999999999999999_ffffffff.json",
    "snapshot_weekly_2026-01-11_0001_00000000.json",
    "snapshot_weekly_0000-01-01_1_00000000.json",
    "snapshot_weekly_0001-01-01_1_00000000.json",
    "snapshot_weekly_9999-12-31_1_00000000.json",
    "snapshot_daily_2026-02-30_1_00000000.json",
    "snapshot_daily_2026-01-15_1_00000000.json",
    "snapshot_yearly_2026-01-11_1_00000000.json",
    "snapshot_weekly_\uff12\uff10\uff12\uff16-01-11_1_00000000.json",
    "snapshot_weekly_2026-01-11_1_00000000.json\udcff",
    "snapshot_weekly_2026-01-11.json",
)
_SHARD_NAMES = (
    ".2026-01.json.tmp",
    ".2026-02.json.tmp",
    "2026-13.json",
    "0000-01.json",
    "0001-01.json",
    "9999-12.json",
    "2026-1.json",
    "2026-03.json",
    "2026-01.json.bak",
    "\uff12\uff10\uff12\uff16-01.json",
    "2026-01.json\n",
)
_AUDIT_NAMES = ("0000-01.jsonl", "2025-11.jsonl", "9999-12.jsonl", "2026-13.jsonl", "2026-01.jsonl\n", "2026-01.json")
_OTHER_NAMES = (
    ".pending.tmp",
    ".pending.json",
    ".README.tmp",
    "..omen-format.tmp",
    "locks/hourly.lock",
    "locks/.lock",
    "deliveries/snapshot_weekly_2026-01-11_1_00000000",
    "deliveries/0123456789abcdef.sent.eml",
    "quarantine/.tmp",
    "quarantine/x.reason.json",
    "../index.json",
    "../.lock",
    "../../.omen-format.tmp",
)
_NODE_NAMES = (
    "snapshot_weekly_2026-01-09_1_zzzzzzzz.json",
    "snapshot_weekly_2026-01-11_1_00000000.json",
    "snapshot_daily_2026-01-15_1_00000000.json",
    "index/.2026-01.json.tmp",
    "index/.2025-12.json.tmp",
    "index/2026-03.json",
    "audit/9999-12.jsonl",
    "audit/0000-01.jsonl",
    "deliveries/snapshot_weekly_2026-01-11_1_00000000",
    "quarantine/x.json",
    "quarantine/snapshot_weekly_2026-01-11_1_00000000.json.2",
    "stray",
)


def _usurpers(ground: Ground) -> Iterator[Case]:
    """Yield whole snapshots under their own names: of a version that is taken, and of keys that nobody made."""
    for version in (1, 2):
        document = load_strict(ground.raw(f"{ROOT}/{ground.snapshot_id(KEY, version)}.json"))
        assert isinstance(document, dict)
        for epoch_ms in (1, 1768230001001, 253370764799999):
            for name in ("NJ Weed Wizard", "Other"):
                stem = f"snapshot_{KEY[0]}_{KEY[1]}_{epoch_ms}_00000000"
                raw = sealed(document | {"id": stem, "storeName": name})
                snapshot_id = json.loads(raw)["id"]
                path = f"{ROOT}/{snapshot_id}.json"
                yield Case("usurper", f"of version {version}", path, planting.writing(raw), raw)
        orphan = sealed(
            document | {"id": "snapshot_daily_2026-01-10_7_00000000", "timeframe": "daily", "asOfDate": "2026-01-10"}
        )
        snapshot_id = json.loads(orphan)["id"]
        may_list = frozenset({snapshot_id})
        path = f"{ROOT}/{snapshot_id}.json"
        yield Case("orphan", f"version {version}", path, planting.writing(orphan), orphan, may_list=may_list)

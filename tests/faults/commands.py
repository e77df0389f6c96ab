"""The registry: every command that writes, as scenes, and what proves that the others do not.

A new writing command gets a scene here, one that only reads an entry in `READ_ONLY`; tests fail while it has neither.
"""

import shutil
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from functools import cache
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import typer

from omen_cli.cli.main import app
from tests.faults import running, sending
from tests.faults.children import in_child
from tests.faults.images import capture, lay
from tests.faults.scene import (
    AT,
    CALI,
    DAY,
    NEW_MONTH,
    NJ,
    SAME_MONTH,
    WEEK,
    Answer,
    Scene,
    archive,
    dying_at,
    generate,
    grown,
    grown_id,
    install,
    made,
    omen,
    snapshots,
)
from tests.old_sample import FILELESS, MISTAKEN, lay_old, mistaken
from tests.old_sample import WEEK as OLD_WEEK
from tests.old_sample import entry as old_entry
from tests.old_sample import named as old_name
from tests.old_sample import text as old_text
from tests.old_sample import wrapper as old_wrapper


def _beside_another(folder: Path) -> None:
    """Only the other store has an archive."""
    install(folder)
    made(folder, store=CALI)


def _dead_after(name: str, turn: int = 1) -> Callable[[Path], None]:
    """Prepare an installation in which `generate` died right after its `turn`-th call of that name."""

    def prepare(folder: Path) -> None:
        grown(folder)
        dying_at(folder, name, turn, lambda: generate(folder, AT))

    return prepare


def _with(damage: Callable[[Path], None]) -> Callable[[Path], None]:
    def prepare(folder: Path) -> None:
        grown(folder)
        damage(folder)

    return prepare


def _cut_shard(folder: Path) -> None:
    shard = archive(folder) / "index" / f"{WEEK[:7]}.json"
    shard.write_bytes(shard.read_bytes()[:100])


def _lose_shard(folder: Path) -> None:
    (archive(folder) / "index" / f"{WEEK[:7]}.json").unlink()


def _cut_snapshot_and_shard(folder: Path) -> None:
    _cut_shard(folder)
    (file,) = snapshots(folder, "weekly")
    file.write_bytes(file.read_bytes()[:-100])


def _add_orphan(folder: Path) -> None:
    """Leave a whole snapshot of which neither the index nor the audit knows."""
    before = capture(folder)
    made(folder)
    (file,) = snapshots(folder, f"daily_{DAY}")
    raw = file.read_bytes()
    lay(before, folder)
    file.write_bytes(raw)
    file.chmod(0o600)


def _tear_audit(folder: Path) -> None:
    (month,) = (archive(folder) / "audit").iterdir()
    month.write_bytes(month.read_bytes()[:-40])


def _refused(folder: Path) -> None:
    grown(folder)
    install(folder, min_free_gb=10**9)


def _show_theirs(folder: Path, at: datetime) -> Answer:
    return omen(folder, at, "show", "--store", NJ, "--snapshot", grown_id(CALI, "weekly"))


def _confined(folder: Path) -> None:
    """Every command needs a token, and `viewer.token` is one of CaliCannabis."""
    grown(folder)
    with_key(folder, "token")
    with_token(folder)


def with_token(folder: Path) -> None:
    """Leave a token of CaliCannabis in `viewer.token`."""
    owned = ("--role", "viewer", "--email", "viewer@calicannabis.example", "--store", CALI)
    omen(folder, AT, "token", "create", *owned, "--out", "viewer.token")


def with_key(folder: Path, mode: str = "local") -> None:
    """Make a key for tokens, which every command needs when `mode` is `token`."""
    config = folder / "stores.yaml"
    config.write_text(f"{config.read_text('utf-8')}access: {{mode: {mode}, key_file: token.key}}\n", "utf-8")
    omen(folder, AT, "token", "keygen")


def _reach_across(folder: Path, at: datetime) -> Answer:
    return omen(folder, at, "history", "--store", NJ, "--token-file", "viewer.token")


def _generate(name: str, prepare: Callable[[Path], None], **what: object) -> Scene:
    about = {key: what.pop(key) for key in ("untouched", "statuses", "answers", "findings", "problems") if key in what}
    return Scene(
        f"generate: {name}",
        "generate",
        prepare,
        lambda folder, at: generate(folder, at, **what),
        **{"answers": 1, **about},
    )


def _long_kept(folder: Path) -> None:
    """Two months, a superseded version, and messages of the oldest snapshot, all final."""
    grown(folder)
    for day in (NEW_MONTH, "2025-12-30", DAY):
        made(folder, as_of=day)
    made(folder, frame="weekly", as_of=WEEK, policy="replace")
    messages = archive(folder) / "deliveries" / snapshots(folder, f"daily_{NEW_MONTH}")[0].stem
    messages.mkdir(mode=0o700)
    for name in ("0a1b2c3d.sent.eml", "4e5f6a7b.failed.eml"):
        (messages / name).write_bytes(b"To: owner@njweedwizard.example\r\n\r\nas sent\r\n")
        (messages / name).chmod(0o600)


def _prune(folder: Path, at: datetime) -> Answer:
    return omen(folder, at, "prune", "--store", NJ, "--keep-last", "1", "--yes")


def _prune_superseded(folder: Path, at: datetime) -> Answer:
    rules = ("--keep-last", "1", "--keep-superseded", "30d")
    return omen(folder, at + timedelta(days=60), "prune", "--store", NJ, *rules, "--yes")


def _half_pruned(name: str, turn: int = 1) -> Callable[[Path], None]:
    """Prepare an installation in which `prune` died right after its `turn`-th call of that name."""

    def prepare(folder: Path) -> None:
        _long_kept(folder)
        dying_at(folder, name, turn, lambda: _prune(folder, AT))

    return prepare


def _only_newest(folder: Path) -> list[str]:
    """Return the snapshots and messages that `--keep-last 1` should have removed."""
    kept = snapshots(folder, f"daily_{DAY}") + snapshots(folder, "weekly")
    before = f"_{int((AT - timedelta(hours=1)).timestamp())}"  # what is made after the rules were asked is not theirs
    found = [path.name for path in snapshots(folder) if path not in kept and before in path.name]
    return [
        f"not pruned: {name}" for name in (*found, *(path.name for path in (archive(folder) / "deliveries").iterdir()))
    ]


def _verify(*argv: str) -> Callable[[Path, datetime], Answer]:
    return lambda folder, at: omen(folder, at, "verify", "--store", NJ, *argv)


def _accept(folder: Path, at: datetime) -> Answer:
    gone = (folder / "gone").read_text("utf-8")
    return omen(folder, at, "verify", "--store", NJ, "--accept", gone, "--reason", "no backup has it")


def _lose_snapshot(folder: Path) -> None:
    """Remove a snapshot, and remember which beside the data."""
    (file,) = snapshots(folder, "weekly")
    file.unlink()
    (folder / "gone").write_text(file.stem, "utf-8")


def _add_strangers(folder: Path) -> None:
    """Leave what omen does not keep: a note, a draft, and another store's snapshot."""
    (archive(folder) / "notes.txt").write_text("mine")
    (archive(folder) / "index" / ".2025-01.json.tmp").write_text("{")
    (theirs,) = snapshots(folder, "weekly", CALI)
    (archive(folder) / theirs.name).write_bytes(theirs.read_bytes())


def _cut_snapshot(folder: Path) -> None:
    (file,) = snapshots(folder, "weekly")
    file.write_bytes(file.read_bytes()[:-100])


def _link_audit(folder: Path) -> None:
    """Give the audit a second name elsewhere, as a backup with hard links does."""
    newest = max((archive(folder) / "audit").iterdir())
    (folder / "backup.jsonl").hardlink_to(newest)


def _given_up_and_back(folder: Path) -> None:
    """Accept a loss, make the same version again, and put the old file back; remember which one lives."""
    grown(folder)
    (file,) = snapshots(folder, "weekly")
    raw = file.read_bytes()
    _lose_snapshot(folder)
    for work in (
        lambda: _accept(folder, AT - timedelta(minutes=40)),
        lambda: generate(folder, AT - timedelta(minutes=20), frame="weekly", as_of=WEEK),
    ):
        answer = in_child(work)
        if answer.status:
            raise RuntimeError(f"a scene could not be prepared: {answer.status}: {answer.text}")
    (live,) = snapshots(folder, "weekly")
    (folder / "live").write_text(live.name, "utf-8")
    file.write_bytes(raw)
    file.chmod(0o600)


def _only_live(folder: Path) -> list[str]:
    """Return what is wrong when another weekly snapshot stands there than the one that was made since."""
    live = (folder / "live").read_text("utf-8")
    names = [path.name for path in snapshots(folder, f"weekly_{WEEK}")]
    return [] if names == [live] else [f"{live} should answer alone, and there are {names}"]


def _link_data_audit(folder: Path) -> None:
    """Record a refusal in data/audit, and give that a second name elsewhere."""
    _refused(folder)
    answer = in_child(lambda: generate(folder, AT - timedelta(hours=1)))
    if answer.status != 12:
        raise RuntimeError(f"a scene could not be prepared: {answer.status}: {answer.text}")
    (newest,) = (folder / "data" / "audit").iterdir()
    (folder / "backup.jsonl").hardlink_to(newest)
    install(folder)


def _data_audit(folder: Path) -> list[Path]:
    return sorted((folder / "data" / "audit").iterdir())


def _scattered(folder: Path) -> None:
    _add_strangers(folder)
    _add_orphan(folder)
    _tear_audit(folder)
    shutil.rmtree(archive(folder) / "locks")


def _repair(name: str, prepare: Callable[[Path], None], **about: object) -> Scene:
    return Scene(f"verify --repair: {name}", "verify", prepare, _verify("--repair", "--deep"), **about)


def _old_archive(folder: Path) -> None:
    """An archive of the old system where the new ones go: of two stores, a file that is none, an entry without one."""
    install(folder)
    root = folder / "data" / "snapshots"
    root.mkdir(parents=True, mode=0o700)
    root.parent.chmod(0o700)
    theirs = old_entry(WEEK, 7, store=CALI)
    files = {
        "index.json": old_text([MISTAKEN, OLD_WEEK, FILELESS, theirs]),
        old_name(OLD_WEEK): old_text(old_wrapper(OLD_WEEK)),
        old_name(theirs): old_text(old_wrapper(theirs)),
        "snapshot_2026-01-02_[object Object].json": old_text(mistaken(MISTAKEN)),
        "snapshot_daily_2025-12-21.json": b'{"key": "half',
    }
    lay_old(root, files)


def _migrate(folder: Path, at: datetime) -> Answer:
    return omen(folder, at, "migrate", "--from", "data/snapshots", "--lock-wait", "0.2")


def _migrated(folder: Path) -> None:
    _old_archive(folder)
    answer = in_child(lambda: _migrate(folder, AT - timedelta(hours=1)))
    if answer.status:
        raise RuntimeError(f"a scene could not be prepared: {answer.status}: {answer.text}")


@cache
def _clean_migration() -> Mapping[str, str]:
    with TemporaryDirectory(prefix="omen-faults-") as name:
        _migrated(Path(name))
        return _brought_over(Path(name))


def _brought_over(folder: Path) -> dict[str, str]:
    """Return the hashes of all that a migration makes and that does not tell when, by path; and of the old tree.

    Of the index `omen verify` judges; and what another command has made meanwhile is no matter here.
    """
    data = folder / "data"
    paths = [path for path in data.rglob("*") if path.is_file() and path.parent.name not in ("audit", "index", "log")]
    found = {str(path.relative_to(data)): path.read_bytes() for path in paths}
    return {path: sha256(raw).hexdigest() for path, raw in found.items() if b'"omen.snapshot/1"' not in raw}


def _as_a_clean_migration(folder: Path) -> list[str]:
    """Return what is not as after a migration that nothing disturbed."""
    found, clean = _brought_over(folder), _clean_migration()
    return [
        f"{path} is not as after a clean run"
        for path in sorted(found.keys() | clean)
        if found.get(path) != clean.get(path)
    ]


def _only_moved(folder: Path) -> list[str]:
    """Return what is not as after a clean-up: the old files elsewhere, none lost, everything else in its place."""
    clean = {path.removeprefix("snapshots/"): one for path, one in _clean_migration().items()}
    (aside,) = (folder / "data").glob("snapshots.old-*")
    files = aside / "files"
    there = {str(path.relative_to(files)) for path in files.rglob("*") if path.is_file()}
    old = {path for path in clean if "/" not in path and path.endswith(".json")}
    left = [path.name for path in (folder / "data" / "snapshots").iterdir() if path.is_file()]
    wrong = [path for path in there if sha256((files / path).read_bytes()).hexdigest() != clean.get(path)]
    return [f"{path} is not where it should be" for path in sorted((there ^ old) | set(left) | set(wrong))]


_LOST = frozenset({7})
_MISSING = frozenset({"snapshot_missing"})
SCENES: tuple[Scene, ...] = (
    _generate("new tree", install),
    _generate("new store beside another", _beside_another),
    _generate("existing month", grown),
    _generate("new month", grown, as_of=NEW_MONTH),
    _generate("duplicate", grown, as_of=SAME_MONTH),
    _generate("killed after link", _dead_after("link")),
    _generate("killed after audit", _dead_after("write", 2)),
    _generate("killed before .pending went, another date now", _dead_after("rename"), as_of=NEW_MONTH),
    _generate("--force", grown, frame="weekly", as_of=WEEK, policy="replace"),
    _generate("--all", grown, store=None, untouched=(), answers=2),
    _generate("refresh, changed", grown, frame="weekly", as_of=WEEK, policy="refresh", sales=7),
    _generate("refresh, unchanged", grown, frame="weekly", as_of=WEEK, policy="refresh"),
    _generate("damaged shard", _with(_cut_shard)),
    _generate("lost shard", _with(_lose_shard)),
    _generate("damaged snapshot and shard", _with(_cut_snapshot_and_shard), findings=_MISSING),
    _generate("orphan of the same date", _with(_add_orphan)),
    _generate("a given-up snapshot is back", _given_up_and_back, frame="weekly", as_of=WEEK, problems=_only_live),
    _generate("after a half-done prune", _half_pruned("write", 2)),
    _generate("refused by the disk guard", _refused, statuses=frozenset({12}), answers=0, untouched=(NJ, CALI)),
    Scene("show: another store's", "show", grown, _show_theirs, statuses=frozenset({10}), untouched=()),
    Scene(
        "history: another store's, with a token",
        "history",
        _confined,
        _reach_across,
        statuses=frozenset({10}),
    ),
    Scene("prune: several, two months, a delivery", "prune", _long_kept, _prune, problems=_only_newest),
    Scene("prune: superseded", "prune", _long_kept, _prune_superseded),
    Scene("prune: killed while it removed", "prune", _half_pruned("unlink", 2), _prune, problems=_only_newest),
    _repair("damaged shard", _with(_cut_shard)),
    _repair("orphan", _with(_add_orphan)),
    _repair("damaged snapshot", _with(_cut_snapshot), statuses=_LOST, findings=_MISSING),
    _repair("unknown files", _with(_add_strangers)),
    _repair("audit with a second name", _with(_link_audit)),
    _repair("a given-up snapshot is back", _given_up_and_back, problems=_only_live),
    Scene(
        "verify --all --repair: data/audit with a second name",
        "verify",
        _link_data_audit,
        lambda folder, at: omen(folder, at, "verify", "--all", "--repair"),
        problems=lambda folder: [f"{path} is linked" for path in _data_audit(folder) if path.stat().st_nlink > 1],
    ),
    _repair("half-done prune", _half_pruned("write", 2)),
    _repair("strangers, orphan, torn audit, lost folder", _with(_scattered)),
    Scene(
        "migrate: in place, two stores", "migrate", _old_archive, _migrate, untouched=(), problems=_as_a_clean_migration
    ),
    Scene(
        "migrate --cleanup",
        "migrate",
        _migrated,
        lambda folder, at: omen(folder, at, "migrate", "--cleanup", "--lock-wait", "0.2"),
        untouched=(),
        problems=_only_moved,
    ),
    Scene("verify --accept", "verify", _with(_lose_snapshot), _accept, statuses=frozenset({0, 5})),
    Scene(
        "send: one recipient",
        "send",
        sending.with_outbox,
        sending.send,
        statuses=frozenset({0, 8}),  # 8 when a fault came between the offer and the answer to it
        problems=sending.unsettled("sent", "unknown"),
    ),
    Scene(
        "send: its sender is dead",
        "send",
        sending.given,
        sending.send,
        statuses=frozenset({8}),
        problems=sending.unsettled("unknown"),
    ),
    Scene(
        "deliveries resolve --sent",
        "deliveries resolve",
        lambda folder: sending.unknown(folder, was_given=True),
        sending.resolve("--sent"),
        statuses=frozenset({0, 2}),  # 2 when it was settled before
        problems=sending.unsettled("sent"),
    ),
    Scene(
        "run: a week is to be sent",
        "run",
        running.due,
        running.run,
        statuses=frozenset({0, 1}),  # 1 when nobody knows any more whether the message arrived
        problems=sending.unsettled("sent", "unknown"),
    ),
)


def _grown_weekly() -> str:
    return grown_id(NJ, "weekly")


def _grown_daily() -> str:
    return grown_id(NJ, "daily")


READ_ONLY: Mapping[str, tuple[tuple[str | Callable[[], str], ...], ...]] = {  # a word that is not known yet is called
    "history": (
        ("--all", "--stats"),
        ("--store", NJ, "--all-versions"),
        ("--store", NJ, "--timeframe", "daily"),
    ),
    "stores": ((),),
    "config": ((),),
    "doctor": ((), ("--mail",), ("--store", NJ)),
    "run": (("--dry-run",),),
    "schedule": ((), ("--format", "systemd")),
    "check": (("--max-age", "9999d"),),
    "metrics": ((),),
    "audit": (("--store", NJ), ("--all", "--check")),
    "show": (("--store", NJ), ("--store", NJ, "--timeframe", "daily", "--as-of", SAME_MONTH)),
    "diff": (("--store", NJ, _grown_weekly, _grown_daily),),
    "generate": (("--store", NJ, "--as-of", WEEK, "--dry-run"),),
    "prune": (("--store", NJ, "--keep-last", "1", "--dry-run"),),
    "send": (("--store", NJ, "--snapshot", _grown_weekly, "--dry-run"),),
    "token create": (("--role", "admin", "--email", "ops@example.com"),),
    "token keygen": (("--out", "../new.key"),),  # beside the installation
    "token inspect": (("--token-file", "viewer.token"),),
    "deliveries": (("--store", NJ), ("--store", NJ, "--state", "unknown")),
}


def subcommands() -> frozenset[str]:
    """Return every subcommand of `omen`, hidden ones too; those of a group, and the group by itself."""
    return frozenset(_named(typer.main.get_command(app).commands))


def _named(commands: Mapping[str, Any], group: str = "") -> Iterator[str]:
    for name, command in commands.items():
        if getattr(command, "invoke_without_command", True):  # a group that only holds others runs nothing
            yield f"{group}{name}"
        yield from _named(getattr(command, "commands", {}), f"{group}{name} ")


def scene_named(name: str) -> Scene:
    """Return the scene of this name."""
    return next(one for one in SCENES if one.name == name)

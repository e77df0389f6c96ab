"""Real full disks: each scene on a tmpfs with so many blocks, or inodes, left that it fills up at every possible place.

The disk guard would refuse before anything can go wrong; so it is made to let everything pass, and what is tried is
what happens when a disk fills up on the way. Afterwards there is room again, and the same command must do its work.
"""

import os
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from omen_cli.archive.audit import append_event, audit_files
from omen_cli.archive.audit_guard import linked_files
from omen_cli.archive.disk import FreeSpace
from tests.faults.commands import SCENES
from tests.faults.episodes import aftermath, attempt, told
from tests.faults.invariants import start_of
from tests.faults.mounts import in_own_mounts, mount_problem, tmpfs
from tests.faults.scene import AT, Answer, Scene, archive, facts
from tests.faults.tally import Tally, timed

_PAGE = 4096
_FULL = 12
_LINE = 300  # an event without its padding, and half of the next one
_ENOUGH = 4  # so many sizes in a row, on which a scene is not refused, end its sweep
_SIZES_FOR_THE_GUARD = (0, 1, 2, 4, 8, 16, 32, 300)
_SAMPLE_SIZES, _SAMPLE = 6, 40
_ROOMY = "size=4m,nr_inodes=2000"


@dataclass(frozen=True)
class Disk:
    """A disk with so many of its blocks or inodes `left`, the guard on or off."""

    what: str
    left: int
    is_guarded: bool

    def __str__(self) -> str:
        return f"{self.left} {self.what} left{', guarded' if self.is_guarded else ''}"


def run(*, is_sample: bool, seed: int) -> Tally:
    """Run every scene with every number of blocks and inodes left; of a sample some, chosen by `seed`."""
    tally = Tally("real ENOSPC")
    tally.skipped = mount_problem()
    if not tally.skipped:
        with timed(tally):
            facts()
            tally.injections, tally.violations = in_own_mounts(_sample if is_sample else _all, seed)
            tally.crash_points = tally.injections
    return tally


def _sweeps() -> Iterator[tuple[Scene, str]]:
    for scene in SCENES:
        if _FULL not in scene.statuses:
            yield scene, "blocks"
            yield scene, "inodes"


def _guarded() -> Iterator[tuple[Scene, Disk]]:
    """Yield what is tried with the guard on: what frees or mends has one that lets it work on a nearly full disk."""
    for scene, what in _sweeps():
        if scene.command in ("prune", "verify"):
            yield from ((scene, Disk(what, left, is_guarded=True)) for left in _SIZES_FOR_THE_GUARD)


def _all(seed: int) -> tuple[int, list[str]]:
    answers = [_fill_up(*case) for case in _guarded()]
    for scene, what in _sweeps():
        left, successes = 0, 0
        while successes < _ENOUGH:
            answers.append(_fill_up(scene, Disk(what, left, is_guarded=False)))
            successes = 0 if answers[-1][0] else successes + 1
            left += 1
    return _sum(answers)


def _sample(seed: int) -> tuple[int, list[str]]:
    cases = [(scene, Disk(what, left, is_guarded=False)) for scene, what in _sweeps() for left in range(_SAMPLE_SIZES)]
    return _sum(_fill_up(*case) for case in Random(seed).sample([*cases, *_guarded()], _SAMPLE))


def _sum(answers: Iterable[tuple[bool, list[str]]]) -> tuple[int, list[str]]:
    answers = list(answers)
    return sum(was_refused for was_refused, _ in answers), [line for _, found in answers for line in found]


def _fill_up(scene: Scene, disk: Disk) -> tuple[bool, list[str]]:
    """Return whether the command was refused by the full disk, and what is broken."""
    with TemporaryDirectory(prefix="omen-faults-") as name, tmpfs(Path(name) / "disk", _ROOMY) as mount:
        folder = mount / "work"
        scene.prepare(folder)
        _pad_audit(folder)
        start = start_of(folder)
        _leave(mount, disk)
        answer, wrong = attempt(lambda: _run(scene, folder, is_guarded=disk.is_guarded))
        _remount(mount, _ROOMY)
        if answer and answer.status not in (*scene.statuses, _FULL, 1):
            wrong.append(f"{answer.status}: {answer.text.strip()[-200:]}")
        acknowledged = answer.acknowledged if answer else frozenset()
        found = told(f"{scene.name}, {disk}", [*wrong, *aftermath(scene, folder, start, acknowledged)])
        return answer is not None and "insufficient_storage" in answer.text, found


def _pad_audit(folder: Path) -> None:
    """Let the audit end shortly before a page does, so that a full disk takes a part of the next line, and no more."""
    audit = archive(folder) / "audit"
    for month in (path for path in audit_files(audit)[-1:] if path not in linked_files(audit)):
        past_line = len(month.read_bytes()) + _LINE
        padding = "x" * (-past_line % _PAGE)
        append_event(audit, at=AT, by="tester", event="padding", details={"text": padding})


def _leave(mount: Path, disk: Disk) -> None:
    found = os.statvfs(mount)
    if disk.what == "blocks":
        _remount(mount, f"size={(found.f_blocks - found.f_bfree + disk.left) * _PAGE}")
    else:
        _remount(mount, f"nr_inodes={found.f_files - found.f_ffree + disk.left}")


def _remount(mount: Path, options: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{options}", str(mount)], check=True, capture_output=True)


def _run(scene: Scene, folder: Path, *, is_guarded: bool) -> Answer:
    if not is_guarded:
        FreeSpace.has = lambda self, needed_bytes, needed_inodes: True
    return scene.run(folder, AT)

"""Power cuts on a real ext4: the command dies at a call, its file system loses what was not flushed, and is mounted again.

Every changing call and every fsync of the main scenes is such a point, and so is the end, with everything acknowledged;
of the other scenes every sixth is. In a second round, at some of them, the command is only killed, the next one finishes and acknowledges, then the power fails.
"""

import ctypes
import fcntl
import os
import shutil
import signal
import struct
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

from tests.faults.calls import Call, intercept
from tests.faults.children import in_child
from tests.faults.commands import SCENES
from tests.faults.episodes import LATER, aftermath, attempt, told
from tests.faults.invariants import problems, start_of
from tests.faults.mounts import in_own_mounts, mount_problem, mounted, tmpfs
from tests.faults.scene import AT, Scene, facts
from tests.faults.tally import Tally, timed

_EXT4_IOC_SHUTDOWN = 0x8004587D  # _IOR('X', 125, __u32)
_NOLOGFLUSH = 2
_MB = 1024 * 1024
_SAMPLE = 40
_WHOLE = (
    "generate: new tree",
    "generate: existing month",
    "generate: --force",
    "prune: several, two months, a delivery",
    "verify --repair: orphan",
    "verify --repair: damaged shard",
)
_SOME, _LATE = 6, 3  # the other scenes at every sixth call; the second round at every third of all these


@dataclass(frozen=True)
class Disk:
    """An ext4 in a file, mounted on `folder`."""

    image: Path
    folder: Path

    def flush(self) -> None:
        """Make everything durable that was prepared."""
        descriptor = os.open(self.folder, os.O_RDONLY)
        try:
            if ctypes.CDLL(None, use_errno=True).syncfs(descriptor):
                raise OSError(ctypes.get_errno(), "syncfs")
        finally:
            os.close(descriptor)

    def cut(self) -> None:
        """Lose what was not flushed, as a power cut does; then mount it again, which replays the journal."""
        descriptor = os.open(self.folder, os.O_RDONLY)
        try:
            fcntl.ioctl(descriptor, _EXT4_IOC_SHUTDOWN, struct.pack("I", _NOLOGFLUSH))
        finally:
            os.close(descriptor)
        subprocess.run(["umount", str(self.folder)], check=True, capture_output=True)
        _mount(self)


def run(*, is_sample: bool, seed: int) -> Tally:
    """Cut the power at all these points; of a sample at some, chosen by `seed`."""
    tally = Tally("ext4 power cut")
    tally.skipped = _problem()
    if not tally.skipped:
        with timed(tally):
            facts()
            found = in_own_mounts(_all, is_sample, seed)
        tally.injections, tally.crash_points, tally.violations = found
    return tally


def _problem() -> str:
    if os.getuid() != 0:
        return "needs root, to mount an ext4 on a loop device"
    if shutil.which("mkfs.ext4") is None:
        return "needs mkfs.ext4 (e2fsprogs)"
    if mount_problem():
        return mount_problem()
    try:
        in_own_mounts(_try_cutting)
    except (OSError, RuntimeError) as error:
        return f"needs loop devices and an ext4 that can be shut down ({str(error).splitlines()[-1][:80]})"
    return ""


def _try_cutting() -> None:
    with _ext4() as disk:
        disk.cut()


@contextmanager
def _ext4() -> Iterator[Disk]:
    with TemporaryDirectory(prefix="omen-faults-") as name, tmpfs(Path(name) / "memory", f"size={48 * _MB}") as memory:
        disk = Disk(memory / "image", Path(name) / "disk")
        with disk.image.open("wb") as file:
            file.truncate(32 * _MB)
        subprocess.run(["mkfs.ext4", "-q", "-F", str(disk.image)], check=True, capture_output=True)
        with mounted(disk.folder, "-o", "loop", str(disk.image)):
            yield disk


def _mount(disk: Disk) -> None:
    subprocess.run(["mount", "-o", "loop", str(disk.image), str(disk.folder)], check=True, capture_output=True)


def _all(is_sample: bool, seed: int) -> tuple[int, int, list[str]]:
    violations: list[str] = []
    with _ext4() as disk:
        points = [(scene, turn) for scene in SCENES for turn in _turns(disk, scene)]
        points = [(scene, turn) for scene, turn in points if scene.name in _WHOLE or (turn + seed) % _SOME == 0]
        late = points[seed % _LATE :: _LATE]
        chosen = [(_at_once, *point) for point in points] + [(_late, *point) for point in late]
        if is_sample:
            chosen = Random(seed).sample(chosen, _SAMPLE)
        for cut, scene, turn in chosen:
            folder = disk.folder / "work"
            shutil.rmtree(folder, ignore_errors=True)
            violations += cut(disk, scene, folder, turn)
    return len(chosen), len({(scene.name, turn) for _, scene, turn in chosen}), violations


def _turns(disk: Disk, scene: Scene) -> range:
    """Return the calls of a scene at which it may die, counted from 1; the last one is past its end."""
    folder = disk.folder / "count"
    scene.prepare(folder)
    count = in_child(lambda: _counted(scene, folder))
    shutil.rmtree(folder)
    return range(1, count + 2)


def _counted(scene: Scene, folder: Path) -> int:
    seen: list[str] = []

    def note(call: Call, go: Callable[..., Any]) -> Any:
        if _is_point(call):
            seen.append(call.name)
        return go()

    intercept(folder / "data", note)
    scene.run(folder, AT)
    return len(seen)


def _is_point(call: Call) -> bool:
    return call.is_change or call.name in ("fsync", "fdatasync")


def _dying(scene: Scene, folder: Path, turn: int) -> Any:
    """Run the scene; kill -9 arrives before its `turn`-th changing call or fsync."""
    seen = 0

    def strike(call: Call, go: Callable[..., Any]) -> Any:
        nonlocal seen
        seen += _is_point(call)
        if seen == turn:
            os.kill(os.getpid(), signal.SIGKILL)
        return go()

    intercept(folder / "data", strike)
    return scene.run(folder, AT)


def _at_once(disk: Disk, scene: Scene, folder: Path, turn: int) -> list[str]:
    scene.prepare(folder)
    start = start_of(folder)
    disk.flush()
    answer, wrong = attempt(lambda: _dying(scene, folder, turn))
    disk.cut()
    acknowledged = answer.acknowledged if answer else frozenset()
    found = [*wrong, *aftermath(scene, folder, start, acknowledged)]
    return told(f"{scene.name}, power cut at call {turn}", found)


def _late(disk: Disk, scene: Scene, folder: Path, turn: int) -> list[str]:
    """Kill the command, let the next one finish and acknowledge, then cut the power."""
    scene.prepare(folder)
    start = start_of(folder)
    disk.flush()
    answer, wrong = attempt(lambda: _dying(scene, folder, turn))
    again, worse = attempt(lambda: scene.run(folder, LATER))
    disk.cut()
    acknowledged = frozenset().union(*(one.acknowledged for one in (answer, again) if one))
    found = problems(folder, acknowledged, start=start, untouched=scene.untouched)
    found += aftermath(scene, folder, start, acknowledged)
    return told(f"{scene.name}, killed at call {turn}, power cut after the next", [*wrong, *worse, *found])

"""Hostile things that are no plain files: what may stand in the place of a file or a folder, and under hostile names.

A planter takes the place, and the world's folder; what it needs outside the archive it makes in `outside/`.
"""

import os
import socket
import stat
import tempfile
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

from omen_cli.archive.failures import MAX_BYTES

Plant = Callable[[Path, Path], None]
CANARY = b"CANARY"
OUTSIDE = "outside"
TOO_LARGE = MAX_BYTES + 1024 * 1024
IS_ROOT = os.getuid() == 0


@cache
def can_make_devices() -> bool:
    """Tell whether this machine lets us make a device; where it does not, those cases are left out."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            os.mknod(f"{folder}/zero", stat.S_IFCHR | 0o600, os.makedev(1, 5))
        except OSError:
            return False
    return True


def writing(raw: bytes) -> Plant:
    """Plant a file with these bytes."""

    def plant(place: Path, world: Path) -> None:
        _clear(place, world)
        place.write_bytes(raw)
        place.chmod(0o600)

    return plant


def in_place_of_a_file(raw: bytes, theirs: str) -> Iterator[tuple[str, Plant]]:
    """Yield what is planted where a file of `raw` stood; `theirs` is the other store's of its kind."""
    yield "a symlink to a good file", _to_a_copy(raw)
    yield "a symlink to the other store's", lambda place, world: _link(place, world, world / theirs)
    yield (
        "a hard link to the other store's",
        lambda place, world: (_clear(place, world), place.hardlink_to(world / theirs)),
    )
    yield "a hard link to a file outside", _hard_to_a_copy(raw)
    yield "over the size cap", _sparse(raw, TOO_LARGE)
    yield "over the size cap, zeros only", _sparse(b"", TOO_LARGE)
    yield "of 8 GiB", _sparse(raw, 8 * 1024**3)
    yield "just under the size cap, zeros behind", _sparse(raw, MAX_BYTES - 1)
    yield from _anywhere()


def in_place_of_a_folder(theirs: str) -> Iterator[tuple[str, Plant]]:
    """Yield what is planted where a folder stood."""
    yield "a symlink to itself elsewhere", _moved
    yield "a symlink to the other store's", lambda place, world: _link(place, world, world / theirs)
    yield "a file", writing(b"hello\n")
    yield "an empty file", writing(b"")
    yield "others may write in it", lambda place, world: place.chmod(0o777)
    yield "the sticky bit and all rights", lambda place, world: place.chmod(0o1777)
    yield from _anywhere(is_folder=True)


def unreadable(place: Path, world: Path) -> None:
    """Take all rights away."""
    place.chmod(0o000)


def unwritable(place: Path, world: Path) -> None:
    """Take the right to change it away."""
    place.chmod(0o500 if place.is_dir() else 0o400)


def nodes() -> Iterator[tuple[str, Plant]]:
    """Yield what may be planted under a name where nothing stood."""
    yield from _anywhere()


def _anywhere(*, is_folder: bool = False) -> Iterator[tuple[str, Plant]]:
    yield "a dangling symlink", lambda place, world: _link(place, world, world / OUTSIDE / "nowhere")
    yield "a symlink into its own name", lambda place, world: _link(place, world, Path(place.name))
    yield "a symlink to /dev/zero", lambda place, world: _link(place, world, Path("/dev/zero"))
    yield "a symlink to a FIFO", _to_a_fifo
    yield "a symlink to a folder outside", _to_a_folder
    yield "a FIFO", lambda place, world: (_clear(place, world), os.mkfifo(place, 0o600))
    yield "a socket", _socket
    if not is_folder:
        yield "an empty folder", lambda place, world: (_clear(place, world), place.mkdir(0o700))
        yield "a folder with a file in it", _folder_with_a_file
    if can_make_devices():
        yield "the device zero", _device(stat.S_IFCHR, 1, 5)
        yield "the device full", _device(stat.S_IFCHR, 1, 7)
        yield "a device that nobody has", _device(stat.S_IFCHR, 250, 250)
        yield "a block device that nobody has", _device(stat.S_IFBLK, 250, 250)


def _clear(place: Path, world: Path) -> None:
    """Move away what stands there, whatever it is: what is moved is outside, and must stay as it is."""
    if os.path.lexists(place):
        (world / OUTSIDE).mkdir(exist_ok=True)
        place.rename(world / OUTSIDE / "moved")


def _link(place: Path, world: Path, target: Path) -> None:
    _clear(place, world)
    place.symlink_to(target)


def _copy(raw: bytes, world: Path) -> Path:
    """Return a file outside that would do in its place, were it not marked: what is read of it shows."""
    (world / OUTSIDE).mkdir(exist_ok=True)
    copy = world / OUTSIDE / "copy"
    copy.write_bytes(raw.replace(b"NJ Weed Wizard", CANARY + b" Store") or CANARY)
    copy.chmod(0o600)
    return copy


def _to_a_copy(raw: bytes) -> Plant:
    return lambda place, world: _link(place, world, _copy(raw, world))


def _hard_to_a_copy(raw: bytes) -> Plant:
    """Plant another name of a file outside: it is in the archive, too, and may be read; it must not be written to."""

    def plant(place: Path, world: Path) -> None:
        _clear(place, world)
        copy = _copy(b"", world)
        copy.write_bytes(raw)
        place.hardlink_to(copy)

    return plant


def _to_a_fifo(place: Path, world: Path) -> None:
    (world / OUTSIDE).mkdir(exist_ok=True)
    os.mkfifo(world / OUTSIDE / "fifo", 0o600)
    _link(place, world, world / OUTSIDE / "fifo")


def _to_a_folder(place: Path, world: Path) -> None:
    (world / OUTSIDE / "folder").mkdir(parents=True, exist_ok=True)
    (world / OUTSIDE / "folder" / "precious").write_bytes(CANARY)
    _link(place, world, world / OUTSIDE / "folder")


def _socket(place: Path, world: Path) -> None:
    """Plant a socket; its name may be longer than a socket's may be."""
    _clear(place, world)
    (world / OUTSIDE).mkdir(exist_ok=True)
    here = Path.cwd()
    with socket.socket(socket.AF_UNIX) as made:
        os.chdir(world / OUTSIDE)
        try:
            made.bind("socket")
        finally:
            os.chdir(here)
    (world / OUTSIDE / "socket").rename(place)


def _folder_with_a_file(place: Path, world: Path) -> None:
    _clear(place, world)
    place.mkdir(0o700)
    (place / "precious").write_bytes(CANARY)


def _device(kind: int, major: int, minor: int) -> Plant:
    return lambda place, world: (_clear(place, world), os.mknod(place, kind | 0o600, os.makedev(major, minor)))


def _sparse(raw: bytes, size_bytes: int) -> Plant:
    def plant(place: Path, world: Path) -> None:
        _clear(place, world)
        with place.open("wb") as file:
            file.write(raw)
            file.truncate(size_bytes)
        place.chmod(0o600)

    return plant


def _moved(place: Path, world: Path) -> None:
    _clear(place, world)
    place.symlink_to(world / OUTSIDE / "moved")

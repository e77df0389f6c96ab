"""A data root, and the outbox beside it, as a value: taken once, laid out again and again, compared by its digest.

Hard links stay hard links. The log of commands is no part of it: it is no data, and every command has its line there.
"""

import shutil
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

DATA = "data"
LOG = f"{DATA}/log"
OUTBOX = "outbox"  # where stores.yaml, as the scenes have it, lets messages go


@dataclass(frozen=True)
class Item:
    """What stands at one path: a folder (`raw` is None) or a file; files with one `inode` are one file."""

    mode: int
    raw: bytes | None
    inode: int = 0


Image = Mapping[str, Item]


def capture(folder: Path) -> Image:
    """Return data root and outbox of the installation at `folder`, by relative path; empty when neither is there."""
    image: dict[str, Item] = {}
    roots = [folder / name for name in (DATA, OUTBOX) if (folder / name).exists()]
    for path in (path for root in roots for path in (root, *sorted(root.rglob("*")))):
        if path.is_relative_to(folder / LOG):
            continue
        found = path.lstat()
        if not (stat.S_ISREG(found.st_mode) or stat.S_ISDIR(found.st_mode)):
            raise ValueError(f"{path}: neither a file nor a folder")
        raw = path.read_bytes() if stat.S_ISREG(found.st_mode) else None
        inode = found.st_ino if raw is not None else 0
        image[str(path.relative_to(folder))] = Item(stat.S_IMODE(found.st_mode), raw, inode)
    return image


def lay(image: Image, folder: Path) -> None:
    """Make data root and outbox of the installation at `folder` exactly the image; what stood there is removed."""
    for root in (DATA, OUTBOX):
        shutil.rmtree(folder / root, ignore_errors=True)
    first: dict[int, Path] = {}
    for name in sorted(image):
        item, path = image[name], folder / name
        if item.raw is None:
            path.mkdir(mode=item.mode)
        elif item.inode in first:
            path.hardlink_to(first[item.inode])
        else:
            path.write_bytes(item.raw)
            path.chmod(item.mode)
            first[item.inode] = path


def digest(image: Image, *, with_modes: bool = False) -> str:
    """Return a hash of names, bytes and hard links, and of modes when asked to; numbers of inodes do not enter."""
    first: dict[int, str] = {}
    known = sha256()
    for name in sorted(image):
        item = image[name]
        known.update(name.encode() + b"\0" + (b"%o" % item.mode if with_modes else b""))
        if item.raw is None:
            known.update(b"d")
        elif item.inode in first:
            known.update(b"l" + first[item.inode].encode() + b"\0")
        else:
            first[item.inode] = name
            known.update(b"f%d\0" % len(item.raw) + item.raw)
    return known.hexdigest()


def files(image: Image, folder: str) -> dict[str, bytes | None]:
    """Return names and bytes below one folder of the image, for comparing; None of a folder."""
    return {name: item.raw for name, item in image.items() if name.startswith(f"{folder}/")}

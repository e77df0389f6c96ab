"""On what file system a folder lies, and whether flock excludes there: on one that machines share it may not."""

import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

MOUNTS = Path("/proc/self/mountinfo")
MAX_BYTES = 4 * 1024 * 1024
Verdict = Literal["local", "network", "unknown"]
_NETWORK = frozenset(
    {"nfs", "nfs4", "cifs", "smb3", "smbfs", "ncpfs", "afs", "coda", "ceph", "glusterfs", "lustre", "beegfs", "pvfs2"}
    | {"orangefs", "panfs", "davfs", "sshfs", "s3fs", "fhgfs"}
)
_NETWORK_FUSE = frozenset(
    {"sshfs", "davfs", "davfs2", "s3fs", "s3ql", "s3backer", "goofys", "geesefs", "mountpoint-s3", "gcsfuse"}
    | {
        "blobfuse",
        "blobfuse2",
        "rclone",
        "glusterfs",
        "ceph",
        "ceph-fuse",
        "cephfs",
        "curlftpfs",
        "smbnetfs",
        "juicefs",
    }
    | {"seaweedfs", "moosefs", "mfs", "lizardfs", "xtreemfs", "beegfs", "nfs", "fuse-nfs", "ipfs", "tahoe"}
)
_LOCAL = frozenset(
    {"ext2", "ext3", "ext4", "xfs", "btrfs", "zfs", "overlay", "aufs", "tmpfs", "ramfs", "rootfs", "f2fs", "bcachefs"}
    | {"jfs", "reiserfs", "nilfs2", "fuse.fuse-overlayfs"}
)
_ESCAPES = (("\\040", " "), ("\\011", "\t"), ("\\012", "\n"), ("\\043", "#"), ("\\134", "\\"))


@dataclass(frozen=True)
class FileSystem:
    """The file system of a folder: its type, "" when nobody knows it, and where it is mounted."""

    type: str
    mounted_at: str

    @property
    def verdict(self) -> Verdict:
        """Tell whether flock excludes everybody who can write there; what was never heard of is `unknown`."""
        kind = self.type.casefold()
        if kind in _NETWORK or (kind.startswith("fuse.") and kind.removeprefix("fuse.") in _NETWORK_FUSE):
            return "network"
        return "local" if kind in _LOCAL else "unknown"


@dataclass(frozen=True)
class _Mount:
    id: str
    parent: str
    at: str
    type: str

    def holds(self, path: str) -> bool:
        """Tell whether the path is the mount point or lies below it, by name."""
        return path == self.at or path.startswith(self.at.rstrip("/") + "/")


def read_mounts(path: Path = MOUNTS) -> str:
    """Return the text of the kernel's list of mounts; "" where there is none to read."""
    with suppress(OSError), path.open("rb") as file:
        return os.fsdecode(file.read(MAX_BYTES))
    return ""


def file_system_of(folder: Path, mounts: str) -> FileSystem:
    """Return the file system that a folder is on, or will be on once it is made.

    Args:
        folder: absolute; links in it are followed.
        mounts: the lines of mountinfo, as proc(5) has them.
    """
    path = os.path.realpath(folder)
    found = _mount_of(path, [one for one in map(_parsed, mounts.split("\n")) if one])
    return FileSystem(found.type, found.at) if found else FileSystem("", "")


def _mount_of(path: str, mounts: Sequence[_Mount]) -> _Mount | None:
    """Walk down from the root as the kernel does: a mount that another one hides is never come to.

    Where the list has no root (a chroot may show only a part), the longest mount point decides, of equals the last.
    """
    own = [one for one in mounts if one.holds(path)]
    ids = {one.id for one in mounts}
    roots = [one for one in own if one.at == "/" and (one.parent not in ids or one.parent == one.id)]
    if not roots:
        return max(reversed(own), key=lambda one: len(one.at), default=None)
    here = roots[-1]
    while below := [one for one in own if one.parent == here.id and one.id != here.id]:
        here = min(reversed(below), key=lambda one: len(one.at))
        own = [one for one in own if one is not here]
    return here


def _parsed(line: str) -> _Mount | None:
    """Return the mount of a line; None when it is none."""
    head, dash, tail = line.partition(" - ")
    fields, rest = head.split(" "), tail.split(" ")
    if not dash or len(fields) < 6 or not rest[0]:
        return None
    return _Mount(fields[0], fields[1], _unescaped(fields[4]), _unescaped(rest[0]))


def _unescaped(text: str) -> str:
    for escape, character in _ESCAPES:  # the backslash last: an escaped one begins no other escape
        text = text.replace(escape, character)
    return text

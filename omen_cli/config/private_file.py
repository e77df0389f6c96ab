"""A small file that holds a secret, or decides who is believed: read only where nobody else has a hand in it."""

import os
import struct
from dataclasses import dataclass
from pathlib import Path
from stat import S_IMODE, S_ISREG

from omen_cli.errors import ConfigInvalid
from omen_cli.model.safe_text import safe_text

_OTHERS, _GROUP, _OTHERS_WRITE = 0o077, 0o070, 0o022
_ACL = "system.posix_acl_access"
_ACL_HEADER_BYTES, _ACL_ENTRY = 4, struct.Struct("<HHI")  # tag, permissions, id
_ACL_USER, _ACL_OWNING_GROUP, _ACL_GROUP = 0x02, 0x04, 0x08


@dataclass(frozen=True)
class Private:
    """What a file is to omen: the setting or option that names it, what it holds, and how large it may be.

    `is_secret` is False of one that others may read, such as a public key; write in it they must not.
    """

    named_by: str
    holds: str
    max_bytes: int = 4096
    is_secret: bool = True

    def wrong(self, path: Path, what: str, hint: str) -> ConfigInvalid:
        """Return that something is wrong with the file."""
        return ConfigInvalid(f"{self.named_by}: {safe_text(str(path))}: {what}", hint=hint, file=str(path))


def read_private(path: Path, kind: Private) -> bytes:
    """Return the bytes of the file.

    Raises:
        ConfigInvalid: it cannot be read, is no regular file or too large, or others than its owner may use it.
    """
    try:
        raw = _read_bounded(path, kind)
    except OSError as error:
        problem = error.strerror or "cannot be read"
        raise kind.wrong(path, problem, "correct the path, or let omen's user read it") from error
    if len(raw) > kind.max_bytes:
        raise kind.wrong(
            path, f"larger than {kind.max_bytes // 1024} KiB", f"is this the file that holds the {kind.holds}?"
        )
    return raw


def _read_bounded(path: Path, kind: Private) -> bytes:
    """Return at most one byte more than the file may have; a FIFO is not waited for."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        if not S_ISREG(os.fstat(descriptor).st_mode):
            raise kind.wrong(path, "not a regular file", f"name the file that holds the {kind.holds}")
        if kind.is_secret and not _is_private(descriptor):
            raise kind.wrong(path, "others than its owner may use it", f"chmod 600 {safe_text(str(path))}")
        if S_IMODE(os.fstat(descriptor).st_mode) & _OTHERS_WRITE and not kind.is_secret:
            raise kind.wrong(path, "others than its owner may write in it", f"chmod go-w {safe_text(str(path))}")
        with os.fdopen(descriptor, "rb", closefd=False) as file:
            return file.read(kind.max_bytes + 1)
    finally:
        os.close(descriptor)


def _is_private(descriptor: int) -> bool:
    """Tell whether only the owner of an open file can use it, and omen's user.

    systemd hands a credential to a service's user by an access list, whose mask looks like permissions of the group.
    """
    mode = S_IMODE(os.fstat(descriptor).st_mode)
    if not mode & _OTHERS:
        return True
    try:
        raw = os.getxattr(descriptor, _ACL)
    except OSError:
        return False
    entries = [_ACL_ENTRY.unpack_from(raw, at) for at in range(_ACL_HEADER_BYTES, len(raw), _ACL_ENTRY.size)]
    strangers = [
        tag
        for tag, permissions, holder in entries
        if permissions and (tag in (_ACL_OWNING_GROUP, _ACL_GROUP) or (tag == _ACL_USER and holder != os.geteuid()))
    ]
    return not strangers and not mode & _OTHERS & ~_GROUP

"""The password of the mail server, from a file that nobody else can read."""

import os
import struct
from pathlib import Path
from stat import S_IMODE, S_ISREG

from pydantic import SecretStr

from omen_cli.config.settings import MailSettings
from omen_cli.errors import ConfigInvalid
from omen_cli.model.safe_text import safe_text

_MAX_BYTES = 4096
_OTHERS, _GROUP = 0o077, 0o070
_ACL = "system.posix_acl_access"
_ACL_HEADER_BYTES, _ACL_ENTRY = 4, struct.Struct("<HHI")  # tag, permissions, id
_ACL_USER, _ACL_OWNING_GROUP, _ACL_GROUP = 0x02, 0x04, 0x08


def password_of(mail: MailSettings) -> SecretStr | None:
    """Return what `password_file` holds, without one newline at its end; None when there is no such file to be read.

    Raises:
        ConfigInvalid: it cannot be read, others may read it, or it holds no password; or the user has none at all.
    """
    if mail.folder is not None:
        return None
    if mail.password_file is None:
        login = mail.url.get_secret_value().partition("://")[2].rpartition("@")[0]
        if login and not login.partition(":")[2]:
            raise ConfigInvalid(
                "mail.url: has a user and no password",
                hint="name a file that holds it in mail.password_file, or leave the user out",
            )
        return None
    raw = _read_private(mail.password_file)
    text = _decoded(raw, mail.password_file)
    text = text.removesuffix("\r\n" if text.endswith("\r\n") else "\n")
    if not text or any(ord(char) < 0x20 or ord(char) == 0x7F for char in text):
        what = "holds more than one line, or a control character" if text else "is empty"
        raise _wrong(mail.password_file, what, "write the password into it, and nothing else")
    return SecretStr(text)


def _decoded(raw: bytes, path: Path) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError:
        pass
    raise _wrong(path, "is not UTF-8 text", "write the password into it, and nothing else")


def _read_private(path: Path) -> bytes:
    """Return the bytes of a small regular file that only its owner can read."""
    try:
        raw = _read_bounded(path)
    except OSError as error:
        problem = error.strerror or "cannot be read"
        raise _wrong(path, problem, "correct the path, or let omen's user read it") from error
    if len(raw) > _MAX_BYTES:
        raise _wrong(path, "larger than 4 KiB", "is this the file that holds the password?")
    return raw


def _read_bounded(path: Path) -> bytes:
    """Return at most one byte more than a password may have; a FIFO is not waited for."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        if not S_ISREG(os.fstat(descriptor).st_mode):
            raise _wrong(path, "not a regular file", "name the file that holds the password")
        if not _is_private(descriptor):
            raise _wrong(path, "others than its owner may use it", f"chmod 600 {safe_text(str(path))}")
        with os.fdopen(descriptor, "rb", closefd=False) as file:
            return file.read(_MAX_BYTES + 1)
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


def _wrong(path: Path, what: str, hint: str) -> ConfigInvalid:
    return ConfigInvalid(f"mail.password_file: {safe_text(str(path))}: {what}", hint=hint, file=str(path))

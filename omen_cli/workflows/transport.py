"""What takes the messages of this installation, as the settings say it."""

import os
from pathlib import Path
from stat import S_IMODE, S_ISREG

from pydantic import SecretStr

from omen_cli.config.settings import MailSettings, Settings
from omen_cli.delivery.choose import transport_of as chosen
from omen_cli.delivery.verdict import Transport
from omen_cli.errors import ConfigInvalid
from omen_cli.model.safe_text import safe_text
from omen_cli.workflows.sender import sender_domain

_MAX_PASSWORD_BYTES = 4096
_OTHERS = 0o077


def transport_of(settings: Settings) -> Transport:
    """Return what takes the messages of this installation; nothing is connected or written yet.

    Raises:
        ConfigInvalid: the folder is inside `data`, the password cannot be had, or there is no sender.
    """
    mail = settings.mail
    check_folder(settings)
    return chosen(mail.url, local_hostname=sender_domain(settings), password=password_of(mail), ca_file=mail.ca_file)


def check_folder(settings: Settings) -> None:
    """Insist that a folder for messages is not inside `data`, symbolic links followed.

    Raises:
        ConfigInvalid: it is; below `data` only the archive writes.
    """
    folder = settings.mail.folder
    if folder is not None and folder.resolve().is_relative_to(settings.data.resolve()):
        raise ConfigInvalid(
            f"mail.url: {safe_text(str(folder))} is inside data, where only the archive writes",
            hint="name a folder elsewhere, like file:outbox",
        )


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
    text = _decoded(raw, mail.password_file).removesuffix("\n").removesuffix("\r")
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
    """Return the bytes of a small regular file that only its owner can read; a FIFO is not waited for."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        problem = error.strerror or "cannot be read"
        raise _wrong(path, problem, "correct the path, or let omen's user read it") from error
    with os.fdopen(descriptor, "rb") as file:
        found = os.fstat(descriptor)
        if not S_ISREG(found.st_mode):
            raise _wrong(path, "not a regular file", "name the file that holds the password")
        if S_IMODE(found.st_mode) & _OTHERS:
            raise _wrong(path, "others than its owner may use it", f"chmod 600 {safe_text(str(path))}")
        raw = file.read(_MAX_PASSWORD_BYTES + 1)
    if len(raw) > _MAX_PASSWORD_BYTES:
        raise _wrong(path, "larger than 4 KiB", "is this the file that holds the password?")
    return raw


def _wrong(path: Path, what: str, hint: str) -> ConfigInvalid:
    return ConfigInvalid(f"mail.password_file: {safe_text(str(path))}: {what}", hint=hint, file=str(path))

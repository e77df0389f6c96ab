"""The password of the mail server, from a file that nobody else can read."""

from pathlib import Path

from pydantic import SecretStr

from omen_cli.config.private_file import Private, read_private
from omen_cli.config.sections import MailSettings
from omen_cli.errors import ConfigInvalid

_FILE = Private("mail.password_file", "password")


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
    text = _decoded(read_private(mail.password_file, _FILE), mail.password_file)
    text = text.removesuffix("\r\n" if text.endswith("\r\n") else "\n")
    if not text or any(ord(char) < 0x20 or ord(char) == 0x7F for char in text):
        what = "holds more than one line, or a control character" if text else "is empty"
        raise _FILE.wrong(mail.password_file, what, "write the password into it, and nothing else")
    return SecretStr(text)


def _decoded(raw: bytes, path: Path) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError:
        pass
    raise _FILE.wrong(path, "is not UTF-8 text", "write the password into it, and nothing else")

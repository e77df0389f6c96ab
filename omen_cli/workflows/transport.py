"""What takes the messages of this installation, as the settings say it."""

from pathlib import Path

from omen_cli.config.settings import Settings
from omen_cli.delivery.choose import transport_of as chosen
from omen_cli.delivery.verdict import Transport
from omen_cli.errors import ConfigInvalid
from omen_cli.model.safe_text import safe_text
from omen_cli.workflows.mail_password import password_of
from omen_cli.workflows.sender import sender_domain


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
        ConfigInvalid: it is, and below `data` only the archive writes; or a link of either leads nowhere.
    """
    folder = settings.mail.folder
    if folder is not None and _resolved(folder, "mail.url").is_relative_to(_resolved(settings.data, "data")):
        raise ConfigInvalid(
            f"mail.url: {safe_text(str(folder))} is inside data, where only the archive writes",
            hint="name a folder elsewhere, like file:outbox",
        )


def _resolved(folder: Path, setting: str) -> Path:
    """Return a folder with its links followed; Python before 3.13 calls links that go round a RuntimeError."""
    try:
        return folder.resolve()
    except (OSError, RuntimeError) as error:
        raise ConfigInvalid(
            f"{setting}: {safe_text(str(folder))} cannot be followed: its links go round, or one may not be read",
            hint=f"remove the link {safe_text(str(folder))}, or name another folder",
        ) from error

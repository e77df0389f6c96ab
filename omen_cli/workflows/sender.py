"""From whom messages come, as the settings say it."""

from omen_cli.config.mail import address_of
from omen_cli.config.settings import Settings
from omen_cli.errors import ConfigInvalid
from omen_cli.model.safe_text import safe_text

_FOLDER_SENDER = "OMEN <omen@localhost>"


def sender_of(settings: Settings) -> str:
    """Return the From header; for a folder, one that need not be configured.

    Raises:
        ConfigInvalid: a server is to be used, and nobody said who sends.
    """
    mail = settings.mail
    if mail.sender is not None:
        return mail.sender
    if mail.folder is not None:
        return _FOLDER_SENDER
    raise ConfigInvalid(
        "mail.from: is missing; a server wants to know who sends",
        hint=f"add it in {safe_text(str(settings.path))}, like from: OMEN <reports@example.com>",
    )


def sender_address(settings: Settings) -> str:
    """Return the plain address of the sender, which the envelope has.

    Raises:
        ConfigInvalid: as `sender_of`.
    """
    return address_of(sender_of(settings))


def sender_domain(settings: Settings) -> str:
    """Return the domain that sends, which Message-IDs end in.

    Raises:
        ConfigInvalid: as `sender_of`.
    """
    return sender_address(settings).rpartition("@")[2]

"""From whom messages come, as stores.yaml says it."""

from omen_cli.config.settings import Settings
from omen_cli.errors import ConfigInvalid

_ON_THIS_MACHINE = "OMEN <omen@localhost>"


def sender_of(settings: Settings) -> str:
    """Return the From header; where messages only go into a folder it may be missing.

    Raises:
        ConfigInvalid: messages go to a server, and `mail.from` is missing.
    """
    if settings.mail.sender is not None:
        return settings.mail.sender
    if settings.mail.folder is not None:
        return _ON_THIS_MACHINE
    raise ConfigInvalid(
        f"{settings.path.name}: mail.from is missing",
        hint="say from whom messages come, such as `from: OMEN <reports@example.com>` under `mail:`",
    )

"""Which transport a mail URL asks for."""

from pathlib import Path

from pydantic import SecretStr

from omen_cli.delivery.folder import FolderTransport
from omen_cli.delivery.server import Timeouts, server_of
from omen_cli.delivery.smtp import SmtpTransport
from omen_cli.delivery.verdict import Transport

_FOLDER = "file:"
_USUAL = Timeouts()


def transport_of(
    url: SecretStr,
    *,
    local_hostname: str,
    password: SecretStr | None = None,
    ca_file: Path | None = None,
    timeouts: Timeouts = _USUAL,
) -> Transport:
    """Return the transport of a checked mail URL: `file:` and an absolute folder, or a server as in `server_of`."""
    text = url.get_secret_value()
    if text.startswith(_FOLDER):
        return FolderTransport(Path(text.removeprefix(_FOLDER)))
    return SmtpTransport(server_of(url, password, ca_file, local_hostname, timeouts))

"""What settings say about mail: addresses and URLs, checked before anything enters a header or opens a socket.

A check's message reads after the value as the file has it, and never holds the value itself: that may be a secret.
"""

import re
from ipaddress import ip_address
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, SecretStr

from omen_cli.model.mail_address import is_address, mailbox

FOLDER_SCHEME = "file:"
_SMTP_SCHEMES = frozenset({"smtps", "smtp+starttls", "smtp"})
_APPRISE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://\S+")


def _checked_address(value: str) -> str:
    if not is_address(value):
        raise ValueError("is not a plain e-mail address; write one like owner@example.com, without a name")
    return value


def _checked_sender(value: str) -> str:
    if mailbox(value) is None:
        raise ValueError("is not a sender; write it like OMEN <reports@example.com>, odd names in double quotes")
    return value


def _checked_alert(value: SecretStr) -> SecretStr:
    url = value.get_secret_value()
    if url and _APPRISE.fullmatch(url) is None:
        raise ValueError("is not an Apprise URL; write one like mailto://… or discord://…")
    return value


def _checked_mail_url(value: SecretStr) -> SecretStr:
    url = value.get_secret_value()
    if url.startswith(FOLDER_SCHEME):
        if not url.startswith(f"{FOLDER_SCHEME}/") or url.startswith(f"{FOLDER_SCHEME}//"):
            raise ValueError("is not a folder; write file:FOLDER")
        return value
    try:
        parts = urlsplit(url)
        has_server = bool(parts.hostname) and parts.port != 0 and re.search(r"\s", url) is None
    except ValueError:
        raise ValueError("is not a URL; is the port a number, and is the password percent-encoded?") from None
    if parts.scheme not in _SMTP_SCHEMES:
        raise ValueError("has no scheme that omen knows; use file:FOLDER, smtps:// or smtp+starttls://")
    if not has_server or parts.path.strip("/") or parts.query or parts.fragment:
        raise ValueError("is not SCHEME://[USER:PASSWORD@]HOST[:PORT]; percent-encode odd characters in the password")
    return value


def is_loopback(host: str) -> bool:
    """Tell whether `host` is this machine: `localhost` or a loopback address; no name is looked up."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


Address = Annotated[str, AfterValidator(_checked_address)]
Sender = Annotated[str, AfterValidator(_checked_sender)]
MailUrl = Annotated[SecretStr, AfterValidator(_checked_mail_url)]
AlertUrl = Annotated[SecretStr, AfterValidator(_checked_alert)]

"""What settings say about mail: addresses and URLs, checked before anything enters a header or opens a socket.

A check's message reads after the value as the file has it, and never holds the value itself: that may be a secret.
"""

import re
from ipaddress import ip_address
from typing import Annotated
from urllib.parse import SplitResult, unquote_to_bytes, urlsplit

from pydantic import AfterValidator, SecretStr

from omen_cli.errors import InvalidArgument
from omen_cli.model.mail_address import is_address, mailbox
from omen_cli.model.safe_text import safe_text

FOLDER_SCHEME = "file:"
_SMTP_SCHEMES = frozenset({"smtps", "smtp+starttls", "smtp"})
_APPRISE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://\S+")
_MAX_SHOWN = 60
_MAX_URL = 500
_UNSUBSCRIBE = re.compile(r"(mailto:[!-~]+@[!-~]+|https://[!-~]+)")


def _checked_address(value: str) -> str:
    if not is_address(value):
        raise ValueError("is not a plain e-mail address; write one like owner@example.com, without a name")
    return value


def checked_recipient(text: str) -> str:
    """Return an address of the command line as it is, when a message can be sent to it.

    Raises:
        InvalidArgument: it is no plain ASCII address, such as owner@example.com.
    """
    if not is_address(text):
        shown = safe_text(text if len(text) <= _MAX_SHOWN else f"{text[:_MAX_SHOWN]}…")
        raise InvalidArgument(f"recipient '{shown}': not a plain e-mail address", hint=_address_advice(text))
    return text


def _address_advice(text: str) -> str:
    """Return what to write instead; for a domain with letters that ASCII lacks, the domain as mail servers know it."""
    local, at, domain = text.rpartition("@")
    if at and not domain.isascii():
        try:
            instead = f"{local}@{domain.encode('idna').decode()}"
        except UnicodeError:
            instead = ""
        if is_address(instead):
            return f"write its domain in ASCII: {instead}"
    return "write one like owner@example.com, without a name and without quotes"


def address_of(sender: str) -> str:
    """Return the plain address in a checked From header."""
    found = mailbox(sender)
    return found.address if found else sender


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
    _check_login(parts)
    if not has_server or parts.path.strip("/") or parts.query or parts.fragment:
        raise ValueError("is not SCHEME://[USER:PASSWORD@]HOST[:PORT]; percent-encode odd characters in the password")
    return value


def _check_login(parts: SplitResult) -> None:
    """Refuse what cannot be the login of a server: a password without user, or bytes that are no text."""
    if parts.password and not parts.username:
        raise ValueError("has a password and no user; write smtps://USER:PASSWORD@HOST")
    try:
        login = unquote_to_bytes(f"{parts.username or ''}{parts.password or ''}").decode()
    except UnicodeDecodeError:
        raise ValueError("has a user or password that is not UTF-8; percent-encode it as UTF-8") from None
    if any(ord(char) < 0x20 or ord(char) == 0x7F for char in login):
        raise ValueError("has a control character in its user or password; is it percent-encoded right?")


def _checked_unsubscribe(value: str) -> str:
    is_url = len(value) <= _MAX_URL and _UNSUBSCRIBE.fullmatch(value) is not None
    if not is_url or set("<>,") & set(value) or "=?" in value or (value[:1] == "h" and not urlsplit(value).hostname):
        raise ValueError("is not mailto:ADDRESS or an https:// URL; percent-encode commas and what is not ASCII")
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
Unsubscribe = Annotated[str, AfterValidator(_checked_unsubscribe)]
AlertUrl = Annotated[SecretStr, AfterValidator(_checked_alert)]

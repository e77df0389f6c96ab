"""What settings say about the dead-man switch: one URL, which is a secret.

The check's message never holds the value itself.
"""

from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, SecretStr


def _checked_ping_url(value: SecretStr) -> SecretStr:
    url = value.get_secret_value()
    if not url:
        return value
    try:
        parts = urlsplit(url)
        is_url = parts.scheme in ("https", "http") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_url = False
    if is_url and "@" in parts.netloc:
        raise ValueError(
            "holds a user or a password before its host, which no ping sends; put the secret into its path"
        )
    if not (is_url and url.isascii() and url.isprintable()) or " " in url or "?" in url or "#" in url:
        raise ValueError("is not an https:// URL to ping; write one like https://HOST/PATH, without ? and #")
    return value


PingUrl = Annotated[SecretStr, AfterValidator(_checked_ping_url)]

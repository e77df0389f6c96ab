"""What a server or the system said, as one harmless line that holds no secret."""

import ssl
from base64 import b64encode
from dataclasses import dataclass

from omen_cli.model.safe_text import safe_text

MAX_WORDS = 300
_MASK = b"***"


@dataclass(frozen=True)
class Reply:
    """A server's reply: its code, -1 when none came that is one; its words, code included, or the trouble instead."""

    code: int
    words: str

    @property
    def kind(self) -> int:
        """Return the code's first digit, 0 when there was no reply."""
        return self.code // 100 if self.code > 0 else 0


def secret_forms(user: str | None, password: str | None) -> tuple[bytes, ...]:
    """Return the spellings in which a login crosses the wire, the longest first: a server may echo any of them."""
    if not password:
        return ()
    plain = password.encode()
    whole = b"\0".join((b"", (user or "").encode(), plain))
    encoded = [b64encode(whole), b64encode(plain)]
    forms = {plain, whole, *encoded, *(form.rstrip(b"=") for form in encoded)}
    return tuple(sorted(forms, key=len, reverse=True))


def harmless(raw: bytes, secrets: tuple[bytes, ...]) -> str:
    """Return the bytes as one printable line of at most 300 characters, line ends as blanks, secrets masked."""
    for secret in secrets:
        raw = raw.replace(secret, _MASK)
    text = raw[: 4 * MAX_WORDS].decode("utf-8", "replace")
    return cut(" ".join(text.split()))


def cut(text: str, advice: str = "") -> str:
    """Return the text on one harmless line of at most 300 characters, the advice behind it whole."""
    room = MAX_WORDS - (len(advice) + 2 if advice else 0)
    shown = safe_text(text)
    shown = shown if len(shown) <= room else f"{shown[: room - 1]}…"
    return f"{shown}; {advice}" if advice else shown


def trouble(error: Exception) -> str:
    """Return what the system says of an error, without the numbers that only it understands."""
    if isinstance(error, TimeoutError) and not error.strerror:
        return "no answer in time"
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not accepted: {error.verify_message or error.reason}"
    if isinstance(error, ssl.SSLEOFError | ssl.SSLZeroReturnError):
        return "the server hung up"
    if isinstance(error, ssl.SSLError):
        return f"TLS failed: {(error.reason or str(error)).replace('_', ' ').lower()}"
    return getattr(error, "strerror", None) or str(error) or type(error).__name__

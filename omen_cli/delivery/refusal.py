"""What it means for a delivery when a server did not say what was hoped for."""

from collections.abc import Mapping

from omen_cli.delivery.verdict import Verdict
from omen_cli.delivery.words import Reply, cut

_ABOUT_THE_MESSAGE = frozenset({"mail", "rcpt", "data", "dot"})
_ABOUT_US = frozenset({530, 538})  # a login, or TLS, is asked for: RFC 4954, RFC 3207
_ADVICE: Mapping[str, str] = {
    "banner": "ask who runs the server whether it takes mail from this machine",
    "ehlo": "ask who runs the server whether it takes mail from this machine",
    "starttls": "use smtps:// when the server has it; omen does not go on in the clear",
    "auth": "check the user in mail.url and the password",
    "mail": "give mail.url a user and mail.password_file, or use smtp+starttls://",
}


def refused(phase: str, reply: Reply) -> Verdict:
    """Return the verdict on a reply that ends an attempt before the final dot."""
    if reply.kind == 5 and phase in _ABOUT_THE_MESSAGE and reply.code not in _ABOUT_US:
        return Verdict("failed", phase, reply.words)
    if reply.kind == 5 or (reply.kind and phase == "starttls"):
        return stopped(phase, reply.words, _ADVICE.get(phase, _ADVICE["mail"]))
    if reply.kind in (2, 3):
        return Verdict("queued", phase, cut(f"{reply.words}; the server is out of step"), is_retryable=True)
    return Verdict("queued", phase, cut(reply.words), is_retryable=True)


def stopped(phase: str, words: str, advice: str) -> Verdict:
    """Return the verdict where trying again does not help before somebody mended something."""
    return Verdict("queued", phase, cut(words, advice))

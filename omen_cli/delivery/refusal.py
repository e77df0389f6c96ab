"""What it means for a delivery when a server did not say what was hoped for."""

from collections.abc import Mapping
from dataclasses import dataclass

from omen_cli.delivery.verdict import Outcome, Verdict
from omen_cli.delivery.words import Reply, cut

_ABOUT_THE_MESSAGE = frozenset({"mail", "rcpt", "data", "dot"})
_ABOUT_US = frozenset({530, 538})  # a login, or TLS, is asked for: RFC 4954, RFC 3207
_ASK = "ask who runs the server whether it takes mail from this machine"
_ADVICE: Mapping[str, str] = {
    "banner": _ASK,
    "ehlo": _ASK,
    "starttls": "use smtps:// when the server has it; omen does not go on in the clear",
    "auth": "check the user in mail.url and the password",
}
_LOG_IN = "give mail.url a user and mail.password_file, or use smtp+starttls://"


@dataclass(frozen=True)
class Stop:
    """Why an attempt ends before the final dot; `advice` is what to do, "" where another try is all that there is."""

    outcome: Outcome
    phase: str
    words: str
    advice: str = ""
    is_retryable: bool = False

    @property
    def verdict(self) -> Verdict:
        """Return what the delivery is told."""
        return Verdict(self.outcome, self.phase, cut(self.words, self.advice), self.is_retryable)


def refused(phase: str, reply: Reply) -> Stop:
    """Return why a reply ends an attempt."""
    if reply.kind == 5 and phase in _ABOUT_THE_MESSAGE and reply.code not in _ABOUT_US:
        return Stop("failed", phase, reply.words)
    if reply.kind == 5 or (reply.kind and phase == "starttls"):
        return waiting(phase, reply.words, _ADVICE.get(phase, _LOG_IN))
    if reply.kind in (2, 3):
        return again(phase, f"{reply.words} (out of step)")
    return again(phase, reply.words)


def again(phase: str, words: str) -> Stop:
    """Return that nothing was accepted, and that another try may do."""
    return Stop("queued", phase, words, is_retryable=True)


def waiting(phase: str, words: str, advice: str) -> Stop:
    """Return that nothing was accepted, and that no try will do before somebody mended something."""
    return Stop("queued", phase, words, advice)

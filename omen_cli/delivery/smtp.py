"""SMTP, command by command: the one door to smtplib, of which nothing is taken that hides what a server said.

Neither `sendmail()`, which hides partial refusals, nor `with SMTP()`, which raises when QUIT is not answered 221: both
have made others send a message twice.
"""

import re
import smtplib
from time import monotonic

from omen_cli.delivery.opening import opening
from omen_cli.delivery.server import Server
from omen_cli.delivery.transaction import deliver
from omen_cli.delivery.verdict import BeforeData, Verdict
from omen_cli.delivery.wire import MAX_LINE_BYTES, Address, Tls, Wire
from omen_cli.delivery.words import Reply, harmless, secret_forms, trouble

_LINE = re.compile(rb"([2-5][0-9][0-9])(?:([ -])([^\r\n]*))?\r?\n")
_MAX_LINES = 100
_QUIT_S = 1.0
_NO_CODE = -1  # smtplib's own, for a reply that is none


class Conversation(smtplib.SMTP):
    """A dialogue with one server. Trouble is no exception here: from then on every reply is -1 and what went wrong."""

    def __init__(self, server: Server) -> None:
        super().__init__(local_hostname=server.local_hostname)
        self.server = server
        self.addresses: tuple[Address, ...] = ()
        self.banner = ""
        self.is_in_message = False  # DATA was accepted, and its final dot has no reply yet
        self.wire: Wire | None = None
        self._wait_s = server.timeouts.reply_s
        self._trouble = ""
        password = server.password.get_secret_value() if server.password else None
        self._secrets = secret_forms(server.user, password)

    def ask(self, command: str, arguments: str = "") -> Reply:
        """Send a command and return what is said to it."""
        return self.reply(*self.docmd(command, arguments))

    def greet(self) -> Reply:
        """Send EHLO and return what is said to it; what the server announces is in `esmtp_features`."""
        return self.reply(*self.ehlo(self.server.local_hostname))

    def announced(self, name: str) -> str:
        """Return what the server announced of a feature, harmless and without secrets: it may repeat what it heard."""
        return harmless(self.esmtp_features.get(name, "").encode("latin-1"), self._secrets)  # as smtplib decoded it

    def hear(self, wait_s: float) -> Reply:
        """Return the next reply; `wait_s` seconds are for all of it."""
        self._wait_s = wait_s
        code, said = self.getreply()
        self._wait_s = self.server.timeouts.reply_s
        return self.reply(code, said)

    def send(self, s: object) -> None:
        """Send a command, unless there is trouble; that the server speaks out of turn is trouble."""
        raw = s if isinstance(s, bytes) else str(s).encode("ascii")
        self._trouble = self._trouble or self.unasked()
        if self.wire is not None and not self._trouble:
            try:
                self.wire.send(raw, self._wait_s, self._wait_s)
            except OSError as error:
                self._trouble = trouble(error)

    def unasked(self) -> str:
        """Return why what is read next would be no reply to what is sent next; "" when all is well."""
        found = self.wire.unasked() if self.wire is not None else None
        if found is None:
            return "the server hung up"
        return f"the server spoke out of turn: {harmless(found, self._secrets)}" if found else ""

    def getreply(self) -> tuple[int, bytes]:
        """Return the code and the text of the next reply, -1 and the trouble when none comes that is one."""
        deadline = monotonic() + self._wait_s
        lines: list[bytes] = []
        codes: set[bytes] = set()
        try:
            while not self._trouble and self.wire is not None:
                line = self.wire.read_line(deadline)
                match = _LINE.fullmatch(line)
                self._trouble = _flaw(line, match, self._secrets)
                if match is None:
                    break
                codes.add(match[1])
                lines.append(match[3] or b"")
                if len(codes) > 1 or len(lines) > _MAX_LINES:
                    self._trouble = "the server sent a reply of several codes, or without end"
                elif match[2] != b"-":
                    return int(match[1]), b"\n".join(lines)
        except OSError as error:
            self._trouble = trouble(error)
        return _NO_CODE, (self._trouble or "there is no connection").encode()

    def tls(self) -> Tls | None:
        """Return what TLS agreed on; None in the clear."""
        return self.wire.tls() if self.wire is not None else None

    def hang_up(self) -> None:
        """Say QUIT and close; nobody waits for what the server thinks of it."""
        if self.wire is not None:
            if not (self._trouble or self.is_in_message):
                self._wait_s = _QUIT_S
                self.putcmd("QUIT")
            self.wire.close()
            self.wire = None

    def reply(self, code: int, said: bytes) -> Reply:
        """Return what smtplib made of a reply, harmless and without secrets."""
        prefix = b"" if code == _NO_CODE else b"%d " % code
        return Reply(code, harmless(prefix + said, self._secrets))


def _flaw(line: bytes, match: re.Match[bytes] | None, secrets: tuple[bytes, ...]) -> str:
    if match is not None:
        return ""
    if not line.endswith(b"\n"):
        return "the server sent a line without end" if len(line) >= MAX_LINE_BYTES else "the server hung up"
    return f"the server sent no reply of SMTP: {harmless(line, secrets)}"


class SmtpTransport:
    """Hands messages to one server, a connection for each."""

    leaves_machine = True

    def __init__(self, server: Server) -> None:
        self._server = server

    def send(
        self,
        message: bytes,
        sender: str,
        recipient: str,
        name: str,  # noqa: ARG002  a server does not file it
        before_data: BeforeData,
    ) -> Verdict:
        """Offer the message once, as Transport says."""
        conversation = Conversation(self._server)
        try:
            for _, step in opening(self._server):
                stop = step(conversation)
                if stop is not None:
                    return stop.verdict
            return deliver(conversation, message, sender, recipient, before_data)
        finally:
            conversation.hang_up()

"""An SMTP server that misbehaves in one phase of its dialogue, and counts what it accepted, by Message-ID.

    with Misbehaving() as server:
        server.plan("dot", "drop")            # how the connections from now on go
        … a client talks to 127.0.0.1:server.port …
        server.settle()                       # until the last connection has ended
        assert server.accepted["<1@omen>"] == 0

Started once, it takes any number of connections, each in a thread of its own; what hangs is released when the client
gives up. `security` is plain, starttls or tls; TLS needs a context.
"""

import re
import socket
import ssl
import struct
import threading
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from itertools import cycle

PHASES = ("banner", "ehlo", "starttls", "auth", "mail", "rcpt", "data", "body", "dot", "quit")
BEHAVIOURS = (
    "421",
    "451",
    "550",
    "garbage",
    "drop",
    "hang",
    "reset",
    "accept then drop",  # all went well, but the client is not told (the dot), or has it as the last word
    "accept then hang",
    "double",  # the reply, and the same once more
    "early",  # the reply, and behind it the one that the next step hopes for
    "two minds",  # a refusal for now, and behind it the reply of one who accepts
    "endless line",
    "endless lines",
    "drip",  # a byte now and then, and no end
)
GOOD = "good"
_REPLIES = {
    "banner": b"220 mail.example ESMTP\r\n",
    "ehlo": b"250-mail.example\r\n250-SIZE 10240000\r\n",  # and what else is announced
    "starttls": b"220 2.0.0 go ahead\r\n",
    "auth": b"235 2.7.0 welcome\r\n",
    "mail": b"250 2.1.0 ok\r\n",
    "rcpt": b"250 2.1.5 ok\r\n",
    "data": b"354 end with a dot\r\n",
    "body": b"250 2.0.0 early\r\n",
    "dot": b"250 2.0.0 accepted\r\n",
    "quit": b"221 2.0.0 bye\r\n",
}
_WORDS = {"421": b"4.3.2 closing down", "451": b"4.3.0 try later", "550": b"5.7.1 refused"}
_COMMANDS = {b"EHLO": "ehlo", b"STARTTLS": "starttls", b"AUTH": "auth", b"MAIL": "mail", b"RCPT": "rcpt", b"DATA": "data", b"QUIT": "quit"}  # fmt: skip
_MESSAGE_ID = re.compile(rb"^Message-ID:\s*(\S+)", re.IGNORECASE | re.MULTILINE)
_LINGER_NOT = struct.pack("ii", 1, 0)
_DRIP_S = 0.04


@dataclass(frozen=True)
class Script:
    """How one connection goes: well, but for one phase."""

    phase: str = "quit"
    behaviour: str = GOOD
    security: str = "plain"


class _OverError(Exception):
    """This connection has ended."""


class Misbehaving:
    """The server: its `port` on 127.0.0.1, and what it accepted."""

    def __init__(self, context: ssl.SSLContext | None = None) -> None:
        self.accepted: Counter[str] = Counter()
        self.commands: list[bytes] = []
        self.unfinished: list[bytes] = []  # messages whose final dot never came, with whatever came in its place
        self.script = Script()
        self._context = context
        self._open = 0
        self._changed = threading.Condition()
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.port: int = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> "Misbehaving":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(5)
        self.settle()

    def plan(self, phase: str, behaviour: str, security: str = "plain") -> None:
        """Let the connections from now on go so, when those before them have ended."""
        self.settle()
        self.script = Script(phase, behaviour, security)

    def settle(self, wait_s: float = 30) -> None:
        """Wait until every connection has ended: then what is counted is final."""
        with self._changed:
            assert self._changed.wait_for(lambda: self._open == 0, wait_s), "a connection did not end"

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with self._changed:
                self._open += 1
            dialogue = _Dialogue(self, connection, self.script, self._context)
            threading.Thread(target=self._run, args=(dialogue,), daemon=True).start()

    def _run(self, dialogue: "_Dialogue") -> None:
        try:
            dialogue.run()
        finally:
            with self._changed:
                self._open -= 1
                self._changed.notify_all()


class _Dialogue:
    """One connection and its script."""

    def __init__(
        self, server: Misbehaving, connection: socket.socket, script: Script, context: ssl.SSLContext | None
    ) -> None:
        self._server = server
        self._socket = connection
        self._script = script
        self._context = context
        self._held = b""
        self._is_secure = False
        connection.settimeout(300)
        if script.behaviour.endswith("stop reading"):
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def run(self) -> None:
        with suppress(_OverError, OSError):
            if self._script.security == "tls":
                self._secure()
            self._answer("banner")
            while True:
                self._command(self._line())
        with suppress(OSError):
            self._socket.close()

    def _command(self, line: bytes) -> None:
        self._server.commands.append(line)
        phase = _COMMANDS.get(line[:8].split()[0].upper() if line.strip() else b"", "")
        if not phase:
            self._send(b"250 2.0.0 ok\r\n")
            return
        self._answer(phase)
        if phase == "starttls":
            self._secure()
        if phase == "data":
            self._take_message()
        if phase == "quit":
            raise _OverError

    def _take_message(self) -> None:
        lines = [self._line()]
        if self._script.phase == "body":
            self._answer("body")
        try:
            while lines[-1] != b".\r\n":
                lines.append(self._line())
        except (_OverError, OSError):
            self._server.unfinished.append(b"".join(lines) + self._held)
            raise
        if self._script.phase == "body" and self._script.behaviour in _WORDS:
            self._answer("body")  # what was refused on the way is not accepted at its end
        else:
            self._answer("dot", b"".join(lines))

    def _answer(self, phase: str, message: bytes = b"") -> None:
        """Say what the script says in this phase; a message is accepted before a word is said about it."""
        behaviour = self._script.behaviour if phase == self._script.phase else GOOD
        if phase == "dot" and behaviour in (
            GOOD,
            "accept then drop",
            "accept then hang",
            "double",
            "early",
            "two minds",
            "drip",
        ):
            self._accept(message)
        reply = self._reply(phase)
        if behaviour == GOOD:
            if phase != "body":
                self._send(reply)
        elif behaviour in _WORDS:
            self._send(behaviour.encode() + b" " + _WORDS[behaviour] + b"\r\n")
            if behaviour == "421":
                raise _OverError
        elif behaviour.startswith("accept then"):
            if phase not in ("dot", "body"):
                self._send(reply)
            self._end(behaviour.removeprefix("accept then "))
        else:
            self._misbehave(phase, behaviour, reply)

    def _misbehave(self, phase: str, behaviour: str, reply: bytes) -> None:
        if behaviour == "double":
            self._send(reply if phase == "body" else reply + reply)
        elif behaviour == "early":
            self._send(reply + self._reply(PHASES[min(PHASES.index(phase) + 1, len(PHASES) - 1)]))
        elif behaviour == "two minds":
            self._send(b"451 4.3.0 try later\r\n" + reply)
        elif behaviour == "garbage":
            self._send(b"\x00\xffwhat is this\r\n")
        elif behaviour.startswith("endless"):
            while True:
                self._send(b"x" * 4096 if behaviour == "endless line" else b"250-and on\r\n" * 100)
        elif behaviour == "drip":
            for byte in cycle(b"250-still thinking\r\n"):
                self._send(bytes([byte]))
                time.sleep(_DRIP_S)
        else:
            self._end(behaviour)

    def _end(self, how: str) -> None:
        """Go silent until the client hangs up, or hang up first: politely, or with a reset."""
        if how == "hang":
            while self._socket.recv(65536):
                pass
        if how == "stop reading":
            time.sleep(8)
        if how == "reset":
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_NOT)
        raise _OverError

    def _accept(self, message: bytes) -> None:
        found = _MESSAGE_ID.search(message)
        self._server.accepted[found[1].decode() if found else ""] += 1

    def _reply(self, phase: str) -> bytes:
        if phase != "ehlo":
            return _REPLIES[phase]
        offers = self._script.security == "starttls" and not self._is_secure
        return _REPLIES["ehlo"] + (b"250-STARTTLS\r\n" if offers else b"") + b"250 AUTH PLAIN LOGIN\r\n"

    def _secure(self) -> None:
        assert self._context is not None, "TLS needs a context"
        self._socket = self._context.wrap_socket(self._socket, server_side=True)
        self._held, self._is_secure = b"", True

    def _send(self, raw: bytes) -> None:
        self._socket.sendall(raw)

    def _line(self) -> bytes:
        while b"\n" not in self._held:
            more = self._socket.recv(65536)
            if not more:
                raise _OverError
            self._held += more
        line, _, self._held = self._held.partition(b"\n")
        return line + b"\n"

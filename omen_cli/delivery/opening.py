"""Everything before the first message: each step says why it ends there, or None when the next may follow."""

import ssl
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping
from hmac import digest
from ipaddress import ip_address
from typing import TYPE_CHECKING

from omen_cli.delivery.refusal import Stop, again, refused, waiting
from omen_cli.delivery.server import Server, tls_context
from omen_cli.delivery.wire import connected, resolved
from omen_cli.delivery.words import Reply, trouble

if TYPE_CHECKING:
    from omen_cli.delivery.smtp import Conversation

Step = Callable[["Conversation"], Stop | None]
_IN_THE_CLEAR = "the password would cross the network in the clear"


def opening(server: Server) -> tuple[tuple[str, Step], ...]:
    """Return the steps that lead to MAIL, in their order; a `starttls` is required, never optional."""
    talk: tuple[tuple[str, Step], ...] = (("banner", _hear_banner), ("ehlo", _greet))
    if server.scheme == "smtps":
        talk = (("tls", _secure), *talk)
    if server.scheme == "smtp+starttls":
        talk = (*talk, ("tls", _start_tls))
    login: tuple[tuple[str, Step], ...] = (("auth", _log_in),) if server.user else ()
    return (("resolve", _resolve), ("connect", _connect), *talk, *login)


def _resolve(conversation: "Conversation") -> Stop | None:
    server = conversation.server
    try:
        conversation.addresses = resolved(server.host, server.port)
    except (OSError, UnicodeError) as error:
        return again("connect", f"{server.host}: {trouble(error)}")
    return None


def _connect(conversation: "Conversation") -> Stop | None:
    server = conversation.server
    try:
        conversation.wire = connected(conversation.addresses, server.timeouts.connect_s)
    except OSError as error:
        return again("connect", f"{server.name}: {trouble(error)}")
    return None


def _secure(conversation: "Conversation") -> Stop | None:
    """Shake hands; what is wrong with the certificate, or with TLS itself, does not mend itself within a minute."""
    server = conversation.server
    phase = "connect" if server.scheme == "smtps" else "starttls"
    try:
        context = tls_context(server.ca_file)
    except OSError as error:
        return waiting(phase, f"mail.ca_file: {trouble(error)}", "name a PEM file with the authority's certificate")
    try:
        if conversation.wire is not None:
            conversation.wire.start_tls(context, server.host, server.timeouts.connect_s)
    except (ssl.SSLEOFError, ssl.SSLZeroReturnError, ssl.SSLSyscallError, TimeoutError) as error:
        return again(phase, f"{server.name}: TLS: {trouble(error)}")
    except ssl.SSLCertVerificationError as error:
        advice = "use the name that the certificate has, or name its authority in mail.ca_file"
        return waiting(phase, f"{server.name}: {trouble(error)}", advice)
    except (ssl.SSLError, ValueError) as error:
        return waiting(phase, f"{server.name}: {trouble(error)}", "is this the port, and the scheme, of the server?")
    except OSError as error:
        return again(phase, f"{server.name}: TLS: {trouble(error)}")
    return None


def _hear_banner(conversation: "Conversation") -> Stop | None:
    reply = conversation.hear(conversation.server.timeouts.reply_s)
    conversation.banner = reply.words
    return None if reply.code == 220 else refused("banner", reply)


def _greet(conversation: "Conversation") -> Stop | None:
    reply = conversation.greet()
    return None if reply.code == 250 else refused("ehlo", reply)


def _start_tls(conversation: "Conversation") -> Stop | None:
    """Go on under TLS, or end: before a login, and without anything that was said in the clear."""
    if not conversation.has_extn("starttls"):
        reply = Reply(502, "the server does not offer STARTTLS")
    else:
        reply = conversation.ask("STARTTLS")
    if reply.code != 220:
        return refused("starttls", reply)
    if early := conversation.unasked():
        return waiting("starttls", early, "somebody may have put words into the connection; omen does not go on")
    return _secure(conversation) or _greet(conversation)


def _log_in(conversation: "Conversation") -> Stop | None:
    server = conversation.server
    if conversation.wire is None or not (conversation.tls() or ip_address(conversation.wire.peer).is_loopback):
        return waiting("auth", _IN_THE_CLEAR, "use smtps:// or smtp+starttls://, or leave the user out of mail.url")
    offered = conversation.esmtp_features.get("auth", "").upper().split()
    ways = [way for way in _WAYS if way in offered]
    if not ways:
        known, found = ", ".join(_WAYS), conversation.announced("auth") or "no login"
        return waiting("auth", f"the server offers {found}", f"omen knows {known}; leave the user out of mail.url?")
    reply = _WAYS[ways[0]](conversation, server.user or "", _password(server))
    return None if reply.code == 235 else refused("auth", reply)


def _password(server: Server) -> str:
    return server.password.get_secret_value() if server.password else ""


def _plain(conversation: "Conversation", user: str, password: str) -> Reply:
    token = _base64(f"\0{user}\0{password}")
    return conversation.ask("AUTH", f"PLAIN {token}")


def _login(conversation: "Conversation", user: str, password: str) -> Reply:
    reply = conversation.ask("AUTH", "LOGIN")
    for word in (user, password):
        if reply.code != 334:
            return reply
        reply = conversation.ask(_base64(word))
    return reply


def _cram_md5(conversation: "Conversation", user: str, password: str) -> Reply:
    code, challenge = conversation.docmd("AUTH", "CRAM-MD5")
    if code != 334:
        return conversation.reply(code, challenge)
    try:
        question = b64decode(challenge)
    except ValueError:
        return Reply(501, "the server's question is not base64")
    proof = digest(password.encode(), question, "md5").hex()
    return conversation.ask(_base64(f"{user} {proof}"))


def _base64(text: str) -> str:
    return b64encode(text.encode()).decode()


_WAYS: Mapping[str, Callable[["Conversation", str, str], Reply]] = {
    "PLAIN": _plain,
    "LOGIN": _login,
    "CRAM-MD5": _cram_md5,
}

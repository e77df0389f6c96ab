"""What the mail server itself says, step by step, worded for the doctor."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from omen_cli.delivery.probe import Probed, probe, step_names
from omen_cli.delivery.server import Server
from omen_cli.delivery.wire import Tls
from omen_cli.model.counted import counted
from omen_cli.workflows.doctor_check import Check, not_tried

_WARN_DAYS = 14
_STEPS: Mapping[str, str] = {"resolve": "name", "connect": "connection", "auth": "login"}
_FIXES: Mapping[str, str] = {
    "resolve": "correct the host in mail.url; does this machine have a network and a name server?",
    "connect": "correct the port in mail.url; does a firewall, or the provider, block it?",
    "tls": "is this the port for the scheme? smtps:// is 465, smtp+starttls:// 587",
    "banner": "is this the port for the scheme? smtps:// is 465, smtp+starttls:// 587",
    "auth": "try again; when it stays so, ask who runs the server",
    "sender": "ask who runs the server whether mail.from may be used there",
}
_AGAIN = "try again; when it stays so, ask who runs the server"


def server_steps(server: Server) -> tuple[str, ...]:
    """Return the names of the steps, in their order."""
    return tuple(_STEPS.get(name, name) for name in step_names(server))


def server_checks(server: Server, sender: str, at: datetime) -> Iterator[Check]:
    """Yield what each step found, up to MAIL; those behind one that failed are not tried.

    Args:
        server: where to go.
        sender: the address that MAIL says.
        at: the time, aware, by which certificates are judged.
    """
    for probed in probe(server, sender):
        step = _STEPS.get(probed.name, probed.name)
        if not probed.is_tried:
            yield not_tried(step)
        elif probed.stop is not None:
            yield Check("failed", step, probed.stop.words, probed.stop.advice or _FIXES.get(probed.name, _AGAIN))
        elif probed.tls is not None:
            yield _tls_check(step, probed.tls, probed.found, at)
        else:
            yield Check("ok", step, _found(probed, sender))


def _found(probed: Probed, sender: str) -> str:
    if probed.name == "sender":
        return f"{sender} may send; no message was sent"
    return probed.found or ("accepted" if probed.name == "auth" else "nothing of use to omen is announced")


def _tls_check(step: str, tls: Tls, announced: str, at: datetime) -> Check:
    days = (tls.expires - at).days
    then = f"; then {announced}" if announced else ""
    found = f"{tls.version}, certificate of {tls.subject} verified, {counted(days, 'day')} left{then}"
    if days < _WARN_DAYS:
        return Check("warning", step, found, f"renew the certificate before {tls.expires:%Y-%m-%d}")
    return Check("ok", step, found)

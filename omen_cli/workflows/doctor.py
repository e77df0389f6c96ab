"""What sending needs, looked at step by step: what was found, and what to do. Nothing is sent, nothing written."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from omen_cli.config.mail import is_loopback
from omen_cli.config.settings import Settings, StoreSettings
from omen_cli.delivery.folder import folder_problem
from omen_cli.delivery.server import Server, Timeouts, server_of
from omen_cli.errors import ConfigInvalid
from omen_cli.model.counted import counted
from omen_cli.workflows.doctor_check import Check, not_tried
from omen_cli.workflows.doctor_server import server_checks, server_steps
from omen_cli.workflows.mail_password import password_of
from omen_cli.workflows.sender import sender_address, sender_domain, sender_of
from omen_cli.workflows.transport import check_folder

_TIMEOUTS = Timeouts(connect_s=15, reply_s=30)
_RESERVED = ("example.com", "example.org", "example.net", "example", "invalid", "test", "localhost", "local")


@dataclass(frozen=True)
class Examined:
    """What was looked at, in order; `note` is what omen cannot see, and whose job it is."""

    checks: tuple[Check, ...]
    note: str

    @property
    def failed(self) -> tuple[Check, ...]:
        """Return the checks that failed."""
        return tuple(check for check in self.checks if check.outcome == "failed")


def examine_mail(settings: Settings, at: datetime, stores: Iterable[StoreSettings]) -> Examined:
    """Look at everything that a message needs on its way, up to the server's word that it may be sent.

    Args:
        settings: of the installation.
        at: now, aware.
        stores: whose recipients are looked at, too.
    """
    local = tuple(_local_checks(settings))
    remote: tuple[Check, ...] = ()
    if settings.mail.folder is None:
        has_failed = any(check.outcome == "failed" for check in local)
        steps = server_steps(_named_server(settings))
        remote = tuple(map(not_tried, steps)) if has_failed else _ask_server(settings, at)
    recipients = tuple(map(_recipients_of, stores))
    return Examined((*local, *remote, *recipients), _note(settings))


def _named_server(settings: Settings) -> Server:
    """Return the server as mail.url names it, without what it takes to log in there."""
    return server_of(settings.mail.url, None, None, "", _TIMEOUTS)


def _ask_server(settings: Settings, at: datetime) -> tuple[Check, ...]:
    mail = settings.mail
    server = server_of(mail.url, password_of(mail), mail.ca_file, sender_domain(settings), _TIMEOUTS)
    return tuple(server_checks(server, sender_address(settings), at))


def _local_checks(settings: Settings) -> Iterator[Check]:
    """Yield what can be seen without the network."""
    yield from _folder_checks(settings) if settings.mail.folder is not None else _url_checks(settings)
    try:
        yield _sender_check(sender_of(settings), sender_domain(settings), is_checked=not _stays_here(settings))
    except ConfigInvalid as error:
        yield Check.of_error("from", error)
    if settings.mail.list_unsubscribe:
        yield Check("ok", "list_unsubscribe", settings.mail.list_unsubscribe)
    else:
        fix = "set mail.list_unsubscribe to mailto:ADDRESS or an https:// URL: large providers ask for it"
        yield Check("warning", "list_unsubscribe", "not set", fix)


def _folder_checks(settings: Settings) -> Iterator[Check]:
    folder = settings.mail.folder
    if folder is None:
        return
    try:
        check_folder(settings)
    except ConfigInvalid as error:
        yield Check.of_error("url", error)
        return
    problem = folder_problem(folder)
    if problem:
        yield Check("failed", "folder", problem, "mend its permissions, or name another folder in mail.url")
        return
    fix = "set mail.url to smtps:// or smtp+starttls:// to send for real"
    yield Check("warning", "url", f"the folder {folder}: nothing leaves this machine", fix)
    yield Check("ok", "folder", "can be written" if folder.is_dir() else "can be made")


def _url_checks(settings: Settings) -> Iterator[Check]:
    mail = settings.mail
    server = _named_server(settings)
    login = "with a login" if server.user else "without a login"
    if server.scheme == "smtp" and not is_loopback(server.host):
        fix = "use smtps:// or smtp+starttls://: anybody on the way can read the messages"
        yield Check("warning", "url", f"smtp to {server.name} in the clear, {login}", fix)
    else:
        yield Check("ok", "url", f"{server.scheme} to {server.name}, {login}")
    if server.user:
        where = str(mail.password_file) if mail.password_file else "in mail.url"
        try:
            password_of(mail)
            yield Check("ok", "password", where)
        except ConfigInvalid as error:
            yield Check.of_error("password", error)


def _sender_check(sender: str, domain: str, *, is_checked: bool) -> Check:
    labels = domain.casefold().split(".")
    is_reserved = any(domain.casefold() == name or domain.casefold().endswith(f".{name}") for name in _RESERVED)
    if is_checked and (is_reserved or len(labels) < 2):
        fix = "use an address of a domain of yours that the relay may send for"
        return Check("warning", "from", f"{sender}: {domain} is nobody's domain", fix)
    return Check("ok", "from", sender)


def _recipients_of(store: StoreSettings) -> Check:
    step = f"recipients of {store.store_id}"
    if not store.recipients:
        return Check("warning", step, "none", f"add recipients: [ADDRESS] to the store {store.store_id}")
    return Check("ok", step, f"{counted(len(store.recipients), 'recipient')}: {', '.join(store.recipients)}")


def _stays_here(settings: Settings) -> bool:
    return settings.mail.folder is not None or is_loopback(_named_server(settings).host)


def _note(settings: Settings) -> str:
    what = "SPF and DKIM are the relay's job, and omen cannot see them"
    if _stays_here(settings):
        return f"{what}: check them for the domain of mail.from before messages leave this machine"
    try:
        return f"{what}: ask whoever runs it about the domain {sender_domain(settings)}"
    except ConfigInvalid:
        return f"{what}: ask whoever runs it about the domain of mail.from"

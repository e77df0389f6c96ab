"""The story of the messages of a snapshot: to whom, in which state, with which answer, and who has none and why."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from omen_cli.archive.archive import Archive
from omen_cli.archive.deliveries import deliveries_of
from omen_cli.archive.ledger import Event, read_ledger
from omen_cli.config.settings import Settings, StoreSettings
from omen_cli.model.counted import counted
from omen_cli.model.delivery import delivery_key
from omen_cli.model.snapshot import Entry
from omen_cli.workflows.anew import only_kept
from omen_cli.workflows.arrival_unsent import why_unsent
from omen_cli.workflows.deliveries import Listed, list_deliveries
from omen_cli.workflows.doctor_check import Check, Outcome
from omen_cli.workflows.due import due_of
from omen_cli.workflows.local_time import at_the_store
from omen_cli.workflows.offers import Offer, offers_of
from omen_cli.workflows.retries import is_named, next_try, retry_of
from omen_cli.workflows.undelivered import undelivered


@dataclass(frozen=True)
class Mailed:
    """A snapshot with its messages; `offer` is what `omen run` would do about it now, None when it leaves it alone.

    `events` are what the audit says of its messages; `kept` says why `omen run` sends it to nobody new, "" when it
    does; `is_folder` tells that messages go into a folder. `only_kept` are the keys of those that went only into one,
    though there is a server now: nobody has them.
    """

    store: StoreSettings
    entry: Entry
    listed: tuple[Listed, ...]
    events: Sequence[Event]
    offer: Offer | None
    kept: str
    at: datetime
    is_folder: bool
    only_kept: frozenset[str]


def mailed_of(settings: Settings, archive: Archive, entry: Entry, at: datetime) -> Mailed:
    """Return a snapshot with its messages, as they stand at `at`.

    Raises:
        ArchiveDamaged: the tree is not ours to touch.
    """
    store = settings.store(entry.store_id)
    due = due_of(archive, store, at, settings.limits.catch_up)
    return Mailed(
        store,
        entry,
        list_deliveries(archive, entry, ()),
        read_ledger(archive.layout.audit_dir, is_tolerant=True).deliveries.get(entry.id, ()),
        next((one for one in offers_of(archive, due, settings) if one.entry.id == entry.id), None),
        why_unsent(archive, entry, due, has_server=settings.mail.folder is None),
        at,
        settings.mail.folder is not None,
        only_kept(settings, archive.layout, deliveries_of(archive.layout, entry.id)),
    )


def delivery_checks(mailed: Mailed) -> Iterator[Check]:
    """Yield a line for each message, and one for each recipient who has none."""
    store = mailed.store
    if not store.recipients:
        fix = f"add recipients: [ADDRESS] to the store {store.store_id}; the next omen run sends it"
        yield Check("failed", "recipients", "none: it is sent to nobody", fix)
    if mailed.is_folder:
        fix = "set mail.url to smtps:// or smtp+starttls:// to send for real"
        yield Check("warning", "mail", "messages go into a folder: nothing leaves this machine", fix)
    by_key = {one.key: one for one in mailed.listed}
    own = {delivery_key(store.store_id, mailed.entry.id, one): one for one in store.recipients}
    for key, recipient in own.items():
        yield _message(mailed, by_key[key], is_own=True) if key in by_key else _missing(mailed, recipient)
    for key, one in by_key.items():
        if key not in own:
            yield _message(mailed, one, is_own=False)


def _message(mailed: Mailed, one: Listed, *, is_own: bool) -> Check:
    """Return how one message stands, with the server's last word."""
    step = f"to {one.recipient}"
    when = f" at {at_the_store(one.at, mailed.store.timezone)}" if one.at else ""
    reply = f"; the server's last word: {one.reply}" if one.reply else ""
    if one.key in mailed.only_kept:
        return _in_folder(mailed, one, when)
    if one.state == "sent":
        return Check("ok", step, f"sent{when}{reply}; Message-ID {one.message_id}")
    if one.state == "queued":
        return _queued(mailed, one, f"put off{when}, {_tries(one)}{reply}", is_own=is_own)
    found = f"{one.state}{when}, {_tries(one)}{reply}; Message-ID {one.message_id}"
    if one.state == "sending":
        fix = "wait a moment; when its sender died, the next omen run or omen send says that nobody knows"
        return Check("failed", step, found, fix)
    return Check("failed", step, found, _fix(mailed.entry, one, one.state))


def _in_folder(mailed: Mailed, one: Listed, when: str) -> Check:
    """Return that a message is only in a folder; who is no recipient any more is not waited for."""
    entry, step = mailed.entry, f"to {one.recipient}"
    fix = f"omen send --store {entry.store_id} --snapshot {entry.id} --to {one.recipient}"
    if mailed.offer is not None and one.recipient in mailed.offer.to:
        fix = f"the next omen run sends it; or {fix}"
    outcome: Outcome = "failed" if one.recipient in mailed.store.recipients else "warning"
    return Check(outcome, step, f"only kept in a folder{when}: no mail server took it", fix)


def _queued(mailed: Mailed, one: Listed, found: str, *, is_own: bool) -> Check:
    step, entry = f"to {one.recipient}", mailed.entry
    again = f"omen send --store {entry.store_id} --snapshot {entry.id}"
    if not is_own and not is_named(mailed.events, one.key):
        return Check("warning", step, f"{found}; no recipient of the store any more", f"{again} --to {one.recipient}")
    if mailed.offer is None:
        return Check("failed", step, f"{found}; omen run does not look after it", f"{again} --only-failed")
    if retry_of(mailed.events, one.key, mailed.at) == "given up":
        return Check("failed", step, f"{found}; given up after three days", _fix(entry, one, "given up"))
    then = next_try(mailed.events, one.key)
    when = f"after {at_the_store(then, mailed.store.timezone)}" if then and then > mailed.at else "now"
    return Check("failed", step, found, f"the first omen run {when} offers it again; or {again} --only-failed")


def _missing(mailed: Mailed, recipient: str) -> Check:
    """Return why a recipient of the store has no message of it."""
    entry, step = mailed.entry, f"to {recipient}"
    send = f"omen send --store {entry.store_id} --snapshot {entry.id}"
    if mailed.offer is not None and recipient in mailed.offer.to:
        since = ": added since the others got it?" if mailed.listed else ""
        return Check(
            "failed", step, f"no message yet{since}", f"the next omen run sends it; or {send} --to {recipient}"
        )
    fix = f"{send} --to {recipient}"
    if entry.status == "held":
        fix += " --allow-held --reason TEXT"
    return Check("failed", step, f"no message: {mailed.kept or 'omen run leaves it to a person'}", fix)


def _tries(one: Listed) -> str:
    return f"offered {counted(one.tries, 'time')}"


def _fix(entry: Entry, one: Listed, state: str) -> str:
    error = undelivered(entry, one.key, one.recipient, state, one.reply or "").error
    return str(getattr(error, "hint", ""))

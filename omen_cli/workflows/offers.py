"""Which snapshot `run` offers to whom: the newest of each timeframe to those who have none, and what was put off."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from omen_cli.archive.archive import Archive
from omen_cli.archive.deliveries import deliveries_of
from omen_cli.archive.glance import Glance
from omen_cli.archive.ledger import Event, message_events
from omen_cli.archive.marks import tells
from omen_cli.config.settings import Settings
from omen_cli.model.delivery import DONE, delivery_key
from omen_cli.model.ids import SnapshotId
from omen_cli.model.snapshot import Entry
from omen_cli.workflows.anew import only_kept
from omen_cli.workflows.corrected import is_correction
from omen_cli.workflows.due import StoreDue, made_at
from omen_cli.workflows.retries import is_named, last_reply, retry_of
from omen_cli.workflows.run_generate import held
from omen_cli.workflows.terms import told_of
from omen_cli.workflows.tick import Trouble
from omen_cli.workflows.undelivered import not_sent, undelivered

LOOKED_AT = timedelta(days=7)  # what was made before that is a person's, whatever became of it


@dataclass(frozen=True)
class Offer:
    """One snapshot, to whom it is to be offered now, and what is wrong with its deliveries.

    `to` has those, too, to whom nothing is sent, of whose message something is still to be recorded.
    `is_waiting` tells whether a message did not go out yet, whether or not it is offered now.
    """

    entry: Entry
    to: tuple[str, ...]
    troubles: tuple[Trouble, ...] = ()
    is_waiting: bool = False


def offers_of(archive: Archive, due: StoreDue, settings: Settings) -> Iterator[Offer]:
    """Yield what is to be looked after; a reader. Where everybody has everything, names and a glance tell it.

    What of the newest only went into a folder goes out when there is a server, as `omen send` has it.

    Raises:
        ArchiveDamaged: the tree is not ours to touch.
    """
    glance = Glance(archive.layout)
    for identity, is_newest in _candidates(due):
        looked_at = _Looked(archive, due, identity, settings, is_newest=is_newest)
        if is_newest and looked_at.has_server and glance.may_have_kept(made_at(identity)):
            looked_at.forget(only_kept(settings, archive.layout, looked_at.there))
        if looked_at.is_quiet() and glance.are_sent(identity, looked_at.keys):
            continue
        entry = archive.find_id(str(identity))
        if entry is not None and not (entry.superseded_by or entry.provisional or entry.created_via == "migrate"):
            yield looked_at.offer(entry)


def _candidates(due: StoreDue) -> Iterator[tuple[SnapshotId, bool]]:
    for frame in due.frames:
        newest = frame.newest_id()
        for one in frame.final:
            if one == newest or due.at - made_at(one) < LOOKED_AT:
                yield one, one == newest


class _Looked:
    """One snapshot, as the names of its messages tell of it."""

    def __init__(self, of: Archive, due: StoreDue, identity: SnapshotId, by: Settings, *, is_newest: bool) -> None:
        self._archive, self._due, self._id = of, due, str(identity)
        self._is_newest, self.has_server = is_newest, by.mail.folder is None
        self.there = deliveries_of(of.layout, self._id)
        self._states = {one.key: one.state for one in self.there}
        self._kept: frozenset[str] = frozenset()
        self._recipients = {delivery_key(due.store.store_id, self._id, one): one for one in due.store.recipients}

    @property
    def keys(self) -> Iterable[str]:
        """Return the keys of its messages."""
        return self._states.keys()

    def forget(self, kept: frozenset[str]) -> None:
        """Take it that nobody has these messages: they only went into a folder."""
        self._kept = kept & self._recipients.keys()
        self._states = {key: state for key, state in self._states.items() if key not in self._kept}

    def is_quiet(self) -> bool:
        """Tell whether nothing is to be said or done: every message of it was sent."""
        is_whole = not self._is_newest or self._recipients.keys() <= self._states.keys()
        return is_whole and all(state == "sent" for state in self._states.values())

    def offer(self, entry: Entry) -> Offer:
        """Return to whom it is to be offered, given its entry."""
        if entry.status == "held":  # what a person sent all the same is that person's
            return Offer(entry, (), (held(entry),) if self._is_newest else ())
        own = self._events(entry)
        queued = [key for key in self._states if self._states[key] == "queued" and self._is_for(key, own)]
        retries = {key: retry_of(own, key, self._due.at) for key in queued}
        without = self._without(entry)
        is_a_persons = bool(without) and is_correction(self._archive, entry, has_server=self.has_server)
        fresh = () if is_a_persons else without
        again = [*(key for key, retry in retries.items() if retry == "now"), *self._unrecorded(entry)]
        to = (*fresh, *filter(None, (self._name(entry, key) for key in again)))
        given_up = [key for key, retry in retries.items() if retry == "given up"]
        troubles = [*self._troubles(entry, given_up, own), *([not_sent(entry, len(without))] if is_a_persons else ())]
        return Offer(entry, tuple(dict.fromkeys(to)), tuple(troubles), is_waiting=bool(fresh or retries))

    def _is_for(self, key: str, events: Sequence[Event]) -> bool:
        """Tell whether a queued message goes on: not to whom was taken out of the recipients since it was queued."""
        return key in self._recipients or is_named(events, key)

    def _events(self, entry: Entry) -> Sequence[Event]:
        """Return what the audit says of its messages; of no interest, and not read, where all were sent."""
        if all(state == "sent" for state in self._states.values()):
            return ()
        return message_events(self._archive.layout.audit_dir, entry.id, is_tolerant=True)

    def _unrecorded(self, entry: Entry) -> list[str]:
        """Return the messages whose sender died, and those of whose state the index does not know."""
        is_told = tells(entry, self.there)
        return [key for key, state in self._states.items() if state == "sending" or not (is_told or state == "queued")]

    def _without(self, entry: Entry) -> tuple[str, ...]:
        """Return the store's recipients who have no message of it; none where it is not the newest."""
        if not self._is_newest:
            return ()
        found = (key for key in self._recipients if key not in self._states)
        return tuple(self._recipients[key] for key in found if key in self._kept or _is_new(entry, key))

    def _name(self, entry: Entry, key: str) -> str | None:
        told = told_of(entry, key)
        return told.recipient if told else self._recipients.get(key)

    def _troubles(self, entry: Entry, given_up: Sequence[str], events: Sequence[Event]) -> Iterator[Trouble]:
        states: Mapping[str, str] = self._states | dict.fromkeys(given_up, "given up")
        for key, state in states.items():
            if state in ("failed", "unknown", "given up"):
                who, reply = self._name(entry, key) or key[:12], last_reply(events, key)
                yield undelivered(entry, key, who, state, reply)


def _is_new(entry: Entry, key: str) -> bool:
    """Tell whether the entry knows of no message that may have arrived, whose file is gone."""
    told = told_of(entry, key)
    return told is None or told.state not in DONE

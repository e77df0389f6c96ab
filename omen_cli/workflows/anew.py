"""Which messages are to be made anew: nobody outside has them, and they are not what would be sent now."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass

from omen_cli.archive.audit import SENT
from omen_cli.archive.deliveries import Delivery
from omen_cli.archive.layout import Layout
from omen_cli.archive.ledger import message_events
from omen_cli.archive.messages import try_addressed
from omen_cli.config.settings import Settings
from omen_cli.delivery.verdict import KEPT
from omen_cli.errors import ConfigInvalid
from omen_cli.workflows.sender import sender_address


@dataclass(frozen=True)
class Anew:
    """Keys of deliveries. `kept`: sent by their state, but only into a folder, and there is a server now.

    `from_another`: frozen with another sender than `mail.from` is now; a server may refuse that one for ever.
    """

    kept: frozenset[str] = frozenset()
    from_another: frozenset[str] = frozenset()


NOTHING_ANEW = Anew()


def anew(settings: Settings, layout: Layout, there: Iterable[Delivery]) -> Anew:
    """Return which of the deliveries of a snapshot these are; reads the audit when some were sent by a server."""
    there = tuple(there)
    return Anew(only_kept(settings, layout, there), _from_another(settings, layout, there))


def only_kept(settings: Settings, layout: Layout, there: Iterable[Delivery]) -> frozenset[str]:
    """Return those of a snapshot's deliveries that went only into a folder, though there is a server now."""
    sent = [one for one in there if one.state == "sent"]
    if settings.mail.folder is not None or not sent:
        return frozenset()
    events = message_events(layout.audit_dir, sent[0].snapshot_id, is_tolerant=True)
    last = {str(event.get("key")): str(event.get("reply")) for event in events if event.get("event") == SENT}
    return frozenset(one.key for one in sent if last.get(one.key, "").startswith(f"{KEPT}: "))


def _from_another(settings: Settings, layout: Layout, there: tuple[Delivery, ...]) -> frozenset[str]:
    with suppress(ConfigInvalid):
        now = sender_address(settings)
        about = {one.key: try_addressed(layout, one) for one in there}
        return frozenset(key for key, found in about.items() if found and found.sender != now)
    return frozenset()

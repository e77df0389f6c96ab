"""Which messages were only put into a folder so far: once there is a mail server, they are yet to be sent."""

from collections.abc import Iterable

from omen_cli.archive.audit import SENT
from omen_cli.archive.deliveries import Delivery
from omen_cli.archive.layout import Layout
from omen_cli.archive.ledger import read_ledger
from omen_cli.config.settings import Settings
from omen_cli.delivery.verdict import KEPT


def only_kept(settings: Settings, layout: Layout, there: Iterable[Delivery]) -> frozenset[str]:
    """Return the keys of the deliveries that are sent by their state, and never left this machine.

    None where messages go into a folder now, too. Reads the audit, when anything was sent at all.
    """
    sent = [one for one in there if one.state == "sent"]
    if settings.mail.folder is not None or not sent:
        return frozenset()
    events = read_ledger(layout.audit_dir, is_tolerant=True).deliveries.get(sent[0].snapshot_id, ())
    last = {str(event.get("key")): str(event.get("reply")) for event in events if event.get("event") == SENT}
    return frozenset(one.key for one in sent if last.get(one.key, "").startswith(f"{KEPT}: "))

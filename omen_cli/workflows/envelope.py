"""What is on the envelope of a store's message."""

from datetime import datetime
from zoneinfo import ZoneInfo

from omen_cli.config.settings import Settings, StoreSettings
from omen_cli.model.delivery import message_id
from omen_cli.model.letter import Envelope
from omen_cli.workflows.sender import sender_domain, sender_of


def envelope_of(settings: Settings, store: StoreSettings, recipient: str, key: str, at: datetime) -> Envelope:
    """Return what is on the envelope of a message of this store.

    Raises:
        ConfigInvalid: the settings do not say from whom.
    """
    sender = sender_of(settings)
    domain = sender_domain(settings)
    return Envelope(
        sender=sender,
        recipient=recipient,
        message_id=message_id(key, domain),
        date=at.astimezone(ZoneInfo(store.timezone)),
        list_id=f"<{store.store_id.lower()}.omen.{domain}>",
        list_unsubscribe=settings.mail.list_unsubscribe,
    )

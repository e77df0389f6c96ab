"""What is told of a message that did not arrive for certain."""

from omen_cli.errors import DeliveryFailed, DeliveryUnknown
from omen_cli.model.counted import counted
from omen_cli.model.snapshot import Entry
from omen_cli.workflows.tick import Trouble

NOT_SENT = "not sent"


def not_sent(entry: Entry, count: int) -> Trouble:
    """Return that a version which only a person may send was not sent yet to so many recipients."""
    about = f"{entry.store_id} {entry.timeframe} {entry.as_of_date}"
    error = DeliveryFailed(
        f"{entry.id}: made anew and not sent: {counted(count, 'recipient')} without it",
        hint=f"omen send --store {entry.store_id} --snapshot {entry.id} sends it",
        snapshot_id=entry.id,
        delivery_state=NOT_SENT,
    )
    return Trouble(f"{entry.id} {NOT_SENT}", entry.store_id, about, error)


def undelivered(entry: Entry, key: str, recipient: str, state: str, reply: str) -> Trouble:
    """Return that a message did not arrive for certain, and what to do; `state` is failed, unknown or given up."""
    about = f"{entry.store_id} {entry.timeframe} {entry.as_of_date}"
    told = {"snapshot_id": entry.id, "delivery_key": key, "delivery_state": state}
    message = f"{entry.id}: {recipient} {state}{f' ({reply})' if reply else ''}"
    if state == "unknown":
        resolve = f"omen deliveries resolve {key[:12]} --store {entry.store_id}"
        hint = f"ask whether it arrived, then run {resolve} --sent, or --resend to send it again"
        return Trouble(f"{entry.id} {key} {state}", entry.store_id, about, DeliveryUnknown(message, hint=hint, **told))
    again = f"omen send --store {entry.store_id} --snapshot {entry.id} --only-failed"
    error = DeliveryFailed(message, hint=f"the snapshot is safe; mend what is wrong, then: {again}", **told)
    return Trouble(f"{entry.id} {key} {state}", entry.store_id, about, error)

"""A snapshot of the old system: what its index and its file said, kept as text and never dressed up as new metrics."""

from base64 import b64decode, b64encode
from datetime import date
from functools import partial
from hashlib import sha256
from typing import Literal

from pydantic import AwareDatetime

from omen_cli.model.base import Value
from omen_cli.model.canonical import canonical_sha256
from omen_cli.model.delivery import delivery_key, message_id
from omen_cli.model.ids import Timeframe
from omen_cli.model.snapshot import DeliveryState, Entry, Snapshot

LEGACY_FORMAT = "omen.legacy/1"
NOT_TOLD = "(not told)"  # somebody to whom the old system sent a snapshot, and whom it does not name
NOT_KNOWN = "(not known)"  # nobody, or anybody: no entry tells whether the old system sent a snapshot
_OLD_DOMAIN = "old-system.invalid"


class LegacyPayload(Value):
    """An old file, whole: as text where it is UTF-8, else in base64; `name` is its path in the old tree."""

    name: str
    encoding: Literal["utf-8", "base64"]
    text: str
    bytes: int
    sha256: str


class LegacyCounts(Value):
    """The few numbers of an old entry that mean today what they meant then; None where it does not say.

    `period` is `start/end` as in an entry of the index, "" where it does not say.
    """

    item_count: int | None = None
    recommendation_count: int | None = None
    items_priced: int | None = None
    period: str = ""


class LegacySnapshot(Value):
    """One snapshot of the old system, brought over.

    `old_entry` is its entry in the old index, to the letter, None where only its file was left; `payload` its file,
    None where there never was one. The e-mail marks are the old entry's; `delivered_to` are all whom the old index
    names as having got it, in whatever way, `NOT_TOLD` where it says that somebody did and not who, and `NOT_KNOWN`
    where nothing tells whether anybody did.
    """

    format: Literal["omen.legacy/1"] = "omen.legacy/1"
    id: str
    store_id: str
    store_name: str
    timeframe: Timeframe
    as_of_date: date
    version: int
    supersedes: str | None
    reason: str | None
    generated_at: AwareDatetime
    request_id: str
    created_by: str
    created_via: Literal["migrate"] = "migrate"
    omen_version: str
    provisional: bool = False
    email_sent: bool
    email_sent_at: AwareDatetime | None
    email_recipient: str | None
    delivered_to: tuple[str, ...]
    counts: LegacyCounts
    content_sha256: str
    old_entry: str | None
    payload: LegacyPayload | None


AnySnapshot = Snapshot | LegacySnapshot


def old_message_id(store_id: str, snapshot_id: str, recipient: str) -> str:
    """Return what stands for the message that the old system sent; its key is that of the delivery by omen."""
    return message_id(delivery_key(store_id, snapshot_id, recipient), _OLD_DOMAIN)


def is_by_the_old_system(told: DeliveryState) -> bool:
    """Tell whether a delivery is one of the old system's, of which there is no message."""
    return told.message_id.endswith(f"@{_OLD_DOMAIN}>")


def has_unknown_history(entry: Entry) -> bool:
    """Tell whether nobody knows if the old system sent the snapshot: no person, and no index that was found since."""
    return any(one.recipient == NOT_KNOWN and one.state == "unknown" for one in entry.deliveries)


def was_emailed(snapshot: LegacySnapshot) -> bool:
    """Tell whether the old system sent the snapshot: its own entry says so, or one that was set aside."""
    return snapshot.email_sent or any(one != NOT_KNOWN for one in snapshot.delivered_to)


def old_deliveries(snapshot: LegacySnapshot) -> tuple[DeliveryState, ...]:
    """Return the deliveries that the old system made, as far as it knew, in the order of an entry's."""
    named, at = partial(old_message_id, snapshot.store_id, snapshot.id), snapshot.email_sent_at
    states = ((one, "unknown" if one == NOT_KNOWN else "sent") for one in snapshot.delivered_to)
    each = (DeliveryState(recipient=one, state=state, at=at, message_id=named(one)) for one, state in states)
    return tuple(sorted(each, key=lambda one: (one.recipient, one.message_id)))


def payload_of(name: str, raw: bytes) -> LegacyPayload:
    """Return an old file as it is kept."""
    digest = sha256(raw).hexdigest()
    try:
        return LegacyPayload(name=name, encoding="utf-8", text=raw.decode("utf-8"), bytes=len(raw), sha256=digest)
    except UnicodeDecodeError:
        text = b64encode(raw).decode("ascii")
        return LegacyPayload(name=name, encoding="base64", text=text, bytes=len(raw), sha256=digest)


def raw_of(payload: LegacyPayload) -> bytes:
    """Return the bytes of an old file.

    Raises:
        ValueError: the text is not what its encoding says.
    """
    if payload.encoding == "utf-8":
        return payload.text.encode("utf-8")
    return b64decode(payload.text.encode("ascii"), validate=True)


def legacy_sha256(old_entry: str | None, payload: LegacyPayload | None) -> str:
    """Return the `contentSha256` of a legacy snapshot: of what the old system left of it, and of nothing else."""
    return canonical_sha256({"oldEntry": old_entry, "payload": payload.plain() if payload else None})


def legacy_fault(snapshot: LegacySnapshot) -> str | None:
    """Return what a legacy snapshot contradicts in itself; None when everything fits."""
    payload = snapshot.payload
    if snapshot.content_sha256 != legacy_sha256(snapshot.old_entry, payload):
        return "its contentSha256 is not the hash of what it keeps"
    if payload is None:
        return None if snapshot.old_entry is not None else "it keeps neither an old entry nor an old file"
    try:
        raw = raw_of(payload)
    except ValueError:
        return "its payload is not what its encoding says"
    if (len(raw), sha256(raw).hexdigest()) != (payload.bytes, payload.sha256):
        return "its payload is not of the size and hash that it says"
    return None

"""Two snapshots, at least one of them of the old system, become what can honestly be said of their difference."""

from collections.abc import Mapping
from decimal import Decimal

from omen_cli.model.legacy import AnySnapshot, LegacySnapshot
from omen_cli.model.legacy_difference import ComparedDocument, LegacyDifference, OldNumberDifference
from omen_cli.model.old_content import OLD_NUMBERS, old_content

_BOTH_OLD = "Numbers are the old system's own, as it counted them; omen computed none of them."
_OLD_AND_NEW = (
    "One is of the old system, whose money and margins were counted otherwise: only counts are compared, nothing else."
)


def diff_legacy(before: AnySnapshot, now: AnySnapshot) -> LegacyDifference:
    """Return what differs: the old files, and of the numbers those that mean the same in both.

    Raises:
        ValueError: they are not of one store.
    """
    if before.store_id != now.store_id:
        raise ValueError(f"{before.id} and {now.id} are not of one store")
    hashes = [one.payload.sha256 for one in (before, now) if isinstance(one, LegacySnapshot) and one.payload]
    is_both_old = isinstance(before, LegacySnapshot) and isinstance(now, LegacySnapshot)
    was, is_now = _numbers(before), _numbers(now)
    names = [
        name for name in OLD_NUMBERS if (name in was or name in is_now) and (is_both_old or _in_both(name, was, is_now))
    ]
    return LegacyDifference(
        store_id=now.store_id,
        store_name=now.store_name,
        before=_side(before),
        now=_side(now),
        same_payload=hashes[0] == hashes[1] if len(hashes) > 1 else None,
        numbers=tuple(_number(name, was.get(name), is_now.get(name)) for name in names),
        not_compared=_BOTH_OLD if is_both_old else _OLD_AND_NEW,
    )


def _in_both(name: str, was: Mapping[str, Decimal], is_now: Mapping[str, Decimal]) -> bool:
    return name in was and name in is_now


def _numbers(snapshot: AnySnapshot) -> Mapping[str, Decimal]:
    """Return the numbers by the old system's names; of one of omen's own only those that mean the same."""
    if isinstance(snapshot, LegacySnapshot):
        return old_content(snapshot).numbers
    content = snapshot.content
    return {"itemCount": Decimal(len(content.items)), "recommendationCount": Decimal(len(content.recommendations))}


def _number(name: str, before: Decimal | None, now: Decimal | None) -> OldNumberDifference:
    change = None if before is None or now is None else now - before
    return OldNumberDifference(name=name, before=before, now=now, change=change)


def _side(snapshot: AnySnapshot) -> ComparedDocument:
    payload = snapshot.payload if isinstance(snapshot, LegacySnapshot) else None
    return ComparedDocument(
        id=snapshot.id,
        format=snapshot.format,
        timeframe=snapshot.timeframe,
        as_of_date=snapshot.as_of_date,
        version=snapshot.version,
        generated_at=snapshot.generated_at,
        content_sha256=snapshot.content_sha256,
        payload_bytes=payload.bytes if payload else None,
        payload_sha256=payload.sha256 if payload else None,
    )

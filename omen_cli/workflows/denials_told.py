"""Refused calls as they are reviewed: each once, though several audits tell of it."""

from collections.abc import Sequence
from dataclasses import replace

from omen_cli.workflows.audit import Found, Recorded, Wanted, list_events
from omen_cli.workflows.audits import Audit


def list_denied(asked: Sequence[Audit], wanted: Wanted, limit: int | None) -> Found:
    """Return the refusals that are asked for, as `list_events` does, one event a call."""
    found = list_events(asked, wanted, None)
    events = _once(found.events)
    found.total, found.events = len(events), tuple(events[-limit:] if limit else events)
    return found


def _once(events: Sequence[Recorded]) -> list[Recorded]:
    """Return one event a call, in the given order: that of `data/audit`, as one of the store that it is about."""
    told: dict[object, Recorded] = {}
    for place, one in enumerate(events):
        call = one.event.get("requestId") or place
        if call not in told or one.store_id is None:
            told[call] = one
    return [_of_its_store(one) for one in told.values()]


def _of_its_store(recorded: Recorded) -> Recorded:
    about = recorded.event.get("storeId")
    if recorded.store_id is not None or not isinstance(about, str):
        return recorded
    return replace(recorded, store_id=about, event={k: v for k, v in recorded.event.items() if k != "storeId"})

"""What the audits say, as counters: they only grow, over restarts and prunes."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import get_args

from omen_cli.access.judgement import Kind
from omen_cli.archive.audit import CREATED, audit_files, read_events
from omen_cli.config.settings import Settings
from omen_cli.errors import OmenError
from omen_cli.model.ids import parse_snapshot_id
from omen_cli.ops.catalogue import CREATED as CREATED_TOTAL
from omen_cli.ops.catalogue import EVENTS, REFUSALS
from omen_cli.workflows.audits import Audit, audits
from omen_cli.workflows.metrics_gathered import Gathered, Labels, timeframes_of

Event = Mapping[str, object]
_DENIED, _DISK_REFUSED = "access.denied", "disk.refused"
_EVENT = re.compile(r"[a-z]{1,30}\.[a-z_]{1,30}", re.ASCII)
_KIND = re.compile(r"[a-z_]{1,30}", re.ASCII)
KINDS = ("disk", *get_args(Kind))
_WITHOUT_KIND = "snapshot"  # a snapshot that was asked for by its id, in another store's name


@dataclass(frozen=True)
class _Counted:
    """What one audit says: by store and timeframe, by store and event, and by store, kind and call."""

    created: Counter[Labels]
    events: Counter[Labels]
    refused: set[tuple[str, str, str]]


def gather_audits(gathered: Gathered, settings: Settings) -> None:
    """Take what every audit says; where one cannot be read its counters are absent, rather than fallen."""
    found: list[_Counted] = []
    missing: set[str | None] = set()
    for audit in audits(settings.data, tuple(settings.stores.values()), is_all=True):
        try:
            found.append(_count(audit, settings))
        except OmenError as error:
            missing.add(audit.store_id)
            gathered.warn(f"{audit.name}: {error.message}")
    _begin(gathered, settings, missing)
    for one in found:
        gathered.add(CREATED_TOTAL, one.created)
    if None not in missing:  # else every store's share of these is
        for one in found:
            gathered.add(EVENTS, _without(one.events, missing))
        refused = {call for one in found for call in one.refused}
        gathered.add(REFUSALS, _without(Counter((owner, kind) for owner, kind, _ in refused), missing))


def _begin(gathered: Gathered, settings: Settings, missing: set[str | None]) -> None:
    """Begin the series that are always there at 0, so that their first rise shows."""
    readable = [store for store in settings.stores.values() if store.store_id not in missing]
    for store in readable:
        for timeframe in timeframes_of(store):
            gathered.set(CREATED_TOTAL, 0, store.store_id, timeframe)
    for store_id in (*(store.store_id for store in readable), "") if None not in missing else ():
        for kind in KINDS:
            gathered.set(REFUSALS, 0, store_id, kind)


def _without(counts: Counter[Labels], missing: set[str | None]) -> Counter[Labels]:
    return Counter({labels: number for labels, number in counts.items() if labels[0] not in missing})


def _count(audit: Audit, settings: Settings) -> _Counted:
    """Count the events of one audit, and keep none of them."""
    counted = _Counted(Counter(), Counter(), set())
    for number, event in enumerate(_events(audit)):
        owner = _owner(audit, event, settings)
        counted.events[owner, _name(event)] += 1
        counted.refused.update((owner, kind, _call(audit, number, event)) for kind in _kinds(event))
        made = parse_snapshot_id(str(event.get("id"))) if event.get("event") == CREATED else None
        if made and audit.store_id:
            counted.created[audit.store_id, made.timeframe] += 1
    return counted


def _events(audit: Audit) -> Iterator[Event]:
    if audit.exists([]):
        for path in audit_files(audit.folder):
            yield from read_events(path).events


def _owner(audit: Audit, event: Event, settings: Settings) -> str:
    """Return the store that an event is about; what is in no archive says itself whom it is about."""
    named = event.get("storeId")
    return audit.store_id or (named if isinstance(named, str) and named in settings.stores else "")


def _name(event: Event) -> str:
    name = str(event.get("event"))
    return name if _EVENT.fullmatch(name) else "other"


def _kinds(event: Event) -> Iterator[str]:
    """Yield how the event was a refusal; nothing when it was none."""
    if event.get("event") == _DISK_REFUSED:
        yield "disk"
    elif event.get("event") == _DENIED:
        kind = str(event.get("kind", _WITHOUT_KIND))
        yield kind if _KIND.fullmatch(kind) else "other"


def _call(audit: Audit, number: int, event: Event) -> str:
    """Return what names the call: a refusal of access is recorded in more than one audit, and is one."""
    request_id = event.get("requestId")
    return request_id if isinstance(request_id, str) else f"{audit.name} {number}"

"""What the audits say, as counters: they only grow, over restarts and prunes."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import get_args

from omen_cli.access.judgement import Kind
from omen_cli.archive.audit import CREATED, audit_files, read_events
from omen_cli.config.settings import Settings
from omen_cli.errors import OmenError
from omen_cli.model.ids import parse_snapshot_id
from omen_cli.ops.catalogue import CREATED as CREATED_TOTAL
from omen_cli.ops.catalogue import EVENTS, REFUSALS
from omen_cli.workflows.audits import Audit, audits
from omen_cli.workflows.metrics_gathered import Gathered

Event = Mapping[str, object]
_DENIED, _DISK_REFUSED = "access.denied", "disk.refused"
_EVENT = re.compile(r"[a-z]{1,30}\.[a-z_]{1,30}", re.ASCII)
_KIND = re.compile(r"[a-z_]{1,30}", re.ASCII)
_ALWAYS = ("disk", *get_args(Kind))  # these series are there before the first such refusal, so that a rise shows
_WITHOUT_KIND = "snapshot"  # a snapshot that was asked for by its id, in another store's name


def gather_audits(gathered: Gathered, settings: Settings) -> None:
    """Take what every audit says; where one cannot be read its counters are absent, rather than fallen."""
    found: dict[Audit, tuple[Event, ...]] = {}
    missing: set[str | None] = set()
    for audit in audits(settings.data, tuple(settings.stores.values()), is_all=True):
        try:
            found[audit] = tuple(_events(audit))
        except OmenError as error:
            missing.add(audit.store_id)
            gathered.warn(f"{audit.name}: {error.message}")
    for audit, events in found.items():
        if audit.store_id is not None:
            _take_created(gathered, settings, audit.store_id, events)
    if None not in missing:  # else every store's share of it is
        _take_events(gathered, settings, found, missing)


def _take_events(
    gathered: Gathered, settings: Settings, found: Mapping[Audit, tuple[Event, ...]], missing: set[str | None]
) -> None:
    refused: set[tuple[str, str, str]] = set()
    for store_id in settings.stores:
        for kind in _ALWAYS if store_id not in missing else ():
            gathered.set(REFUSALS, 0, store_id, kind)
    for audit, events in found.items():
        for number, event in enumerate(events):
            owner = _owner(audit, event, settings)
            if owner not in missing:
                gathered.add(EVENTS, Counter([(owner, _name(event))]))
                refused |= {(owner, kind, _call(audit, number, event)) for kind in _kinds(event)}
    gathered.add(REFUSALS, Counter((owner, kind) for owner, kind, _ in refused))


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


def _take_created(gathered: Gathered, settings: Settings, store_id: str, events: tuple[Event, ...]) -> None:
    for timeframe in settings.stores[store_id].timeframes:
        gathered.set(CREATED_TOTAL, 0, store_id, timeframe)
    ids = (parse_snapshot_id(str(event.get("id"))) for event in events if event.get("event") == CREATED)
    gathered.add(CREATED_TOTAL, Counter((store_id, one.timeframe) for one in ids if one))


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

"""What `omen check` says of messages that only went into a folder, once there is a mail server: nobody has them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from omen_cli.archive.archive import Archive
from omen_cli.archive.deliveries import deliveries_of
from omen_cli.archive.snapshot_names import SnapshotNames
from omen_cli.config.settings import Settings, StoreSettings
from omen_cli.errors import OmenError
from omen_cli.model.delivery import delivery_key
from omen_cli.model.ids import SnapshotId
from omen_cli.workflows.anew import only_kept
from omen_cli.workflows.check import GRACE, Checked
from omen_cli.workflows.due import is_final, made_at, schedules_of


def with_kept(settings: Settings, checked: Iterable[Checked], at: datetime) -> tuple[Checked, ...]:
    """Return what was checked, with what of the newest snapshot of each scheduled timeframe is only in a folder."""
    found = tuple(checked)
    if settings.mail.folder is not None:
        return found
    return tuple(replace(one, problems=(*one.problems, *_problems(settings, one.store_id, at))) for one in found)


def _problems(settings: Settings, store_id: str, at: datetime) -> tuple[str, ...]:
    """Return the problems of one store; where its archive cannot be read that is said already."""
    store, archive = settings.store(store_id), Archive(settings.data, store_id)
    try:
        names = SnapshotNames(archive.layout) if archive.exists() else None
        return tuple(_of_store(settings, store, archive, names, at)) if names else ()
    except OmenError:
        return ()


def _of_store(
    settings: Settings, store: StoreSettings, archive: Archive, names: SnapshotNames, at: datetime
) -> Iterator[str]:
    for schedule in schedules_of(store):
        oldest = names.first(schedule.timeframe)
        known = names.since(schedule.timeframe, oldest.as_of_date) if oldest else ()
        final = [one for one in known if is_final(one, schedule.zone)]
        versions = [one for one in final if one.as_of_date == final[-1].as_of_date]
        entry = archive.find_id(str(versions[-1])) if versions and at - made_at(versions[-1]) >= GRACE else None
        if entry is not None and entry.status != "held" and entry.created_via != "migrate":
            about = f"{schedule.timeframe} {entry.as_of_date}"
            yield from (f"{about}: {one} only in a folder" for one in _kept_of(settings, store, archive, versions))


def _kept_of(
    settings: Settings, store: StoreSettings, archive: Archive, versions: Sequence[SnapshotId]
) -> Iterator[str]:
    """Yield the recipients of whom a folder has a version, and of whom no server took one."""
    states: dict[str, set[bool]] = {}
    for version in map(str, versions):
        there = deliveries_of(archive.layout, version)
        kept = only_kept(settings, archive.layout, there)
        sent = {one.key for one in there if one.state == "sent"}
        for recipient in store.recipients:
            key = delivery_key(store.store_id, version, recipient)
            if key in sent:
                states.setdefault(recipient, set()).add(key in kept)
    yield from (recipient for recipient, found in states.items() if found == {True})

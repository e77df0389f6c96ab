"""What stores.yaml says, for the doctor: valid all of it, and yet some of it may not be what anybody means."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from omen_cli.archive.command_log import read_log
from omen_cli.archive.files import names
from omen_cli.archive.layout import Layout
from omen_cli.config.settings import Settings, StoreSettings
from omen_cli.errors import OmenError
from omen_cli.model.counted import counted
from omen_cli.model.ids import is_store_id
from omen_cli.workflows.doctor_check import Check
from omen_cli.workflows.due import schedules_of
from omen_cli.workflows.local_time import at_the_store
from omen_cli.workflows.sign_in import key_of

_QUIET = timedelta(hours=1)  # the longest that ticks are apart, with some room


def configuration_checks(settings: Settings, stores: Sequence[StoreSettings], found_by: str) -> Iterator[Check]:
    """Yield what was read, how that was found, and what is odd in it."""
    said = f"{settings.path} ({found_by}): {counted(len(settings.stores), 'store')}"
    yield Check("ok", settings.path.name, said)
    if not settings.limits.generations_per_hour:
        fix = "set limits.generations_per_hour, so that a loop gone wild fills no disk"
        yield Check("warning", "limits", "generations_per_hour is 0: there is no limit", fix)
    readers: dict[str, list[str]] = defaultdict(list)
    called: dict[str, list[str]] = defaultdict(list)
    for store in settings.stores.values():
        called[store.name.casefold()].append(store.store_id)
        for source in store.sources.values():
            readers[source.path].append(store.store_id)
    asked = {store.store_id for store in stores}
    for ids in _several(called, asked):
        yield Check("warning", ids, "have the same name", "give each its own name: e-mails show nothing else")
    for ids in dict.fromkeys(_several(readers, asked)):
        yield Check("warning", ids, "read the same export", "is it both stores' export? each should have its own")
    yield from _strangers(settings)


def _several(by_value: dict[str, list[str]], asked: set[str]) -> Iterator[str]:
    """Yield the stores, in one text, that share a value, where one of them is asked for."""
    for ids in by_value.values():
        if len(set(ids)) > 1 and asked & set(ids):
            yield ", ".join(dict.fromkeys(ids))


def _strangers(settings: Settings) -> Iterator[Check]:
    """Yield the archives that no store of stores.yaml answers for."""
    try:
        found = names(Layout(settings.data, next(iter(settings.stores))).snapshots)
    except OmenError:  # told where permissions are looked at
        return
    for name in found:
        folder = settings.data / "snapshots" / name
        if is_store_id(name) and name not in settings.stores and folder.is_dir():
            fix = f"add the store to {settings.path.name}, or move {folder} away"
            yield Check("warning", name, "has an archive, and is no store of stores.yaml", fix)


def access_checks(settings: Settings) -> Iterator[Check]:
    """Yield who may act, and whether the key that decides it can be read."""
    access = settings.access
    if access.mode == "local" and not (access.key_file or access.public_key_file):
        yield Check("ok", "mode", "local: whoever can run omen here")
        return
    yield Check("ok", "mode", access.mode)
    try:
        key = key_of(access)
        yield Check("ok", "key", f"{access.key_file or access.public_key_file}: {key.algorithm}")
    except OmenError as error:
        yield Check.of_error("key", error)


def schedule_checks(settings: Settings, stores: Sequence[StoreSettings], at: datetime) -> Iterator[Check]:
    """Yield what is due when of each store, whether `omen run` runs, and whether somebody would miss it."""
    for store in stores:
        yield _schedule_check(store, at)
    if not any(store.schedule for store in settings.stores.values()):
        return
    if settings.heartbeat is None or not settings.heartbeat.get_secret_value():
        fix = "set heartbeat: to the URL of a dead-man switch: it tells when omen run runs no more"
        yield Check("warning", "heartbeat", "not set", fix)
    else:
        yield Check("ok", "heartbeat", "set")
    yield _run_check(settings, at)


def _schedule_check(store: StoreSettings, at: datetime) -> Check:
    step = store.store_id
    if not store.schedule:
        return Check(
            "warning", step, "none: omen run leaves it alone", "add schedule: {weekly: MON 08:00} to the store"
        )
    if not store.recipients:
        fix = f"add recipients: [ADDRESS] to the store {step}"
        return Check("warning", step, "scheduled, and sent to nobody: it has no recipients", fix)
    nexts = ((one.timeframe, one.next(at).at) for one in schedules_of(store))
    said = "; ".join(f"{frame} next {at_the_store(when, store.timezone)}" for frame, when in nexts)
    return Check("ok", step, said)


def _run_check(settings: Settings, at: datetime) -> Check:
    """Return when `omen run` ran last, as the log of commands tells it."""
    fix = "is the cron line there, and the timer running? omen schedule --format cron prints the line"
    try:
        records = read_log(Layout(settings.data, next(iter(settings.stores)))).records
    except OmenError as error:
        return Check("warning", "omen run", f"nobody knows when it ran: {error.message}", error.hint)
    last = max((one.at for one in records if one.command == "run" and not one.is_idle and one.at <= at), default=None)
    if last is None:
        return Check("warning", "omen run", "the log has none", fix)
    said = f"ran last {last:%Y-%m-%d %H:%M} UTC"
    return Check("ok", "omen run", said) if at - last <= _QUIET else Check("warning", "omen run", said, fix)

"""The story of a snapshot that is not there: removed, not due, or tried and failed."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from omen_cli.archive.archive import Archive
from omen_cli.archive.ledger import Event, read_ledger
from omen_cli.config.settings import Settings
from omen_cli.model.ids import parse_snapshot_id
from omen_cli.model.period import period_of
from omen_cli.ops.schedule import Schedule
from omen_cli.workflows.attempts_told import Wanted, attempt_checks
from omen_cli.workflows.doctor_check import Check
from omen_cli.workflows.doctor_sources import source_checks
from omen_cli.workflows.due import due_of
from omen_cli.workflows.lookup import migration_first
from omen_cli.workflows.request import Request

_GENERATED = "generated"


def absence_checks(
    settings: Settings, archive: Archive, request: Request, schedule: Schedule | None, at: datetime
) -> Iterator[Check]:
    """Yield why there is no snapshot of the key, and what was tried.

    Raises:
        ArchiveDamaged: the tree is not ours to touch.
    """
    if first := migration_first(archive):
        yield Check("failed", _GENERATED, "an old archive is not migrated to its end", first)
        return
    if archive.exists() and (event := _settling(archive, request)):
        why = event.get("rules") or event.get("reason")
        how = "pruned" if event.get("event") == "snapshot.pruned" else "accepted as lost"
        found = f"it was there, and was {how} on {str(event.get('at'))[:10]} by {event.get('by')} ({why})"
        yield Check("failed", _GENERATED, found, f"omen run does not make it again; {_command(request)} does")
        return
    is_due = schedule is not None and _is_period_end(request) and schedule.due(request.as_of_date).at <= at
    yield _absent(settings, archive, request, at, is_due=is_due, is_scheduled=schedule is not None)
    since = schedule.due(request.as_of_date).at if is_due and schedule else _day_after(request.as_of_date, request)
    wanted = Wanted(request.store.store_id, request.timeframe, request.store.timezone, since, is_due)
    yield from attempt_checks(archive.layout, wanted)
    yield from source_checks(request.store, request.as_of_date, at)


def _absent(
    settings: Settings, archive: Archive, request: Request, at: datetime, *, is_due: bool, is_scheduled: bool
) -> Check:
    found = f"there is no {request.timeframe} snapshot of {request.as_of_date}"
    if not is_due:
        outcome_is_early = is_scheduled and _is_period_end(request)
        return Check("warning" if outcome_is_early else "failed", _GENERATED, found, f"now: {_command(request)}")
    due = due_of(archive, request.store, at, settings.limits.catch_up)
    if any((one.timeframe, one.as_of_date) == (request.timeframe, request.as_of_date) for one, _ in due.requests()):
        fix = f"the next omen run makes it, once it can; now: {_command(request)}"
        return Check("failed", _GENERATED, found, fix)
    why = f"omen run looks back over the newest {settings.limits.catch_up} periods, to the store's first snapshot"
    return Check("failed", _GENERATED, f"{found}, and it is too old: {why}", _command(request))


def _settling(archive: Archive, request: Request) -> Event | None:
    """Return the newest record of how a snapshot of the key was removed or given up; None when none was."""
    ledger = read_ledger(archive.layout.audit_dir, is_tolerant=True)
    ids = {*ledger.pruned, *(subject for subject, evidence in ledger.accepted if not evidence)}
    own = [one for one in map(parse_snapshot_id, ids) if one and _is_of(request, one.timeframe, one.as_of_date)]
    newest = max(own, key=lambda one: one.epoch_ms, default=None)
    return ledger.settling(str(newest)) if newest else None


def _is_of(request: Request, timeframe: str, as_of_date: date) -> bool:
    return (timeframe, as_of_date) == (request.timeframe, request.as_of_date)


def _is_period_end(request: Request) -> bool:
    return period_of(request.timeframe, request.as_of_date).is_complete


def _day_after(day: date, request: Request) -> datetime:
    """Return when the as-of day had ended where the store is."""
    return datetime.combine(day + timedelta(days=1), time(), ZoneInfo(request.store.timezone))


def _command(request: Request) -> str:
    named = f"--store {request.store.store_id} --timeframe {request.timeframe} --as-of {request.as_of_date}"
    return f"omen generate {named}"

"""What became of attempts to make a snapshot that is not there, as the audit and the log of commands tell it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from omen_cli.archive.audit import TROUBLE, audit_files
from omen_cli.archive.command_log import read_log
from omen_cli.archive.layout import Layout
from omen_cli.archive.ledger import Event, believed_events
from omen_cli.archive.run_memory import read_told
from omen_cli.archive.safety import require_safe_data
from omen_cli.errors import OmenError, SourceInvalid
from omen_cli.model.command_record import CommandRecord
from omen_cli.model.ids import Timeframe
from omen_cli.workflows.doctor_check import Check
from omen_cli.workflows.local_time import at_the_store

_REFUSED = "disk.refused"
_MOST_TOLD = 3
_MAKERS = frozenset({"run", "generate"})
_FIXES = {
    "source_invalid": "mend the export; the next omen run, or omen generate, makes it",
    "insufficient_storage": "free some space on the disk of data; the next omen run makes it",
    "archive_damaged": "run omen verify, and do what it says",
}


@dataclass(frozen=True)
class Wanted:
    """The snapshot that is not there, since when it could have been made, and whether `omen run` was to make it."""

    store_id: str
    timeframe: Timeframe
    timezone: str
    since: datetime
    is_due: bool


def attempt_checks(layout: Layout, wanted: Wanted) -> Iterator[Check]:
    """Yield what was told of attempts: troubles and refusals that were audited, and the commands of the log."""
    try:
        require_safe_data(layout)
        yield from _troubles(layout, wanted)
        yield from _commands(layout, wanted)
    except OmenError as error:
        yield Check.of_error("attempts", error)


def _troubles(layout: Layout, wanted: Wanted) -> Iterator[Check]:
    """Yield the newest troubles of the store; one that stands since before was told only then."""
    told = read_told(layout).values()
    standing = [at for one in told if one.store_id == wanted.store_id and (at := _time(one.since))]
    since = min((wanted.since, *standing))
    found = [
        (at, event)
        for path in audit_files(layout.data_audit)
        for event in believed_events(path, is_tolerant=True)
        if (at := _time(event.get("at"))) and at >= since and _is_about(event, wanted)
    ]
    for at, event in found[-_MOST_TOLD:]:
        code = "insufficient_storage" if event.get("event") == _REFUSED else str(event.get("code"))
        said = f"{at_the_store(at, wanted.timezone)}: {event.get('reason')}"
        yield Check("failed", "trouble", said, _FIXES.get(code, ""))


def _is_about(event: Event, wanted: Wanted) -> bool:
    if event.get("storeId") != wanted.store_id:
        return False
    about = str(event.get("about"))
    is_whole_store = about == wanted.store_id
    is_of_export = event.get("code") == SourceInvalid.code  # told once, of whichever timeframe met it first
    is_its = is_whole_store or is_of_export or about.startswith(f"{wanted.store_id} {wanted.timeframe} ")
    return event.get("event") == _REFUSED or (event.get("event") == TROUBLE and is_its)


def _commands(layout: Layout, wanted: Wanted) -> Iterator[Check]:
    """Yield whether anything ran since it was due, and what the last command about the store came to."""
    records = [one for one in read_log(layout).records if one.command in _MAKERS and not one.is_idle]
    made = [one for one in records if one.at >= wanted.since - timedelta(minutes=1)]
    if wanted.is_due and not any(one.command == "run" for one in made):
        fix = "is the cron line there, and the timer running? omen schedule --format cron prints the line"
        yield Check("failed", "runs", "the log has no omen run since it was due", fix)
    own = [one for one in made if wanted.store_id in one.stores]
    if own:
        yield _command(own[-1], wanted)


def _command(record: CommandRecord, wanted: Wanted) -> Check:
    errors = record.errors.get(wanted.store_id) or ({record.error_code: 1} if record.error_code else {})
    said = f"omen {record.command} at {at_the_store(record.at, wanted.timezone)} by {record.principal}"
    if not errors:
        return Check("ok", "runs", f"{said}: no error of this store")
    codes = ", ".join(sorted(code for code in errors if code))
    fix = next((_FIXES[code] for code in errors if code in _FIXES), "omen run --dry-run tells what it would do now")
    return Check("failed", "runs", f"{said}: {codes} (exit {record.exit_status})", fix)


def _time(text: object) -> datetime | None:
    try:
        found = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return found if found.tzinfo else None

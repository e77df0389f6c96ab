"""What the log says of the commands, as metrics: of each the last one, and all of the last 24 hours."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from omen_cli.archive.command_log import read_log
from omen_cli.archive.layout import Layout
from omen_cli.errors import OmenError
from omen_cli.model.command_record import CommandRecord
from omen_cli.model.metric import seconds_of
from omen_cli.ops.catalogue import (
    COMMANDS,
    ERRORS,
    LAST_COMMAND,
    LAST_DURATION,
    LAST_STATUS,
    LAST_SUCCESS,
    LOG_BYTES,
    LOG_NEWEST,
    LOG_OLDEST,
    LOG_READABLE,
    LOG_SKIPPED,
    LONGEST_DURATION,
    RESULTS,
    VERIFY_ERRORS,
)
from omen_cli.workflows.metrics_gathered import Gathered

WINDOW = timedelta(hours=24)
_AHEAD = timedelta(hours=1)  # a clock may be set back a little; what is later than that is of no clock
_WHOLE = ""
_DAMAGE = frozenset({"archive_damaged", "file_damaged", "data_lost"})


def gather_log(gathered: Gathered, layout: Layout, known: Sequence[str], now: datetime) -> None:
    """Take what the log says; stores that stores.yaml no longer has count as none."""
    try:
        log = read_log(layout)
    except OmenError as error:
        gathered.set(LOG_READABLE, 0)
        gathered.warn(f"the log: {error.message}")
        return
    records = [record for record in log.records if record.at <= now + _AHEAD]
    gathered.set(LOG_READABLE, 1)
    gathered.set(LOG_BYTES, log.size_bytes)
    gathered.set(LOG_SKIPPED, log.skipped + len(log.records) - len(records))
    for metric, ends in ((LOG_OLDEST, records[:1]), (LOG_NEWEST, records[-1:])):
        for one in ends:
            gathered.set(metric, seconds_of(one.at))
    _take_last(gathered, records)
    _take_successes(gathered, records, known)
    _take_verified(gathered, records, known)
    _take_window(gathered, [record for record in records if record.at > now - WINDOW], known)


def _take_last(gathered: Gathered, records: Iterable[CommandRecord]) -> None:
    for record in {one.command: one for one in records}.values():
        gathered.set(LAST_COMMAND, seconds_of(record.at), record.command)
        gathered.set(LAST_DURATION, record.duration_s, record.command)
        gathered.set(LAST_STATUS, record.exit_status, record.command)


def _take_successes(gathered: Gathered, records: Sequence[CommandRecord], known: Sequence[str]) -> None:
    last: dict[str, dict[str, datetime]] = {}  # by command, then by store
    for record in reversed(records):  # the newest first: of the thousands before it most need not be asked
        found = last.setdefault(record.command, {})
        if _WHOLE not in found and record.is_success:
            found[_WHOLE] = record.at
        for store_id in {*record.stores, *record.outcomes} - found.keys():
            if store_id in known and record.is_success_for(store_id):
                found[store_id] = record.at
    for command, found in last.items():
        for store_id, at in found.items():
            gathered.set(LAST_SUCCESS, seconds_of(at), command, store_id)


def _take_verified(gathered: Gathered, records: Iterable[CommandRecord], known: Sequence[str]) -> None:
    """Take what `omen verify` found when it last looked through an archive: that stands until it finds it no more."""
    found: dict[str, dict[str, int]] = {}
    for record in (one for one in records if one.command == "verify"):
        errors = _errors(record, known)
        looked_at = {*record.outcomes, *record.errors}
        if not looked_at and record.error_code in _DAMAGE:  # of the one store that could not even be read
            looked_at = {owner for owner, _ in errors}
        for owner in {one if one in known else _WHOLE for one in looked_at}:
            now = {code: number for (of, code), number in errors.items() if of == owner}
            found[owner] = dict.fromkeys(found.get(owner, ()), 0) | now
    for owner, codes in found.items():
        for code, number in codes.items():
            gathered.set(VERIFY_ERRORS, number, owner, code)


def _take_window(gathered: Gathered, records: Sequence[CommandRecord], known: Sequence[str]) -> None:
    gathered.add(COMMANDS, Counter((one.command, one.error_code or "ok") for one in records))
    for one in records:
        gathered.most(LONGEST_DURATION, one.duration_s, one.command)
        for store_id, counts in one.outcomes.items():
            owner = store_id if store_id in known else _WHOLE
            gathered.add(RESULTS, Counter({(one.command, owner, outcome): counts[outcome] for outcome in counts}))
        gathered.add(ERRORS, _errors(one, known))


def _errors(record: CommandRecord, known: Sequence[str]) -> Counter[tuple[str, ...]]:
    """Return the errors of the parts of a command; of one that failed as a whole its own."""
    found: Counter[tuple[str, ...]] = Counter()
    for store_id, counts in record.errors.items():
        for code, number in counts.items():
            found[store_id if store_id in known else _WHOLE, code] += number
    if record.error_code is not None and not found:
        about = [one for one in record.stores if one in known]
        found[about[0] if len(about) == 1 else _WHOLE, record.error_code] += 1
    return found

"""Why a snapshot did not arrive: its story in order, from the schedule to the mail server's last word; a reader."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from omen_cli.archive.archive import Archive
from omen_cli.archive.run_memory import read_told
from omen_cli.config.settings import Settings
from omen_cli.delivery.verdict import KEPT
from omen_cli.errors import OmenError
from omen_cli.model.delivery import delivery_key
from omen_cli.model.period import period_of
from omen_cli.model.snapshot import Entry
from omen_cli.ops.schedule import Schedule
from omen_cli.workflows.arrival_absent import absence_checks
from omen_cli.workflows.arrival_made import gone_checks, made_checks
from omen_cli.workflows.arrival_sent import Mailed, delivery_checks, mailed_of
from omen_cli.workflows.doctor_check import Check
from omen_cli.workflows.due import schedules_of
from omen_cli.workflows.local_time import at_the_store
from omen_cli.workflows.lookup import versions_of
from omen_cli.workflows.request import Request
from omen_cli.workflows.tick import MAIL


@dataclass(frozen=True)
class Story:
    """What became of one snapshot; `entry` is its newest version, None when there is none.

    It has arrived when the newest version is with every recipient of the store, and no step failed.
    """

    request: Request
    entry: Entry | None
    checks: tuple[Check, ...]
    has_arrived: bool

    @property
    def failed(self) -> tuple[Check, ...]:
        """Return the steps that failed."""
        return tuple(check for check in self.checks if check.outcome == "failed")

    def plain(self) -> dict[str, object]:
        """Return it as JSON has it."""
        return {
            "storeId": self.request.store.store_id,
            "timeframe": self.request.timeframe,
            "asOfDate": self.request.as_of_date,
            "snapshotId": self.entry.id if self.entry else None,
            "hasArrived": self.has_arrived,
            "checks": [check.plain() for check in self.checks],
        }


def story_of(settings: Settings, request: Request, at: datetime) -> Story:
    """Return the story of the snapshot that is asked for, as it is told at `at` (aware); takes no lock."""
    store = request.store
    checks = [Check("ok", "store", f"{store.store_id} ({store.name}), {store.timezone}")]
    schedule = next((one for one in schedules_of(store) if one.timeframe == request.timeframe), None)
    checks.append(_schedule_check(request, schedule, at))
    archive = Archive(settings.data, store.store_id)
    mailed: Mailed | None = None
    try:
        newest = archive.find(request.timeframe, request.as_of_date)
        if newest is None:
            checks += absence_checks(settings, archive, request, schedule, at)
        else:
            checks += made_checks(archive, versions_of(archive, newest), store, at)
            checks += gone_checks(archive, newest, has_server=settings.mail.folder is None)
            mailed = mailed_of(settings, archive, newest, at)
            checks += delivery_checks(mailed)
            checks += _standing(archive, mailed)
    except OmenError as error:
        checks.append(Check.of_error("archive", error))
        newest = None
    checks += [Check("warning", "archive", warning, "run omen verify") for warning in archive.warnings]
    has_arrived = mailed is not None and _is_with_all(mailed) and all(one.outcome != "failed" for one in checks)
    checks.append(_arrival(mailed, has_arrived=has_arrived))
    return Story(request, newest, tuple(checks), has_arrived)


def _schedule_check(request: Request, schedule: Schedule | None, at: datetime) -> Check:
    store, frame = request.store, request.timeframe
    if schedule is None:
        others = ", ".join(store.schedule)
        fix = f"ask with --timeframe {others}? " if others else ""
        fix += f"add schedule: {{{frame}: …}} to the store, or run omen generate and omen send by hand"
        return Check("warning", "schedule", f"none for {frame}: omen run neither makes nor sends it", fix)
    if not period_of(frame, request.as_of_date).is_complete:
        last = period_of(frame, request.as_of_date).whole.end - timedelta(days=1)
        fix = f"ask for {last}, or run omen generate and omen send by hand"
        return Check(
            "warning", "schedule", f"{request.as_of_date} is not the last day of a {frame} period: none is due", fix
        )
    due = schedule.due(request.as_of_date)
    when = f"{store.schedule[frame]}, {store.timezone}: due {at_the_store(due.at, store.timezone)}"
    if due.at > at:
        return Check("warning", "schedule", f"{when}, which is still to come", "wait for it, or run omen generate")
    return Check("ok", "schedule", when)


def _standing(archive: Archive, mailed: Mailed) -> Iterator[Check]:
    """Yield the troubles of the mail, or of the whole store, that `omen run` told of and that stand, as it knows."""
    if _is_with_all(mailed):
        return
    store = mailed.store
    for key, told in read_told(archive.layout).items():
        what, _, code = key.rpartition(" ")
        if what in (MAIL, store.store_id):
            fix = "omen doctor --mail tells what is wrong" if what == MAIL else "omen doctor tells what is wrong"
            yield Check("failed", "omen run", f"told of {what} {code} at {told.since[:16]}, which stands", fix)


def _is_with_all(mailed: Mailed) -> bool:
    """Tell whether every recipient of the store was sent it; nobody is not everybody."""
    sent = {one.key for one in mailed.listed if one.state == "sent" and one.key not in mailed.only_kept}
    asked = {delivery_key(mailed.store.store_id, mailed.entry.id, one) for one in mailed.store.recipients}
    return bool(asked) and asked <= sent


def _arrival(mailed: Mailed | None, *, has_arrived: bool) -> Check:
    if mailed is None or not has_arrived:
        return Check("failed", "arrived", "not everywhere")
    sent = [one for one in mailed.listed if one.state == "sent" and one.key not in mailed.only_kept]
    kept = [one for one in sent if (one.reply or "").startswith(f"{KEPT}: ")]
    if len(kept) == len(sent):
        return Check("ok", "arrived", "kept in the folder for every recipient; nothing left this machine")
    if kept:
        return Check("ok", "arrived", "the mail server took it, or the folder, where nothing left this machine")
    ids = ", ".join(one.message_id for one in sent)
    fix = f"who does not find it asks the relay for {ids}, and looks into the folder for spam"
    return Check("ok", "arrived", "the mail server took it for every recipient", fix)

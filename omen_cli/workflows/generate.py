"""Generate: make the snapshot that is asked for, once; the same request again finds it and reads no export.

The computing comes in as a callable, so that a request that is answered from the archive never loads the database.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from omen_cli.archive.archive import Archive
from omen_cli.archive.disk import DiskLimits
from omen_cli.archive.writing import acknowledge, commit, computing
from omen_cli.config.settings import Settings, StoreSettings
from omen_cli.errors import AlreadyExists, InvalidArgument
from omen_cli.model.ids import SnapshotId
from omen_cli.model.snapshot import Computed, Entry, Snapshot
from omen_cli.workflows.request import Caller, Request, local_today

Policy = Literal["skip", "fail", "replace", "refresh"]
Outcome = Literal["created", "duplicate_prevented", "unchanged", "dry_run"]
Compute = Callable[[Request], Computed]
_MILLISECOND = timedelta(milliseconds=1)


@dataclass(frozen=True)
class Generated:
    """What became of one request.

    `entry` is the one that answers for it (None of a dry run), `snapshot` what was computed (None of a duplicate).
    `is_same_content` says of a new version that its content is that of the one before. `free_bytes` is given only
    where the disk runs low.
    """

    request: Request
    outcome: Outcome
    entry: Entry | None
    snapshot: Snapshot | None
    is_same_content: bool = False
    free_bytes: int | None = None


@dataclass(frozen=True)
class Job:
    """How requests are served: where to, by whom, and what to do when a snapshot is already there."""

    settings: Settings
    caller: Caller
    compute: Compute
    omen_version: str
    policy: Policy = "skip"
    reason: str | None = None
    is_dry_run: bool = False


def require_reason(policy: Policy, reason: str | None) -> None:
    """Refuse to supersede a snapshot without saying why; a refresh says why by itself.

    Raises:
        InvalidArgument: --force without --reason, or a reason that nothing needs.
    """
    if policy == "replace" and not (reason or "").strip():
        raise InvalidArgument(
            "--force makes a new version that supersedes the old one", hint="say why with --reason TEXT"
        )
    if policy in ("skip", "fail") and reason is not None:
        raise InvalidArgument(
            "--reason goes with --force, or with --if-exists refresh", hint="leave it out, or add --force"
        )


def generate(request: Request, job: Job) -> Generated:
    """Serve one request.

    Raises:
        AlreadyExists: the policy is `fail` and the snapshot is there.
        SourceInvalid: an export cannot be used; nothing was written.
        Busy, InsufficientStorage, ArchiveDamaged: as the archive says.
    """
    archive = Archive(job.settings.data, request.store.store_id)
    if job.is_dry_run:
        existing = archive.find(request.timeframe, request.as_of_date)
        return _dry_run(request, job, existing)
    if answer := _answered(request, job, archive):
        return answer
    with computing(archive, request.timeframe, wait_s=job.caller.lock_wait_s):
        if answer := _answered(request, job, archive):
            return answer
        computed = job.compute(request)
        return _commit(request, job, archive, computed)


def is_provisional(store: StoreSettings, request: Request, at: datetime) -> bool:
    """Tell whether the as-of day has not ended yet where the store is."""
    return request.as_of_date >= local_today(store, at)


def _answered(request: Request, job: Job, archive: Archive) -> Generated | None:
    existing = acknowledge(
        archive, request.timeframe, request.as_of_date, wait_s=job.caller.lock_wait_s, at=job.caller.at
    )
    if existing is None or not _stands(request, job, existing):
        return None
    return _kept(request, existing)


def _stands(request: Request, job: Job, existing: Entry) -> bool:
    """Tell whether an existing snapshot answers the request as it is.

    A provisional one gives way as soon as its day has ended. Raises AlreadyExists under the policy `fail`.
    """
    if existing.provisional and not is_provisional(request.store, request, job.caller.at):
        return False
    if job.policy == "fail":
        raise AlreadyExists(
            f"{request.store.store_id} {request.timeframe} {request.as_of_date}: {existing.id} is already there",
            hint="leave --if-exists fail out to accept it, or use --force --reason TEXT",
            snapshot_id=existing.id,
        )
    return job.policy == "skip"


def _kept(request: Request, existing: Entry, outcome: Outcome = "duplicate_prevented") -> Generated:
    return Generated(request, outcome, existing, None)


def _commit(request: Request, job: Job, archive: Archive, computed: Computed) -> Generated:
    made: list[tuple[Snapshot, Entry | None]] = []

    def make(existing: Entry | None) -> Snapshot | None:
        if existing and (_stands(request, job, existing) or _is_unchanged(job, existing, computed)):
            return None
        made.append((draft(request, job, computed, existing), existing))
        return made[-1][0]

    disk = job.settings.disk
    committed = commit(
        archive,
        request.timeframe,
        request.as_of_date,
        make,
        limits=DiskLimits(disk.warn_free_bytes, disk.min_free_bytes),
        wait_s=job.caller.lock_wait_s,
        at=job.caller.at,
        by=job.caller.name,
    )
    if not committed.was_created:
        return _kept(request, committed.entry, "unchanged" if job.policy == "refresh" else "duplicate_prevented")
    snapshot, before = made[-1]
    return Generated(
        request,
        "created",
        committed.entry,
        snapshot,
        is_same_content=before is not None and before.content_sha256 == snapshot.content_sha256,
        free_bytes=committed.free.free_bytes if committed.free and committed.free.is_low else None,
    )


def _is_unchanged(job: Job, existing: Entry, computed: Computed) -> bool:
    """Tell whether a refresh would change nothing: a final snapshot with this content is there."""
    return job.policy == "refresh" and not existing.provisional and existing.content_sha256 == computed.content_sha256


def _dry_run(request: Request, job: Job, existing: Entry | None) -> Generated:
    if existing and _stands(request, job, existing):
        return _kept(request, existing)
    computed = job.compute(request)
    if existing and _is_unchanged(job, existing, computed):
        return _kept(request, existing, "unchanged")
    return Generated(request, "dry_run", None, draft(request, job, computed, existing))


def draft(request: Request, job: Job, computed: Computed, existing: Entry | None) -> Snapshot:
    """Return the snapshot that follows `existing`, with an id later than its."""
    generated_at = job.caller.at.astimezone(ZoneInfo(request.store.timezone))
    generated_at = generated_at.replace(microsecond=generated_at.microsecond // 1000 * 1000)
    if existing:
        generated_at = max(generated_at, (existing.generated_at + _MILLISECOND).astimezone(generated_at.tzinfo))
    content_sha256 = computed.content_sha256
    epoch_ms = round(generated_at.timestamp() * 1000)
    return Snapshot(
        id=str(SnapshotId(request.timeframe, request.as_of_date, epoch_ms, content_sha256[:8])),
        store_id=request.store.store_id,
        store_name=request.store.name,
        timeframe=request.timeframe,
        as_of_date=request.as_of_date,
        version=existing.version + 1 if existing else 1,
        supersedes=existing.id if existing else None,
        reason=_reason(job, existing),
        generated_at=generated_at,
        request_id=job.caller.request_id,
        created_by=job.caller.name,
        created_via="cli",
        omen_version=job.omen_version,
        provisional=is_provisional(request.store, request, job.caller.at),
        inputs=computed.inputs,
        settings=computed.settings,
        rejected=computed.rejected,
        hold=computed.hold,
        notes=computed.notes,
        content_sha256=content_sha256,
        content=computed.content,
    )


def _reason(job: Job, existing: Entry | None) -> str | None:
    if existing is None:
        return None
    if job.reason:
        return job.reason
    return "the provisional one was made before its day had ended" if existing.provisional else "its content differs"

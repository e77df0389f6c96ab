"""The next version of a snapshot, before the archive has it."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from omen_cli.model.ids import SnapshotId
from omen_cli.model.snapshot import Computed, Entry, Snapshot
from omen_cli.workflows.job import Job
from omen_cli.workflows.request import Request, local_today

_MILLISECOND = timedelta(milliseconds=1)
DAY_ENDED = "the one before was made before its day had ended"
EXPORTS_CHANGED = "the exports have changed"


def is_provisional(request: Request, at: datetime) -> bool:
    """Tell whether the as-of day has not ended yet where the store is."""
    return request.as_of_date >= local_today(request.store, at)


def gives_way(existing: Entry, request: Request, at: datetime) -> bool:
    """Tell whether the snapshot was made before its day had ended, and the day has ended since."""
    return existing.provisional and not is_provisional(request, at)


def draft(request: Request, job: Job, computed: Computed, existing: Entry | None) -> Snapshot:  # size: a field a line
    """Return the snapshot that follows `existing`, with an id later than its."""
    generated_at = _time_after(existing, job.caller.at.astimezone(ZoneInfo(request.store.timezone)))
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
        created_via=job.via,
        omen_version=job.omen_version,
        provisional=is_provisional(request, job.caller.at),
        inputs=computed.inputs,
        settings=computed.settings,
        rejected=computed.rejected,
        hold=computed.hold,
        notes=computed.notes,
        content_sha256=content_sha256,
        content=computed.content,
    )


def _time_after(existing: Entry | None, at: datetime) -> datetime:
    """Return `at` to the millisecond, or the first millisecond after the version before, whatever the clock says."""
    at = at.replace(microsecond=at.microsecond // 1000 * 1000)
    return max(at, (existing.generated_at + _MILLISECOND).astimezone(at.tzinfo)) if existing else at


def _reason(job: Job, existing: Entry | None) -> str | None:
    if existing is None:
        return None
    if job.reason:
        return job.reason
    return DAY_ENDED if existing.provisional else EXPORTS_CHANGED


def is_vouched_for(snapshot: Snapshot) -> bool:
    """Tell whether a person made this version, and said why: its input is taken for right, whatever it looks like."""
    return snapshot.reason not in (None, DAY_ENDED, EXPORTS_CHANGED)

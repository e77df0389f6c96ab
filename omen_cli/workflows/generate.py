"""Generate: make the snapshot that is asked for, once; the same request again finds it and reads no export.

The computing comes in as a callable, so that a request that is answered from the archive never loads the database.
"""

from omen_cli.archive.archive import Archive
from omen_cli.archive.writing import Committed, Make, acknowledge, commit, computing
from omen_cli.errors import AlreadyExists
from omen_cli.model.snapshot import Computed, Entry, Snapshot
from omen_cli.workflows.before import held_against_before
from omen_cli.workflows.disk import limits_of
from omen_cli.workflows.draft import draft, gives_way
from omen_cli.workflows.job import Generated, Job, Outcome
from omen_cli.workflows.rate_limit import require_rate
from omen_cli.workflows.request import Request


def generate(request: Request, job: Job) -> Generated:
    """Serve one request.

    Raises:
        AlreadyExists: the policy is `fail` and the snapshot is there.
        SourceInvalid: an export cannot be used; nothing was written.
        RateLimited: the store made as many in the hour as it may.
        Busy, InsufficientStorage, ArchiveDamaged: as the archive says.
    """
    archive = Archive(job.settings.data, request.store.store_id)
    if job.is_dry_run:
        existing = archive.find(request.timeframe, request.as_of_date)
        return _dry_run(request, job, archive, existing)
    if answer := _answered(request, job, archive):
        return answer
    with computing(archive, request.timeframe, wait_s=job.caller.lock_wait_s):
        if answer := _answered(request, job, archive):
            return answer
        if job.policy != "refresh":  # that makes none where nothing changed, which only the computing tells
            require_rate(archive.layout, job)
        computed = held_against_before(job.compute(request), request, archive)
        return _commit(request, job, archive, computed)


def _answered(request: Request, job: Job, archive: Archive) -> Generated | None:
    caller = job.caller
    if job.policy == "replace":
        return None  # whatever is there, even a damaged one, is superseded
    existing = acknowledge(archive, request.timeframe, request.as_of_date, wait_s=caller.lock_wait_s, at=caller.at)
    if existing is None or not _stands(request, job, existing):
        return None
    return _kept(request, existing)


def _stands(request: Request, job: Job, existing: Entry) -> bool:
    """Tell whether an existing snapshot answers the request as it is.

    A provisional one gives way as soon as its day has ended. Raises AlreadyExists under the policy `fail`.
    """
    if gives_way(existing, request, job.caller.at):
        return False
    if job.policy == "fail":
        raise AlreadyExists(
            f"{request.store.store_id} {request.timeframe} {request.as_of_date}: {existing.id} is there already",
            hint="leave --if-exists fail out to accept it, or use --force --reason TEXT",
            snapshot_id=existing.id,
        )
    return job.policy == "skip"


def _kept(request: Request, existing: Entry, outcome: Outcome = "duplicate_prevented") -> Generated:
    return Generated(request, outcome, existing, None)


def _commit(request: Request, job: Job, archive: Archive, computed: Computed) -> Generated:
    made: list[tuple[Snapshot, Entry | None]] = []

    def make(existing: Entry | None) -> Snapshot | None:
        if existing and (_stands(request, job, existing) or _is_unchanged(request, job, existing, computed)):
            return None
        require_rate(archive.layout, job)
        made.append((draft(request, job, computed, existing), existing))
        return made[-1][0]

    committed = _written(request, job, archive, make)
    if not committed.was_created:
        archive.read(committed.entry)  # it answers for the request: so it must be sound
        return _kept(request, committed.entry, "unchanged" if job.policy == "refresh" else "duplicate_prevented")
    snapshot, before = made[-1]
    is_same = before is not None and before.content_sha256 == snapshot.content_sha256
    low_disk = committed.free if committed.free and committed.free.is_low else None
    return Generated(request, "created", committed.entry, snapshot, is_same, low_disk)


def _written(request: Request, job: Job, archive: Archive, make: Make) -> Committed:
    caller, limits = job.caller, limits_of(job.settings)
    key = (request.timeframe, request.as_of_date)
    return commit(
        archive,
        *key,
        make,
        limits=limits,
        wait_s=caller.lock_wait_s,
        at=caller.at,
        by=caller.name,
        counts_as=job.counts_as,
    )


def _is_unchanged(request: Request, job: Job, existing: Entry, computed: Computed) -> bool:
    """Tell whether a refresh would change nothing: this content is there, and not as a provisional one out of date."""
    is_same = existing.content_sha256 == computed.content_sha256
    return job.policy == "refresh" and is_same and not gives_way(existing, request, job.caller.at)


def _dry_run(request: Request, job: Job, archive: Archive, existing: Entry | None) -> Generated:
    if existing and _stands(request, job, existing):
        return _kept(request, existing)
    computed = held_against_before(job.compute(request), request, archive)
    if existing and _is_unchanged(request, job, existing, computed):
        return _kept(request, existing, "unchanged")
    snapshot = draft(request, job, computed, existing)
    is_same = existing is not None and existing.content_sha256 == snapshot.content_sha256
    return Generated(request, "dry_run", None, snapshot, is_same)

"""The rate limit: counted from the audit of the store's archive, so that neither a restart nor a rival resets it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import cast, get_args

from omen_cli.archive.audit import CREATED, audit_files, each_event
from omen_cli.archive.layout import Layout, month_of
from omen_cli.errors import RateLimited
from omen_cli.model.ids import parse_snapshot_id
from omen_cli.model.rate import HOUR, CountsAs, Made, left_in_hour, wait_s
from omen_cli.workflows.job import Job


def require_rate(layout: Layout, job: Job) -> None:
    """Refuse to make one more snapshot than the store may have in an hour; the answer holds only under `.lock`.

    Raises:
        RateLimited: names the seconds to wait.
        FileDamaged: a file of the audit is none.
    """
    limit = job.settings.limits.generations_per_hour
    if not limit or job.counts_as == "nothing":
        return
    caller = job.caller
    call = caller.request_id if job.counts_as == "call" else None
    seconds = wait_s(_made(layout, caller.at), max(1, limit - job.leaves), caller.at, call)
    if seconds is not None:
        raise RateLimited(
            f"{layout.store_id}: {limit} new snapshots within an hour; the next one in {seconds} s",
            hint=f"wait {seconds} s, or raise limits.generations_per_hour in {job.settings.path.name}",
            store=layout.store_id,
            limit=limit,
            retry_after_s=seconds,
        )


def rate_left(layout: Layout, limit: int, at: datetime) -> int:
    """Return how many more snapshots the store may have at this moment; `limit` is not 0.

    Raises:
        FileDamaged: a file of the audit is none.
    """
    return left_in_hour(_made(layout, at), limit, at)


def _made(layout: Layout, at: datetime) -> Iterator[Made]:
    """Yield what the audit says was made about an hour ago or later, each at the time that its id holds."""
    first = f"{month_of((at.astimezone(UTC) - HOUR).date())}.jsonl"
    for path in audit_files(layout.audit_dir):
        if path.name < first:
            continue
        for event in filter(None, each_event(path, naming=CREATED)):
            identity = parse_snapshot_id(str(event.get("id"))) if event.get("event") == CREATED else None
            if identity is not None:
                when = datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=identity.epoch_ms)
                yield Made(when, str(event.get("requestId")), _counts_as(event.get("countsAs")))


def _counts_as(written: object) -> CountsAs | None:
    return cast("CountsAs", written) if written in get_args(CountsAs) else None

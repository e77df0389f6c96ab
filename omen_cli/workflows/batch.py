"""Several requests, one after the other: one store's failure is never another's."""

from collections.abc import Iterator
from dataclasses import dataclass

from omen_cli.config.settings import Settings
from omen_cli.errors import ArchiveDamaged, Busy, InsufficientStorage, InvalidArgument, RateLimited
from omen_cli.model.ids import Timeframe
from omen_cli.model.rate import CountsAs
from omen_cli.model.version import VERSION
from omen_cli.workflows.generate import generate
from omen_cli.workflows.job import Compute, Generated, Job, Policy, require_reason
from omen_cli.workflows.request import Caller, Request, requests_for, stores_asked

_ENDS_A_STORE = (ArchiveDamaged, Busy, InsufficientStorage, RateLimited)


@dataclass(frozen=True)
class Failed:
    """A request that failed; `about` names it: the store alone when nothing of it could be asked for."""

    store_id: str
    about: str
    error: Exception


@dataclass(frozen=True)
class Batch:
    """The requests store by store, how they are served, and the stores for which nothing could be asked."""

    job: Job
    by_store: tuple[tuple[Request, ...], ...]
    refused: tuple[Failed, ...]
    is_all_stores: bool

    @property
    def total(self) -> int:
        """Return how many results there will be when nothing ends a store early."""
        return len(self.refused) + sum(len(requests) for requests in self.by_store)


def jobs_for(
    settings: Settings,
    caller: Caller,
    compute: Compute,
    *,
    store_id: str | None,
    all_stores: bool,
    timeframe: Timeframe | None,
    as_of: str | None,
    span: tuple[str | None, str | None],
    policy: Policy,
    reason: str | None,
    is_dry_run: bool,
    is_unlimited: bool = False,
) -> Batch:
    """Return what is to be done.

    Toward the limit of the hour a backfill of an admin or of the machine's operator counts as one snapshot, and what
    `is_unlimited` as none.

    Raises:
        InvalidArgument: the call contradicts itself, or names no date; with --all a date that only some stores refuse
            (the day has not begun there) is those stores' failure.
        NotFound: there is no such store.
    """
    require_reason(policy, reason)
    is_backfill = span != (None, None) and caller.is_admin
    counts_as: CountsAs = "nothing" if is_unlimited else "call" if is_backfill else "one"
    job = Job(settings, caller, compute, VERSION, policy, reason, is_dry_run, counts_as=counts_as)
    by_store: list[tuple[Request, ...]] = []
    refused: list[Failed] = []
    for store in stores_asked(settings, store_id, all_stores=all_stores):
        try:
            by_store.append(requests_for(store, timeframe, as_of, span, caller.at))
        except InvalidArgument as error:
            if not all_stores:
                raise
            refused.append(Failed(store.store_id, store.store_id, error))
    if refused and not by_store:
        raise refused[0].error
    return Batch(job, tuple(by_store), tuple(refused), all_stores)


def serve(batch: Batch) -> Iterator[Generated | Failed]:
    """Serve every request, store by store; what ends a store skips its rest.

    That is a busy or damaged archive, a full disk, or the limit of the hour.
    A bug of ours that one store's data bring out is a failure of that store, too; a signal ends everything.
    """
    yield from batch.refused
    for requests in batch.by_store:
        for request in requests:
            result = _served(request, batch.job)
            yield result
            if isinstance(result, Failed) and isinstance(result.error, _ENDS_A_STORE):
                break


def _served(request: Request, job: Job) -> Generated | Failed:
    try:
        return generate(request, job)
    except Exception as error:  # noqa: BLE001  said with the others; a bug's trace is kept there
        return Failed(request.store.store_id, str(request), error)

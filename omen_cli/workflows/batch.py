"""Several requests, one after the other: one store's failure is never another's."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from omen_cli.config.settings import Settings, StoreSettings
from omen_cli.errors import ArchiveDamaged, Busy, InsufficientStorage, Interrupted, InvalidArgument, OmenError
from omen_cli.model.ids import Timeframe
from omen_cli.model.version import VERSION
from omen_cli.workflows.generate import Compute, Generated, Job, Policy, generate, require_reason
from omen_cli.workflows.request import Caller, Request, requests_for, stores_asked

_ENDS_A_STORE = (ArchiveDamaged, Busy, InsufficientStorage)


@dataclass(frozen=True)
class Failed:
    """A request that failed; `about` names it: the store alone when nothing of it could be asked for."""

    store_id: str
    about: str
    error: OmenError


@dataclass(frozen=True)
class Batch:
    """The requests store by store, how they are served, and the stores for which nothing could be asked."""

    job: Job
    by_store: tuple[tuple[Request, ...], ...]
    refused: tuple[Failed, ...] = field(default=())

    @property
    def total(self) -> int:
        """Return how many snapshots are asked for."""
        return sum(len(requests) for requests in self.by_store)


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
) -> Batch:
    """Return what is to be done.

    Raises:
        InvalidArgument: the call contradicts itself, or names no date; with --all a date that only some stores refuse
            (the day has not begun there) is those stores' failure.
        NotFound: there is no such store.
    """
    require_reason(policy, reason)
    job = Job(settings, caller, compute, VERSION, policy, reason, is_dry_run)
    by_store: list[tuple[Request, ...]] = []
    refused: list[Failed] = []
    for store in stores_asked(settings, store_id, all_stores=all_stores):
        try:
            by_store.append(requests_for(store, timeframe, as_of, span, caller.at))
        except InvalidArgument as error:
            refused.append(_refused(store, error))
    if refused and not by_store:
        raise refused[0].error
    return Batch(job, tuple(by_store), tuple(refused))


def serve(batch: Batch) -> Iterator[Generated | Failed]:
    """Serve every request, store by store; what ends a store (a busy or damaged archive, a full disk) skips its rest.

    Raises:
        Interrupted: SIGTERM arrived; what was yielded is done.
    """
    yield from batch.refused
    for requests in batch.by_store:
        for request in requests:
            try:
                yield generate(request, batch.job)
            except Interrupted:
                raise
            except OmenError as error:
                about = f"{request.store.store_id} {request.timeframe} {request.as_of_date}"
                yield Failed(request.store.store_id, about, error)
                if isinstance(error, _ENDS_A_STORE):
                    break


def _refused(store: StoreSettings, error: InvalidArgument) -> Failed:
    return Failed(store.store_id, store.store_id, error)

"""The first half of a store's tick: what is due and missing is made."""

from dataclasses import replace

from omen_cli.config.settings import Settings
from omen_cli.errors import ArchiveDamaged, Busy, Held, InsufficientStorage, RateLimited
from omen_cli.model.snapshot import Entry
from omen_cli.model.version import VERSION
from omen_cli.workflows.due import StoreDue
from omen_cli.workflows.generate import generate
from omen_cli.workflows.job import Compute, Generated, Job
from omen_cli.workflows.request import Caller, Request
from omen_cli.workflows.tick import DISK, Tick, Trouble, key_of_failure


def generate_due(due: StoreDue, settings: Settings, caller: Caller, compute: Compute, tick: Tick) -> None:
    """Make what is missing, as far as the limit of the hour allows: the rest is a later tick's, and no trouble.

    A store that another omen works on is passed by.
    """
    newest = Job(settings, caller, compute, VERSION, via="run")
    older = replace(newest, leaves=len(due.frames))  # so that what is due next does not wait for what was missed
    for request, is_newest in due.requests():
        try:
            _note(generate(request, newest if is_newest else older), tick)
        except (Busy, RateLimited):
            tick.unsure.add(due.store.store_id)
            return
        except InsufficientStorage as error:
            tick.refuse(due.store.store_id, error)
            return
        except Exception as error:  # noqa: BLE001  one store's failure is never another's; a bug's trace is kept there
            tick.meet(_failed(request, error))
            if isinstance(error, ArchiveDamaged):
                tick.unsure.add(due.store.store_id)
                return


def _failed(request: Request, error: Exception) -> Trouble:
    """Return that a snapshot could not be made: the same trouble, whichever as-of date it is."""
    store_id = request.store.store_id
    found = Trouble("", store_id, str(request), error)
    return replace(found, key=key_of_failure(store_id, request.timeframe, found.code, str(error)))


def _note(made: Generated, tick: Tick) -> None:
    if made.outcome != "created" or made.entry is None:
        return
    tick.generated.append(made)
    if made.low_disk:
        low = InsufficientStorage(made.low_disk.warning, hint="free some space in time; the snapshots were made")
        tick.meet(Trouble(DISK, None, "disk", low))
    if made.entry.status == "held":
        tick.meet(held(made.entry))


def held(entry: Entry) -> Trouble:
    """Return that a snapshot looks wrong, and is kept back."""
    store_id, named = entry.store_id, f"--store {entry.store_id} --snapshot {entry.id}"
    again = f"omen generate --store {store_id} --timeframe {entry.timeframe} --as-of {entry.as_of_date}"
    error = Held(
        f"{entry.id}: is HELD: kept, and not sent",
        hint=f"omen show {named} says why; mend the export, then: {again} --force --reason TEXT; or send it as it is: "
        f"omen send {named} --allow-held --reason TEXT",
        snapshot_id=entry.id,
    )
    return Trouble(f"{entry.id} held", store_id, f"{store_id} {entry.timeframe} {entry.as_of_date}", error)

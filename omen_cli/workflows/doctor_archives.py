"""Whether the archives are sound and free, for the doctor: a quick verification of each, and who holds which lock."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial

from omen_cli.archive.archive import Archive
from omen_cli.archive.layout import Layout
from omen_cli.archive.lock import holder_of
from omen_cli.config.settings import Settings, StoreSettings
from omen_cli.errors import Busy, OmenError
from omen_cli.model.counted import counted
from omen_cli.workflows.audits import DATA_AUDIT
from omen_cli.workflows.doctor_check import Check
from omen_cli.workflows.request import Caller
from omen_cli.workflows.verify import Verified, kind_of, verify_of_no_store, verify_store

_MOST_NAMED = 3


def lock_checks(layout: Layout, archives: Sequence[Archive]) -> Iterator[Check]:
    """Yield which lock somebody holds now; that is a warning, since it may be omen at its work."""
    of_data = (layout.run_lock, layout.data_lock, layout.alerts_lock)
    places = {"data": of_data} | {one.layout.store_id: one.layout.lock_files for one in archives}
    for step, paths in places.items():
        try:
            held = [f"{path.name} by {who}" for path in paths if (who := holder_of(path))]
        except OmenError as error:
            yield Check.of_error(step, error)
            continue
        if held:
            fix = "wait for it; one that stays held belongs to a command that hangs: look at that process"
            yield Check("warning", step, f"held: {', '.join(held)}", fix)
        else:
            yield Check("ok", step, "free")


def archive_checks(settings: Settings, stores: Sequence[StoreSettings], caller: Caller) -> Iterator[Check]:
    """Yield what a quick verification finds of each store's archive, and of the audit of what belongs to none."""
    quick = replace(caller, lock_wait_s=0.0)
    for store in stores:
        yield _checked(store.store_id, partial(verify_store, settings, store, quick, is_deep=False, is_repair=False))
    yield _checked(DATA_AUDIT, partial(verify_of_no_store, settings, quick, is_repair=False))


def _checked(step: str, verified: Callable[[], Verified | None]) -> Check:
    """Return what a verification finds; one that meets a lock is left for later."""
    try:
        found = verified()
    except Busy as error:
        return Check("warning", step, f"something was found, and may be a writer's: {error.message}", "ask again later")
    except OmenError as error:
        return Check.of_error(step, error)
    if found is None or not found.exists:
        return Check("ok", step, "nothing was recorded yet")
    if not found.remaining:
        looked = f"{counted(found.snapshots, 'snapshot')}, {counted(found.audit_lines, 'audit line')}"
        said = "; ".join(found.warnings)
        fix = "omen verify --deep reads every snapshot" if said else ""
        return Check("warning" if said else "ok", step, f"{said or 'sound'}: {looked}", fix)
    return Check("failed", step, _said(found), _fix(found))


def _said(found: Verified) -> str:
    named = [f"{kind_of(one).name} {one.subject}: {one.problem}" for one in found.remaining[:_MOST_NAMED]]
    rest = len(found.remaining) - _MOST_NAMED
    return "; ".join((*named, *((f"and {rest} more",) if rest > 0 else ())))


def _fix(found: Verified) -> str:
    target = "--all" if found.store_id == DATA_AUDIT else f"--store {found.store_id}"
    if found.is_lost:
        return f"omen verify {target} --deep tells what is lost, and what to do"
    return f"omen verify {target} --repair mends it"

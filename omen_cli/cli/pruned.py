"""How `omen prune` goes through its stores: the plan, the question, the removal, and what is said of each."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from omen_cli.cli.confirm import confirm
from omen_cli.cli.failed import Failure, say_failures, summary
from omen_cli.cli.session import Session
from omen_cli.cli.verdicts import CHANGED, shown, staying, verdict_table
from omen_cli.errors import CheckFailed, OmenError
from omen_cli.model.blocks import Block, Paragraph
from omen_cli.model.counted import counted
from omen_cli.workflows.prune import Plan, Rules, carry_out, plan_prune

if TYPE_CHECKING:
    from omen_cli.archive.retention import Verdict
    from omen_cli.config.settings import StoreSettings
    from omen_cli.model.snapshot import Entry
    from omen_cli.workflows.request import Caller


@dataclass
class Pruning:
    """One run over several stores; `removed` holds the ids that are gone, `stayed` those that were to go and did not.

    A failure leaves the ids of its store out of both.
    """

    session: Session
    rules: Rules
    caller: "Caller"
    is_dry_run: bool
    plans: list[Plan] = field(default_factory=list)
    removed: set[str] = field(default_factory=set)
    stayed: set[str] = field(default_factory=set)
    failures: list[Failure] = field(default_factory=list)

    def fail(self, store_id: str, error: OmenError) -> None:
        """Remember that one store failed; the others go on."""
        self.failures.append(Failure(store_id, store_id, error))


def prune_stores(pruning: Pruning, stores: "Sequence[StoreSettings]", *, is_agreed: bool) -> None:
    """Prune the stores, one after the other; one store's failure is never another's.

    Raises:
        CheckFailed: the person who was asked said no; nothing was removed.
        OmenError: the one store's own error, or of many exit 1.
    """
    for store in stores:
        try:
            settings, is_dry_run = pruning.session.settings, pruning.is_dry_run
            pruning.plans.append(plan_prune(settings, store, pruning.rules, pruning.caller, is_dry_run=is_dry_run))
        except OmenError as error:
            pruning.fail(store.store_id, error)
    for plan in pruning.plans:
        _warn(pruning, plan.store.store_id, plan.warnings)
    if not pruning.is_dry_run:
        _require_agreement(pruning, is_agreed=is_agreed)
        _carry_out(pruning)
    _answer(pruning, is_one=len(stores) == 1)


def _require_agreement(pruning: Pruning, *, is_agreed: bool) -> None:
    doomed = [entry for plan in pruning.plans for entry in plan.removed]
    if is_agreed or not doomed:
        return
    stores = ", ".join(plan.store.store_id for plan in pruning.plans if plan.removed)
    question = f"Remove {_what(doomed)} of {stores} for good?"
    if not confirm(pruning.session, question, shown(_verdicts(pruning), is_tty=True)):
        raise CheckFailed("not agreed to: nothing was removed", hint="answer y, or give --yes")


def _carry_out(pruning: Pruning) -> None:
    for plan in pruning.plans:
        try:
            if plan.removed or plan.is_unfinished:
                carried = carry_out(pruning.session.settings, plan, pruning.rules, pruning.caller)
                pruning.removed.update(entry.id for entry in carried.removed)
                pruning.session.noted.count(plan.store.store_id, "removed", len(carried.removed))
                pruning.stayed.update(entry.id for entry in carried.kept)
                _warn(pruning, plan.store.store_id, carried.warnings)
        except OmenError as error:
            pruning.fail(plan.store.store_id, error)


def _warn(pruning: Pruning, store_id: str, warnings: Sequence[str]) -> None:
    for warning in warnings:
        pruning.session.warn(f"omen: {store_id}: {warning}")


def _answer(pruning: Pruning, *, is_one: bool) -> None:
    """Say what became of every store, then fail when one failed."""
    session, failures = pruning.session, pruning.failures
    if failures and is_one:
        raise failures[0].error
    results = [_plain(pruning, plan) for plan in pruning.plans]
    if not (failures and session.as_json):
        session.answer({"results": results}, _blocks(pruning))
    if failures:
        say_failures(session, failures)
        raise summary(f"{counted(len(failures), 'store')} failed", failures, results, keeps_status=False)


def _blocks(pruning: Pruning) -> list[Block]:
    verdicts = _verdicts(pruning)
    if not pruning.plans:
        return []  # every store failed: nothing is known of what there is
    if pruning.is_dry_run:
        doomed = [verdict.entry for verdict in verdicts if not verdict.is_kept]
        table = shown(verdicts, is_tty=pruning.session.world.stdout_is_tty)
        return [*table, Paragraph(f"would remove {_what(doomed)}; nothing was removed")]
    gone = [verdict for verdict in verdicts if verdict.entry.id in pruning.removed]
    said = Paragraph(f"removed {_what([verdict.entry for verdict in gone])}" if gone else "nothing to remove")
    return [*([verdict_table(gone)] if gone else []), said, *_staying(pruning)]


def _staying(pruning: Pruning) -> list[Paragraph]:
    stayed = {
        plan.store.store_id: [entry.id for entry in plan.removed if entry.id in pruning.stayed]
        for plan in pruning.plans
    }
    return [staying(store_id, ids) for store_id, ids in stayed.items() if ids]


def _verdicts(pruning: Pruning) -> "list[Verdict]":
    return [verdict for plan in pruning.plans for verdict in plan.verdicts]


def _what(entries: "Sequence[Entry]") -> str:
    return f"{counted(len(entries), 'snapshot')} ({sum(entry.size_bytes for entry in entries):,} bytes)"


def _plain(pruning: Pruning, plan: Plan) -> dict[str, object]:
    gone = [entry for entry in plan.removed if pruning.is_dry_run or entry.id in pruning.removed]
    kept = [verdict for verdict in plan.verdicts if verdict.is_kept or verdict.entry.id in pruning.stayed]
    return {
        "storeId": plan.store.store_id,
        "dryRun": pruning.is_dry_run,
        "removed": [entry.plain() for entry in gone],
        "removedBytes": sum(entry.size_bytes for entry in gone),
        "kept": [{"snapshotId": verdict.entry.id, "reasons": list(verdict.reasons) or [CHANGED]} for verdict in kept],
    }

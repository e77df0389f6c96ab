"""Recompute: make a snapshot again from its recorded inputs, and compare the bytes; only a refusal is audited."""

from dataclasses import replace
from datetime import timedelta

from omen_cli.archive.archive import Archive
from omen_cli.archive.documents import encode
from omen_cli.config.settings import Settings, StoreDefaults, StoreSettings
from omen_cli.errors import CheckFailed, SourceInvalid
from omen_cli.model.changes import fields_that_differ, setting_changes
from omen_cli.model.legacy import LegacySnapshot
from omen_cli.model.period import EARLIEST, period_of
from omen_cli.model.snapshot import Computed, Snapshot
from omen_cli.model.thresholds import Thresholds
from omen_cli.model.version import VERSION
from omen_cli.sources.recorded import left_out, locate, plan_recorded
from omen_cli.sources.verdict import InputVerdict
from omen_cli.workflows.before import with_rows_before
from omen_cli.workflows.compute import compute_planned, settings_of
from omen_cli.workflows.lookup import entry_by_id
from omen_cli.workflows.recomputed import Recomputed, Sameness
from omen_cli.workflows.request import Caller


def recompute(
    settings: Settings, store: StoreSettings, snapshot_id: str, caller: Caller, threads: int | None = None
) -> Recomputed:
    """Make the store's snapshot again from the files that it records, found where the sources point today.

    Raises:
        InvalidArgument, NotFound, Forbidden: as `show` says.
        ArchiveDamaged: the snapshot itself is lost or damaged.
        CheckFailed: what it records is not enough to make it again.
        SourceInvalid: a file is there and cannot be read.
    """
    archive = Archive(settings.data, store.store_id)
    entry = entry_by_id(settings, archive, snapshot_id, caller)
    snapshot, raw = archive.read(entry)
    if isinstance(snapshot, LegacySnapshot):
        raise CheckFailed(
            f"{snapshot.id}: cannot be made again: it is of the old system, which recorded no inputs",
            hint="omen verify --deep proves that it is what was brought over",
        )
    _require_recomputable(snapshot, caller)
    inputs = locate(store.sources, snapshot.inputs)
    found = Recomputed(
        entry=entry,
        snapshot=snapshot,
        inputs=inputs,
        extra=left_out(store.sources, inputs, snapshot.as_of_date),
        settings_changed=setting_changes(snapshot.settings, settings_of(store)),
        outcome=_outcome_of(inputs),
        warnings=tuple(archive.warnings),
    )
    if found.outcome != "same":
        return found
    result = _compared(found, store, raw, threads)
    return result if result.outcome == "same" else _unless_inputs_changed(result, found, store)


def _compared(found: Recomputed, store: StoreSettings, raw: bytes, threads: int | None) -> Recomputed:
    snapshot = found.snapshot
    try:
        computed = _compute(found, store, threads)
    except SourceInvalid as error:
        return replace(found, outcome="different", problem=error.message)
    again = snapshot.model_copy(
        update={name: getattr(computed, name) for name in (*Computed.model_fields, "content_sha256")}
    )
    if encode(again) == raw:
        return replace(found, recomputed_content_sha256=again.content_sha256)
    is_same_content = again.content_sha256 == snapshot.content_sha256
    return replace(
        found,
        outcome="same_content" if is_same_content else "different",
        differs=fields_that_differ(snapshot.plain(), again.plain()),
        recomputed_content_sha256=again.content_sha256,
    )


def _unless_inputs_changed(result: Recomputed, found: Recomputed, store: StoreSettings) -> Recomputed:
    """Return the result, or, when a file changed while it was read, that instead."""
    inputs = locate(store.sources, found.snapshot.inputs)
    outcome = _outcome_of(inputs)
    return result if outcome == "same" else replace(found, inputs=inputs, outcome=outcome)


def _compute(found: Recomputed, store: StoreSettings, threads: int | None) -> Computed:
    snapshot, entered = found.snapshot, found.snapshot.settings
    plans = plan_recorded(store.sources, found.inputs, store.store_id, entered.currency)
    computed = compute_planned(plans, period_of(snapshot.timeframe, snapshot.as_of_date), entered, threads)
    hold = snapshot.hold
    if hold.snapshot_before is None or hold.rows_before is None:
        return computed
    return with_rows_before(computed, hold.snapshot_before, hold.rows_before)


def _require_recomputable(snapshot: Snapshot, caller: Caller) -> None:
    """Refuse a snapshot that cannot be made again, whatever the files are.

    Raises:
        CheckFailed: it records no inventory, or settings or a date that no store of this omen can have.
    """
    missing = _what_is_missing(snapshot, caller)
    if missing:
        raise CheckFailed(
            f"{snapshot.id}: cannot be made again: {missing}",
            hint=f"it was made by omen {snapshot.omen_version} ({snapshot.created_via}), this is omen {VERSION}",
        )


def _what_is_missing(snapshot: Snapshot, caller: Caller) -> str | None:
    entered = snapshot.settings
    if not any(one.role == "inventory" for one in snapshot.inputs):
        return "it records no inventory file"
    if (
        not EARLIEST <= snapshot.as_of_date <= caller.at.date() + timedelta(days=1)
    ):  # one more: somewhere it is tomorrow
        return "its date is none that a snapshot is made of"
    try:
        Thresholds.of_entered(entered.thresholds, entered.category_thresholds)
        StoreDefaults(timezone=entered.timezone, currency=entered.currency)
    except ValueError:
        return "it records settings that this omen does not know"
    return None


def _outcome_of(inputs: tuple[InputVerdict, ...]) -> Sameness:
    verdicts = {one.verdict for one in inputs}
    return "input_changed" if "changed" in verdicts else "input_missing" if "missing" in verdicts else "same"

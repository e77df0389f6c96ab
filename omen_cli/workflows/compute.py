"""Compute: sources → facts → intelligence, for one request; nothing is written."""

from collections.abc import Sequence

from omen_cli.config.settings import StoreSettings
from omen_cli.facts.read import read_facts
from omen_cli.intelligence.conclude import conclude
from omen_cli.intelligence.hold import decide_hold
from omen_cli.model.facts import Facts
from omen_cli.model.period import Period, period_of
from omen_cli.model.snapshot import Computed, SettingsEntered
from omen_cli.model.sources import TablePlan
from omen_cli.model.thresholds import Thresholds
from omen_cli.sources.plan import plan_sources
from omen_cli.workflows.request import Request


def compute(request: Request, threads: int | None = None) -> Computed:
    """Read the store's exports and conclude from them.

    Args:
        request: whose, and about when.
        threads: of the database; None for one a core. The content does not depend on it.

    Raises:
        SourceInvalid: an export cannot be used.
    """
    store = request.store
    plans = plan_sources(store.sources, store.store_id, request.as_of_date, store.currency)
    return compute_planned(plans, period_of(request.timeframe, request.as_of_date), settings_of(store), threads)


def settings_of(store: StoreSettings) -> SettingsEntered:
    """Return those of the store's settings that enter a content."""
    return SettingsEntered(
        timezone=store.timezone,
        currency=store.currency,
        thresholds=store.thresholds.entered(),
        category_thresholds=store.thresholds.entered_by_category(),
    )


def compute_planned(
    plans: Sequence[TablePlan], period: Period, settings: SettingsEntered, threads: int | None = None
) -> Computed:
    """Execute the plans and conclude; nothing else of a store enters than what a snapshot records as `settings`.

    Raises:
        SourceInvalid: an export cannot be used.
        ValueError: the settings are none that a store can have.
    """
    facts = read_facts(plans, period, settings.timezone, threads)
    content = conclude(
        facts,
        period,
        timezone=settings.timezone,
        currency=settings.currency,
        thresholds=Thresholds.of_entered(settings.thresholds, settings.category_thresholds),
    )
    return Computed(
        content=content,
        settings=settings,
        inputs=facts.inputs,
        rejected=facts.rejected,
        hold=decide_hold(facts, period),
        notes=tuple(_file_notes(facts)),
    )


def _file_notes(facts: Facts) -> list[str]:
    """Return what is to be said of the files as such, which stays out of the content."""
    notes: list[str] = []
    if facts.inventory_date is None:
        notes.append("the inventory file carries no date")
    else:
        notes.append(f"the inventory is as of {facts.inventory_date}, its file's own date")
    if facts.overlapping_lines:
        notes.append(
            f"{facts.overlapping_lines} order lines stand in two files to the letter: if the files overlap, map line_id"
        )
    if facts.repeated_lines:
        differ = (
            f", {facts.conflicting_lines} of them with other values: the latest counts"
            if facts.conflicting_lines
            else ""
        )
        notes.append(f"{facts.repeated_lines} order lines repeat an order_id and line_id and count once{differ}")
    return notes

"""Metrics: what index, audit, disk and log say at this moment. Nothing is counted elsewhere, and nothing is kept."""

from omen_cli.archive.layout import Layout
from omen_cli.config.settings import Settings
from omen_cli.model.version import VERSION
from omen_cli.ops.catalogue import BUILD, MIN_FREE_BYTES, STORES, WARN_FREE_BYTES
from omen_cli.workflows.metrics_gathered import Gathered
from omen_cli.workflows.metrics_of_audit import gather_audits
from omen_cli.workflows.metrics_of_log import gather_log
from omen_cli.workflows.metrics_of_stores import gather_store
from omen_cli.workflows.request import Caller


def gather_metrics(settings: Settings, caller: Caller) -> Gathered:
    """Return every metric; what cannot be read has none, a warning, and a metric that says so."""
    gathered = Gathered()
    gathered.set(BUILD, 1, VERSION)
    gathered.set(STORES, len(settings.stores))
    gathered.set(WARN_FREE_BYTES, settings.disk.warn_free_bytes)
    gathered.set(MIN_FREE_BYTES, settings.disk.min_free_bytes)
    for store in settings.stores.values():
        gather_store(gathered, settings, store, caller.at)
    gather_audits(gathered, settings)
    gather_log(gathered, Layout(settings.data, next(iter(settings.stores))), tuple(settings.stores), caller.at)
    return gathered

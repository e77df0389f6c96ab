"""Metrics in the text format that Prometheus reads; the only user of prometheus-client."""

from collections.abc import Iterable, Sequence

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from omen_cli.model.metric import Measured

_TOTAL = "_total"


class _Collected:
    """What was measured, as the library asks for it."""

    def __init__(self, found: Sequence[Measured]) -> None:
        self._found = found

    def collect(self) -> Iterable[Metric]:
        """Yield a family for each metric, also for one without samples: its HELP and TYPE stay."""
        return map(_family, self._found)


def exposition(found: Sequence[Measured]) -> bytes:
    """Return the text: HELP, TYPE and samples of each metric, without times, as a textfile collector takes it."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Collected(found))
    return generate_latest(registry)


def _family(one: Measured) -> Metric:
    metric = one.metric
    family: CounterMetricFamily | GaugeMetricFamily
    if metric.kind == "counter":
        family = CounterMetricFamily(metric.name.removesuffix(_TOTAL), metric.help, labels=metric.labels)
    else:
        family = GaugeMetricFamily(metric.name, metric.help, labels=metric.labels)
    for sample in one.samples:
        family.add_metric(sample.labels, float(sample.value))
    return family

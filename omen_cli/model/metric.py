"""Metrics as values: what one is, and what was measured of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Literal

Number = int | Decimal
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Metric:
    """One metric: `labels` are the names of its labels in their order, `help` says what it measures."""

    name: str
    kind: Literal["gauge", "counter"]
    labels: tuple[str, ...]
    help: str


@dataclass(frozen=True)
class Sample:
    """One value of a metric, with a text for each of its labels."""

    labels: tuple[str, ...]
    value: Number


@dataclass(frozen=True)
class Measured:
    """A metric with its samples, sorted by label, each set of labels once; none where nothing is known."""

    metric: Metric
    samples: tuple[Sample, ...]

    def plain(self) -> dict[str, object]:
        """Return it as it stands in a JSON answer."""
        metric = self.metric
        samples = [
            {"labels": dict(zip(metric.labels, one.labels, strict=True)), "value": one.value} for one in self.samples
        ]
        return {"name": metric.name, "type": metric.kind, "help": metric.help, "samples": samples}


def measured(metric: Metric, values: Iterable[tuple[tuple[str, ...], Number]]) -> Measured:
    """Return a metric with these values; of equal labels the last one counts."""
    by_labels = dict(values)
    for labels in by_labels:
        if len(labels) != len(metric.labels):
            raise ValueError(f"{metric.name}: {labels} for {metric.labels}")
    return Measured(metric, tuple(Sample(labels, by_labels[labels]) for labels in sorted(by_labels)))


def seconds_of(at: datetime) -> Decimal:
    """Return a time as seconds since 1970, to the millisecond."""
    return Decimal((at - _EPOCH) // timedelta(milliseconds=1)).scaleb(-3)

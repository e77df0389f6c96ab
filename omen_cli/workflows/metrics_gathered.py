"""What was measured so far, by metric, and what could not be: the values that the parts of `omen metrics` share."""

from collections import Counter
from dataclasses import dataclass, field

from omen_cli.config.settings import StoreSettings
from omen_cli.model.metric import Measured, Metric, Number, measured
from omen_cli.ops.catalogue import CATALOGUE

Labels = tuple[str, ...]


def timeframes_of(store: StoreSettings) -> tuple[str, ...]:
    """Return the timeframes whose series are always there: those that the store has, and those of its schedule."""
    return tuple(dict.fromkeys((*store.timeframes, *store.schedule)))


@dataclass
class Gathered:
    """The values of each metric; `warnings` says, a line each, why some are missing."""

    values: dict[Metric, dict[Labels, Number]] = field(default_factory=lambda: {metric: {} for metric in CATALOGUE})
    warnings: list[str] = field(default_factory=list)

    def set(self, metric: Metric, value: Number, *labels: str) -> None:
        """Take a value."""
        self.values[metric][labels] = value

    def most(self, metric: Metric, value: Number, *labels: str) -> None:
        """Take a value, unless there is a greater one."""
        self.values[metric][labels] = max(value, self.values[metric].get(labels, value))

    def add(self, metric: Metric, counts: Counter[Labels]) -> None:
        """Take counts."""
        for labels, number in counts.items():
            self.values[metric][labels] = self.values[metric].get(labels, 0) + number

    def warn(self, text: str) -> None:
        """Remember why something is missing."""
        self.warnings.append(text)

    def measured(self) -> tuple[Measured, ...]:
        """Return every metric of the catalogue, in its order."""
        return tuple(measured(metric, values.items()) for metric, values in self.values.items())

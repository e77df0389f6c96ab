"""What the signals look at, and what one of them says."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from omen_cli.intelligence.stock import ItemMetrics
from omen_cli.model.facts import OrderFacts, WindowSales
from omen_cli.model.thresholds import Thresholds


@dataclass(frozen=True)
class Situation:
    """What the signals look at; `orders` None without any order up to the as-of date, also where there is a table."""

    items: Sequence[ItemMetrics]
    orders: OrderFacts | None
    has_orders_table: bool
    thresholds: Thresholds

    @property
    def before(self) -> WindowSales | None:
        """Return the window that the observed one is compared with; None when there is none."""
        return self.orders.before[0] if self.orders and self.orders.before else None


@dataclass(frozen=True)
class Spoken:
    """What one signal says: its words, the money at stake (None: cannot be said), the items by falling stake."""

    action: str
    reason: str
    consequence: str
    stake: Decimal | None = None
    items: tuple[ItemMetrics, ...] = ()

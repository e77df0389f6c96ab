"""Small stores drawn by hypothesis, for the properties that every snapshot has.

Derandomized and with few examples each, so that the same code always gives the same answer, soon.
"""

import tempfile
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from omen_cli.facts.read import read_facts
from omen_cli.model.content import Content
from omen_cli.model.facts import Facts
from omen_cli.model.period import period_of
from omen_cli.sources.plan import plan_sources
from omen_cli.workflows.compute import compute
from tests.oracle.periods import DAY
from tests.unit.made_stores import MadeStore, Rows

LISTED = ("A", "B", "C", "D", "E", "F", "G", "H")
UNLISTED = ("X", "Y")
DAYS = (
    *(("weekly", "2026-01-11", "America/New_York"), ("weekly", "2027-01-01", "Pacific/Auckland")),
    *(("monthly", "2024-02-29", "Pacific/Honolulu"), ("monthly", "2026-03-30", "Europe/London")),
    ("daily", "2026-03-08", "America/Los_Angeles"),
)


def examples(count: int) -> settings:
    """Return the settings of a property: so many examples, always the same ones."""
    slow = (HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large)
    return settings(max_examples=count, derandomize=True, deadline=None, database=None, suppress_health_check=slow)


def money(units: int, decimals: int) -> str:
    return f"{Decimal(units).scaleb(-decimals):f}"


@st.composite
def items(draw: st.DrawFn, decimals: int) -> Rows:
    price, cost = st.integers(1, 20_000), st.one_of(st.none(), st.integers(0, 15_000))
    rows = []
    for sku in LISTED:
        paid = draw(cost)
        rows.append(
            {
                "sku": sku,
                "category": draw(st.sampled_from(("Flower", "Edible", ""))),
                "on_hand": draw(st.sampled_from(("", "0", "4", "11", "30", "80"))),
                "unit_cost": "" if paid is None else money(paid, decimals),
                "unit_price": money(draw(price), decimals),
            }
        )
    return rows


@st.composite
def lines(draw: st.DrawFn, as_of: date, decimals: int, *, quantities: tuple[int, ...] = (1, 1, 2, 5, -1, -2)) -> Any:
    back = draw(st.sampled_from((0, 1, 2, 3, 5, 6, 7, 8, 10, 13, -1, 20, 29, 45, 70)))
    quantity, price = (
        draw(st.sampled_from(quantities)),
        draw(st.integers(1, 20_000) | st.sampled_from((999, 1250, 3333))),
    )
    discount = price * abs(quantity) * draw(st.sampled_from((0, 0, 10, 50, 100))) // 100
    return {
        "order_id": draw(st.sampled_from([f"O-{number}" for number in range(12)])),
        "ordered_at": f"{as_of - back * DAY}T{draw(st.integers(0, 23)):02}:30:00",
        "sku": draw(st.sampled_from((*LISTED, *LISTED, *UNLISTED))),
        "quantity": str(quantity),
        "unit_price": money(price, decimals),
        "discount": money(discount, decimals),
    }


@st.composite
def stores(draw: st.DrawFn, decimals: int = 2) -> MadeStore:
    """Return a store of eight items and up to forty lines; with two decimals all sums of money are whole cents."""
    timeframe, day, zone = draw(st.sampled_from(DAYS))
    as_of = date.fromisoformat(day)
    sold = draw(st.lists(lines(as_of, decimals), min_size=8, max_size=40))
    if draw(st.sampled_from((True, True, False))):  # open for long, so that there are periods before
        sold.append(sold[0] | {"ordered_at": f"{as_of - 120 * DAY}T12:00:00", "quantity": "7"})
    files = {"inventory.csv": draw(items(decimals)), "orders-1.csv": sold}
    return MadeStore(zone, timeframe, as_of, files)  # type: ignore[arg-type]


def content_of(made: MadeStore, folder: Path, threads: int = 2) -> Content:
    """Write the store into a new folder in `folder`, and return what omen makes of it."""
    place = Path(tempfile.mkdtemp(dir=folder))
    made.write(place)
    return compute(made.request(place), threads).content


def facts_of(made: MadeStore, folder: Path) -> Facts:
    place = Path(tempfile.mkdtemp(dir=folder))
    made.write(place)
    store = made.request(place).store
    plans = plan_sources(store.sources, store.store_id, made.as_of, store.currency)
    return read_facts(plans, period_of(made.timeframe, made.as_of), made.zone, 2)

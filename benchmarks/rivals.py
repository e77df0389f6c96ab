"""The same aggregates three ways: by omen, by one DuckDB query written by hand, by pandas; each answers its totals.

Totals are rows by name: lines, orders, gross, discounts, returns, units, known gross, known cost, all to the cent. The
row `skus` holds sums over the SKUs: how many, their days with sales, net sales now and before, velocity units, the days
from first to last sale.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

AS_OF, ZONE = date(2026, 1, 11), "America/New_York"
END = AS_OF + timedelta(days=1)
MONDAY = END - timedelta(days=7)
TYPES = (
    "{order_id: 'VARCHAR', line_id: 'INTEGER', ordered_at: 'TIMESTAMPTZ', sku: 'VARCHAR', unit: 'VARCHAR', "
    "quantity: 'INTEGER', unit_price: 'DECIMAL(10, 2)', discount: 'DECIMAL(10, 2)', status: 'VARCHAR'}"
)
Totals = dict[str, list[str]]


def totals(rows: Iterable[Iterable[Any]]) -> Totals:
    """Return the rows by name, all numbers to the cent."""
    return {str(name): [f"{float(value or 0):.2f}" for value in values] for name, *values in rows}


def omen(folder: Path, orders: str, threads: int) -> Totals:
    """Return what omen's own compute works from, having computed the whole content."""
    from omen_cli.config.settings import StoreSettings
    from omen_cli.facts.read import read_facts
    from omen_cli.workflows import compute as workflow
    from omen_cli.workflows.request import Request

    seen: list[Any] = []

    def reading(*arguments: Any) -> Any:
        seen.append(read_facts(*arguments))
        return seen[0]

    workflow.read_facts = reading
    sources = {"inventory": {"path": str(folder / "inventory.csv")}, "orders": {"path": str(folder / orders)}}
    about = {"store_id": "Big", "name": "Big", "timezone": ZONE, "sources": sources}
    workflow.compute(Request(StoreSettings.model_validate(about), "weekly", AS_OF), threads=threads)
    return totals(_facts_rows(seen[0].orders))


def _facts_rows(orders: Any) -> Iterable[tuple[Any, ...]]:
    windows = {"week0": orders.observed, "month": orders.month, "velocity": orders.velocity}
    windows |= {f"week{back + 1}": window for back, window in enumerate(orders.trend) if window is not None}
    for name, w in windows.items():
        yield name, w.lines, w.orders, w.gross, w.discounts, w.returns, w.units, w.known_gross, w.known_cost
    for d in orders.by_day:
        yield d.day, 0, d.orders, d.gross, d.discounts, d.returns, d.units, d.known_gross, d.known_cost
    skus = [*orders.by_item, *orders.by_other]
    yield (
        "skus",
        len(skus),
        sum(sku.sale_days for sku in skus),
        sum(sku.observed.net for sku in skus),
        sum(sku.before.net for sku in skus),
        0,
        sum(sku.velocity_units for sku in skus),
        sum((sku.last_sale - sku.first_sale).days for sku in skus if sku.first_sale),
        0,
    )


def by_hand(folder: Path, orders: str, threads: int) -> Totals:
    """Return what one query says, which knows the types of the columns."""
    import duckdb

    path = folder / orders
    source = f"'{path}'" if path.suffix == ".parquet" else f"read_csv('{path}', header=true, columns={TYPES})"
    items = (
        f"(SELECT sku, unit_cost FROM read_csv('{folder / 'inventory.csv'}', types={{unit_cost: 'DECIMAL(10, 4)'}}))"
    )
    query = Path(__file__).with_name("by_hand.sql").read_text(encoding="utf-8")
    with duckdb.connect(config={"threads": threads, "preserve_insertion_order": False}) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        return totals(connection.execute(query.format(orders=source, inventory=items)).fetchall())


def with_pandas(folder: Path, orders: str, _threads: int) -> Totals:
    """Return what pandas says, with floats."""
    import pandas as pd

    path = folder / orders
    frame = pd.read_parquet(path) if path.suffix == ".parquet" else pd.read_csv(path)
    key = ["order_id", "line_id"]
    gone = frame.loc[frame["status"].isin(["void", "cancelled"]), key].drop_duplicates()
    frame = frame.merge(gone.assign(is_gone=True), on=key, how="left")
    frame = frame[frame["is_gone"].isna()]
    frame["ordered_at"] = pd.to_datetime(frame["ordered_at"], utc=True)
    frame = frame.sort_values("ordered_at").drop_duplicates(key, keep="last")
    frame["day"] = frame["ordered_at"].dt.tz_convert(ZONE).dt.tz_localize(None).dt.normalize()
    frame = frame.merge(pd.read_csv(folder / "inventory.csv")[["sku", "unit_cost"]], on="sku", how="left")
    quantity, price = frame["quantity"], frame["unit_price"].astype(float)
    discount = frame["discount"].astype(float)
    frame["gross"] = (price * quantity).where(quantity > 0, 0.0)
    frame["discounts"] = discount.where(quantity > 0, 0.0)
    frame["returned"] = (price * -quantity - discount).where(quantity < 0, 0.0)
    frame["known_gross"] = frame["gross"].where(frame["unit_cost"].notna(), 0.0)
    frame["known_cost"] = (frame["unit_cost"] * quantity).fillna(0.0)
    return totals(_pandas_rows(pd, frame[frame["day"] < pd.Timestamp(END)]))


def _pandas_rows(pd: Any, frame: Any) -> Iterable[tuple[Any, ...]]:
    sums = ["gross", "discounts", "returned", "quantity", "known_gross", "known_cost"]
    starts = {f"week{back}": (MONDAY - timedelta(days=7 * back), 7) for back in range(9)}
    for name, (first, days) in (
        starts | {"month": (date(2026, 1, 1), 11), "velocity": (date(2025, 12, 15), 28)}
    ).items():
        inside = frame[
            (frame["day"] >= pd.Timestamp(first)) & (frame["day"] < pd.Timestamp(first + timedelta(days=days)))
        ]
        orders = inside.loc[inside["quantity"] > 0, "order_id"].nunique()
        yield name, len(inside), orders, *inside[sums].sum()
    recent = frame[frame["day"] >= pd.Timestamp(MONDAY - timedelta(days=7))]
    orders_of_day = recent[recent["quantity"] > 0].groupby("day")["order_id"].nunique()
    for day, row in recent.groupby("day")[sums].sum().iterrows():
        yield day.date(), 0, orders_of_day.get(day, 0), *row
    net = (frame["gross"] - frame["discounts"] - frame["returned"]).groupby(
        [frame["sku"], frame["day"] >= pd.Timestamp(MONDAY)]
    )
    now = net.sum().unstack(fill_value=0.0)[True].sum()
    before = recent[recent["day"] < pd.Timestamp(MONDAY)]
    net_before = (before["gross"] - before["discounts"] - before["returned"]).groupby(before["sku"]).sum().sum()
    in_velocity = frame[frame["day"] >= pd.Timestamp(2025, 12, 15)]
    sale_days = in_velocity[in_velocity["quantity"] > 0].groupby("sku")["day"].nunique().sum()
    sold = frame[frame["quantity"] > 0].groupby("sku")["day"].agg(["min", "max"])
    spans = (sold["max"] - sold["min"]).dt.days.sum()
    velocity = in_velocity.groupby("sku")["quantity"].sum().sum()
    yield "skus", frame["sku"].nunique(), sale_days, now, net_before, 0, velocity, spans, 0


RIVALS = {"omen": omen, "by hand": by_hand, "pandas": with_pandas}

"""Makes a store's exports of any size: an inventory and order lines, the same ones every time, by DuckDB itself.

    python3 benchmarks/make_orders.py --lines 10000000 --format csv /tmp/orders-of-a-big-store

Two years of orders to 2026-01-11 of a shop with 2000 items: two or three lines an order, each with an id of its own,
some of them void or returned, times with the offset that the shop's clock had (CSV) or as instants (Parquet). What a
line says comes from the hash of its number, so neither threads nor the format change it.
"""

import argparse
from pathlib import Path

import duckdb

AS_OF = "2026-01-11"
ITEMS = 2000
LINES_OF_AN_ORDER = 2.5

_LINES = """
SELECT
    'W-' || (1000000 + order_no) AS order_id,
    line_no AS line_id,
    TIMESTAMPTZ '2024-01-12 05:00:00+00'
        + TO_SECONDS(CAST(FLOOR(order_no * {seconds_an_order}) AS BIGINT)) AS ordered_at,
    'SKU-' || LPAD(CAST(item AS VARCHAR), 5, '0') AS sku,
    CASE item % 3 WHEN 0 THEN 'each' WHEN 1 THEN '3.5g' ELSE '7g' END AS unit,
    CASE WHEN dice % 50 = 0 THEN -1 WHEN dice % 7 = 0 THEN 2 ELSE 1 END AS quantity,
    CAST(5 + item % 90 + 0.5 AS DECIMAL(10, 2)) AS unit_price,
    CAST(CASE WHEN dice % 50 <> 0 AND dice % 9 = 0 THEN 1.25 ELSE 0 END AS DECIMAL(10, 2)) AS discount,
    CASE WHEN dice % 97 = 0 THEN 'void' ELSE 'completed' END AS status
FROM (
    SELECT
        number * 2 // 5 AS order_no,
        1 + number - (number * 2 // 5 * 5 + 1) // 2 AS line_no,
        CAST(SQRT(HASH(number) % 4000000) AS BIGINT) % {items} AS item,
        HASH(number + 1000000007) % 1000003 AS dice
    FROM RANGE({lines}) AS numbers (number)
)
"""
_LOCAL = """
SELECT
    order_id, line_id,
    STRFTIME(TIMEZONE('America/New_York', ordered_at), '%Y-%m-%dT%H:%M:%S') || CASE
        WHEN DATE_DIFF('hour', TIMEZONE('America/New_York', ordered_at), TIMEZONE('UTC', ordered_at)) = 4
            THEN '-04:00' ELSE '-05:00' END AS ordered_at,
    sku, unit, quantity, unit_price, discount, status
FROM ({lines})
"""
_INVENTORY = """
SELECT
    'SKU-' || LPAD(CAST(item AS VARCHAR), 5, '0') AS sku,
    'Item ' || item AS name,
    CASE item % 3 WHEN 0 THEN 'each' WHEN 1 THEN '3.5g' ELSE '7g' END AS unit,
    'Category ' || item % 12 AS category,
    item * 7 % 60 AS on_hand,
    CASE WHEN item % 20 > 0 THEN CAST((5 + item % 90) * 0.6 AS DECIMAL(10, 2)) END AS unit_cost,
    CAST(5 + item % 90 + 0.5 AS DECIMAL(10, 2)) AS unit_price
FROM RANGE({items}) AS items (item)
"""


def make(folder: Path, lines: int, file_format: str) -> tuple[Path, Path]:
    """Write the inventory and the orders into a folder; return their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    inventory, orders = folder / "inventory.csv", folder / f"orders.{file_format}"
    orders_count = max(1, int(lines / LINES_OF_AN_ORDER))
    select = _LINES.format(lines=lines, items=ITEMS, seconds_an_order=730 * 86400 / orders_count)
    if file_format == "csv":
        select = _LOCAL.format(lines=select)
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute(f"COPY ({_INVENTORY.format(items=ITEMS)}) TO '{inventory}' (FORMAT csv, HEADER)")
        options = "FORMAT csv, HEADER" if file_format == "csv" else "FORMAT parquet"
        connection.execute(f"COPY ({select}) TO '{orders}' ({options})")
    return inventory, orders


def main() -> None:
    """Read the arguments, make the files, print their paths."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--lines", type=int, default=10_000_000)
    parser.add_argument("--format", choices=("parquet", "csv"), default="parquet")
    arguments = parser.parse_args()
    for path in make(arguments.folder, arguments.lines, arguments.format):
        print(f"{path}\t{path.stat().st_size} bytes")


if __name__ == "__main__":
    main()

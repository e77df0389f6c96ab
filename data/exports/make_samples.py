"""Makes the sample exports of two invented shops: their inventories and 120 days of orders, always the same rows.

NJWeedWizard/inventory.csv is a Wix store-products export, with orders by month; CaliCannabis/inventory.csv is another
till's list, with orders.parquet. catalogue.toml says what they hold. No clock is read: run twice, get the same rows.

    python data/exports/make_samples.py [--out DIR]
"""

import argparse
import csv
import random
from collections.abc import Iterable, Iterator
from datetime import timedelta
from itertools import groupby
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

import duckdb
from orders import CATALOGUE, FIRST_DAY, Item, Line, Shop, play_orders, read_items, read_shop

Row = dict[str, object]

WIX_START = (
    "handle fieldType name visible plainDescription media mediaAltText ribbon brand price strikethroughPrice cost"
    " inventory preOrderEnabled preOrderMessage preOrderLimit sku barcode weight baseUnit baseUnitMeasurement"
    " totalUnits totalUnitsMeasurement"
)
WIX_COLUMNS = [
    *WIX_START.split(),
    *(f"productOption{part}{n}" for n in range(1, 7) for part in ("Name", "Type", "Choices")),
    *(f"modifier{p}{n}" for n in range(1, 11) for p in ("Name", "Type", "CharLimit", "Mandatory", "Description")),
]
WIX_STOCK = {"in": "IN_STOCK", "out": "OUT_OF_STOCK", "?": ""}
ORDER_COLUMNS = ("order_id", "line_id", "ordered_at", "sku", "unit", "quantity", "unit_price", "discount", "status")
MOODS = ("Sunny, with a chance of errands", 'Smells like "almost there"', "Mellow, then a nap, then snacks")


def spell_cost(cost: str, rng: random.Random) -> str:
    """Write a cost as one of the people who fill in the Wix form would."""
    if cost == "?":
        return rng.choice(("", "NA", "-"))
    dollars = f"{int(cost):,}"
    return rng.choice((dollars, dollars, f"${dollars} ", f"{dollars}.00"))


def sale_columns(item: Item, rng: random.Random) -> Row:
    return {
        "price": item.price,
        "strikethroughPrice": item.price + 10 if rng.random() < 0.3 else "",
        "cost": spell_cost(item.cost, rng),
        "inventory": WIX_STOCK.get(item.stock, item.stock),
        "preOrderEnabled": "FALSE",
        "sku": "" if [item.product, item.option] == CATALOGUE["no_sku"] else item.sku,
    }


def option_columns(item: Item, choices: str) -> Row:
    return {
        "productOptionName1": item.option_name,
        "productOptionType1": "TEXT_CHOICES",
        "productOptionChoices1": choices,
    }


def wix_product(items: list[Item], rng: random.Random) -> Iterator[Row]:
    """Yield a product's rows: itself, its pictures, its variants (an item without options is the product row)."""
    first, handle = items[0], f"Product_{UUID(int=rng.getrandbits(128), version=4)}"
    mood, is_single = rng.choice(MOODS), first.option == "each"
    text = f"<p><strong>{first.product}</strong></p>\n<ul>\n<li>{mood}</li>\n<li>{first.category}</li>\n</ul>"
    extra = sale_columns(first, rng) if is_single else option_columns(first, ";".join(i.option for i in items))
    about: Row = {"name": first.product, "plainDescription": text, "brand": first.category, "visible": "TRUE"}
    yield {"handle": handle, "fieldType": "PRODUCT"} | about | extra
    for _ in range(rng.choice((1, 1, 2))):
        yield {"handle": handle, "fieldType": "MEDIA", "media": f"0e420f_{rng.getrandbits(128):032x}~mv2.jpeg"}
    for item in () if is_single else items:
        row: Row = {"handle": handle, "fieldType": "VARIANT", "visible": "FALSE" if item.stock == "out" else "TRUE"}
        yield row | sale_columns(item, rng) | option_columns(item, item.option)


def on_shelf(shop: Shop) -> list[Item]:
    return [item for item in read_items(shop.products) if item.stock != "gone"]


def wix_rows(items: Iterable[Item]) -> Iterator[Row]:
    rng = random.Random("omen samples 7 wix")
    for _, group in groupby(items, key=lambda item: item.product):
        yield from wix_product(list(group), rng)


def till_rows(items: Iterable[Item]) -> Iterator[Row]:
    rng = random.Random("omen samples till")
    for item in items:
        seen = CATALOGUE["launched"].get(item.sku, FIRST_DAY - timedelta(days=rng.randint(20, 500)))
        yield {
            "SKU": item.sku,
            "Product Name": item.product,
            "Unit": item.option,
            "Category": item.category,
            "Qty On Hand": item.stock.strip("?"),
            "Cost": item.cost.strip("?"),
            "Price": f"{item.price:.2f}",
            "Visible": "FALSE" if item.stock == "0" else "TRUE",
            "First Seen": seen,
        }


def order_row(line: Line, zone: ZoneInfo) -> Row:
    item = line.item
    unit = item.option if item.option_name == "Weight" else "each"
    at = line.at.replace(tzinfo=zone).isoformat()
    money = f"{item.price:.2f}", f"{line.discount:.2f}"
    values = (line.order_id, line.line_id, at, line.sku, unit, line.quantity, *money, line.status)
    return dict(zip(ORDER_COLUMNS, values, strict=True))


def write_csv(path: Path, rows: Iterable[Row], columns: list[str] | None = None, encoding: str = "utf-8") -> None:
    rows = list(rows)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="", encoding=encoding) as file:
        writer = csv.DictWriter(file, columns or list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def write_parquet(path: Path, lines: list[Line]) -> None:
    columns = zip(
        *((x.order_id, x.at, x.sku, x.quantity, x.item.price, x.discount, x.status) for x in lines), strict=True
    )
    with duckdb.connect(config={"threads": 1}) as db:
        db.execute(
            """CREATE TABLE lines AS SELECT unnest($1::VARCHAR[]) AS order_id, unnest($2::TIMESTAMP[]) AS ordered_at,
            unnest($3::VARCHAR[]) AS sku, unnest($4::INTEGER[]) AS quantity, unnest($5::DECIMAL(10,2)[]) AS unit_price,
            unnest($6::DECIMAL(10,2)[]) AS discount, unnest($7::VARCHAR[]) AS status""",
            [list(column) for column in columns],
        )
        db.table("lines").write_parquet(str(path), compression="zstd")


def make_samples(out: Path) -> None:
    nj, cali = read_shop("NJWeedWizard"), read_shop("CaliCannabis")
    write_csv(out / nj.id / "inventory.csv", wix_rows(on_shelf(nj)), WIX_COLUMNS, "utf-8-sig")
    for month, lines in groupby(play_orders(nj), key=lambda line: f"{line.at:%Y-%m}"):
        write_csv(out / nj.id / f"orders-{month}.csv", (order_row(line, ZoneInfo(nj.zone)) for line in lines))
    write_csv(out / cali.id / "inventory.csv", till_rows(on_shelf(cali)))
    write_parquet(out / cali.id / "orders.parquet", play_orders(cali))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=Path(__file__).parent, help="folder to write to")
    make_samples(parser.parse_args().out)

"""Reads catalogue.toml into shops and items, and plays 120 days of orders at a shop, from one seed."""

import random
import re
import tomllib
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

CATALOGUE = tomllib.loads((Path(__file__).parent / "catalogue.toml").read_text(encoding="utf-8"))
FIRST_DAY, LAST_DAY = CATALOGUE["first_day"], CATALOGUE["last_day"]
ITEM = re.compile(r"(.+) (\S+)/(\S+) x(\S+) @(\S+)")
WEEKDAYS = (0.80, 0.82, 0.93, 1.00, 1.20, 1.24, 1.00)  # Monday first
HOURS = {9: 3, 10: 4, 11: 5, 12: 7, 13: 6, 14: 6, 15: 7, 16: 9, 17: 10, 18: 9, 19: 8, 20: 6, 21: 5}


class Shop(NamedTuple):
    """A store: its opening hours, the orders of a usual day, and how its story week differs from one."""

    id: str
    zone: str
    opens: int
    closes: int
    orders_a_day: int
    prefix: str
    first_number: int
    seed: int
    story: float
    sale_chance: float
    products: str


class Item(NamedTuple):
    """What a shop sells: money in dollars, `cost` and `stock` as the catalogue writes them, `rate` in units a day."""

    sku: str
    category: str
    product: str
    option_name: str
    option: str
    price: Decimal
    cost: str
    stock: str
    rate: float


class Line(NamedTuple):
    """One line of an order, `at` in the store's own time."""

    order_id: str
    line_id: int
    at: datetime
    item: Item
    sku: str
    quantity: int
    discount: Decimal
    status: str


def read_shop(shop_id: str) -> Shop:
    return Shop(shop_id, **CATALOGUE[shop_id])


def slug(text: str) -> str:
    return re.sub(r"[^A-Z0-9.]+", "-", text.upper().replace("'", "")).strip("-")


def read_items(products: str) -> Iterator[Item]:
    category = option_name = ""
    for row in products.strip().splitlines():
        if row.startswith("["):
            category, option_name = row.strip("[]").split(" | ")
            continue
        product, options = row.split(": ", 1)
        for text in options.split("; "):
            option, price, cost, stock, rate = ITEM.fullmatch(text).groups()  # type: ignore[union-attr]
            sku = slug(product if option == "each" else f"{product} {option}")
            yield Item(sku, category, product, option_name, option, Decimal(price), cost, stock, float(rate))


def is_story(day: date) -> bool:
    return bool(CATALOGUE["story_first"] <= day <= CATALOGUE["story_last"])


def rate_on(item: Item, day: date) -> float:
    if day < CATALOGUE["launched"].get(item.sku, FIRST_DAY) or day > CATALOGUE["last_sold"].get(item.sku, LAST_DAY):
        return 0.0
    return item.rate * (CATALOGUE["buzz"].get(item.sku, 1.0) if is_story(day) else 1.0)


def count_orders(shop: Shop, day: date, rng: random.Random) -> int:
    trend = 0.96 + 0.0007 * (day - FIRST_DAY).days
    level: float = WEEKDAYS[day.weekday()] * trend * (shop.story if is_story(day) else 1.0)
    level *= float(CATALOGUE["busy_days"].get(day.isoformat(), 1))
    return round(shop.orders_a_day * level * (0.93 + 0.14 * rng.random()))


def draw_time(shop: Shop, day: date, rng: random.Random) -> datetime:
    hours = range(shop.opens, shop.closes)
    hour = rng.choices(hours, [HOURS[h] for h in hours])[0]
    return datetime.combine(day, time(hour, rng.randrange(60), rng.randrange(60)))


def discount_pct(shop: Shop, at: datetime, lines: int, rng: random.Random) -> int:
    if is_story(at.date()) and rng.random() < shop.sale_chance:
        return 20
    if at.hour in (16, 17) and at.weekday() < 5:  # happy hour
        return rng.choice((0, 10, 15))
    return 20 if at.weekday() == 2 and lines > 1 else 0  # a bundle on Wednesday


def draw_order(order_id: str, at: datetime, menu: dict[Item, float], shop: Shop, rng: random.Random) -> list[Line]:
    count = rng.choices((1, 2, 3, 4), (52, 29, 13, 6))[0]
    basket = dict.fromkeys(rng.choices(list(menu), list(menu.values()), k=count))
    status = rng.choices(("completed", "void", "cancelled"), (976, 12, 12))[0]
    percent = discount_pct(shop, at, len(basket), rng)
    lines = []
    for line_id, item in enumerate(basket, 1):
        sku = CATALOGUE["spellings"].get(item.sku, item.sku) if rng.random() < 0.15 else item.sku
        quantity = rng.choices((1, 2, 3), (87, 10, 3))[0]
        discount = (item.price * quantity * percent / 100).quantize(Decimal("0.01"))
        lines.append(Line(order_id, line_id, at, item, sku, quantity, discount, status))
    return lines


def draw_return(line: Line, shop: Shop, rng: random.Random) -> Line | None:
    """Return the line that takes a sale back some days later, with its discount; None for most, and after the end."""
    day = line.at.date() + timedelta(days=rng.randint(1, 9))
    if rng.random() >= 0.015 or line.status != "completed" or line.line_id > 1 or day > LAST_DAY:
        return None
    at = draw_time(shop, day, rng)
    return line._replace(order_id=f"R-{line.order_id}", at=at, quantity=-line.quantity)


def play_orders(shop: Shop) -> list[Line]:
    """Return every order line of the 120 days, in order of time; the same ones on every machine."""
    rng = random.Random(f"omen samples {shop.seed} {shop.id}")  # a text seed does not depend on PYTHONHASHSEED
    items, lines, number = list(read_items(shop.products)), [], shop.first_number
    for offset in range((LAST_DAY - FIRST_DAY).days + 1):
        day = FIRST_DAY + timedelta(days=offset)
        menu = {item: rate_on(item, day) for item in items}
        for at in sorted(draw_time(shop, day, rng) for _ in range(count_orders(shop, day, rng))):
            lines += draw_order(f"{shop.prefix}{number}", at, menu, shop, rng)
            number += 1
    lines += [back for line in lines if (back := draw_return(line, shop, rng))]
    return sorted(lines, key=lambda line: (line.at, line.order_id, line.line_id))

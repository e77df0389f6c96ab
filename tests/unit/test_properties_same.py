"""The same rows give the same bytes of content, in any order, files and threads; ten times the money ten times it."""

import random
import tempfile
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from omen_cli.model.canonical import dump_canonical
from omen_cli.model.facts import Facts, Sales
from omen_cli.workflows.compute import compute
from tests.unit.made_stores import MadeStore, Rows, made_store
from tests.unit.property_stores import content_of, examples, facts_of, stores

seeds = st.integers(0, 199).map(made_store)  # stores with repeated lines, odd spellings and rows that are set aside


def content_bytes(made: MadeStore, folder: Path, threads: int = 2) -> bytes:
    return dump_canonical(content_of(made, folder, threads).plain())


@given(seeds, st.integers(0, 2**32))
@examples(12)
def test_shuffled_rows_give_the_same_bytes(tmp_path, made, seed):
    rng = random.Random(seed)
    shuffled = {name: rng.sample(rows, len(rows)) for name, rows in made.files.items()}

    assert content_bytes(replace(made, files=shuffled), tmp_path) == content_bytes(made, tmp_path)


@given(seeds, st.integers(2, 7))
@examples(12)
def test_rows_in_more_files_give_the_same_bytes(tmp_path, made, count):
    files = {name: rows for name, rows in made.files.items() if not name.startswith("orders")}
    sold = made.rows("orders")
    parts = {f"orders-part {number}.csv": sold[number::count] for number in range(count)}

    split = replace(made, files=files | {name: rows for name, rows in parts.items() if rows})

    assert content_bytes(split, tmp_path) == content_bytes(made, tmp_path)


@given(seeds)
@examples(8)
def test_any_number_of_threads_gives_the_same_bytes(tmp_path, made):
    assert len({content_bytes(made, tmp_path, threads) for threads in (1, 2, 5, 8)}) == 1


@given(seeds, seeds)
@examples(8)
def test_another_stores_files_beside_or_among_them_change_no_byte(tmp_path, made, other):
    expected = content_bytes(made, tmp_path)
    place = Path(tempfile.mkdtemp(dir=tmp_path))
    (place / "Other").mkdir()
    other.write(place / "Other")
    foreign = {f"Other-{name}": rows for name, rows in other.files.items()}
    MadeStore(other.zone, other.timeframe, other.as_of, foreign).write(place)
    compute(other.request(place / "Other", "Other"), threads=2)
    made.write(place)

    assert dump_canonical(compute(made.request(place), threads=2).content.plain()) == expected


# --- ten times the money ----------------------------------------------------------------------------------------------

MONEY_COLUMNS = ("unit_price", "unit_cost", "discount")
MONEY_THRESHOLDS = {"dead_stock_capital_min": 100, "slow_stock_capital_min": 500}
SUMS = {"net_sales", "net_sales_before", "net_sales_costed", "gross_sales_costed", "velocity_net_sales", "to_date",
        "unit_cost", "unit_price", "unitPrice", "unitCost", "inventory_retail_value", "dead_stock_capital",
        "before", "change", "rest"}  # fmt: skip
QUOTIENTS = {"orders_effect", "basket_effect", "stake", "lost_sales", "per_day", "money_at_stake"}
TEXTS = {"reason", "consequence", "action", "text", "why_null"}
ROUNDED = Decimal("0.055")  # half a cent of ten times the small one, and half a cent of the great one


def tenfold(rows: Rows) -> Rows:
    return [row | {name: f"{Decimal(row[name]) * 10:f}" for name in MONEY_COLUMNS if row.get(name)} for row in rows]


def tenfold_store(made: MadeStore) -> MadeStore:
    thresholds = {name: str(value * 10) for name, value in MONEY_THRESHOLDS.items()}
    return replace(made, files={name: tenfold(rows) for name, rows in made.files.items()}, thresholds=thresholds)


def sums_of(facts: Facts) -> list[dict[str, Any]]:
    """Return all sums over lines that the facts hold, in order."""
    orders = facts.orders
    assert orders is not None
    windows = (orders.observed, orders.velocity, orders.month, *orders.before, *orders.trend)
    skus = (*orders.by_item, *orders.by_other)
    found = [*windows, *orders.by_day, *(sku.observed for sku in skus), *(sku.before for sku in skus)]
    return [{name: getattr(one, name) for name in Sales.model_fields} for one in found if one is not None]


@given(stores(decimals=2))
@examples(12)
def test_ten_times_the_money_is_exactly_ten_times_every_unrounded_sum(tmp_path, made):
    small, great = (sums_of(facts_of(one, tmp_path)) for one in (made, tenfold_store(made)))

    expected = [{name: value * (1 if name == "units" else 10) for name, value in one.items()} for one in small]

    assert great == expected


@given(stores(decimals=1))
@examples(15)
def test_ten_times_the_money_changes_no_percentage_count_day_or_finding(tmp_path, made):
    small, great = (by_name(content_of(one, tmp_path).model_dump()) for one in (made, tenfold_store(made)))

    assert differences(small, great) == []


def by_name(content: dict[str, Any]) -> dict[str, Any]:
    """Turn what is sorted by rounded money into what is found by its name: a tie of cents is none of tens of cents."""
    advice = {f"{one['action']} {one['sku']}": one for one in content["recommendations"]}
    signals = {one["name"]: one | {"skus": sorted(one["skus"])} for one in content["signals"]}
    outs = {one["sku"]: one for one in content["forecasts"]["stock_outs"]}
    forecasts = content["forecasts"] | {"stock_outs": outs}
    return content | {"recommendations": advice, "signals": signals, "forecasts": forecasts}


def differences(small: Any, great: Any, path: str = "", key: str = "") -> list[str]:
    """Return where `great` is not `small` with ten times the money."""
    if isinstance(small, dict) and isinstance(great, dict):
        if small.keys() != great.keys():
            return [f"{path}: {small.keys() ^ great.keys()}"]
        if "unit" in small and "why_null" in small:
            return _kpi_differences(small, great, path)
        return [one for name in small for one in differences(small[name], great[name], f"{path}/{name}", name)]
    if isinstance(small, list | tuple) and isinstance(great, list | tuple) and len(small) == len(great):
        pairs = zip(small, great, strict=True)
        return [one for n, pair in enumerate(pairs) for one in differences(*pair, f"{path}/{n}", key)]
    if key in TEXTS or _is_scaled(small, great, key, path):
        return []
    return [f"{path}: {small} {great}"]


def _is_scaled(small: Any, great: Any, key: str, path: str) -> bool:
    is_of_units = path.startswith("/anomalies")
    if not isinstance(small, Decimal) or key not in SUMS | QUOTIENTS or is_of_units:
        return bool(small == great)
    is_quotient = key in QUOTIENTS or path.endswith("/month/net_sales")
    return abs(great - small * 10) <= (ROUNDED if is_quotient else 0)


def _kpi_differences(small: dict[str, Any], great: dict[str, Any], path: str) -> list[str]:
    is_quotient = path.endswith("averageOrderValue")
    keys = dict.fromkeys(("value", "before", "change"), "stake" if is_quotient else "net_sales")
    keys["trailing_average"] = "stake"
    scaled = keys if small["unit"] == "money" else {}
    return [
        one
        for name in small
        for one in differences(small[name], great[name], f"{path}/{name}", scaled.get(name, "-"))
        if name not in TEXTS
    ]

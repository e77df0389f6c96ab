"""The canonical tables: their columns, the names that exports commonly give them, and how a header is matched."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from omen_cli.model.safe_text import safe_text

_NOT_ALNUM = re.compile(r"[\W_]+")


@dataclass(frozen=True)
class Column:
    """One canonical column; `synonyms` are written as they compare: lower case, letters and digits only."""

    name: str
    kind: Literal["text", "number", "time", "flag"]
    required: bool = False
    synonyms: tuple[str, ...] = ()


class ColumnMismatch(ValueError):
    """A header lacks a required column, or two columns could be the same one; the message says which."""


_SKU = ("itemsku", "productsku", "variantsku", "skuid", "skucode", "itemcode", "productcode")
_UNIT = ("unitofmeasure", "uom", "unitsize", "packsize", "size")
_PRICE = ("price", "listprice", "retailprice", "retail", "itemprice", "priceperunit", "sellingprice")
_COST = ("cost", "costprice", "costperunit", "unitcostprice", "wholesalecost", "averagecost")

INVENTORY = (
    Column("sku", "text", required=True, synonyms=_SKU),
    Column("name", "text", synonyms=("productname", "itemname", "product", "item", "title", "strain")),
    Column("unit", "text", synonyms=_UNIT),
    Column("category", "text", synonyms=("productcategory", "itemcategory", "producttype", "type", "department")),
    Column(
        "on_hand",
        "number",
        synonyms=(
            "onhandquantity",
            "qtyonhand",
            "quantityonhand",
            "quantity",
            "qty",
            "stock",
            "instock",
            "stockonhand",
            "inventory",
            "available",
        ),
    ),
    Column("unit_cost", "number", synonyms=_COST),
    Column("unit_price", "number", synonyms=_PRICE),
    Column("visible", "flag", synonyms=("isvisible", "active", "isactive", "published", "enabled")),
    Column(
        "first_seen", "time", synonyms=("firstseenon", "createdat", "createdon", "dateadded", "addedon", "received")
    ),
)
ORDERS = (
    Column(
        "order_id", "text", required=True, synonyms=("order", "ordernumber", "orderno", "receiptid", "transactionid")
    ),
    Column(
        "ordered_at",
        "time",
        required=True,
        synonyms=("orderdate", "orderdatetime", "ordertime", "date", "datetime", "createdat", "soldat", "saledate"),
    ),
    Column("sku", "text", required=True, synonyms=_SKU),
    Column("unit", "text", synonyms=_UNIT),
    Column("quantity", "number", required=True, synonyms=("qty", "quantitysold", "units", "unitssold")),
    Column("unit_price", "number", required=True, synonyms=_PRICE),
    Column("discount", "number", synonyms=("discountamount", "linediscount", "discounts", "discounttotal")),
    Column("status", "text", synonyms=("orderstatus", "linestatus", "state")),
    Column("line_id", "text", synonyms=("lineitemid", "orderlineid", "line", "lineno", "linenumber")),
)
COSTS = (
    Column("sku", "text", required=True, synonyms=_SKU),
    Column("unit_cost", "number", required=True, synonyms=_COST),
)
WIX = (
    Column("handle", "text", required=True, synonyms=("handleid",)),
    Column("field_type", "text", required=True),
    Column("name", "text", required=True),
    Column("brand", "text"),
    Column("visible", "flag"),
    Column("price", "number", required=True),
    Column("cost", "number"),
    Column("inventory", "number", required=True),
    Column("sku", "text", required=True),
    Column("product_option_name1", "text"),
    Column("product_option_choices1", "text"),
    Column("product_option_choices2", "text"),
)
TABLES: Mapping[str, tuple[Column, ...]] = {"inventory": INVENTORY, "orders": ORDERS, "costs": COSTS, "wix": WIX}


def comparable(name: str) -> str:
    """Return a column name as it is compared: lower case, letters and digits only."""
    return _NOT_ALNUM.sub("", name).lower()


def match_columns(
    columns: Sequence[Column], header: Sequence[str], mapping: Mapping[str, str]
) -> dict[str, str | None]:
    """Return for each canonical column the header's own name; None for an optional one that is absent.

    Args:
        columns: the canonical table.
        header: the names as the file has them, unique.
        mapping: canonical name to the file's name, from `columns:` in stores.yaml; goes before any synonym.

    Raises:
        ColumnMismatch: a required column is missing, a mapped name is not there, or two names fit one column.
    """
    matched = {column.name: _match(column, header, mapping.get(column.name)) for column in columns}
    missing = [column.name for column in columns if column.required and matched[column.name] is None]
    if missing:
        there = ", ".join(safe_text(name[:40]) for name in header[:30])
        raise ColumnMismatch(f"no column for {', '.join(missing)}; it has: {there}")
    return matched


def _match(column: Column, header: Sequence[str], mapped: str | None) -> str | None:
    if mapped is not None:
        exact = [name for name in header if name.strip() == mapped.strip()]
        found = exact or [name for name in header if name.strip().casefold() == mapped.strip().casefold()]
        if not found:
            raise ColumnMismatch(f"columns: maps {column.name} to {safe_text(mapped)!r}, which the file does not have")
    else:
        by_name = [name for name in header if comparable(name) == comparable(column.name)]
        found = by_name or [name for name in header if comparable(name) in column.synonyms]
    if len(found) > 1:
        names = " and ".join(repr(safe_text(name)) for name in found)
        raise ColumnMismatch(f"{names} could both be {column.name}; say which under columns:")
    return found[0] if found else None

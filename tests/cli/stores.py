"""What the tests of the command line arrange: other settings, other exports, whole trees to compare."""

import csv
from io import StringIO
from pathlib import Path

from tests.conftest import TwoStores

NJ, CALI = "NJWeedWizard", "CaliCannabis"
DAY = "2026-01-09"
INVENTORY_HEADER = "sku,name,unit,category,on_hand,unit_cost,unit_price,visible,first_seen\n"


def export(stores: TwoStores, store: str = NJ, name: str = "inventory.csv") -> Path:
    """Return the path of one of a store's exports."""
    return stores.config.parent / "exports" / store / name


def remove_exports(stores: TwoStores, store: str = NJ) -> None:
    """Remove every export of a store."""
    for path in export(stores, store).parent.iterdir():
        path.unlink()


def configure(stores: TwoStores, old: str, new: str) -> None:
    """Change the text of stores.yaml."""
    text = stores.config.read_text("utf-8")
    assert old in text
    stores.config.write_text(text.replace(old, new), "utf-8")


def many_items(count: int = 40) -> list[str]:
    """Return the lines of an inventory without fault, SKU-000 on line 2."""
    return [f"SKU-{at:03d},Item {at},each,Flower,{30 + at},5.00,10.00,true,2025-06-01" for at in range(count)]


def write_inventory(stores: TwoStores, lines: list[str], store: str = NJ) -> None:
    """Write a store's inventory: a header and these lines."""
    export(stores, store).write_text(INVENTORY_HEADER + "".join(f"{line}\n" for line in lines), "utf-8")


def csv_line(*fields: str) -> str:
    """Return fields as one CSV record, however hostile, without its line end."""
    text = StringIO()
    csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="").writerow(fields)
    return text.getvalue()


def whole_tree(folder: Path) -> dict[str, bytes | None]:
    """Return everything below a folder, folders as None; empty when it is not there.

    The log of commands is left out, below an installation and below its data root: every command has its line there,
    also one that changes nothing.
    """
    logs = (folder / "log", folder / "data" / "log")
    found = [path for path in folder.rglob("*") if not any(path.is_relative_to(log) for log in logs)]
    return {str(path.relative_to(folder)): path.read_bytes() if path.is_file() else None for path in found}

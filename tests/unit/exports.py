"""Exports in a folder, and the facts that omen makes of them: plan_sources and read_facts, with real files."""

import gzip
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from omen_cli.errors import SourceInvalid
from omen_cli.facts.read import read_facts
from omen_cli.model.facts import Facts
from omen_cli.model.period import period_of
from omen_cli.model.sources import SourceSpec, TablePlan
from omen_cli.sources.plan import plan_sources

INVENTORY = "sku,name,unit,on_hand,unit_cost,unit_price\nA,Apple,g,10,5,10\nB,Banana,g,20,6,12\n"
ORDERS = "order_id,ordered_at,sku,quantity,unit_price,discount,status,line_id\n"
AS_OF = date(2026, 1, 9)  # a Friday: weekly observes 2026-01-05 to 2026-01-10


@dataclass
class Exports:
    """A folder of exports. Sources are named by their path in it; orders given as text are lines under `ORDERS`."""

    folder: Path

    def write(self, name: str, content: str | bytes) -> Path:
        """Write one export; what is called .gz is compressed."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        raw = content.encode() if isinstance(content, str) else content
        path.write_bytes(gzip.compress(raw) if name.endswith(".gz") and not raw.startswith(b"\x1f\x8b") else raw)
        return path

    def write_json(self, name: str, value: object) -> Path:
        return self.write(name, json.dumps(value))

    def parquet(self, name: str, select: str) -> Path:
        """Write what `select` answers as Parquet."""
        path = self.folder / name
        with duckdb.connect() as connection:
            connection.execute("SET TimeZone = 'UTC'")
            connection.execute(f"COPY ({select}) TO '{path}' (FORMAT parquet)")
        return path

    def plan(
        self,
        inventory: str | None = None,
        orders: str | None = None,
        costs: str | None = None,
        *,
        source_format: Any = "auto",
        columns: Mapping[str, str] | None = None,
        as_of: date = AS_OF,
        store: str = "Shop",
    ) -> tuple[TablePlan, ...]:
        """Plan; without an inventory there is one of two items. `columns` are of the orders if there are any."""
        if inventory is None:
            inventory = self.write("inventory.csv", INVENTORY).name
        mapped = dict(columns or {})
        sources: dict[Any, SourceSpec] = {
            "inventory": SourceSpec(
                path=str(self.folder / inventory), format=source_format, columns={} if orders is not None else mapped
            )
        }
        if orders is not None:
            sources["orders"] = SourceSpec(path=str(self.folder / orders), columns=mapped)
        if costs is not None:
            sources["costs"] = SourceSpec(path=str(self.folder / costs))
        return plan_sources(sources, store, as_of)

    def facts(
        self,
        *sources: str | None,
        timeframe: Any = "weekly",
        timezone: str = "America/New_York",
        threads: int | None = 2,
        as_of: date = AS_OF,
        **options: Any,
    ) -> Facts:
        """Plan and read."""
        plans = self.plan(*sources, as_of=as_of, **options)
        return read_facts(plans, period_of(timeframe, as_of), timezone, threads)

    def of_lines(self, lines: str, **options: Any) -> Facts:
        """Read order lines: text under the header of `ORDERS`."""
        self.write("orders.csv", ORDERS + lines)
        return self.facts(None, "orders.csv", **options)

    def of_inventory(self, text: str | bytes, name: str = "stock.csv", **options: Any) -> Facts:
        """Read an inventory alone."""
        self.write(name, text)
        return self.facts(name, **options)

    def refusal(self, *sources: str | None, **options: Any) -> str:
        """Return the message of the refusal that this must end in."""
        with refused() as message:
            self.facts(*sources, **options)
        return message[0]


@contextmanager
def refused() -> Iterator[list[str]]:
    """Insist that the block ends in SourceInvalid with a hint; its message is the one entry of the list."""
    messages: list[str] = []
    with pytest.raises(SourceInvalid) as caught:
        yield messages
    assert caught.value.hint
    messages.append(caught.value.message)


def order(**changes: object) -> dict[str, object]:
    """Return one order line as a JSON object."""
    line = {"order_id": "1", "ordered_at": "2026-01-09T12:00:00-05:00", "sku": "A", "quantity": 1, "unit_price": 10}
    return {**line, **changes}


def set_aside(facts: Facts) -> list[tuple[str, int, list[tuple[str, int, str]]]]:
    """Return what was set aside: (reason, count, [(file, line, value)])."""
    return [
        (rows.reason, rows.count, [(example.file, example.line, example.value) for example in rows.examples])
        for rows in facts.rejected
    ]


def where(facts: Facts) -> dict[str, tuple[int, str]]:
    """Return the line and the value of the first example of each reason."""
    return {rows.reason: (rows.examples[0].line, rows.examples[0].value) for rows in facts.rejected}

"""Order lines that may stand more than once: ruled out cheaply, else looked at one by one; none counts twice.

As many different hashes as lines prove that no two lines are the same. Otherwise the lines that share a hash, few or
many, are read again and compared by what they say.
"""

from typing import cast

from omen_cli.facts.engine import Engine, sql_text
from omen_cli.facts.select import keyed_orders
from omen_cli.facts.tables import LoadedTable
from omen_cli.model.safe_text import safe_text

_LINES = "SELECT order_id, ordered_at, CAST(ordered_at AS DATE) AS day, sku, unit, quantity, unit_price, discount"


def count_each_once(engine: Engine, table: LoadedTable, timezone: str) -> dict[str, int]:
    """Create `order_lines`, every line that is used once; return how many may or do stand twice, named as in `Facts`.

    Args:
        engine: holds the table `orders_rows`.
        table: the orders, as they were read.
        timezone: the store's.

    Raises:
        SourceInvalid: a file cannot be read again.
    """
    ((keys, different),) = engine.rows("SELECT COUNT(key), COUNT(DISTINCT key) FROM orders_rows")
    if keys == different:
        engine.run(f"CREATE TEMP VIEW order_lines AS {_LINES} FROM orders_rows WHERE reason IS NULL")
        return {}
    engine.run(f"CREATE TEMP TABLE shared_keys AS {sql_text('shared_keys')}")
    _read_again(engine, table, timezone)
    engine.run(f"CREATE TEMP TABLE chosen_lines AS {sql_text('chosen_lines')}")
    engine.run(f"CREATE TEMP VIEW order_lines AS {sql_text('order_lines')}")
    return _count(engine)


def _read_again(engine: Engine, table: LoadedTable, timezone: str) -> None:
    for number, path in enumerate(table.paths):
        lines = f"{keyed_orders(engine, table.plan, number, path, timezone)} WHERE key IN (SELECT key FROM shared_keys)"
        into = "INSERT INTO doubtful_rows" if number else "CREATE TEMP TABLE doubtful_rows AS"
        engine.scan(f"{into} SELECT * FROM ({lines})", safe_text(table.plan.files[number].name))


def _count(engine: Engine) -> dict[str, int]:
    ((overlapping,),) = engine.rows(sql_text("overlap"))
    ((repeated, conflicting),) = engine.rows(sql_text("repeated"))
    counts = {"overlapping_lines": overlapping, "repeated_lines": repeated, "conflicting_lines": conflicting}
    return cast("dict[str, int]", counts)

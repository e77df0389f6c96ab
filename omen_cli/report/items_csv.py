"""The items of a snapshot as a file for a spreadsheet."""

from decimal import Decimal

from omen_cli.model.csv_text import csv_text
from omen_cli.model.letter import Attachment
from omen_cli.model.snapshot import Snapshot

_LINE_END = "\r\n"


def items_csv(snapshot: Snapshot) -> Attachment:
    """Return `content.items` as CSV: a row an item, a column a field, named and ordered as in the snapshot's JSON.

    Numbers and dates are plain, for machines and people alike; what is unknown is empty. The file begins with a byte
    order mark: without one Excel takes UTF-8 for the machine's code page and spoils every name that is not ASCII.
    """
    items = [item.plain() for item in snapshot.content.items]
    rows = [list(items[0])] + [[_cell(value) for value in item.values()] for item in items] if items else []
    name = f"{snapshot.store_id}_{snapshot.timeframe}_{snapshot.as_of_date.isoformat()}_items.csv"
    return Attachment(name, "text/csv", csv_text(rows, _LINE_END).encode("utf-8-sig"))


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:f}" if isinstance(value, Decimal) else str(value)

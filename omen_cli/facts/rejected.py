"""What was set aside: counted by reason, with the first examples and where they stand."""

from collections import Counter, defaultdict
from itertools import islice

from omen_cli.facts.engine import Engine
from omen_cli.facts.select import select_rows
from omen_cli.facts.structure import read_records
from omen_cli.facts.tables import LoadedTable
from omen_cli.model.sources import RejectedExample, RejectedRows

EXAMPLES = 3
MAX_VALUE_CHARACTERS = 60
NOT_COUNTED = "not_counted"
REASONS = {
    "no_sku": "no SKU",
    "no_order_id": "no order id",
    "no_date": "no date",
    "bad_date": "not a date such as 2026-01-09 or 2026-01-09T14:30:00-05:00",
    "date_out_of_range": "a date out of 2000 to 2100",
    "no_quantity": "no quantity",
    "bad_quantity": "the quantity is not a number",
    "quantity_out_of_range": "a quantity beyond a thousand million",
    "no_unit_price": "no unit price",
    "bad_unit_price": "the unit price is not a number",
    "negative_unit_price": "a negative unit price",
    "unit_price_out_of_range": "a unit price beyond a thousand million",
    "bad_discount": "the discount is not a number",
    "negative_discount": "a negative discount",
    "discount_above_line": "a discount above its line",
    "bad_on_hand": "the quantity on hand is not a number",
    "on_hand_out_of_range": "a quantity on hand beyond a thousand million",
    "no_unit_cost": "no unit cost",
    "bad_unit_cost": "the unit cost is not a number",
    "negative_unit_cost": "a negative unit cost",
    "unit_cost_out_of_range": "a unit cost beyond a thousand million",
    "bad_first_seen": "first seen is not a date",
    "first_seen_out_of_range": "first seen is out of 2000 to 2100",
    "repeated_sku": "a SKU that stands more than once with different values",
    "wrong_field_count": "too many or too few fields",
}


def rejected_rows(engine: Engine, table: LoadedTable, timezone: str) -> tuple[RejectedRows, ...]:
    """Return what was set aside of one table, most frequent first, then by reason."""
    counts: Counter[str] = Counter()
    examples: dict[str, list[RejectedExample]] = defaultdict(list)
    for number, ragged in sorted(table.ragged.items()):
        counts["wrong_field_count"] += len(ragged)
        name = table.plan.files[number].name
        found = [RejectedExample(file=name, line=row.line, value=f"{row.fields} fields") for row in ragged[:EXAMPLES]]
        examples["wrong_field_count"] += found
    for number, reason, count in _counted(engine, table):
        counts[reason] += count
        if len(examples[reason]) < EXAMPLES:
            examples[reason] += _examples(engine, table, number, reason, timezone)
    return tuple(
        RejectedRows(
            role=table.plan.role, reason=REASONS[reason], count=count, examples=tuple(examples[reason][:EXAMPLES])
        )
        for reason, count in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    )


def _counted(engine: Engine, table: LoadedTable) -> list[tuple[int, str, int]]:
    rows = engine.rows(
        f"SELECT file_no, reason, COUNT(*) FROM {table.plan.role}_rows"
        f" WHERE reason IS NOT NULL AND reason <> '{NOT_COUNTED}' GROUP BY ALL ORDER BY ALL"
    )
    return [(int(str(number)), str(reason), int(str(count))) for number, reason, count in rows]


def _examples(engine: Engine, table: LoadedTable, number: int, reason: str, timezone: str) -> list[RejectedExample]:
    """Return the first examples in one file; a large table is read again for them, in order."""
    role = table.plan.role
    numbered = f"{role}_rows"
    if role == "orders":
        select = select_rows(engine, table.plan, number, table.paths[number], timezone, is_numbered=True)
        numbered = f"({select})"
    rows = engine.rows(
        f"SELECT row_no, bad_value FROM {numbered} WHERE file_no = {number} AND reason = '{reason}'"
        f" ORDER BY row_no LIMIT {EXAMPLES}"
    )
    name = table.asked.files[number].name
    lines = _physical_lines(table, number, [int(str(row_no)) for row_no, _ in rows])
    return [
        RejectedExample(file=name, line=line, value=str(value if value is not None else "")[:MAX_VALUE_CHARACTERS])
        for line, (_, value) in zip(lines, rows, strict=True)
    ]


def _physical_lines(table: LoadedTable, number: int, row_nos: list[int]) -> list[int]:
    """Return the physical line on which each row of a CSV file begins; other files have rows only, counted from 1."""
    file = table.asked.files[number]
    if file.kind != "csv" or not row_nos:
        return row_nos
    if number in table.straight:
        return [file.lines_before + 1 + row_no for row_no in row_nos]
    never_numbered = {row.line for row in table.ragged.get(number, ())}
    records = (first for first, _, _ in read_records(file) if first not in never_numbered)
    lines = list(islice(records, max(row_nos) + 1))
    return [lines[row_no] for row_no in row_nos]

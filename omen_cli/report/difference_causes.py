"""Why two snapshots differ, as a person reads it: period, program, stock, files, settings."""

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal

from omen_cli.model.blocks import Block, Heading, Paragraph, Table
from omen_cli.model.causes import InputChange
from omen_cli.model.content import StockContent
from omen_cli.model.counted import counted
from omen_cli.model.difference import ComparedSnapshot, Difference
from omen_cli.model.sources import InputFile
from omen_cli.report.numbers import UNKNOWN, Numbers

MAX_FILES = 20
SHOWN_OF_A_HASH = 12
_VERBS = {"read_otherwise": "read otherwise"}
_FILE_COLUMNS = ("file", "table", "change", "snapshot", "bytes", "rows", "sha256")
_NOT_RECORDED = (
    "Nothing that snapshots record: period, files, settings and omen are the same. The `columns` and the `format` of a "
    "source are not recorded."
)


def causes(found: Difference, numbers: Numbers, *, shows_all: bool) -> Iterator[Block]:
    """Yield why the two differ; the files are cut short unless all are asked for."""
    why = found.why
    yield Heading("Beside the content" if found.same_content else "Why they differ")
    said = [*_period(found), *_program(found), *_stock(found, numbers)]
    yield from (Paragraph(line) for line in said)
    if why.inputs:
        yield from _files(why.inputs, numbers, shows_all=shows_all)
    if why.settings:
        yield Paragraph(f"settings: {len(why.settings)} changed")
        rows = tuple((one.name, _setting(one.before), _setting(one.now)) for one in why.settings)
        yield Table(("setting", "before", "now"), rows, first=("setting", "now", "before"))
    if not (said or why.inputs or why.settings):
        yield Paragraph("Period, files, settings and omen are the same, too." if found.same_content else _NOT_RECORDED)
    elif not (why.inputs and why.settings):
        same = " and ".join(word for word, of in (("files", why.inputs), ("settings", why.settings)) if not of)
        yield Paragraph(f"{same}: the same")


def _period(found: Difference) -> Iterator[str]:
    before, now = found.before, found.now
    if before.timeframe != now.timeframe:
        yield f"timeframe: {now.timeframe}, before {before.timeframe}"
    parts = []
    if before.as_of_date != now.as_of_date:
        parts.append(f"as of {now.as_of_date}, before as of {before.as_of_date}")
    if before.observed_days != now.observed_days:
        parts.append(f"{_days(now)}, before {_days(before)}: sums are not comparable like for like")
    if parts:
        yield f"period: {'; '.join(parts)}"


def _days(side: ComparedSnapshot) -> str:
    return f"{side.observed_days} of {counted(side.days, 'day')}"


def _program(found: Difference) -> Iterator[str]:
    before, now = found.before, found.now
    if before.omen_version != now.omen_version:
        yield f"program: made by omen {now.omen_version}, before by omen {before.omen_version}"
    if before.kpi_version != now.kpi_version:
        yield f"program: KPI definitions version {now.kpi_version}, before version {before.kpi_version}"


def _stock(found: Difference, numbers: Numbers) -> Iterator[str]:
    """Yield how the stock of each is known; where it is in one way, how many were added back in each."""
    if found.stock is None:
        return
    before, now = found.stock.before, found.stock.now
    was, is_now = (numbers.amount(one.units_added_back, "quantity") for one in (before, now))
    if _basis(before) == _basis(now):
        yield f"stock: {_basis(now)}: {is_now} added back; before, {was}"
    else:
        yield f"stock: {_basis(now)}; before, {_basis(before)}"


def _basis(stock: StockContent) -> str:
    of = f"the inventory of {stock.date}" if stock.date else "an undated inventory"
    if stock.basis == "estimated":
        return f"estimated from {of} and what sold since"
    return f"as in {of}"


def _files(inputs: tuple[InputChange, ...], numbers: Numbers, *, shows_all: bool) -> Iterator[Block]:
    counts = Counter(_VERBS.get(one.verb, one.verb) for one in inputs)
    yield Paragraph(f"files: {', '.join(f'{count} {verb}' for verb, count in counts.items())}")
    shown = inputs if shows_all else inputs[:MAX_FILES]
    rows = tuple(row for one in shown for row in _file_rows(one, numbers))
    first = ("file", "change", "snapshot", "sha256", "rows", "bytes", "table")
    yield Table(_FILE_COLUMNS, rows, right=frozenset({"bytes", "rows"}), whole=frozenset({"sha256"}), first=first)
    if len(shown) < len(inputs):
        yield Paragraph(f"{len(inputs) - len(shown)} more of them: --all shows every one")


def _file_rows(change: InputChange, numbers: Numbers) -> Iterator[tuple[str, ...]]:
    """Yield one row a snapshot that has the file."""
    for snapshot, one in (("before", change.before), ("now", change.now)):
        if one is not None:
            verb = _VERBS.get(change.verb, change.verb)
            yield one.name, change.role, verb, snapshot, *_sizes(one, numbers), one.sha256[:SHOWN_OF_A_HASH]


def _sizes(one: InputFile, numbers: Numbers) -> tuple[str, str]:
    return numbers.amount(Decimal(one.bytes), "count"), numbers.amount(Decimal(one.rows), "count")


def _setting(value: str | Decimal | None) -> str:
    if value is None:
        return UNKNOWN
    return value if isinstance(value, str) else f"{value:f}"

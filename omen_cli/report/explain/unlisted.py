"""A SKU that sold and is no item of the inventory explained: what the movers and the data notes know of it."""

from collections.abc import Iterator
from dataclasses import dataclass

from omen_cli.model.content import Content, DataNote
from omen_cli.model.moves import Mover
from omen_cli.report.explain.formula import Scope, read_formula
from omen_cli.report.explain.names import by_name
from omen_cli.report.explain.tree import Operand, ShownUnit
from omen_cli.report.explain.working import Working
from omen_cli.report.labels import PERIOD_WORDS

_NOTED = {
    "sold_not_in_inventory": "It sold in this period, but it is not in the inventory.",
    "sold_without_cost": "It sold in this period without a known cost: it is not in gross profit and margin.",
}
_ROWS: tuple[tuple[str, str, str, ShownUnit, str], ...] = (
    ("change", "change", "Change", "money", "netSales - netSalesBefore"),
    ("change_pct", "changePct", "Change in percent", "percent", "(netSales - netSalesBefore) / netSalesBefore * 100"),
    ("part_pct", "partPct", "Part of the change", "percent", "change / storeChange * 100"),
)


@dataclass(frozen=True)
class Unlisted:
    """A SKU that is no item, its move when it is among the movers, and the data notes that name it: one of the two."""

    sku: str
    mover: Mover | None
    notes: tuple[DataNote, ...]

    @property
    def name(self) -> str | None:
        """Return its name; None where no more is known than its SKU."""
        return self.mover.name if self.mover else None


@dataclass(frozen=True)
class UnlistedExplained:
    """What is known of it in sentences, and the workings of its net sales; none when it is not among the movers."""

    about: Unlisted
    remarks: tuple[str, ...]
    workings: tuple[Working, ...]

    def plain(self) -> dict[str, object]:
        """Return the explanation as JSON has it."""
        return {
            "kind": "unlisted",
            "name": self.about.sku,
            "itemName": self.about.name,
            "remarks": self.remarks,
            "numbers": [working.plain() for working in self.workings],
        }


def unlisted_skus(content: Content) -> dict[str, Unlisted]:
    """Return the SKUs that the snapshot names and that are no items, by SKU: the movers first, then those of notes."""
    movers = {one.sku: one for one in (*content.movers.up, *content.movers.down)} if content.movers else {}
    items = {item.sku for item in content.items}
    named = dict.fromkeys((*movers, *(sku for note in content.data_notes for sku in note.skus)))
    return {
        sku: Unlisted(sku, movers.get(sku), tuple(note for note in content.data_notes if sku in note.skus))
        for sku in named
        if sku not in items
    }


def explain_unlisted(content: Content, about: Unlisted) -> UnlistedExplained:
    """Return all that the snapshot knows of a SKU that is no item."""
    workings = () if about.mover is None else tuple(_workings(content, about.mover))
    return UnlistedExplained(about, tuple(_remarks(about)), workings)


def _remarks(about: Unlisted) -> Iterator[str]:
    codes = {note.code for note in about.notes}
    if "sold_not_in_inventory" not in codes:
        yield "It is not in the inventory."
    yield from (text for code, text in _NOTED.items() if code in codes)
    yield from (f"In the data notes: {note.text}" for note in about.notes if note.code not in _NOTED)
    yield "Beside this only its net sales are known." if about.mover else "Only this is known of it."


def _workings(content: Content, mover: Mover) -> Iterator[Working]:
    word = PERIOD_WORDS[content.period.timeframe]
    scope = _scope(content, mover, word)
    why = {"changePct": f"nothing above 0 in the {word} before", "partPct": "the net sales of the store did not change"}
    yield Working("netSales", "Net sales", "money", mover.net_sales, None)
    yield Working("netSalesBefore", f"Net sales of the {word} before", "money", mover.before, None, "unknown")
    for field, name, label, unit, text in _ROWS:
        yield Working(name, label, unit, getattr(mover, field), read_formula(text, scope), why.get(name, "unknown"))


def _scope(content: Content, mover: Mover, word: str) -> Scope:
    store = content.net_sales_change
    return Scope(
        by_name(
            Operand("netSales", "net sales", "money", mover.net_sales),
            Operand("netSalesBefore", f"net sales of the {word} before", "money", mover.before),
            Operand("change", "change", "money", mover.change),
            Operand("storeChange", "change of the store's net sales", "money", store.change if store else None),
        ),
        {},
    )

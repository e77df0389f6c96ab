"""A snapshot as a page for a browser: one file that asks nobody for anything, and is complete without its script."""

from base64 import b64encode
from collections.abc import Iterator
from functools import lru_cache
from hashlib import sha256
from importlib.resources import files

from omen_cli.model.snapshot import Snapshot
from omen_cli.report.headline import headline
from omen_cli.report.numbers import Numbers
from omen_cli.report.page_about import origin
from omen_cli.report.page_charts import figures
from omen_cli.report.page_moves import moved
from omen_cli.report.page_sales import cards
from omen_cli.report.page_stock import advice, items, stock_outs
from omen_cli.report.page_table import Section, section_of
from omen_cli.report.page_text import harmless
from omen_cli.report.render import render
from omen_cli.report.sales_table import sales
from omen_cli.report.standing import about, standing
from omen_cli.report.stock_table import stock
from omen_cli.report.verdict import verdict


def page(snapshot: Snapshot, locale: str, *, superseded_by: str | None = None) -> str:
    """Return the whole page: the same snapshot and locale, the same text.

    Args:
        snapshot: what the page shows.
        locale: how the store's people write numbers; the words are English in any.
        superseded_by: the id of the snapshot that took its place, as the index knows it; None where none did.
    """
    numbers = Numbers(locale, snapshot.content.currency)
    css, script = _own("page.css"), _own("page.js")
    shown: dict[str, object] = {
        "store": snapshot.store_name,
        "subject": about(snapshot, numbers),
        "sorting": numbers.language,
        "standing": tuple((one.text, one.is_alarming) for one in standing(snapshot)),
        "superseded_by": superseded_by or "",
        "verdict": section_of("verdict", verdict(snapshot.content, numbers)),
        "headline": headline(snapshot.content, numbers),
        "cards": cards(snapshot, numbers),
        "figures": tuple(figures(snapshot.content, numbers)),
        "sections": tuple(_sections(snapshot, numbers)),
        "footer": _footer(snapshot),
    }
    own: dict[str, object] = {"css": css, "script": script, "css_hash": _hash(css), "script_hash": _hash(script)}
    return render("page.html.j2", {name: harmless(value) for name, value in shown.items()} | own)


def _sections(snapshot: Snapshot, numbers: Numbers) -> Iterator[Section]:
    """Yield the sections behind the charts, in reading order."""
    content = snapshot.content
    yield advice(content, numbers)
    sold = section_of("sales", sales(content, numbers))
    if sold.title:
        yield sold
    yield from moved(content, numbers)
    yield section_of("stock", stock(snapshot, numbers))
    yield from stock_outs(content, numbers)
    yield items(content, numbers)
    yield from origin(snapshot, numbers)


def _footer(snapshot: Snapshot) -> tuple[tuple[str, str], ...]:
    return (
        ("Snapshot", snapshot.id),
        ("Version", str(snapshot.version)),
        ("Content", snapshot.content_sha256),
        ("Made", snapshot.generated_at.isoformat(sep=" ", timespec="seconds")),
        ("By", f"omen {snapshot.omen_version}"),
        ("KPI definitions", f"version {snapshot.content.kpi_version}"),
    )


@lru_cache(maxsize=2)
def _own(name: str) -> str:
    return files("omen_cli.report").joinpath("templates", name).read_text("utf-8")


def _hash(text: str) -> str:
    """Return how a Content-Security-Policy names a piece of a page that it allows."""
    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"

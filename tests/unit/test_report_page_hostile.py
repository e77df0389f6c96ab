"""Whatever an export says is text on a page: no markup, no address, nothing that misleads an eye, nothing endless."""

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from omen_cli.model.safe_text import safe_text
from omen_cli.model.snapshot import Hold
from omen_cli.model.sources import InputFile, RejectedExample, RejectedRows
from omen_cli.report.letter_limits import cut
from omen_cli.report.page import page
from omen_cli.report.page_text import MOST_LETTERS, harmless
from tests.facts import AS_OF, concluded, days_before_end, item, orders, sold, window
from tests.unit.pages import parsed
from tests.unit.reports import snapshot

TAGS = {
    "", "a", "article", "body", "caption", "dd", "details", "div", "dl", "dt", "footer", "g", "h1", "h2", "h3", "head",
    "header", "html", "li", "main", "meta", "nav", "p", "path", "line", "script", "section", "span", "style", "summary",
    "svg", "table", "tbody", "td", "text", "tfoot", "th", "thead", "title", "tr", "ul",
}  # fmt: skip
HOSTILE = (
    "<script>alert(1)</script>", "</script><script>alert(1)</script>", "</style><img src=x onerror=alert(1)>", "<!--", "]]>",
    "\" onmouseover=\"alert(1)", "' autofocus onfocus='alert(1)", "javascript:alert(1)", "{{ 7*7 }}{% raw %}", "&lt;b&gt;&#x202e;",
    "safe\u202egnp.exe", "zero\u200bwidth\u2066", "\x00\x07\x1b[31m\x9b", "x" * 5000, "\ud800".encode("utf-16", "surrogatepass").decode("utf-16", "replace"),
    "<svg/onload=alert(1)>", "https://example.com/?a=1&b=2", "a\r\nb\tc", "\ufeff\ufffe\U000e0001", "ltr\u061crtl\u200f",
)  # fmt: skip


def store_of(name):
    """A snapshot in which the name is everything that an export or a person may have named."""
    items = (
        item(f"{name}1", name=name, unit=f"{name}u", category=name, on_hand="2"),
        item("B", name=name, category="Vape", on_hand="60", unit_price="45", unit_cost="18"),
        item("C", name="C", category="Flower", unit_cost=None),
    )
    of = orders(
        sold(f"{name}1", 84, last=AS_OF, units=21, gross="735", before={"units": 9, "gross": "805"}),
        sold("B", 42, last=days_before_end(3), units=9, gross="405", before={"units": 29, "gross": "90"}),
        observed=window(days_before_end(7), 7, gross="1140", units="30", orders=14, lines=40),
        before=(window(days_before_end(14), 7, gross="895", units="11", orders=12, lines=30),),
        by_other=(sold(f"{name}2", before={"units": 2, "gross": "59"}),),
    )
    return snapshot(
        concluded(*items, orders=of),
        store_name=name,
        reason=name,
        supersedes="snapshot_weekly_2026-01-11_1_0123abcd",
        hold=Hold(held=True, reasons=(name,)),
        notes=(name,),
        inputs=(InputFile(role="orders", name=name, date=None, bytes=1, rows=1, sha256="ab" * 32),),
        rejected=(
            RejectedRows(
                role="orders", reason=name, count=2, examples=(RejectedExample(file=name, line=2, value=name),)
            ),
        ),
    )


def assert_harmless(html):
    root = parsed(html)
    found = root.all()
    assert {one.tag for one in found} <= TAGS
    assert [len(root.all(tag)) for tag in ("script", "style", "title", "h1")] == [1, 1, 1, 1]
    for one in found:
        assert not any(name.startswith("on") for name in one.attributes), one.attributes
        assert not {"src", "style", "srcdoc", "autofocus", "action"} & set(one.attributes)
        assert one.attributes.get("href", "#").startswith("#")
        if one.tag in ("script", "style"):
            continue
        said = [*one.attributes.values(), *("" if one.children else one.text,)]
        assert all(text.isprintable() for text in said), said
        assert all(len(text) <= 2 * MOST_LETTERS for text in said)
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u061c\u202a-\u202e\u2066-\u2069\ufeff]", html)


@pytest.mark.parametrize("name", HOSTILE, ids=range(len(HOSTILE)))
def test_what_is_known_to_hurt_does_not(name):
    html = page(store_of(name), "en_US")
    assert_harmless(html)
    (title,) = parsed(html).all("h1")
    assert title.text == " ".join(cut(name, MOST_LETTERS).split())


@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=40))
def test_nothing_that_anybody_may_write_hurts(name):
    assert_harmless(page(store_of(name), "en_US"))


@given(st.text(max_size=300), st.integers(1, 50))
def test_text_is_harmless_and_no_longer_than_told(text, most):
    found = cut(text, most)
    assert found.isprintable()
    assert len(found) <= most
    assert found == safe_text(text) or found.endswith("…")


def test_what_is_short_enough_stays_whole():
    assert cut("four", 4) == "four"
    assert cut("five5", 4) == "fiv…"
    assert cut("a b c", 3) == "a…"


def test_text_is_made_harmless_however_deep_it_lies():
    assert harmless((("a\u202e", (1, "\x00")), True)) == (("a\ufffd", (1, "\ufffd")), True)

"""Hostile names, addresses and words change neither the headers of a message nor its page."""

from email import message_from_bytes
from email.policy import default
from html.parser import HTMLParser

import pytest

from tests.cli.postbox import frozen, mail_to
from tests.cli.stores import NJ, configure, csv_line, write_inventory

HEADERS = ["From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "List-Id", "MIME-Version", "Content-Type"]
HOSTILE = [
    "x\r\nBcc: victim@example.com",
    "=?UTF-8?Q?=0A?=Bcc: v@example.com",
    "=?utf-8?b?Cg==?=",
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{ 7 * 7 }}{% raw %}",
    "\u202egnp.exe",
    "a\u200bb\u2066c",
    "x" * 5_000,
    "\n.\nQUIT",
    "=0D=0A.=0D=0A",
    "https://evil.example/\u00e9",
    "[/red]\x1b[31m\x9b31m",
]


class Tags(HTMLParser):
    """The tags of a page and the addresses that it refers to."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.references: list[str] = []
        self.handlers: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.references += [value or "" for name, value in attrs if name in ("src", "href", "background")]
        self.handlers += [name for name, _ in attrs if name.startswith("on")]


def judge(raw: bytes, postbox_recipient: str) -> None:
    """Insist on exactly the headers that are meant, on harmless text, and on a page that refers to nothing outside."""
    head, _, _ = raw.partition(b"\r\n\r\n")
    lines = [line for line in head.split(b"\r\n") if not line.startswith(b" ")]
    assert [line.partition(b":")[0].decode() for line in lines] == HEADERS
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    message = message_from_bytes(raw, policy=default)
    assert message["To"] == postbox_recipient
    assert str(message["Subject"]).isprintable()
    assert len(str(message["Subject"])) < 200
    text = message.get_body(("plain",)).get_content()
    assert all(line.isprintable() for line in text.splitlines())
    page = Tags(message.get_body(("html",)).get_content())
    assert not {"script", "iframe", "object", "form", "link", "base", "svg"} & page.tags
    assert page.handlers == []
    assert all(one.startswith("cid:") for one in page.references)


@pytest.mark.parametrize("bad", HOSTILE)
def test_a_hostile_item_changes_neither_headers_nor_page(week, postbox, omen, bad):
    mail_to(week.stores, postbox.url)
    lines = [csv_line(f"S{at}", bad, bad[:20], bad, str(at), "1.00", "9.00", "true", "2025-06-01") for at in range(4)]
    write_inventory(week.stores, lines)
    made = week.stores.generate(NJ, "2026-01-18").id
    run = omen("send", "--store", NJ, "--snapshot", made, "--attach-items", "--allow-held", "--reason", "a test")
    assert run.code == 0, run.err
    (one,) = postbox.received
    assert one.recipients == ("owner@njweedwizard.example",)
    judge(one.raw, "owner@njweedwizard.example")
    assert [one.raw] == list(frozen(week.stores).values())
    page = message_from_bytes(one.raw, policy=default).get_body(("html",)).get_content()
    assert ("&lt;script&gt;alert(1)&lt;/script&gt;" in page) == ("script" in bad)  # it is there, as text


@pytest.mark.parametrize("bad", HOSTILE)
def test_a_hostile_store_name_is_refused_or_harmless(week, postbox, omen, bad):
    mail_to(week.stores, postbox.url)
    escaped = "".join(f"\\U{ord(char):08x}" for char in bad)
    configure(week.stores, "name: NJ Weed Wizard", f'name: "{escaped}"')
    run = omen("generate", "--store", NJ, "--as-of", "2026-01-18", "--json")
    if run.code == 3:
        assert all(line.isprintable() for line in run.err.splitlines())
        return
    sent = omen("send", "--store", NJ, "--snapshot", run.id)
    assert sent.code == 0, sent.err
    assert all(line.isprintable() for line in sent.err.splitlines())
    judge(postbox.received[0].raw, "owner@njweedwizard.example")


@pytest.mark.parametrize("said", ["550 \x1b[31m<b>\u202e", "550 " + "x" * 2_000, "550-a\r\n550 b"])
def test_what_a_server_says_is_said_harmlessly(week, postbox, omen, said):
    mail_to(week.stores, postbox.url)
    postbox.refused["owner@njweedwizard.example"] = said
    run = omen(*week.named)
    listed = omen("deliveries", "--store", NJ)
    assert run.code == 8
    for text in (run.err, listed.out):
        assert all(line.replace("\t", " ").isprintable() for line in text.splitlines())
        assert max(map(len, text.splitlines())) < 700

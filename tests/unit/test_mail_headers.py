"""The header block of a message: exactly the headers that are meant, whatever anybody is called."""

from dataclasses import replace
from datetime import datetime, timedelta, timezone
from email import message_from_bytes
from email.header import decode_header, make_header
from email.utils import parseaddr

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from omen_cli.errors import InvalidArgument
from omen_cli.model.letter import Attachment, Letter, Picture
from omen_cli.report.mime import compose
from omen_cli.report.mime_headers import header_block
from tests.letters import ENVELOPE
from tests.unit.mail_gate import REQUIRED, parsed

LETTER = Letter(subject="NJ Weed Wizard Weekly Snapshot – Jan 5–11, 2026", text="text\n", html="<p>html</p>\n")
SMUGGLED = "Snapshot =?UTF-8?Q?=0ABcc:_victim=40example.com?="


def raw_names(message: bytes) -> list[str]:
    """The names of the headers as bytes on the wire have them, whatever a parser makes of them."""
    block = message.partition(b"\r\n\r\n")[0]
    return [line.partition(b":")[0].decode() for line in block.split(b"\r\n") if line[:1] not in (b" ", b"\t")]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Subject", SMUGGLED),
        ("Subject", "a\r\nBcc: x@example.com"),
        ("Subject", "a\nBcc: x@example.com"),
        ("List-Id", "<x>\r\nBcc: x@example.com"),
        ("List-Id", "<x>\r\n folded"),
        ("List-Id", "<x>\rBcc: x@example.com"),
        ("To", "a@b.example\nBcc: x@example.com"),
        ("List-Id", f"<{'x' * 1_000}>"),
    ],
)
def test_the_block_is_judged_by_its_bytes_whatever_was_checked_before(name, value):
    with pytest.raises(InvalidArgument):
        header_block(((name, value), ("MIME-Version", "1.0")))


def test_a_message_has_exactly_these_headers_once():
    assert sorted(raw_names(compose(LETTER, ENVELOPE))) == sorted(REQUIRED)


def test_the_headers_say_what_the_envelope_says():
    message = parsed(compose(LETTER, ENVELOPE))
    assert message["From"].addresses[0].display_name == "OMEN"
    assert message["From"].addresses[0].addr_spec == "reports@example.com"
    assert [one.addr_spec for one in message["To"].addresses] == [ENVELOPE.recipient]
    assert message["Subject"] == LETTER.subject
    assert message["Date"].datetime == ENVELOPE.date
    assert message["Message-ID"] == ENVELOPE.message_id
    assert message["List-Id"] == ENVELOPE.list_id
    assert message["Auto-Submitted"] == "auto-generated"


@pytest.mark.parametrize(
    ("url", "is_post"),
    [("mailto:stop@example.com?subject=stop", False), ("https://example.com/stop?id=1", True)],
)
def test_one_click_is_offered_only_where_a_server_can_be_asked(url, is_post):
    message = compose(LETTER, replace(ENVELOPE, list_unsubscribe=url))
    assert parsed(message)["List-Unsubscribe"] == f"<{url}>"
    assert parsed(message)["List-Unsubscribe-Post"] == ("List-Unsubscribe=One-Click" if is_post else None)
    assert set(raw_names(message)) - set(REQUIRED) == {
        "List-Unsubscribe",
        *(["List-Unsubscribe-Post"] if is_post else []),
    }


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/",
        "javascript:x",
        "https://x.example/ y",
        "mailto:a@b.c>\r\nX: y",
        "https://x.example/" + "y" * 900,
    ],
)
def test_another_way_off_the_list_is_refused(url):
    with pytest.raises(InvalidArgument, match="List-Unsubscribe"):
        compose(LETTER, replace(ENVELOPE, list_unsubscribe=url))


@pytest.mark.parametrize(
    "subject",
    [SMUGGLED, "a\r\nBcc: x@example.com", "a\nb", "a\x00b", "a\u202eb", "", " a", "a ", "a\u2028b", "a" * 500],
)
def test_a_subject_that_would_break_out_is_refused(subject):
    with pytest.raises(InvalidArgument, match="Subject"):
        compose(replace(LETTER, subject=subject), ENVELOPE)


@pytest.mark.parametrize("recipient", ["a@b.example\r\nBcc: x@example.com", "a@b.example, c@d.example", "<a@b.example>", "", "é@b.example", "=?utf-8?q?x?=@b.example", "a" * 65 + "@b.example"])  # fmt: skip
def test_a_recipient_that_is_not_one_plain_address_is_refused(recipient):
    with pytest.raises(InvalidArgument, match="To"):
        compose(LETTER, replace(ENVELOPE, recipient=recipient))


@pytest.mark.parametrize("sender", ["OMEN", "A <a@b.example>, B <b@b.example>", "a@b.example\r\nX: y", f"{SMUGGLED} <a@b.example>", "A\x1b <a@b.example>"])  # fmt: skip
def test_a_sender_that_is_not_one_address_is_refused(sender):
    with pytest.raises(InvalidArgument, match="From"):
        compose(LETTER, replace(ENVELOPE, sender=sender))


@pytest.mark.parametrize(
    ("sender", "name"),
    [
        ("reports@example.com", ""),
        ("Läden & Söhne <reports@example.com>", "Läden & Söhne"),
        ('"Weed, Wizard (NJ)" <reports@example.com>', "Weed, Wizard (NJ)"),
        ("報告 " * 40 + "<reports@example.com>", ("報告 " * 40).strip()),
        (f"<{'a' * 60}@{'.'.join(['b' * 60] * 3)}.example>", ""),
        (f"O{'M' * 200}N <reports@example.com>", f"O{'M' * 200}N"),
    ],
)
def test_the_senders_name_arrives_as_it_was_written(sender, name):
    message = compose(LETTER, replace(ENVELOPE, sender=sender))
    assert len(parsed(message)["From"].addresses) == 1
    shown, address = parseaddr(message_from_bytes(message)["From"])
    assert str(make_header(decode_header(shown))) == name
    assert address in sender


@pytest.mark.parametrize("values", [{"message_id": "x@y"}, {"message_id": "<x@y>\r\nX: y"}, {"message_id": "<x y@z>"}, {"list_id": "x"}, {"list_id": "<x>, <y>"}])  # fmt: skip
def test_a_name_that_is_none_is_refused(values):
    with pytest.raises(InvalidArgument):
        compose(LETTER, replace(ENVELOPE, **values))


def test_a_date_without_an_offset_is_our_own_fault():
    with pytest.raises(ValueError, match="offset"):
        compose(LETTER, replace(ENVELOPE, date=datetime(2026, 1, 12)))  # noqa: DTZ001


def test_the_date_keeps_its_offset():
    there = datetime(2026, 1, 12, 8, tzinfo=timezone(timedelta(hours=-5)))
    assert b"\r\nDate: Mon, 12 Jan 2026 08:00:00 -0500\r\n" in compose(LETTER, replace(ENVELOPE, date=there))


def test_the_same_letter_is_the_same_bytes_and_another_message_has_other_boundaries():
    first = compose(LETTER, ENVELOPE)
    assert first == compose(LETTER, ENVELOPE)
    other = compose(LETTER, replace(ENVELOPE, message_id="<other@example.com>"))
    assert parsed(first).get_boundary() != parsed(other).get_boundary()


def test_no_boundary_can_stand_in_a_part():
    boundary = parsed(compose(LETTER, ENVELOPE)).get_boundary()
    tricky = replace(LETTER, text=f"--{boundary}\n\nContent-Type: text/html\n--{boundary}--\n")
    message = parsed(compose(tricky, ENVELOPE))
    assert [part.get_content_type() for part in message.walk()] == ["multipart/alternative", "text/plain", "text/html"]
    assert boundary in message.get_payload(0).get_content()


def test_parts_are_in_the_order_that_mail_programs_choose_by():
    full = replace(
        LETTER,
        pictures=(Picture("trend.1@omen", b"\x89PNG"),),
        attachments=(Attachment("a.csv", "text/csv", b"1\r\n"),),
    )
    message = parsed(compose(full, ENVELOPE))
    kinds = [part.get_content_type() for part in message.walk()]
    assert kinds == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "multipart/related",
        "text/html",
        "image/png",
        "text/csv",
    ]
    picture, attached = list(message.walk())[-2:]
    assert (picture["Content-ID"], picture.get_content_disposition()) == ("<trend.1@omen>", "inline")
    assert (attached.get_filename(), attached.get_content_disposition()) == ("a.csv", "attachment")


def test_long_lines_and_lone_dots_are_encoded():
    message = compose(replace(LETTER, text=f"{'é' * 5_000}\n.\n", html="x" * 5_000), ENVELOPE)
    assert max(map(len, message.split(b"\r\n"))) < 100
    assert parsed(message).get_body(("plain",)).get_content().splitlines() == ["é" * 5_000, "."]


TEXT = st.text(max_size=120) | st.sampled_from(["=?UTF-8?Q?=0A?=", "\r\nBcc: x@example.com", "a@b.example>\nX: y"])


@settings(max_examples=150)
@given(subject=TEXT, sender=TEXT, recipient=TEXT, list_id=TEXT)
@example(SMUGGLED, f"{SMUGGLED} <a@b.example>", "a@b.example\nBcc: c@d.example", "<x>\r\nX: y")
def test_whatever_is_written_no_header_comes_or_goes(subject, sender, recipient, list_id):
    for letter, envelope in (
        (replace(LETTER, subject=subject), ENVELOPE),
        (LETTER, replace(ENVELOPE, sender=f"{sender} <reports@example.com>")),
        (LETTER, replace(ENVELOPE, recipient=recipient)),
        (LETTER, replace(ENVELOPE, list_id=list_id)),
    ):
        try:
            message = compose(letter, envelope)
        except InvalidArgument:
            continue
        assert sorted(raw_names(message)) == sorted(REQUIRED)
        assert parsed(message)["Subject"] == letter.subject
        assert [one.addr_spec for one in parsed(message)["To"].addresses] == [envelope.recipient]

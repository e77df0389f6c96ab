"""What an old entry says of e-mail, however it wrote that: in doubt it was sent, and nobody gets it again."""

from datetime import UTC, datetime

import pytest

from omen_cli.legacy.marks import marks_in, marks_of
from omen_cli.model.legacy import NOT_KNOWN, NOT_TOLD

ONE, OTHER = "owner@example.com", "b@x.example"
AT = "2026-01-11T01:18:07.062Z"
MOMENT = datetime(2026, 1, 11, 1, 18, 7, 62000, UTC)


@pytest.mark.parametrize("said", [True, 1, "true", "yes", "sent", "SENT", {"ok": True}, ["x"], -1, "pending"])
def test_a_mark_that_says_anything_but_no_says_that_it_was_sent(said):
    found = marks_of({"emailSent": said, "emailRecipient": ONE})
    assert (found.is_sent, found.delivered_to, found.sent_at) == (True, (ONE,), None)


@pytest.mark.parametrize("said", [False, 0, "", "false", "No", " null ", {}, [], {"ok": False}])
def test_a_mark_that_says_no_says_so_also_of_a_recipient_who_was_to_get_it(said):
    found = marks_of({"emailSent": said, "emailSentAt": None, "emailRecipient": ONE})
    assert (found.is_sent, found.delivered_to) == (False, ())


@pytest.mark.parametrize("mark", [{}, {"emailSent": None}, {"emailSent": False}])
@pytest.mark.parametrize(
    ("at", "moment"),
    [(AT, MOMENT), (1_768_094_287_062, MOMENT), ("2026-01-11T01:18:07", None), (1_768_094_287, None), ("today", None)],
)
def test_a_time_of_sending_says_that_it_was_sent_whatever_the_mark(mark, at, moment):
    found = marks_of({**mark, "emailSentAt": at, "emailRecipient": ONE})
    assert (found.is_sent, found.sent_at, found.delivered_to) == (True, moment, (ONE,))


def test_without_a_mark_whoever_is_named_got_it():
    assert marks_of({"emailRecipient": ONE}).delivered_to == (ONE,)
    assert marks_of({"emailRecipient": None}).delivered_to == ()


@pytest.mark.parametrize(
    "between", ["/", "\\", " / ", ",", ", ", ";", "|", "&", " & ", " and ", "\n", ">, <", "=", "//"]
)
def test_every_address_in_a_text_got_it_whatever_stands_between(between):
    found = marks_of({"emailSent": True, "emailRecipient": f"{ONE}{between}{OTHER}"}).delivered_to
    assert found[:2] == (ONE, OTHER)


@pytest.mark.parametrize("odd", ["a/b@x.example", "a&b@x.example", "a=b@x.example"])
def test_a_sign_that_is_legal_in_an_address_is_read_both_ways(odd):
    assert set(marks_of({"emailSent": True, "emailRecipient": odd}).delivered_to) == {odd, OTHER}


@pytest.mark.parametrize("text", ["the owner", f"{ONE}, the owner", f"{ONE}-{OTHER}"])
def test_whom_a_text_names_by_no_address_that_can_be_read_is_not_told(text):
    assert NOT_TOLD in marks_of({"emailSent": True, "emailRecipient": text}).delivered_to


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('"emailSent": false, "emailSentAt": null', ()),
        ('"emailSent": false', ()),
        (f'"emailSent": false, "emailSentAt": "{AT}", "emailRecipient": "{ONE}"', (ONE,)),
        (f'"emailSent": true, "emailRecipient": "{ONE}', (NOT_TOLD,)),
        (f'"emailSent": true, "emailRecipient": "{ONE[:-3]}', (NOT_TOLD,)),
        (f'"emailSent": true, "emailRecipient": "{ONE}, {OTHER[:-3]}', (NOT_TOLD, ONE)),
        (f'"emailSent": true, "emailRecipients": ["{ONE}", ', (NOT_TOLD, ONE)),
        ('"emailSent": true, "emailRecipient": ', (NOT_TOLD,)),
        ('"emailSent": false, "emailSentAt": "2026', (NOT_TOLD,)),
        ('"emailSent": tr', (NOT_TOLD,)),
        ('"version": 1', (NOT_KNOWN,)),
    ],
)
def test_an_entry_that_cannot_be_read_was_not_sent_only_where_nothing_says_so(text, told):
    assert marks_in(text).delivered_to == told


def test_a_very_long_recipient_is_read_in_no_time():
    assert marks_of({"emailSent": True, "emailRecipient": "a" * 2_000_000}).delivered_to == (NOT_TOLD,)

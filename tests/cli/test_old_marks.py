"""E-mail marks of old entries that say less, or otherwise, than they should: every view says the same of them."""

import pytest

from tests.cli.old_installation import Old
from tests.cli.stores import NJ
from tests.old_sample import SENT, SENT_TO, named, text, wrapper

NO_TIME = {"emailSent": True, "emailSentAt": None}
CONTRADICTS = {"emailSent": False}
NO_MARK = {"emailSent": ..., "emailSentAt": 1_768_187_791_854}


@pytest.fixture
def views(two_stores, omen):
    """Return what migrates one entry with these marks, and what each command says of it then."""

    def of(**marks):
        entry = {name: value for name, value in {**SENT, **marks}.items() if value is not ...}
        old = Old(two_stores, omen).lay({"index.json": text([entry]), named(SENT): text(wrapper(SENT))})
        assert old.migrate().code == 0
        of_it = ("--store", NJ, "--snapshot", SENT["id"])
        history = [line.split("\t") for line in omen("history", "--store", NJ).out.splitlines()]
        return {
            "history": history[1][history[0].index("emailed")],
            "emailed": [one["id"] for one in omen("history", "--store", NJ, "--emailed", "--json").data],
            "show": omen("show", *of_it).out,
            "deliveries": omen("deliveries", *of_it).out,
            "deliveries as data": omen("deliveries", *of_it, "--json").data,
            "send": omen("send", *of_it, "--to", SENT_TO).out,
            "verify": omen("verify", "--deep", "--store", NJ).code,
        }

    return of


def test_when_it_was_sent_is_not_told_where_the_old_entry_does_not_tell(views):
    said = views(**NO_TIME)

    assert said["history"] == "sent, time not told"
    assert "E-mailed (it is not told when) to" in said["show"]
    assert [one["at"] for one in said["deliveries as data"]] == [None]
    assert "not told" in said["deliveries"]
    assert "already_sent" in said["send"]
    assert "not told" in said["send"]
    assert "2026-01-12" not in said["deliveries"] + said["send"]
    assert said["verify"] == 0


@pytest.mark.parametrize("marks", [CONTRADICTS, NO_MARK], ids=["a time, and a mark that says no", "a time in numbers"])
def test_a_time_of_sending_is_believed_in_every_view(views, marks):
    said = views(**marks)

    assert said["history"] == "2026-01-12 03:16+00:00" if marks is NO_MARK else "2026-01-12 03:01+00:00"
    assert said["emailed"] == [SENT["id"]]
    assert "E-mailed 2026-01-12 03:" in said["show"]
    assert [one["state"] for one in said["deliveries as data"]] == ["sent"]
    assert "already_sent" in said["send"]
    assert said["verify"] == 0


def test_what_an_entry_that_is_set_aside_says_is_in_every_view(views):
    said = views(version="x")

    assert said["history"] == "sent, time not told"
    assert said["emailed"] == [SENT["id"]]
    assert f"E-mailed (it is not told when) to {SENT_TO}" in said["show"]
    assert "already_sent" in said["send"]
    assert said["verify"] == 0


def test_a_mark_that_is_told_late_and_without_a_time_has_none(two_stores, omen):
    unsent = {**SENT, "emailSent": False, "emailSentAt": None, "emailRecipient": None}
    old = Old(two_stores, omen).lay({"index.json": text([unsent]), named(SENT): text(wrapper(SENT))})
    old.migrate()
    (old.root / "index.json").write_bytes(text([{**SENT, **NO_TIME}]))

    assert len(old.migrate().data["recipientsToldSince"]) == 1
    (entry,) = omen("history", "--store", NJ, "--json").data
    assert (entry["emailSent"], entry["emailSentAt"], entry["emailRecipient"]) == (True, None, SENT_TO)
    assert [one["at"] for one in omen("deliveries", "--store", NJ, "--json").data] == [None]
    assert omen("verify", "--deep", "--store", NJ).code == 0

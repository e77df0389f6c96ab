"""What the old index tells late counts more than a delivery of omen's own that did not arrive."""

import json

import pytest

from omen_cli.archive.layout import Layout
from omen_cli.archive.lock import locked
from tests.cli.conftest import OWNER
from tests.cli.old_installation import Old
from tests.cli.postbox import mail_to
from tests.cli.stores import NJ
from tests.old_sample import WEEK, named, text, wrapper

AT = "2026-01-13T08:00:00.000Z"


@pytest.fixture
def failed(two_stores, omen, misbehaving, request):
    """An archive that was brought over, a delivery of it that did not arrive, and an old index that tells it was sent."""
    old = Old(two_stores, omen).lay({"index.json": text([WEEK]), named(WEEK): text(wrapper(WEEK))})
    assert old.migrate().code == 0
    mail_to(two_stores, f"smtp://127.0.0.1:{misbehaving.port}")
    misbehaving.plan("rcpt", getattr(request, "param", "550"))
    assert send(omen).code == 8
    misbehaving.plan("quit", "good")
    told = {"emailSent": True, "emailSentAt": AT, "emailRecipient": OWNER}
    (old.root / "index.json").write_bytes(text([{**WEEK, **told}]))
    return old


def send(omen, *more):
    return omen("send", "--store", NJ, "--snapshot", WEEK["id"], "--json", *more)


def listed(omen):
    return [(one["recipient"], one["state"]) for one in omen("deliveries", "--store", NJ, "--json").data]


@pytest.mark.parametrize("failed", ["550", "451"], indirect=True, ids=["failed", "queued"])
def test_who_got_it_by_the_old_system_is_not_mailed_where_omen_failed(failed, omen, misbehaving):
    run, again = failed.migrate(), failed.migrate()
    sent = send(omen)

    assert [one["recipient"] for one in run.data["recipientsToldSince"]] == [OWNER]
    assert (again.data["outcome"], again.data["recipientsToldSince"]) == ("nothing_to_do", [])
    assert [(one["outcome"], one["at"][:19]) for one in sent.data["results"]] == [("already_sent", AT[:19])]
    assert send(omen, "--only-failed").data["results"] == []
    assert sum(misbehaving.accepted.values()) == 0


def test_it_is_listed_as_sent_and_by_whom(failed, omen):
    failed.migrate()
    (found,) = omen("deliveries", "--store", NJ, "--json").data
    (week,) = omen("history", "--store", NJ, "--json").data
    assert (found["state"], found["reply"]) == ("sent", "sent by the old system, says its index")
    assert (week["emailSent"], week["emailSentAt"][:19], week["emailRecipient"]) == (True, AT[:19], OWNER)


def test_the_archive_is_sound_and_says_so_also_when_its_index_is_made_anew(failed, omen):
    failed.migrate()
    before = omen("history", "--store", NJ, "--json").data
    assert omen("verify", "--store", NJ, "--deep").code == 0
    (failed.root / NJ / "index" / "2026-01.json").unlink()

    assert omen("verify", "--store", NJ, "--repair").code == 0
    assert omen("history", "--store", NJ, "--json").data == before
    assert omen("verify", "--store", NJ, "--deep").code == 0


def test_a_person_may_have_it_sent_again_and_then_it_is_omens(failed, omen, misbehaving):
    failed.migrate()
    run = send(omen, "--resend", "--reason", "it was lost")

    assert [one["outcome"] for one in run.data["results"]] == ["sent"]
    assert (sum(misbehaving.accepted.values()), listed(omen)) == (1, [(OWNER, "sent")])
    assert failed.migrate().data["recipientsToldSince"] == []
    assert omen("verify", "--store", NJ, "--deep").code == 0


def test_a_resend_that_is_refused_is_tried_again_as_one_of_omens(failed, omen, misbehaving):
    failed.migrate()
    misbehaving.plan("rcpt", "550")
    assert send(omen, "--resend", "--reason", "it was lost").code == 8
    misbehaving.plan("quit", "good")

    assert listed(omen) == [(OWNER, "failed")]
    assert [one["outcome"] for one in send(omen).data["results"]] == ["sent"]


def test_its_message_stays_what_was_frozen(failed, omen):
    (before,) = (failed.root / NJ / "deliveries").glob("*/*")
    raw = before.read_bytes()
    failed.migrate()
    assert json.dumps(before.name.rpartition(".")[0]).endswith('.failed"')
    assert before.read_bytes() == raw


def test_while_somebody_sends_nothing_is_recorded_beside_them(failed, omen):
    with locked(Layout(failed.stores.data, NJ).send_lock, 1):
        busy = failed.migrate("--lock-wait", "0.2")
        assert (busy.code, listed(omen)) == (6, [(OWNER, "failed")])
    assert send(omen).code == 7  # the migration is not finished

    assert failed.migrate().code == 0
    assert [one["outcome"] for one in send(omen).data["results"]] == ["already_sent"]

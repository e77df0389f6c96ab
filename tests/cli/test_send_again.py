"""The same send again: nobody gets a second one, unless a person asks for that and says why."""

import pytest

from tests.cli.conftest import OWNER
from tests.cli.postbox import mail_to, states
from tests.cli.stores import NJ, whole_tree
from tests.conftest import Run

SECOND = "second@njweedwizard.example"


@pytest.fixture(autouse=True)
def _mailed(week, postbox):
    mail_to(week.stores, postbox.url)


def test_the_same_send_twice_is_sent_once_and_says_so(week, postbox, omen):
    first, again = (omen(*week.named, "--json").data for _ in range(2))

    assert postbox.recipients == [OWNER]
    assert [one["results"][0]["outcome"] for one in (first, again)] == ["sent", "already_sent"]
    for field in ("recipient", "key", "messageId", "at"):
        assert first["results"][0][field] == again["results"][0][field]
    assert first["entry"] == again["entry"]
    run = omen(*week.named)
    assert (run.code, run.err) == (0, f"omen: {week.id}: everybody has it; --resend --reason TEXT sends it again\n")
    assert omen(*week.named, "-q") == Run(0, "", "")
    assert run.out.splitlines()[1].startswith(f"already_sent\t{OWNER}\t2026-01-19 10:00:00-05:00")


def test_a_new_recipient_of_an_old_snapshot_needs_no_force(week, postbox, omen):
    omen(*week.named)
    run = omen(*week.named, "--to", SECOND)
    assert run.code == 0
    assert postbox.recipients == [OWNER, SECOND]
    assert states(week.stores) == {OWNER: "sent", SECOND: "sent"}


def test_an_address_in_another_case_is_the_same_recipient(week, postbox, omen):
    omen(*week.named)
    run = omen(*week.named, "--to", OWNER.upper(), "--to", OWNER, "--json")
    assert [one["outcome"] for one in run.data["results"]] == ["already_sent"]
    assert postbox.recipients == [OWNER]


def test_resend_sends_the_same_message_again_and_the_audit_keeps_why(week, postbox, omen):
    omen(*week.named)
    run = omen(*week.named, "--resend", "--reason", "they lost it")
    assert (run.code, postbox.recipients) == (0, [OWNER, OWNER])
    assert f"to {OWNER} (again)" in run.err
    assert postbox.received[0].raw == postbox.received[1].raw
    (event,) = [one for one in week.stores.audit(NJ) if one.get("cause") == "resend"]
    assert (event["event"], event["reason"]) == ("delivery.queued", "they lost it")


@pytest.mark.parametrize("option", ["--resend", "--allow-held", "--force"])
@pytest.mark.parametrize(
    "reason",
    [
        (),
        ("--reason", ""),
        ("--reason", " \u3000"),
        ("--reason", "a\nb"),
        ("--reason", "\udcff"),
        ("--reason", "x" * 301),
    ],
)
def test_what_goes_beyond_a_plain_send_needs_a_reason_of_one_line(week, postbox, omen, option, reason):
    before = whole_tree(week.stores.data)
    run = omen(*week.named, option, *reason)
    assert (run.code, run.out, postbox.connections) == (2, "", 0)
    assert "--reason" in run.err
    assert len(run.err.splitlines()) == 2
    assert whole_tree(week.stores.data) == before


def test_an_index_made_anew_tells_the_same(week, omen):
    omen(*week.named, "--to", OWNER, "--to", SECOND)
    (told,) = omen("history", "--store", NJ, "--json").data
    (week.stores.archive(NJ) / "index" / "2026-01.json").unlink()
    assert omen("history", "--store", NJ, "--json").data == [told]
    assert [one["outcome"] for one in omen(*week.named, "--json").data["results"]] == ["already_sent"]

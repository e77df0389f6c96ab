"""Each recipient has a result and a state of their own: what `omen send` says of them, and `omen deliveries` later."""

import pytest

from tests.cli.conftest import OWNER
from tests.cli.postbox import frozen, mail_to, states
from tests.cli.stores import NJ

SECOND = "second@njweedwizard.example"
BOTH = ("--to", OWNER, "--to", SECOND)


@pytest.fixture
def refusal(week, postbox):
    """A server that refuses the second recipient for good."""
    mail_to(week.stores, postbox.url)
    postbox.refused[SECOND] = "550 5.1.1 no such user"
    return postbox


def test_of_two_recipients_one_may_be_refused_and_each_has_its_result(week, refusal, omen):
    run = omen(*week.named, *BOTH, "--json")
    error = run.json["error"]
    assert (run.code, error["code"], error["status"]) == (8, "delivery_failed", 502)
    assert [(one["recipient"], one["outcome"]) for one in error["results"]] == [(OWNER, "sent"), (SECOND, "failed")]
    assert error["results"][1]["reply"] == "rcpt: 550 5.1.1 no such user"
    assert error["message"].endswith(
        f"1 of 2 not delivered for certain: {SECOND} failed (rcpt: 550 5.1.1 no such user)"
    )
    assert error["hint"].endswith(f"omen send --store {NJ} --snapshot {week.id} --to {SECOND}")
    assert states(week.stores) == {OWNER: "sent", SECOND: "failed"}


@pytest.mark.parametrize("more", [(), ("--only-failed",)])
def test_the_next_send_is_to_the_one_who_was_refused_only(week, refusal, omen, more):
    omen(*week.named, *BOTH)
    refusal.refused.clear()
    run = omen(*week.named, *BOTH, *more)
    assert (run.code, refusal.recipients) == (0, [OWNER, SECOND])
    assert (OWNER in run.out) == (not more)
    assert refusal.received[1].raw in frozen(week.stores).values()


def test_the_hint_of_a_failed_resend_sends_nobody_a_third_one(week, refusal, omen):
    refusal.refused.clear()
    omen(*week.named, *BOTH)
    refusal.refused[SECOND] = "451 4.3.0 later"
    run = omen(*week.named, *BOTH, "--resend", "--reason", "lost", "--json")
    refusal.refused.clear()
    command = run.json["error"]["hint"].partition("omen send ")[2]
    assert omen("send", *command.split()).code == 0
    assert refusal.recipients == [OWNER, SECOND, OWNER, SECOND]


def test_only_failed_begins_nothing_new(week, refusal, omen):
    run = omen(*week.named, *BOTH, "--only-failed", "--json")
    assert (run.code, run.data["results"], refusal.connections) == (0, [], 0)
    assert f"{week.id}: no delivery of it failed" in run.err


def test_a_list_has_the_state_the_tries_and_the_answer(week, refusal, omen):
    omen(*week.named, *BOTH)
    for _ in range(2):
        omen(*week.named, "--only-failed", "--to", SECOND)
    listed = {one["recipient"]: one for one in omen("deliveries", "--store", NJ, "--json").data}
    assert (listed[OWNER]["tries"], listed[OWNER]["reply"]) == (1, "dot: 250 2.0.0 accepted")
    assert (listed[SECOND]["tries"], listed[SECOND]["reply"]) == (3, "rcpt: 550 5.1.1 no such user")
    assert omen("deliveries", "--store", NJ).out.splitlines()[0].split("\t")[:3] == ["state", "recipient", "at"]


def test_states_filter_the_list(week, refusal, omen):
    omen(*week.named, *BOTH)
    assert states(week.stores, NJ, "--state", "failed") == {SECOND: "failed"}
    assert states(week.stores, NJ, "--state", "failed", "--state", "sent") == {OWNER: "sent", SECOND: "failed"}
    none = omen("deliveries", "--store", NJ, "--state", "unknown")
    assert (none.code, none.err) == (0, f"omen: {NJ}: no delivery matches\n")


@pytest.mark.parametrize("state", ["bounced", "", "SENT", "sent,failed", "\u202e\x1b"])
def test_a_state_that_is_none_is_a_wrong_call(week, omen, state):
    run = omen("deliveries", "--store", NJ, "--state", state)
    assert (run.code, run.out) == (2, "")
    assert "use queued, sending, sent, failed, unknown" in run.err
    assert all(line.isprintable() for line in run.err.splitlines())


def test_a_store_without_deliveries_says_so(two_stores, omen):
    run = omen("deliveries", "--store", NJ)
    assert (run.code, run.err) == (0, f"omen: {NJ}: no delivery yet; omen send makes one\n")
    assert not two_stores.data.exists()

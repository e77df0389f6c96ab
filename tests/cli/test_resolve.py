"""`omen deliveries resolve`: a person's word on what nobody else can know, and until then nothing is sent again."""

import pytest

from tests.cli.conftest import OWNER
from tests.cli.postbox import frozen, mail_to, states
from tests.cli.stores import CALI, NJ, configure, whole_tree


@pytest.fixture
def unknown(week, misbehaving, omen):
    """A week whose message was offered, and of which nobody knows whether it arrived; its delivery."""
    mail_to(week.stores, f"smtp://127.0.0.1:{misbehaving.port}")
    misbehaving.plan("dot", "accept then drop")
    run = omen(*week.named, "--json")
    assert (run.code, run.json["error"]["code"]) == (8, "delivery_unknown")
    misbehaving.settle()
    misbehaving.plan("quit", "good")
    (one,) = omen("deliveries", "--store", NJ, "--json").data
    return one


def resolve(omen, key, *argv, store=NJ):
    return omen("deliveries", "resolve", key, "--store", store, *argv)


@pytest.mark.parametrize("more", [(), ("--only-failed",), ("--resend", "--reason", "lost"), ("--dry-run",)])
def test_what_is_unknown_is_never_sent_again_unasked(week, unknown, misbehaving, omen, more):
    before = frozen(week.stores)
    run = omen(*week.named, *more)
    assert run.code == (0 if more == ("--only-failed",) else 8)
    if not run.code:
        assert f"no delivery of it failed; 1 unknown: see omen deliveries --store {NJ} --state unknown" in run.err
    else:
        assert f"run omen deliveries resolve {unknown['key'][:12]} --store {NJ} --sent, or --resend" in run.err
    assert misbehaving.accepted == {unknown["messageId"]: 1}
    assert frozen(week.stores) == before


def test_a_person_says_that_it_arrived(week, unknown, misbehaving, omen):
    run = resolve(omen, unknown["key"][:8], "--sent", "--reason", "she has it", "--json")
    assert run.data["results"][0]["outcome"] == "sent"
    assert run.data["entry"]["emailSent"]
    assert misbehaving.accepted == {unknown["messageId"]: 1}
    (event,) = [one for one in week.stores.audit(NJ) if one.get("cause") == "resolved"]
    assert (event["event"], event["reason"], event["by"]) == ("delivery.sent", "she has it", "tester")
    assert "already_sent" in omen(*week.named).out


def test_a_person_says_that_it_did_not_and_the_same_message_goes_out(week, unknown, misbehaving, omen):
    run = resolve(omen, unknown["messageId"], "--resend")
    misbehaving.settle()
    assert (run.code, misbehaving.accepted) == (0, {unknown["messageId"]: 2})
    assert states(week.stores) == {OWNER: "sent"}


@pytest.mark.parametrize("spelling", ["{key}", "{messageId}", "<{key}@anything>", "{key}@", " {key} "])
def test_a_delivery_goes_by_its_key_or_its_message_id(unknown, omen, spelling):
    assert resolve(omen, spelling.format(**unknown), "--sent").code == 0


@pytest.mark.parametrize(
    "key", ["", "<>", "@", "abc", "..", "*", "zzzzzzzz", "\x1b[31mred", "\udcff\udcff\udcff\udcff\udcff\udcff"]
)
def test_a_key_that_is_none_is_not_found(week, unknown, omen, key):
    before = whole_tree(week.stores.data)
    run = resolve(omen, key, "--sent")
    assert (run.code, run.out, whole_tree(week.stores.data)) == (5, "", before)
    assert f"omen deliveries --store {NJ} lists them" in run.err


def test_another_stores_delivery_is_not_found(week, unknown, omen):
    before = whole_tree(week.stores.archive(NJ))
    omen("send", "--store", CALI, "--snapshot", week.theirs, "--dry-run")
    assert resolve(omen, unknown["key"], "--sent", store=CALI).code == 5
    assert whole_tree(week.stores.archive(NJ)) == before


def test_only_what_is_unknown_can_be_resolved(unknown, omen):
    resolve(omen, unknown["key"], "--sent")
    run = resolve(omen, unknown["key"], "--resend")
    assert (run.code, run.out) == (2, "")
    assert "is sent, not unknown" in run.err
    assert "--resend --reason TEXT" in run.err


@pytest.mark.parametrize(("reply", "state"), [("451", "queued"), ("550", "failed")])
def test_what_did_not_arrive_needs_no_resolution(week, misbehaving, omen, reply, state):
    mail_to(week.stores, f"smtp://127.0.0.1:{misbehaving.port}")
    misbehaving.plan("rcpt", reply)
    omen(*week.named)
    (one,) = omen("deliveries", "--store", NJ, "--json").data
    run = resolve(omen, one["key"], "--sent")
    assert (run.code, f"is {state}, not unknown" in run.err) == (2, True)
    assert f"omen send --store {NJ} --snapshot {week.id} --only-failed" in run.err


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        ((), "which one?"),
        (("--sent", "--resend"), "which one?"),
        (("--sent", "--reason", "a\nb"), "--reason: not one line"),
    ],
)
def test_a_resolution_is_one_of_two(week, unknown, omen, argv, said):
    before = whole_tree(week.stores.data)
    run = resolve(omen, unknown["key"], *argv)
    assert (run.code, run.out, whole_tree(week.stores.data)) == (2, "", before)
    assert said in run.err


def test_to_say_that_it_arrived_takes_no_mail_server(week, unknown, omen):
    configure(week.stores, ', "from": "OMEN <reports@example.com>"', "")
    assert resolve(omen, unknown["key"], "--resend").code == 3
    assert resolve(omen, unknown["key"], "--sent").code == 0


def test_options_of_resolve_go_behind_it(omen, two_stores):
    run = omen("deliveries", "--store", NJ, "resolve", "abcdef", "--store", NJ, "--sent")
    assert (run.code, run.out) == (2, "")
    assert "go behind `resolve`" in run.err


def test_prune_keeps_what_has_a_delivery_that_is_not_final(week, unknown, omen):
    week.stores.generate(NJ, "2026-01-18")
    prune = ("prune", "--store", NJ, "--keep-last", "1", "--yes")
    omen(*prune)
    assert (week.stores.archive(NJ) / f"{week.id}.json").exists()
    resolve(omen, unknown["key"], "--sent")
    omen(*prune)
    assert not (week.stores.archive(NJ) / f"{week.id}.json").exists()

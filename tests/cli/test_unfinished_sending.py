"""What a sender could not end: the next command finds it, records it, and sends nothing twice."""

import json

import pytest

from omen_cli.archive.deliveries import Delivery, deliveries_of
from omen_cli.archive.layout import Layout
from omen_cli.archive.moved import Why
from tests.archive.outboxes import OWNER, message, outbox, queued

NJ, DAY = "NJWeedWizard", "2026-01-09"


@pytest.fixture
def frozen(two_stores):
    """A snapshot with one message that is queued; its id, the data root, and the delivery."""
    made = two_stores.generate(NJ, DAY).data["results"][0]["snapshotId"]
    data = two_stores.config.parent / "data"
    (delivery,) = queued(data, made)
    return made, data, delivery


def send(omen, snapshot_id):
    return omen("send", "--store", NJ, "--snapshot", snapshot_id, "--lock-wait", "0.1", "--json")


def state(data, snapshot_id):
    return [one.state for one in deliveries_of(Layout(data, NJ), snapshot_id)]


def audited(data):
    months = sorted((data / "snapshots" / NJ / "audit").iterdir())
    return [json.loads(line) for month in months for line in month.read_text("utf-8").splitlines()]


def test_a_send_that_finds_a_dead_senders_message_records_that_nobody_knows(frozen, omen):
    made, data, delivery = frozen
    with outbox(data) as found:
        found.move(delivery, "sending", Why("attempt"))

    run = send(omen, made)

    assert (run.code, state(data, made)) == (8, ["unknown"])
    assert audited(data)[-1]["event"] == "delivery.unknown"
    assert omen("verify", "--store", NJ, "--deep").code == 0


def test_a_send_does_not_call_unknown_what_another_one_is_sending(frozen, omen):
    made, data, delivery = frozen
    with outbox(data) as found:
        found.move(delivery, "sending", Why("attempt"))
        run = send(omen, made)
        assert (run.code, state(data, made)) == (6, ["sending"])
        found.mark(Delivery(made, delivery.key, "sending"), "sent", Why("attempt"))

    assert send(omen, made).data["results"][0]["outcome"] == "already_sent"


def test_a_send_with_nothing_to_do_finishes_what_was_begun(frozen, omen):
    made, data, delivery = frozen
    with outbox(data) as found:
        sending, _ = found.move(delivery, "sending", Why("attempt"))
        found.mark(sending, "sent", Why("attempt"))
    pending = Layout(data, NJ).pending
    pending.write_text(json.dumps({"ids": [made]}))
    pending.chmod(0o600)

    run = send(omen, made)

    assert (run.code, run.data["results"][0]["outcome"]) == (0, "already_sent")
    assert not pending.exists()
    assert omen("verify", "--store", NJ, "--deep").code == 0


def test_a_persons_word_that_comes_too_late_leaves_the_senders_recorded(frozen, omen):
    made, data, delivery = frozen
    layout = Layout(data, NJ)
    delivery.path(layout).rename(Delivery(made, delivery.key, "sent").path(layout))  # what a full disk lets be done

    run = omen("deliveries", "resolve", message(made).key, "--store", NJ, "--resend", "--reason", "they say so")

    assert (run.code, state(data, made)) == (2, ["sent"])
    assert omen("verify", "--store", NJ, "--deep").code == 0
    assert audited(data)[-1]["event"] in ("index.rebuilt", "delivery.sent")
    assert {one["recipient"] for one in audited(data) if one["event"] == "delivery.sent"} == {OWNER}

"""A frozen message that somebody changed is never sent, whoever asks for it."""

from tests.cli.conftest import OWNER
from tests.cli.postbox import mail_to, states, unreachable
from tests.cli.stores import NJ


def change(week):
    """Change one letter of the one message of NJ's archive."""
    (path,) = week.stores.archive(NJ).glob("deliveries/*/*.eml")
    raw = path.read_bytes()
    path.write_bytes(raw.replace(b"NJ Weed Wizard", b"XX Weed Wizard"))
    assert path.read_bytes() != raw


def test_a_message_that_was_changed_is_not_sent(week, postbox, omen):
    mail_to(week.stores, unreachable())
    omen(*week.named)
    change(week)
    mail_to(week.stores, postbox.url)
    run = omen(*week.named)
    assert (run.code, postbox.received) == (7, [])
    assert "is not the message that was queued" in run.err

    command = run.err.splitlines()[-1].partition("omen ")[2].partition(";")[0]
    assert omen(*command.split()).code == 0
    assert omen(*week.named).code == 0
    assert b"XX Weed Wizard" not in postbox.received[0].raw


def test_it_is_not_sent_again_and_stays_sent(week, postbox, omen):
    mail_to(week.stores, postbox.url)
    omen(*week.named)
    change(week)
    run = omen(*week.named, "--resend", "--reason", "lost")
    assert (run.code, postbox.recipients) == (7, [OWNER])
    assert "is not the message that was queued" in run.err
    assert states(week.stores) == {OWNER: "sent"}


def test_it_is_not_resolved_by_sending_it(week, misbehaving, omen):
    mail_to(week.stores, f"smtp://127.0.0.1:{misbehaving.port}")
    misbehaving.plan("dot", "drop")
    omen(*week.named)
    misbehaving.plan("quit", "good")
    change(week)
    (one,) = omen("deliveries", "--store", NJ, "--json").data
    run = omen("deliveries", "resolve", one["key"], "--store", NJ, "--resend")
    assert (run.code, states(week.stores), misbehaving.accepted) == (7, {OWNER: "unknown"}, {})

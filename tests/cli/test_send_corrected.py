"""A new version of what was sent goes out as corrected, and says what it takes the place of and what changed."""

from email import message_from_bytes
from email.policy import default

import pytest

from tests.cli.conftest import OWNER
from tests.cli.postbox import mail_to, states
from tests.cli.stores import DAY, NJ, export

SECOND = "second@njweedwizard.example"
KEYED = ("send", "--store", NJ, "--timeframe", "weekly", "--as-of", DAY)


@pytest.fixture(autouse=True)
def _mailed(week, postbox):
    mail_to(week.stores, postbox.url)


def corrected(week):
    """Make the next version, of orders that came late: one gram more was sold."""
    with export(week.stores, NJ, "orders-2026-01.csv").open("a") as file:
        file.write("1012,1,2026-01-08T10:00:00-05:00,SD-1,gram,1,12.00,0.00,paid\n")
    return week.stores.generate(NJ, DAY, "weekly", "--force", "--reason", "an order came late").id


def last(postbox):
    """Return the subject and the text of the message that came last."""
    message = message_from_bytes(postbox.received[-1].raw, policy=default)
    return message["Subject"], message.get_body(("plain",)).get_content()


def test_it_says_so_in_subject_and_text_with_what_changed_and_why(week, postbox, omen):
    omen(*week.named)
    corrected(week)
    assert omen(*KEYED).code == 0

    subject, text = last(postbox)
    assert subject == "NJ Weed Wizard Weekly Snapshot (corrected) – Jan 5–11, 2026"
    assert "version 2 takes the place of version 1" in text
    assert "Why: an order came late" in text
    assert f"Replaces: {week.id}" in text
    assert "Net sales            $366.00  $378.00       +$12.00" in text
    assert postbox.recipients == [OWNER, OWNER]
    assert postbox.received[0].raw != postbox.received[1].raw


def test_what_nobody_got_is_not_corrected(week, postbox, omen):
    corrected(week)
    omen(*KEYED)
    subject, text = last(postbox)
    assert "corrected" not in subject
    assert "takes the place of" not in text


def test_a_version_that_was_refused_is_not_corrected(week, postbox, omen):
    postbox.refused[OWNER] = "550 5.1.1 no such user"
    assert omen(*week.named).code == 8
    postbox.refused.clear()
    corrected(week)
    omen(*KEYED)
    assert "corrected" not in last(postbox)[0]


def test_one_who_gets_only_the_new_version_is_told_too(week, postbox, omen):
    omen(*week.named)
    corrected(week)
    omen(*KEYED, "--to", SECOND)
    assert "(corrected)" in last(postbox)[0]


def test_of_two_new_versions_the_last_one_sent_is_what_is_replaced(week, postbox, omen):
    omen(*week.named)
    corrected(week)
    corrected(week)
    omen(*KEYED)
    assert "version 3 takes the place of version 1" in last(postbox)[1]


def test_the_version_before_may_be_lost(week, postbox, omen):
    omen(*week.named)
    corrected(week)
    (week.stores.archive(NJ) / f"{week.id}.json").unlink()
    assert omen(*KEYED).code == 0
    subject, text = last(postbox)
    assert "(corrected)" in subject
    assert "version 2 takes the place of version 1" in text


def test_the_version_before_may_be_pruned(week, postbox, omen):
    omen(*week.named)
    newest = corrected(week)
    omen.clock.advance(days=9)
    pruned = omen("prune", "--store", NJ, "--keep-last", "1", "--keep-superseded", "7d", "--yes", "--json")
    assert pruned.code == 0, pruned.err
    assert not (week.stores.archive(NJ) / f"{week.id}.json").exists()

    run = omen(*KEYED, "--json")
    assert (run.code, run.data["snapshotId"]) == (0, newest)
    subject, text = last(postbox)
    assert "(corrected)" in subject
    assert "version 2 takes the place of version 1" in text
    assert f"Replaces: {week.id}" in text


def test_a_snapshot_made_again_after_it_was_sent_and_pruned_is_the_first_version_and_a_correction(week, postbox, omen):
    omen(*week.named)
    week.stores.generate(NJ, "2026-01-18")
    omen("prune", "--store", NJ, "--keep-last", "1", "--yes")
    omen.clock.advance(days=1)
    week.stores.generate(NJ, DAY)
    assert omen(*KEYED).code == 0
    subject, text = last(postbox)
    assert "(corrected)" in subject
    assert "version 1 takes the place of one that was sent before and is not kept any more" in " ".join(text.split())
    assert f"Replaces: {week.id}" in text


def test_a_snapshot_made_again_after_one_that_nobody_got_was_pruned_is_no_correction(week, postbox, omen):
    week.stores.generate(NJ, "2026-01-18")
    omen("prune", "--store", NJ, "--keep-last", "1", "--yes")
    omen.clock.advance(days=1)
    week.stores.generate(NJ, DAY)
    assert omen(*KEYED).code == 0
    assert "corrected" not in last(postbox)[0]


def test_the_preview_of_a_correction_says_so(week, omen):
    omen(*week.named)
    corrected(week)
    data = omen(*KEYED, "--preview", "mail.txt", "--json").data
    assert "(corrected)" in data["subject"]
    assert "takes the place of version 1" in (week.stores.config.parent / "mail.txt").read_text("utf-8")
    assert states(week.stores) == {OWNER: "sent"}

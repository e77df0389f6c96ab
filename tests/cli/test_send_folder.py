"""A folder in the place of a server, the default: the frozen message, and the word that nothing left the machine."""

import pytest

from tests.cli.conftest import OWNER
from tests.cli.postbox import frozen, states
from tests.cli.stores import configure, whole_tree

SECOND = "second@njweedwizard.example"


def test_a_folder_takes_the_frozen_message_and_says_that_nothing_left_the_machine(week, omen):
    folder = week.stores.config.parent / "outbox"
    run = omen(*week.named)
    data = omen(*week.named, "--to", SECOND, "--json").data
    assert run.code == 0
    assert f"omen: nothing left this machine: the message is a file in {folder} (mail.url)" in run.err
    assert data["leavesMachine"] is False
    assert sorted(path.read_bytes() for path in folder.iterdir()) == sorted(frozen(week.stores).values())
    assert omen(*week.named, "-q").err == ""


def test_a_folder_that_cannot_be_written_keeps_the_message_queued(week, omen):
    (week.stores.config.parent / "outbox").write_text("a file stands here")
    run = omen(*week.named)
    assert (run.code, states(week.stores)) == (8, {OWNER: "queued"})
    (week.stores.config.parent / "outbox").unlink()
    assert omen(*week.named).code == 0


@pytest.mark.parametrize("folder", ["data", "data/outbox", "data/snapshots/NJWeedWizard/deliveries", "linked/outbox"])
def test_a_folder_inside_data_is_refused(week, omen, folder):
    (week.stores.config.parent / "linked").symlink_to(week.stores.data)
    configure(week.stores, "stores:\n", f'mail: {{url: "file:{folder}"}}\nstores:\n')
    before = whole_tree(week.stores.data)
    run = omen(*week.named)
    assert (run.code, run.out, whole_tree(week.stores.data)) == (3, "", before)
    assert "inside data, where only the archive writes" in run.err


def test_what_was_only_put_into_a_folder_is_sent_once_there_is_a_server(week, omen, postbox):
    assert omen(*week.named).code == 0
    server = f'mail: {{url: "{postbox.url}", from: "OMEN <reports@shop.example>"}}\n'
    configure(week.stores, "stores:\n", f"{server}stores:\n")

    first, again = omen(*week.named, "--json"), omen(*week.named, "--json")

    (message,) = postbox.received
    assert [one["outcome"] for one in first.data["results"]] == ["sent"]
    assert [one["outcome"] for one in again.data["results"]] == ["already_sent"]
    assert b"From: OMEN <reports@shop.example>" in message.raw
    assert states(week.stores) == {OWNER: "sent"}
    assert len(frozen(week.stores)) == 1
    assert omen("verify", "--store", "NJWeedWizard", "--deep").code == 0

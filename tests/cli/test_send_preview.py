"""`omen send --preview FILE`: the message as it would be sent, and nothing sent, recorded or configured for it."""

from email import message_from_bytes
from email.policy import default

import pytest

from tests.cli.conftest import OWNER
from tests.cli.postbox import frozen, mail_to
from tests.cli.stores import NJ, configure, many_items, whole_tree, write_inventory


@pytest.mark.parametrize(
    ("name", "begins"), [("a.html", b"<!"), ("a.HTM", b"<!"), ("a.txt", b"NJ Weed"), ("a.eml", b"From:")]
)
def test_each_kind_is_written_without_mail_settings(week, omen, name, begins):
    before = whole_tree(week.stores.data)
    path = week.stores.config.parent / name
    run = omen(*week.named, "--preview", name)
    data = omen(*week.named, "--preview", path, "--json").data
    assert (run.code, run.err) == (0, "")
    assert run.out == f"{path}: the message of {week.id}; nothing was sent\n"
    assert path.read_bytes().startswith(begins)
    assert data["path"] == str(path)
    assert (data["bytes"], data["snapshotId"]) == (path.stat().st_size, week.id)
    assert whole_tree(week.stores.data) == before


def test_the_message_is_the_one_that_is_then_sent(week, postbox, omen):
    mail_to(week.stores, postbox.url)
    omen(*week.named, "--preview", "a.eml")
    omen(*week.named)
    written = (week.stores.config.parent / "a.eml").read_bytes()
    assert [written] == [one.raw for one in postbox.received] == list(frozen(week.stores).values())
    assert message_from_bytes(written, policy=default)["To"] == OWNER


def test_it_is_addressed_to_whom_it_is_asked_for(week, omen):
    omen(*week.named, "--preview", "a.eml", "--to", "me@example.com")
    assert b"To: me@example.com\r\n" in (week.stores.config.parent / "a.eml").read_bytes()


def test_a_store_without_recipients_has_a_preview(week, omen):
    configure(week.stores, f"    recipients: [{OWNER}]\n", "")
    assert omen(*week.named, "--preview", "a.html").code == 0


def test_a_held_or_superseded_snapshot_may_be_looked_at(week, omen):
    write_inventory(week.stores, many_items(40))
    week.stores.generate(NJ, "2026-01-11", "weekly", "--force", "--reason", "whole")
    write_inventory(week.stores, many_items(3))
    held = week.stores.generate(NJ, "2026-01-18").id
    assert omen("send", "--store", NJ, "--snapshot", held, "--preview", "held.txt").code == 0
    assert "Held" in (week.stores.config.parent / "held.txt").read_text("utf-8")
    assert omen(*week.named, "--preview", "old.txt").code == 0


@pytest.mark.parametrize("name", ["a.pdf", "a", "-", "", ".html", "a.eml\x1b[31m", "a." + "x" * 400])
def test_a_file_that_no_message_ends_in_is_refused(week, omen, name):
    before = whole_tree(week.stores.config.parent)
    run = omen(*week.named, "--preview", name)
    assert (run.code, run.out) == (2, "")
    assert "use .html, .eml or .txt" in run.err
    assert all(line.isprintable() and len(line) < 200 for line in run.err.splitlines())
    assert whole_tree(week.stores.config.parent) == before


@pytest.mark.parametrize(
    "name", ["data/a.html", "data/snapshots/NJWeedWizard/a.eml", "linked/a.html", "no/such/a.html"]
)
def test_a_place_that_is_none_is_refused(week, omen, name):
    (week.stores.config.parent / "linked").symlink_to(week.stores.data)
    before = whole_tree(week.stores.data)
    run = omen(*week.named, "--preview", name)
    assert (run.code, run.out, whole_tree(week.stores.data)) == (2, "", before)


def test_a_damaged_snapshot_has_no_preview(week, omen):
    (week.stores.archive(NJ) / f"{week.id}.json").write_bytes(b"{}")
    assert omen(*week.named, "--preview", "a.html").code == 7
    assert not (week.stores.config.parent / "a.html").exists()


def test_a_file_that_is_there_is_replaced(week, omen):
    path = week.stores.config.parent / "a.txt"
    path.write_text("before")
    assert omen(*week.named, "--preview", "a.txt", "-q").out == ""
    assert path.read_bytes().startswith(b"NJ Weed Wizard")

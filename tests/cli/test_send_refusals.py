"""What `omen send` does not do: pick a snapshot by itself, send what looked wrong, or what is another store's."""

import shutil
from email import message_from_bytes
from email.policy import default

import pytest

from tests.cli.conftest import OWNER
from tests.cli.postbox import frozen
from tests.cli.stores import CALI, DAY, NJ, configure, many_items, whole_tree, write_inventory

SECOND = "second@njweedwizard.example"
KEYED = ("--timeframe", "weekly", "--as-of", DAY)


def refused(week, omen, code, *argv, env=None):
    """Run a send that must change nothing, and return the two lines that it says on stderr."""
    before = whole_tree(week.stores.config.parent)
    run = omen("send", "--store", NJ, *argv, env=env)
    document = omen("send", "--store", NJ, *argv, "--json", env=env).json
    assert (run.code, run.out) == (code, "")
    assert set(document) == {"ok", "command", "error"}
    assert whole_tree(week.stores.config.parent) == before
    message, hint = run.err.splitlines()
    assert message == f"omen: {document['error']['message']}"
    return message, hint.strip()


def test_without_a_name_nothing_is_picked(week, omen):
    message, hint = refused(week, omen, 2)
    assert message == "omen: NJWeedWizard: which snapshot?"
    assert "--snapshot ID, or --timeframe T with --as-of DATE" in hint


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (("--timeframe", "weekly"), "--as-of: is missing"),
        (("--as-of", DAY), "--timeframe: is missing"),
        (("--latest", *KEYED), "each names the snapshot"),
        (("--latest", "--snapshot", "x"), "each names the snapshot"),
        (("--snapshot", "x", *KEYED), "each names the snapshot"),
        (("--snapshot", "../../etc/passwd"), "not a snapshot id"),
        (("--snapshot", ""), "not a snapshot id"),
        (("--timeframe", "weekly", "--as-of", "2026-02-30"), "2026-02-30"),
        (("--snapshot", "x", "--to", "no address"), "not a plain e-mail address"),
        (("--snapshot", "x", "--to", ""), "not a plain e-mail address"),
    ],
)
def test_a_name_that_is_none_is_a_wrong_call(week, omen, argv, said):
    assert said in refused(week, omen, 2, *argv)[0]


@pytest.mark.parametrize(
    ("argv", "made_by"),
    [
        (("--timeframe", "monthly", "--as-of", "2025-12-31"), "--timeframe monthly --as-of 2025-12-31"),
        (("--timeframe", "daily", "--as-of", DAY), f"--timeframe daily --as-of {DAY}"),
    ],
)
def test_none_yet_says_which_command_makes_it(week, omen, argv, made_by):
    _, hint = refused(week, omen, 5, *argv)
    assert hint == f"run: omen generate --store {NJ} {made_by}"


def test_none_at_all_says_which_command_makes_it(week, omen):
    shutil.rmtree(week.stores.archive(NJ))
    assert refused(week, omen, 5, "--latest") == (f"omen: {NJ}: no snapshot yet", f"run: omen generate --store {NJ}")
    refused(week, omen, 5, "--snapshot", week.id)


def test_a_held_snapshot_is_sent_only_by_a_person_who_says_why(week, omen):
    write_inventory(week.stores, many_items(40))
    week.stores.generate(NJ, "2026-01-11")
    write_inventory(week.stores, many_items(3))
    held = week.stores.generate(NJ, "2026-01-18").id
    message, hint = refused(week, omen, 13, "--snapshot", held)
    assert message == f"omen: {held}: is held, since its input looked wrong"
    assert "--allow-held --reason TEXT" in hint

    run = omen("send", "--store", NJ, "--snapshot", held, "--allow-held", "--reason", "they closed a shop")
    assert run.code == 0
    assert ", version 1, HELD\n" in run.err
    (raw,) = frozen(week.stores).values()
    assert "Weekly Snapshot (held)" in message_from_bytes(raw, policy=default)["Subject"]
    assert [one["reason"] for one in week.stores.audit(NJ) if one["event"] == "delivery.queued"] == [
        "they closed a shop"
    ]
    again = omen("send", "--store", NJ, "--snapshot", held)
    assert (again.code, "already_sent" in again.out) == (0, True)


def test_a_superseded_version_is_sent_only_by_force(week, omen):
    newest = week.stores.generate(NJ, DAY, "weekly", "--force", "--reason", "late orders").id
    message, hint = refused(week, omen, 2, "--snapshot", week.id)
    assert message == f"omen: {week.id}: version 1, superseded by {newest}"
    assert f"--snapshot {newest}" in hint
    assert "--force --reason TEXT" in hint

    run = omen(*week.named, "--force", "--reason", "the auditor wants the first")
    assert run.code == 0
    assert ", version 1, SUPERSEDED\n" in run.err


def test_without_recipients_it_says_where_to_name_them(week, omen):
    configure(week.stores, f"    recipients: [{OWNER}]\n", "")
    message, hint = refused(week, omen, 3, "--snapshot", week.id)
    assert message == f"omen: {NJ}: has no recipients"
    assert hint == "add `recipients:` to it in stores.yaml, or name them with --to ADDRESS"
    assert omen(*week.named, "--to", SECOND).code == 0


def test_a_server_wants_to_know_who_sends(week, omen):
    configure(week.stores, "stores:\n", 'mail: {url: "smtp://127.0.0.1:9"}\nstores:\n')
    run = omen(*week.named)
    assert (run.code, run.out) == (3, "")
    assert "mail.from: is missing" in run.err
    assert frozen(week.stores) == {}


def test_another_stores_deliveries_are_nobodys_business(week, omen):
    omen("send", "--store", CALI, "--snapshot", week.theirs)
    run = omen("deliveries", "--store", NJ, "--snapshot", week.theirs)
    assert (run.code, run.out) == (10, "")
    assert omen("deliveries", "--store", NJ, "--json").data == []

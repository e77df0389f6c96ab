"""`omen send`: the snapshot that was named, to each recipient once, to a real server, byte for byte as it was frozen."""

import subprocess
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest

from tests.cli.conftest import OWNER
from tests.cli.postbox import frozen, mail_to
from tests.cli.processes import OMEN, environment
from tests.cli.stores import CALI, DAY, NJ, configure, whole_tree
from tests.conftest import Run

SECOND = "second@njweedwizard.example"


@pytest.fixture(autouse=True)
def _mailed(week, postbox):
    mail_to(week.stores, postbox.url)


def test_the_server_gets_the_frozen_message_in_a_transaction_of_its_own(week, postbox, omen):
    run = omen(*week.named, "--to", OWNER, "--to", SECOND, "--json")

    assert run.code == 0, run.err
    assert postbox.recipients == [OWNER, SECOND]
    assert {one.sender for one in postbox.received} == {"reports@example.com"}
    assert {one.raw for one in postbox.received} == set(frozen(week.stores).values())
    for one, result in zip(postbox.received, run.data["results"], strict=True):
        message = message_from_bytes(one.raw, policy=default)
        assert (message["To"], message["Message-ID"]) == (result["recipient"], result["messageId"])
        assert message["Subject"].startswith("NJ Weed Wizard Weekly Snapshot – Jan 5–11, 2026")


@pytest.mark.parametrize(
    "named", [("--timeframe", "weekly", "--as-of", DAY), ("--timeframe", "weekly", "--as-of", "last")]
)
def test_timeframe_and_as_of_name_the_newest_version(week, postbox, omen, named):
    as_of = DAY if named[-1] == DAY else "2026-01-18"
    newest = week.stores.generate(NJ, as_of, "weekly", *(("--force", "--reason", "again") if as_of == DAY else ())).id
    run = omen("send", "--store", NJ, *named, "--json")
    assert (run.data["snapshotId"], run.data["entry"]["id"]) == (newest, newest)
    assert postbox.recipients == [OWNER]


def test_the_answer_is_the_entry_that_history_lists(week, omen):
    sent = omen(*week.named, "--json").data
    (listed,) = omen("history", "--store", NJ, "--json").data
    assert sent["entry"] == listed
    assert (listed["emailSent"], listed["emailRecipient"]) == (True, OWNER)
    mark = sent["results"][0]["mark"]
    assert mark == {"success": True, "error": None, "message": ""}


def test_before_it_sends_it_says_store_period_version_and_recipients(week, omen):
    run = omen(*week.named, "--to", SECOND)
    assert run.err == (
        "omen: NJ Weed Wizard (NJWeedWizard): weekly snapshot 2026-01-05 to 2026-01-11, version 1\n"
        f"  sending {week.id}\n  to {SECOND}\n"
    )


def test_quiet_prints_nothing_on_success_and_json_its_document(week, omen):
    assert omen(*week.named, "-q") == Run(0, "", "")
    assert omen(*week.named, "-q", "--json").data["results"][0]["outcome"] == "already_sent"


def test_on_a_terminal_the_answer_is_a_table(week, omen):
    run = omen(*week.named, is_tty=True, width=120)
    assert run.code == 0
    assert OWNER in run.out
    assert "\t" not in run.out


def test_a_dry_run_changes_nothing_and_connects_to_nobody(week, postbox, omen):
    before = whole_tree(week.stores.config.parent)
    run = omen(*week.named, "--dry-run")
    data = omen(*week.named, "--dry-run", "--json").data
    assert (run.code, postbox.connections, whole_tree(week.stores.config.parent)) == (0, 0, before)
    assert f"would send {week.id}\n  to {OWNER}" in run.err
    assert [one["outcome"] for one in data["results"]] == ["would_send"]
    assert data["leavesMachine"] is None


def test_what_was_sent_shows_in_history_and_its_filters(week, omen):
    def listed(*more):
        return len(omen("history", "--store", NJ, *more, "--json").data)

    assert (listed("--emailed"), listed("--not-emailed")) == (0, 1)
    omen(*week.named)
    assert (listed("--emailed"), listed("--not-emailed")) == (1, 0)
    assert omen("history", "--store", NJ).out.splitlines()[1].split("\t")[6] == "2026-01-19 10:00-05:00"
    assert omen("history", "--store", NJ, "--stats", "--json").data[0]["emailed"] == 1
    assert omen("history", "--store", CALI, "--emailed", "--json").data == []


def test_the_items_are_attached_when_they_are_asked_for(week, postbox, omen):
    omen(*week.named, "--attach-items")
    configure(week.stores, "mail: {", "mail: {attach_items: true, ")
    omen(*week.named, "--to", SECOND)
    for one in postbox.received:
        (csv,) = list(message_from_bytes(one.raw, policy=default).iter_attachments())
        assert csv.get_content_type() == "text/csv"
        assert "BD-8" in csv.get_content()


def test_the_answers_are_documents_of_one_shape(week, postbox, omen):
    sent = omen(*week.named, "--json").json
    postbox.refused[SECOND] = "550 no"
    failed = omen(*week.named, "--to", SECOND, "--json").json
    assert (sent["ok"], sent["command"], failed["ok"], failed["command"]) == (True, "send", False, "send")
    assert set(sent["data"]) == {"snapshotId", "results", "entry", "leavesMachine"}
    assert set(failed["error"]) == {"code", "status", "message", "hint", "snapshotId", "results"}
    for result in (*sent["data"]["results"], *failed["error"]["results"]):
        assert set(result) == {"recipient", "outcome", "key", "messageId", "at", "reply", "mark"}


def test_an_answer_that_cannot_be_printed_is_no_success_and_no_reason_to_send_again(week, postbox, omen):
    with Path("/dev/full").open("w") as full:
        run = subprocess.run(
            [*OMEN, *week.named],
            cwd=week.stores.config.parent,
            env=environment(),
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            timeout=60,
            check=False,
        )
    assert run.returncode not in (0, 70)
    assert "Traceback" not in run.stderr
    assert "already_sent" in omen(*week.named).out
    assert postbox.recipients == [OWNER]

"""What is tested before and after a second client comes: the checklist, item by item, over the two stores as shipped.

CHECKLIST quotes it; each test is named after its item. tests/architecture/test_onboarding_checklist.py holds the two
together.
"""

import json
import os
import shutil
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from tests.cli.matrix import OPTIONS, ROWS, words
from tests.cli.postbox import Postbox, frozen, states
from tests.cli.processes import holding, run_at_once
from tests.cli.signed import EMAILS, People, need_tokens
from tests.cli.stores import CALI, DAY, NJ, configure, whole_tree
from tests.conftest import Clock, Omen, TwoStores
from tests.guards import REPO

CHECKLIST = {
    "Pre-Deployment": (
        "Run all existing tests with both stores",
        "Verify data isolation (Client A cannot see Client B data)",
        "Verify cross-store access denied (403 errors)",
        "Test concurrent snapshot generation",
        "Test email delivery with both stores",
    ),
    "Post-Deployment": (
        "Monitor error rates for first 24 hours",
        "Verify email subjects include store name",
        "Check disk space usage",
        "Review audit logs for cross-store access attempts",
        "Confirm idempotency working per-store",
    ),
}
BOTH = (NJ, CALI)
OTHER = {NJ: CALI, CALI: NJ}
NAMES = {NJ: "NJ Weed Wizard", CALI: "California Cannabis Co"}
OWNERS = {NJ: "owner@njweedwizard.example", CALI: "owner@calicannabis.example"}
WEEKLY = ("--timeframe", "weekly", "--as-of", DAY)
BY_ID = {
    "show": "--snapshot",
    "diff": "--snapshot",
    "send": "--snapshot",
    "deliveries": "--snapshot",
    "verify": "--recompute",
}
FORBIDDEN = (10, False, False, "forbidden", 403)
NAMED = {command: row for command, row in {**ROWS, **OPTIONS}.items() if row.takes_store}


@pytest.fixture(scope="module")
def _shipped_and_generated(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("shipped")
    shutil.copytree(REPO / "data" / "exports", folder / "data" / "exports")
    shutil.copy(REPO / "stores.yaml", folder)
    run = Omen(folder, Clock())("generate", "--all", *WEEKLY)
    assert run.code == 0, run.err
    return folder


@pytest.fixture
def both(_shipped_and_generated, tmp_path, omen) -> TwoStores:
    """The stores.yaml and the exports that omen is shipped with, and one weekly snapshot of each of its two stores."""
    shutil.copytree(_shipped_and_generated, tmp_path, dirs_exist_ok=True)
    return TwoStores(tmp_path / "stores.yaml", omen)


@pytest.fixture
def new(both) -> TwoStores:
    """The same two stores before their first snapshot."""
    for name in ("snapshots", "audit", "log"):
        shutil.rmtree(both.data / name, ignore_errors=True)
    return both


@pytest.fixture
def people(both) -> People:
    """The people of the two stores, each with a token of NJWeedWizard; the admin's is of none."""
    configure(both, "access: {mode: local}", "")
    need_tokens(both)
    return People(both)


def weekly(stores: TwoStores, store: str) -> str:
    """Return the id of a store's one weekly snapshot."""
    (path,) = stores.archive(store).glob(f"snapshot_weekly_{DAY}_*.json")
    return path.stem


def items(stores: TwoStores, store: str) -> set[str]:
    """Return the names of the items in a store's weekly snapshot."""
    document = json.loads((stores.archive(store) / f"{weekly(stores, store)}.json").read_text("utf-8"))
    return {item["name"] for item in document["content"]["items"]}


def marks(stores: TwoStores, store: str) -> list[str]:
    """Return what tells that something is of a store: its id, name and recipient, and the names of its own items."""
    own = items(stores, store) - items(stores, OTHER[store])
    assert len(own) > 30
    return [store, NAMES[store], OWNERS[store], *own]


def mail_of(stores: TwoStores, url: str) -> None:
    """Let the stores as they are shipped mail to a server."""
    configure(stores, "${OMEN_SMTP_URL:-file:outbox}", url)


def refusal(run) -> tuple[object, ...]:
    """Return how a call with --json was refused: exit status, whether it answered all the same, code and status."""
    document = run.json
    return run.code, document["ok"], "data" in document, document["error"]["code"], document["error"]["status"]


def metrics(omen, **world) -> dict[tuple[str, ...], object]:
    """Return what `omen metrics` measures: (name, the values of its labels by their names) to the number."""
    found = omen("metrics", "--json", **world).data
    return {(one["name"], *sample["labels"].values()): sample["value"] for one in found for sample in one["samples"]}


# Pre-Deployment


@pytest.mark.parametrize("store", BOTH)
def test_run_all_existing_tests_with_both_stores__every_command_works_for_each(both, omen, store):
    with Postbox() as postbox:
        mail_of(both, postbox.url)
        made = omen("generate", "--store", store, "--timeframe", "weekly", "--as-of", "2026-01-16", "--json")
        answers = {
            command: omen(*command.split(), "--store", store, *more, "--json")
            for command, more in {
                "history": (),
                "show": ("--snapshot", made.id),
                "diff": ("--snapshot", made.id, "--previous"),
                "verify": ("--deep",),
                "send": ("--snapshot", made.id),
                "deliveries": (),
                "audit": (),
                "prune": ("--keep-last", "1", "--dry-run"),
            }.items()
        }
        recipients = postbox.recipients

    assert (made.code, {command: run.code for command, run in answers.items() if run.code}) == (0, {})
    said = {command: run.data for command, run in answers.items()}
    assert [one["id"] for one in said["history"]] == [made.id, weekly(both, store)]
    assert (said["show"]["storeId"], said["show"]["storeName"], said["show"]["id"]) == (store, NAMES[store], made.id)
    assert [said["diff"][side]["id"] for side in ("before", "now")] == [weekly(both, store), made.id]
    assert recipients == [OWNERS[store]]
    assert [(one["recipient"], one["state"]) for one in said["deliveries"]] == [(OWNERS[store], "sent")]
    assert {one["event"] for one in said["audit"]} >= {"snapshot.created", "delivery.sent"}


def test_run_all_existing_tests_with_both_stores__one_line_of_cron_serves_both(new, omen):
    with Postbox() as postbox:
        mail_of(new, postbox.url)
        ticks = [omen("run", "-q", now=f"2026-01-12T{time}:00+00:00") for time in ("15:45", "16:00", "16:15")]

    assert [(run.code, run.out, run.err) for run in ticks] == [(0, "", "")] * 3
    assert sorted(set(postbox.recipients)) == sorted(OWNERS.values())
    sent = [message_from_bytes(one.raw)["Message-ID"] for one in postbox.received]
    assert len(set(sent)) == len(sent)
    assert omen("check", now="2026-01-12T16:30:00+00:00").code == 0


@pytest.mark.parametrize("store", BOTH)
def test_verify_data_isolation__no_answer_to_one_clients_token_holds_anything_of_the_other(people, both, store):
    foreign, own = marks(both, OTHER[store]), marks(both, store)
    env = {"OMEN_TOKEN": people.token("viewer", store)}
    calls = [
        (*command.split(), *more, *form)
        for command, more in {
            "history": (),
            "show": (),
            "show --explain": ("netSales",),
            "diff": ("--snapshot", weekly(both, store), "--snapshot", weekly(both, store)),
            "deliveries": (),
            "audit": (),
            "verify": (),
            "stores": (),
        }.items()
        for form in ((), ("--json",))
    ]

    said = {call: people.omen(*call, env=env) for call in calls}

    assert {call: run.err for call, run in said.items() if run.code and call[0] != "diff"} == {}
    assert {call: mark for call, run in said.items() for mark in foreign if mark in run.out + run.err} == {}
    everything = "".join(run.out for run in said.values())
    assert sum(mark in everything for mark in own) > 30  # the search itself works


@pytest.mark.parametrize("store", BOTH)
def test_verify_data_isolation__no_file_of_one_clients_archive_holds_anything_of_the_other(both, omen, store):
    omen("send", "--store", store, *WEEKLY)
    tree = whole_tree(both.archive(store))
    everything = "\n".join([*tree, *(raw.decode("utf-8", "replace") for raw in tree.values() if raw)])

    assert [mark for mark in marks(both, OTHER[store]) if mark in everything] == []
    assert sum(mark in everything for mark in marks(both, store)) > 30


@pytest.mark.parametrize("store", BOTH)
def test_verify_data_isolation__a_client_without_snapshots_sees_none(new, omen, store):
    assert omen("generate", "--store", OTHER[store], *WEEKLY).code == 0

    assert omen("history", "--store", store, "--json").data == []
    assert omen("deliveries", "--store", store, "--json").data == []
    assert omen("show", "--store", store, *WEEKLY).code == 5
    assert omen("send", "--store", store, *WEEKLY).code == 5
    assert not new.archive(store).exists()


@pytest.mark.parametrize("role", ["viewer", "owner"])
@pytest.mark.parametrize("command", NAMED)
def test_verify_cross_store_access_denied__by_store(people, both, command, role):
    before = both.tree(CALI).keys()

    run = people.run(role, *words(people, command, NAMED[command], CALI), "--json")

    assert refusal(run) == FORBIDDEN
    assert [mark for mark in marks(both, CALI)[1:] if mark in run.out + run.err] == []
    assert both.tree(CALI).keys() == before
    assert [one["requestedFor"] for one in people.denials(CALI)] == [NJ]


@pytest.mark.parametrize("mode", ["token", "local"])
@pytest.mark.parametrize("command", BY_ID)
def test_verify_cross_store_access_denied__by_snapshot_id(both, request, command, mode):
    theirs, argv = weekly(both, CALI), ("--store", NJ)
    run_as = both.omen if mode == "local" else lambda *argv: request.getfixturevalue("people").run("owner", *argv)

    run = run_as(command, *argv, BY_ID[command], theirs, "--json")

    assert refusal(run) == FORBIDDEN
    assert [mark for mark in marks(both, CALI) if mark in run.out + run.err] == []
    for store in BOTH:
        event = both.audit(store)[-1]
        assert (event["event"], event["requestedFor"], event["snapshotId"]) == ("access.denied", NJ, theirs)


def test_test_concurrent_snapshot_generation__of_one_key_makes_one_snapshot_a_store(new):
    calls = [("generate", "--store", store, *WEEKLY, "--json") for store in BOTH for _ in range(4)]

    answers = run_at_once(new.config.parent, calls)

    assert [(code, err) for code, _, err in answers] == [(0, "")] * len(calls)
    results = [json.loads(out)["data"]["results"][0] for _, out, _ in answers]
    for store in BOTH:
        of_store = [one for one in results if one["storeId"] == store]
        assert sorted(one["outcome"] for one in of_store) == ["created"] + ["duplicate_prevented"] * 3
        assert {one["snapshotId"] for one in of_store} == {weekly(new, store)}
        assert [one["event"] for one in new.audit(store)] == ["snapshot.created"]


@pytest.mark.parametrize("store", BOTH)
def test_test_concurrent_snapshot_generation__one_store_never_waits_for_the_others_lock(both, omen, store):
    call = ("--timeframe", "weekly", "--as-of", "2026-01-16", "--lock-wait", "0")
    with holding(both.archive(OTHER[store]) / ".lock"):
        free, locked = (omen("generate", "--store", one, *call) for one in (store, OTHER[store]))

    assert (free.code, locked.code) == (0, 6)


def test_test_email_delivery_with_both_stores__each_recipient_gets_the_named_snapshot_of_their_store(both, omen):
    named = {store: weekly(both, store) for store in BOTH}
    with Postbox() as postbox:
        mail_of(both, postbox.url)
        for store in BOTH:  # a later one of the same store, and then the other store's: "the latest" would be wrong
            assert omen("generate", "--store", store, "--timeframe", "daily", "--as-of", DAY).code == 0
        for store in BOTH:
            assert omen("send", "--store", store, "--snapshot", named[store]).code == 0

    assert [(one.recipients, one.sender) for one in postbox.received] == [
        ((OWNERS[store],), "reports@example.com") for store in BOTH
    ]
    for store, received in zip(BOTH, postbox.received, strict=True):
        (delivery,) = omen("deliveries", "--store", store, "--json").data
        message = message_from_bytes(received.raw, policy=policy.default)
        assert (delivery["snapshotId"], delivery["messageId"]) == (named[store], message["Message-ID"])
        assert (states(both, store), message["To"]) == ({OWNERS[store]: "sent"}, OWNERS[store])
        text = "".join(part.get_content() for part in message.walk() if part.get_content_maintype() == "text")
        assert [mark for mark in marks(both, OTHER[store]) if mark in text] == []
        assert sum(mark in text for mark in marks(both, store)) > 3


def test_test_email_delivery_with_both_stores__at_once(both):
    with Postbox() as postbox:
        mail_of(both, postbox.url)
        calls = [("send", "--store", store, "--snapshot", weekly(both, store)) for store in BOTH * 2]
        answers = run_at_once(both.config.parent, calls)

    assert [code for code, _, _ in answers] == [0] * 4
    assert sorted(postbox.recipients) == sorted(OWNERS.values())
    assert [list(frozen(both, store)) for store in BOTH if len(frozen(both, store)) != 1] == []


@pytest.mark.parametrize("store", BOTH)
def test_test_email_delivery_with_both_stores__never_the_others_snapshot(both, omen, store):
    with Postbox() as postbox:
        mail_of(both, postbox.url)
        run = omen("send", "--store", store, "--snapshot", weekly(both, OTHER[store]), "--json")

    assert (refusal(run), postbox.connections) == (FORBIDDEN, 0)


# Post-Deployment


def test_monitor_error_rates_for_first_24_hours__by_store_and_code(both, omen, clock):
    (both.data / "exports" / NJ / "inventory.csv").unlink()
    for _ in range(3):
        assert omen("generate", "--store", NJ, "--timeframe", "weekly", "--as-of", "2026-01-16").code == 4
    assert omen("generate", "--store", CALI, "--timeframe", "weekly", "--as-of", "2026-01-16").code == 0
    assert omen("show", "--store", CALI, "--snapshot", weekly(both, NJ)).code == 10

    found = {key[1:]: value for key, value in metrics(omen).items() if key[0] == "omen_errors_in_last_day"}
    assert found == {("source_invalid", NJ): 3, ("forbidden", CALI): 1}

    clock.advance(hours=24, seconds=1)
    assert {key for key in metrics(omen) if key[0] == "omen_errors_in_last_day"} == set()


@pytest.mark.parametrize("store", BOTH)
@pytest.mark.parametrize("timeframe", ["daily", "weekly", "monthly"])
def test_verify_email_subjects_include_store_name__in_every_timeframe(both, omen, store, timeframe):
    omen("generate", "--store", store, "--timeframe", timeframe, "--as-of", "2025-12-31")
    with Postbox() as postbox:
        mail_of(both, postbox.url)
        assert omen("send", "--store", store, "--timeframe", timeframe, "--as-of", "2025-12-31").code == 0

    subject = message_from_bytes(postbox.received[0].raw, policy=policy.default)["Subject"]
    assert subject.startswith(f"{NAMES[store]} {timeframe.capitalize()} Snapshot")
    assert NAMES[OTHER[store]] not in subject


def test_check_disk_space_usage__the_numbers_are_those_of_the_folders(both, omen):
    found = metrics(omen)

    for store in BOTH:
        sizes = [len(raw) for raw in both.tree(store).values()]
        assert (found["omen_archive_bytes", store], found["omen_archive_files", store]) == (sum(sizes), len(sizes))
        disk = os.statvfs(both.archive(store))
        assert abs(found["omen_disk_free_bytes", store] - disk.f_bavail * disk.f_frsize) < 512 * 1024**2
    assert found["omen_disk_warn_free_bytes",] == 1024**3
    assert found["omen_disk_min_free_bytes",] == 1024**3 // 2


@pytest.mark.parametrize("store", BOTH)
def test_check_disk_space_usage__too_little_room_is_refused_before_anything_is_written(both, omen, store):
    configure(
        both, "disk: {warn_free_gb: 1.0, min_free_gb: 0.5}", "disk: {warn_free_gb: 1000000, min_free_gb: 1000000}"
    )
    before = both.tree(store)

    run = omen("generate", "--store", store, "--timeframe", "weekly", "--as-of", "2026-01-16", "--json")

    assert refusal(run) == (12, False, False, "insufficient_storage", 507)
    assert both.tree(store) == before
    assert metrics(omen)["omen_refusals_total", "disk", store] == 1


def test_review_audit_logs_for_cross_store_access_attempts__each_is_there_once(people, both, clock):
    attempts = {
        ("owner", "generate", "--store", CALI, *WEEKLY): (CALI, "store", "owner"),
        ("viewer", "show", "--snapshot", weekly(both, CALI)): (CALI, "snapshot", None),
        ("viewer", "history", "--all"): (NJ, "all", "viewer"),
    }
    for attempt in attempts:
        clock.advance(minutes=1)
        assert people.run(*attempt).code == 10

    shown, denied = (people.run("admin", "audit", "--denied", *form) for form in ((), ("--json",)))
    oldest_first = denied.data

    assert [(one["storeId"], one["kind"], one["role"]) for one in oldest_first] == list(attempts.values())
    assert [one["by"] for one in oldest_first] == [EMAILS[role] for role, *_ in attempts]
    assert {one["requestedFor"] for one in oldest_first} == {NJ}
    assert [one["kind"] for one in people.denials()] == ["store", "snapshot", "all"]
    assert [one["kind"] for one in people.denials(CALI)] == ["store", "snapshot"]
    assert [one["kind"] for one in people.denials(NJ)] == ["snapshot", "all"]
    assert (shown.code, len(shown.out.splitlines())) == (0, 1 + len(attempts))


def test_review_audit_logs_for_cross_store_access_attempts__the_chain_of_each_audit_holds(people, both):
    people.run("owner", "generate", "--store", CALI, *WEEKLY)

    assert people.run("admin", "audit", "--all", "--check").code == 0


def test_confirm_idempotency_working_per_store__one_key_in_both_stores_is_two_snapshots(new, omen):
    first = [omen("generate", "--store", store, *WEEKLY, "--json") for store in BOTH]
    again = [omen("generate", "--store", store, *WEEKLY, "--json") for store in BOTH]

    outcomes = [run.data["results"][0]["outcome"] for run in (*first, *again)]
    assert outcomes == ["created", "created", "duplicate_prevented", "duplicate_prevented"]
    assert [run.id for run in first] == [run.id for run in again] == [weekly(new, store) for store in BOTH]
    assert first[0].id != first[1].id


@pytest.mark.parametrize("store", BOTH)
def test_confirm_idempotency_working_per_store__a_version_of_one_is_none_of_the_other(both, omen, store):
    before = both.tree(OTHER[store])

    run = omen("generate", "--store", store, *WEEKLY, "--force", "--reason", "counted again", "--json")

    assert run.data["results"][0]["version"] == 2
    assert both.tree(OTHER[store]) == before
    assert omen("generate", "--store", OTHER[store], *WEEKLY, "--json").id == weekly(both, OTHER[store])


def test_confirm_idempotency_working_per_store__sending_again_sends_nothing(both, omen):
    with Postbox() as postbox:
        mail_of(both, postbox.url)
        codes = [omen("send", "--store", store, "--snapshot", weekly(both, store)).code for store in BOTH * 2]

    assert (codes, sorted(postbox.recipients)) == ([0] * 4, sorted(OWNERS.values()))

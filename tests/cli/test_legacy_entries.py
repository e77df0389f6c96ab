"""Every other command on a snapshot that was brought over: it is shown, compared, sent and kept as what it is."""

import json
from email import policy
from email.parser import BytesParser

import pytest

from tests.cli.stores import NJ
from tests.old_sample import DAY, FILELESS, MISTAKEN, SENT, SENT_TO, WEEK, entry, lay_old, named, sample, text, wrapper

OLDER_DAY = entry("2026-01-07", 9, "daily", summary={"itemCount": 58, "recommendationCount": 1})


@pytest.fixture
def migrated(two_stores, omen):
    """Both stores, and what the old system left of NJWeedWizard, brought over."""
    files = sample()
    files["index.json"] = text([*json.loads(files["index.json"]), OLDER_DAY])
    files[named(OLDER_DAY)] = text(wrapper(OLDER_DAY))
    lay_old(two_stores.data / "snapshots", files)
    run = omen("migrate", "--from", two_stores.data / "snapshots")
    assert run.code == 0, run.err
    return two_stores


def entry_of(omen, of):
    return next(one for one in omen("history", "--store", NJ, "--all-versions", "--json").data if one["id"] == of["id"])


def test_show_prints_the_old_numbers_as_what_they_are(migrated, omen):
    run = omen("show", "--store", NJ, "--snapshot", WEEK["id"])

    assert run.code == 0
    assert "of the old system" in run.out.splitlines()[0]
    assert "omen computed none of these numbers" in run.out
    assert "total revenue\t8088" in run.out
    assert "REORDER_SOON\tBlue Dream (oz)\tLow stock - reorder soon" in run.out


def test_show_as_json_is_the_whole_document(migrated, omen):
    shown = omen("show", "--store", NJ, "--snapshot", WEEK["id"], "--json").data

    assert shown["format"] == "omen.legacy/1"
    assert shown["payload"]["text"].encode() == sample()[named(WEEK)]


def test_show_says_that_only_the_entry_was_left(migrated, omen):
    run = omen("show", "--store", NJ, "--snapshot", FILELESS["id"])

    assert "Only its entry in the old index was left" in run.out
    assert "items\t60" in run.out


def test_a_page_of_an_old_snapshot_says_what_it_is(migrated, omen, tmp_path):
    run = omen("show", "--store", NJ, "--snapshot", WEEK["id"], "--html", tmp_path / "week.html")

    assert run.code == 0, run.err
    assert "of the old system" in (tmp_path / "week.html").read_text()


def test_how_an_old_number_came_about_is_not_explained(migrated, omen):
    run = omen("show", "--store", NJ, "--snapshot", WEEK["id"], "--explain", "netSales")

    assert (run.code, "of the old system" in run.err) == (2, True)


def test_history_marks_old_snapshots_and_those_without_a_file(migrated, omen):
    rows = [line.split("\t") for line in omen("history", "--store", NJ).out.splitlines()]
    status = {row[-1]: row[3] for row in rows}

    assert (status[WEEK["id"]], status[FILELESS["id"]]) == ("legacy", "legacy,no payload")


def test_two_old_snapshots_are_compared_by_their_files_and_the_old_numbers(migrated, omen):
    found = omen("diff", "--store", NJ, OLDER_DAY["id"], DAY["id"], "--json").data

    assert found["samePayload"] is False
    numbers = {one["name"]: (one["before"], one["now"], one["change"]) for one in found["numbers"]}
    assert numbers["totalRevenue"] == (8088, 8088, 0)
    assert (found["before"]["id"], found["now"]["id"]) == (OLDER_DAY["id"], DAY["id"])


def test_an_old_and_a_new_snapshot_are_compared_by_counts_alone(migrated, omen):
    made = migrated.generate(NJ, "2026-01-16")
    run = omen("diff", "--store", NJ, WEEK["id"], made.id, "--json")

    assert run.code == 0, run.err
    assert {one["name"] for one in run.data["numbers"]} == {"itemCount", "recommendationCount"}
    assert run.data["samePayload"] is None
    assert "only counts are compared" in run.data["notCompared"]


def test_an_old_snapshot_answers_for_its_key_until_it_is_superseded(migrated, omen):
    again = migrated.generate(NJ, "2026-01-09")
    forced = migrated.generate(NJ, "2026-01-09", "weekly", "--force", "--reason", "asked for")

    assert (again.data["results"][0]["outcome"], again.id) == ("duplicate_prevented", WEEK["id"])
    (made,) = [one for one in omen("history", "--store", NJ, "--json").data if one["id"] == forced.id]
    assert (made["version"], made["supersedes"]) == (3, WEEK["id"])


def test_a_new_snapshot_after_an_old_one_is_not_held_against_it(migrated):
    made = migrated.generate(NJ, "2026-01-16")
    document = json.loads((migrated.archive(NJ) / f"{made.id}.json").read_bytes())

    assert document["hold"]["snapshotBefore"] is None


def test_an_old_snapshot_is_sent_as_the_old_systems(migrated, omen):
    run = omen("send", "--store", NJ, "--snapshot", WEEK["id"], "--json")

    assert run.code == 0, run.err
    (message,) = (migrated.archive(NJ) / "deliveries" / WEEK["id"]).iterdir()
    read = BytesParser(policy=policy.default).parsebytes(message.read_bytes())
    assert "(of the old system)" in read["Subject"]
    assert "omen computed none of these" in read.get_body(("plain",)).get_content()
    assert entry_of(omen, WEEK)["emailSent"] is True


def test_who_got_it_from_the_old_system_does_not_get_it_twice(migrated, omen):
    run = omen("send", "--store", NJ, "--snapshot", SENT["id"], "--to", SENT_TO, "--json")
    again = omen("send", "--store", NJ, "--snapshot", SENT["id"], "--to", SENT_TO, "--resend", "--reason", "lost")

    assert (run.code, run.data["results"][0]["outcome"]) == (0, "already_sent")
    assert (again.code, "sent" in again.out) == (0, True)


def test_what_has_no_file_is_not_sent(migrated, omen):
    run = omen("send", "--store", NJ, "--snapshot", FILELESS["id"])

    assert (run.code, "there is nothing to send" in run.err) == (2, True)
    assert not (migrated.archive(NJ) / "deliveries" / FILELESS["id"]).exists()


def test_an_old_snapshot_cannot_be_made_again(migrated, omen):
    run = omen("verify", "--store", NJ, "--recompute", WEEK["id"])

    assert (run.code, "recorded no inputs" in run.err) == (1, True)


@pytest.mark.parametrize("damage", ["lost", "damaged"])
def test_email_marks_of_the_old_system_survive_an_index_that_is_made_anew(migrated, omen, damage):
    shard = migrated.archive(NJ) / "index" / "2026-01.json"
    before = omen("history", "--store", NJ, "--json").data
    shard.unlink() if damage == "lost" else shard.write_bytes(b"{")

    assert omen("history", "--store", NJ, "--json").data == before
    assert omen("verify", "--store", NJ, "--repair").code == 0
    assert omen("history", "--store", NJ, "--json").data == before
    assert omen("verify", "--store", NJ, "--deep").code == 0


def test_an_index_that_forgot_an_old_mark_is_stale(migrated, omen):
    shard = migrated.archive(NJ) / "index" / "2026-01.json"
    raw = shard.read_bytes()
    marked = b'"emailRecipient":"%s","emailSent":true,"emailSentAt":"2026-01-12T03:01:31.854+00:00"' % SENT_TO.encode()
    assert raw.count(marked) == 1
    shard.write_bytes(raw.replace(marked, b'"emailRecipient":null,"emailSent":false,"emailSentAt":null'))

    run = omen("verify", "--store", NJ, "--deep")

    assert (run.code, "index_stale" in run.out) == (1, True)


def test_a_changed_byte_of_an_old_payload_is_a_loss(migrated, omen):
    file = migrated.archive(NJ) / f"{WEEK['id']}.json"
    file.write_bytes(file.read_bytes().replace(b"Blue Dream", b"Blue Drean", 1))

    shallow, deep = omen("show", "--store", NJ, "--snapshot", WEEK["id"]), omen("verify", "--store", NJ, "--deep")

    assert (shallow.code, deep.code, "snapshot_damaged" in deep.out) == (7, 7, True)


def test_a_lost_old_snapshot_keeps_its_key_and_can_be_accepted(migrated, omen):
    (migrated.archive(NJ) / f"{MISTAKEN['id']}.json").unlink()
    (migrated.archive(NJ) / "index" / "2026-01.json").unlink()

    lost = omen("verify", "--store", NJ)
    assert (lost.code, f"snapshot_missing\t{MISTAKEN['id']}" in lost.out) == (7, True), lost.out
    omen("verify", "--store", NJ, "--repair")
    assert MISTAKEN["id"] in omen("history", "--store", NJ).out
    assert omen("verify", "--store", NJ, "--accept", MISTAKEN["id"], "--reason", "gone").code == 0
    assert omen("verify", "--store", NJ, "--deep").code == 0


def test_old_snapshots_are_pruned_like_any(migrated, omen):
    run = omen("prune", "--store", NJ, "--timeframe", "weekly", "--keep-last", "1", "--yes")

    assert run.code == 0, run.err
    left = {one["id"] for one in omen("history", "--store", NJ, "--json").data}
    assert left == {WEEK["id"], DAY["id"], OLDER_DAY["id"]}
    assert omen("verify", "--store", NJ, "--deep").code == 0


def test_another_stores_old_snapshot_is_forbidden(migrated, omen):
    migrated.generate("CaliCannabis", "2026-01-09")
    run = omen("show", "--store", "CaliCannabis", "--snapshot", WEEK["id"])
    assert (run.code, migrated.audit(NJ)[-1]["event"]) == (10, "access.denied")


def test_old_files_in_an_archives_folder_are_listed_and_never_adopted(migrated, omen):
    late = entry("2026-01-16", 12)
    stray = migrated.archive(NJ) / named(late)
    stray.write_bytes(text(wrapper(late)))
    (migrated.archive(NJ) / named(WEEK)).write_bytes(sample()[named(WEEK)])

    made = migrated.generate(NJ, "2026-01-16")
    run = omen("verify", "--store", NJ, "--deep")
    repaired = omen("verify", "--store", NJ, "--repair")

    assert (made.data["results"][0]["outcome"], run.code, repaired.code) == ("created", 0, 0)
    assert f"not migrated, of the old system: {stray.name}" in run.err
    assert "1 migrated file of the old system still here" in run.err
    assert stray.read_bytes() == text(wrapper(late))


# --- nobody gets twice what the old system sent ------------------------------------------------------------------------


@pytest.fixture
def mailed(two_stores, omen):
    """Return what migrates one week that the old system sent as `marks` say, and returns what sends it."""

    def sent(marks):
        week = entry("2026-01-09", 1, emailSent=True, emailSentAt="2026-01-12T03:01:31.854Z", **marks)
        files = {"index.json": text([week]), named(week): text(wrapper(week))}
        lay_old(two_stores.data / "snapshots", files)
        assert omen("migrate", "--from", two_stores.data / "snapshots").code == 0
        return lambda *more: omen("send", "--store", NJ, "--snapshot", week["id"], "--json", *more)

    return sent


def outcomes(run):
    return {one["recipient"]: one["outcome"] for one in run.data["results"]}


def test_a_delivery_to_somebody_new_does_not_make_who_had_it_get_it_again(mailed):
    send = mailed({"emailRecipient": SENT_TO})
    new = send("--to", "new@njweedwizard.example")
    again = send("--to", SENT_TO)

    assert outcomes(new) == {"new@njweedwizard.example": "sent"}
    assert outcomes(again) == {SENT_TO: "already_sent"}


@pytest.mark.parametrize(
    "said",
    [
        SENT_TO.upper(),
        f" {SENT_TO} ",
        f"The Owner <{SENT_TO}>",
        f"other@njweedwizard.example, {SENT_TO}",
        [SENT_TO],
        ["other@njweedwizard.example", SENT_TO],
        {"address": SENT_TO},
    ],
)
def test_however_the_old_index_writes_a_recipient_he_does_not_get_it_again(mailed, said):
    assert outcomes(mailed({"emailRecipient": said})("--to", SENT_TO)) == {SENT_TO: "already_sent"}


@pytest.mark.parametrize("said", [None, "", [], "the owner"])
def test_what_was_sent_to_nobody_knows_whom_is_sent_again_only_with_a_reason(mailed, said):
    send = mailed({"emailRecipient": said})
    plain, dry = send("--to", SENT_TO), send("--to", SENT_TO, "--dry-run")
    with_reason = send("--to", SENT_TO, "--resend", "--reason", "asked: nobody has it")
    other = send("--to", "other@njweedwizard.example")

    assert [(run.code, "does not tell to whom" in run.err) for run in (plain, dry, other)] == [(2, True)] * 3
    assert (with_reason.code, outcomes(with_reason)) == (0, {SENT_TO: "sent"})
    assert outcomes(send("--to", SENT_TO)) == {SENT_TO: "already_sent"}


def test_an_old_delivery_is_listed_and_survives_an_index_that_is_made_anew(mailed, two_stores, omen):
    send = mailed({"emailRecipient": [SENT_TO, "other@njweedwizard.example"]})
    send("--to", "new@njweedwizard.example")
    before = omen("deliveries", "--store", NJ, "--json").data
    (two_stores.archive(NJ) / "index" / "2026-01.json").unlink()
    repaired = omen("verify", "--store", NJ, "--repair")

    told = {one["recipient"]: one["state"] for one in before}
    assert told == dict.fromkeys(("new@njweedwizard.example", "other@njweedwizard.example", SENT_TO), "sent")
    assert (repaired.code, omen("deliveries", "--store", NJ, "--json").data) == (0, before)
    assert outcomes(send("--to", SENT_TO)) == {SENT_TO: "already_sent"}


def test_an_index_that_forgot_an_old_delivery_is_stale(mailed, two_stores, omen):
    send = mailed({"emailRecipient": SENT_TO})
    send("--to", "new@njweedwizard.example")
    shard = two_stores.archive(NJ) / "index" / "2026-01.json"
    document = json.loads(shard.read_bytes())
    document["entries"][0]["deliveries"] = [
        one for one in document["entries"][0]["deliveries"] if one["recipient"] != SENT_TO
    ]
    shard.write_bytes(json.dumps(document, separators=(",", ":"), sort_keys=True).encode() + b"\n")

    run = omen("verify", "--store", NJ, "--deep")

    assert (run.code, "index_stale" in run.out) == (1, True)


def test_a_letter_names_nobody_who_got_it_before(mailed, two_stores):
    send = mailed({"emailRecipient": SENT_TO})
    assert send("--to", "new@njweedwizard.example").code == 0
    (message,) = (two_stores.archive(NJ) / "deliveries").glob("*/*")
    assert SENT_TO.encode() not in message.read_bytes()


def test_a_correction_of_an_old_snapshot_does_not_say_that_it_is_lost(mailed, two_stores, omen):
    mailed({"emailRecipient": SENT_TO})
    made = two_stores.generate(NJ, "2026-01-09", "weekly", "--force", "--reason", "asked for")

    run = omen("send", "--store", NJ, "--snapshot", made.id, "--to", SENT_TO)

    assert run.code == 0, run.err
    (message,) = (two_stores.archive(NJ) / "deliveries" / made.id).iterdir()
    said = BytesParser(policy=policy.default).parsebytes(message.read_bytes()).get_body(("plain",)).get_content()
    words = " ".join(said.split())
    assert "the version before is of the old system, which counted otherwise" in words
    assert "not kept any more" not in words

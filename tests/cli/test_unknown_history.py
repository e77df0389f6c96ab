"""A snapshot of the old system of which nothing tells whether it was e-mailed is not sent before a person says so."""

import json

import pytest

from tests.cli.old_installation import Old
from tests.cli.stores import NJ
from tests.old_sample import SENT, SENT_TO, WEEK, named, sample, text, wrapper

NEW = "new@njweedwizard.example"


@pytest.fixture
def old(two_stores, omen):
    return Old(two_stores, omen)


def lone(of=WEEK):
    return {named(of): text(wrapper(of))}


def sender(omen, of=WEEK):
    return lambda *more: omen("send", "--store", NJ, "--snapshot", of["id"], *more)


WITHOUT_AN_ENTRY = {
    "no index": lone(),
    "half of an index": {"index.json": text([SENT, WEEK])[:-500], **lone()},
    "an index cut in its first entry": {"index.json": text([SENT])[:200], **lone()},
    "an empty index": {"index.json": b"[]", **lone()},
    "an index that is none": {"index.json": b"\x00\x01", **lone()},
    "no entry": {"index.json": text([SENT]), **lone()},
}


@pytest.mark.parametrize("files", WITHOUT_AN_ENTRY.values(), ids=WITHOUT_AN_ENTRY)
def test_what_nothing_tells_of_is_never_sent_by_a_plain_send(old, omen, files):
    run = old.lay(files).migrate()
    send = sender(omen)

    plain, dry, other = send(), send("--dry-run"), send("--to", NEW)

    assert run.code == 0, run.out
    assert [one.code for one in (plain, dry, other)] == [2] * 3
    first, hint = plain.err.splitlines()[-2:]
    assert first.endswith(f"{WEEK['id']}: whether the old system sent it is not known: it left no entry that tells")
    assert "--resend --reason TEXT" in hint
    assert not list((old.root / NJ / "deliveries").iterdir())


def test_a_person_who_says_why_may_send_it_and_nobody_gets_it_twice(old, omen):
    old.lay(lone()).migrate()
    send = sender(omen)

    with_reason = send("--to", SENT_TO, "--resend", "--reason", "asked: nobody has it", "--json")
    again, other = send("--to", SENT_TO, "--json"), send("--to", NEW)

    assert [one["outcome"] for one in with_reason.data["results"]] == ["sent"]
    assert [one["outcome"] for one in again.data["results"]] == ["already_sent"]
    assert (other.code, "is not known" in other.err) == (2, True)
    assert omen("verify", "--store", NJ, "--deep").code == 0


def test_without_a_reason_it_is_not_sent_again_either(old, omen):
    old.lay(lone()).migrate()
    assert sender(omen)("--resend").code == 2
    assert sender(omen)("--force", "--reason", "because").code == 2


def test_history_show_and_deliveries_say_that_it_is_not_known(old, omen):
    old.lay({"index.json": text([SENT]), **lone(), **lone(SENT)}).migrate()

    rows = [line.split("\t") for line in omen("history", "--store", NJ).out.splitlines()]
    shown, told = (omen("show", "--store", NJ, "--snapshot", one["id"]).out for one in (WEEK, SENT))
    listed = omen("deliveries", "--store", NJ, "--snapshot", WEEK["id"], "--json").data

    emailed = {row[-1]: row[rows[0].index("emailed")] for row in rows[1:]}
    assert emailed == {WEEK["id"]: "not known", SENT["id"]: "2026-01-12 03:01+00:00"}
    assert ["is not known" in one for one in (shown, told)] == [True, False]
    assert [(one["recipient"], one["state"]) for one in listed] == [("(not known)", "unknown")]


def test_the_report_says_of_which_it_is_not_known_on_every_run(old, omen):
    old.lay({"index.json": text([SENT]), **lone(), **lone(SENT)})

    dry, run, again = old.migrate("--dry-run"), old.migrate(), old.migrate()
    human = omen("migrate", "--from", old.root).out

    told = [{"storeId": NJ, "snapshotId": WEEK["id"]}]
    assert [one.data["historyUnknown"] for one in (dry, run, again)] == [told] * 3
    assert again.data["outcome"] == "nothing_to_do"
    reasons = {one["name"]: one["reason"] for one in run.data["items"] if one["kind"] == "file"}
    assert reasons == {named(SENT): None, named(WEEK): "whether it was e-mailed is not known: no entry told it"}
    assert "Of 1 snapshot no entry told whether the old system sent them" in human


def test_of_what_has_an_entry_everything_is_known(old, omen):
    run = old.lay(sample()).migrate()
    assert run.data["historyUnknown"] == []
    assert sender(omen)("--to", NEW).code == 0


@pytest.mark.parametrize(
    ("said", "code", "told"),
    [
        ({"emailSent": False}, 0, ""),
        ({"emailSent": True, "emailRecipient": SENT_TO}, 0, ""),
        ({"emailSent": True, "emailRecipient": None}, 2, "does not tell to whom"),
    ],
)
def test_an_entry_that_is_set_aside_still_tells_of_its_request(old, omen, said, code, told):
    broken = {**WEEK, "id": "none", **said}
    old.lay({"index.json": text([broken]), **lone()})

    assert old.migrate().data["historyUnknown"] == []
    run = sender(omen)("--to", NEW)
    assert (run.code, told in run.err) == (code, True)


def test_an_index_that_is_lost_after_the_migration_makes_nothing_unknown(old, omen):
    old.lay({"index.json": text([WEEK]), **lone()}).migrate()
    (old.root / "index.json").unlink()

    run = old.migrate()

    assert (run.data["outcome"], run.data["historyUnknown"]) == ("nothing_to_do", [])
    assert sender(omen)("--to", NEW).code == 0


@pytest.mark.parametrize("marks", [{}, {"emailSent": True, "emailRecipient": SENT_TO}], ids=["not sent", "sent"])
def test_an_index_that_is_found_later_settles_it(old, omen, marks):
    old.lay(lone()).migrate()
    (old.root / "index.json").write_bytes(text([{**WEEK, **marks}]))

    dry, run, again = old.migrate("--dry-run"), old.migrate(), old.migrate()
    results = sender(omen)("--to", SENT_TO, "--to", NEW, "--json").data["results"]

    told = [{"storeId": NJ, "snapshotId": WEEK["id"]}]
    assert [one.data["historyToldSince"] for one in (dry, run, again)] == [told, told, []]
    assert [one.data["historyUnknown"] for one in (dry, run, again)] == [[], [], []]
    assert again.data["outcome"] == "nothing_to_do"
    was_sent = "already_sent" if marks else "sent"
    assert {one["recipient"]: one["outcome"] for one in results} == {SENT_TO: was_sent, NEW: "sent"}
    assert "is not known" not in omen("show", "--store", NJ, "--snapshot", WEEK["id"]).out
    assert omen("verify", "--store", NJ, "--deep").code == 0


def test_an_index_that_is_found_later_and_names_nobody_leaves_it_to_a_person(old, omen):
    old.lay(lone()).migrate()
    (old.root / "index.json").write_bytes(text([{**WEEK, "emailSent": True, "emailRecipient": None}]))
    old.migrate()
    run = sender(omen)()
    assert (run.code, "does not tell to whom" in run.err) == (2, True)


def test_what_was_settled_stays_so_in_an_index_that_is_made_anew(old, omen):
    old.lay(lone()).migrate()
    (old.root / "index.json").write_bytes(text([WEEK]))
    old.migrate()
    before = omen("history", "--store", NJ, "--json").data
    (old.root / NJ / "index" / "2026-01.json").unlink()

    assert omen("verify", "--store", NJ, "--repair").code == 0
    assert omen("history", "--store", NJ, "--json").data == before
    assert sender(omen)("--to", NEW).code == 0


def test_an_index_that_is_made_anew_still_does_not_know(old, omen):
    old.lay(lone()).migrate()
    before = omen("history", "--store", NJ, "--json").data
    (old.root / NJ / "index" / "2026-01.json").unlink()

    assert omen("verify", "--store", NJ, "--repair").code == 0
    assert omen("history", "--store", NJ, "--json").data == before
    assert sender(omen)().code == 2


def test_what_may_have_been_sent_can_be_pruned(old, omen):
    old.lay({**lone(), **lone(SENT)}).migrate()
    run = omen("prune", "--store", NJ, "--timeframe", "weekly", "--keep-last", "1", "--yes")
    assert (run.code, [one["id"] for one in omen("history", "--store", NJ, "--json").data]) == (0, [WEEK["id"]])


def resolved(omen, how):
    (delivery,) = omen("deliveries", "--store", NJ, "--json").data
    return omen("deliveries", "resolve", delivery["key"], "--store", NJ, how, "--reason", "I asked")


def test_a_person_may_say_that_it_was_sent_and_still_nobody_knows_to_whom(old, omen):
    old.lay(lone()).migrate()

    run, plain = resolved(omen, "--sent"), sender(omen)()

    assert run.code == 0, run.err
    assert (plain.code, "does not tell to whom" in plain.err) == (2, True)
    assert omen("verify", "--store", NJ, "--deep").code == 0
    assert old.migrate().data["historyUnknown"] == []


def test_there_is_no_message_of_it_to_be_sent_again(old, omen):
    old.lay(lone()).migrate()
    run = resolved(omen, "--resend")
    assert (run.code, "there never was a message of it" in run.err) == (2, True)
    assert f"omen send --store {NJ} --snapshot {WEEK['id']} --to ADDRESS --resend --reason TEXT" in run.err


def test_a_letter_does_not_say_what_is_not_known_of_others(old, omen):
    old.lay(lone()).migrate()
    sender(omen)("--to", NEW, "--resend", "--reason", "asked")
    (message,) = (old.root / NJ / "deliveries").glob("*/*")
    assert b"not known" not in message.read_bytes()


def test_the_document_says_it_in_one_word(old):
    old.lay(lone()).migrate()
    made = json.loads((old.root / NJ / f"{WEEK['id']}.json").read_bytes())
    assert (made["deliveredTo"], made["emailSent"]) == (["(not known)"], False)


@pytest.mark.parametrize(
    "index", [b"\0" * 2000, b'{"error": "ENOSPC"}', text([SENT, WEEK])[:-300]], ids=["nothing", "an object", "half"]
)
def test_the_report_does_not_say_that_it_knows_how_much_of_a_damaged_index_is_lost(old, index):
    run = old.lay({"index.json": index, **lone()}).omen("migrate", "--from", old.root, "--dry-run")
    assert "1 part of it cannot be understood, and how many entries that was is not known" in run.out


def test_what_is_said_in_an_index_in_an_object_is_known(old, omen):
    run = old.lay({"index.json": b'{"version": 1, "snapshots": ' + text([SENT]) + b"}", **lone(SENT)}).migrate()
    assert (run.data["found"]["entries"], run.data["historyUnknown"]) == (1, [])
    assert sender(omen, SENT)("--to", SENT_TO, "--json").data["results"][0]["outcome"] == "already_sent"

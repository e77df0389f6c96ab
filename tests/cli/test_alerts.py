"""Each kind of alarm reaches a real endpoint, and says what is wrong, which store, and what to do."""

import json
import shutil

import pytest

from omen_cli.archive.layout import Layout
from tests.alerted import SECRET, alert, alert_server
from tests.cli.postbox import mail_to, unreachable
from tests.cli.scheduled import CALI_DUE, NJ_OWNER, WEEK, schedule
from tests.cli.signed import People, need_tokens
from tests.cli.stores import CALI, DAY, NJ, configure, export, many_items, remove_exports, write_inventory

WEEK_BEFORE = "2026-01-04"


@pytest.fixture
def server():
    """A server for the alerts; whatever came there must hold no address and nothing of its URL."""
    with alert_server() as found:
        yield found
        for title, body in found.got:
            assert "@" not in title + body
            assert SECRET not in title + body


@pytest.fixture
def stores(two_stores, server):
    """Both stores, which alert that server."""
    alert(two_stores, server.url)
    return two_stores


def low_disk(stores):
    configure(stores, "stores:\n", "disk: {warn_free_gb: 100000000}\nstores:\n")


def full_disk(stores):
    configure(stores, "stores:\n", "disk: {warn_free_gb: 100000000, min_free_gb: 100000000}\nstores:\n")


def paragraphs(server):
    """Return the title of the one alert, and its paragraphs as lists of lines."""
    ((title, body),) = server.got
    return title, [one.split("\n") for one in body.split("\n\n")]


def the_one(server, title, store):
    """Return what the one alarm of the one alert says, and what it says to do."""
    found, (lines,) = paragraphs(server)
    assert (found, lines[1]) == (title, f"Store: {store}")
    assert lines[2].startswith("To do: ")
    return lines[0], lines[2]


def held_snapshot(stores):
    write_inventory(stores, many_items(40))
    stores.generate(NJ, WEEK_BEFORE)
    write_inventory(stores, many_items(7))
    return stores.generate(NJ, DAY).id


def test_a_disk_that_runs_low_is_told(stores, server):
    low_disk(stores)
    stores.generate(NJ, DAY)
    what, to_do = the_one(server, "OMEN: 1 trouble (disk low)", "none in particular")
    assert what.startswith("DISK LOW: the disk runs low: ")
    assert "omen metrics" in to_do


def test_a_disk_that_refuses_is_told(stores, server, omen):
    full_disk(stores)
    assert omen("generate", "--store", NJ, "--as-of", DAY).code == 12
    what, to_do = the_one(server, f"OMEN: 1 trouble ({NJ})", NJ)
    assert what.startswith("DISK REFUSED: ")
    assert "free some space" in to_do


def test_a_snapshot_that_is_held_is_told(stores, server):
    snapshot_id = held_snapshot(stores)
    what, to_do = the_one(server, f"OMEN: 1 trouble ({NJ})", NJ)
    assert what == f"HELD: {snapshot_id} is HELD: it looks wrong, was kept, and is not sent"
    assert f"omen show --store {NJ} --snapshot {snapshot_id}" in to_do


def test_a_tick_with_failures_is_told_in_one_alert(stores, server, omen):
    schedule(stores)
    remove_exports(stores, NJ)
    remove_exports(stores, CALI)
    assert omen("run", "-q", now=CALI_DUE).code == 1
    title, told = paragraphs(server)
    assert title == f"OMEN: 2 troubles ({NJ}, {CALI})"
    assert [lines[1] for lines in told] == [f"Store: {NJ}", f"Store: {CALI}"]
    assert told[0][0].startswith(f"FAILURE: {NJ} weekly {WEEK}: inventory: ")
    assert told[1][0].startswith(f"FAILURE: {CALI} weekly {WEEK}: inventory: ")
    assert f"omen generate --store {CALI}" in told[1][2]


def test_a_batch_of_all_stores_of_which_one_failed_is_told(stores, server, omen):
    remove_exports(stores, CALI)
    assert omen("generate", "--all", "--as-of", DAY).code == 1
    what, to_do = the_one(server, f"OMEN: 1 trouble ({CALI})", CALI)
    assert what.startswith(f"FAILURE: {CALI} weekly {DAY}: inventory: ")
    assert "export it again" in to_do


def test_what_fails_before_a_persons_eyes_is_not(stores, server, omen):
    remove_exports(stores, CALI)
    assert omen("generate", "--store", CALI, "--as-of", DAY).code == 4
    assert omen("generate", "--store", "NoSuchStore").code == 5
    assert omen("generate", "--store", NJ, "--as-of", "nonsense").code == 2
    assert server.got == []


@pytest.mark.parametrize("is_run", [False, True], ids=["send", "run"])
def test_a_message_that_failed_is_told(stores, server, omen, postbox, is_run):
    schedule(stores, cali="")
    mail_to(stores, postbox.url)
    postbox.refused[NJ_OWNER] = f"550 5.1.1 <{NJ_OWNER}> unknown"
    if is_run:
        assert omen("run", "-q", now=CALI_DUE).code == 1
    else:
        snapshot = stores.generate(NJ, DAY).id
        assert omen("send", "--store", NJ, "--snapshot", snapshot).code == 8
    what, to_do = the_one(server, f"OMEN: 1 trouble ({NJ})", NJ)
    assert what.startswith("UNDELIVERED: message ")
    assert what.endswith(" was refused by the mail server")
    assert f"omen deliveries --store {NJ} --snapshot snapshot_weekly_" in to_do


def test_a_message_of_which_nobody_knows_is_told(stores, server, omen, misbehaving):
    mail_to(stores, f"smtp://127.0.0.1:{misbehaving.port}")
    misbehaving.plan("dot", "accept then drop")
    assert omen("send", "--store", NJ, "--snapshot", stores.generate(NJ, DAY).id).code == 8
    what, to_do = the_one(server, f"OMEN: 1 trouble ({NJ})", NJ)
    assert what.endswith(" may or may not have arrived: nobody knows")
    (key,) = [path.name[:12] for path in stores.archive(NJ).glob("deliveries/*/*.unknown.eml")]
    assert f"message {key} of snapshot_weekly_" in what
    assert f"omen deliveries resolve {key} --store {NJ} --sent" in to_do


def test_damage_is_told_whichever_command_met_it(stores, server, omen):
    stores.generate(NJ, DAY)
    stores.archive(NJ).chmod(0o777)
    assert omen("history", "--store", NJ).code == 7
    what, to_do = the_one(server, f"OMEN: 1 trouble ({NJ})", NJ)
    assert what.startswith("DAMAGE: ")
    assert "others may write in it" in what
    assert f"omen verify --store {NJ}" in to_do


def test_what_verify_finds_is_told(stores, server, omen):
    snapshot = stores.archive(NJ) / f"{stores.generate(NJ, DAY).id}.json"
    snapshot.write_bytes(snapshot.read_bytes()[:-40])
    assert omen("verify", "--all").code == 7
    what, to_do = the_one(server, f"OMEN: 1 trouble ({NJ})", NJ)
    assert what.startswith("DAMAGE: omen verify found data lost: ")
    assert f"omen verify --store {NJ}" in to_do


def test_what_verify_can_mend_is_told_and_what_is_mended_is_not(stores, server, omen):
    stores.generate(NJ, DAY)
    shutil.rmtree(Layout(stores.data, NJ).index_dir)
    assert omen("verify", "--all").code == 1
    what, to_do = the_one(server, f"OMEN: 1 trouble ({NJ})", NJ)
    assert what.startswith("DAMAGE: omen verify found damage that it can repair: ")
    assert to_do == f"To do: omen verify --store {NJ} --repair"
    assert omen("verify", "--all", "--repair").code == 0
    assert len(server.got) == 1


@pytest.mark.parametrize(
    ("options", "asked_for", "store"),
    [
        (("--store", CALI), CALI, CALI),
        (("--store", "Elsewhere"), "a store that is not in stores.yaml", NJ),
        (("--all",), "all stores", NJ),
    ],
)
def test_an_attempt_to_cross_between_stores_is_told(stores, server, options, asked_for, store):
    need_tokens(stores)
    assert People(stores).run("viewer", "history", *options).code == 10
    what, to_do = the_one(server, f"OMEN: 1 trouble ({store})", store)
    assert what == (
        f"CROSSING: an attempt to cross between stores was refused: in the name of {NJ}, {asked_for} was asked for"
    )
    assert "omen audit --denied" in to_do


def test_who_tries_one_store_after_the_other_is_told_of_once_whether_they_are_there_or_not(stores, server):
    stores.generate(NJ, DAY)
    need_tokens(stores)
    people = People(stores)
    for other in ("Elsewhere", CALI, "Nowhere"):
        assert people.run("viewer", "history", "--store", other).code == 10
    assert len(server.got) == 1


def test_another_stores_snapshot_asked_for_by_its_id_is_told(stores, server, omen):
    theirs = stores.generate(CALI, DAY).id
    assert omen("show", "--store", NJ, "--snapshot", theirs).code == 10
    what, _ = the_one(server, f"OMEN: 1 trouble ({CALI})", CALI)
    assert f"in the name of {NJ}, {CALI} was asked for" in what


def test_who_may_not_do_something_in_their_own_store_crosses_nothing(stores, server):
    need_tokens(stores)
    people = People(stores)
    assert people.run("viewer", "generate", "--store", NJ).code == 10
    assert people.run(None, "history", "--store", NJ).code == 9
    assert server.got == []


def test_the_caller_learns_nothing_of_the_other_store(stores, server):
    need_tokens(stores)
    people = People(stores)
    answers = [people.run("viewer", "history", "--store", one, "--json").json["error"] for one in (CALI, "Elsewhere")]
    assert json.dumps(answers[0]).replace(CALI, "Elsewhere") == json.dumps(answers[1])
    assert set(answers[0]) == {"code", "hint", "kind", "message", "status"}


def test_a_mail_server_that_is_not_there_is_told_without_a_store(stores, server, omen):
    schedule(stores)
    mail_to(stores, unreachable())
    assert omen("run", "-q", now=CALI_DUE).code == 1
    what, to_do = the_one(server, "OMEN: 1 trouble (failure)", "none in particular")
    assert what.startswith("FAILURE: mail: the mail server cannot be talked to")
    assert "omen doctor --mail" in to_do


def test_what_stands_at_many_stores_is_still_one_message_that_a_chat_takes(stores, server, omen):
    more = "".join(
        f"  Store-{number:02}:\n    name: S\n    sources: {{inventory: {{path: exports/none/{number}/inventory.csv}}, "
        f"orders: {{path: exports/none/orders.csv}}}}\n"
        for number in range(40)
    )
    stores.config.write_text(stores.config.read_text() + more)
    assert omen("generate", "--all", "--as-of", DAY).code == 1
    ((title, body),) = server.got
    assert title == "OMEN: 40 troubles (Store-00, Store-01, Store-02, Store-03, Store-04, 35 more)"
    assert len(body) < 2000
    assert body.split("\n\n")[-1].endswith("more): omen check tells what stands.")


def test_an_address_in_an_export_stays_at_home(stores, server, omen):
    export(stores, CALI).unlink()
    configure(stores, "exports/CaliCannabis/inventory.csv", "exports/who@private.example/inventory.csv")
    assert "who@private.example" in omen("generate", "--all", "--as-of", DAY).err
    assert "(an address)" in server.got[0][1]  # and the fixture looks for addresses

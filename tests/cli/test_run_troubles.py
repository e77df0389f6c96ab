"""What goes wrong in `omen run` is told once, is tried again where that may help, and is no other store's."""

import json

import pytest

from tests.cli.postbox import mail_to, states, unreachable
from tests.cli.scheduled import CALI, CALI_DUE, CALI_OWNER, NJ, NJ_OWNER, WEEK, periods, schedule
from tests.cli.stores import configure, export, many_items, write_inventory

LATER = "2026-01-19T16:15:00+00:00"
REFUSED = "550 5.7.1 not here"
PUT_OFF = "450 4.2.0 later"


@pytest.fixture
def stores(two_stores, postbox):
    """Both stores, due on Monday 08:00 of their own zones, with a server that takes everything."""
    schedule(two_stores)
    mail_to(two_stores, postbox.url)
    return two_stores


def ticks(omen, *nows):
    """Run a tick at each time, quietly; return (exit status, the code of what it told) of each."""
    found = []
    for now in nows:
        run = omen("run", "-q", "--json", now=now)
        failures = [] if run.code == 0 else run.json["error"]["failures"]
        found.append((run.code, [(one["storeId"], one["code"]) for one in failures]))
    return found


def troubles(stores):
    """Return the troubles that `data/audit` keeps."""
    lines = [line for path in sorted(stores.data.glob("audit/*.jsonl")) for line in path.read_text().splitlines()]
    return [event for event in map(json.loads, lines) if event["event"] == "run.trouble"]


def test_one_stores_broken_export_is_told_once_and_is_no_other_stores(stores, omen, postbox):
    inventory = export(stores)
    sound = inventory.read_bytes()
    inventory.write_text("nonsense\n")
    found = ticks(omen, CALI_DUE, LATER, "2026-01-20T16:00:00+00:00")
    assert found == [(1, [(NJ, "source_invalid")]), (0, []), (0, [])]
    assert postbox.recipients == [CALI_OWNER]
    assert [(one["storeId"], one["code"]) for one in troubles(stores)] == [(NJ, "source_invalid")]
    inventory.write_bytes(sound)
    assert ticks(omen, "2026-01-20T16:15:00+00:00") == [(0, [])]
    assert periods(stores) == [WEEK]
    assert postbox.recipients == [CALI_OWNER, NJ_OWNER]


def test_what_comes_again_after_it_was_over_is_told_again(stores, omen):
    inventory = export(stores)
    sound = inventory.read_bytes()
    inventory.write_text("nonsense\n")
    assert ticks(omen, CALI_DUE)[0][0] == 1
    inventory.write_bytes(sound)
    assert ticks(omen, LATER) == [(0, [])]
    inventory.write_text("nonsense\n")
    ((code, told),) = ticks(omen, "2026-01-26T17:00:00+00:00")
    assert code == 1
    assert (NJ, "source_invalid") in told


def test_the_summary_says_what_and_what_to_do(stores, omen):
    export(stores).write_text("nonsense\n")
    run = omen("run", "-q", now=CALI_DUE)
    assert (run.code, run.out) == (1, "")
    assert f"omen: {NJ} weekly {WEEK}: " in run.err
    assert f"omen: 1 new trouble ({NJ}); 1 snapshot made, 1 message sent\n" in run.err


def test_a_lost_memory_only_tells_once_more(stores, omen):
    export(stores).write_text("nonsense\n")
    assert ticks(omen, CALI_DUE)[0][0] == 1
    for damaged in (b"", b"{", b"[]", b'{"format":"omen.run/1","troubles":{"x":1}}', b'{"format":"omen.run/9"}'):
        (stores.data / "run.json").write_bytes(damaged)
        assert ticks(omen, LATER, LATER) == [(1, [(NJ, "source_invalid")]), (0, [])]


def test_a_link_in_the_place_of_the_memory_is_not_followed(stores, omen, tmp_path):
    export(stores).write_text("nonsense\n")
    assert ticks(omen, CALI_DUE)[0][0] == 1
    memory, theirs = stores.data / "run.json", tmp_path / "theirs"
    theirs.write_bytes(memory.read_bytes())
    memory.unlink()
    memory.symlink_to(theirs)
    before = theirs.read_bytes()
    assert ticks(omen, LATER) == [(1, [(NJ, "source_invalid")])]
    assert (theirs.read_bytes(), memory.is_symlink()) == (before, False)
    assert ticks(omen, "2026-01-19T16:30:00+00:00") == [(0, [])]


def test_a_link_in_the_place_of_the_lock_is_refused(stores, omen, tmp_path):
    stores.data.mkdir(mode=0o700)
    (stores.data / ".run.lock").symlink_to(tmp_path / "theirs")
    run = omen("run", now=CALI_DUE)
    assert (run.code, "not a lock file" in run.err, (tmp_path / "theirs").exists()) == (7, True, False)


def test_what_an_earlier_run_left_half_written_is_cleared_away(stores, omen):
    stores.data.mkdir(mode=0o700)
    (stores.data / ".run.json.tmp").write_bytes(b"{")
    assert ticks(omen, CALI_DUE) == [(0, [])]
    assert not (stores.data / ".run.json.tmp").exists()


def test_a_held_snapshot_is_kept_told_once_and_not_sent(stores, omen, postbox):
    write_inventory(
        stores,
        [
            *many_items(),
            *("x,,,,,,,," for _ in range(3)),
            *(f"b-{at},B,each,F,1,-1,-2,true,2025-06-01" for at in range(9)),
        ],
    )
    found = ticks(omen, CALI_DUE, LATER)
    assert found == [(1, [(NJ, "held")]), (0, [])]
    assert (periods(stores), postbox.recipients) == ([WEEK], [CALI_OWNER])


def test_whom_the_server_refuses_for_good_is_told_once_and_not_tried_again(stores, omen, postbox):
    postbox.refused[NJ_OWNER] = REFUSED
    assert ticks(omen, CALI_DUE, LATER) == [(1, [(NJ, "delivery_failed")]), (0, [])]
    assert states(stores) == {NJ_OWNER: "failed"}
    postbox.refused.clear()
    assert ticks(omen, "2026-01-19T20:00:00+00:00") == [(0, [])]
    assert states(stores) == {NJ_OWNER: "failed"}
    assert omen("send", "--store", NJ, "--timeframe", "weekly", "--as-of", WEEK, "--only-failed").code == 0
    assert postbox.recipients == [CALI_OWNER, NJ_OWNER]


def test_whom_it_puts_off_is_tried_again_ever_more_seldom_and_nobody_is_bothered(stores, omen, clock, postbox):
    postbox.refused[NJ_OWNER] = PUT_OFF
    tried = []
    for quarter in range(32):
        clock.now = clock.now.replace(
            day=19 + (16 + quarter // 4) // 24, hour=(16 + quarter // 4) % 24, minute=15 * (quarter % 4)
        )
        before = tries(omen)
        assert omen("run", "-q").code == 0
        tried += [quarter] if tries(omen) > before else []
    assert tried == [0, 1, 2, 4, 8, 16, 32][: len(tried)]
    assert len(tried) == 6
    postbox.refused.clear()
    assert omen("run", "-q", now="2026-01-20T00:15:00+00:00").code == 0
    assert states(stores) == {NJ_OWNER: "sent"}
    assert postbox.recipients == [CALI_OWNER, NJ_OWNER]


def tries(omen):
    return sum(one["tries"] for one in omen("deliveries", "--store", NJ, "--json").data)


def test_whom_somebody_took_out_of_the_recipients_gets_nothing_any_more(stores, omen, postbox):
    postbox.refused[NJ_OWNER] = PUT_OFF
    assert ticks(omen, CALI_DUE) == [(0, [])]
    postbox.refused.clear()
    configure(stores, f"recipients: [{NJ_OWNER}]", "recipients: [new@njweedwizard.example]")
    assert ticks(omen, LATER, "2026-01-23T16:15:00+00:00") == [(0, []), (0, [])]
    assert postbox.recipients == [CALI_OWNER, "new@njweedwizard.example"]


def test_what_is_put_off_for_three_days_is_given_up_and_told_once(stores, omen, postbox):
    postbox.refused[NJ_OWNER] = PUT_OFF
    found = ticks(omen, CALI_DUE, "2026-01-22T15:59:00+00:00", "2026-01-22T16:01:00+00:00", "2026-01-22T16:15:00+00:00")
    assert found == [(0, []), (0, []), (0, []), (0, [])]
    assert tries(omen) == 3  # the last of them after the three days
    assert ticks(omen, "2026-01-22T16:30:00+00:00", "2026-01-22T16:45:00+00:00") == [
        (1, [(NJ, "delivery_failed")]),
        (0, []),
    ]
    postbox.refused.clear()
    assert ticks(omen, "2026-01-22T20:00:00+00:00") == [(0, [])]
    assert postbox.recipients == [CALI_OWNER]


def test_after_an_outage_of_omens_own_a_message_is_tried_before_it_is_given_up(stores, omen, postbox):
    postbox.refused[NJ_OWNER] = PUT_OFF
    assert ticks(omen, CALI_DUE, LATER) == [(0, []), (0, [])]
    postbox.refused.clear()
    assert ticks(omen, "2026-01-23T16:15:00+00:00") == [(0, [])]
    assert (states(stores), postbox.recipients) == ({NJ_OWNER: "sent"}, [CALI_OWNER, NJ_OWNER])


def test_and_given_up_when_that_try_fails_too(stores, omen, postbox):
    postbox.refused[NJ_OWNER] = PUT_OFF
    assert ticks(omen, CALI_DUE, LATER, "2026-01-23T16:15:00+00:00", "2026-01-23T16:30:00+00:00") == [
        (0, []),
        (0, []),
        (0, []),
        (1, [(NJ, "delivery_failed")]),
    ]


def test_a_server_that_nobody_reaches_is_told_once_and_is_left_alone_after_two_tries(stores, omen, postbox):
    for at in range(3):
        configure(
            stores,
            "stores:\n",
            f'stores:\n  More{at}:\n    recipients: [m{at}@store.example]\n    schedule: {{weekly: MON 08:00}}\n    sources: {{inventory: {{path: exports/{NJ}/inventory.csv}}, orders: {{path: "exports/{NJ}/orders-*.csv"}}}}\n',
        )
    mail_to(stores, unreachable())
    assert ticks(omen, CALI_DUE, LATER, "2026-01-19T18:00:00+00:00") == [
        (1, [("", "delivery_failed")]),
        (0, []),
        (0, []),
    ]
    assert len(list(stores.data.glob("snapshots/*/deliveries/*/*.queued.eml"))) == 2
    mail_to(stores, postbox.url)
    assert ticks(omen, "2026-01-20T00:00:00+00:00") == [(0, [])]
    assert sorted(postbox.recipients) == [*(f"m{at}@store.example" for at in range(3)), CALI_OWNER, NJ_OWNER]


def test_of_whom_nobody_knows_is_told_once_and_never_tried_again(two_stores, omen, misbehaving):
    schedule(two_stores, cali="")
    mail_to(two_stores, f"smtp://127.0.0.1:{misbehaving.port}")
    misbehaving.plan("dot", "accept then drop")
    assert ticks(omen, CALI_DUE) == [(1, [(NJ, "delivery_unknown")])]
    misbehaving.plan("quit", "good")
    assert ticks(omen, LATER, "2026-01-20T16:00:00+00:00") == [(0, []), (0, [])]
    assert (states(two_stores), list(misbehaving.accepted.values())) == ({NJ_OWNER: "unknown"}, [1])


def test_what_a_dead_sender_left_is_unknown_and_told_once(stores, omen, postbox):
    omen("run", now=CALI_DUE)
    (message,) = stores.archive(NJ).glob("deliveries/*/*.sent.eml")
    message.rename(message.with_name(message.name.replace(".sent.", ".sending.")))
    found = ticks(omen, LATER, "2026-01-19T16:30:00+00:00", "2026-01-19T16:45:00+00:00")
    assert [code for code, _ in found].count(1) == 1
    assert states(stores) == {NJ_OWNER: "unknown"}
    assert postbox.recipients.count(NJ_OWNER) == 1


def test_what_only_the_name_of_a_message_tells_is_recorded_and_nothing_is_sent(stores, omen, postbox):
    postbox.refused[NJ_OWNER] = PUT_OFF
    omen("run", now=CALI_DUE)
    postbox.refused.clear()
    (message,) = stores.archive(NJ).glob("deliveries/*/*.queued.eml")
    message.rename(message.with_name(message.name.replace(".queued.", ".sent.")))  # what a full disk leaves
    assert omen("history", "--store", NJ, "--emailed", "--json").data == []
    assert ticks(omen, LATER) == [(0, [])]
    assert len(omen("history", "--store", NJ, "--emailed", "--json").data) == 1
    assert postbox.recipients == [CALI_OWNER]


def test_settings_that_cannot_send_are_told_once_for_all_stores(two_stores, omen):
    schedule(two_stores)
    configure(two_stores, "stores:\n", "mail: {url: 'smtp://127.0.0.1:9'}\nstores:\n")
    assert ticks(omen, CALI_DUE, LATER) == [(1, [("", "config_invalid")]), (0, [])]
    assert (periods(two_stores), periods(two_stores, CALI)) == ([WEEK], [WEEK])


def test_a_damaged_archive_is_told_once_and_the_others_go_on(stores, omen, postbox):
    omen("run", now="2026-01-12T17:00:00+00:00")
    stores.archive(NJ).chmod(0o770)
    assert ticks(omen, CALI_DUE, LATER) == [(1, [(NJ, "archive_damaged")]), (0, [])]
    assert postbox.recipients[2:] == [CALI_OWNER]


FULL = "disk: {warn_free_gb: 999999999, min_free_gb: 999999999}\n"
REFUSED_DISK = (1, [("", "insufficient_storage")])


def test_a_full_disk_is_told_once_and_caught_up_with_when_there_is_room(stores, omen, postbox):
    configure(stores, "stores:\n", f"{FULL}stores:\n")
    assert ticks(omen, CALI_DUE, LATER) == [REFUSED_DISK, (0, [])]
    configure(stores, FULL, "")
    assert ticks(omen, "2026-01-20T16:00:00+00:00") == [(0, [])]
    assert sorted(postbox.recipients) == [CALI_OWNER, NJ_OWNER]


def test_a_full_disk_is_one_trouble_for_all_timeframes_and_stores_and_names_whom_it_keeps_waiting(two_stores, omen):
    every = '{daily: "07:00", weekly: MON 08:00, monthly: 1 09:00}'
    schedule(two_stores, nj=every, cali=every)
    configure(two_stores, "stores:\n", f"{FULL}stores:\n")
    first = omen("run", "-q", now="2026-01-28T16:00:00+00:00")
    assert (first.code, first.err.count("it keeps waiting")) == (1, 1)
    assert f"it keeps waiting: {NJ}, {CALI}" in first.err
    later = [f"2026-{day}T18:00:00+00:00" for day in ("01-29", "02-02", "02-03")]
    assert ticks(omen, *later) == [(0, [])] * 3


def test_a_full_disk_that_keeps_a_snapshot_and_a_message_waiting_names_the_store_once(stores, omen, postbox):
    postbox.refused |= {NJ_OWNER: PUT_OFF, CALI_OWNER: PUT_OFF}
    assert ticks(omen, "2026-01-19T12:00:00+00:00") == [(0, [])]
    configure(stores, "stores:\n", f"{FULL}stores:\n")
    run = omen("run", "-q", now=CALI_DUE)
    assert (run.code, f"it keeps waiting: {NJ}, {CALI}\n" in run.err) == (1, True)
    assert ticks(omen, LATER) == [(0, [])]


def test_a_disk_that_is_full_again_is_told_again(stores, omen):
    configure(stores, "stores:\n", f"{FULL}stores:\n")
    assert ticks(omen, CALI_DUE) == [REFUSED_DISK]
    configure(stores, FULL, "")
    assert ticks(omen, LATER, "2026-01-20T16:00:00+00:00") == [(0, []), (0, [])]
    configure(stores, "stores:\n", f"{FULL}stores:\n")
    assert ticks(omen, "2026-01-26T17:00:00+00:00") == [REFUSED_DISK]


def test_a_full_disk_of_which_a_person_saw_to_the_end_is_told_again(stores, omen):
    configure(stores, "stores:\n", f"{FULL}stores:\n")
    assert ticks(omen, CALI_DUE) == [REFUSED_DISK]
    configure(stores, FULL, "")
    assert omen("generate", "--all", "--as-of", WEEK, now=LATER).code == 0
    assert ticks(omen, LATER) == [(0, [])]
    configure(stores, "stores:\n", f"{FULL}stores:\n")
    assert ticks(omen, "2026-01-26T17:00:00+00:00") == [REFUSED_DISK]


def test_what_is_wrong_with_an_export_is_one_trouble_whichever_timeframe_meets_it(two_stores, omen):
    schedule(two_stores, nj='{daily: "07:00", weekly: MON 08:00}', cali="")
    export(two_stores).unlink()
    days = [f"2026-01-{day}T16:00:00+00:00" for day in (16, 17, 19, 20)]
    assert ticks(omen, *days) == [(1, [(NJ, "source_invalid")]), (0, []), (0, []), (0, [])]


def test_two_broken_files_are_two_troubles_and_one_that_hides_the_other_ends_neither(two_stores, omen):
    schedule(two_stores, cali="")
    inventory, orders = export(two_stores), sorted(export(two_stores).parent.glob("orders*"))[0]
    sound = inventory.read_bytes()
    orders.write_text("nonsense\n")
    broken = (1, [(NJ, "source_invalid")])
    assert ticks(omen, CALI_DUE, LATER) == [broken, (0, [])]
    inventory.unlink()
    assert ticks(omen, "2026-01-19T16:30:00+00:00", "2026-01-19T16:45:00+00:00") == [broken, (0, [])]
    inventory.write_bytes(sound)
    assert ticks(omen, "2026-01-19T17:00:00+00:00") == [(0, [])]


def test_a_number_that_changes_in_what_is_wrong_with_a_file_makes_no_new_trouble(stores, omen):
    inventory, found = export(stores), []
    lines = inventory.read_text().splitlines()
    for rows, now in ((2, CALI_DUE), (3, LATER)):
        inventory.write_text("\n".join([*lines[:rows], '"' + lines[rows]]))
        run = omen("generate", "--store", NJ, "--as-of", WEEK, "--dry-run")
        found.append(run.err)
        assert (run.code, ticks(omen, now)) == (4, [(1, [(NJ, "source_invalid")])] if rows == 2 else [(0, [])])
    assert found[0] != found[1]


def test_a_disk_that_runs_low_is_told_once(stores, omen):
    configure(stores, "stores:\n", "disk: {warn_free_gb: 999999999, min_free_gb: 0}\nstores:\n")
    assert ticks(omen, CALI_DUE, LATER) == [(1, [("", "insufficient_storage")]), (0, [])]
    ((_, told),) = ticks(omen, "2026-01-26T17:00:00+00:00")
    assert ("", "insufficient_storage") not in told
    assert periods(stores) == [WEEK, "2026-01-25"]


def test_what_could_not_be_said_is_said_at_the_next_tick(stores, omen, monkeypatch):
    from io import StringIO

    class Full(StringIO):
        def write(self, _):
            raise OSError(28, "No space left on device")

    from omen_cli.cli.main import main
    from omen_cli.cli.world import World

    export(stores).write_text("nonsense\n")
    clock = omen.clock
    clock.now = clock.now.fromisoformat(CALI_DUE)
    world = World({}, omen.cwd, clock, lambda: "r", lambda: "tester", Full(), StringIO(), False, False, 100)
    assert main(["run"], world) == 1
    assert ticks(omen, LATER) == [(1, [(NJ, "source_invalid")])]


def test_a_date_of_which_there_is_no_inventory_keeps_nothing_else_back(stores, omen, postbox):
    plain = "path: exports/NJWeedWizard/inventory.csv"
    configure(stores, plain, 'path: "exports/NJWeedWizard/inventory-{date}.csv"')
    of_then = export(stores).rename(export(stores).with_name("inventory-2026-01-04.csv"))
    assert ticks(omen, "2026-01-05T16:00:00+00:00") == [(0, [])]
    of_then.rename(of_then.with_name("inventory-2026-01-18.csv"))  # the one of then is gone
    assert ticks(omen, CALI_DUE) == [(1, [(NJ, "source_invalid")])]
    assert periods(stores) == ["2026-01-04", WEEK]
    assert postbox.recipients.count(NJ_OWNER) == 2

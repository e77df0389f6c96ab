"""`omen doctor --store X --as-of D`: why a snapshot did not arrive, for every way in which it does not."""

import pytest

from tests.cli.postbox import mail_to, unreachable
from tests.cli.scheduled import CALI, CALI_DUE, NJ, NJ_DUE, NJ_OWNER, WEEK, schedule
from tests.cli.stores import configure, export, many_items, whole_tree, write_inventory
from tests.old_sample import sample

SECOND = "second@njweedwizard.example"
LATER = "2026-01-19T16:15:00+00:00"


@pytest.fixture
def stores(two_stores, postbox):
    """Both stores, due on Monday 08:00 of their own zones, with a server that takes everything."""
    schedule(two_stores)
    mail_to(two_stores, postbox.url)
    return two_stores


@pytest.fixture
def story(two_stores, omen):
    """`story(now=…)`: the exit status and the steps of a snapshot's story; it changes nothing, which is looked after."""

    def tell(as_of: str = WEEK, *more: str, now: str = LATER, store: str = NJ):
        before = whole_tree(two_stores.config.parent)
        run = omen("doctor", "--store", store, "--as-of", as_of, *more, "--json", now=now)
        assert whole_tree(two_stores.config.parent) == before
        document = run.json["data"] if run.json["ok"] else run.json["error"]
        return run.code, document["checks"]

    return tell


def step(checks, name: str, outcome: str = "failed"):
    """Return the one step of this name and outcome."""
    found = [one for one in checks if one["step"] == name and one["outcome"] == outcome]
    assert len(found) == 1, checks
    return found[0]


def failed(checks) -> list[str]:
    return [one["step"] for one in checks if one["outcome"] == "failed"]


# --- it arrived -------------------------------------------------------------------------------------------------------


def test_what_arrived_is_told_in_order_with_the_message_id_to_look_up(stores, omen, story):
    omen("run", now=CALI_DUE)
    code, checks = story()
    assert (code, failed(checks)) == (0, [])
    assert [one["step"] for one in checks] == ["store", "schedule", "generated", "held", f"to {NJ_OWNER}", "arrived"]
    assert "MON 08:00, America/New_York: due 2026-01-19 08:00-05:00" in step(checks, "schedule", "ok")["found"]
    assert "version 1, 2026-01-19 11:00-05:00 by tester (run)" in step(checks, "generated", "ok")["found"]
    (listed,) = omen("deliveries", "--store", NJ, "--json").data
    assert "250 2.0.0 accepted" in step(checks, f"to {NJ_OWNER}", "ok")["found"]
    assert listed["messageId"] in step(checks, "arrived", "ok")["fix"]


def test_a_folder_for_messages_is_a_warning_that_nothing_leaves_the_machine(two_stores, omen, story):
    schedule(two_stores)
    omen("run", now=CALI_DUE)
    code, checks = story()
    assert code == 0
    assert "nothing leaves this machine" in step(checks, "mail", "warning")["found"]
    assert step(checks, "arrived", "ok")["found"] == "kept in the folder for every recipient; nothing left this machine"


def test_what_is_only_in_a_folder_has_not_arrived_once_there_is_a_server(two_stores, omen, postbox, story):
    schedule(two_stores, cali="")
    omen("run", now=CALI_DUE)
    mail_to(two_stores, postbox.url)
    code, checks = story()
    assert (code, failed(checks)) == (1, [f"to {NJ_OWNER}", "arrived"])
    kept = step(checks, f"to {NJ_OWNER}")
    assert kept["found"].startswith("only kept in a folder at 2026-01-19 11:00-05:00")
    assert kept["fix"].startswith(f"the next omen run sends it; or omen send --store {NJ} --snapshot snapshot_weekly_")
    assert omen("run", now=LATER).code == 0
    code, checks = story()
    assert (code, failed(checks)) == (0, [])
    assert step(checks, "arrived", "ok")["found"] == "the mail server took it for every recipient"


def test_what_is_only_in_a_folder_and_is_not_the_newest_is_sent_by_a_person(two_stores, omen, postbox, story):
    schedule(two_stores, cali="")
    omen("run", now="2026-01-12T16:00:00+00:00")
    omen("run", now=CALI_DUE)
    mail_to(two_stores, postbox.url)
    code, checks = story("2026-01-11")
    kept = step(checks, f"to {NJ_OWNER}")
    assert code == 1
    assert kept["fix"].startswith(f"omen send --store {NJ} --snapshot snapshot_weekly_2026-01-11")
    assert omen(*kept["fix"].split()[1:], now=LATER).code == 0
    assert story("2026-01-11")[0] == 0


# --- it was not made --------------------------------------------------------------------------------------------------


def test_a_store_that_is_none_is_not_found(stores, omen):
    run = omen("doctor", "--store", "NJWeedWizzard", "--as-of", WEEK)
    assert (run.code, run.out) == (5, "")
    assert "known stores: NJWeedWizard" in run.err


def test_what_is_not_due_yet_is_said_with_the_time_at_the_store(stores, story):
    code, checks = story("2026-01-18", now="2026-01-19T12:59:00+00:00")
    assert (code, failed(checks)) == (1, ["arrived"])
    assert "due 2026-01-19 08:00-05:00, which is still to come" in step(checks, "schedule", "warning")["found"]
    assert step(checks, "generated", "warning")["fix"].endswith(
        f"omen generate --store {NJ} --timeframe weekly --as-of {WEEK}"
    )


def test_a_store_without_a_schedule_is_nobodys_but_a_persons(two_stores, omen, story):
    two_stores.generate(NJ, WEEK)
    code, checks = story()
    assert code == 1
    assert step(checks, "schedule", "warning")["found"] == "none for weekly: omen run neither makes nor sends it"
    missing = step(checks, f"to {NJ_OWNER}")
    assert "no schedule for weekly, so only omen send sends it" in missing["found"]
    assert missing["fix"].startswith(f"omen send --store {NJ} --snapshot snapshot_weekly_{WEEK}")


def test_another_timeframe_that_has_a_schedule_is_named(two_stores, story):
    schedule(two_stores, nj='{daily: "07:00"}')
    assert step(story()[1], "schedule", "warning")["fix"].startswith("ask with --timeframe daily? ")


def test_what_the_old_system_did_not_send_to_the_recipients_is_a_persons_and_what_it_sent_is_told(migrated, story):
    code, checks = story("2026-01-04", "--timeframe", "weekly")
    assert (code, failed(checks)) == (1, [f"to {NJ_OWNER}", "arrived"])
    assert step(checks, "generated", "ok")["found"].endswith("by api (migrate)")
    assert "it is the old system's, and is sent only by a person" in step(checks, f"to {NJ_OWNER}")["found"]
    assert step(checks, "to old-owner@njweedwizard.example", "ok")["found"].startswith("sent at 2026-01-11 22:01-05:00")


def test_an_old_archive_that_is_not_migrated_is_said_with_the_command(old, story):
    old.lay(sample())
    code, checks = story()
    assert (code, failed(checks)) == (1, ["generated", "arrived"])
    assert "omen migrate --from" in step(checks, "generated")["fix"]


def test_a_day_on_which_no_period_ends_is_never_due(stores, omen, story):
    code, checks = story("2026-01-14")
    assert code == 1
    schedule_step = step(checks, "schedule", "warning")
    assert (schedule_step["found"], schedule_step["fix"][:18]) == (
        "2026-01-14 is not the last day of a weekly period: none is due",
        "ask for 2026-01-18",
    )


def test_when_nothing_ran_since_it_was_due_the_cron_line_is_asked_for(stores, story):
    code, checks = story()
    assert (code, failed(checks)) == (1, ["generated", "runs", "arrived"])
    assert step(checks, "runs")["fix"].startswith("is the cron line there")
    assert step(checks, "generated")["fix"].startswith("the next omen run makes it")
    assert step(checks, f"inventory of {NJ}", "ok")["found"].startswith("1 file, the newest inventory.csv")


def test_a_broken_export_is_told_as_run_told_it_and_as_it_is_now(stores, omen, story):
    export(stores).write_bytes(b"sku\0\n")
    omen("run", now=CALI_DUE)
    code, checks = story()
    assert (code, failed(checks)) == (1, ["generated", "trouble", "runs", f"inventory of {NJ}", "arrived"])
    trouble = step(checks, "trouble")
    assert trouble["found"].startswith("2026-01-19 11:00-05:00: inventory.csv: ")
    assert trouble["fix"].startswith("mend the export")
    assert "omen run at 2026-01-19 11:00-05:00 by tester: source_invalid (exit 1)" in step(checks, "runs")["found"]
    assert "NUL" in step(checks, f"inventory of {NJ}")["found"]


def test_a_trouble_that_stands_since_a_week_before_is_told_too(stores, omen, story):
    export(stores).unlink()
    for now in ("2026-01-12T13:00:00+00:00", CALI_DUE):
        omen("run", now=now)
    _, checks = story()
    assert step(checks, "trouble")["found"].startswith("2026-01-12 08:00-05:00: inventory: no file at ")


def test_another_stores_trouble_is_not_told(stores, omen, story):
    export(stores, CALI).unlink()
    omen("run", now=CALI_DUE)
    code, checks = story()
    assert (code, failed(checks)) == (0, [])


def test_a_refusal_of_the_disk_guard_is_told(stores, omen, story):
    omen("run", now="2026-01-12T13:00:00+00:00")
    configure(stores, "stores:\n", "disk: {warn_free_gb: 9999999, min_free_gb: 9999999}\nstores:\n")
    omen("run", now=CALI_DUE)
    code, checks = story()
    assert code == 1
    told = [one for one in checks if one["step"] == "trouble"]
    assert {one["fix"] for one in told} == {"free some space on the disk of data; the next omen run makes it"}
    assert any("are needed" in one["found"] for one in told)


def test_what_was_pruned_is_told_with_whom_and_is_not_made_again_by_itself(stores, omen, story):
    omen("run", now=CALI_DUE)
    omen("run", now="2026-01-26T16:00:00+00:00")
    assert omen("prune", "--store", NJ, "--keep-last", "1", "--yes", now="2026-01-26T17:00:00+00:00").code == 0
    code, checks = story(now="2026-01-26T18:00:00+00:00")
    assert code == 1
    assert "it was there, and was pruned on 2026-01-26 by tester" in step(checks, "generated")["found"]


def test_what_is_older_than_omen_run_looks_back_is_a_persons(stores, omen, story):
    configure(stores, "stores:\n", "limits: {catch_up: 1}\nstores:\n")
    omen("run", now=CALI_DUE)
    code, checks = story("2026-01-11")
    assert code == 1
    generated = step(checks, "generated")
    assert "too old: omen run looks back over the newest 1 periods" in generated["found"]
    assert generated["fix"].startswith("omen generate ")


# --- it was made, and kept back ---------------------------------------------------------------------------------------


def test_why_it_is_held_is_said_with_what_to_do(stores, omen, story):
    write_inventory(stores, many_items(40))
    omen("run", now="2026-01-12T13:00:00+00:00")
    write_inventory(stores, many_items(7))
    omen("run", now=CALI_DUE)
    code, checks = story()
    assert (code, failed(checks)) == (1, ["held", f"to {NJ_OWNER}", "arrived"])
    assert step(checks, "held")["found"] == "inventory fell to 7 rows, from 40 before: more than 80 % less"
    assert step(checks, f"to {NJ_OWNER}")["fix"].endswith(f"--to {NJ_OWNER} --allow-held --reason TEXT")


@pytest.mark.parametrize(
    ("now", "fix"), [("2026-01-18T20:00:00+00:00", "wait until its day"), (NJ_DUE, "its day has ended")]
)
def test_what_was_made_before_its_day_had_ended_is_provisional(stores, omen, story, now, fix):
    omen("generate", "--store", NJ, "--as-of", WEEK, now="2026-01-18T18:00:00+00:00")
    code, checks = story(now=now)
    assert (code, step(checks, "provisional")["fix"].startswith(fix)) == (1, True)
    assert "it is provisional" in step(checks, f"to {NJ_OWNER}")["found"]


def test_a_corrected_version_goes_only_by_send(stores, omen, story):
    omen("run", now=CALI_DUE)
    write_inventory(stores, many_items(12))
    generate = ("generate", "--store", NJ, "--timeframe", "weekly", "--as-of", WEEK, "--force", "--reason", "late")
    assert omen(*generate, now=LATER).code == 0
    code, checks = story(now="2026-01-19T17:00:00+00:00")
    assert code == 1
    assert f"sent to {NJ_OWNER} (late)" in step(checks, "superseded", "ok")["found"]
    assert "a corrected version is sent only by omen send" in step(checks, f"to {NJ_OWNER}")["found"]


def test_what_was_only_caught_up_with_is_not_sent(stores, omen, story):
    omen("run", now="2026-01-05T16:00:00+00:00")
    omen("run", now=CALI_DUE)
    code, checks = story("2026-01-11")
    assert code == 1
    assert "it is older than 2026-01-18, and only the newest is sent" in step(checks, f"to {NJ_OWNER}")["found"]


def test_a_damaged_file_is_said(stores, omen, story):
    omen("run", now=CALI_DUE)
    (path,) = stores.archive(NJ).glob("snapshot_*.json")
    path.write_bytes(path.read_bytes()[:-10])
    code, checks = story()
    assert (code, failed(checks)) == (1, ["file", "arrived"])
    assert "omen verify" in step(checks, "file")["fix"]


def test_a_tree_that_is_not_safe_is_said(stores, omen, story):
    omen("run", now=CALI_DUE)
    stores.archive(NJ).chmod(0o777)
    code, checks = story()
    assert (code, failed(checks)) == (1, ["archive", "arrived"])
    assert "chmod 700" in step(checks, "archive")["fix"]


# --- it was made, and its messages are not all there ------------------------------------------------------------------


def test_a_store_without_recipients_sends_to_nobody(stores, omen, story):
    configure(stores, f"recipients: [{NJ_OWNER}]", "recipients: []")
    omen("run", now=CALI_DUE)
    code, checks = story()
    assert (code, failed(checks)) == (1, ["recipients", "arrived"])


def test_who_was_added_later_gets_it_at_the_next_tick(stores, omen, story):
    omen("run", now=CALI_DUE)
    configure(stores, f"recipients: [{NJ_OWNER}]", f"recipients: [{NJ_OWNER}, {SECOND}]")
    code, checks = story()
    assert (code, failed(checks)) == (1, [f"to {SECOND}", "arrived"])
    assert step(checks, f"to {SECOND}")["fix"].startswith("the next omen run sends it")


def test_what_the_server_puts_off_is_told_with_its_word_and_the_next_try(stores, omen, postbox, story):
    postbox.refused[NJ_OWNER] = "450 4.2.0 later"
    omen("run", now=CALI_DUE)
    code, checks = story(now="2026-01-19T16:05:00+00:00")
    put_off = step(checks, f"to {NJ_OWNER}")
    assert code == 1
    assert "put off at 2026-01-19 11:00-05:00, offered 1 time" in put_off["found"]
    assert "450 4.2.0 later" in put_off["found"]
    assert put_off["fix"].startswith("the first omen run after 2026-01-19 11:10-05:00 offers it again")
    assert step(story()[1], f"to {NJ_OWNER}")["fix"].startswith("the first omen run now offers it again")


def test_a_broken_export_that_was_told_of_one_timeframe_is_told_of_the_others_too(two_stores, omen, story):
    schedule(two_stores, nj='{daily: "07:00", weekly: MON 08:00}', cali="")
    export(two_stores).write_text("nonsense\n")
    omen("run", now="2026-01-17T15:00:00+00:00")
    omen("run", now=LATER)
    _, checks = story(WEEK, "--timeframe", "daily")  # told as the weekly one's
    assert "inventory.csv" in step(checks, "trouble")["found"]


def test_what_was_put_off_for_three_days_is_given_up(stores, omen, postbox, story):
    postbox.refused[NJ_OWNER] = "450 4.2.0 later"
    for now in (CALI_DUE, "2026-01-22T16:30:00+00:00"):
        omen("run", now=now)
    _, checks = story(now="2026-01-22T17:00:00+00:00")
    given_up = step(checks, f"to {NJ_OWNER}")
    assert "given up after three days" in given_up["found"]
    assert given_up["fix"].endswith("--only-failed")


def test_a_server_that_nobody_reaches_puts_off(stores, omen, story):
    mail_to(stores, unreachable())
    omen("run", now=CALI_DUE)
    assert "Connection refused" in step(story()[1], f"to {NJ_OWNER}")["found"]


def test_what_omen_run_told_of_the_mail_is_told_as_long_as_it_stands(two_stores, omen, story):
    schedule(two_stores)
    configure(two_stores, "version: 1\n", "version: 1\nmail: {url: 'smtp://127.0.0.1:1'}\n")  # without from
    omen("run", now=CALI_DUE)
    code, checks = story()
    assert (code, failed(checks)) == (1, [f"to {NJ_OWNER}", "omen run", "arrived"])
    told = step(checks, "omen run")
    assert (told["found"], told["fix"]) == (
        "told of mail config_invalid at 2026-01-19T16:00, which stands",
        "omen doctor --mail tells what is wrong",
    )


def test_what_was_put_off_in_a_store_without_a_schedule_waits_for_a_person(two_stores, omen, postbox, story):
    mail_to(two_stores, postbox.url)
    postbox.refused[NJ_OWNER] = "450 4.2.0 later"
    snapshot = two_stores.generate(NJ, WEEK).id
    assert omen("send", "--store", NJ, "--snapshot", snapshot).code == 8
    put_off = step(story()[1], f"to {NJ_OWNER}")
    assert "omen run does not look after it" in put_off["found"]
    assert put_off["fix"] == f"omen send --store {NJ} --snapshot {snapshot} --only-failed"


def test_who_is_no_recipient_any_more_gets_nothing_and_that_is_only_a_warning(stores, omen, postbox, story):
    configure(stores, f"recipients: [{NJ_OWNER}]", f"recipients: [{NJ_OWNER}, {SECOND}]")
    postbox.refused[SECOND] = "450 4.2.0 later"
    omen("run", now=CALI_DUE)
    configure(stores, f"recipients: [{NJ_OWNER}, {SECOND}]", f"recipients: [{NJ_OWNER}]")
    code, checks = story()
    assert (code, failed(checks)) == (0, [])
    assert "no recipient of the store any more" in step(checks, f"to {SECOND}", "warning")["found"]


def test_whom_the_server_refused_for_good_is_told_with_its_word(stores, omen, postbox, story):
    postbox.refused[NJ_OWNER] = "550 5.7.1 not here"
    omen("run", now=CALI_DUE)
    code, checks = story()
    refused = step(checks, f"to {NJ_OWNER}")
    assert code == 1
    assert "550 5.7.1 not here" in refused["found"]
    assert "--only-failed" in refused["fix"]


def test_of_whom_nobody_knows_a_person_says(two_stores, omen, misbehaving, story):
    schedule(two_stores, cali="")
    mail_to(two_stores, f"smtp://127.0.0.1:{misbehaving.port}")
    misbehaving.plan("dot", "drop")
    omen("run", now=CALI_DUE)
    code, checks = story()
    (listed,) = omen("deliveries", "--store", NJ, "--json").data
    assert (code, listed["state"]) == (1, "unknown")
    fix = step(checks, f"to {NJ_OWNER}")["fix"]
    assert f"omen deliveries resolve {listed['key'][:12]} --store {NJ} --sent, or --resend" in fix


def test_what_a_dead_sender_left_is_said(stores, omen, story):
    omen("run", now=CALI_DUE)
    (message,) = stores.archive(NJ).glob("deliveries/*/*.sent.eml")
    message.rename(message.with_name(message.name.replace(".sent.", ".sending.")))
    code, checks = story()
    assert code == 1
    assert "sending" in step(checks, f"to {NJ_OWNER}")["found"]


# --- how it is said ---------------------------------------------------------------------------------------------------


def test_in_a_pipe_it_is_a_row_a_step(stores, omen):
    omen("run", now=CALI_DUE)
    run = omen("doctor", "--store", NJ, "--as-of", "last", now=LATER)
    rows = [line.split("\t") for line in run.out.splitlines()]
    assert (run.code, rows[0]) == (0, ["outcome", "step", "found", "fix"])
    assert rows[1] == ["ok", "store", f"{NJ} (NJ Weed Wizard), America/New_York", ""]
    assert {len(row) for row in rows} == {4}


def test_on_a_terminal_it_stands_under_a_heading_and_the_error_names_the_first_failure(stores, omen):
    run = omen("doctor", "--store", NJ, "--as-of", WEEK, now=LATER, is_tty=True)
    assert (run.code, f"Did {NJ} weekly {WEEK} arrive?" in run.out) == (1, True)
    assert f"omen: {NJ} weekly {WEEK} has not arrived everywhere: generated: there is no weekly snapshot" in run.err


def test_quietly_nothing_is_said_when_it_arrived(stores, omen):
    omen("run", now=CALI_DUE)
    run = omen("doctor", "--store", CALI, "--as-of", WEEK, "--timeframe", "weekly", "-q", now=LATER)
    assert (run.code, run.out, run.err) == (0, "", "")


@pytest.mark.parametrize(
    "argv", [("--as-of", WEEK), ("--store", NJ, "--timeframe", "weekly"), ("--mail", "--store", NJ, "--as-of", WEEK)]
)
def test_options_that_contradict_each_other_are_refused(stores, omen, argv):
    assert omen("doctor", *argv).code == 2

"""The log: one line a command, below data/log and on stderr with `--log json`; it tells no secret and harms nothing."""

import json
import os
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from io import StringIO
from pathlib import Path

import pytest

from omen_cli.archive.command_log import MAX_FILE_BYTES, MAX_FILES, keep_record, read_log
from omen_cli.archive.layout import Layout
from omen_cli.cli.main import main
from omen_cli.model.command_record import CommandRecord
from tests.cli.processes import OMEN, environment, run_omen
from tests.cli.signed import KEY, People, need_tokens
from tests.cli.stores import CALI, DAY, NJ, configure, remove_exports
from tests.faults.scene import world
from tests.guards import REPO

FIELDS = {str(field.alias) for field in CommandRecord.model_fields.values()}


def files_of(stores):
    return sorted((stores.data / "log").glob("*"))


def lines_of(stores):
    return [json.loads(line) for path in files_of(stores) for line in path.read_text("utf-8").splitlines()]


def record(at=datetime(2026, 1, 19, 15, tzinfo=UTC), **changed):
    known = {
        "at": at,
        "command": "history",
        "principal": "tester",
        "request_id": "request-1",
        "stores": (NJ,),
        "outcomes": {},
        "errors": {},
        "duration_s": Decimal("0.125"),
        "exit_status": 0,
        "error_code": None,
        "omen_version": "1",
    }
    return CommandRecord.model_validate(known | changed)


@pytest.fixture
def layout(two_stores):
    """An installation in which something was written."""
    two_stores.generate(NJ, DAY)
    return Layout(two_stores.data, NJ)


def test_every_command_has_one_line_with_who_what_and_how_it_ended(two_stores, omen):
    made = two_stores.generate(NJ, DAY)
    assert omen("history", "--store", NJ).code == 0
    assert omen("show", "--store", CALI).code == 5

    generated, listed, missed = lines_of(two_stores)
    assert {frozenset(line) for line in (generated, listed, missed)} == {frozenset(FIELDS)}
    assert (generated["command"], generated["stores"], generated["principal"]) == ("generate", [NJ], "tester")
    assert (generated["outcomes"], generated["errors"]) == ({NJ: {"created": 1}}, {})
    assert (listed["command"], listed["exitStatus"], listed["errorCode"]) == ("history", 0, None)
    assert (missed["command"], missed["stores"]) == ("show", [CALI])
    assert (missed["exitStatus"], missed["errorCode"]) == (5, "not_found")
    assert generated["at"] == "2026-01-19T15:00:00.000+00:00"
    assert made.id


def test_its_request_id_is_that_of_what_the_command_wrote(two_stores, omen):
    made = two_stores.generate(NJ, DAY)
    assert omen("send", "--store", NJ, "--snapshot", made.id).code == 0

    generated, sent = lines_of(two_stores)
    by_event = {event["event"]: event["requestId"] for event in two_stores.audit(NJ)}
    assert generated["requestId"] == by_event["snapshot.created"]
    assert sent["requestId"] == by_event["delivery.queued"] == by_event["delivery.sent"]
    assert generated["requestId"] != sent["requestId"]


def test_of_many_stores_each_has_its_outcomes_and_errors(two_stores, omen):
    two_stores.generate(NJ, DAY)
    remove_exports(two_stores, CALI)
    assert omen("generate", "--all", "--as-of", DAY).code == 1

    line = lines_of(two_stores)[-1]
    assert line["stores"] == [NJ, CALI]
    assert line["outcomes"] == {NJ: {"duplicate_prevented": 1}}
    assert line["errors"] == {CALI: {"source_invalid": 1}}
    assert line["errorCode"] == "check_failed"


@pytest.mark.parametrize("as_json", [(), ("--json",)])
def test_what_was_sent_removed_and_found_is_counted_once(two_stores, omen, as_json):
    made = two_stores.generate(NJ, "2026-01-04")
    two_stores.generate(NJ, DAY)
    omen("send", "--store", NJ, "--snapshot", made.id, *as_json)
    omen("prune", "--store", NJ, "--keep-last", "1", "--yes", *as_json)
    omen("verify", "--store", NJ, *as_json)
    (file,) = two_stores.archive(NJ).glob("snapshot_*.json")
    file.unlink()
    assert omen("verify", "--store", NJ, *as_json).code == 7

    sent, removed, sound, lost = lines_of(two_stores)[2:]
    assert sent["outcomes"] == {NJ: {"sent": 1}}
    assert removed["outcomes"] == {NJ: {"removed": 1}}
    assert (sound["outcomes"], sound["errors"]) == ({NJ: {"sound": 1}}, {})
    assert (lost["outcomes"]["NJWeedWizard"]["snapshot_missing"], lost["errors"]) == (1, {NJ: {"data_lost": 1}})


@pytest.mark.parametrize("where", ["before", "behind", "one word"])
def test_it_is_said_on_stderr_when_that_is_asked_for(two_stores, omen, where):
    asked = {"before": ("--log", "json", "stores"), "behind": ("stores", "--log", "json"), "one word": ("stores", "--log=json")}  # fmt: skip
    two_stores.generate(NJ, DAY)
    run = omen(*asked[where], "--json")

    (line,) = run.err.splitlines()
    assert run.code == 0
    assert json.loads(line) == lines_of(two_stores)[-1]
    assert run.json["ok"]


def test_a_call_that_is_wrong_is_said_too(omen, two_stores):
    run = omen("generate", "--frobnicate", "--log", "json")

    assert run.code == 2
    assert json.loads(run.err.splitlines()[-1])["errorCode"] == "invalid_argument"
    assert not two_stores.data.exists()


def test_the_option_takes_no_other_word(omen):
    assert omen("stores", "--log", "xml").code == 2
    assert omen("--log", "xml", "stores").code == 2


def test_without_it_stderr_is_as_it_was(two_stores, omen):
    two_stores.generate(NJ, DAY)
    assert omen("history", "--store", NJ).err == ""


@pytest.mark.parametrize("argv", [("history", "--all"), ("stores",), ("generate", "--all", "--dry-run")])
def test_where_nothing_was_ever_written_no_log_is_made(two_stores, omen, argv):
    assert omen(*argv).code == 0
    assert not two_stores.data.exists()


def test_an_archive_of_the_old_system_that_was_not_migrated_gets_no_log(two_stores, omen):
    (two_stores.data / "snapshots").mkdir(parents=True)
    (two_stores.data / "snapshots" / "index.json").write_text("[]", "utf-8")
    assert omen("history", "--all").code == 0
    assert [path.name for path in two_stores.data.iterdir()] == ["snapshots"]


def test_what_another_version_of_omen_made_gets_no_line(two_stores, omen, layout):
    (two_stores.data / ".omen-format").write_text('{"layout":3}\n', "utf-8")
    before = lines_of(two_stores)
    assert omen("history", "--store", NJ).code == 7
    assert lines_of(two_stores) == before


def test_it_is_the_owners_alone(two_stores, layout):
    (file,) = files_of(two_stores)
    assert file.name == "2026-01.0001.jsonl"
    assert [stat.S_IMODE(path.stat().st_mode) for path in (file.parent, file)] == [0o700, 0o600]


def plant_symlink(folder, elsewhere):
    folder.rename(elsewhere)
    folder.symlink_to(elsewhere)


def plant_link_to_file(folder, elsewhere):
    (file,) = folder.iterdir()
    file.rename(elsewhere)
    file.symlink_to(elsewhere)


def plant_second_name(folder, elsewhere):
    (file,) = folder.iterdir()
    elsewhere.hardlink_to(file)


def open_to_others(folder, elsewhere):
    (file,) = folder.iterdir()
    elsewhere.write_bytes(file.read_bytes())
    folder.chmod(0o777)


def put_file(folder, elsewhere):
    folder.rename(elsewhere)
    folder.write_text("mine", "utf-8")


@pytest.mark.parametrize("plant", [plant_symlink, plant_link_to_file, plant_second_name, open_to_others, put_file])
def test_where_the_log_is_not_ours_to_write_the_command_ends_as_ever(two_stores, omen, layout, tmp_path, plant):
    elsewhere = tmp_path / "elsewhere"
    plant(two_stores.data / "log", elsewhere)
    before = [path.read_bytes() for path in sorted([elsewhere, *elsewhere.glob("*")]) if path.is_file()]

    run = omen("history", "--store", NJ)

    assert (run.code, run.err) == (0, "")
    assert [path.read_bytes() for path in sorted([elsewhere, *elsewhere.glob("*")]) if path.is_file()] == before


def test_a_file_that_is_full_is_followed_by_another_and_the_oldest_go(two_stores, layout):
    for number in range(1, MAX_FILES + 3):
        path = two_stores.data / "log" / f"2026-01.{number:04}.jsonl"
        path.write_bytes(b"x" * (MAX_FILE_BYTES - 10) + b"\n")

    keep_record(layout, record())

    names = [path.name for path in files_of(two_stores)]
    assert names[-1] == f"2026-01.{MAX_FILES + 3:04}.jsonl"
    assert len(names) == MAX_FILES
    assert [json.loads(line)["command"] for line in files_of(two_stores)[-1].read_text().splitlines()] == ["history"]


def test_no_file_grows_over_its_bound(two_stores, layout):
    line = len((two_stores.data / "log" / "2026-01.0001.jsonl").read_bytes())
    for _ in range(2 * MAX_FILE_BYTES // line):
        keep_record(layout, record())

    sizes = [path.stat().st_size for path in files_of(two_stores)]
    assert len(sizes) > 1
    assert max(sizes) <= MAX_FILE_BYTES


def test_a_month_begins_a_file_and_a_clock_that_went_back_opens_none_again(two_stores, layout):
    keep_record(layout, record(datetime(2026, 2, 1, tzinfo=UTC)))
    keep_record(layout, record(datetime(2026, 1, 31, 23, 59, tzinfo=UTC)))

    counts = {path.name: len(path.read_text().splitlines()) for path in files_of(two_stores)}
    assert counts == {"2026-01.0001.jsonl": 1, "2026-02.0001.jsonl": 2}


def test_other_names_in_its_folder_are_passed_by(two_stores, layout):
    for name in ("notes.txt", "2026-13.0001.jsonl", "2026-01.jsonl", "2026-01.0000.jsonl"):
        (two_stores.data / "log" / name).write_text("mine\n", "utf-8")

    keep_record(layout, record())

    found = read_log(layout)
    assert (len(found.records), found.skipped) == (2, 0)


def test_lines_of_many_processes_at_once_are_all_whole(two_stores, layout):
    with ThreadPoolExecutor(4) as pool:
        runs = list(pool.map(lambda _: run_omen(two_stores.config.parent, "stores"), range(12)))

    assert {run.returncode for run in runs} == {0}
    assert [line["command"] for line in lines_of(two_stores)] == ["generate", *["stores"] * 12]


APPENDER = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from omen_cli.archive.command_log import keep_record
from omen_cli.archive.layout import Layout
from omen_cli.cli.main import main
from tests.cli.test_log import record
for turn in range(300):
    keep_record(Layout(Path(sys.argv[1]), "NJWeedWizard"), record(request_id=f"{sys.argv[2]}-{turn}"))
"""


def test_appenders_that_race_over_the_end_of_a_file_lose_nothing(two_stores, layout):
    (file,) = files_of(two_stores)
    file.write_bytes(b"\n" * (MAX_FILE_BYTES - 100_000))
    env = {**os.environ, "PYTHONPATH": str(REPO)}
    racing = [
        subprocess.Popen([sys.executable, "-c", APPENDER, str(two_stores.data), str(number)], env=env)
        for number in range(3)
    ]

    assert [one.wait(timeout=120) for one in racing] == [0, 0, 0]
    found = read_log(layout)
    assert found.skipped == 0
    assert {one.request_id for one in found.records} == {f"{who}-{turn}" for who in range(3) for turn in range(300)}
    assert len(files_of(two_stores)) == 2


SECRETS = ("hunter2-canary", "owner@njweedwizard.example", "canary@private.example", "NJ Weed Wizard", "why-canary")


def test_nothing_of_customers_and_no_word_of_the_call_is_in_it(two_stores, omen, tmp_path):
    configure(
        two_stores,
        "stores:\n",
        "mail: {url: 'smtp://omen:hunter2-canary@127.0.0.1:9', from: O <o@omen.example>}\nstores:\n",
    )
    made = two_stores.generate(NJ, DAY)
    calls = [
        ("generate", "--store", NJ, "--as-of", DAY, "--force", "--reason", "why-canary"),
        ("send", "--store", NJ, "--snapshot", made.id, "--to", "canary@private.example", "--force", "--reason", "why-canary"),
        ("show", "--store", NJ, "--html", tmp_path / "canary-path.html"),
        ("show", "--store", "canary-store"),
        ("history", "--store", "canary@private.example"),
        ("audit", "--store", NJ, "--event", "canary-event"),
        ("diff", "--store", NJ, "canary-id", "canary-id"),
        ("config",),
    ]  # fmt: skip
    said = [omen(*call, "--log", "json").err.splitlines()[-1] for call in calls]

    text = "\n".join(path.read_text("utf-8") for path in files_of(two_stores)) + "\n".join(said)
    assert len(lines_of(two_stores)) == len(calls) + 1
    assert [one for one in (*SECRETS, "canary", str(tmp_path), "Blue Dream") if one.casefold() in text.casefold()] == []


def test_a_login_name_that_is_an_address_is_not_told(two_stores):
    run = run_omen(two_stores.config.parent, "generate", "--store", NJ, LOGNAME="canary@private.example")

    assert run.returncode == 0
    assert lines_of(two_stores)[-1]["principal"] == "(an address)"


def test_of_the_holder_of_a_token_it_tells_role_and_store_and_never_the_address(two_stores):
    need_tokens(two_stores)
    people = People(two_stores)
    token = people.token("admin")
    calls = [("owner", "generate", "--as-of", DAY), ("viewer", "history"), ("viewer", "history", "--store", CALI)]
    assert [people.run(*call).code for call in calls] == [0, 0, 10]
    assert [people.omen("config", env={"OMEN_TOKEN": one}).code for one in (token, "canary")] == [0, 9]

    lines = [line for line in lines_of(two_stores) if line["command"] != "token create"]
    told = [(line["principal"], line["exitStatus"]) for line in lines]
    mine = f"owner of {NJ}", f"viewer of {NJ}"
    assert told == [(mine[0], 0), (mine[1], 0), ("(refused)", 10), ("admin", 0), ("(refused)", 9)]
    text = "".join(path.read_text("utf-8") for path in files_of(two_stores))
    assert [one for one in ("@", KEY, token, "canary") if one in text] == []


def test_of_the_store_in_an_admins_token_it_tells_only_where_stores_yaml_has_it(two_stores):
    two_stores.generate(CALI, DAY)
    need_tokens(two_stores)
    argv = ("token", "create", "--role", "admin", "--email", "a@b.example", "--store", NJ)
    env = {"OMEN_TOKEN": two_stores.omen(*argv).out.strip()}
    assert two_stores.omen("stores", env=env).code == 0
    configure(two_stores, f"  {NJ}:\n", "  NewName:\n")
    assert two_stores.omen("stores", env=env).code == 0
    assert [line["principal"] for line in lines_of(two_stores)[-2:]] == [f"admin of {NJ}", "admin"]


def test_how_long_it_took_is_of_a_clock_that_nobody_sets(two_stores):
    run = run_omen(two_stores.config.parent, "generate", "--store", NJ)

    assert run.returncode == 0
    assert 0 < lines_of(two_stores)[-1]["durationS"] < 120


def test_an_interrupted_command_has_its_line(two_stores, omen):
    configure(two_stores, "stores:\n", "mail: {url: 'smtp://127.0.0.1:9', from: O <o@omen.example>}\nstores:\n")
    made = two_stores.generate(NJ, DAY)

    def interrupt(_):
        raise KeyboardInterrupt

    assert omen("send", "--store", NJ, "--snapshot", made.id, pause=interrupt).code == 130

    line = lines_of(two_stores)[-1]
    assert (line["command"], line["exitStatus"], line["errorCode"]) == ("send", 130, "interrupted")


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt, OSError])
def test_whatever_goes_wrong_with_the_line_the_command_ends_as_it_did(two_stores, omen, error, tmp_path):
    out, err = StringIO(), StringIO()

    def fail():
        raise error

    outside = replace(
        world(two_stores.config.parent, datetime(2026, 1, 19, tzinfo=UTC)), new_request_id=fail, stdout=out, stderr=err
    )
    assert main(["stores", "--log", "json"], outside) == 0
    assert (NJ in out.getvalue(), err.getvalue()) == (True, "")


def test_a_stderr_that_cannot_be_written_is_no_failure(two_stores):
    run = run_omen_to("/dev/full", two_stores.config.parent, "stores", "--log", "json")
    assert run.returncode == 0


def run_omen_to(stderr, cwd, *argv):
    with Path(stderr).open("w") as file:
        return subprocess.run([*OMEN, *argv], cwd=cwd, env=environment(), stdout=subprocess.PIPE, stderr=file, timeout=60, check=False)  # fmt: skip


def test_the_help_needs_no_log(tmp_path, two_stores, omen):
    before = sorted(Path(two_stores.config.parent).rglob("*"))
    assert omen("--help").code == omen("generate", "--help").code == 0
    assert sorted(Path(two_stores.config.parent).rglob("*")) == before

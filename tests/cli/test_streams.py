"""stdout, stderr and signals of real processes: closed, full, gone; ^C and SIGTERM; what a bug leaves behind."""

import json
import os
import re
import signal
import subprocess
import time
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import pytest

from omen_cli.cli.main import main
from omen_cli.cli.session import World
from tests.cli.processes import OMEN, environment, run_omen
from tests.cli.stores import DAY, NJ, export, whole_tree

ONE = ("generate", "--store", NJ, "--as-of", DAY)
BIG_LINES = 100_000


def shell(two_stores, text, **env):
    """Run a shell command in which `$OMEN` is omen."""
    return subprocess.run(
        ["bash", "-c", text],
        cwd=two_stores.config.parent,
        env=environment(OMEN=" ".join(OMEN), **env),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_a_real_process_makes_the_snapshot_too(two_stores):
    run = run_omen(two_stores.config.parent, *ONE)

    assert (run.returncode, run.stderr) == (0, "")
    assert run.stdout.startswith(f"created: snapshot_weekly_{DAY}_")


@pytest.mark.parametrize(("where", "form"), [(">/dev/full", ""), (">/dev/full", "--json"), (">&-", "")])
def test_a_stdout_that_cannot_be_written_is_not_0_and_the_work_is_done(two_stores, omen, where, form):
    run = shell(two_stores, f"$OMEN generate --store {NJ} --as-of {DAY} {form} {where}")

    assert run.returncode == 1
    assert run.stderr.startswith("omen: stdout: ")
    assert "what was acknowledged is kept" in run.stderr
    assert "Traceback" not in run.stderr
    assert "Exception ignored" not in run.stderr
    assert two_stores.generate(NJ, DAY).data["results"][0]["outcome"] == "duplicate_prevented"


@pytest.mark.parametrize("command", ["--help", "--version", f"generate --store {NJ} --as-of {DAY} -q"])
def test_a_full_stdout_fails_every_command_that_answers(two_stores, command):
    run = shell(two_stores, f"$OMEN {command} > /dev/full")

    assert run.returncode == (0 if "-q" in command else 1)
    assert "Traceback" not in run.stderr


@pytest.mark.parametrize("where", ["2>/dev/full", "2>&-"])
def test_a_stderr_that_cannot_be_written_stops_nothing(two_stores, where):
    made = shell(two_stores, f"$OMEN generate --all --as-of {DAY} {where}")
    failed = shell(two_stores, f"$OMEN show --store Nobody --json {where}")

    assert (made.returncode, failed.returncode) == (0, 5)
    assert made.stdout.startswith("outcome\t")
    assert json.loads(failed.stdout)["error"]["code"] == "not_found"


@pytest.mark.parametrize("command", [f"history --store {NJ}", f"show --store {NJ} --json"])
def test_a_reader_that_has_enough_sees_no_trace(two_stores, omen, command):
    two_stores.generate(NJ, DAY)

    run = shell(two_stores, f"$OMEN {command} | head -1 | cut -c 1-20; echo ${{PIPESTATUS[0]}}")

    assert (run.stderr, run.stdout.splitlines()[1]) == ("", "0")


@pytest.mark.parametrize("command", ["stores", "--help"])
def test_a_reader_that_went_away_sees_no_trace(two_stores, command):
    run = shell(two_stores, f"( sleep 0.3; exec $OMEN {command} ) | true; echo ${{PIPESTATUS[0]}}")

    assert (run.stderr, run.stdout) == ("", "1\n")


@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_an_encoding_that_lacks_a_character_is_no_failure(two_stores, encoding):
    run = run_omen(two_stores.config.parent, *ONE, PYTHONIOENCODING=encoding)

    assert (run.returncode, run.stderr) == (0, "")
    assert "NJ Weed Wizard" in run.stdout


@pytest.mark.parametrize(
    "argv", [(b"--store", b"NJ\xffWizard"), (b"--store", NJ.encode(), b"--force", b"--reason", b"\xff")]
)
def test_arguments_that_are_no_utf8_are_a_wrong_call(two_stores, argv):
    words = [*(word.encode() for word in OMEN), b"generate", *argv]

    run = subprocess.run(words, cwd=two_stores.config.parent, env=environment(), capture_output=True, check=False)

    assert (run.returncode, run.stdout) == (2, b"")
    assert b"Traceback" not in run.stderr


def test_a_folder_that_was_removed_under_it_is_no_trace(two_stores, tmp_path):
    run = shell(two_stores, "mkdir gone; cd gone; rmdir ../gone; $OMEN stores")

    assert run.returncode == 3
    assert "Traceback" not in run.stderr


@pytest.fixture
def big(two_stores):
    """Orders that take long enough to be interrupted."""
    lines = "".join(
        f"9{at},BD-8,2026-01-{at % 18 + 1:02d}T10:20:00-05:00,eighth,3,35.00,5.00,paid\n" for at in range(1000)
    )
    header = "order_id,sku,ordered_at,unit,quantity,unit_price,discount,status\n"
    export(two_stores, NJ, "orders-big.csv").write_text(header + lines * (BIG_LINES // 1000), "utf-8")
    return two_stores


def interrupted(stores, number, *more):
    """Start a `generate` of the big store, send it a signal while it computes; return status, stdout, stderr."""
    temp = stores.config.parent / "temp"
    temp.mkdir()
    process = subprocess.Popen(
        [*OMEN, *ONE, *more],
        cwd=stores.config.parent,
        env=environment(TMPDIR=str(temp)),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    deadline = time.monotonic() + 30
    while not list(temp.glob("omen-*/*")) and time.monotonic() < deadline:  # the database's folder: it computes
        time.sleep(0.002)
    time.sleep(0.05)
    process.send_signal(number)
    out, err = process.communicate(timeout=60)
    assert list(temp.iterdir()) == []
    temp.rmdir()
    return process.returncode, out, err


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
@pytest.mark.parametrize("has_archive", [True, False])
def test_a_signal_ends_the_computing_and_the_next_run_works(big, omen, number, status, has_archive):
    if has_archive:
        big.generate(NJ, "2026-01-04")
    before = whole_tree(big.data)

    code, out, err = interrupted(big, number)

    assert (code, out) == (status, "")
    assert "run the command again for the rest" in err
    assert len(err.splitlines()) == 2
    assert "Traceback" not in err
    assert "bug" not in err
    assert whole_tree(big.data) == before
    export(big, NJ, "orders-big.csv").unlink()
    assert big.generate(NJ, DAY).data["results"][0]["outcome"] == "created"


def test_a_signal_is_answered_in_json_too(big):
    code, out, _ = interrupted(big, signal.SIGTERM, "--json")

    document = json.loads(out)
    assert code == 143
    assert (document["ok"], document["error"]["code"], document["command"]) == (False, "interrupted", "generate")


def test_what_the_caller_told_it_to_ignore_stays_ignored(two_stores):
    run = shell(
        two_stores, f"trap '' INT; $OMEN generate --store {NJ} --as-of {DAY} & sleep 0.4; kill -INT $!; wait $!"
    )

    assert run.returncode == 0


def world(tmp_path: Path, **different: object) -> World:
    known = {
        "environ": {},
        "cwd": tmp_path,
        "now": lambda: datetime(2026, 1, 19, 15, tzinfo=UTC),
        "new_request_id": lambda: "request-1",
        "user": lambda: "tester",
        "stdout": StringIO(),
        "stderr": StringIO(),
        "stdout_is_tty": False,
        "stderr_is_tty": False,
        "width": 100,
    }
    return World(**{**known, **different})


def broken() -> str:
    raise ZeroDivisionError("secret-canary")


def test_a_bug_exits_70_and_leaves_its_trace_in_a_private_file(two_stores, tmp_path):
    outside = world(tmp_path, user=broken)

    code = main([*ONE, "--json"], outside)

    said = outside.stderr.getvalue()
    document = json.loads(outside.stdout.getvalue())
    trace = Path(re.search(r"its trace is in (\S+)", said)[1])
    assert (code, document["error"]["code"], document["error"]["status"]) == (70, "internal", 500)
    assert said.startswith("omen: a bug of omen's: ZeroDivisionError; its trace is in ")
    assert "Traceback" not in said
    assert "Traceback" in trace.read_text("utf-8")
    assert trace.stat().st_mode & 0o777 == 0o600
    trace.unlink()
    assert not two_stores.data.exists()


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_that_a_library_swallowed_still_ends_the_command(two_stores, tmp_path, number, status):
    outside = world(tmp_path, stop_signal=lambda: number)

    code = main(["generate", "--all"], outside)

    assert code == status
    assert outside.stdout.getvalue() == ""
    assert len(two_stores.audit(NJ)) == 1  # what was being made is whole; the next store is not begun
    assert not two_stores.archive("CaliCannabis").exists()


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_wins_over_the_error_that_it_led_to(two_stores, tmp_path, number, status):
    outside = world(tmp_path, stop_signal=lambda: number, user=broken)

    assert main([*ONE], outside) == status
    assert "a bug of omen's" not in outside.stderr.getvalue()


def test_the_environment_of_the_process_is_the_one_that_is_read(two_stores, tmp_path):
    run = run_omen(Path(os.sep), "stores", OMEN_CONFIG=str(two_stores.config))

    assert run.returncode == 0
    assert NJ in run.stdout


def test_an_interrupted_backfill_answers_with_what_it_had_made(two_stores, omen):
    span = ("--timeframe", "daily", "--from", "2024-01-01", "--to", "2026-01-18")
    process = subprocess.Popen(
        [*OMEN, "generate", "--store", NJ, *span, "--json"],
        cwd=two_stores.config.parent,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    deadline = time.monotonic() + 30
    while len(list(two_stores.archive(NJ).glob("snapshot_*.json"))) < 3 and time.monotonic() < deadline:
        time.sleep(0.01)
    process.send_signal(signal.SIGTERM)
    out, err = process.communicate(timeout=60)
    made = {result["snapshotId"] for result in json.loads(out)["error"]["results"]}

    assert process.returncode == 143
    assert f"omen: {len(made)} of 749 done" in err
    assert 2 <= len(made) < 749
    listed = omen("history", "--store", NJ, "--limit", "0", "--json").data
    assert made <= {entry["id"] for entry in listed}

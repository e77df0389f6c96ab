"""`omen doctor`: everything that omen needs, each line ok or not under real conditions, with what to do; it changes nothing."""

import os
import socket
import subprocess

import pytest

from tests.cli.postbox import mail_to, unreachable
from tests.cli.processes import holding
from tests.cli.scheduled import CALI, CALI_DUE, NJ, NJ_OWNER, schedule
from tests.cli.stores import configure, export, whole_tree
from tests.conftest import Clock, Omen
from tests.faults.mounts import in_own_mounts, mount_problem, mounted

NOW = "2026-01-19T16:15:00+00:00"
ROOT = "27 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw,discard\n"
PARTS = [
    "configuration", "permissions", "file system", "disk", "clock", "time zones", "access", "log", "locks", "archives",
    "exports", "schedule", "alerts", "mail",
]  # fmt: skip
SECRET = "c4n4ry-s3cret"


@pytest.fixture
def stores(two_stores, omen, postbox, tmp_path):
    """Both stores, scheduled and served a quarter of an hour ago, on a machine with one local disk."""
    schedule(two_stores)
    mail_to(two_stores, postbox.url)
    assert omen("run", now=CALI_DUE).code == 0
    (tmp_path / "mounts").write_text(ROOT)
    return two_stores


@pytest.fixture
def doctor(two_stores, omen, tmp_path):
    """`doctor(*more)`: the exit status and the lines by (part, step); it changes nothing, which is looked after."""

    def run(*more: str, now: str = NOW):
        before = whole_tree(tmp_path)
        answer = omen("doctor", *more, "--json", now=now, mounts=tmp_path / "mounts")
        assert whole_tree(tmp_path) == before
        document = answer.json["data"] if answer.json["ok"] else answer.json["error"]
        lines = [(part["part"], check) for part in document["parts"] for check in part["checks"]]
        assert answer.code == (1 if any(check["outcome"] == "failed" for _, check in lines) else 0)
        assert all(check["fix"] for _, check in lines if check["outcome"] in ("failed", "warning"))
        return Lines(answer.code, lines)

    return run


class Lines:
    """What the doctor said."""

    def __init__(self, code, lines) -> None:
        self.code, self.lines = code, lines

    def one(self, part: str, step: str):
        """Return the one line about a step of a part."""
        found = [check for title, check in self.lines if (title, check["step"]) == (part, step)]
        assert len(found) == 1, self.lines
        return found[0]

    def outcome(self, part: str, step: str) -> str:
        return self.one(part, step)["outcome"]

    @property
    def failed(self) -> list[tuple[str, str]]:
        return [(part, check["step"]) for part, check in self.lines if check["outcome"] == "failed"]


# --- all is well ------------------------------------------------------------------------------------------------------


def test_every_part_is_looked_at_and_nothing_fails_on_a_sound_installation(stores, doctor):
    found = doctor()
    assert (found.code, found.failed) == (0, [])
    assert list(dict.fromkeys(part for part, _ in found.lines)) == PARTS
    assert found.one("configuration", "stores.yaml")["found"].endswith("stores.yaml (the nearest one): 2 stores")
    named = doctor("--config", "stores.yaml").one("configuration", "stores.yaml")["found"]
    assert named.endswith("stores.yaml (--config): 2 stores")
    for part, step in (
        ("permissions", "data"), ("permissions", NJ), ("file system", "data"), ("disk", "data"), ("clock", "clock"),
        ("time zones", "time zones"), ("access", "mode"), ("log", "log"), ("locks", NJ), ("archives", NJ),
        ("archives", "data/audit"), ("exports", f"inventory of {NJ}"), ("schedule", NJ), ("schedule", "omen run"),
        ("mail", "sender"),
    ):  # fmt: skip
        assert found.outcome(part, step) == "ok", (part, step)


def test_where_nothing_was_ever_written_nothing_fails_and_nothing_is_made(two_stores, doctor, tmp_path):
    (tmp_path / "mounts").write_text(ROOT)
    found = doctor()
    assert (found.code, two_stores.data.exists()) == (0, False)
    assert found.one("permissions", "data")["found"] == "not there yet; the first snapshot makes it"


def test_one_store_is_looked_at_alone(stores, doctor):
    export(stores, CALI).unlink()
    found = doctor("--store", NJ)
    assert (found.code, [check for _, check in found.lines if CALI in check["step"]]) == (0, [])
    assert doctor("--store", CALI).failed == [("exports", f"inventory of {CALI}")]


def test_in_a_pipe_it_is_a_row_a_line_and_on_a_terminal_there_are_headings(stores, omen, tmp_path):
    mounts = tmp_path / "mounts"
    rows = [line.split("\t") for line in omen("doctor", now=NOW, mounts=mounts).out.splitlines()]
    assert rows[0] == ["outcome", "part", "step", "found", "fix"]
    assert {len(row) for row in rows} == {5}
    shown = omen("doctor", now=NOW, mounts=mounts, is_tty=True).out
    assert all(part in shown for part in PARTS)
    quiet = omen("doctor", "-q", now=NOW, mounts=mounts)
    assert (quiet.code, quiet.out, quiet.err) == (0, "", "")


def test_the_error_counts_what_failed_and_names_the_first_with_its_fix(stores, omen, tmp_path):
    export(stores).unlink()
    mail_to(stores, unreachable())
    run = omen("doctor", now=NOW, mounts=tmp_path / "mounts")
    assert (run.code, run.err.startswith(f"omen: 2 failed: exports: inventory of {NJ}: ")) == (1, True)
    assert "  put the export there" in run.err


# --- configuration, permissions, file system, disk --------------------------------------------------------------------


def test_what_is_odd_though_valid_is_a_warning(stores, doctor):
    configure(stores, "version: 1\n", "version: 1\nlimits: {generations_per_hour: 0}\n")
    configure(stores, f"exports/{CALI}/inventory.csv", f"exports/{NJ}/inventory.csv")
    (stores.data / "snapshots" / "GoneStore").mkdir(mode=0o700)
    found = doctor()
    assert found.one("configuration", "limits")["found"].startswith("generations_per_hour is 0")
    assert found.one("configuration", f"{NJ}, {CALI}")["found"] == "read the same export"
    assert found.one("configuration", "GoneStore")["found"] == "has an archive, and is no store of stores.yaml"
    assert found.code == 0


@pytest.mark.parametrize(("mode", "outcome"), [(0o666, "failed"), (0o664, "warning"), (0o644, "ok"), (0o600, "ok")])
def test_who_else_may_write_stores_yaml_decides(stores, doctor, mode, outcome):
    stores.config.chmod(mode)
    line = doctor().one("permissions", "stores.yaml")
    assert line["outcome"] == outcome
    assert line["fix"] == ("" if outcome == "ok" else f"chmod go-w {stores.config}")


def test_a_password_in_a_file_that_others_read_is_a_warning(stores, doctor):
    mail_to(stores, "smtp://user:pass@127.0.0.1:1")
    stores.config.chmod(0o644)
    line = doctor().one("permissions", "stores.yaml")
    assert (line["outcome"], line["fix"]) == ("warning", f"chmod 600 {stores.config}")


def test_a_data_root_and_an_archive_in_which_others_write_fail_with_the_chmod(stores, doctor):
    stores.archive(NJ).chmod(0o770)
    line = doctor().one("permissions", NJ)
    assert (line["outcome"], f"chmod 700 {stores.archive(NJ)}" in line["fix"]) == ("failed", True)
    stores.data.chmod(0o777)
    line = doctor().one("permissions", "data")
    assert (line["outcome"], f"chmod o-w {stores.data}" in line["fix"]) == ("failed", True)


def _on_read_only_media(folder):
    with mounted(folder / "data", "--bind", str(folder / "data")):
        subprocess.run(["mount", "-o", "remount,ro,bind", str(folder / "data")], check=True)
        run = Omen(folder, Clock())("doctor", "--json", now=NOW)
    return run.code, [
        (one["part"], each["step"])
        for one in run.json["error"]["parts"]
        for each in one["checks"]
        if each["outcome"] == "failed"
    ]


def test_media_that_nobody_can_write_fail_with_the_log(stores, tmp_path):
    if problem := mount_problem():
        pytest.skip(problem)
    found = in_own_mounts(_on_read_only_media, tmp_path)
    assert found == (1, [("permissions", "data"), ("permissions", NJ), ("permissions", CALI), ("log", "log")])


def test_a_file_in_the_place_of_an_archive_fails(stores, doctor):
    stores.archive(CALI).rename(stores.data / "aside")
    stores.archive(CALI).write_text("")
    assert doctor().outcome("permissions", CALI) == "failed"


@pytest.mark.parametrize(
    ("kind", "allows", "outcome"),
    [("nfs4", False, "failed"), ("nfs4", True, "warning"), ("9p", False, "warning"), ("xfs", False, "ok")],
)
def test_the_file_system_of_the_data_is_judged(stores, doctor, tmp_path, kind, allows, outcome):
    (tmp_path / "mounts").write_text(f"{ROOT}90 27 0:44 / {stores.data} rw - {kind} nas:/clients rw\n")
    if allows:
        configure(stores, "version: 1\n", "version: 1\ndisk: {allow_network_fs: true}\n")
    line = doctor().one("file system", "data")
    assert (line["outcome"], kind in line["found"]) == (outcome, True)


def test_without_a_list_of_mounts_the_type_is_not_known(stores, doctor, tmp_path):
    (tmp_path / "mounts").write_text("")
    line = doctor().one("file system", "data")
    assert (line["outcome"], line["found"][:38]) == ("warning", "of a type that cannot be known here: n")


@pytest.mark.parametrize(
    ("limits", "outcome"),
    [("warn_free_gb: 9999999, min_free_gb: 9999999", "failed"), ("warn_free_gb: 9999999, min_free_gb: 0", "warning")],
)
def test_a_disk_that_runs_low_warns_and_one_below_its_limit_fails(stores, doctor, limits, outcome):
    configure(stores, "version: 1\n", f"version: 1\ndisk: {{{limits}}}\n")
    assert doctor().outcome("disk", "data") == outcome


# --- clock, access, log, locks ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("now", ["2026-01-19T15:58:00+00:00", "1999-12-31T23:00:00+00:00", "2100-01-02T00:00:00+00:00"])
def test_a_clock_before_the_newest_snapshot_or_absurd_fails(stores, doctor, now):
    line = doctor(now=now).one("clock", "clock")
    assert (line["outcome"], "timedatectl" in line["fix"]) == ("failed", True)


def test_a_clock_before_the_last_line_of_an_audit_fails(stores, omen, doctor):
    assert omen("run", now="2026-01-20T16:00:00+00:00").code == 0
    export(stores).write_bytes(b"sku\0\n")
    omen("run", now="2026-01-26T16:00:00+00:00")
    line = doctor("--store", NJ, now="2026-01-26T15:00:00+00:00").one("clock", "clock")
    assert line["outcome"] == "failed"
    assert "was recorded at 2026-01-26 16:00:00 already" in line["found"]


def test_the_key_of_tokens_is_read(stores, omen, doctor, tmp_path):
    configure(stores, "version: 1\n", "version: 1\naccess: {key_file: token.key}\n")
    line = doctor().one("access", "key")
    assert (line["outcome"], line["fix"]) == ("failed", "correct the path, or let omen's user read it")
    assert omen("token", "keygen").code == 0
    assert doctor().one("access", "key")["found"] == f"{tmp_path}/token.key: HS256"
    (tmp_path / "token.key").chmod(0o644)
    assert doctor().one("access", "key")["fix"] == f"chmod 600 {tmp_path}/token.key"


def test_a_log_that_others_write_fails_and_torn_lines_warn(stores, doctor):
    log = stores.data / "log"
    (path,) = log.iterdir()
    path.write_bytes(b"torn" + path.read_bytes())
    assert doctor().outcome("log", "log") == "warning"
    log.chmod(0o777)
    line = doctor().one("log", "log")
    assert (line["outcome"], "chmod 700" in line["fix"]) == ("failed", True)
    log.chmod(0o700)


def test_a_held_lock_is_a_warning_that_names_the_lock_and_the_process(stores, doctor):
    with holding(stores.archive(NJ) / ".send.lock"):
        found = doctor()
    line = found.one("locks", NJ)
    assert (found.code, line["outcome"], found.outcome("locks", CALI)) == (0, "warning", "ok")
    assert line["found"].startswith("held: .send.lock by process ")


def test_the_lock_of_a_run_belongs_to_the_data(stores, doctor):
    with holding(stores.data / ".run.lock"):
        assert "held: .run.lock by process " in doctor().one("locks", "data")["found"]


def test_a_lock_file_that_is_not_there_is_not_made(stores, doctor):
    (stores.archive(NJ) / ".send.lock").unlink()
    assert doctor().outcome("locks", NJ) == "ok"
    assert not (stores.archive(NJ) / ".send.lock").exists()


def test_a_link_in_the_place_of_a_lock_fails(stores, doctor, tmp_path):
    (stores.archive(NJ) / ".send.lock").unlink()
    (stores.archive(NJ) / ".send.lock").symlink_to(tmp_path / "elsewhere")
    assert doctor().outcome("locks", NJ) == "failed"


# --- archives ---------------------------------------------------------------------------------------------------------


def test_a_broken_index_fails_with_the_repair(stores, doctor):
    (shard,) = (stores.archive(NJ) / "index").glob("2026-*.json")
    shard.write_bytes(shard.read_bytes()[:50])
    found = doctor()
    line = found.one("archives", NJ)
    assert (found.failed, line["fix"]) == ([("archives", NJ)], f"omen verify --store {NJ} --repair mends it")
    assert f"index/{shard.name}" in line["found"]


def test_what_a_writer_may_explain_is_no_failure_while_it_works(stores, doctor):
    (stores.archive(NJ) / ".pending").write_text("{}")
    assert doctor().outcome("archives", NJ) == "failed"
    with holding(stores.archive(NJ) / ".lock"):
        assert doctor().outcome("archives", NJ) == "warning"


def test_a_torn_last_line_of_an_audit_is_told(stores, doctor):
    (month,) = (stores.archive(NJ) / "audit").iterdir()
    month.write_bytes(month.read_bytes()[:-10])
    assert "its last line does not end" in doctor().one("archives", NJ)["found"]


def test_a_changed_audit_of_what_belongs_to_no_store_is_told(stores, omen, doctor):
    export(stores).unlink()
    for now in ("2026-01-26T16:00:00+00:00", "2026-02-02T16:00:00+00:00"):
        omen("run", now=now)
    export(stores, CALI).unlink()
    omen("run", now="2026-02-09T16:00:00+00:00")
    first = min((stores.data / "audit").iterdir())
    first.write_bytes(first.read_bytes().replace(b"inventory", b"inventary"))
    line = doctor(now="2026-02-09T16:15:00+00:00").one("archives", "data/audit")
    assert (line["outcome"], "omen verify --all --deep" in line["fix"]) == ("failed", True)


def test_a_migration_that_was_begun_is_told_with_the_command_that_goes_on(stores, doctor):
    (stores.data / ".omen-migrating").write_text("{}")
    line = doctor().one("archives", NJ)
    assert (line["outcome"], "omen migrate --from" in line["fix"]) == ("failed", True)


# --- exports, schedule ------------------------------------------------------------------------------------------------


def _fifo(path):
    path.unlink()
    os.mkfifo(path)


def _dangling(path):
    path.unlink()
    path.symlink_to("gone.csv")


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda path: path.unlink(), "no file at"),
        (lambda path: path.write_bytes(b""), "the file is empty"),
        (lambda path: path.write_bytes(b"sku,name\0\n"), "NUL"),
        (lambda path: path.write_bytes(b"sku,n\xff\n"), "cannot be read"),
        (lambda path: path.write_bytes(b"sku,sku\n1,2\n"), "stands twice"),
        (lambda path: path.write_bytes(b"\n\n"), "no line names the columns"),
        (_fifo, "not a regular file"),
        (_dangling, "cannot be read: No such file"),
    ],
)
def test_an_export_that_cannot_be_used_fails_by_its_beginning(stores, doctor, damage, said):
    damage(export(stores))
    line = doctor().one("exports", f"inventory of {NJ}")
    assert (line["outcome"], said in line["found"]) == ("failed", True), line


def test_a_glob_that_matches_nothing_fails(stores, doctor):
    configure(stores, f"exports/{NJ}/orders-*.csv", f"exports/{NJ}/order-*.csv")
    assert doctor().failed == [("exports", f"orders of {NJ}")]


@pytest.mark.parametrize(
    ("name", "raw", "said"),
    [
        ("inventory.parquet", b"PAR2", "is no Parquet file"), ("inventory.json", b"hello", "does not begin as JSON does"),
        ("inventory.csv.gz", b"\x1f\x8bnonsense", "cannot be read"), ("inventory.xls", b"x", "omen reads .csv"),
    ],
)  # fmt: skip
def test_a_file_that_is_not_of_its_kind_fails(stores, doctor, name, raw, said):
    configure(stores, f"exports/{NJ}/inventory.csv", f"exports/{NJ}/{name}")
    export(stores, NJ, name).write_bytes(raw)
    assert said in doctor().one("exports", f"inventory of {NJ}")["found"]


def test_an_export_that_nobody_renewed_for_long_is_a_warning(stores, doctor):
    long_ago = 1_760_000_000  # October 2025
    os.utime(export(stores), (long_ago, long_ago))
    line = doctor().one("exports", f"inventory of {NJ}")
    assert (line["outcome"], line["found"].endswith("102 days old")) == ("warning", True), line


def test_a_schedule_without_recipients_and_none_at_all_warn(stores, doctor):
    configure(stores, f"recipients: [{NJ_OWNER}]", "recipients: []")
    configure(
        stores, "recipients: [owner@calicannabis.example]\n    schedule: {weekly: MON 08:00}\n", "recipients: []\n"
    )
    found = doctor()
    assert found.one("schedule", NJ)["found"] == "scheduled, and sent to nobody: it has no recipients"
    assert found.one("schedule", CALI)["found"] == "none: omen run leaves it alone"


def test_a_heartbeat_is_missed_only_where_something_is_scheduled(stores, doctor):
    assert doctor().outcome("schedule", "heartbeat") == "warning"
    configure(stores, "version: 1\n", f"version: 1\nheartbeat: https://beat.example/{SECRET}\n")
    line = doctor().one("schedule", "heartbeat")
    assert (line["outcome"], SECRET in line["found"]) == ("ok", False)


def test_without_any_schedule_there_is_no_line_about_the_heartbeat(two_stores, doctor, tmp_path):
    (tmp_path / "mounts").write_text(ROOT)
    assert "heartbeat" not in [check["step"] for _, check in doctor().lines]


@pytest.mark.parametrize(
    ("now", "outcome"), [("2026-01-19T16:59:00+00:00", "ok"), ("2026-01-19T17:01:00+00:00", "warning")]
)
def test_a_run_that_is_an_hour_ago_is_missed(stores, doctor, now, outcome):
    assert doctor(now=now).outcome("schedule", "omen run") == outcome


# --- alerts and mail --------------------------------------------------------------------------------------------------


def test_an_alert_whose_server_answers_is_ok_and_nothing_of_its_url_is_said(stores, omen, doctor, tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"json://user:{SECRET}@127.0.0.1:{server.getsockname()[1]}/{SECRET}"
        configure(stores, "version: 1\n", f"version: 1\nalerts: ['{url}', 'discord://{SECRET}/{SECRET}']\n")
        found = doctor()
        text = omen("doctor", now=NOW, mounts=tmp_path / "mounts").out
    assert (found.outcome("alerts", "alert 1 (json)"), found.outcome("alerts", "alert 2 (discord)")) == ("ok", "ok")
    assert SECRET not in text


def test_an_alert_of_a_service_that_nobody_knows_fails_without_its_url(stores, omen, doctor):
    configure(stores, "version: 1\n", f"version: 1\nalerts: ['nosuch://{SECRET}/b']\n")
    line = doctor().one("alerts", "alert 1 (nosuch)")
    assert (line["outcome"], line["fix"]) == ("failed", "correct it in alerts: of stores.yaml")
    assert SECRET not in omen("doctor").err + omen("doctor").out


def test_an_alert_whose_server_is_dead_fails(stores, omen, doctor, tmp_path):
    port = unreachable().rpartition(":")[2]
    configure(stores, "version: 1\n", f"version: 1\nalerts: ['json://:{SECRET}@127.0.0.1:{port}']\n")
    line = doctor().one("alerts", "alert 1 (json)")
    assert (line["outcome"], line["found"]) == ("failed", "cannot be connected to: Connection refused")
    run = omen("doctor", now=NOW, mounts=tmp_path / "mounts")
    assert SECRET not in run.out + run.err


def test_no_alerts_are_a_warning(stores, doctor):
    assert doctor().outcome("alerts", "alerts") == "warning"


def test_a_dead_mail_server_fails_and_the_whole_exits_one(stores, doctor):
    mail_to(stores, unreachable())
    found = doctor()
    assert (found.code, found.failed) == (1, [("mail", "connection")])

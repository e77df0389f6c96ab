"""`omen metrics`: what index, audit, disk and log say, as tables, as JSON, and as the text that Prometheus reads."""

import json
import re
import shutil
import stat
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from prometheus_client.parser import text_string_to_metric_families

from omen_cli.ops.catalogue import CATALOGUE
from tests.cli.stores import CALI, DAY, NJ, configure, remove_exports, whole_tree

NAMES = [metric.name for metric in CATALOGUE]
_STYLE = re.compile(r"\x1b\[[\d;]*m")
NOW = datetime(2026, 1, 19, 15, tzinfo=UTC).timestamp()


def values(omen, *argv, now=None):
    """Return every sample of a run as {(name, labels): value}, by way of Prometheus's own parser."""
    run = omen("metrics", "--prometheus", *argv, now=now)
    assert run.code == 0, run.err
    return samples_of(run.out)


def samples_of(text):
    families = text_string_to_metric_families(text)
    return {(one.name, frozenset(one.labels.items())): one.value for family in families for one in family.samples}


def at(found, name, **labels):
    return found.get((name, frozenset(labels.items())))


def test_the_text_has_every_metric_with_help_type_and_labels(two_stores, omen):
    two_stores.generate(NJ, DAY)
    text = omen("metrics", "--prometheus").out

    families = {family.name: family for family in text_string_to_metric_families(text)}
    for metric in CATALOGUE:
        family = families[metric.name.removesuffix("_total")]
        assert (family.type, family.documentation) == (metric.kind, metric.help)
        assert {tuple(sorted(one.labels)) for one in family.samples} <= {tuple(sorted(metric.labels))}
        assert f"# HELP {metric.name} " in text
        assert f"# TYPE {metric.name} {metric.kind}" in text
    assert len(families) == len(CATALOGUE)


def test_no_sample_has_a_time_since_a_textfile_may_not(two_stores, omen):
    two_stores.generate(NJ, DAY)
    families = text_string_to_metric_families(omen("metrics", "--prometheus").out)
    assert {one.timestamp for family in families for one in family.samples} == {None}


def test_json_and_text_say_the_same(two_stores, omen):
    two_stores.generate(NJ, DAY)
    text = omen("metrics", "--prometheus").out
    (two_stores.data / "log" / "2026-01.0001.jsonl").unlink()  # else the first call is in the second answer
    two_stores.generate(NJ, DAY)
    by_json = {
        (one["name"], frozenset(sample["labels"].items())): float(sample["value"])
        for one in omen("metrics", "--json").data
        for sample in one["samples"]
    }
    same = {key for key in by_json if not key[0].startswith(("omen_command", "omen_log", "omen_results", "omen_disk"))}
    assert len(same) > 20
    assert {key: by_json[key] for key in same} == {key: samples_of(text)[key] for key in same}
    assert [one["name"] for one in omen("metrics", "--json").data] == NAMES


def test_names_have_base_units_and_counters_a_total():
    for metric in CATALOGUE:
        assert metric.name.startswith("omen_")
        assert metric.name.endswith("_total") is (metric.kind == "counter")
        assert not any(
            unit in metric.name for unit in ("_ms", "milli", "minutes", "hours", "_kb", "_mb", "_gb", "percent")
        )
        assert metric.help.endswith(".")
        if "timestamp" in metric.name or "duration" in metric.name:
            assert metric.name.endswith("_seconds")
    assert len(set(NAMES)) == len(NAMES)


def test_snapshots_are_counted_by_timeframe_and_status(two_stores, omen):
    two_stores.generate(NJ, "2026-01-04")
    two_stores.generate(NJ, DAY)
    two_stores.generate(NJ, DAY, "weekly", "--force", "--reason", "again")
    two_stores.generate(NJ, "2026-01-12", "daily")
    found = values(omen)

    assert at(found, "omen_snapshots", store=NJ, timeframe="weekly", status="ok") == 2
    assert at(found, "omen_snapshots", store=NJ, timeframe="weekly", status="superseded") == 1
    assert at(found, "omen_snapshots", store=NJ, timeframe="weekly", status="held") == 0
    assert sum(number for (name, labels), number in found.items() if name == "omen_snapshots" and ("timeframe", "daily") in labels) == 1  # fmt: skip
    assert at(found, "omen_snapshots", store=CALI, timeframe="weekly", status="ok") == 0
    assert at(found, "omen_snapshot_last_generated_timestamp_seconds", store=NJ, timeframe="weekly") >= NOW
    assert at(found, "omen_snapshot_last_generated_timestamp_seconds", store=CALI, timeframe="weekly") is None


def test_counters_count_what_was_pruned_too(two_stores, omen):
    for day in ("2026-01-04", "2026-01-11", "2026-01-18"):
        two_stores.generate(NJ, day)
    omen("prune", "--store", NJ, "--keep-last", "1", "--yes")
    found = values(omen)

    assert at(found, "omen_snapshots", store=NJ, timeframe="weekly", status="ok") == 1
    assert at(found, "omen_snapshots_created_total", store=NJ, timeframe="weekly") == 3
    assert at(found, "omen_snapshots_created_total", store=CALI, timeframe="weekly") == 0
    assert at(found, "omen_audit_events_total", store=NJ, event="snapshot.pruned") == 2


def test_deliveries_are_counted_by_state(week, omen):
    assert omen(*week.named).code == 0
    assert omen(*week.named, "--to", "second@njweedwizard.example").code == 0
    configure(week.stores, "stores:\n", "mail: {url: 'smtp://127.0.0.1:9', from: O <o@omen.example>}\nstores:\n")
    assert omen(*week.named, "--to", "third@njweedwizard.example").code == 8
    found = values(omen)

    states = ("sent", "given_up", "failed")  # no schedule: nobody offers again by itself what was put off
    assert [at(found, "omen_deliveries", store=NJ, state=state) for state in states] == [2, 1, 0]
    assert at(found, "omen_deliveries", store=CALI, state="sent") == 0
    assert at(found, "omen_delivery_last_sent_timestamp_seconds", store=NJ) == NOW
    assert at(found, "omen_delivery_last_sent_timestamp_seconds", store=CALI) is None
    assert at(found, "omen_results_in_last_day", command="send", store=NJ, outcome="sent") == 2
    assert at(found, "omen_errors_in_last_day", store=NJ, code="delivery_failed") == 1


def test_refusals_are_counted_once_for_each_store_that_they_are_about(two_stores, omen):
    theirs = two_stores.generate(CALI, DAY)
    two_stores.generate(NJ, DAY)
    for _ in range(2):
        assert omen("show", "--store", NJ, "--snapshot", theirs.id).code == 10
    configure(two_stores, "stores:\n", "disk: {warn_free_gb: 90000000, min_free_gb: 90000000}\nstores:\n")
    assert omen("generate", "--store", NJ, "--as-of", "2026-01-11").code == 12
    found = values(omen)

    assert at(found, "omen_refusals_total", store=NJ, kind="snapshot") == 2
    assert at(found, "omen_refusals_total", store=CALI, kind="snapshot") == 2
    assert at(found, "omen_refusals_total", store=NJ, kind="disk") == 1
    assert at(found, "omen_refusals_total", store=CALI, kind="disk") == 0
    assert at(found, "omen_errors_in_last_day", store=NJ, code="forbidden") == 2
    assert at(found, "omen_errors_in_last_day", store=NJ, code="insufficient_storage") == 1
    assert at(found, "omen_disk_min_free_bytes") == 90000000 * 1024**3


def test_one_refusal_in_two_audits_is_one(two_stores, omen):
    two_stores.generate(NJ, DAY)
    line = {"at": "2026-01-19T15:00:00.000+00:00", "by": "x", "event": "access.denied", "kind": "store", "prev": "", "requestId": "one"}  # fmt: skip
    (two_stores.data / "audit").mkdir(mode=0o700)
    (two_stores.data / "audit" / "2026-01.jsonl").write_text(json.dumps({**line, "storeId": NJ}) + "\n", "utf-8")
    with (two_stores.archive(NJ) / "audit" / "2026-01.jsonl").open("a", encoding="utf-8") as file:
        file.write(json.dumps(line) + "\n")

    assert at(values(omen), "omen_refusals_total", store=NJ, kind="store") == 1


def test_size_and_room_are_those_of_the_disk(two_stores, omen):
    two_stores.generate(NJ, DAY)
    files = [path for path in two_stores.archive(NJ).rglob("*") if path.is_file()]
    found = values(omen)

    assert at(found, "omen_archive_files", store=NJ) == len(files)
    assert at(found, "omen_archive_bytes", store=NJ) == sum(path.stat().st_size for path in files)
    assert (at(found, "omen_archive_files", store=CALI), at(found, "omen_archive_bytes", store=CALI)) == (0, 0)
    usage = shutil.disk_usage(two_stores.data)
    assert 0 < at(found, "omen_disk_free_bytes", store=NJ) <= usage.total
    assert at(found, "omen_disk_warn_free_bytes") == 1024**3


def test_commands_are_those_of_the_last_day_and_last_successes_older(two_stores, omen, clock):
    two_stores.generate(NJ, DAY)
    clock.advance(hours=1)
    assert omen("show", "--store", CALI).code == 5
    clock.advance(hours=23.5)
    found = values(omen)

    assert at(found, "omen_commands_in_last_day", command="show", outcome="not_found") == 1
    assert at(found, "omen_errors_in_last_day", store=CALI, code="not_found") == 1
    assert at(found, "omen_commands_in_last_day", command="generate", outcome="ok") is None
    for store in ("", NJ):
        assert at(found, "omen_command_last_success_timestamp_seconds", command="generate", store=store) == NOW
    assert at(found, "omen_command_last_success_timestamp_seconds", command="show", store="") is None
    assert at(found, "omen_command_last_exit_status", command="show") == 5
    assert at(found, "omen_command_last_timestamp_seconds", command="show") == NOW + 3600
    assert at(found, "omen_log_oldest_timestamp_seconds") == NOW
    assert at(found, "omen_log_newest_timestamp_seconds") == NOW + 3600


def test_a_line_of_the_future_is_neither_the_newest_nor_the_last(two_stores, omen):
    two_stores.generate(NJ, DAY)
    (file,) = (two_stores.data / "log").iterdir()
    line = json.loads(file.read_text("utf-8"))
    with file.open("a", encoding="utf-8") as log:
        for when in ("2026-01-19T16:00:00.000+00:00", "2026-01-19T16:00:00.001+00:00", "2099-01-01T00:00:00.000+00:00"):
            log.write(json.dumps({**line, "at": when, "exitStatus": int(when[:4])}) + "\n")
    found = values(omen)

    for name in ("omen_command_last_timestamp_seconds", "omen_command_last_success_timestamp_seconds"):
        assert max(value for (found_name, _), value in found.items() if found_name == name) == NOW + 3600
    assert at(found, "omen_log_newest_timestamp_seconds") == NOW + 3600
    assert at(found, "omen_log_skipped_lines") == 2
    assert at(found, "omen_commands_in_last_day", command="generate", outcome="ok") == 2


def test_a_store_that_succeeded_among_failures_has_succeeded(two_stores, omen):
    two_stores.generate(CALI, DAY)
    remove_exports(two_stores, NJ)
    assert omen("generate", "--all", "--as-of", "2026-01-11").code == 1
    found = values(omen)

    name = "omen_command_last_success_timestamp_seconds"
    assert at(found, name, command="generate", store=CALI) == NOW
    assert at(found, name, command="generate", store=NJ) is None
    assert at(found, "omen_errors_in_last_day", store=NJ, code="source_invalid") == 1
    assert at(found, "omen_errors_in_last_day", store="", code="check_failed") is None


def test_durations_are_seconds(two_stores, omen):
    two_stores.generate(NJ, DAY)
    found = values(omen)

    last = at(found, "omen_command_last_duration_seconds", command="generate")
    assert 0 < last < 120
    assert at(found, "omen_command_longest_duration_seconds", command="generate") >= last


def test_an_archive_that_cannot_be_read_says_so_and_hides_no_other(two_stores, omen):
    for store in (NJ, CALI):
        two_stores.generate(store, DAY)
    two_stores.archive(NJ).chmod(0o777)
    run = omen("metrics", "--prometheus")
    found = samples_of(run.out)

    assert (run.code, run.err.startswith(f"omen: {NJ}: ")) == (0, True)
    assert at(found, "omen_archive_readable", store=NJ) == 0
    assert at(found, "omen_archive_readable", store=CALI) == 1
    assert at(found, "omen_snapshots", store=NJ, timeframe="weekly", status="ok") is None
    assert at(found, "omen_snapshots", store=CALI, timeframe="weekly", status="ok") == 1
    assert at(found, "omen_snapshots_created_total", store=NJ, timeframe="weekly") is None
    assert at(found, "omen_audit_events_total", store=CALI, event="snapshot.created") == 1
    assert f"{NJ}\tcannot be read" not in run.out
    assert "cannot be read" in omen("metrics").out


def test_counters_are_absent_rather_than_fallen_where_an_audit_cannot_be_read(two_stores, omen):
    theirs = two_stores.generate(CALI, DAY)
    two_stores.generate(NJ, DAY)
    omen("show", "--store", NJ, "--snapshot", theirs.id)
    (audit,) = (two_stores.archive(NJ) / "audit").iterdir()
    audit.unlink()
    audit.mkdir()
    found = values(omen)

    assert at(found, "omen_refusals_total", store=NJ, kind="snapshot") is None
    assert at(found, "omen_refusals_total", store=CALI, kind="snapshot") == 1
    assert at(found, "omen_audit_events_total", store=NJ, event="snapshot.created") is None


def test_damage_that_readers_meet_is_counted(two_stores, omen):
    two_stores.generate(NJ, DAY)
    (shard,) = (two_stores.archive(NJ) / "index").iterdir()
    shard.write_bytes(b"{")
    assert at(values(omen), "omen_archive_warnings", store=NJ) == 1


def test_a_log_that_cannot_be_read_says_so(two_stores, omen):
    two_stores.generate(NJ, DAY)
    (two_stores.data / "log").chmod(0o777)
    found = values(omen)

    assert at(found, "omen_log_readable") == 0
    assert at(found, "omen_log_bytes") is None
    assert at(found, "omen_snapshots", store=NJ, timeframe="weekly", status="ok") == 1


def test_lines_of_the_log_that_are_none_are_counted(two_stores, omen):
    two_stores.generate(NJ, DAY)
    with (two_stores.data / "log" / "2026-01.0001.jsonl").open("a", encoding="utf-8") as file:
        file.write('{"half": \n[[[[\n{"format": "omen.log/2"}\n')
    found = values(omen)

    assert at(found, "omen_log_skipped_lines") == 3
    assert at(found, "omen_commands_in_last_day", command="generate", outcome="ok") == 1


def test_before_anything_was_written_all_is_zero_and_nothing_is_made(two_stores, omen):
    found = values(omen)

    assert at(found, "omen_stores") == 2
    assert at(found, "omen_snapshots", store=NJ, timeframe="weekly", status="ok") == 0
    assert at(found, "omen_archive_readable", store=NJ) == 1
    assert not two_stores.data.exists()


def test_a_store_that_was_taken_out_of_the_settings_is_no_label(two_stores, omen):
    for store in (NJ, CALI):
        two_stores.generate(store, DAY)
    text = two_stores.config.read_text("utf-8")
    two_stores.config.write_text(text[: text.index(f"  {CALI}:")], "utf-8")

    assert {dict(labels).get("store") for _, labels in values(omen)} == {None, "", NJ}


# --- the answers ------------------------------------------------------------------------------------------------------


def test_the_tables_have_a_row_a_store_and_a_row_a_command(two_stores, omen):
    two_stores.generate(NJ, DAY)
    assert omen("show", "--store", CALI).code == 5
    rows = [line.split("\t") for line in omen("metrics").out.splitlines()]

    (store,) = [row for row in rows if row[0] == NJ]
    assert store[:8] == [NJ, "1", "0", "2026-01-19 15:00", "0", "0", "0", "0"]
    assert [row[:3] for row in rows if row[0] in ("generate", "show")] == [["generate", "1", "0"], ["show", "0", "1"]]
    assert [CALI, "not_found", "1"] in rows


@pytest.mark.parametrize("width", [60, 80, 120])
def test_the_tables_fit_a_terminal(two_stores, omen, width):
    two_stores.generate(NJ, DAY)
    out = omen("metrics", is_tty=True, width=width).out
    assert max(len(_STYLE.sub("", line)) for line in out.splitlines()) <= width
    assert NJ in out


def test_a_file_is_written_whole_beside_no_other(two_stores, omen, tmp_path):
    folder = tmp_path / "textfile"
    folder.mkdir()
    run = omen("metrics", "--prometheus", folder / "omen.prom")

    assert (run.code, run.out) == (0, f"metrics: written to {folder / 'omen.prom'}\n")
    assert [path.name for path in folder.iterdir()] == ["omen.prom"]
    assert at(samples_of((folder / "omen.prom").read_text("utf-8")), "omen_stores") == 2


def test_a_file_that_is_there_is_replaced_and_keeps_its_mode(two_stores, omen, tmp_path):
    path = tmp_path / "omen.prom"
    path.write_text("old", "utf-8")
    path.chmod(0o640)
    inode = path.stat().st_ino
    assert omen("metrics", "--prometheus", "omen.prom", "-q").code == 0

    assert path.stat().st_ino != inode
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_with_json_a_file_is_answered_with_its_path(two_stores, omen):
    run = omen("metrics", "--prometheus", "omen.prom", "--json")
    assert run.data == {"path": "omen.prom", "bytes": (two_stores.config.parent / "omen.prom").stat().st_size}


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (("omen.prom",), "use --prometheus FILE"),
        (("--prometheus", "omen.txt"), "name it omen.prom"),
        (("--prometheus", "--json"), "ask for one, or name a FILE"),
        (("--prometheus", "data/omen.prom"), "name a file elsewhere"),
        (("--prometheus", "nowhere/omen.prom"), "make the folder first"),
    ],
)
def test_a_call_that_makes_no_sense_writes_nothing(two_stores, omen, argv, said):
    two_stores.generate(NJ, DAY)
    before = whole_tree(two_stores.config.parent)
    run = omen("metrics", *argv)

    assert run.code == 2
    assert said in run.err
    assert set(whole_tree(two_stores.config.parent)) == set(before)


def test_quiet_prints_nothing(two_stores, omen):
    two_stores.generate(NJ, DAY)
    for argv in ((), ("--prometheus",)):
        run = omen("metrics", "-q", *argv)
        assert (run.code, run.out, run.err) == (0, "", "")


def test_numbers_in_json_are_exact(two_stores, omen):
    two_stores.generate(NJ, DAY)
    assert omen("history", "--store", NJ).code == 0
    (took,) = [one for one in omen("metrics", "--json").data if one["name"] == "omen_command_last_duration_seconds"]
    assert all(isinstance(one["value"], Decimal) for one in took["samples"])


def test_what_the_limit_of_the_hour_still_allows_is_measured(two_stores, omen, clock):
    configure(two_stores, "stores:\n", "limits: {generations_per_hour: 3}\nstores:\n")
    two_stores.generate(NJ, "2026-01-04")
    two_stores.generate(NJ, DAY)
    two_stores.generate(NJ, DAY)  # a duplicate does not count
    found = values(omen)
    assert [at(found, "omen_rate_limit_left", store=store) for store in (NJ, CALI)] == [1, 3]

    clock.advance(hours=1, minutes=1)
    assert at(values(omen), "omen_rate_limit_left", store=NJ) == 3
    configure(two_stores, "generations_per_hour: 3", "generations_per_hour: 0")
    assert at(values(omen), "omen_rate_limit_left", store=NJ) is None

"""The same rows give the same content: whatever the threads, the run, the machine's zone, the files' order or names."""

import json
import random
import shutil

import pytest

from tests.cli.processes import run_omen
from tests.cli.stores import CALI, NJ, export

WEEK = ("--timeframe", "weekly", "--as-of", "2026-01-11", "--dry-run", "--json")


@pytest.fixture
def samples(tmp_path, repo):
    """The shipped samples: enough rows that threads and their sums could matter."""
    shutil.copy(repo / "stores.yaml", tmp_path)
    shutil.copytree(repo / "data" / "exports", tmp_path / "data" / "exports")
    return tmp_path


def content_sha256(omen, store, **env):
    run = omen("generate", "--store", store, *WEEK, env=env)
    (one,) = run.data["results"]
    return one["contentSha256"]


@pytest.mark.parametrize("store", [NJ, CALI])
def test_the_content_is_the_same_with_1_2_and_8_threads_and_on_two_runs(samples, omen, store):
    found = [content_sha256(omen, store, OMEN_THREADS=threads) for threads in ("1", "2", "8", "8")]

    assert len(set(found)) == 1


@pytest.mark.parametrize(("zone", "locale"), [("Pacific/Auckland", "tr_TR.UTF-8"), ("America/New_York", "C")])
def test_the_content_is_the_same_in_another_time_zone_of_the_machine(samples, omen, zone, locale):
    run = run_omen(samples, "generate", "--store", NJ, *WEEK, TZ=zone, LC_ALL=locale)

    assert json.loads(run.stdout)["data"]["results"][0]["contentSha256"] == content_sha256(omen, NJ)


def test_the_content_is_the_same_when_the_clock_has_moved_on(samples, omen, clock):
    first = content_sha256(omen, NJ)
    clock.advance(days=40)

    assert content_sha256(omen, NJ) == first


def rows_of(two_stores, name):
    header, *rows = export(two_stores, NJ, name).read_text("utf-8").splitlines(keepends=True)
    return header, rows


def shuffled(two_stores):
    for name in ("inventory.csv", "orders-2026-01.csv"):
        header, rows = rows_of(two_stores, name)
        random.Random(7).shuffle(rows)
        export(two_stores, NJ, name).write_text(header + "".join(rows), "utf-8")


def split_in_two(two_stores):
    header, rows = rows_of(two_stores, "orders-2026-01.csv")
    export(two_stores, NJ, "orders-2026-01.csv").write_text(header + "".join(rows[:5]), "utf-8")
    export(two_stores, NJ, "orders-2025-12.csv").write_text(header + "".join(rows[5:]), "utf-8")


def renamed(two_stores):
    export(two_stores, NJ, "orders-2026-01.csv").rename(export(two_stores, NJ, "orders-of the winter.csv"))


def touched(two_stores):
    export(two_stores, NJ, "inventory.csv").touch()


def repeated(two_stores):
    """Two exports that overlap: with line ids, what stands twice counts once."""
    header, rows = rows_of(two_stores, "orders-2026-01.csv")
    export(two_stores, NJ, "orders-overlap.csv").write_text(header + "".join(rows[3:9]), "utf-8")


def with_windows_line_ends(two_stores):
    header, rows = rows_of(two_stores, "inventory.csv")
    text = "\ufeff" + header + "".join(rows)
    export(two_stores, NJ, "inventory.csv").write_bytes(text.replace("\n", "\r\n").encode())


def with_columns_in_another_order(two_stores):
    header, rows = rows_of(two_stores, "orders-2026-01.csv")
    turned = [",".join(line.strip().split(",")[::-1]) + "\n" for line in (header, *rows)]
    export(two_stores, NJ, "orders-2026-01.csv").write_text("".join(turned), "utf-8")


@pytest.mark.parametrize(
    "change",
    [
        shuffled,
        split_in_two,
        renamed,
        touched,
        repeated,
        with_windows_line_ends,
        with_columns_in_another_order,
    ],
    ids=lambda change: change.__name__,
)
def test_the_content_is_the_same_when_the_same_rows_come_otherwise(two_stores, omen, change):
    first = content_sha256(omen, NJ)
    change(two_stores)

    assert content_sha256(omen, NJ) == first


def test_the_content_is_another_when_a_price_is(two_stores, omen):
    first = content_sha256(omen, NJ)
    path = export(two_stores)
    path.write_text(path.read_text("utf-8").replace("35.00", "35.01"), "utf-8")

    assert content_sha256(omen, NJ) != first

"""Which files a source names: globs, odd names, `{date}`, endings."""

import os
from datetime import date
from pathlib import Path

import pytest

from omen_cli.sources.find import date_in, find_files
from tests.unit.exports import AS_OF, INVENTORY, refused


def touch(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(INVENTORY)


def found(folder: Path, pattern: str, as_of: date = AS_OF) -> list[str]:
    return [
        str(file.path.relative_to(folder)) for file in find_files(f"{folder}/{pattern}", role="inventory", as_of=as_of)
    ]


def test_a_glob_names_its_files_sorted_by_path_and_passes_over_folders_and_hidden_files(tmp_path):
    touch(tmp_path, "o-2.csv", "o-10.csv", "o-1.csv", ".o-9.csv", "p.csv", "o-3.csv/inside.txt")
    assert found(tmp_path, "o-*.csv") == ["o-1.csv", "o-10.csv", "o-2.csv"]


@pytest.mark.parametrize("name", ["o*.csv", "o[1].csv", "o?.csv", "o'.csv", 'o".csv', "o  o.csv", "ö ☃.csv", "-o.csv"])
def test_a_name_that_is_there_to_the_letter_is_that_file_and_no_pattern(tmp_path, name):
    touch(tmp_path, name, "o1.csv", "oo.csv")
    assert found(tmp_path, name) == [name]


def test_brackets_in_a_folder_are_plain_where_they_match_nothing_as_a_pattern(tmp_path):
    touch(tmp_path, "[old] shop/o-1.csv", "[old] shop/o-2.csv")
    assert found(tmp_path, "[old] shop/o-*.csv") == ["[old] shop/o-1.csv", "[old] shop/o-2.csv"]


def test_brackets_are_a_pattern_where_they_match(tmp_path):
    touch(tmp_path, "o-1.csv", "o-2.csv", "o-3.csv")
    assert found(tmp_path, "o-[12].csv") == ["o-1.csv", "o-2.csv"]


@pytest.mark.parametrize("pattern", ["missing.csv", "missing-*.csv", "no/such/folder.csv"])
def test_no_file_is_refused_with_the_pattern(tmp_path, pattern):
    with refused() as message:
        found(tmp_path, pattern)
    assert message == [f"inventory: no file at {tmp_path}/{pattern}"]


def test_a_folder_is_refused_as_one(tmp_path):
    touch(tmp_path, "exports/o.csv")
    with refused() as message:
        found(tmp_path, "exports")
    assert message == [f"inventory: a folder, not a file, is at {tmp_path}/exports"]


@pytest.mark.parametrize("name", ["o.xlsx", "o", "o.csv.zip", "o.parquet.gz", "o.txt", "csv"])
def test_an_ending_that_omen_does_not_read_is_refused_with_those_it_does(tmp_path, name):
    touch(tmp_path, name)
    with refused() as message:
        found(tmp_path, name)
    assert message[0].startswith(f"{name}: omen reads .csv, .parquet, .json and .jsonl")


@pytest.mark.parametrize(
    ("name", "kind", "is_gzip"),
    [
        ("o.CSV", "csv", False),
        ("o.csv.GZ", "csv", True),
        ("o.parquet", "parquet", False),
        ("o.json.gz", "json", True),
        ("o.JSONL", "jsonl", False),
    ],
)
def test_the_ending_says_what_a_file_is_in_any_case(tmp_path, name, kind, is_gzip):
    touch(tmp_path, name)
    (file,) = find_files(str(tmp_path / name), role="orders", as_of=AS_OF)
    assert (file.kind, file.is_gzip) == (kind, is_gzip)


def test_a_path_that_is_not_utf8_is_refused_and_shown_harmless(tmp_path):
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/o-\xff.csv")).write_text(INVENTORY)
    with refused() as message:
        found(tmp_path, "o-*.csv")
    assert message == ["o-\N{REPLACEMENT CHARACTER}.csv: its path is not UTF-8"]


# --- {date} ----------------------------------------------------------------------------------------------------------


def test_the_newest_file_dated_on_or_before_the_as_of_date_is_taken(tmp_path):
    touch(tmp_path, "i-2026-01-07.csv", "i-2026-01-09.csv", "i-2026-01-10.csv", "i-2025-12-31.csv")
    assert found(tmp_path, "i-{date}.csv") == ["i-2026-01-09.csv"]
    assert found(tmp_path, "i-{date}.csv", date(2026, 1, 8)) == ["i-2026-01-07.csv"]


@pytest.mark.parametrize(
    ("names", "pattern", "expected"),
    [
        (["i-20260108.csv", "i-2026-01-07.csv"], "i-{date}.csv", ["i-20260108.csv"]),
        (["i-2026-01-08-a.csv", "i-2026-01-08-b.csv"], "i-{date}-*.csv", ["i-2026-01-08-a.csv", "i-2026-01-08-b.csv"]),
        (["i-2026-01-32.csv", "i-2026-02-30.csv", "i-2026-01-05.csv"], "i-{date}.csv", ["i-2026-01-05.csv"]),
        (["i-latest.csv", "i-2026-01-05.csv.bak", "i-2026-01-04.csv"], "i-{date}.csv", ["i-2026-01-04.csv"]),
        (["2026-01-08/i.csv", "2026-01-06/i.csv"], "{date}/i.csv", ["2026-01-08/i.csv"]),
        (["2026-01-08/i-2026-01-08.csv", "2026-01-08/i-2026-01-09.csv"], "{date}/i-{date}.csv", ["2026-01-08/i-2026-01-08.csv"]),
        (["[a] i-2026-01-08.csv"], "[a] i-{date}.csv", ["[a] i-2026-01-08.csv"]),
        (["made-2026-01-09-of-2026-01-03.csv", "made-2026-01-05-of-2026-01-04.csv"], "made-*-of-{date}.csv", ["made-2026-01-05-of-2026-01-04.csv"]),
        (["i-120260108.csv"], "i-1{date}.csv", ["i-120260108.csv"]),
    ],
)  # fmt: skip
def test_a_date_is_read_where_the_pattern_says_and_nowhere_else(tmp_path, names, pattern, expected):
    touch(tmp_path, *names)
    assert found(tmp_path, pattern) == expected


def test_the_date_of_the_placeholder_is_the_files_date(tmp_path):
    touch(tmp_path, "2026-01-06/i-2025-11-30.csv")
    (file,) = find_files(f"{tmp_path}/{{date}}/i-*.csv", role="inventory", as_of=AS_OF)
    assert file.date == date(2026, 1, 6)


def test_only_later_files_are_refused_with_their_number(tmp_path):
    touch(tmp_path, "i-2026-01-10.csv", "i-2026-02-01.csv", "i-none.csv")
    with refused() as message:
        found(tmp_path, "i-{date}.csv")
    assert message[0].startswith("inventory: no file dated on or before 2026-01-09 at ")
    assert message[0].endswith("(2 are dated later)")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("i-2026-01-09.csv", date(2026, 1, 9)),
        ("20260109.csv", date(2026, 1, 9)),
        ("a-2025-01-01-b-2026-01-09.csv", date(2026, 1, 9)),
        ("a-2026-01-09-b-2026-13-09.csv", date(2026, 1, 9)),
        ("orders-2026-01.csv", None),
        ("i-1768013990884.csv", None),
        ("i-0000-01-01.csv", None),
        ("i.csv", None),
        ("i-٢٠٢٦-٠١-٠٩.csv", None),
    ],
)
def test_the_date_in_a_name_is_its_last_calendar_date(name, expected):
    assert date_in(name) == expected

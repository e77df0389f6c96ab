"""What is refused before any row is read: bytes that are no text, lines without an end, files that cannot be read."""

import gzip
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

import pytest

from omen_cli.sources.inspect import inspect_bytes
from omen_cli.sources.text_check import TextCheck
from tests.unit.exports import INVENTORY, Exports, refused


@pytest.fixture
def exports(tmp_path: Path) -> Exports:
    return Exports(tmp_path)


@contextmanager
def at_most(seconds: int) -> Iterator[None]:
    def fail(number: int, frame: object) -> None:
        raise TimeoutError(f"still waiting after {seconds} s")

    before = signal.signal(signal.SIGALRM, fail)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "the file is empty"),
        (b"\xef\xbb\xbf \r\n\t\n", "the file is empty"),
        (b"sku,name\nA,x\nB,\0\n", "binary data near line 3, not text"),
        (INVENTORY.encode("utf-16"), "binary data near line 1, not text"),
        (b"\x89PNG\r\n\x1a\n\0\0", "binary data near line 3, not text"),
        ("sku\ncafé\n".encode("latin-1"), "not UTF-8 near line 2"),
        (b"sku\nA\nna\xc3", "not UTF-8 near line 3"),
        (b"sku,name\nA," + b"x" * 10_000_000, "line 2 is longer than 1 MiB: not a table"),
        (b"sku,name\r\nA,x\r\nB," + b"y" * 1_100_000 + b"\r\nC,z\r\n", "line 3 is longer than 1 MiB: not a table"),
        (b",,,\n;;\n", "no line names the columns"),
        (b"sku,name,sku\nA,x,B\n", "the column 'sku' stands twice in the header"),
        (b"sku," + b"x" * 1_048_000 + b",y\n" + b"A,1,2\n", None),
        (
            b'"sku,name\n' + b"A,x\n" * 300_000,
            "the header line cannot be read: field larger than field limit (1048576)",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
@pytest.mark.parametrize("name", ["i.csv", "i.csv.gz"])
def test_what_is_not_a_text_table_is_refused_with_its_line(exports, name, content, problem):
    if name.endswith(".gz") and not content:
        content = gzip.compress(b"")
    exports.write(name, content)
    if problem is None:
        assert exports.facts(name).items[0].sku == "A"
    else:
        assert exports.refusal(name) == f"{name}: {problem}"


def test_a_gzip_that_is_cut_off_corrupt_or_none_at_all_is_refused(exports):
    whole = gzip.compress(INVENTORY.encode() * 100)
    for broken in (
        whole[:-20],
        whole[:30] + b"\xff" * 8 + whole[38:],
        whole + b"trailing",
        b"\x1f\x8b",
        whole[:-8] + b"\0" * 8,
    ):
        (exports.folder / "i.csv.gz").write_bytes(broken)
        assert exports.refusal("i.csv.gz").startswith("i.csv.gz: cannot be read: ")
    (exports.folder / "i.csv.gz").write_bytes(INVENTORY.encode())
    assert exports.refusal("i.csv.gz") == "i.csv.gz: cannot be read: Not a gzipped file (b'sk')"


def test_a_gzip_of_several_members_is_one_text(exports):
    head, rest = INVENTORY.encode()[:50], INVENTORY.encode()[50:]
    exports.write("i.csv.gz", gzip.compress(head) + gzip.compress(rest))
    assert [item.sku for item in exports.facts("i.csv.gz").items] == ["A", "B"]


def test_a_small_gzip_of_a_huge_line_is_refused_without_unpacking_it_all(exports):
    exports.write("i.csv.gz", gzip.compress(b"sku,name\n" + b"x" * 30_000_000, 1))
    assert exports.refusal("i.csv.gz") == "i.csv.gz: line 2 is longer than 1 MiB: not a table"


@pytest.mark.parametrize("name", ["i.csv", "i.csv.gz", "i.parquet", "i.json"])
def test_a_fifo_is_refused_and_not_waited_for(exports, name):
    os.mkfifo(exports.folder / name)
    with at_most(10):
        assert exports.refusal(name) == f"{name}: not a regular file"


def test_a_device_is_refused(exports):
    (exports.folder / "i.csv").symlink_to("/dev/zero")
    assert exports.refusal("i.csv") == "i.csv: not a regular file"


def test_a_file_that_fails_while_it_is_read_is_refused_with_the_systems_words(exports):
    (exports.folder / "i.csv").symlink_to("/proc/self/mem")
    assert exports.refusal("i.csv") == "i.csv: cannot be read: Input/output error"


def test_a_link_that_leads_nowhere_is_refused(exports):
    (exports.folder / "i.csv").symlink_to("gone.csv")
    assert exports.refusal("i.csv") == "i.csv: cannot be read: No such file or directory"


def test_a_link_to_an_export_will_do(exports):
    exports.write("real.csv", INVENTORY)
    (exports.folder / "i.csv").symlink_to("real.csv")
    assert len(exports.facts("i.csv").items) == 2


def test_a_name_that_would_write_to_the_terminal_is_shown_harmless(exports):
    exports.write("i\x1b[31m.csv", "")
    assert exports.refusal("i\x1b[31m.csv") == "i\N{REPLACEMENT CHARACTER}[31m.csv: the file is empty"


def test_the_hash_and_the_size_are_of_the_file_as_it_lies_there(exports):
    path = exports.write("i.csv.gz", INVENTORY)
    raw = path.read_bytes()

    seen = inspect_bytes(path, is_text=True, is_gzip=True, one_line=False)

    assert (seen.sha256, seen.size_bytes, seen.lines) == (sha256(raw).hexdigest(), len(raw), 3)


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        (b"a\nb\n", 2), (b"a\nb", 2), (b"a\r\nb\r\n", 2), (b"a\rb\r", 2), (b"a\rb", 2), (b"a\n\r\nb", 3), (b"\n\n", 2), (b"a\r\r\nb", 3),
    ],
)  # fmt: skip
@pytest.mark.parametrize("size", [1, 2, 3, 100])
def test_physical_lines_are_counted_across_chunks(text, lines, size):
    check = TextCheck("x", one_line=False)
    for at in range(0, len(text), size):
        check.feed(text[at : at + size])
    assert check.lines == lines


def test_a_character_may_lie_across_chunks_but_not_across_the_end():
    check = TextCheck("x", one_line=False)
    for byte in "a é 🌿\n".encode():
        check.feed(bytes([byte]))
    check.finish()

    check.feed("🌿".encode()[:3])
    with refused() as message:
        check.finish()
    assert message == ["x: not UTF-8 near line 2"]


def test_a_line_over_chunks_is_measured_whole():
    check = TextCheck("x", one_line=False)
    half = b"y" * 600_000
    check.feed(b"head\n" + half)
    with refused() as message:
        check.feed(half + b"\n")
    assert message == ["x: line 2 is longer than 1 MiB: not a table"]

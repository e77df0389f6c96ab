"""The chain of an audit shows every change behind its last line, at the line, and takes no crash for one."""

import os
import shutil
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omen_cli.archive.audit import append_event, audit_files
from omen_cli.archive.chain import Chain, check_chain, has_line
from omen_cli.errors import ArchiveDamaged
from omen_cli.model.canonical import dump_canonical, load_strict
from tests.archive.factories import AT
from tests.conftest import Clock, Omen, TwoStores
from tests.factories import write_two_stores

Place = tuple[str, int]


@pytest.fixture(scope="module")
def template(tmp_path_factory) -> Path:
    """The audit that real commands left: two lines in January, February and April each."""
    folder = tmp_path_factory.mktemp("template")
    stores = TwoStores(write_two_stores(folder), Omen(folder, Clock()))
    for now in ("2026-01-19T15:00:00+00:00", "2026-02-03T15:00:00+00:00", "2026-04-01T15:00:00+00:00"):
        stores.omen.clock.now = datetime.fromisoformat(now)
        stores.generate("NJWeedWizard", "2026-01-18", "weekly", "--force", "--reason", f"as of {now}")
        stores.generate("NJWeedWizard", "2026-01-11", "weekly", "--force", "--reason", f"as of {now}")
    audit = stores.archive("NJWeedWizard") / "audit"
    assert [len(path.read_bytes().splitlines()) for path in audit_files(audit)] == [2, 2, 2]
    return audit


@pytest.fixture
def audit(template, tmp_path) -> Path:
    """A copy of the template for one test."""
    return Path(shutil.copytree(template, tmp_path / "audit"))


def say(folder: Path, event: str = "x", at: datetime = AT, **details: object) -> None:
    append_event(folder, at=at, by="ann", event=event, details=details)


def all_lines(folder: Path) -> list[tuple[str, bytes]]:
    return [(path.name, line) for path in audit_files(folder) for line in path.read_bytes().splitlines()]


def rewrite(folder: Path, lines: list[tuple[str, bytes]]) -> None:
    """Make the folder hold these lines, each in its file, and no other file."""
    for path in audit_files(folder):
        path.unlink()
    for name in dict(lines):
        (folder / name).write_bytes(b"".join(line + b"\n" for of, line in lines if of == name))


def places(chain: Chain) -> list[Place]:
    return [(one.path.name, one.line) for one in chain.breaks]


def place_of(lines: list[tuple[str, bytes]], index: int) -> Place:
    name = lines[index][0]
    return name, 1 + sum(of == name for of, _ in lines[:index])


def changed(line: bytes, **values: object) -> bytes:
    event = load_strict(line)
    assert isinstance(event, dict)
    return dump_canonical(event | values)


def test_a_real_audit_holds(audit):
    chain = check_chain(audit)

    last = all_lines(audit)[-1][1]
    assert (chain.lines, chain.torn, chain.breaks, chain.is_torn_at_end, chain.months) == (6, 0, (), False, 3)
    assert chain.head == sha256(last).hexdigest()
    assert all(has_line(audit, sha256(line).hexdigest()) for _, line in all_lines(audit))
    assert not has_line(audit, sha256(b"another").hexdigest())


def test_no_audit_and_an_empty_one_hold(tmp_path):
    nothing = check_chain(tmp_path / "none")
    (tmp_path / "2026-01.jsonl").touch()

    assert (nothing.lines, nothing.breaks, nothing.head) == (0, (), "")
    assert (check_chain(tmp_path).lines, check_chain(tmp_path).breaks) == (0, ())


def test_every_changed_byte_behind_the_last_line_is_named_at_its_line_or_the_next(audit):
    lines = all_lines(audit)
    tried = 0
    for index, (name, line) in enumerate(lines[:-1]):
        here, after = place_of(lines, index), place_of(lines, index + 1)
        for at in range(len(line)):
            other = line[:at] + bytes([line[at] ^ 1]) + line[at + 1 :]
            rewrite(audit, [*lines[:index], (name, other), *lines[index + 1 :]])
            found = places(check_chain(audit))
            assert found in ([after], [here, after]), (index, at, found)
            tried += 1
    assert tried > 1_500


def test_a_line_changed_as_omen_would_write_it_is_named_at_the_next_alone(audit):
    lines = all_lines(audit)
    for index, (name, line) in enumerate(lines[:-1]):
        rewrite(audit, [*lines[:index], (name, changed(line, by="eve")), *lines[index + 1 :]])
        assert places(check_chain(audit)) == [place_of(lines, index + 1)]


def test_every_removed_line_but_the_last_is_named_where_it_is_missed(audit):
    lines = all_lines(audit)
    for index in range(len(lines) - 1):
        rest = lines[:index] + lines[index + 1 :]
        rewrite(audit, rest)
        assert places(check_chain(audit)) == [place_of(rest, index)]


def test_every_removed_month_but_the_last_is_named_at_the_first_line_after(audit):
    lines = all_lines(audit)
    for gone, after in (("2026-01.jsonl", "2026-02.jsonl"), ("2026-02.jsonl", "2026-04.jsonl")):
        rewrite(audit, [one for one in lines if one[0] != gone])
        (found,) = check_chain(audit).breaks
        assert ((found.path.name, found.line), "month" in found.problem) == ((after, 1), True)


def test_every_two_lines_that_change_places_are_named(audit):
    lines = all_lines(audit)
    for index in range(len(lines) - 1):
        (name, line), (other_name, other) = lines[index : index + 2]
        rewrite(audit, [*lines[:index], (name, other), (other_name, line), *lines[index + 2 :]])
        assert places(check_chain(audit))[0] == place_of(lines, index)


@pytest.mark.parametrize(
    ("made", "is_named_itself"),
    [
        (lambda line: line, True),
        (lambda line: changed(line, prev=sha256(line).hexdigest(), by="eve"), False),
        (lambda line: changed(line, prev=""), True),
        (lambda line: b"# a note", False),
        (lambda line: b"", True),
        (lambda line: b'{"event":"x"}', True),
    ],
    ids=["copied", "forged with the right prev", "a second first line", "text", "empty", "without prev"],
)
def test_every_inserted_line_is_named(audit, made, is_named_itself):
    lines = all_lines(audit)
    for index, (name, line) in enumerate(lines[:-1]):
        put = [*lines[: index + 1], (name, made(line)), *lines[index + 1 :]]
        rewrite(audit, put)
        here, after = place_of(put, index + 1), place_of(put, index + 2)
        itself = [here] if is_named_itself else []
        follows = [] if made(line) == line else [after]
        assert places(check_chain(audit)) == itself + follows


@pytest.mark.parametrize(
    "other",
    [
        lambda line: b" " + line,
        lambda line: line + b" ",
        lambda line: line + b"\r",
        lambda line: b"\xef\xbb\xbf" + line,
        lambda line: line.replace(b'"by":"tester"', b'"by":"\\u0074ester"'),
        lambda line: b"{" + line[1:-1].split(b",", 1)[1] + b"," + line[1:-1].split(b",", 1)[0] + b"}",
    ],
    ids=["blank before", "blank after", "CR", "BOM", "escaped", "order of keys"],
)
def test_a_line_that_omen_would_write_otherwise_is_named_even_as_the_last(audit, other):
    lines = all_lines(audit)
    name, line = lines[-1]
    assert other(line) != line
    rewrite(audit, [*lines[:-1], (name, other(line))])

    (found,) = check_chain(audit).breaks
    assert (place_of(lines, len(lines) - 1), "not written as omen") == (
        (found.path.name, found.line),
        found.problem[3:22],
    )


def test_all_breaks_are_found_each_once_and_each_with_its_own_evidence(audit):
    lines = all_lines(audit)
    doubled = [(name, changed(line, by="eve") if index in (0, 3) else line) for index, (name, line) in enumerate(lines)]
    rewrite(audit, doubled)

    chain = check_chain(audit)

    assert places(chain) == [place_of(lines, 1), place_of(lines, 4)]
    assert len({one.evidence for one in chain.breaks}) == 2


def test_evidence_stays_while_nothing_changes_and_is_new_after_any_other_change(audit):
    lines = all_lines(audit)
    seen = set()
    for by in ("eve", "mallory"):
        rewrite(audit, [(lines[0][0], changed(lines[0][1], by=by)), *lines[1:]])
        (first,), (again,) = check_chain(audit).breaks, check_chain(audit).breaks
        assert first == again
        seen.add(first.evidence)
    rewrite(audit, lines[1:])
    (removed,) = check_chain(audit).breaks
    rewrite(audit, [(lines[1][0], changed(lines[1][1], by="eve")), *lines[2:]])
    removed_and_changed = check_chain(audit).breaks[0]
    assert (removed_and_changed.path, removed_and_changed.line) == (removed.path, removed.line)
    assert len(seen | {removed.evidence, removed_and_changed.evidence}) == 4
    rewrite(audit, lines[1:])

    say(audit, at=datetime(2026, 4, 2, tzinfo=UTC))

    assert check_chain(audit).breaks == (removed,)


@given(torn=st.binary(min_size=1, max_size=60).filter(lambda raw: b"\n" not in raw and b"{" not in raw[1:]))
def test_what_a_crash_left_is_torn_and_no_break(tmp_path_factory, torn):
    folder = tmp_path_factory.mktemp("audit")
    say(folder)
    with (folder / "2026-01.jsonl").open("ab") as file:
        file.write(torn)
    at_end = check_chain(folder)
    say(folder, "y")
    fenced = check_chain(folder)

    is_event = torn == b"{}"
    assert (at_end.lines, at_end.torn, at_end.is_torn_at_end) == (2, not is_event, True)
    assert (fenced.lines, fenced.torn, fenced.is_torn_at_end) == (3, not is_event, False)
    assert len(at_end.breaks) == len(fenced.breaks) == is_event


@pytest.mark.parametrize("torn_month", [1, 2])
def test_every_length_that_a_crash_may_leave_of_a_real_line_is_no_break(tmp_path, torn_month):
    say(tmp_path, at=datetime(2026, 1, 1, tzinfo=UTC))
    before = (tmp_path / "2026-01.jsonl").read_bytes()
    say(tmp_path, "y", at=datetime(2026, 1, 2, tzinfo=UTC), reason="é")
    whole = (tmp_path / "2026-01.jsonl").read_bytes()
    for length in range(len(before), len(whole) + 1):
        rewrite(tmp_path, [])
        (tmp_path / "2026-01.jsonl").write_bytes(whole[:length])
        at_end = check_chain(tmp_path)
        say(tmp_path, at=datetime(2026, torn_month, 3, tzinfo=UTC))
        chain = check_chain(tmp_path)
        assert (at_end.breaks, chain.breaks) == ((), ()), length
        is_torn = len(before) < length < len(whole) - 1
        assert (at_end.torn, chain.torn) == (is_torn, is_torn)
        assert at_end.is_torn_at_end == (len(before) < length < len(whole))


def test_two_crashes_in_a_row_and_a_month_left_empty_are_no_breaks(tmp_path):
    say(tmp_path)
    with (tmp_path / "2026-01.jsonl").open("ab") as file:
        file.write(b'{"at"\n{"a')
    (tmp_path / "2026-02.jsonl").touch()
    say(tmp_path, at=datetime(2026, 3, 1, tzinfo=UTC))

    chain = check_chain(tmp_path)
    assert (chain.lines, chain.torn, chain.breaks) == (4, 2, ())


def test_a_torn_line_changed_after_it_was_fenced_is_named_at_the_next(tmp_path):
    say(tmp_path)
    path = tmp_path / "2026-01.jsonl"
    path.write_bytes(path.read_bytes() + b'{"at"')
    say(tmp_path)
    path.write_bytes(path.read_bytes().replace(b'\n{"at"\n', b'\n{"by"\n'))

    assert places(check_chain(tmp_path)) == [("2026-01.jsonl", 3)]


@pytest.mark.parametrize("make", ["symlink", "fifo", "folder", "huge"])
def test_a_file_that_cannot_be_read_is_one_break_and_the_others_are_checked(audit, make):
    lines = all_lines(audit)
    rewrite(audit, [*lines[:-1], (lines[-1][0], changed(lines[-1][1], prev="0" * 64))])
    path = audit / "2026-02.jsonl"
    path.unlink()
    if make == "symlink":
        path.symlink_to(audit / "2026-01.jsonl")
    elif make == "fifo":
        os.mkfifo(path)
    elif make == "folder":
        path.mkdir()
    else:
        with path.open("wb") as file:
            file.truncate(64 * 1024 * 1024 + 1)

    chain = check_chain(audit)

    assert (places(chain), chain.months) == ([("2026-02.jsonl", 0), ("2026-04.jsonl", 2)], 3)
    assert "cannot be read" in chain.breaks[0].problem
    with pytest.raises(ArchiveDamaged):
        has_line(audit, "0" * 64)


def test_what_a_chain_cannot_see_is_seen_by_the_head(audit):
    lines, head = all_lines(audit), check_chain(audit).head
    for rest in (lines[:-1], lines[:-2], [*lines[:-1], (lines[-1][0], changed(lines[-1][1], by="eve"))]):
        rewrite(audit, rest)
        assert (check_chain(audit).breaks, has_line(audit, head)) == ((), False)

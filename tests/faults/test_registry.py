"""Every subcommand is either a scene of the fault suite, or proven to change nothing but the log of commands."""

import json
import os

import pytest

from tests.factories import write_two_stores
from tests.faults.calls import Call, intercept
from tests.faults.children import in_child
from tests.faults.commands import READ_ONLY, SCENES, subcommands, with_key, with_token
from tests.faults.ground import work_below
from tests.faults.images import LOG, capture
from tests.faults.scene import AT, generate, grown, later, omen


@pytest.fixture
def installation(tmp_path):
    """Two stores with exports and two snapshots each, a key for tokens, and a token."""
    work_below(tmp_path)
    folder = tmp_path / "installation"
    folder.mkdir()
    write_two_stores(folder)
    grown(folder)
    with_key(folder)
    with_token(folder)
    return folder


@pytest.fixture
def logging(installation):
    """The installation when a command has already made its log."""
    assert omen(installation, later(2), "stores").status == 0
    return installation


def log_of(folder):
    """Return the one file of the log."""
    (path,) = (folder / LOG).iterdir()
    return path


def changes_of(folder, work, *, with_log=False):
    """Return the calls by which `work`, in a child, changed or flushed anything in the folder."""
    calls: list[str] = []

    def record(call: Call, go):
        if call.is_change or call.name in ("fsync", "fdatasync"):
            calls.append(call.below(folder))
        return go()

    def recorded():
        intercept(folder, record, with_log=with_log)
        return work(), calls

    return in_child(recorded)


def times(folder):
    return {str(path): path.stat().st_mtime_ns for path in (folder, *folder.rglob("*"))}


def test_every_subcommand_is_a_scene_or_read_only():
    assert subcommands() - {scene.command for scene in SCENES} - set(READ_ONLY) == set()


def test_the_registry_names_no_command_that_is_gone():
    assert {scene.command for scene in SCENES} | set(READ_ONLY) <= subcommands()


def test_no_two_scenes_have_one_name():
    assert len({scene.name for scene in SCENES}) == len(SCENES)


@pytest.mark.parametrize(("command", "argv"), [(name, argv) for name, of in READ_ONLY.items() for argv in of])
def test_a_reading_command_changes_nothing_but_appends_its_line_to_the_log(logging, command, argv):
    argv = [word() if callable(word) else word for word in argv]
    log = log_of(logging)
    before, then, logged = capture(logging), times(logging), log.read_bytes()

    answer, changes = changes_of(logging, lambda: omen(logging, later(3), *command.split(), *argv), with_log=True)

    assert answer.status == 0, answer.text
    assert changes == [f"open {log.relative_to(logging)}", f"write {log.relative_to(logging)}"]
    assert capture(logging) == before
    assert {name: at for name, at in times(logging).items() if name != str(log)} == {
        name: at for name, at in then.items() if name != str(log)
    }
    added = log.read_bytes().removeprefix(logged)
    assert (added.count(b"\n"), json.loads(added)["command"]) == (1, command)


@pytest.mark.parametrize(("command", "argv"), [(name, of[0]) for name, of in READ_ONLY.items()])
def test_a_reading_command_changes_nothing_at_all_where_nothing_was_ever_written(tmp_path, command, argv):
    work_below(tmp_path)
    write_two_stores(tmp_path)
    argv = [word() if callable(word) else word for word in argv]

    data = tmp_path / "data"
    answer, changes = changes_of(data, lambda: omen(tmp_path, later(3), *command.split(), *argv), with_log=True)

    assert answer.status not in (7, 12, 70), answer.text  # one that finds nothing may say so
    assert changes == []
    assert not data.exists()


def test_a_writing_command_is_seen_to_change(installation):
    answer, changes = changes_of(installation, lambda: generate(installation, AT))

    assert answer.status == 0
    assert {line.split()[0] for line in changes} >= {"open", "write", "fsync", "link", "rename", "unlink"}


def test_the_recorder_sees_every_change_that_the_interpreter_audits(installation):
    """What goes around the wrapped functions (open() itself, another library) would be in one list alone."""
    import sys

    seen: list[str] = []
    writing = os.O_WRONLY | os.O_RDWR | os.O_CREAT

    def audit(event, args):
        if (
            event == "open"
            and isinstance(args[2], int)
            and args[2] & writing
            and str(args[0]).startswith(f"{installation}/")
        ):
            seen.append("open")
        if event in ("os.mkdir", "os.remove", "os.rename", "os.link", "os.rmdir") and str(args[0]).startswith(
            str(installation)
        ):
            seen.append(event.removeprefix("os.").replace("remove", "unlink"))

    def work():
        sys.addaudithook(audit)
        generate(installation, AT)
        return sorted(seen)

    audited, changes = changes_of(installation, work)

    named = [line.split()[0] for line in changes]
    assert audited == sorted(name for name in named if name not in ("write", "fsync", "fchmod", "chmod"))

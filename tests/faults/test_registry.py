"""Every subcommand is either a scene of the fault suite, or proven to change nothing."""

import os

import pytest

from tests.factories import write_two_stores
from tests.faults.calls import Call, intercept
from tests.faults.children import in_child
from tests.faults.commands import READ_ONLY, SCENES, subcommands, with_key, with_token
from tests.faults.ground import work_below
from tests.faults.images import capture
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


def changes_of(folder, work):
    """Return the calls by which `work`, in a child, changed or flushed anything in the folder."""
    calls: list[str] = []

    def record(call: Call, go):
        if call.is_change or call.name in ("fsync", "fdatasync"):
            calls.append(call.below(folder))
        return go()

    def recorded():
        intercept(folder, record)
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
def test_a_reading_command_changes_nothing(installation, command, argv):
    argv = [word() if callable(word) else word for word in argv]
    before, then = capture(installation), times(installation)

    answer, changes = changes_of(installation, lambda: omen(installation, later(3), *command.split(), *argv))

    assert answer.status == 0, answer.text
    assert changes == []
    assert capture(installation) == before
    assert times(installation) == then


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

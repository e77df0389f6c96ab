"""The folder in place of a server: a message is a file in it, whole or not there."""

import os
import stat
import tempfile
from pathlib import Path

import pytest

from omen_cli.delivery.folder import FolderTransport, folder_problem
from tests.delivery.messages import RECIPIENT, SENDER, message

RAW = message()


def names(folder):
    """Return what is in the folder."""
    return [path.name for path in folder.iterdir()]


def keep(folder, raw=RAW, name="0123abcd", before_data=lambda: None):
    """Put a message into the folder."""
    return FolderTransport(folder).send(raw, SENDER, RECIPIENT, name, before_data)


def test_a_message_is_kept_as_it_is_and_is_private(tmp_path):
    folder = tmp_path / "a" / "outbox"
    verdict = keep(folder)

    path = folder / "0123abcd.eml"
    assert (verdict.outcome, verdict.phase, verdict.reply) == ("sent", "folder", f"kept as {path}")
    assert path.read_bytes() == RAW
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [stat.S_IMODE(made.stat().st_mode) for made in (folder, folder.parent)] == [0o700, 0o700]
    assert names(folder) == ["0123abcd.eml"]


def test_a_folder_that_is_there_keeps_its_mode(tmp_path):
    folder = tmp_path / "outbox"
    folder.mkdir(mode=0o750)
    keep(folder)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o750


def test_the_same_message_again_is_there_once(tmp_path):
    assert [keep(tmp_path).outcome for _ in range(2)] == ["sent", "sent"]
    assert names(tmp_path) == ["0123abcd.eml"]


@pytest.mark.parametrize("other", [b"", RAW[:-1], RAW + b"x", RAW.replace(b"well", b"ill!")])
def test_another_message_under_the_same_name_is_not_overwritten(tmp_path, other):
    (tmp_path / "0123abcd.eml").write_bytes(other)
    assert [keep(tmp_path).outcome for _ in range(2)] == ["sent", "sent"]
    assert sorted(names(tmp_path)) == ["0123abcd-2.eml", "0123abcd.eml"]
    assert (tmp_path / "0123abcd.eml").read_bytes() == other


@pytest.mark.parametrize(
    "plant", [lambda path: path.symlink_to("/etc/passwd"), lambda path: path.mkdir(), os.mkfifo], ids=["link", "dir", "fifo"]
)  # fmt: skip
def test_what_is_no_file_under_the_name_is_neither_followed_nor_waited_for(tmp_path, plant):
    plant(tmp_path / "0123abcd.eml")
    assert keep(tmp_path).outcome == "sent"
    assert (tmp_path / "0123abcd-2.eml").read_bytes() == RAW


def test_a_draft_that_a_dead_process_left_is_no_obstacle(tmp_path):
    (tmp_path / ".0123abcd.eml.tmp").write_bytes(b"half a mess")
    assert keep(tmp_path).outcome == "sent"
    assert (tmp_path / "0123abcd.eml").read_bytes() == RAW
    assert names(tmp_path) == ["0123abcd.eml"]


def test_a_draft_that_is_a_link_is_not_written_through(tmp_path):
    victim = tmp_path / "victim"
    victim.write_text("mine")
    folder = tmp_path / "outbox"
    folder.mkdir()
    (folder / ".0123abcd.eml.tmp").symlink_to(victim)
    keep(folder)
    assert victim.read_text() == "mine"


def test_before_data_comes_before_anything_is_written_and_what_it_raises_leaves_nothing(tmp_path):
    folder = tmp_path / "outbox"
    seen = []

    def fail():
        seen.append(folder.exists())
        raise KeyError("stop")

    with pytest.raises(KeyError, match="stop"):
        keep(folder, before_data=fail)
    assert seen == [False]
    assert not folder.exists()


@pytest.mark.parametrize("name", ["", "../x", "a/b", ".hidden", "..", "a\0b", "a\nb", "x" * 300])
def test_a_name_that_is_no_plain_file_name_is_a_bug(tmp_path, name):
    with pytest.raises(ValueError, match="no safe file name"):
        keep(tmp_path, name=name)
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_cannot_be_a_folder_is_said_and_the_message_waits(tmp_path):
    (tmp_path / "file").write_text("x")
    verdict = keep(tmp_path / "file" / "outbox")
    assert (verdict.outcome, verdict.is_retryable) == ("queued", False)
    assert "Not a directory" in verdict.reply
    assert "mail.url" in verdict.reply


def test_a_full_disk_leaves_neither_message_nor_draft(tmp_path):
    """A limit on the size of files stands in for a full disk: the write fails half way."""
    import resource
    import signal

    old, handler = resource.getrlimit(resource.RLIMIT_FSIZE), signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, old[1]))
    try:
        verdict = keep(tmp_path / "outbox")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, old)
        signal.signal(signal.SIGXFSZ, handler)
    assert verdict.outcome == "queued"
    assert "File too large" in verdict.reply
    assert names(tmp_path / "outbox") == []


def test_a_folder_that_omens_user_may_not_write_is_seen_without_writing():
    """Root may write everywhere, so that it is somebody else for a moment."""
    with tempfile.TemporaryDirectory() as outer:
        folder = Path(outer) / "outbox"
        folder.mkdir(mode=0o555)
        Path(outer).chmod(0o755)
        before, is_root = os.geteuid(), os.geteuid() == 0
        os.seteuid(65_534 if is_root else before)
        try:
            problems = [folder_problem(path) for path in (folder, folder / "a" / "b")]
        finally:
            os.seteuid(before)
        assert problems == [f"{folder} is not writable for omen's user"] * 2
        folder.chmod(0o755)
        assert folder_problem(folder / "a" / "b") == ""

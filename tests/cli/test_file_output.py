"""A file that the user named: whole or not at all, where the user may have one, and nothing beside it."""

import os
import resource
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest

from omen_cli.cli.file_output import write_file
from omen_cli.errors import InvalidArgument, OutputFailed
from tests.guards import REPO


@pytest.fixture
def data(tmp_path):
    folder = tmp_path / "data"
    (folder / "snapshots").mkdir(parents=True)
    return folder


@pytest.fixture
def out(tmp_path):
    folder = tmp_path / "out"
    folder.mkdir()
    return folder


@contextmanager
def umask(mask):
    before = os.umask(mask)
    try:
        yield
    finally:
        os.umask(before)


@contextmanager
def files_of_at_most(size):
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def permissions(path):
    return path.stat().st_mode & 0o7777


@pytest.mark.parametrize(("mask", "mode"), [(0o022, 0o644), (0o077, 0o600)])
def test_a_new_file_is_whole_and_has_the_mode_that_the_umask_leaves(out, data, mask, mode):
    with umask(mask):
        write_file(out / "page.html", b"new", data)

    assert (out / "page.html").read_bytes() == b"new"
    assert permissions(out / "page.html") == mode
    assert names(out) == ["page.html"]


@pytest.mark.parametrize("mode", [0o600, 0o664])
def test_a_file_that_is_there_is_replaced_and_keeps_its_mode(out, data, mode):
    path = out / "page.html"
    path.write_bytes(b"an older and longer text")
    path.chmod(mode)
    second_name = out / "second.html"
    second_name.hardlink_to(path)

    write_file(path, b"new", data)

    assert (path.read_bytes(), permissions(path)) == (b"new", mode)
    assert second_name.read_bytes() == b"an older and longer text"


def test_a_relative_path_is_from_the_processs_folder(out, data, monkeypatch):
    monkeypatch.chdir(out)
    write_file(Path("page.html"), b"new", data)
    assert (out / "page.html").read_bytes() == b"new"


def test_a_name_as_long_as_a_name_may_be(out, data):
    write_file(out / ("n" * 255), b"new", data)
    assert names(out) == ["n" * 255]


@pytest.mark.parametrize("is_there", [True, False])
def test_a_symlink_is_followed_and_stays(out, data, tmp_path, is_there):
    target = tmp_path / "target.html"
    if is_there:
        target.write_bytes(b"old")
    (out / "link.html").symlink_to(target)

    write_file(out / "link.html", b"new", data)

    assert (out / "link.html").is_symlink()
    assert target.read_bytes() == b"new"
    assert names(out) == ["link.html"]


def refused(path, data):
    with pytest.raises(InvalidArgument) as caught:
        write_file(path, b"new", data)
    assert caught.value.hint
    return caught.value.message


@pytest.mark.parametrize("name", ["page.html", "snapshots/page.html", "absent/page.html", "../data/page.html", "."])
def test_only_the_archive_writes_into_the_data_root(data, name):
    assert "where only the archive writes" in refused(data / name, data)
    assert [path.name for path in data.rglob("*")] == ["snapshots"]


def test_also_before_there_is_a_data_root(tmp_path):
    assert "where only the archive writes" in refused(tmp_path / "data" / "page.html", tmp_path / "data")
    assert names(tmp_path) == []


def test_no_symlink_leads_into_the_data_root(out, data, tmp_path):
    (data / "index.json").write_bytes(b"kept")
    (out / "to-folder").symlink_to(data)
    (out / "to-file").symlink_to(data / "index.json")
    (out / "to-nothing").symlink_to(data / "absent")
    (tmp_path / "other-name").symlink_to(data)

    for name in ("to-folder/page.html", "to-file", "to-nothing"):
        assert "where only the archive writes" in refused(out / name, data)
    assert "where only the archive writes" in refused(data / "page.html", tmp_path / "other-name")
    assert names(data) == ["index.json", "snapshots"]
    assert (data / "index.json").read_bytes() == b"kept"


def test_a_folder_whose_name_begins_like_the_data_roots_is_another(tmp_path, data):
    (tmp_path / "data-pages").mkdir()
    write_file(tmp_path / "data-pages" / "page.html", b"new", data)
    assert (tmp_path / "data-pages" / "page.html").read_bytes() == b"new"


def test_a_folder_is_no_file(out, data):
    assert refused(out, data) == f"{out}: is a folder"


def test_a_missing_folder_is_named(out, data):
    assert refused(out / "a" / "page.html", data) == f"{out}/a/page.html: there is no folder {out}/a"
    assert names(out) == []


def test_a_file_is_no_folder(out, data):
    (out / "file").write_bytes(b"kept")
    assert "there is no folder" in refused(out / "file" / "page.html", data)
    assert (out / "file").read_bytes() == b"kept"


def test_a_fifo_and_a_device_and_what_is_no_name_are_refused(out, data):
    os.mkfifo(out / "fifo")
    for path in (out / "fifo", Path("/dev/null"), Path("/dev/full")):
        assert refused(path, data) == f"{path}: not a regular file"
    for path in (Path("-"), out / "a\0b"):
        assert refused(path, data).endswith(": not the name of a file")
    assert names(out) == ["fifo"]


def failed(path, data, raw=b"new"):
    with pytest.raises(OutputFailed) as caught:
        write_file(path, raw, data)
    assert caught.value.hint
    return caught.value.message


def test_a_loop_of_symlinks_cannot_be_written(out, data):
    (out / "loop").symlink_to(out / "loop")
    assert failed(out / "loop", data).startswith(f"{out}/loop: cannot be written: Too many levels")


def test_a_name_that_is_too_long_cannot_be_written(out, data):
    assert "File name too long" in failed(out / ("n" * 256), data)
    assert names(out) == []


def test_where_the_file_does_not_fit_the_old_one_stands_and_nothing_beside_it(out, data):
    (out / "page.html").write_bytes(b"old")
    with files_of_at_most(4096):
        message = failed(out / "page.html", data, b"x" * 5000)
    assert message == f"{out}/page.html: cannot be written: File too large"
    assert (out / "page.html").read_bytes() == b"old"
    assert names(out) == ["page.html"]


@contextmanager
def as_nobody():
    """Root may write everywhere: be somebody else for a while."""
    is_root = os.geteuid() == 0
    if is_root:
        os.seteuid(65534)
    try:
        yield
    finally:
        if is_root:
            os.seteuid(0)


def test_a_folder_that_one_may_not_write_says_so(out, data):
    out.chmod(0o555)
    with as_nobody():
        message = failed(out / "page.html", data)
    out.chmod(0o755)
    assert message == f"{out}/page.html: cannot be written: Permission denied"
    assert names(out) == []


INTERRUPTED = """
import os, sys
from pathlib import Path
from omen_cli.cli.file_output import write_file

def at(event, args):
    if event == sys.argv[2] and (event != "open" or str(args[0]).endswith(".part")):
        raise KeyboardInterrupt

folder = Path(sys.argv[1])
sys.addaudithook(at)
try:
    write_file(folder / "page.html", b"new", folder / "data")
except KeyboardInterrupt:
    sys.exit(130)
"""


@pytest.mark.parametrize("event", ["open", "os.rename"])
def test_an_interrupt_leaves_the_old_file_and_nothing_beside_it(out, event):
    (out / "page.html").write_bytes(b"old")
    command = [sys.executable, "-c", INTERRUPTED, str(out), event]
    run = subprocess.run(command, env={**os.environ, "PYTHONPATH": str(REPO)}, timeout=60, check=False)
    assert run.returncode == 130
    assert (out / "page.html").read_bytes() == b"old"
    assert names(out) == ["page.html"]

"""A file that the user named: written whole or not at all, and never where the archive is kept."""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from time import monotonic_ns

from omen_cli.errors import InvalidArgument, OutputFailed

_NEW_MODE = 0o666  # the umask takes from it what it takes
_SECRET_MODE = 0o600
_PERMISSIONS = 0o777


def write_file(path: Path, raw: bytes, data: Path) -> None:
    """Write `raw` to what `path` names, through symlinks; what stands there before is replaced and keeps its mode.

    Args:
        path: absolute, or from this process's folder.
        raw: the whole file.
        data: the data root, into which only the archive writes.

    Raises:
        InvalidArgument: `path` is no place for a file; nothing was written.
        OutputFailed: the system refused; what stood at `path` still stands there.
    """
    target = _target(path, data)
    with _explained(path):
        _replace(target, raw, _mode_before(path, target))


def write_secret(path: Path, raw: bytes, data: Path) -> None:
    """Write `raw` to a new file that only its owner can read; whole or not at all, and never over another.

    Args:
        path: absolute, or from this process's folder.
        raw: the whole file.
        data: the data root, into which only the archive writes.

    Raises:
        InvalidArgument: `path` is no place for a new file; nothing was written.
        OutputFailed: the system refused; there is no such file.
    """
    target = _target(path, data)
    if _mode_before(path, target) is not None or os.path.lexists(path):
        raise _taken(path)
    beside = target.with_name(f".omen-{os.getpid()}-{monotonic_ns()}.part")
    with _explained(path):
        try:
            _write_new(beside, raw, _SECRET_MODE)
            _give_name(beside, target, path)
            _fsync_folder(target.parent)
        finally:
            with suppress(FileNotFoundError):
                beside.unlink()


def _give_name(beside: Path, target: Path, path: Path) -> None:
    """Give a file its name unless another has it: of several who come at once one succeeds."""
    try:
        os.link(beside, target, follow_symlinks=False)
    except FileExistsError:
        raise _taken(path) from None
    beside.unlink()


def _taken(path: Path) -> InvalidArgument:
    return InvalidArgument(f"{path}: is there already", hint="name another file, or move that one away")


def _write_new(path: Path, raw: bytes, mode: int) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode)
    with os.fdopen(descriptor, "wb") as file:
        file.write(raw)
        file.flush()
        os.fsync(descriptor)


def _fsync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _target(path: Path, data: Path) -> Path:
    """Return where the file really is to stand."""
    if path.name == "-" or "\0" in str(path):
        raise InvalidArgument(f"{path}: not the name of a file", hint="name the file that is to be written")
    target, archives = (Path(os.path.realpath(one)) for one in (path, data))
    if target.is_relative_to(archives):
        raise InvalidArgument(f"{path}: stands in {data}, where only the archive writes", hint="name a file elsewhere")
    return target


def _mode_before(path: Path, target: Path) -> int | None:
    """Return the permissions of the file that is there; None when there is none yet."""
    try:
        found = path.stat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        if not target.parent.is_dir():
            raise InvalidArgument(f"{path}: there is no folder {target.parent}", hint="make the folder first") from None
        return None
    if stat.S_ISDIR(found):
        raise InvalidArgument(f"{path}: is a folder", hint="name a file in it")
    if not stat.S_ISREG(found):
        raise InvalidArgument(f"{path}: not a regular file", hint="name a file, or a new one")
    return found & _PERMISSIONS


def _replace(target: Path, raw: bytes, mode: int | None) -> None:
    """Write a new file beside the target, flush it to the disk and give it the target's name."""
    beside = target.with_name(f".omen-{os.getpid()}-{monotonic_ns()}.part")
    try:
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, _NEW_MODE)
        with os.fdopen(descriptor, "wb") as file:
            if mode not in (None, os.fstat(descriptor).st_mode & _PERMISSIONS):
                os.fchmod(descriptor, mode or 0)
            file.write(raw)
            file.flush()
            os.fsync(descriptor)
        beside.replace(target)
    except BaseException:
        with suppress(OSError):
            beside.unlink()
        raise


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        hint = "name a file that you may write, on a disk with room"
        raise OutputFailed(f"{path}: cannot be written: {error.strerror}", hint=hint) from error

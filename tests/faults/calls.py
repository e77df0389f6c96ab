"""Every file-system call of this process that touches one folder goes through a handler: to be recorded, or to fail.

The functions of `os` (and `fcntl.flock`) are replaced in a forked child; pathlib, filelock and omen look them up there
when they call. `open()` of the standard library does not, and nothing that writes below `data` uses it.
"""

import errno
import fcntl
import os
import stat
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.faults.images import LOG

BY_PATH = ("open", "stat", "lstat", "mkdir", "rmdir", "unlink", "remove", "scandir", "listdir", "statvfs", "chmod", "truncate", "utime", "mknod")  # fmt: skip
BY_TWO_PATHS = ("link", "rename", "replace", "symlink")
BY_DESCRIPTOR = ("read", "write", "pwrite", "writev", "fsync", "fdatasync", "close", "fstat", "ftruncate", "fchmod")
CHANGES = frozenset((*BY_TWO_PATHS, "mkdir", "rmdir", "unlink", "remove", "chmod", "truncate", "utime", "mknod", "write", "pwrite", "writev", "ftruncate", "fchmod"))  # fmt: skip
UNMODELLED = frozenset(("symlink", "truncate", "ftruncate", "mknod", "pwrite", "writev"))  # nobody calls them, today
_LOG = f"/{LOG}/"
_WRITE_FLAGS = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
REAL = {name: getattr(os, name) for name in (*BY_PATH, *BY_TWO_PATHS, *BY_DESCRIPTOR)}
_readlink, _fspath = os.readlink, os.fspath


@dataclass(frozen=True)
class Call:
    """One call: `path` and, of a link or a rename, `target` are absolute; `raw` are the bytes of a write."""

    name: str
    path: str
    target: str = ""
    raw: bytes = b""
    flags: int = 0

    @property
    def is_change(self) -> bool:
        """Tell whether the call may change the folder; opening for writing counts, making durable does not."""
        return self.name in CHANGES or (self.name == "open" and bool(self.flags & _WRITE_FLAGS))

    def below(self, folder: Path) -> str:
        """Return the call for a message, its path shortened to what is below `folder`."""
        return f"{self.name} {self.path.removeprefix(str(folder)).lstrip('/') or '.'}"


Handler = Callable[[Call, Callable[..., Any]], Any]


def intercept(folder: Path, handler: Handler, *, with_log: bool = False) -> None:
    """Hand every call of this process at or below `folder` to `handler(call, go)`, from now on.

    `go()` makes the real call and answers what it answers; `go(raw)` writes other bytes than were asked for. Calls for
    the log of commands are handed over only `with_log`: test_log.py breaks each of them, no other fault has to.
    """
    root = str(folder)
    if not with_log:
        handler = _passing_log(handler)
    for name in REAL:
        setattr(os, name, _wrapped(name, root, handler))
    flock = fcntl.flock

    def wrapped_flock(descriptor: int, operation: int) -> Any:
        path = _path_of(descriptor)
        if not _is_below(path, root):
            return flock(descriptor, operation)
        return handler(Call("flock", path), lambda: flock(descriptor, operation))

    fcntl.flock = wrapped_flock


def _passing_log(handler: Handler) -> Handler:
    def passing(call: Call, go: Callable[..., Any]) -> Any:
        return go() if is_of_log(call.path) else handler(call, go)

    return passing


def is_of_log(path: str) -> bool:
    """Tell whether `path` is the log of commands of an installation, or in it."""
    return f"{path}/".partition(_LOG)[1] == _LOG


def mute_fsync() -> None:
    """Let this process flush nothing: who only dies, and loses no power, cannot tell; it is faster."""
    os.fsync = os.fdatasync = lambda descriptor: None


def _wrapped(name: str, root: str, handler: Handler) -> Callable[..., Any]:
    real = REAL[name]

    def wrapped(*args: Any, **kwargs: Any) -> Any:
        place = args[0] if args else kwargs.get("path", ".")
        path = _path_of(place, kwargs.get("dir_fd", kwargs.get("src_dir_fd")))
        target = _path_of(args[1], kwargs.get("dst_dir_fd")) if name in BY_TWO_PATHS else ""
        if not (_is_below(path, root) or (target and _is_below(target, root))):
            return real(*args, **kwargs)
        raw = bytes(args[1]) if name in ("write", "pwrite") else b""
        flags = args[1] if name == "open" and len(args) > 1 else kwargs.get("flags", 0)

        def go(other: bytes | None = None) -> Any:
            return real(args[0], other, *args[2:], **kwargs) if other is not None else real(*args, **kwargs)

        return handler(Call(name, path, target, raw, flags), go)

    return wrapped


def _path_of(place: Any, dir_fd: int | None = None) -> str:
    if isinstance(place, int):
        try:
            return _readlink(f"/proc/self/fd/{place}")
        except OSError:
            return ""
    text = os.fsdecode(_fspath(place))
    if not text.startswith("/"):
        base = os.getcwd() if dir_fd is None else _path_of(dir_fd)  # noqa: PTH109
        text = f"{base}/{text}"
    return os.path.normpath(text)


def _is_below(path: str, root: str) -> bool:
    return path == root or path.startswith(f"{root}/")


def refuse(code: int, path: str) -> OSError:
    """Return the error of a call that fails so."""
    return OSError(code, os.strerror(code), path)


def is_there(path: str) -> bool:
    """Tell whether anything stands at `path`, seen past every handler."""
    try:
        REAL["lstat"](path)
    except OSError as error:
        if error.errno in (errno.ENOENT, errno.ENOTDIR):
            return False
        raise
    return True


def is_folder(path: str) -> bool:
    """Tell whether `path` is a folder, seen past every handler."""
    return is_there(path) and stat.S_ISDIR(REAL["lstat"](path).st_mode)

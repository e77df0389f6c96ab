"""What no test may do, nor the code under it: reach past this machine, or write outside its temporary folders.

An audit hook refuses both in this process; child processes are not watched. Paths are compared as they are written,
symbolic links not followed. The third guard, the clock, is a rule on the source: tests/architecture/test_purity.py.
"""

import os
import socket
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from ipaddress import ip_address
from pathlib import Path
from typing import Any

REPO = Path(__file__).resolve().parent.parent

_WRITE_FLAGS = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_CACHES = ("/__pycache__/", "/.hypothesis/", "/.pytest_cache/")
_DEVICES = frozenset(("/dev/null", "/dev/full", "/dev/zero", "/dev/tty"))
# event: for each path that it changes, where the path and its dir_fd stand in the event's arguments
_CHANGES: dict[str, tuple[tuple[int, int | None], ...]] = {
    "os.mkdir": ((0, 2),),
    "os.rmdir": ((0, 1),),
    "os.remove": ((0, 1),),
    "os.rename": ((0, 2), (1, 3)),
    "os.link": ((1, 3),),
    "os.symlink": ((1, 2),),
    "os.truncate": ((0, None),),
    "os.chmod": ((0, 2),),
    "os.chown": ((0, 3),),
    "os.utime": ((0, 3),),
    "os.setxattr": ((0, None),),
    "os.removexattr": ((0, None),),
}
_getcwd, _readlink = os.getcwd, os.readlink  # tests that inject faults replace those in os


class GuardTripped(AssertionError):
    """A test, or the code under it, reached outside. Recorded too, so that no `except` hides it."""


class Guards:
    """The guards of one process: off until `watch`, and the list of what tripped them since it was last taken."""

    def __init__(self) -> None:
        self._is_watching = False
        self._is_installed = False
        self._writable: tuple[str, ...] = ()
        self._tripped: list[str] = []

    @contextmanager
    def watch(self, writable: Sequence[Path]) -> Iterator[None]:
        """Refuse, while the block runs, every write that is not below `writable` or the system's temp folder."""
        if not self._is_installed:
            sys.addaudithook(self._audit)
            self._is_installed = True
        self._writable = tuple(f"{folder}/" for folder in writable)
        self._is_watching = True
        try:
            yield
        finally:
            self._is_watching = False

    def take(self) -> list[str]:
        """Return what tripped a guard since the last call, and forget it."""
        tripped, self._tripped = self._tripped, []
        return tripped

    def _audit(self, event: str, args: tuple[Any, ...]) -> None:
        check = _CHECKS.get(event)
        if check is None or not self._is_watching:
            return
        problem = check(event, args, self._writable)
        if problem:
            self._tripped.append(problem)
            raise GuardTripped(problem)


def may_write(path: str, writable: Sequence[str]) -> bool:
    """Tell whether tests may write the absolute `path`; each of `writable` ends with a slash.

    The checkout is closed even where it lies in the system's temp folder.
    """
    slashed = f"{path}/"
    if path in _DEVICES or slashed.startswith(tuple(writable)) or any(cache in slashed for cache in _CACHES):
        return True
    return not slashed.startswith(f"{REPO}/") and slashed.startswith(_SYSTEM_TEMP)


def is_local(family: int, address: object) -> bool:
    """Tell whether a socket address stays on this machine: a path, or a loopback host."""
    return family == socket.AF_UNIX or (isinstance(address, tuple) and is_loopback(address[0]))


def is_loopback(host: object) -> bool:
    """Tell whether `host` is localhost or a loopback address; no host at all counts as one."""
    name = host.decode() if isinstance(host, bytes) else host
    if name in (None, "", "localhost"):
        return True
    try:
        return ip_address(str(name).partition("%")[0]).is_loopback
    except ValueError:
        return False


def skip_problem(reason: str, *, require_all: bool) -> str | None:
    """Return why a skipped test is to fail; None when it may be skipped."""
    text = reason.removeprefix("Skipped: ").strip()
    if text in ("", "Skipped", "unconditional skip"):
        return "skipped without a reason: say what the machine lacks"
    return f"skipped where nothing may be (OMEN_TEST_REQUIRE_ALL=1): {text}" if require_all else None


_SYSTEM_TEMP = tuple({f"{tempfile.gettempdir()}/", f"{Path(tempfile.gettempdir()).resolve()}/"})


def _check_open(event: str, args: tuple[Any, ...], writable: Sequence[str]) -> str | None:
    path, _, flags = args
    if not isinstance(flags, int) or not flags & _WRITE_FLAGS or isinstance(path, int):
        return None
    return _problem(event, _absolute(path, -1), writable)


def _check_change(event: str, args: tuple[Any, ...], writable: Sequence[str]) -> str | None:
    for path_at, dir_fd_at in _CHANGES[event]:
        if isinstance(args[path_at], int):
            continue
        problem = _problem(event, _absolute(args[path_at], -1 if dir_fd_at is None else args[dir_fd_at]), writable)
        if problem:
            return problem
    return None


def _problem(event: str, path: str, writable: Sequence[str]) -> str | None:
    return None if may_write(path, writable) else f"{event}: {path} is outside the test's temporary folders"


def _absolute(path: Any, dir_fd: int) -> str:
    text = os.fsdecode(path)
    if not text.startswith("/"):
        text = f"{_readlink(f'/proc/self/fd/{dir_fd}') if dir_fd >= 0 else _getcwd()}/{text}"
    return os.path.normpath(text)


def _check_socket(event: str, args: tuple[Any, ...], writable: Sequence[str]) -> str | None:
    used, address = args[0], args[1]
    if address is None or is_local(used.family, address):
        return None
    return f"{event}: {address} is not this machine"


def _check_lookup(event: str, args: tuple[Any, ...], writable: Sequence[str]) -> str | None:
    return None if is_loopback(args[0]) else f"{event}: {args[0]} is not this machine"


_CHECKS: dict[str, Callable[[str, tuple[Any, ...], Sequence[str]], str | None]] = {
    "open": _check_open,
    **dict.fromkeys(_CHANGES, _check_change),
    **dict.fromkeys(("socket.connect", "socket.bind", "socket.sendto", "socket.sendmsg"), _check_socket),
    "socket.getaddrinfo": _check_lookup,
}

GUARDS = Guards()

"""Small file systems made for a test: mounted by root, or in a namespace of its own, and gone when it ends."""

import ctypes
import os
import pickle
import subprocess
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

T = TypeVar("T")
_NEW_MOUNTS, _NEW_USER = 0x00020000, 0x10000000


@contextmanager
def mounted(folder: Path, *words: str) -> Iterator[Path]:
    """Mount what `words` say (`-t tmpfs -o size=1m tmpfs`) on `folder` while the block runs."""
    folder.mkdir(parents=True, exist_ok=True)
    subprocess.run(["mount", *words, str(folder)], check=True, capture_output=True, text=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=False, capture_output=True)


@contextmanager
def tmpfs(folder: Path, options: str) -> Iterator[Path]:
    """Mount a tmpfs, private as an archive must be."""
    with mounted(folder, "-t", "tmpfs", "-o", f"mode=700,{options}", "tmpfs") as here:
        yield here


def in_own_mounts(work: Callable[..., T], *args: object) -> T:
    """Run `work` in a forked process whose mounts nobody else sees; the kernel takes them down when it ends.

    Raises:
        OSError: this machine lets nobody do that; see `mount_problem`.
        RuntimeError: `work` raised; the trace is in its message.
    """
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        _answer(writer, work, *args)
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        raw = pipe.read()
    os.waitpid(child, 0)
    is_done, found = pickle.loads(raw) if raw else (False, RuntimeError("it was killed"))
    if not is_done:
        raise found
    return found


@cache
def mount_problem() -> str:
    """Return why no file system can be mounted here; nothing when one can."""
    try:
        with TemporaryDirectory() as folder:
            in_own_mounts(_try_mounting, Path(folder) / "disk")
    except (OSError, RuntimeError, subprocess.SubprocessError) as error:
        return f"needs the right to mount: root, or user namespaces ({str(error).splitlines()[-1][:80]})"
    return ""


def _try_mounting(folder: Path) -> None:
    with tmpfs(folder, "size=64k"):
        pass


def _answer(writer: int, work: Callable[..., object], *args: object) -> None:
    try:
        _leave()
        answer = (True, work(*args))
    except OSError as error:
        answer = (False, OSError(error.errno, error.strerror or str(error)))
    except BaseException:  # noqa: BLE001 (the process must end here, whatever it was)
        answer = (False, RuntimeError(traceback.format_exc()))
    with suppress(BrokenPipeError), os.fdopen(writer, "wb") as pipe:
        pickle.dump(answer, pipe)
    sys.stdout.flush()
    os._exit(0)


def _leave() -> None:
    """Leave the mounts of this machine; who is not root becomes root in a namespace of their own."""
    user, group = os.getuid(), os.getgid()
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(_NEW_MOUNTS | (_NEW_USER if user else 0)):
        raise OSError(ctypes.get_errno(), f"unshare: {os.strerror(ctypes.get_errno())}")
    if user:
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"0 {user} 1")
        Path("/proc/self/gid_map").write_text(f"0 {group} 1")
    subprocess.run(["mount", "--make-rprivate", "/"], check=True, capture_output=True)

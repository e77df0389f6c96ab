"""A folder in place of a server: every message is one `.eml` file in it, whole or not there."""

import os
import re
from contextlib import suppress
from errno import ELOOP, ENXIO
from itertools import count
from pathlib import Path
from stat import S_ISREG

from omen_cli.delivery.verdict import KEPT, BeforeData, Verdict
from omen_cli.delivery.words import cut, trouble

_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.@+-]{0,199}")
_SAFELY = os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


class FolderTransport:
    """Puts messages into a folder; the same message under the same name twice is there once."""

    leaves_machine = False

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def send(  # the message itself says from whom and to whom
        self,
        message: bytes,
        sender: str,  # noqa: ARG002
        recipient: str,  # noqa: ARG002
        name: str,
        before_data: BeforeData,
    ) -> Verdict:
        """Keep the message as `<name>.eml`, as Transport says."""
        if _NAME.fullmatch(name) is None:
            raise ValueError(f"{name!r} is no safe file name")
        before_data()
        path = self._folder / f"{name}.eml"
        try:
            make_folder(self._folder)
            path, found = _place(path, message)
            if found is None:
                _write_whole(path, message)
            else:
                _fsync(path, os.O_RDONLY)
            _fsync(self._folder, os.O_DIRECTORY)
        except OSError as error:
            advice = "make room, or make the folder of mail.url one that omen can write"
            return Verdict("queued", "body", cut(f"{path}: {trouble(error)}", advice))
        return Verdict("sent", KEPT, cut(f"kept as {path}"))


def make_folder(folder: Path) -> None:
    """Make the folder and those above it, mode 0700, each name durable before the next.

    Raises:
        OSError: one cannot be made.
    """
    if folder.is_dir():
        return
    if folder.parent != folder:
        make_folder(folder.parent)
    with suppress(FileExistsError):
        folder.mkdir(mode=0o700)
    _fsync(folder.parent, os.O_DIRECTORY)


def folder_problem(folder: Path) -> str:
    """Return why no message could be put there, as far as that can be told without writing; "" when all is well."""
    there = next(path for path in (folder, *folder.parents) if os.path.lexists(path))
    if not there.is_dir():
        return f"{there} is no folder"
    if not os.access(there, os.W_OK | os.X_OK, effective_ids=True):
        return f"{there} is not writable for omen's user"
    return ""


def _place(path: Path, message: bytes) -> tuple[Path, bytes | None]:
    """Return where the message stands already, or the first free name: another one, made anew, may have its name."""
    names = (path if turn == 1 else path.with_name(f"{path.stem}-{turn}{path.suffix}") for turn in count(1))
    found = ((one, _read(one, len(message) + 1)) for one in names)
    return next((one, raw) for one, raw in found if raw in (None, message))


def _read(path: Path, most: int) -> bytes | None:
    """Return at most `most` bytes of a regular file, b"" for what is none; None when nothing is there.

    Raises:
        OSError: it cannot be read.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | _SAFELY)
    except FileNotFoundError:
        return None
    except OSError as error:
        if error.errno in (ELOOP, ENXIO):
            return b""
        raise
    try:
        if not S_ISREG(os.fstat(descriptor).st_mode):
            return b""
        raw = b""
        while len(raw) < most and (more := os.read(descriptor, most - len(raw))):
            raw += more
        return raw
    finally:
        os.close(descriptor)


def _write_whole(path: Path, message: bytes) -> None:
    """Write beside the path, make it durable, and only then give it its name."""
    draft = path.with_name(f".{path.name}.tmp")
    try:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | _SAFELY, 0o600)
        try:
            rest = memoryview(message)
            while rest:
                rest = rest[os.write(descriptor, rest) :]
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        draft.rename(path)
    except BaseException:
        with suppress(OSError):
            draft.unlink()
        raise


def _fsync(path: Path, flags: int) -> None:
    descriptor = os.open(path, flags | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

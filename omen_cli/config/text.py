"""The text of a configuration file, read with care: it may be a FIFO, a disk image or another program's output."""

import os
from pathlib import Path
from stat import S_ISREG

from omen_cli.errors import ConfigInvalid
from omen_cli.model.safe_text import safe_text

MAX_BYTES = 64 * 1024


def read_text(path: Path) -> str:
    """Return the text of a regular file of at most 64 KiB of UTF-8, without a leading byte order mark.

    Raises:
        ConfigInvalid: it cannot be read, or is something else.
    """
    name = safe_text(str(path))
    try:
        raw = _read_bounded(path)
    except OSError as error:
        reason = error.strerror or "cannot be read"
        raise ConfigInvalid(f"{name}: {reason}", hint="check the path and its permissions", file=str(path)) from error
    if raw is None:
        raise ConfigInvalid(f"{name}: not a regular file", hint="name the stores.yaml itself", file=str(path))
    if len(raw) > MAX_BYTES:
        raise ConfigInvalid(f"{name}: larger than 64 KiB", hint="is this a stores.yaml?", file=str(path))
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        message = f"{safe_text(path.name)}:{line}: not UTF-8 text"
    raise ConfigInvalid(message, hint=f"save {name} as UTF-8", file=str(path))  # no cause: it would hold the bytes


def _read_bounded(path: Path) -> bytes | None:
    """Return at most one byte more than allowed; None when it is no regular file. Does not wait for a FIFO."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        if not S_ISREG(os.fstat(descriptor).st_mode):
            return None
        with os.fdopen(descriptor, "rb", closefd=False) as file:
            return file.read(MAX_BYTES + 1)
    finally:
        os.close(descriptor)

"""What can be wrong on disk: damage that the archive mends itself, and system errors worded for an operator."""

from errno import EACCES, EDQUOT, EIO, EISDIR, ELOOP, EMFILE, ENFILE, ENOSPC, ENOTDIR, EPERM, EROFS
from pathlib import Path

from pydantic import ValidationError

from omen_cli.errors import ArchiveDamaged, InsufficientStorage, OmenError

LOST = "run omen verify --deep; then restore it from a backup, or generate the next version with --force --reason TEXT"
MAX_BYTES = 64 * 1024 * 1024
TOO_LARGE = f"over {MAX_BYTES // 1024 // 1024} MiB"
LINKED = "has a second name elsewhere (a hard link)"
_MAX_REASON = 200
_HINTS = {
    EACCES: "give this user the right to it (chown, chmod), then run the command again",
    EPERM: "give this user the right to it, on a file system with hard links, then run the command again",
    EROFS: "mount the file system writable, then run the command again",
    EIO: "the disk reports errors: check it, and have a backup at hand, before anything else",
    EISDIR: "a folder stands where omen keeps a file: move it away",
    ELOOP: "a symlink stands where omen keeps its own: move it away",
    ENOTDIR: "a file stands where omen keeps a folder: move it away",
    EMFILE: "raise the limit of open files (ulimit -n), then run the command again",
    ENFILE: "the system has too many open files: close some, then run the command again",
}


class FileDamaged(ArchiveDamaged):
    """What stands at `path` is not what omen writes there; `reason` says why. Readers and writers know how to go on."""

    code = "file_damaged"

    def __init__(self, path: Path, reason: str, hint: str = "restore it from a backup, or move it away") -> None:
        reason = reason[:_MAX_REASON]  # it may quote what the file says
        super().__init__(f"{path}: {reason}", hint=hint)
        self.reason = reason


def reason_of(error: ValueError) -> str:
    """Return the message of `error` on one line, short enough for the audit; of a model its first fault."""
    if isinstance(error, ValidationError):
        fault = error.errors(include_url=False, include_input=False)[0]
        return f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}"[:_MAX_REASON]
    return " ".join(str(error).split())[:_MAX_REASON]


class explained:  # noqa: N801  it is used as a verb, `with explained(…)`, at every system call, so it has to be cheap
    """Turn an OSError inside into InsufficientStorage or ArchiveDamaged; `action` completes "cannot … it"."""

    __slots__ = ("_action", "_path")

    def __init__(self, action: str, path: Path) -> None:
        self._action, self._path = action, path

    def __enter__(self) -> None:
        """Nothing is begun."""

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        """Let what is no OSError pass.

        Raises:
            InsufficientStorage, ArchiveDamaged: it was one.
        """
        if isinstance(error, OSError):
            raise _as_omen_error(self._action, self._path, error) from error


def _as_omen_error(action: str, path: Path, error: OSError) -> OmenError:
    reason = error.strerror or str(error)
    if error.errno in (ENOSPC, EDQUOT):
        return InsufficientStorage(
            f"{path}: no room to {action} it ({reason})",
            hint="free some space, then run the command again: it finishes or undoes what was begun",
        )
    hint = _HINTS.get(error.errno or 0, "mend the cause, then run the command again")
    return ArchiveDamaged(f"{path}: cannot {action} it ({reason})", hint=hint)

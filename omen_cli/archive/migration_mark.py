"""The mark of a migration that was begun and is not finished: while it stands nothing else writes below `data`."""

import shlex
from dataclasses import dataclass
from datetime import datetime

from omen_cli.archive.failures import FileDamaged
from omen_cli.archive.files import lstat, read_file
from omen_cli.archive.layout import Layout
from omen_cli.model.canonical import dump_canonical, load_strict

_WHAT = (
    "omen migrate brings an old archive over, and has not finished. Until it has, no other command writes here. "
    "Do not remove this file: run the command again, it goes on where it was, and takes the file away at its end."
)


@dataclass(frozen=True)
class MigrationMark:
    """The folder of the old archive that is brought over, "" where it is not told, and the command that goes on."""

    source: str
    command: str

    def document(self, *, at: datetime, by: str) -> bytes:
        """Return what the file says."""
        about = {"at": at, "by": by, "from": self.source, "goOn": self.command, "what": _WHAT}
        return dump_canonical(about) + b"\n"


UNREADABLE = MigrationMark("", "omen migrate --from DIR")


def mark_of(source: str, default_store: str | None) -> MigrationMark:
    """Return the mark of a migration of this folder, an absolute path as text."""
    options = ["--default-store", default_store] if default_store else []
    return MigrationMark(source, shlex.join(["omen", "migrate", "--from", source, *options]))


def read_mark(layout: Layout) -> MigrationMark | None:
    """Return the mark that stands; None where none does, and `UNREADABLE` where it says nothing that can be believed.

    Raises:
        ArchiveDamaged: `data` cannot be looked into.
    """
    if lstat(layout.migration_mark) is None:
        return None
    try:
        said = load_strict(read_file(layout.migration_mark) or b"")
    except (FileDamaged, ValueError, RecursionError):
        return UNREADABLE
    source, command = (said.get(name) if isinstance(said, dict) else None for name in ("from", "goOn"))
    is_told = all(isinstance(one, str) and one.isprintable() for one in (source, command))
    return MigrationMark(str(source), str(command)) if is_told else UNREADABLE

"""Files in an archive's folder that are named by an id, and yet are the old system's: told by what they hold."""

from pathlib import Path

from omen_cli.archive.failures import FileDamaged
from omen_cli.archive.files import read_file
from omen_cli.model.old_content import fields_of, load_old, snapshot_in

_OURS = ("format", "event")  # of a document of omen, and of a line of its audit


def is_of_old_system(path: Path) -> bool:
    """Tell whether the old system wrote a file: nobody adopts it, and only a clean-up moves it.

    Ask it only of a file that the archive does not know: one that it knows is a snapshot, be it damaged.
    """
    try:
        fields = fields_of(load_old(read_file(path) or b""))
    except (FileDamaged, ValueError, RecursionError):
        return False
    return not any(name in fields for name in _OURS) and snapshot_in(fields)[0] is not None

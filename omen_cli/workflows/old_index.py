"""The index of the old tree: read once, so that what is compared at the end is what was understood at the start."""

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from omen_cli.errors import ArchiveDamaged
from omen_cli.legacy.damaged import INDEX_NAME, DamagedEntry
from omen_cli.legacy.entries import OldEntry, read_entries
from omen_cli.legacy.tree import MAX_READ, kind_at, read_old
from omen_cli.model.counted import counted


@dataclass(frozen=True)
class OldIndex:
    """The entries in their order; `sha256` of the bytes that they were read from, None without an index.

    `note` says what is to be known of it.
    """

    sha256: str | None
    entries: tuple[OldEntry | DamagedEntry, ...]
    note: str


def read_index(root: Path) -> OldIndex:
    """Return the index of an old tree.

    Raises:
        ArchiveDamaged: it cannot be read, is too large, or is no regular file: without it every mark would be lost.
    """
    path = root / INDEX_NAME
    kind = kind_at(path)
    if kind == "none":
        return OldIndex(None, (), f"there is no {INDEX_NAME}: files are told by what they say themselves")
    raw = read_old(path) if kind == "file" else None
    if raw is None:
        raise _unreadable(path, is_file=kind == "file")
    entries = read_entries(raw)
    return OldIndex(sha256(raw).hexdigest(), entries, _note(entries))


def _note(entries: tuple[OldEntry | DamagedEntry, ...]) -> str:
    """Return what is to be known of an index that can be read; "" when nothing is wrong with it."""
    if not entries:
        return f"{INDEX_NAME} holds no entry"
    wrong = [one for one in entries if isinstance(one, DamagedEntry)]
    if not wrong:
        return ""
    unreadable = sum(one.is_unreadable for one in wrong)
    if unreadable:
        parts = f"{counted(unreadable, 'part')} of it cannot be understood, and how many entries that was is not known"
        more = f"; {counted(len(wrong) - unreadable, 'other entry', 'other entries')} cannot be used"
        return f"{INDEX_NAME} is damaged: {parts}{more if len(wrong) > unreadable else ''}"
    return f"{INDEX_NAME} is damaged: {len(wrong)} of its entries cannot be used"


def _unreadable(path: Path, *, is_file: bool) -> ArchiveDamaged:
    if is_file:
        size = f"{MAX_READ // 1024 // 1024} MiB"
        return ArchiveDamaged(
            f"{path}: is over {size}, which no index of the old system is", hint="look what it is; nothing was written"
        )
    what = "a symlink" if path.is_symlink() else "no regular file"
    return ArchiveDamaged(
        f"{path}: is {what}, and the index of the old system is a file",
        hint="put the index itself in its place; where the old system left none, take that away; nothing was written",
    )

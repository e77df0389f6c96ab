"""Whose an old entry or file is: its own word first, then the folder that it lies in, then the default of the call."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from omen_cli.errors import InvalidArgument
from omen_cli.legacy.damaged import DamagedEntry
from omen_cli.legacy.entries import OldEntry
from omen_cli.legacy.file_claims import Claims
from omen_cli.legacy.files import OldFile
from omen_cli.legacy.names import require_stores
from omen_cli.model.ids import TIMEFRAMES, is_store_id

_MOST_NAMED = 5


@dataclass(frozen=True)
class Owners:
    """Who owns what: the stores that are known, by stores.yaml and by what old entries and files say themselves."""

    default_store: str | None
    known: frozenset[str]

    def of_entries(self, entries: Iterable[OldEntry], files: Iterable[OldFile]) -> dict[str, str]:
        """Return the store of each entry by its id: what it names, else what its own file says, else the default.

        Raises:
            InvalidArgument: nothing tells, and there is no default.
        """
        claims = Claims(files)
        stores = {one.id: one.store or self._of_files(claims.of(one)) or self.default_store for one in entries}
        require_stores([one for one, store in stores.items() if store is None], "entries")
        return {one: store for one, store in stores.items() if store}

    def _of_files(self, files: Sequence[OldFile]) -> str | None:
        """Return the one store that files of an entry name; else the one whose folder they lie in; else None."""
        for told in ({one.store for one in files if one.store}, {self.folder_of(one) for one in files} - {None}):
            if told:
                return told.pop() if len(told) == 1 else None
        return None

    def of_file(self, file: OldFile) -> str | None:
        """Return the store of a file; None when nothing tells."""
        return file.store or self.folder_of(file) or self.default_store

    def folder_of(self, file: OldFile) -> str | None:
        """Return the store whose folder a file lies in; None where no folder above it has a store's name."""
        parts = PurePosixPath(file.path).parts[:-1]
        return next((part for part in reversed(parts) if part in self.known), None)

    def require_told(
        self, files: Iterable[OldFile], by_id: Mapping[str, Sequence[OldFile]], own: frozenset[str]
    ) -> None:
        """Refuse files that name no store in a folder that may be one's: the default may be somebody else.

        Args:
            files: all that are snapshots.
            by_id: those that belong to an entry, by its id.
            own: the ids of the entries that name their store themselves.

        Raises:
            InvalidArgument: names them.
        """
        told = {file.path for one, each in by_id.items() if one in own for file in each}
        doubtful = [one for one in files if one.path not in told and self._is_doubtful(one)]
        if doubtful:
            names = [one.name for one in doubtful]
            more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
            folder = PurePosixPath(doubtful[0].path).parts[0]
            raise InvalidArgument(
                f"{', '.join(names[:_MOST_NAMED])}{more}: name no store, and lie in a folder that may be one's",
                hint=f"if {folder} is a store, add it to stores.yaml; if it is none, take its files out of it in a "
                "copy of the old archive, and migrate that; nothing was written",
            )

    def _is_doubtful(self, file: OldFile) -> bool:
        folder = PurePosixPath(file.path).parts[0]
        lies_deeper, is_unknown = folder != file.path, file.store is None and self.folder_of(file) is None
        return lies_deeper and is_unknown and not file.is_mistaken and is_store_id(folder) and folder not in TIMEFRAMES


def owners_of(
    found: Iterable[OldEntry | DamagedEntry],
    files: Iterable[OldFile],
    default_store: str | None,
    listed: Sequence[str],
) -> Owners:
    """Return who owns what.

    Raises:
        InvalidArgument: the default is a store that nobody knows, which may be a slip of the hand.
    """
    named = {one.store for one in found if isinstance(one, OldEntry)} | {one.store for one in files if not one.problem}
    known = frozenset({*listed, *(name for name in named if name)})
    if default_store is not None and default_store not in known:
        raise InvalidArgument(
            f"--default-store: {default_store[:60]!r} is not in stores.yaml, and nothing in the old archive names it",
            hint=f"use one of {', '.join(sorted(known))}; nothing was written",
        )
    return Owners(default_store, known)

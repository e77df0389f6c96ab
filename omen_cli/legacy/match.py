"""Which old file is the payload of which old entry: by the request first, then by the id, then by key and time."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from omen_cli.legacy.entries import OldEntry
from omen_cli.legacy.file_claims import NEAR
from omen_cli.legacy.files import OldFile
from omen_cli.legacy.owners import Owners


@dataclass(frozen=True)
class Matched:
    """The files of each entry, by its id and the best first, and the files that are no entry's."""

    by_id: Mapping[str, Sequence[OldFile]]
    rest: tuple[OldFile, ...]


def match(entries: Sequence[OldEntry], files: Iterable[OldFile], stores: Mapping[str, str], owners: Owners) -> Matched:
    """Return which files belong to which entries.

    Args:
        entries: each with an id of its own.
        files: those that are snapshots of the old system.
        stores: the store of each entry, by its id, also where the entry itself names none.
        owners: tells which folder is a store's.
    """
    finder = _Finder(entries, stores, owners)
    found: dict[str, list[tuple[bool, bool, str, OldFile]]] = defaultdict(list)
    rest: list[OldFile] = []
    for file in files:
        by_request = finder.by_request(file)
        entry = by_request or (None if file.is_mistaken else finder.by_id(file) or finder.by_time(file))
        if entry is None:
            rest.append(file)
        else:
            found[entry.id].append((by_request is None, file.is_mistaken, file.path, file))
    ordered = {one: [file for *_, file in sorted(ranked, key=lambda rank: rank[:3])] for one, ranked in found.items()}
    return Matched(ordered, tuple(rest))


class _Finder:
    """Finds the entry of a file."""

    def __init__(self, entries: Sequence[OldEntry], stores: Mapping[str, str], owners: Owners) -> None:
        self._stores = stores
        self._owners = owners
        self._by_id = {entry.id: entry for entry in entries}
        self._by_request: dict[str, list[OldEntry]] = defaultdict(list)
        self._by_key: dict[tuple[object, ...], list[OldEntry]] = defaultdict(list)
        for entry in entries:
            if entry.request_id:
                self._by_request[entry.request_id].append(entry)
            self._by_key[entry.timeframe, entry.as_of].append(entry)

    def by_request(self, file: OldFile) -> OldEntry | None:
        """Return the entry of the same request: the one that the file names, else that of its key, else the first."""
        known = self._by_request.get(file.request_id or "", [])
        found = [entry for entry in known if self._is_of_one_store(entry, file)]
        key = (file.timeframe, file.as_of)
        found.sort(key=lambda one: (one.id != file.snapshot_id, (one.timeframe, one.as_of) != key, one.number))
        return found[0] if found else None

    def by_id(self, file: OldFile) -> OldEntry | None:
        """Return the entry of the id that the payload says, or that the file is named by."""
        named = (self._by_id.get(one) for one in (file.snapshot_id, file.name_id) if one)
        return next((entry for entry in named if entry and self._may_be(entry, file)), None)

    def by_time(self, file: OldFile) -> OldEntry | None:
        """Return the entry of the key that was made at the same time, to the second; the nearest of several."""
        made = file.generated_at
        if made is None:
            return None
        known = (one for one in self._by_key.get((file.timeframe, file.as_of), []) if self._may_be(one, file))
        near = [(abs(one.generated_at - made), one.number, one) for one in known]
        return min((one for one in near if one[0] <= NEAR), key=lambda one: one[:2], default=(None, 0, None))[2]

    def _may_be(self, entry: OldEntry, file: OldFile) -> bool:
        """Tell whether nothing contradicts it: the stores, and the requests where both are known."""
        return self._is_of_one_store(entry, file) and not (entry.request_id and file.request_id)

    def _is_of_one_store(self, entry: OldEntry, file: OldFile) -> bool:
        """Tell whether the store of the payload, or where it names none that of the folder, is not another one."""
        return (file.store or self._owners.folder_of(file)) in (None, self._stores[entry.id])

"""Which ends are allowed for each file and each entry of an old archive, decided without omen.

Strict where the old archive leaves no doubt, and otherwise as wide as a careful reader may differ: what must hold of
the whole is in `judged.py`.
"""
# size: the whole judgement of one file and one entry, in one place

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tests.factories import STORES
from tests.legacy.old_archives import OldArchive, Row, as_json
from tests.legacy.old_reading import Reading, is_sound, moment, read, store_of, text_of

MIGRATED, WITHOUT, DUPLICATE, QUARANTINED = "migrated", "migrated without payload", "duplicate of", "quarantined"
ENDS = frozenset((MIGRATED, WITHOUT, DUPLICATE, QUARANTINED))
_CONTESTED_FILE = frozenset((MIGRATED, DUPLICATE, QUARANTINED))


@dataclass(frozen=True)
class Allowed:
    """The ends that each file (by path) and each entry (by its place in the index) may have."""

    files: Mapping[str, frozenset[str]]
    entries: tuple[frozenset[str], ...]


def oracles(old: OldArchive) -> tuple["Oracle", ...]:
    """Return the oracles of every way in which the index may be read: of one that is cut or no list, there are two."""
    if old.state == "whole":
        return (Oracle(old, old.rows),)
    if old.state == "none":
        return (Oracle(old, ()),)
    if old.state == "cut":
        kept, rest = _before_the_cut((old.index or b"").decode())
        return (Oracle(old, kept, rest=rest), Oracle(old, (*kept, None), rest=rest))
    if old.state == "broken":
        return (Oracle(old, ()), Oracle(old, (None,)))
    return (Oracle(old, old.rows, doubtful=_spoiled(old)),)


def _spoiled(old: OldArchive) -> tuple[Row, ...]:
    """Return the entries whose text is not in the index as the old system wrote it; all others are beyond doubt."""
    return tuple(row for row in old.rows if as_json([row])[1:-1].strip() not in (old.index or b""))


def _before_the_cut(text: str) -> tuple[tuple[Row, ...], str]:
    """Return the entries of a half-written index that are whole, one after the other, and the text of the one that is not."""
    rows, at = [], text.find("[") + 1
    while True:
        at += len(text[at:]) - len(text[at:].lstrip(" \n,"))
        try:
            row, at = json.JSONDecoder().raw_decode(text, at)
        except ValueError:
            return tuple(rows), text[at:]
        rows.append(row)


class Oracle:
    """What can be said of one old archive: its files read, its entries, and which belongs to which."""

    def __init__(
        self, old: OldArchive, rows: tuple[Row, ...], *, doubtful: tuple[Row, ...] = (), rest: str = ""
    ) -> None:
        self.old, self.rest = old, rest
        self.readings = {path: read(raw) for path, raw in old.files.items()}
        self.rows = tuple(map(self._told_whose, rows))
        self.doubtful = tuple(map(self._told_whose, doubtful))
        rows = self.rows
        self._bytes = Counter(old.files.values())
        self._requests = Counter(one.request for one in self.readings.values() if one.request)
        known = [row for row in rows if isinstance(row, dict)]
        self._ids = Counter(str(row.get("id")).casefold() for row in known)
        self._keys = Counter(_key(row) for row in known)
        self._entry_requests = Counter(text_of(row.get("requestId")) for row in known)
        self._file_keys = Counter((*one.key, store_of(one.payload)) for one in map(_hashable, self.readings.values()))

    def allowed(self) -> Allowed:
        """Return the ends that are allowed."""
        files = {path: self._ends_of_file(path) for path in self.readings}
        return Allowed(files, tuple(self._ends_of_row(row) for row in self.rows))

    def _told_whose(self, row: Row) -> Row:
        """Return the entry with the store that its own file says, where it names none itself."""
        if not isinstance(row, dict) or row.get("store") not in (None, ""):
            return row
        own = [path for path, one in self.readings.items() if one.payload and self._is_own(one, row)]
        said = {self.readings[path].payload.get("store") for path in own} - {None, ""}
        lies = {path.partition("/")[0] for path in own if path.partition("/")[0] in STORES}
        told = said or lies
        return {**row, "store": told.pop()} if len(told) == 1 else row

    def _is_own(self, reading: Reading, row: Mapping[str, Any]) -> bool:
        """Tell whether a file is of the entry's request, or, where one of the two has none, of its key and time."""
        wanted = text_of(row.get("requestId"))
        if wanted and reading.request:
            return wanted == reading.request
        is_same_time = moment(reading.payload.get("generatedAt")) == moment(row.get("generatedAt"))
        return not reading.is_mistaken and reading.key == (row.get("timeframe"), row.get("asOfDate")) and is_same_time

    def is_contested(self, row: Row) -> bool:
        """Tell whether another entry claims the same id, or the same version of the same key."""
        return self._ids[str(row.get("id")).casefold()] > 1 or self._keys[_key(row)] > 1

    def is_settled(self, row: Row) -> bool:
        """Tell whether the entry must be migrated, with or without a payload."""
        return row not in self.doubtful and is_sound(row) and not self.is_contested(row)

    def is_only_of(self, request: str, row: Mapping[str, Any]) -> bool:
        """Tell whether the entry has this request, and no other entry has it."""
        return bool(request) and text_of(row.get("requestId")) == request and self._entry_requests[request] == 1

    def belongs(self, path: str, row: Mapping[str, Any]) -> str:
        """Return how a file belongs to an entry: "surely", "perhaps", or "" when it must not be taken for its payload."""
        reading = self.readings[path]
        if not self.is_at_home(path, store_of(row)):
            return ""
        if reading.state != "whole":
            return "perhaps" if reading.state == "doubtful" and self._is_named(path, row) else ""
        wanted = text_of(row.get("requestId"))
        is_same_time = moment(reading.payload.get("generatedAt")) == moment(row.get("generatedAt"))
        if wanted and reading.request == wanted:
            return "surely" if self._entry_requests[wanted] == 1 or is_same_time else "perhaps"
        if reading.key != (row.get("timeframe"), row.get("asOfDate")) or not is_same_time:
            return ""
        return "perhaps" if (wanted and reading.request) or reading.is_mistaken else "surely"

    def is_at_home(self, path: str, store: object) -> bool:
        """Tell whether nothing about the file says that it is another store's: neither its payload nor its folder."""
        folder = path.partition("/")[0]
        says = self.readings[path].payload.get("store")
        return (says is None or says == store) and (folder not in STORES or folder == store)

    def _is_named(self, path: str, row: Mapping[str, Any]) -> bool:
        name = path.rpartition("/")[2]
        return str(row.get("id")) in name or name.startswith(f"snapshot_{row.get('timeframe')}_{row.get('asOfDate')}")

    def _ends_of_row(self, row: Row) -> frozenset[str]:
        if not isinstance(row, dict) or not self.is_settled(row):
            return ENDS
        how = [self.belongs(path, row) for path in self.readings]
        if "surely" in how and self._entry_requests[text_of(row.get("requestId"))] == 1:
            return frozenset({MIGRATED})
        return frozenset({MIGRATED, WITHOUT}) if any(how) else frozenset({WITHOUT})

    def _ends_of_file(self, path: str) -> frozenset[str]:
        reading = self.readings[path]
        is_copied = self._bytes[self.old.files[path]] > 1
        copies = frozenset({DUPLICATE}) if is_copied else frozenset()
        if reading.state == "broken":
            return frozenset({QUARANTINED}) | copies
        owners = [row for row in self.rows if isinstance(row, dict) and self.belongs(path, row)]
        if reading.is_mistaken and not any(text_of(row.get("requestId")) == reading.request for row in owners):
            is_kept_elsewhere = self._requests[reading.request] > 1
            return frozenset({QUARANTINED, DUPLICATE} if is_kept_elsewhere else {QUARANTINED}) | copies
        is_alone = not is_copied and self._requests[reading.request] <= 1
        if len(owners) == 1 and self._is_sure(path, owners[0]) and is_alone:
            return frozenset({MIGRATED})
        return frozenset({MIGRATED}) if is_alone and self._is_unlisted(path) else _CONTESTED_FILE

    def _is_sure(self, path: str, row: Mapping[str, Any]) -> bool:
        return self.belongs(path, row) == "surely" and self.is_settled(row)

    def _is_unlisted(self, path: str) -> bool:
        """Tell whether the file says itself, undisputed by any entry or file, which snapshot it is."""
        reading, payload = self.readings[path], self.readings[path].payload
        if not reading.is_identified or not self.is_at_home(path, store_of(payload)):
            return False
        claims = (*reading.key, store_of(payload))
        is_free = all(_key(row)[:3] != claims for row in self.rows if isinstance(row, dict))
        is_unknown = (
            str(payload["snapshotId"]).casefold() not in self._ids and not self._entry_requests[reading.request]
        )
        return is_free and is_unknown and self._file_keys[claims] == 1


def _key(row: Mapping[str, Any]) -> tuple[str, ...]:
    """Return what no two entries of the new archive may share."""
    return (str(row.get("timeframe")), str(row.get("asOfDate")), str(store_of(row)), str(row.get("version")))


def _hashable(reading: Reading) -> Reading:
    """Return the reading with texts in the place of whatever stands where its key should be."""
    names = ("timeframe", "asOfDate", "store")
    texts = {name: str(reading.payload[name]) for name in names if reading.payload.get(name) is not None}
    return Reading(reading.state, texts, reading.is_mistaken)

"""Old files that no entry of the old index speaks of: what can be known of them, they say themselves."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime

from omen_cli.legacy.entries import OldEntry
from omen_cli.legacy.files import OldFile
from omen_cli.legacy.marks import UNKNOWN_HISTORY
from omen_cli.legacy.plan import End, Planned
from omen_cli.model.ids import SnapshotId, Timeframe, parse_snapshot_id

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NOBODY = "unknown"
_MISTAKEN = "was left by a mistaken call, and no entry has its request"


class Taken:
    """The snapshots that are made until now, and the ids and requests of all entries."""

    def __init__(self, made: Iterable[Planned], entries: Sequence[OldEntry], stores: Mapping[str, str]) -> None:
        self.made = list(made)
        self._ids = {entry.id for entry in entries}
        self._requests = {entry.request_id: entry.id for entry in entries if entry.request_id}
        self._stores = stores
        self._by_sense = {(one.store_id, one.file.sense): one for one in self.made if one.file}
        self._by_request = {
            (one.store_id, one.file.request_id): one for one in self.made if one.file and one.file.request_id
        }
        self._predecessors = {(one.store_id, one.supersedes): one for one in self.made if one.supersedes}
        self._by_key: dict[tuple[object, ...], list[Planned]] = {}
        for one in self.made:
            self._by_key.setdefault(one.key[:3], []).append(one)

    def add(self, one: Planned) -> None:
        """Take one more."""
        self.made.append(one)
        self._ids.add(one.id)
        self._by_key.setdefault(one.key[:3], []).append(one)
        if one.file:
            self._by_sense[one.store_id, one.file.sense] = one
            if one.file.request_id:
                self._by_request.setdefault((one.store_id, one.file.request_id), one)

    def has_id(self, snapshot_id: str) -> bool:
        """Tell whether the id is another's."""
        return snapshot_id in self._ids

    def same(self, store_id: str, file: OldFile) -> Planned | None:
        """Return the snapshot whose payload says the same."""
        return self._by_sense.get((store_id, file.sense))

    def contradiction(self, store_id: str, file: OldFile) -> str | None:
        """Return why the file cannot be a snapshot of its own; None when it can."""
        rival = self._by_request.get((store_id, file.request_id or ""))
        if rival and rival.file:
            return f"says something else of the same request than {rival.file.name}, the payload of {rival.id}"
        entry = self._requests.get(file.request_id or "")
        if entry:
            return f"is of {file.store or store_id}, and its request {entry} of {self._stores[entry]}"
        return None

    def free_version(self, store_id: str, file: OldFile, snapshot_id: str) -> int | None:
        """Return the version that the file is of; None when each that it could be is another's."""
        versions = self._by_key.get((store_id, file.timeframe, file.as_of), [])
        numbers = {one.version for one in versions}
        successor = self._predecessors.get((store_id, snapshot_id))
        if successor and successor.version > 1 and successor.version - 1 not in numbers:
            return successor.version - 1
        newer = [one.version for one in versions if file.generated_at and one.generated_at > file.generated_at]
        if not newer:
            return max(numbers, default=0) + 1
        return next((number for number in range(min(newer) - 1, 0, -1) if number not in numbers), None)


def adopted(file: OldFile, store_id: str | None, taken: Taken) -> Planned | End:
    """Return the snapshot that a file without an entry becomes, or its other end; only a mistaken one has no store."""
    if store_id is None or file.is_mistaken:
        return End("file", file.name, "quarantined", store_id, reason=_MISTAKEN, file=file)
    if same := taken.same(store_id, file):
        reason = f"says what {same.file.name if same.file else same.id} says"
        return End("file", file.name, "duplicate", store_id, same.id, reason, file)
    problem = taken.contradiction(store_id, file)
    if problem is None:
        made = _made(file, store_id, taken)
        if isinstance(made, Planned):
            return made
        problem = made
    return End("file", file.name, "quarantined", store_id, reason=problem, file=file)


def _made(file: OldFile, store_id: str, taken: Taken) -> Planned | str:
    """Return the snapshot, or why there is none."""
    timeframe, as_of, made_at = file.timeframe, file.as_of, file.generated_at
    if timeframe is None or as_of is None:
        return "does not say of which timeframe and date it is"
    if made_at is None:
        return "does not say when it was made"
    snapshot_id = _own_id(file, taken) or _made_id(timeframe, as_of, made_at, file.sha256)
    if taken.has_id(snapshot_id):
        return f"the id {snapshot_id} is another's"
    version = taken.free_version(store_id, file, snapshot_id)
    if version is None:
        return f"is older than version 1 of {timeframe} {as_of}, and has no entry"
    return Planned(
        store_id=store_id,
        id=snapshot_id,
        timeframe=timeframe,
        as_of=as_of,
        version=version,
        supersedes=None,
        generated_at=made_at,
        request_id=file.request_id or "",
        created_by=_NOBODY,
        marks=UNKNOWN_HISTORY,
        file=file,
    )


def _made_id(timeframe: Timeframe, as_of: date, made_at: datetime, sha256: str) -> str:
    """Return an id that a second run makes again: of the file's own time and bytes."""
    epoch_ms = round((made_at - _EPOCH).total_seconds() * 1000)
    return str(SnapshotId(timeframe, as_of, max(epoch_ms, 0), sha256[:8]))


def _own_id(file: OldFile, taken: Taken) -> str | None:
    """Return the id that the file has already, when it fits and is free."""
    for one in (file.snapshot_id, file.name_id):
        identity = parse_snapshot_id(one or "")
        fits = identity and (identity.timeframe, identity.as_of_date) == (file.timeframe, file.as_of)
        if one and fits and not taken.has_id(one):
            return one
    return None

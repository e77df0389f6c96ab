"""Which old files say that they are of an entry, whosever it is: for an entry that does not name its store."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import timedelta

from omen_cli.legacy.entries import OldEntry
from omen_cli.legacy.files import OldFile

NEAR = timedelta(seconds=1)


class Claims:
    """Finds the files of an entry: those of its request; else of its id; else of its key, made in the same second."""

    def __init__(self, files: Iterable[OldFile]) -> None:
        self._by_request: dict[str, list[OldFile]] = defaultdict(list)
        self._by_id: dict[str, list[OldFile]] = defaultdict(list)
        self._by_key: dict[tuple[object, ...], list[OldFile]] = defaultdict(list)
        for file in files:
            if file.request_id:
                self._by_request[file.request_id].append(file)
            if file.is_mistaken:
                continue
            for one in {file.snapshot_id, file.name_id} - {None}:
                self._by_id[str(one)].append(file)
            self._by_key[file.timeframe, file.as_of].append(file)

    def of(self, entry: OldEntry) -> Sequence[OldFile]:
        """Return them; by id and by time only where not both, the entry and the file, have a request."""
        by_request = self._by_request.get(entry.request_id or "", [])
        if by_request:
            return by_request
        by_id = [one for one in self._by_id.get(entry.id, ()) if not (one.request_id and entry.request_id)]
        return by_id or [one for one in self._by_key.get((entry.timeframe, entry.as_of), ()) if _is_near(one, entry)]


def _is_near(file: OldFile, entry: OldEntry) -> bool:
    made = file.generated_at
    return bool(made and abs(entry.generated_at - made) <= NEAR and not (file.request_id and entry.request_id))

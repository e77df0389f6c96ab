"""Who got a snapshot by the old system, also by what an entry says that is not brought over itself."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from omen_cli.legacy.damaged import DamagedEntry
from omen_cli.legacy.entries import OldEntry
from omen_cli.legacy.file_claims import NEAR
from omen_cli.legacy.marks import distinct
from omen_cli.legacy.plan import Planned
from omen_cli.model.legacy import NOT_KNOWN

Rivals = Iterable[tuple[OldEntry, OldEntry]]
_Aside = OldEntry | DamagedEntry


class Remembered:
    """The recipients of entries that are set aside, for the snapshot that stands for the same id, request or version.

    One that has no entry of its own is also that of one set aside for the same timeframe, date and second. Nobody is to
    get by omen alone what the old system sent, whatever else is wrong with the entry that says so.
    """

    def __init__(self, found: Sequence[_Aside], kept: Iterable[OldEntry], rivals: Rivals) -> None:
        self._by_id: dict[str, list[str]] = defaultdict(list)
        self._by_request: dict[str, list[str]] = defaultdict(list)
        self._by_key: dict[tuple[object, ...], list[_Aside]] = defaultdict(list)
        own = {one.number for one in kept}
        for one in found:
            if one.number not in own:
                self._take(one)
        for one, best in rivals:
            self._by_id[best.id] += one.marks.delivered_to

    def _take(self, one: _Aside) -> None:
        if one.id:
            self._by_id[one.id] += one.marks.delivered_to
        if one.request_id:
            self._by_request[one.request_id] += one.marks.delivered_to
        if one.generated_at:
            self._by_key[one.timeframe, one.as_of].append(one)

    def in_mind(self, one: Planned) -> Planned:
        """Return the snapshot with everybody who got it; its own marks stay what its own entry says.

        Where it has no entry, one that is set aside may still tell that it was sent, or that it was not.
        """
        heard = [self._by_id.get(one.id), self._by_request.get(one.request_id) if one.request_id else None]
        heard += [] if one.entry_name else [list(near.marks.delivered_to) for near in self._near(one)]
        more = [each for each in heard if each is not None]
        if not more:
            return one
        own = (name for name in one.marks.delivered_to if name != NOT_KNOWN)
        told = distinct((*own, *(name for each in more for name in each)))
        return replace(one, marks=replace(one.marks, delivered_to=told))

    def _near(self, one: Planned) -> Iterator[_Aside]:
        """Yield the entries set aside that were made at the time of a snapshot, and may be its own."""
        for other in self._by_key.get((one.timeframe, one.as_of), ()):
            is_near = other.generated_at and abs(other.generated_at - one.generated_at) <= NEAR
            if is_near and other.store in (None, one.store_id) and not (other.request_id and one.request_id):
                yield other

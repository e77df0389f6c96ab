"""Who got a snapshot by the old system, also by what an entry says that is not brought over itself."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

from omen_cli.legacy.entries import DamagedEntry, OldEntry
from omen_cli.legacy.marks import distinct
from omen_cli.legacy.plan import Planned
from omen_cli.model.legacy import NOT_KNOWN

Rivals = Iterable[tuple[OldEntry, OldEntry]]


class Remembered:
    """The recipients of entries that are set aside, for the snapshot that stands for the same id, request or version.

    Nobody is to get by omen alone what the old system sent, whatever else is wrong with the entry that says so.
    """

    def __init__(self, found: Sequence[OldEntry | DamagedEntry], kept: Iterable[OldEntry], rivals: Rivals) -> None:
        self._by_id: dict[str, list[str]] = defaultdict(list)
        self._by_request: dict[str, list[str]] = defaultdict(list)
        own = {one.number for one in kept}
        for one in found:
            if one.number not in own and one.id:
                self._by_id[one.id] += one.marks.delivered_to
            if isinstance(one, DamagedEntry) and one.request_id:
                self._by_request[one.request_id] += one.marks.delivered_to
        for one, best in rivals:
            self._by_id[best.id] += one.marks.delivered_to

    def in_mind(self, one: Planned) -> Planned:
        """Return the snapshot with everybody who got it; its own marks stay what its own entry says.

        Where it has no entry, one that is set aside may still tell that it was sent, or that it was not.
        """
        heard = [self._by_id.get(one.id), self._by_request.get(one.request_id) if one.request_id else None]
        more = [each for each in heard if each is not None]
        if not more:
            return one
        own = (name for name in one.marks.delivered_to if name != NOT_KNOWN)
        told = distinct((*own, *(name for each in more for name in each)))
        return replace(one, marks=replace(one.marks, delivered_to=told))

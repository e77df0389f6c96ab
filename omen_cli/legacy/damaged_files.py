"""Old files that cannot be brought over, and whose they were: an entry without a file is told where its file is."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace

from omen_cli.legacy.files import OldFile
from omen_cli.legacy.owners import Owners
from omen_cli.legacy.plan import End, Planned


def told_apart(made: Iterable[Planned], unusable: Iterable[End], owners: Owners) -> tuple[list[Planned], list[End]]:
    """Return the snapshots, those without a file with what became of it, and the ends of files, with their snapshots.

    A damaged file is that of the request or the id that can be read in it, or of the id that it is named by; else of
    the one entry without a file of the timeframe and date that it is named by.
    """
    snapshots = {one.id: one for one in made}
    lacking = _Lacking((one for one in snapshots.values() if one.file is None), owners)
    ends: list[End] = []
    for end in unusable:
        owner = lacking.owner(end.file) if end.file else None
        if owner is None or end.file is None:
            ends.append(end)
            continue
        ends.append(replace(end, snapshot_id=owner.id, store_id=owner.store_id))
        kept = ", and is quarantined" if end.file.can_be_copied else ""
        before = snapshots[owner.id].file_note
        note = "; ".join(filter(None, (before, f"its file {end.file.name} {end.file.problem}{kept}")))
        snapshots[owner.id] = replace(owner, file_note=note)
    return list(snapshots.values()), ends


class _Lacking:
    """Finds the one snapshot without a file whose file another one was."""

    def __init__(self, lacking: Iterable[Planned], owners: Owners) -> None:
        self._owners = owners
        self._by: dict[object, list[Planned]] = defaultdict(list)
        for one in lacking:
            for name in filter(None, (one.request_id and ("request", one.request_id), one.id, _key(one))):
                self._by[name].append(one)

    def owner(self, file: OldFile) -> Planned | None:
        """Return the snapshot; None where the file is nobody's, or may be that of several."""
        folder = file.store or self._owners.folder_of(file)
        for name in (("request", file.request_id), file.snapshot_id, file.name_id, _key(file)):
            found = [one for one in self._by.get(name, ()) if folder in (None, one.store_id)]
            if name != ("request", file.request_id):
                found = [one for one in found if not (one.request_id and file.request_id)]
            if found:
                return found[0] if len(found) == 1 else None
        return None


def _key(one: Planned | OldFile) -> object:
    return one.timeframe, one.as_of

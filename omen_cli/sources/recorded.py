"""The files that a snapshot records, found again: by role and name among all that the store's sources match today."""

import os
import stat
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

from omen_cli.model.sources import InputFile, Role, SourceSpec, TablePlan
from omen_cli.sources.find import FoundFile, found_file
from omen_cli.sources.inspect import hash_bytes
from omen_cli.sources.patterns import newest_until, places_of
from omen_cli.sources.plan import ROLE_ORDER, plan_table
from omen_cli.sources.verdict import InputVerdict


@dataclass(eq=False)
class _Place:
    """A file that a source matches; its hash is made when it is first asked for."""

    path: Path
    day: date | None
    size_bytes: int

    @cached_property
    def sha256(self) -> str:
        self.size_bytes, sha256 = hash_bytes(self.path)
        return sha256


def locate(sources: Mapping[Role, SourceSpec], inputs: Sequence[InputFile]) -> tuple[InputVerdict, ...]:
    """Return a verdict an input, in the order of the record.

    Of files with one name in several folders the one with the recorded bytes is taken; an input that has none is
    compared with one that is left over, under `{date}` only with that of the recorded date.

    Raises:
        SourceInvalid: a file is there and cannot be read, or a pattern matches too many.
    """
    found: dict[int, InputVerdict] = {}
    for role, name in dict.fromkeys((one.role, one.name) for one in inputs):
        named = {at: one for at, one in enumerate(inputs) if (one.role, one.name) == (role, name)}
        found |= _matched(named, _places(sources[role].path, name) if role in sources else [])
    return tuple(found.get(at, InputVerdict(one)) for at, one in enumerate(inputs))


def left_out(sources: Mapping[Role, SourceSpec], inputs: Sequence[InputVerdict], as_of: date) -> tuple[str, ...]:
    """Return the names of the files that a snapshot made today would read, and that are none of the inputs."""
    used = {(one.role, one.path) for one in inputs}
    names: list[str] = []
    for role in (role for role in ROLE_ORDER if role in sources):
        places = places_of(sources[role].path)
        newest = newest_until(as_of, places)  # None, like every day, where the pattern has no {date}
        names += [path.name for path, day in places if day == newest and (role, path) not in used]
    return tuple(names)


def plan_recorded(
    sources: Mapping[Role, SourceSpec], inputs: Sequence[InputVerdict], store_id: str, currency: str
) -> tuple[TablePlan, ...]:
    """Return the plans that read exactly these files, none of them missing, in the order and of the dates recorded.

    Raises:
        SourceInvalid: a file cannot be read as its source says today.
    """
    files: dict[Role, list[FoundFile]] = {}
    for one in inputs:
        if one.path is not None:
            files.setdefault(one.role, []).append(found_file(one.path, one.recorded.date))
    return tuple(
        plan_table(role, sources[role], files[role], store_id, currency) for role in ROLE_ORDER if role in files
    )


def _places(pattern: str, name: str) -> list[_Place]:
    """Return the regular files of that name that the pattern matches; a link to one will do."""
    statuses = ((path, day, _status(path)) for path, day in places_of(pattern) if path.name == name)
    return [
        _Place(path, day, status.st_size) for path, day, status in statuses if status and stat.S_ISREG(status.st_mode)
    ]


def _status(path: Path) -> os.stat_result | None:
    try:
        return path.stat()
    except OSError:
        return None


def _matched(inputs: Mapping[int, InputFile], places: list[_Place]) -> dict[int, InputVerdict]:
    """Return the verdicts of inputs of one name by their number; `places` keeps what nothing was compared with."""
    found: dict[int, InputVerdict] = {}
    for fits in (_has_the_bytes, _has_the_date):
        for at, recorded in inputs.items():
            place = None if at in found else _nearest(recorded, [place for place in places if fits(place, recorded)])
            if place is not None:
                places.remove(place)
                found[at] = InputVerdict(recorded, place.path, found_sha256=place.sha256, found_bytes=place.size_bytes)
    return found


def _nearest(recorded: InputFile, places: Sequence[_Place]) -> _Place | None:
    return min(places, key=lambda place: place.day != recorded.date, default=None)


def _has_the_bytes(place: _Place, recorded: InputFile) -> bool:
    return place.size_bytes == recorded.bytes and place.sha256 == recorded.sha256


def _has_the_date(place: _Place, recorded: InputFile) -> bool:
    return place.day is None or place.day == recorded.date

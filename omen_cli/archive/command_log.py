"""The log of commands, `data/log/<month>.<number>.jsonl`: appended to without a lock, bounded, no proof of anything.

Nothing is derived from it but metrics, so nothing is flushed: after a power cut its last lines may be gone.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from omen_cli.archive.files import lstat, names, read_file, unlink
from omen_cli.archive.layout import Layout
from omen_cli.archive.safety import require_known_layout, require_safe_data, require_safe_log
from omen_cli.archive.unflushed import append_unflushed, make_folder_unflushed
from omen_cli.model.canonical import dump_canonical, load_strict
from omen_cli.model.command_record import CommandRecord

MAX_FILE_BYTES = 1024 * 1024
MAX_FILES = 16
_NAME = re.compile(r"(\d{4}-(?:0[1-9]|1[0-2]))\.(?!0000)(\d{4,9})\.jsonl", re.ASCII)
_Place = tuple[str, int]


@dataclass(frozen=True)
class CommandLog:
    """The records of the log, oldest first, and how many lines are none (torn, or of another version)."""

    records: tuple[CommandRecord, ...]
    skipped: int
    size_bytes: int


def keep_record(layout: Layout, record: CommandRecord) -> bool:
    """Append the record in one write; return False, and do nothing, where there is no installation yet.

    A file is begun with each month, and when one is full; then the oldest go. A clock that went back opens no older
    month again.

    Raises:
        OmenError: the log cannot be written, or it is not ours to write.
    """
    if lstat(layout.format_file) is None:
        return False
    require_safe_data(layout)
    require_known_layout(layout)
    if lstat(layout.log) is None:
        make_folder_unflushed(layout.log)
    require_safe_log(layout)
    raw = dump_canonical(record.plain()) + b"\n"
    places = _places(layout)
    place = _place_for(layout, f"{record.at:%Y-%m}", places, len(raw))
    if place not in places:
        for old in places[: max(0, len(places) + 1 - MAX_FILES)]:
            unlink(layout.log_file(*old))
    append_unflushed(layout.log_file(*place), raw)
    return True


def read_log(layout: Layout) -> CommandLog:
    """Return all that is in the log; there may be none.

    Raises:
        ArchiveDamaged: it cannot be read, or it is not safe to.
    """
    require_safe_data(layout)
    require_known_layout(layout)
    require_safe_log(layout)
    records: list[CommandRecord] = []
    size_bytes = lines = 0
    for raw in (read_file(layout.log_file(*place)) or b"" for place in _places(layout)):
        size_bytes += len(raw)
        for line in filter(None, raw.split(b"\n")):
            lines += 1
            records += _parsed(line)
    return CommandLog(tuple(sorted(records, key=lambda one: one.at)), lines - len(records), size_bytes)


def _place_for(layout: Layout, month: str, places: tuple[_Place, ...], needed_bytes: int) -> _Place:
    if not places or places[-1][0] < month:
        return month, 1
    newest = places[-1]
    found = lstat(layout.log_file(*newest))
    is_full = found is not None and found.st_size + needed_bytes > MAX_FILE_BYTES
    return (newest[0], newest[1] + 1) if is_full else newest


def _places(layout: Layout) -> tuple[_Place, ...]:
    """Return month and number of every file of the log, oldest first."""
    found = (_NAME.fullmatch(name) for name in names(layout.log))
    return tuple(sorted((match[1], int(match[2])) for match in found if match))


def _parsed(line: bytes) -> Iterator[CommandRecord]:
    try:
        yield CommandRecord.model_validate(load_strict(line))
    except ValueError:
        return

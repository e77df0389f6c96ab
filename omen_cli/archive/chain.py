"""The proof of an audit: each line carries the hash of the line before, so a change behind the last line shows."""

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from omen_cli.archive.audit import audit_files, parse_event
from omen_cli.archive.failures import FileDamaged
from omen_cli.archive.files import read_file
from omen_cli.model.canonical import dump_canonical

_CHANGED = "does not follow the line before: that was changed, or lines between were removed or put in"
_OTHER_MONTH = "does not follow the last line of {}: that was changed, or lines or a whole month between were removed"
_NOT_FIRST = "is the first line and says that it follows another: lines before it, or a whole month, were removed"
_NO_PREV = "does not say which line it follows: omen writes no such line"
_NOT_CANONICAL = "is not written as omen writes an event"
_EMPTY = "is empty: omen writes no such line"

_MOST_BREAKS = 1_000  # nobody reads on; a file of nothing but empty lines has millions


@dataclass(frozen=True)
class Break:
    """A line that the chain does not hold; lines count from 1, and 0 is a file that cannot be read.

    `evidence` is a hash of what was found: of this line and the one before. Whoever accepts a break accepts that
    evidence, so that any other change is seen again.
    """

    path: Path
    line: int
    problem: str
    evidence: str

    @property
    def is_unreadable(self) -> bool:
        """Tell whether the file as a whole cannot be read."""
        return self.line == 0


@dataclass(frozen=True)
class Chain:
    """What an audit proves: `torn` counts lines that are no events; `head` is the last line's hash, "" without one."""

    lines: int
    torn: int
    breaks: tuple[Break, ...]
    is_torn_at_end: bool
    months: int
    head: str


@dataclass(frozen=True)
class Line:
    """A physical line without its newline; `is_whole` when it has one."""

    path: Path
    number: int
    raw: bytes
    is_whole: bool

    @property
    def sha256(self) -> str:
        """Return the hash that the next line carries as `prev`."""
        return sha256(self.raw).hexdigest()


def check_chain(folder: Path) -> Chain:
    """Follow the chain through all months of an audit, and on after every break; it reads a month at a time.

    It keeps the first 1,000 breaks. A line that is no JSON object is what a crash leaves, and no break as long as the
    event after it carries its hash.
    What a chain cannot see: the last lines cut off or written anew, since no later line has their hash (compare the
    head with one that was kept elsewhere, and the audit with the snapshots); and the line before a torn one changed,
    since a torn line carries no hash.
    """
    months = lines = torn = 0
    breaks: list[Break] = []
    last: Line | None = None
    is_known = True  # whether `last` is the line before the next one: not after a file that cannot be read
    for path in audit_files(folder):
        months += 1
        try:
            for line in physical_lines(path):
                event = parse_event(line.raw)
                problem = _problem(line, event, last, is_known=is_known)
                if problem and len(breaks) < _MOST_BREAKS:
                    breaks.append(Break(path, line.number, problem, _evidence(last, line)))
                lines, torn, last, is_known = lines + 1, torn + (event is None), line, True
        except FileDamaged as error:
            breaks.append(_unreadable(path, error))
            is_known = False
    return Chain(lines, torn, tuple(breaks), bool(last and not last.is_whole), months, last.sha256 if last else "")


def has_line(folder: Path, line_sha256: str) -> bool:
    """Tell whether a line of the audit has this hash; under a whole chain, nothing before that line was cut off."""
    return any(line.sha256 == line_sha256 for path in audit_files(folder) for line in physical_lines(path))


def physical_lines(path: Path) -> Iterator[Line]:
    """Yield the lines of one file; an empty file has none, and the newline at its end begins no further line.

    Raises:
        FileDamaged: what stands at `path` is no file of omen's.
    """
    raw = read_file(path) or b""
    lines = raw.removesuffix(b"\n").split(b"\n") if raw else []
    for number, line in enumerate(lines, 1):
        yield Line(path, number, line, is_whole=number < len(lines) or raw.endswith(b"\n"))


def _problem(line: Line, event: dict[str, object] | None, last: Line | None, *, is_known: bool) -> str | None:
    if not line.raw:
        return _EMPTY
    if event is None:
        return None
    prev = event.get("prev")
    if not isinstance(prev, str):
        return _NO_PREV
    if is_known and prev != (last.sha256 if last else ""):
        if last is None:
            return _NOT_FIRST
        return _CHANGED if last.path == line.path else _OTHER_MONTH.format(last.path.name)
    return None if _is_canonical(event, line.raw) else _NOT_CANONICAL


def _is_canonical(event: dict[str, object], raw: bytes) -> bool:
    try:
        return dump_canonical(event) == raw
    except ValueError:  # half of a surrogate pair
        return False


def _evidence(last: Line | None, line: Line) -> str:
    return sha256((last.raw if last else b"") + b"\n" + line.raw).hexdigest()


def _unreadable(path: Path, error: FileDamaged) -> Break:
    return Break(
        path, 0, f"cannot be read: {error.reason}", sha256(f"{path.name}: {error.reason}".encode()).hexdigest()
    )

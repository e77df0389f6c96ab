"""What `omen audit` shows of an event: when, by whom, what, about what, and the rest in short."""

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from omen_cli.model.blocks import Paragraph, Table
from omen_cli.model.canonical import dump_canonical
from omen_cli.model.counted import counted

if TYPE_CHECKING:
    from omen_cli.workflows.audit import Recorded
    from omen_cli.workflows.audit_check import Checked

COLUMNS = ("at", "by", "event", "about", "details")
FIRST = ("at", "store", "event", "about", "by", "details")
MAX_DETAILS = 300
MAX_TIME = 32
_SUBJECTS = ("id", "subject", "snapshotId", "name", "month", "path")
_SHOWN_ELSEWHERE = frozenset({"at", "by", "event", "prev"})
_FOR_MACHINES = frozenset({"free", "requestId", "supersedes"})
_HASH = re.compile(r"[0-9a-f]{64}", re.ASCII)


def audit_table(events: "Sequence[Recorded]", *, with_store: bool) -> Table:
    """Return one row an event, in the given order; the store comes first when there are several."""
    columns = (*(("store",) if with_store else ()), *COLUMNS)
    rows = tuple((*((one.store_id or "",) if with_store else ()), *_row(one)) for one in events)
    first = tuple(column for column in FIRST if column in columns)
    return Table(columns, rows, whole=frozenset({"at", "store"}), first=first)


def _row(recorded: "Recorded") -> tuple[str, ...]:
    event, at = recorded.event, recorded.at
    subject = next((name for name in _SUBJECTS if event.get(name) is not None), None)
    return (
        at.isoformat(sep=" ", timespec="seconds") if at else _text(event.get("at"))[:MAX_TIME],
        _text(event.get("by")),
        _text(event.get("event")),
        _text(event.get(subject)) if subject else "",
        _details({name: value for name, value in event.items() if name not in _SHOWN_ELSEWHERE | {subject}}),
    )


def _details(values: Mapping[str, object]) -> str:
    """Return `name=value` of what says something to a person; all of it is in --json."""
    text = " ".join(f"{name}={_text(value)}" for name, value in values.items() if _is_telling(name, value))
    return text if len(text) <= MAX_DETAILS else text[: MAX_DETAILS - 1] + "…"


def _text(value: object) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else dump_canonical(value).decode("utf-8")


def _is_telling(name: str, value: object) -> bool:
    is_hash = isinstance(value, str) and _HASH.fullmatch(value) is not None
    return not (value is None or value is False or is_hash or name in _FOR_MACHINES)


def holds(checked: "Checked") -> Paragraph:
    """Return the line that says that an audit holds, and its head."""
    chain = checked.chain
    torn = f", {counted(chain.torn, 'torn line')} as a crash leaves them" if chain.torn else ""
    held = "every link holds" if not checked.settled else f"every link holds but {len(checked.settled)} settled"
    size = f"{counted(chain.lines, 'line')}, {counted(chain.months, 'month')}{torn}"
    return Paragraph(f"{checked.audit.name}: {size}: {held}" + (f"; head {chain.head}" if chain.head else ""))

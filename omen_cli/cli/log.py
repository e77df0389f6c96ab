"""The log: one line a command, gathered while it runs, kept below `data/log`, and said on stderr with `--log json`.

Nothing enters it that somebody typed or that an export holds: names of commands, ids of stores that stores.yaml has,
words and codes of omen's own, and the operator's login name.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from omen_cli.cli.session import Session
    from omen_cli.model.command_record import CommandRecord, Counts

_WORD = re.compile(r"[a-z][a-z_]{0,39}", re.ASCII)
_MILLI = Decimal("0.001")
SOMEBODY, NOBODY = "(an address)", "(refused)"


class Noted:
    """What is known of a command so far: which stores it is about, what became of its parts, why it failed."""

    def __init__(self) -> None:
        self.error_code: str | None = None
        self.stores: list[str] = []
        self.outcomes: Counter[tuple[str, str]] = Counter()
        self.errors: Counter[tuple[str, str]] = Counter()
        self.passed_by: frozenset[str] = frozenset()  # stores that were not looked at to the end

    def about(self, store_ids: Iterable[str]) -> None:
        """Note that the command is about these stores."""
        self.stores = list(dict.fromkeys((*self.stores, *store_ids)))

    def count(self, store_id: object, outcome: str, number: int = 1) -> None:
        """Note that so many parts of the command ended so; without a store, that of the command where it has one."""
        if number and _WORD.fullmatch(outcome):
            self.outcomes[self._store(store_id), outcome] += number

    def idle(self, outcome: str) -> None:
        """Note that the command does nothing of what it is for, and so is about no store."""
        self.stores = []
        self.count(None, outcome)

    def fail(self, code: str, details: Mapping[str, object]) -> None:
        """Note why the command failed, with what its error tells of the parts that did not, and of those that did."""
        self.error_code = code
        if not self.outcomes:  # else the answer told of the same before
            self.answer(details)
        for one in _dicts(details.get("failures")):
            self.blame(one.get("storeId"), str(one.get("code")))

    def blame(self, store_id: object, code: str) -> None:
        """Note that a part of the command failed, and why."""
        if _WORD.fullmatch(code):
            self.errors[self._store(store_id), code] += 1

    def answer(self, data: object) -> None:
        """Note what an answer tells of the parts of the command: the `outcome` of its `results` and `deliveries`."""
        if isinstance(data, Mapping):
            for one in (*_dicts(data.get("results")), *_dicts(data.get("deliveries"))):
                self.count(one.get("storeId"), str(one.get("outcome", "")))

    def _store(self, store_id: object) -> str:
        if isinstance(store_id, str) and store_id:
            return store_id
        return self.stores[0] if len(self.stores) == 1 else ""


def keep_log(session: "Session", status: int, begun: datetime, duration_s: float, *, is_said: bool) -> None:
    """Append the line of a command that has ended to the log of its installation, and say it when that is asked for.

    Whatever happens here, the command has ended as it did: nothing about the log is a failure of it, and whoever ends a
    log that hangs by ^C does not end the command.
    """
    if session.settings_read is not None or is_said:
        with suppress(Exception, KeyboardInterrupt):
            record = _record(session, status, begun.astimezone(UTC), duration_s)
            _keep(session, record)
            if is_said:
                _say(session, record)


def _keep(session: "Session", record: "CommandRecord") -> None:
    if settings := session.settings_read:
        from omen_cli.archive.command_log import keep_record
        from omen_cli.archive.layout import Layout

        with suppress(Exception):  # what cannot be kept can still be said
            keep_record(Layout(settings.data, next(iter(settings.stores))), record)


def _say(session: "Session", record: "CommandRecord") -> None:
    from omen_cli.cli.output import write_json

    write_json(session.world.stderr, record.plain())


def asks_for_log(argv: Sequence[str]) -> bool:
    """Tell whether `--log json` is asked for, wherever it stands, and also in a call that is wrong elsewhere."""
    return "--log=json" in argv or ("--log", "json") in pairwise(argv)


def _record(session: "Session", status: int, begun: datetime, duration_s: float) -> "CommandRecord":
    from omen_cli.model.command_record import PASSED_BY, CommandRecord
    from omen_cli.model.version import VERSION

    noted = session.noted
    outcomes = noted.outcomes + Counter((store_id, PASSED_BY) for store_id in noted.passed_by)
    known = session.settings_read.stores if session.settings_read else ()
    return CommandRecord(
        at=begun,
        command=session.command,
        principal=_principal(session),
        request_id=session.request_id,
        stores=tuple(one for one in noted.stores if one in known),
        outcomes=_by_store(outcomes, known),
        errors=_by_store(noted.errors, known),
        duration_s=Decimal(max(0.0, duration_s)).quantize(_MILLI),
        exit_status=status,
        error_code=noted.error_code,
        omen_version=VERSION,
    )


def _principal(session: "Session") -> str:
    """Return who acted, but never an address: of the holder of a token what they may do, and where."""
    who, settings = session.principal, session.settings_read
    if settings is None or settings.access.mode == "local":
        return SOMEBODY if "@" in session.acting else session.acting
    if who is None:
        return NOBODY
    return f"{who.role} of {who.store_id}" if who.store_id in settings.stores else who.role


def _by_store(counts: Counter[tuple[str, str]], known: Iterable[str]) -> "Counts":
    found: Counts = {}
    for (store_id, word), number in counts.items():
        of_store = found.setdefault(store_id if store_id in known else "", {})
        of_store[word] = of_store.get(word, 0) + number
    return found


def _dicts(found: object) -> list[Mapping[str, object]]:
    return [one for one in found if isinstance(one, Mapping)] if isinstance(found, list | tuple) else []

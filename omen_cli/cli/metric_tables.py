"""The metrics for people: a row a store, a row a command, and what went wrong of late."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from omen_cli.model.blocks import Block, Heading, Table
from omen_cli.model.metric import Measured, Metric, Number
from omen_cli.ops.catalogue import (
    ARCHIVE_BYTES,
    COMMANDS,
    DELIVERIES,
    ERRORS,
    FREE_BYTES,
    LAST_COMMAND,
    LAST_DURATION,
    LAST_GENERATED,
    LAST_SUCCESS,
    LONGEST_DURATION,
    RATE_LEFT,
    READABLE,
    REFUSALS,
    SNAPSHOTS,
)

_Values = Mapping[tuple[str, ...], Number]
_STATES = {"sent": "sent", "queued": "queued", "given_up": "given up", "failed": "failed", "unknown": "unknown"}
_MB, _GB = 1024**2, 1024**3


def blocks_of(found: Sequence[Measured]) -> list[Block]:
    """Return the tables; all numbers are those of the metrics, summed where a row has several."""
    values = {one.metric: {sample.labels: sample.value for sample in one.samples} for one in found}
    errors = _errors(values)
    blocks: list[Block] = [Heading("Stores"), _stores(values)]
    if values[LAST_COMMAND]:
        blocks += [Heading("Commands, counted over the last 24 hours"), _commands(values)]
    return [*blocks, Heading("Errors of the last 24 hours"), errors] if errors.rows else blocks


def _stores(values: Mapping[Metric, _Values]) -> Table:
    columns = ("store", "snapshots", "held", "last made", *_STATES.values(), "refused", "rate left", "MB", "free GB")
    rows = tuple(_store(values, store_id) for (store_id,) in values[READABLE])
    first = ("store", "snapshots", "last made", "held", "failed", "unknown", "free GB")
    return Table(columns, rows, right=frozenset({*columns} - {"store", "last made"}), first=first)


def _store(values: Mapping[Metric, _Values], store_id: str) -> tuple[str, ...]:
    if not values[READABLE][store_id,]:
        unknown = ("cannot be read", *[""] * (2 + len(_STATES)))
        return (store_id, *unknown, _sum(values[REFUSALS], store_id), "", "", _free(values, store_id))
    states = tuple(_sum(values[DELIVERIES], store_id, state) for state in _STATES)
    made = max((at for labels, at in values[LAST_GENERATED].items() if labels[0] == store_id), default=None)
    return (
        store_id,
        _sum(values[SNAPSHOTS], store_id),
        _sum(values[SNAPSHOTS], store_id, "held"),
        _moment(made),
        *states,
        _sum(values[REFUSALS], store_id),
        str(values[RATE_LEFT].get((store_id,), "")),
        f"{values[ARCHIVE_BYTES][store_id,] / _MB:.1f}",
        _free(values, store_id),
    )


def _free(values: Mapping[Metric, _Values], store_id: str) -> str:
    free = values[FREE_BYTES].get((store_id,))
    return "" if free is None else f"{free / _GB:.1f}"


def _commands(values: Mapping[Metric, _Values]) -> Table:
    columns = ("command", "ok", "failed", "last", "last success", "last s", "longest s")
    rows = tuple(_command(values, command) for (command,) in values[LAST_COMMAND])
    return Table(columns, rows, right=frozenset({"ok", "failed", "last s", "longest s"}), first=columns[:5])


def _command(values: Mapping[Metric, _Values], command: str) -> tuple[str, ...]:
    ended = {labels[1]: number for labels, number in values[COMMANDS].items() if labels[0] == command}
    return (
        command,
        str(ended.get("ok", 0)),
        str(sum(number for outcome, number in ended.items() if outcome != "ok")),
        _moment(values[LAST_COMMAND][command,]),
        _moment(values[LAST_SUCCESS].get((command, ""))),
        str(values[LAST_DURATION][command,]),
        str(values[LONGEST_DURATION].get((command,), "")),
    )


def _errors(values: Mapping[Metric, _Values]) -> Table:
    rows = tuple((store_id, code, str(number)) for (store_id, code), number in values[ERRORS].items())
    return Table(("store", "code", "times"), rows, right=frozenset({"times"}))


def _sum(values: _Values, store_id: str, *last: str) -> str:
    """Return the sum of what has this store first, and, where one is asked for, this label last."""
    return str(sum(n for labels, n in values.items() if labels[0] == store_id and labels[-1] in (last or labels[-1:])))


def _moment(seconds: Number | None) -> str:
    if seconds is None:
        return ""
    return f"{datetime.fromtimestamp(int(seconds), UTC):%Y-%m-%d %H:%M}"

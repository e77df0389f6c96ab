"""Which alarms a command that has ended gives rise to: read off what it answered and off its error."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from omen_cli.errors import CheckFailed, Forbidden, InvalidArgument, OmenError, OutputFailed, Unauthenticated
from omen_cli.model.alarm import RUNS_LOW, Alarm
from omen_cli.model.ids import TIMEFRAMES
from omen_cli.workflows import alarm_words as words
from omen_cli.workflows.tick import Trouble, key_of_failure
from omen_cli.workflows.undelivered import NOT_SENT

_DAMAGE, _REFUSED = ("archive_damaged", "data_lost"), "insufficient_storage"
_SAID_OTHERWISE = (CheckFailed, OutputFailed, InvalidArgument, Unauthenticated, Forbidden)
_UNSOUND = ("lost", "found", "moved")
Answer = Mapping[str, object]


@dataclass(frozen=True)
class Ended:
    """A command that has ended: what it was about, why it failed, and its answer, with what its error tells of it.

    `low_disk` is what was said of a disk that runs low, "" when nothing was; `troubles` are those that stand after a
    tick of `omen run`, told before or not.
    """

    command: str
    stores: tuple[str, ...]
    is_all: bool
    error: OmenError | None
    answer: Answer
    low_disk: str = ""
    troubles: tuple[Trouble, ...] = ()


def alarms_of(ended: Ended) -> tuple[Alarm, ...]:
    """Return the alarms, each key once."""
    found: dict[str, Alarm] = {}
    for alarm in _all(ended):
        found.setdefault(alarm.key, alarm)
    return tuple(found.values())


def _all(ended: Ended) -> Iterator[Alarm]:
    if ended.low_disk:
        yield words.low_disk(ended.low_disk)
    for trouble in ended.troubles:
        yield _of_trouble(trouble)
    if not ended.troubles:
        yield from _failures(ended)
    if ended.command == "generate":
        yield from _held(ended.answer)
    if ended.command in ("send", "deliveries resolve"):
        yield from _undelivered(ended)
    if ended.command == "verify":
        yield from _unsound(ended.answer)
    if ended.error is not None:
        yield from _of_error(ended, ended.error)


def _of_trouble(trouble: Trouble) -> Alarm:
    """Return the alarm of a trouble of `omen run`."""
    store_id, error = trouble.store_id, trouble.error
    details = error.details if isinstance(error, OmenError) else {}
    message = error.message if isinstance(error, OmenError) else f"a bug of omen's: {type(error).__name__}"
    if trouble.code == "held":
        return words.held(store_id, str(details.get("snapshot_id")))
    if details.get("delivery_state") == NOT_SENT:
        return words.not_sent(store_id, str(details.get("snapshot_id")))
    if "delivery_state" in details:
        about = str(details.get("snapshot_id")), str(details.get("delivery_key"))
        return words.undelivered(store_id, *about, str(details["delivery_state"]))
    return _worded(store_id, trouble.code, trouble.about, message, trouble.key)


def _failures(ended: Ended) -> Iterator[Alarm]:
    """Yield what failed among many; where a person made the call for one store, only damage and a full disk."""
    is_unattended = ended.command == "run" or (ended.command == "generate" and ended.is_all)
    for one in _dicts(ended.answer.get("failures")):
        store_id, code, about = str(one.get("storeId") or ""), str(one.get("code")), str(one.get("about"))
        if is_unattended or code in (*_DAMAGE, _REFUSED):
            timeframe = next((word for word in about.split() if word in TIMEFRAMES), "")
            message = str(one.get("message"))
            key = key_of_failure(store_id, timeframe, code, message)
            yield _worded(store_id or None, code, about, message, key)


def _of_error(ended: Ended, error: OmenError) -> Iterator[Alarm]:
    """Yield the alarm of the error of the command itself; nothing where its parts said it already."""
    store_id = ended.stores[0] if len(ended.stores) == 1 else None
    if isinstance(error, Forbidden) and error.between:
        yield words.crossing(*error.between)
    elif ended.answer.get("failures") or (ended.command == "verify" and "results" in error.details):
        return
    elif error.code in (*_DAMAGE, _REFUSED):
        yield _worded(store_id, error.code, "", error.message, "")
    elif ended.command == "run" and not isinstance(error, _SAID_OTHERWISE):
        yield words.failure(None, error.code, "omen run", error.message, f"run {error.code}")


def _worded(store_id: str | None, code: str, about: str, message: str, key: str) -> Alarm:
    if code in _DAMAGE:
        return words.damage(store_id, message)
    if code == _REFUSED:
        return words.low_disk(message) if RUNS_LOW in message else words.refused_disk(store_id, message)
    return words.failure(store_id, code, about, message, key)


def _held(answer: Answer) -> Iterator[Alarm]:
    for one in _dicts(answer.get("results")):
        if one.get("held") is True and one.get("snapshotId"):
            yield words.held(str(one.get("storeId")), str(one["snapshotId"]))


def _undelivered(ended: Ended) -> Iterator[Alarm]:
    store_id = ended.stores[0] if len(ended.stores) == 1 else None
    snapshot_id = str(ended.answer.get("snapshotId") or ended.answer.get("snapshot_id") or "")
    for one in _dicts(ended.answer.get("results")):
        mark = one.get("mark")
        is_unrecorded = isinstance(mark, Mapping) and mark.get("success") is False
        state = "unrecorded" if one.get("outcome") == "sent" and is_unrecorded else str(one.get("outcome"))
        if state in words.UNDELIVERED:
            yield words.undelivered(store_id, snapshot_id, str(one.get("key")), state)


def _unsound(answer: Answer) -> Iterator[Alarm]:
    for one in _dicts(answer.get("results")):
        found = [finding for finding in _dicts(one.get("findings")) if finding.get("state") in _UNSOUND]
        if found:
            store_id = one.get("storeId")
            kinds = [str(finding.get("kind")) for finding in found]
            is_lost = any(finding.get("state") != "found" for finding in found)
            yield words.unsound(str(store_id) if store_id else None, kinds, is_lost=is_lost)


def _dicts(found: object) -> list[Mapping[str, object]]:
    return [one for one in found if isinstance(one, Mapping)] if isinstance(found, list | tuple) else []

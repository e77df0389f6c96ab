"""Sending in scenes: `omen send` and `omen deliveries resolve` on small messages, a folder in the place of a server."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from omen_cli.archive.archive import Archive
from omen_cli.cli.failure import report
from omen_cli.cli.sent import answer_sent
from omen_cli.cli.session import Session
from omen_cli.delivery.verdict import Transport
from omen_cli.model.delivery import delivery_key
from omen_cli.workflows.choice import Choice
from omen_cli.workflows.deliver import Tools
from omen_cli.workflows.send import send as carry_out
from omen_cli.workflows.send_plan import plan_send
from omen_cli.workflows.terms import Terms
from omen_cli.workflows.transport import transport_of
from tests.faults.children import in_child
from tests.faults.images import DATA, OUTBOX
from tests.faults.invariants import events_of
from tests.faults.scene import AT, LOCK_WAIT_S, NJ, Answer, answered, dying_at, grown, grown_id, omen, world
from tests.faults.taken import DELIVERY, states_of

if TYPE_CHECKING:
    from omen_cli.model.letter import Correction, Envelope
    from omen_cli.model.snapshot import Snapshot

RECIPIENT = "owner@njweedwizard.example"
_SENT = ("sent", "already_sent")
_END = b"\r\n.and this ends it\r\n"


def key() -> str:
    """Return the key of the one delivery that the scenes make."""
    return delivery_key(NJ, grown_id(NJ, "weekly"), RECIPIENT)


def state(folder: Path) -> str:
    """Return where the one delivery stands; "" when there is none."""
    return " and ".join(states_of(folder).get((NJ, key()), []))


def with_outbox(folder: Path) -> None:
    """Prepare both stores with two snapshots each, and an outbox that nothing lies in."""
    grown(folder)
    (folder / OUTBOX).mkdir(mode=0o700)


def send(folder: Path, at: datetime, transport: Callable[[], Transport] | None = None) -> Answer:
    """Run `omen send` of the weekly snapshot, with messages that need neither templates nor charts.

    `transport` is what takes them, the outbox of stores.yaml when it is None.
    """
    outside = world(folder, at)
    session = Session(outside, as_json=True)
    try:
        session.begin("send", config=None, as_json=True)
        settings, terms, caller = session.settings, Terms(), session.caller(LOCK_WAIT_S)
        choice = Choice(snapshot_id=grown_id(NJ, "weekly"))
        plan = plan_send(settings, settings.store(NJ), choice, terms, caller)
        takes = transport or (lambda: transport_of(settings))
        answer_sent(session, carry_out(plan, terms, caller, Tools(composed, takes, outside.now, outside.pause)))
        status = 0
    except (Exception, KeyboardInterrupt, SystemExit) as error:  # noqa: BLE001  as main does
        status = report(session, error)
    return acknowledging(answered(outside, status))


def composed(
    snapshot: "Snapshot", correction: "Correction | None", envelopes: "Sequence[Envelope]"
) -> tuple[bytes, ...]:
    """Return a small message for each envelope; one of its lines begins with a dot."""
    return tuple(_composed(one, f"{snapshot.store_name} as of {snapshot.as_of_date}") for one in envelopes)


def _composed(envelope: "Envelope", text: str) -> bytes:
    lines = (
        f"From: {envelope.sender}",
        f"To: {envelope.recipient}",
        "Subject: weekly",
        f"Date: {envelope.date:%a, %d %b %Y %H:%M:%S %z}",
        f"Message-ID: {envelope.message_id}",
        "",
        text,
    )
    return "\r\n".join(lines).encode("ascii") + _END


def resolve(word: str) -> Callable[[Path, datetime], Answer]:
    """Return the command by which a person says what became of the delivery: `--sent` or `--resend`."""

    def run(folder: Path, at: datetime) -> Answer:
        words = ("--store", NJ, word, "--reason", "they told us", "--lock-wait", f"{LOCK_WAIT_S}")
        return acknowledging(omen(folder, at, "deliveries", "resolve", key(), *words))

    return run


def acknowledging(answer: Answer) -> Answer:
    """Return the answer with those deliveries acknowledged that it said were sent, and that they were recorded."""
    sent = {(NJ, f"{DELIVERY}{one['key']}") for one in results_of(answer) if one["outcome"] in _SENT and _is_kept(one)}
    return replace(answer, acknowledged=answer.acknowledged | sent)


def results_of(answer: Answer) -> list[dict[str, Any]]:
    """Return what an answer of `send` or `resolve` says of each recipient."""
    try:
        document, _ = json.JSONDecoder().raw_decode(answer.text)
    except ValueError:
        return []
    about = document.get("data") or document.get("error") or {}
    found = about.get("results") if isinstance(about, dict) else None
    return found or []


def _is_kept(result: dict[str, Any]) -> bool:
    return result["mark"] is None or result["mark"]["success"]


def _died(state_then: str, name: str, turn: int) -> Callable[[Path], None]:
    """Prepare an installation in which a sender died right after its `turn`-th call of that name, in that state."""

    def prepare(folder: Path) -> None:
        with_outbox(folder)
        dying_at(folder, name, turn, lambda: send(folder, AT))
        if state(folder) != state_then:
            raise RuntimeError(f"a scene could not be prepared: the delivery is {state(folder)}, not {state_then}")

    return prepare


frozen = _died("queued", "unlink", 1)  # of `.pending`: nobody else has left anything to remove
not_given = _died("sending", "unlink", 2)
given = _died("sending", "write", 8)


def unknown(folder: Path, *, was_given: bool) -> None:
    """Prepare an installation in which nobody knows whether the message arrived."""
    (given if was_given else not_given)(folder)
    answer = in_child(lambda: send(folder, AT))
    if (answer.status, state(folder)) != (8, "unknown"):
        raise RuntimeError(f"a scene could not be prepared: {answer.status}: {answer.text}")


def unsettled(*allowed: str) -> Callable[[Path], list[str]]:
    """Return what tells what is wrong when a command has ended: the delivery may be in one of these states."""

    def problems(folder: Path) -> list[str]:
        now = state(folder)
        found = [] if now in allowed else [f"{key()} is {now or 'not there'}, not {' or '.join(allowed)}"]
        return [*found, *disagreements(folder)]

    return problems


def disagreements(folder: Path) -> Iterator[str]:
    """Yield where index and audit say something else of the delivery than its name."""
    now = state(folder)
    events = [one for one in events_of(folder, NJ) if one["event"].startswith("delivery.") and one["key"] == key()]
    last = events[-1]["event"].removeprefix("delivery.") if events else ""
    if last != now:
        yield f"{key()} is {now}, and the audit says {last or 'nothing'}"
    entry = Archive(folder / DATA, NJ).find_id(grown_id(NJ, "weekly"))
    told = [one.state for one in entry.deliveries] if entry else []
    if told != [now] * bool(now):
        yield f"{key()} is {now}, and the index says {told}"
    if entry and entry.email_sent != (now == "sent"):
        yield f"{key()} is {now}, and its entry says {'' if entry.email_sent else 'not '}sent"
    torn = [path.name for path in (folder / OUTBOX).glob("[!.]*.eml") if not path.read_bytes().endswith(_END)]
    yield from (f"{name} was not given whole" for name in torn)
    times = sum(one["event"] == "delivery.sent" for one in events)
    if times > 1:
        yield f"{key()}: that it was sent is audited {times} times"

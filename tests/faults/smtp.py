"""A server that misbehaves in every phase of its dialogue × a sender that is killed at every call, from first contact on.

The message is frozen before: what comes before the first contact does not depend on the server, and `inject` breaks it.
A kill comes after each call below the data root that changes or flushes anything, and before each that follows the
server's words. Where behaviours cannot differ one of each phase does for all: until DATA when only later words are bad,
and in the second and the third try, which do as the first one did; variants of a behaviour are killed at every third
step. What was left is judged against what the server accepted; then the same command runs against a server that
behaves, and is judged again: nobody gets two copies, and what is unknown stays so. Last, the disk fails at each call
after a server has taken the message.
"""

import os
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from errno import EIO, ENOSPC, errorcode
from pathlib import Path
from typing import Any

from omen_cli.delivery.verdict import BeforeData, Transport, Verdict
from omen_cli.model.delivery import message_id
from tests.delivery.misbehaving import BEHAVIOURS, GOOD, PHASES
from tests.faults import sending
from tests.faults.calls import Call, intercept, is_there, mute_fsync, refuse
from tests.faults.children import KILLED, Died, in_child
from tests.faults.ground import ground
from tests.faults.images import OUTBOX, capture, digest, lay
from tests.faults.invariants import Start, findings, judge, problems, start_of
from tests.faults.mail_server import HASTY, PATIENT, MailServer, mail_server
from tests.faults.scene import AT, CALI, Acknowledged, Answer, later
from tests.faults.tally import Tally, timed

LAYER = "SMTP"
_SAMPLE_WAYS, _SAMPLE_TURNS, _SAMPLE_ERRORS = 8, 2, 6
_FIRST_TURNS = 30
_FOR_ALL = "451"
_MAIN = frozenset({"421", "451", "550", "garbage", "drop", "hang", "reset", "accept then drop"})
_LEAP = 3
_AFTER_DATA = frozenset({"data", "body", "dot", "quit"})
_NEXT = {"sending": "unknown", "unknown": "unknown", "sent": "sent", "queued": "sent", "failed": "sent"}


@dataclass(frozen=True)
class Way:
    """How the server goes: well, but for one phase."""

    phase: str
    behaviour: str

    @property
    def security(self) -> str:
        """Return how the connection is made: in the clear, unless TLS is what goes wrong."""
        return "starttls" if self.phase == "starttls" else "plain"

    @property
    def tries(self) -> int:
        """Return in how many tries the sender is killed."""
        return 3 if self.behaviour == _FOR_ALL else 1

    @property
    def leap(self) -> int:
        """Return how far apart the kills are: at every step, of a variant of another behaviour at every third."""
        return 1 if self.behaviour in _MAIN else _LEAP

    @property
    def told(self) -> int:
        """Return how far the sender is, as `Contact` counts it, when it is killed first: past `before_data`, or at once."""
        return 3 if self.phase in _AFTER_DATA and self.behaviour != _FOR_ALL else 1

    def __str__(self) -> str:
        """Return it for a message."""
        return f"{self.behaviour} at {self.phase}"


WAYS = tuple(Way(phase, behaviour) for phase in PHASES for behaviour in BEHAVIOURS)
WELL = Way("quit", GOOD)
_TELLING = (Way("quit", _FOR_ALL), Way("dot", "accept then drop"))  # whole in every sample


@dataclass(frozen=True)
class Strike:
    """What happens at the `turn`-th step of the sender, from 1: it is killed, or, with a `code`, the call fails.

    Steps are counted from the first contact, for an error from the moment when the server has given its verdict.
    """

    turn: int
    code: int = 0
    is_lasting: bool = False

    def __str__(self) -> str:
        """Return it for a message."""
        what = f"{errorcode[self.code]} {'from' if self.is_lasting else 'at'}" if self.code else "killed at"
        return f"{what} step {self.turn}"


NEVER = Strike(0)


class Contact:
    """A transport that tells how far the sender is: `told` is 0 before the first contact, and grows with the dialogue."""

    leaves_machine = True

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self.told = self.tries = 0
        self.is_over = False

    def send(self, message: bytes, sender: str, recipient: str, name: str, before_data: BeforeData) -> Verdict:
        """Offer the message once, as Transport says."""

        def before() -> None:
            self.told += 1
            before_data()
            self.told += 1

        self.tries, self.told, self.is_over = self.tries + 1, self.told + 1, False
        verdict = self._transport.send(message, sender, recipient, name, before)
        self.told, self.is_over = self.told + 1, True
        return verdict


def striking(strike: Strike, contact: Contact, way: Way) -> Callable[[Call, Callable[..., Any]], Any]:
    """Return the handler that counts the steps and lets the strike happen; nothing is flushed in truth."""
    step, heard = 0, 0
    end = os._exit

    def handle(call: Call, go: Callable[..., Any]) -> Any:
        nonlocal step, heard
        is_flush = call.name in ("fsync", "fdatasync")
        go = mute if is_flush else go
        is_counted = contact.is_over if strike.code else contact.told >= way.told and contact.tries <= way.tries
        if not (is_counted and (is_flush or _changes(call))):
            return go()
        if strike.code:
            step += 1
            if step == strike.turn or (strike.is_lasting and step > strike.turn):
                raise refuse(strike.code, call.path)
            return go()
        if contact.told > heard:
            heard, step = contact.told, step + 1
            if step == strike.turn:
                end(KILLED)
        try:
            return go()
        finally:
            step += 1
            if step == strike.turn:
                end(KILLED)

    return handle


def mute() -> None:
    """Stand in for a flush: who only dies, and loses no power, cannot tell."""


def _changes(call: Call) -> bool:
    """Tell whether the call changes anything; opening or making what is there does not."""
    return call.is_change and not (call.name in ("open", "mkdir") and is_there(call.path))


@dataclass
class Trial:
    """The sender and the server under trial, and what became of each state that was followed to its end."""

    folder: Path
    server: MailServer
    start: Start
    tally: Tally
    ends: dict[tuple[str, int, Acknowledged], tuple[str, list[str]]] = field(default_factory=dict)
    ways_unknown: list[bool] = field(default_factory=list)
    kills_unknown: list[bool] = field(default_factory=list)

    @property
    def message_id(self) -> str:
        """Return the Message-ID of the one message."""
        return message_id(sending.key(), "localhost")


def run(*, is_sample: bool, seed: int) -> Tally:
    """Try every way with every kill, and every error; of a sample a few of each, chosen by `seed`."""
    tally = Tally(LAYER)
    with timed(tally), ground() as folder, mail_server(_made(folder.parent)) as server:
        trial = _prepared(folder, server, tally)
        chance = random.Random(seed)
        for way in _TELLING if is_sample else WAYS:
            _try_way(trial, way, None)
        for way in chance.sample(WAYS, _SAMPLE_WAYS) if is_sample else ():
            _try_way(trial, way, chance.sample(range(1, _FIRST_TURNS), _SAMPLE_TURNS))
        errors = list(_errors(trial))
        for strike in chance.sample(errors, _SAMPLE_ERRORS) if is_sample else errors:
            _try_error(trial, strike)
        tally.note = _note(trial)
    return tally


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _prepared(folder: Path, server: MailServer, tally: Tally) -> Trial:
    """Return a trial with the message frozen, everything imported, and no outbox: there is a server."""
    sending.frozen(folder)
    (folder / OUTBOX).rmdir()
    trial = Trial(folder, server, start_of(folder), tally)
    server.behave(is_new=True)
    sending.send(folder, AT, lambda: server.transport("starttls", PATIENT))
    findings(folder)
    lay(trial.start.image, folder)
    return trial


def _note(trial: Trial) -> str:
    of_ways = f"{sum(trial.ways_unknown)} of {len(trial.ways_unknown)} behaviours"
    return f"ended unknown: {of_ways}, {sum(trial.kills_unknown)} of {len(trial.kills_unknown)} kills"


def _try_way(trial: Trial, way: Way, turns: Sequence[int] | None) -> None:
    """Try a way without a kill, and with one at each step, or at these."""
    _, state = _tried(trial, way, NEVER)
    trial.ways_unknown.append(state == "unknown")
    for turn in range(1, 1000, way.leap) if turns is None else turns:
        was_killed, state = _tried(trial, way, Strike(turn))
        if not was_killed:
            if turns is None:
                return
            continue
        trial.tally.crash_points += 1
        trial.kills_unknown.append(state == "unknown")


def _tried(trial: Trial, way: Way, strike: Strike) -> tuple[bool, str]:
    """Run the sender under the strike, judge, run it again; return whether it was killed, and how all ended."""
    answer, found = _struck(trial, way, strike)
    if answer is not None and strike.turn and not strike.code:
        return False, ""
    trial.tally.injections += 1
    times, more = _accepted(trial)
    state = sending.state(trial.folder)
    found += [*more, *judged(state, times)]
    if answer is not None and not strike.code:
        found += _as_answered(answer, state)
    acknowledged = answer.acknowledged if answer else frozenset()
    end, later_found = _followed(trial, state, times, acknowledged)
    trial.tally.violations += [f"{way}, {strike}: {line}" for line in (*found, *later_found)]
    return answer is None, end


def _struck(trial: Trial, way: Way, strike: Strike) -> tuple[Answer | None, list[str]]:
    lay(trial.start.image, trial.folder)
    trial.server.behave(way.phase, way.behaviour, way.security, is_new=True)
    contact = Contact(trial.server.transport(way.security, HASTY if way != WELL else PATIENT))

    def work() -> Answer:
        intercept(trial.folder / "data", striking(strike, contact, way))
        return sending.send(trial.folder, AT, lambda: contact)

    try:
        answer = in_child(work)
    except Died as death:
        is_meant = strike.turn and not strike.code and death.status == KILLED and not death.is_hung
        return None, [] if is_meant else [f"the process {death}"]
    except RuntimeError as error:
        return None, [f"a trace: {str(error)[-600:]}"]
    return answer, judge(answer.status, answer.text)


def _accepted(trial: Trial) -> tuple[int, list[str]]:
    """Return how often the server accepted the message, and what else it accepted."""
    taken = trial.server.taken()
    times = taken.pop(trial.message_id, 0)
    return times, [f"accepted what nobody sent: {dict(taken)}"] if taken else []


def judged(state: str, times: int) -> Iterator[str]:
    """Yield what is wrong with a state, when the server accepted the message so many times."""
    if times > 1:
        yield f"the server accepted {times} copies"
    if times and state not in ("sending", "sent", "unknown"):
        yield f"the server accepted it, and it is {state or 'gone'}"
    if state == "sent" and times != 1:
        yield f"it is sent, and the server accepted {times}"


def _as_answered(answer: Answer, state: str) -> Iterator[str]:
    """Yield how an answer differs from the state that it left."""
    told = [one["outcome"] for one in sending.results_of(answer)]
    if told != [state] or answer.status != (0 if state == "sent" else 8):
        yield f"answered {answer.status} and {told}, and it is {state}"


def _followed(trial: Trial, state: str, times: int, acknowledged: Acknowledged) -> tuple[str, list[str]]:
    """Look closer, and run the command again against a server that behaves: once for each tree and count.

    Return the state then, and what is broken.
    """
    left = (digest(capture(trial.folder), with_modes=True), times, acknowledged)
    if left not in trial.ends:
        found = problems(trial.folder, acknowledged, start=trial.start, untouched=(CALI,))
        end, later_found = _run_again(trial, state, acknowledged)
        trial.ends[left] = end, [*found, *later_found]
    return trial.ends[left]


def _run_again(trial: Trial, state: str, acknowledged: Acknowledged) -> tuple[str, list[str]]:
    trial.server.behave(is_new=False)
    folder = trial.folder

    def work() -> tuple[Answer, list[str]]:
        mute_fsync()
        answer = sending.send(folder, later(2), lambda: trial.server.transport("plain", PATIENT))
        return answer, findings(folder)

    try:
        answer, found = in_child(work)
    except (Died, RuntimeError) as error:
        return sending.state(folder), [f"the next command: {str(error)[-600:]}"]
    times, more = _accepted(trial)
    end = sending.state(folder)
    found += more + judge(answer.status, answer.text) + list(judged(end, times))
    if end != _NEXT.get(state) or answer.status != (0 if end == "sent" else 8):
        found.append(f"it was {state}, and is {end}: {answer.status}: {answer.text[-300:]!r}")
    kept = acknowledged | answer.acknowledged
    found += problems(folder, kept, start=trial.start, untouched=(CALI,), is_settled=True)
    found += sending.disagreements(folder)
    return end, [f"the next command: {line}" for line in found]


def _errors(trial: Trial) -> Iterator[Strike]:
    """Yield each error at each call after the verdict, once and from then on."""
    contact = Contact(trial.server.transport("plain", PATIENT))
    steps = 0

    def count(call: Call, go: Callable[..., Any]) -> Any:
        nonlocal steps
        is_flush = call.name in ("fsync", "fdatasync")
        steps += contact.is_over and (is_flush or _changes(call))
        return None if is_flush else go()

    def work() -> int:
        intercept(trial.folder / "data", count)
        sending.send(trial.folder, AT, lambda: contact)
        return steps

    lay(trial.start.image, trial.folder)
    trial.server.behave(is_new=True)
    for turn in range(1, in_child(work) + 1):
        yield from (Strike(turn, code, is_lasting) for code in (ENOSPC, EIO) for is_lasting in (False, True))


def _try_error(trial: Trial, strike: Strike) -> None:
    """Let the disk fail once the server has taken the message: that is an answer, and never another copy."""
    answer, _ = _struck(trial, WELL, strike)
    marks = [one["mark"] for one in sending.results_of(answer)] if answer else []
    told = [one["success"] for one in marks if one]
    if answer is None or answer.status != 8 or told != [False]:
        said = answer and f"{answer.status}: {answer.text[-300:]!r}"
        trial.tally.violations.append(f"{WELL}, {strike}: not said that it could not be recorded: {said}")
    _tried(trial, WELL, strike)

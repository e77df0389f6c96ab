"""What each kind of alarm says: what is wrong, and which command tells more or mends it.

A third party reads it: there is no e-mail address and no secret in it, and nothing that a stranger typed.
"""

from collections import Counter
from collections.abc import Sequence
from hashlib import sha256

from omen_cli.errors import Internal, SourceInvalid
from omen_cli.model.alarm import RUNS_LOW, Alarm, telling
from omen_cli.workflows.alarm_of_export import told_of_export

UNDELIVERED = {
    "failed": "was refused by the mail server",
    "unknown": "may or may not have arrived: nobody knows",
    "given up": "was put off for three days, and given up",
    "unrecorded": "was sent, but that could not be recorded",
}
_CHECK = "omen check tells what still stands"
_MENDING = {
    "source_invalid": "export it again, or mend the path or the columns in stores.yaml; omen generate --store {store} "
    "says all of it",
    "config_invalid": "mend stores.yaml: omen config says what is wrong",
    "delivery_failed": "omen doctor --mail tells what is wrong with the mail server",
    "rate_limited": "wait, or raise limits.generations_per_hour",
    "busy": "see whether another omen hangs: omen check tells what still stands",
    "internal": "a bug: the trace is kept on the machine, in the file that the command named; please tell its makers",
}


def low_disk(said: str) -> Alarm:
    """Return that a disk runs low; `said` is the warning, whatever stands before it."""
    found = said.splitlines()[0]
    what = found[found.index(RUNS_LOW) :]
    todo = "free some space in time: omen metrics shows what each archive takes, omen prune removes what is old"
    return Alarm("disk low", "disk low", None, telling(what), todo)


def refused_disk(store_id: str | None, message: str) -> Alarm:
    """Return that a disk is too full: nothing was written."""
    key = f"disk refused {store_id or ''}"
    return Alarm("disk refused", key, store_id, telling(message), "free some space, then: omen run, or the same again")


def held(store_id: str | None, snapshot_id: str) -> Alarm:
    """Return that a snapshot looks wrong, was kept, and is not sent."""
    what = f"{snapshot_id} is HELD: it looks wrong, was kept, and is not sent"
    todo = f"omen show --store {store_id} --snapshot {snapshot_id} says why; make it anew from a whole export"
    return Alarm("held", f"held {snapshot_id}", store_id, telling(what), telling(todo))


def undelivered(store_id: str | None, snapshot_id: str, key: str, state: str) -> Alarm:
    """Return that a message did not arrive for certain; `state` is one of UNDELIVERED."""
    what = f"message {key[:12]} of {snapshot_id} {UNDELIVERED[state]}"
    look = f"omen deliveries --store {store_id} --snapshot {snapshot_id} shows to whom and why"
    resolve = f"omen deliveries resolve {key[:12]} --store {store_id}"
    more = {
        "unknown": f"ask whether it arrived, then: {resolve} --sent (or --resend)",
        "unrecorded": "do not send it again",
    }.get(state, f"then: omen send --store {store_id} --snapshot {snapshot_id} --only-failed")
    return Alarm("undelivered", f"undelivered {snapshot_id} {key} {state}", store_id, telling(what), f"{look}; {more}")


def not_sent(store_id: str | None, snapshot_id: str) -> Alarm:
    """Return that a snapshot was made anew, and waits for a person to send it."""
    what = (
        f"{snapshot_id} was made anew, and is not sent by itself: a version before it went to somebody, or could have"
    )
    todo = f"omen send --store {store_id} --snapshot {snapshot_id}"
    return Alarm("undelivered", f"not sent {snapshot_id}", store_id, telling(what), telling(todo))


def damage(store_id: str | None, message: str) -> Alarm:
    """Return that an archive is damaged, or not ours to touch."""
    digest = sha256(message.encode("utf-8", "surrogatepass")).hexdigest()[:12]
    todo = f"stop; omen verify {_which(store_id)} says what is damaged, docs/recovery.md what to do"
    return Alarm("damage", f"damage {store_id or ''} {digest}", store_id, telling(message), todo)


def unsound(store_id: str | None, kinds: Sequence[str], *, is_lost: bool) -> Alarm:
    """Return what `omen verify` found in an archive, or in what belongs to no store."""
    counts = ", ".join(f"{count} {kind}" for kind, count in sorted(Counter(kinds).items()))
    what = f"omen verify found {'data lost' if is_lost else 'damage that it can repair'}: {counts}"
    todo = (
        f"stop; omen verify {_which(store_id)} names each, docs/recovery.md says what to do"
        if is_lost
        else f"omen verify {_which(store_id)} --repair"
    )
    return Alarm("damage", f"unsound {store_id or ''} {' '.join(sorted(set(kinds)))}", store_id, telling(what), todo)


def crossing(own: str, other: str | None) -> Alarm:
    """Return that an access to another store was refused; `other` is None for all, "" for one that is not there.

    The key has only the store in whose name it was tried: whoever tries one name after the other can neither send an
    alert for each, nor learn from the time that sending takes which of them there are.
    """
    where = "all stores" if other is None else other or "a store that is not in stores.yaml"
    what = f"an attempt to cross between stores was refused: in the name of {own}, {where} was asked for"
    todo = (
        "omen audit --denied shows who, when and with which command; if the token is in the wrong hands, change the key"
    )
    return Alarm("crossing", f"crossing {own}", other or own, telling(what), todo)


def failure(store_id: str | None, code: str, about: str, message: str, key: str) -> Alarm:
    """Return that something that runs by itself failed; `about` names what."""
    todo = _MENDING.get(code, _CHECK).format(store=store_id)
    if code == SourceInvalid.code:
        message = told_of_export(message)
    elif code == Internal.code:
        message = message.partition(";")[0]  # where its trace is, or, when it could not be kept, what the error said
    what = message if message.startswith(about) else f"{about}: {message}"
    return Alarm("failure", f"failure {key}", store_id, telling(what), telling(todo))


def _which(store_id: str | None) -> str:
    return f"--store {store_id}" if store_id else "--all"

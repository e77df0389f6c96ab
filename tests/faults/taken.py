"""What the messages of an installation say, read without omen: their states, and what of them lies in the outbox."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from tests.faults.images import DATA, OUTBOX

DELIVERY = "delivery "  # before the key of a delivery that a command said was sent
OFFERED = frozenset({"sending", "sent", "unknown"})
_KEY_OF_A_FILE = 12  # so many digits of the key stand in a file's name in the outbox


def states_of(folder: Path) -> dict[tuple[str, str], list[str]]:
    """Return the states of every delivery, by store and key: one, or something is wrong."""
    found: dict[tuple[str, str], list[str]] = {}
    for path in sorted((folder / DATA / "snapshots").glob("*/deliveries/*/*.eml")):
        key, state, _ = path.name.split(".")
        found.setdefault((path.parts[-4], key), []).append(state)
    return found


def broken_promises(folder: Path, acknowledged: Iterable[tuple[str, str]]) -> Iterator[str]:
    """Yield where names, outbox and answers contradict each other, whatever was killed; one store's each, a line each.

    What was given to somebody is never `queued` or `failed`, since the next call would send it once more; what is
    `sent` was given; and what was said to be sent is `sent`.
    """
    states = states_of(folder)
    yield from (f"{store}: {key} is {' and '.join(of)}" for (store, key), of in states.items() if len(of) > 1)
    for store, name in acknowledged:
        key = name.removeprefix(DELIVERY)
        if name.startswith(DELIVERY) and states.get((store, key)) != ["sent"]:
            yield f"{store}: {key} was said to be sent, and is {states.get((store, key))}"
    if (folder / OUTBOX).is_dir():
        yield from _unlike_outbox(states, {path.stem for path in (folder / OUTBOX).glob("[!.]*.eml")})


def _unlike_outbox(states: dict[tuple[str, str], list[str]], given: set[str]) -> Iterator[str]:
    keys = {name.rpartition("_")[2]: name for name in given}
    for (store, key), of in states.items():
        was_given = key[:_KEY_OF_A_FILE] in keys
        if was_given and not OFFERED.issuperset(of):
            yield f"{store}: {key} was given to the outbox, and is {of[0]}"
        if of == ["sent"] and not was_given:
            yield f"{store}: {key} is sent, and is not in the outbox"
    known = {key[:_KEY_OF_A_FILE] for _, key in states}
    yield from (f"{name} is in the outbox, and no delivery" for key, name in sorted(keys.items()) if key not in known)
